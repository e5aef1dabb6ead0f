// Logging in, through the SDK.

import assert from 'node:assert/strict';
import test from 'node:test';

import { errorBody, refused, serve } from './server.js';

const TOKEN = /^[0-9a-f]{40}$/;

test('a user logs in with a password', async (t) => {
    const server = await serve(t, 'acme');
    const particle = server.sdk();

    const { statusCode, body } = await particle.login({ username: 'grace@example.com', password: 'not-a-password' });

    assert.equal(statusCode, 200);
    assert.equal(body.token_type, 'bearer');
    assert.match(body.access_token, TOKEN);
    assert.match(body.refresh_token, TOKEN);
    assert.equal(typeof body.expires_in, 'number');
});

test('the token lasts as long as the SDK asks for', async (t) => {
    const server = await serve(t, 'acme');
    const particle = server.sdk();

    const { body } = await particle.login({
        username: 'grace@example.com',
        password: 'not-a-password',
        tokenDuration: 60,
    });
    assert.equal(body.expires_in, 60);
    await particle.listDevices({ auth: body.access_token });

    await server.advance('61s');
    const error = await refused(particle.listDevices({ auth: body.access_token }));
    assert.equal(error.statusCode, 401);
    assert.deepEqual(errorBody(error), {
        error: 'invalid_token',
        error_description: 'The access token provided has expired.',
    });
});

test('a wrong password is refused', async (t) => {
    const server = await serve(t, 'acme');

    const error = await refused(server.sdk().login({ username: 'grace@example.com', password: 'a-guess' }));

    assert.equal(error.statusCode, 400);
    assert.equal(error.shortErrorDescription, 'User credentials are invalid');
    assert.equal(error.message, `HTTP error 400 from ${server.url}/oauth/token - User credentials are invalid`);
    assert.deepEqual(errorBody(error), {
        error: 'invalid_grant',
        error_description: 'User credentials are invalid',
    });
});

test('a client logs in as its owner', async (t) => {
    const server = await serve(t, 'acme');
    const particle = server.sdk({ clientId: 'acme-app-4711', clientSecret: 'not-a-secret' });

    const { statusCode, body } = await particle.loginAsClientOwner();

    assert.equal(statusCode, 200);
    assert.match(body.access_token, TOKEN);
    assert.deepEqual(Object.keys(body), ['token_type', 'access_token', 'expires_in', 'refresh_token']);
});

test('a client with a wrong secret is refused', async (t) => {
    const server = await serve(t, 'acme');
    const particle = server.sdk({ clientId: 'acme-app-4711', clientSecret: 'a-guess' });

    const error = await refused(particle.loginAsClientOwner());

    assert.equal(error.statusCode, 400);
    assert.deepEqual(errorBody(error), {
        error: 'invalid_client',
        error_description: 'Client credentials are invalid',
    });
    assert.equal(error.body.response.headers.get('www-authenticate'), 'Basic realm="Service"');
});

test('without a token, and with a made-up one, there are no devices', async (t) => {
    const server = await serve(t, 'acme');
    const particle = server.sdk();

    const without = await refused(particle.listDevices({}));
    assert.equal(without.statusCode, 400);
    assert.deepEqual(errorBody(without), {
        error: 'invalid_request',
        error_description: 'The access token was not found',
    });

    const madeUp = await refused(particle.listDevices({ auth: 'made-up' }));
    assert.equal(madeUp.statusCode, 401);
    assert.deepEqual(errorBody(madeUp), {
        error: 'invalid_token',
        error_description: 'The access token provided is invalid.',
    });
});
