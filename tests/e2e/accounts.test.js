// Accounts, tokens, second factors, OAuth clients, teams and customers, through the SDK.

import assert from 'node:assert/strict';
import test from 'node:test';

import { errorBody, refused, request, serve } from './server.js';
import { totp } from './totp.js';

const TOKEN = /^[0-9a-f]{40}$/;
const ID = /^[0-9a-f]{24}$/;
const OK = { ok: true };
const invalidToken = { error: 'invalid_token', error_description: 'The access token provided is invalid.' };
const apiUser = { error: 'unauthorized', error_description: 'API users are not allowed to call this endpoint' };

const basic = (username, password) => ({
    Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});

async function login(particle, username = 'grace@example.com', password = 'not-a-password') {
    const { body } = await particle.login({ username, password });
    return body.access_token;
}

const unknownToken = async (particle, auth) => errorBody(await refused(particle.listDevices({ auth })));

test('an account from its beginning to its end', async (t) => {
    const server = await serve(t, 'accounts');
    const particle = server.sdk();

    const made = await particle.createUser({
        username: 'alan@example.com',
        password: 'first',
        accountInfo: { first_name: 'Alan', business_account: false },
    });
    assert.deepEqual(made.body, OK);

    let auth = await login(particle, 'alan@example.com', 'first');
    assert.deepEqual((await particle.getUserInfo({ auth })).body, {
        username: 'alan@example.com',
        subscription_ids: [],
        account_info: { first_name: 'Alan', business_account: false },
        tos: 1,
        mfa: { enabled: false },
        memberships: [],
        wifi_device_count: 0,
        cellular_device_count: 0,
        scim_provisioned: false,
        no_password: false,
    });

    const told = await particle.setUserInfo({ accountInfo: { last_name: 'Example' }, auth });
    assert.equal(told.body.ok, true);
    const wrong = await refused(particle.changeUsername({ currentPassword: 'a-guess', username: 'x@example.com', auth }));
    assert.equal(wrong.statusCode, 401);
    await particle.changeUsername({ currentPassword: 'first', username: 'turing@example.com', auth });
    const changed = await particle.changeUserPassword({
        currentPassword: 'first',
        password: 'second',
        invalidateTokens: true,
        auth,
    });
    assert.deepEqual(changed.body, { ok: true, message: "User's password updated." });
    assert.deepEqual(await unknownToken(particle, auth), invalidToken);

    auth = await login(particle, 'turing@example.com', 'second');
    const full = (await particle.trackingIdentity({ full: true, auth })).body;
    assert.match(full.id, ID);
    assert.equal(full.email, 'turing@example.com');
    assert.deepEqual((await particle.trackingIdentity({ auth })).body, { id: full.id });

    const ended = await particle.deleteUser({ password: 'second', auth });
    assert.deepEqual(ended.body, { ok: true, message: "User's account has been deleted." });
    assert.equal((await refused(login(particle, 'turing@example.com', 'second'))).statusCode, 400);
});

test('a forgotten password is set anew with what was mailed', async (t) => {
    const server = await serve(t, 'accounts');
    const particle = server.sdk();

    const { body } = await particle.resetPassword({ username: 'grace@example.com' });
    assert.deepEqual(body, { ok: true, message: 'Password reset email sent.' });

    const mail = (await server.journal()).find((entry) => entry.kind === 'password-reset.mailed');
    const reply = await request(`${server.url}/v1/user/password-reset`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ token: mail.data.token, password: 'remembered' }),
    });
    assert.equal(reply.status, 200, reply.text);
    assert.match(await login(particle, 'grace@example.com', 'remembered'), TOKEN);
});

test('tokens are listed and revoked', async (t) => {
    const server = await serve(t, 'accounts');
    const particle = server.sdk();
    const url = `${server.url}/v1/access_tokens`;
    const tokens = [await login(particle), await login(particle), await login(particle), await login(particle)];

    const list = await request(url, { headers: basic('grace@example.com', 'not-a-password') });
    assert.deepEqual(list.json, tokens.map((token) => (
        { token, expires_at: '2026-04-01T00:00:00.000Z', client: 'particle-api' })));
    const guess = await request(url, { headers: basic('grace@example.com', 'a-guess') });
    assert.equal(guess.status, 401);
    assert.deepEqual(guess.json, { ok: false, errors: ['Bad password'] });

    assert.deepEqual((await particle.deleteAccessToken({ token: tokens[0] })).body, OK);
    assert.deepEqual(await unknownToken(particle, tokens[0]), invalidToken);

    const current = await particle.get({ uri: '/v1/access_tokens/current', auth: tokens[1] });
    assert.equal(current.body.client_id, 'particle-api');
    assert.equal(current.body.orgs[0].slug, 'acme');
    assert.deepEqual((await particle.deleteCurrentAccessToken({ auth: tokens[1] })).body, OK);
    assert.deepEqual(await unknownToken(particle, tokens[1]), invalidToken);

    assert.deepEqual((await particle.deleteActiveAccessTokens({ auth: tokens[2] })).body, OK);
    assert.deepEqual(await unknownToken(particle, tokens[3]), invalidToken);
});

test('a second factor is asked for, and half a login expires', async (t) => {
    const server = await serve(t, 'accounts');
    const particle = server.sdk();
    const half = async () => {
        const error = await refused(login(particle, 'edsger@example.com'));
        assert.equal(error.statusCode, 403);
        assert.equal(error.body.error, 'mfa_required');
        return error.body.mfa_token;
    };

    const { body } = await particle.sendOtp({ mfaToken: await half(), otp: '123456' });
    assert.match(body.access_token, TOKEN);

    const late = await half();
    await server.advance('1h');
    const error = await refused(particle.sendOtp({ mfaToken: late, otp: '123456' }));
    assert.deepEqual(errorBody(error), { error: 'invalid_grant', error_description: 'OTP expired' });
});

test('an authenticator app is enrolled, used, and taken off', async (t) => {
    const server = await serve(t, 'accounts');
    const particle = server.sdk();
    const now = Date.parse('2026-01-01T00:00:00Z');
    const auth = await login(particle);

    const { body } = await particle.enableMfa({ auth });
    assert.match(body.qr_url, /^otpauth:\/\/totp\//);
    const wrong = await refused(particle.confirmMfa({ mfaToken: body.mfa_token, otp: 'x', auth }));
    assert.equal(wrong.statusCode, 400);
    const otp = totp(body.secret, now);
    const confirmed = await particle.confirmMfa({ mfaToken: body.mfa_token, otp, auth });
    assert.deepEqual(confirmed.body, { enrolled: true });
    assert.deepEqual((await particle.getUserInfo({ auth })).body.mfa, { enabled: true });

    const error = await refused(login(particle));
    const sent = await particle.sendOtp({ mfaToken: error.body.mfa_token, otp });
    assert.match(sent.body.access_token, TOKEN);

    assert.deepEqual((await particle.disableMfa({ currentPassword: 'not-a-password', auth })).body, OK);
    assert.match(await login(particle), TOKEN);
});

for (const product of [undefined, 'acme-pump']) {
    test(`OAuth clients of ${product ? 'a product' : 'a user'}`, async (t) => {
        const server = await serve(t, 'accounts');
        const particle = server.sdk();
        const auth = await login(particle);

        const { body } = await particle.createOAuthClient({ name: 'My Server', type: 'installed', product, auth });
        const { client } = body;
        assert.deepEqual(Object.keys(client), ['name', 'type', 'id', 'secret']);
        assert.match(client.id, /^my-server-\d{4}$/);

        const listed = { name: 'My Server', type: 'installed', id: client.id };
        const list = async () => (await particle.listOAuthClients({ product, auth })).body.clients;
        assert.deepEqual((await list()).at(-1), listed);

        const own = server.sdk({ clientId: client.id, clientSecret: client.secret });
        assert.match((await own.loginAsClientOwner()).body.access_token, TOKEN);

        const updated = await particle.updateOAuthClient({ clientId: client.id, name: 'Renamed', product, auth });
        assert.deepEqual(updated.body, { ok: true, client: { ...listed, name: 'Renamed' } });

        const deleted = await particle.deleteOAuthClient({ clientId: client.id, product, auth });
        assert.equal(deleted.statusCode, 204);
        assert.ok((await list()).every(({ id }) => id !== client.id));
        assert.equal((await refused(own.loginAsClientOwner())).statusCode, 400);
    });
}

test('a team, and a program on it within its scopes', async (t) => {
    const server = await serve(t, 'accounts');
    const particle = server.sdk();
    const product = 'acme-pump';
    const auth = await login(particle);
    const names = async () => (await particle.listTeamMembers({ product, auth })).body.team.map((m) => m.username);

    const invited = await particle.inviteTeamMember({ username: 'edsger@example.com', product, auth });
    assert.deepEqual(invited.body, { ok: true, invited: { username: 'edsger@example.com' } });
    assert.deepEqual(await names(), ['grace@example.com', 'program@example.com'], 'the link in the e-mail was not followed');
    await particle.removeTeamMember({ username: 'edsger@example.com', product, auth });
    assert.deepEqual(await names(), ['grace@example.com', 'program@example.com']);

    const { body } = await particle.post({
        uri: `/v1/products/${product}/team`,
        auth,
        data: { friendly_name: 'Nightly job', scopes: ['customers:list'] },
    });
    assert.match(body.created.username, /^nightly-job\+[0-9a-z]{10}@api\.particle\.io$/);
    const job = body.created.tokens[0].token;
    const customers = await particle.get({ uri: `/v1/products/${product}/customers`, auth: job });
    assert.equal(customers.body.customers[0].username, 'ada@example.com');
    assert.equal((await refused(particle.listDevices({ product, auth: job }))).body.error, 'invalid_scope');
    assert.deepEqual(errorBody(await refused(particle.listDevices({ auth: job }))), apiUser);

    const program = await particle.listDevices({ product, auth: 'not-a-token' });
    assert.equal(program.body.devices.length, 1);
    const refusal = await refused(particle.getProduct({ product, auth: 'not-a-token' }));
    assert.equal(refusal.statusCode, 400);
});

test('customers and products', async (t) => {
    const server = await serve(t, 'accounts');
    const particle = server.sdk({ clientId: 'acme-app-4711', clientSecret: 'not-a-secret' });
    const auth = await login(server.sdk());

    const created = await particle.createCustomer({ email: 'Grace@Example.com', password: 'pw', product: 'acme-pump' });
    assert.equal(created.statusCode, 201);
    const again = await refused(particle.createCustomer({ email: 'grace@example.com', password: 'pw', product: 6287 }));
    assert.deepEqual(errorBody(again), { ok: false, error: 'Customer already exists' });

    const [product] = (await particle.listProducts({ auth })).body.products;
    assert.equal(product.description, 'It pumps.');
    assert.equal(product.org, 'acme');
    assert.deepEqual((await particle.getProduct({ product: 'acme-pump', auth })).body, { product });
    const ofOrg = await particle.get({ uri: '/v1/orgs/acme/products', auth });
    assert.deepEqual(ofOrg.body, { products: [product] });
    assert.equal((await refused(particle.get({ uri: '/v1/orgs/none/products', auth }))).statusCode, 404);
});
