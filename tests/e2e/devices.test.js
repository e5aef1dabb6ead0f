// Customers, devices and claiming, a call at a time, through the SDK.

import assert from 'node:assert/strict';
import test from 'node:test';

import { errorBody, refused, serve } from './server.js';

const CODE = /^[A-Za-z0-9+/]{63}$/;
const PRODUCT = 'acme-pump';
const client = { clientId: 'acme-app-4711', clientSecret: 'not-a-secret' };

async function productToken(particle) {
    return (await particle.loginAsClientOwner()).body.access_token;
}

test('a customer is created once', async (t) => {
    const server = await serve(t, 'acme');
    const particle = server.sdk(client);
    const ada = { email: 'ada@example.com', password: 'not-a-password', product: PRODUCT };

    const { statusCode, body } = await particle.createCustomer(ada);
    assert.equal(statusCode, 201);
    assert.match(body.access_token, /^[0-9a-f]{40}$/);

    const error = await refused(particle.createCustomer(ada));
    assert.equal(error.statusCode, 400);
    assert.deepEqual(errorBody(error), { ok: false, error: 'Customer already exists' });
});

test('a device is added to a product once, an unknown one not at all', async (t) => {
    const server = await serve(t, 'acme');
    const particle = server.sdk(client);
    const auth = await productToken(particle);
    const { id } = await server.device('pump');

    const first = await particle.addDeviceToProduct({ deviceId: id, product: PRODUCT, auth });
    assert.equal(first.statusCode, 200);
    assert.deepEqual(first.body, {
        updated: 1,
        updatedDeviceIds: [id],
        existingDeviceIds: [],
        nonmemberDeviceIds: [],
        invalidDeviceIds: [],
        protectedDeviceIds: [],
    });

    const second = await particle.addDeviceToProduct({ deviceId: id, product: PRODUCT, auth });
    assert.deepEqual(second.body.existingDeviceIds, [id]);
    assert.equal(second.body.updated, 0);

    const unknown = '000000000000000000000001';
    const third = await particle.addDeviceToProduct({ deviceId: unknown, product: PRODUCT, auth });
    assert.deepEqual(third.body.invalidDeviceIds, [unknown]);
});

test('claiming an offline device is refused', async (t) => {
    const server = await serve(t, 'shipped');
    const { id } = await server.device('cold-pump');

    const error = await refused(server.sdk().claimDevice({ deviceId: id, auth: 'ada-token' }));

    assert.equal(error.statusCode, 404);
    assert.deepEqual(errorBody(error), { ok: false, errors: ['device not found'] });
    // What users see. The SDK finds no description in such a body, and so tells none.
    assert.equal(error.message, `HTTP error 404 from ${server.url}/v1/devices`);
    assert.equal((await server.device('cold-pump')).owner, null);
    assert.equal((await server.why('cold-pump', 'ada@example.com')).cause, 'device-offline-when-claimed');
});

test('claiming an online device works, again too', async (t) => {
    const server = await serve(t, 'shipped');
    const particle = server.sdk();
    const { id } = await server.device('pump');

    for (let time = 0; time < 2; time++) {
        const { statusCode, body } = await particle.claimDevice({ deviceId: id, auth: 'ada-token' });
        assert.equal(statusCode, 200);
        assert.deepEqual(Object.keys(body), ['customer_id', 'product_id', 'updated_at', 'id', 'connected', 'ok']);
        assert.equal(body.product_id, 6287);
        assert.equal(body.id, id);
        assert.equal(body.connected, true);
        assert.equal(body.ok, true);
    }

    const { owner } = await server.device('pump');
    assert.deepEqual(owner, { kind: 'customer', name: 'ada@example.com' });
    assert.deepEqual(await server.why('pump', 'ada@example.com').then(({ owned, cause }) => ({ owned, cause })), {
        owned: true,
        cause: null,
    });
});

test('claiming the device of someone else is refused', async (t) => {
    const server = await serve(t, 'shipped');
    const { id } = await server.device('ada-pump');

    const error = await refused(server.sdk().claimDevice({ deviceId: id, auth: 'alan-token' }));

    assert.equal(error.statusCode, 403);
    assert.deepEqual(errorBody(error), {
        ok: false,
        errors: ['That belongs to someone else. To request a transfer add ?request_transfer=true to the URL.'],
    });
    assert.equal((await server.why('ada-pump', 'alan@example.com')).cause, 'owned-by-someone-else');
});

test('a customer gets a claim code of the product, and the devices that are claimed already', async (t) => {
    const server = await serve(t, 'shipped');
    const particle = server.sdk();
    const { id } = await server.device('ada-pump');

    const ada = await particle.getClaimCode({ product: PRODUCT, auth: 'ada-token' });
    assert.equal(ada.statusCode, 200);
    assert.deepEqual(Object.keys(ada.body), ['claim_code', 'device_ids']);
    assert.match(ada.body.claim_code, CODE);
    assert.deepEqual(ada.body.device_ids, [id]);

    const alan = await particle.getClaimCode({ product: 6287, auth: 'alan-token' });
    assert.match(alan.body.claim_code, CODE);
    assert.notEqual(alan.body.claim_code, ada.body.claim_code);
    assert.deepEqual(alan.body.device_ids, []);
});

test('a user gets a claim code, and a Photon that is given it in listening mode becomes the user\'s', async (t) => {
    const server = await serve(t, 'acme');
    const particle = server.sdk();
    const auth = (await particle.login({ username: 'edsger@example.com', password: 'not-a-password' })).body.access_token;

    const { body } = await particle.getClaimCode({ auth });
    assert.match(body.claim_code, CODE);
    assert.deepEqual(body.device_ids, []);

    await server.act('lamp', 'listen');
    assert.equal((await server.device('lamp')).state, 'listening');
    await server.act('lamp', 'softap', { set_claim_code: body.claim_code });
    await server.act('lamp', 'leave-listening');
    await server.advance('1min');

    const { id, owner } = await server.device('lamp');
    assert.deepEqual(owner, { kind: 'user', name: 'edsger@example.com' });
    const { body: list } = await particle.listDevices({ auth });
    assert.deepEqual(list.map((device) => device.id), [id]);
    assert.deepEqual((await particle.getClaimCode({ auth })).body.device_ids, [id]);
});

test('the device list has the devices of the caller', async (t) => {
    const server = await serve(t, 'shipped');
    const particle = server.sdk();
    const { id } = await server.device('ada-pump');

    const { body: adas } = await particle.listDevices({ auth: 'ada-token' });
    assert.equal(adas.length, 1);
    assert.equal(adas[0].id, id);
    assert.equal(adas[0].online, true);
    assert.equal(adas[0].connected, true);
    assert.equal(adas[0].product_id, 6287);

    const { body: alans } = await particle.listDevices({ auth: 'alan-token' });
    assert.deepEqual(alans, []);
});

test('the product lists its devices to its client, not to its customers', async (t) => {
    const server = await serve(t, 'shipped');
    const particle = server.sdk(client);
    const auth = await productToken(particle);

    const { body } = await particle.listDevices({ product: PRODUCT, auth });
    assert.equal(body.devices.length, 3);
    assert.deepEqual(body.meta, { total_pages: 1 });
    const owned = body.devices.filter((device) => device.owner !== null);
    assert.deepEqual(owned.map((device) => device.owner), ['ada@example.com']);

    const { id } = await server.device('pump');
    const { body: one } = await particle.getDevice({ deviceId: id, product: PRODUCT, auth });
    assert.equal(one.id, id);
    assert.equal(one.online, true);
    assert.equal(one.owner, null);

    const error = await refused(particle.listDevices({ product: PRODUCT, auth: 'ada-token' }));
    assert.equal(error.statusCode, 403);
    assert.deepEqual(errorBody(error), { ok: false, error: 'Permission denied' });
});

test('a device of one\'s own can be had; of another it is as if it did not exist', async (t) => {
    const server = await serve(t, 'shipped');
    const particle = server.sdk();
    const { id } = await server.device('ada-pump');

    const { statusCode, body } = await particle.getDevice({ deviceId: id, auth: 'ada-token' });
    assert.equal(statusCode, 200);
    assert.equal(body.id, id);
    assert.equal(body.online, true);

    for (const deviceId of [id, '000000000000000000000001']) {
        const error = await refused(particle.getDevice({ deviceId, auth: 'alan-token' }));
        assert.equal(error.statusCode, 403);
        assert.deepEqual(errorBody(error), {
            error: 'Permission Denied',
            info: "I didn't recognize that device name or ID, try opening " +
                'https://api.particle.io/v1/devices?access_token=undefined',
        });
    }
});

test('an unclaimed device stays in its product, and can be claimed by the next', async (t) => {
    const server = await serve(t, 'shipped');
    const particle = server.sdk(client);
    const { id } = await server.device('ada-pump');

    const stranger = await refused(particle.removeDevice({ deviceId: id, auth: 'alan-token' }));
    assert.equal(stranger.statusCode, 403);
    assert.equal(stranger.body.error, 'Permission Denied');

    const { statusCode, body } = await particle.removeDevice({ deviceId: id, auth: 'ada-token' });
    assert.equal(statusCode, 200);
    assert.deepEqual(body, { ok: true });
    assert.deepEqual((await particle.listDevices({ auth: 'ada-token' })).body, []);

    const auth = await productToken(particle);
    const { body: device } = await particle.getDevice({ deviceId: id, product: PRODUCT, auth });
    assert.equal(device.owner, null);

    assert.equal((await particle.claimDevice({ deviceId: id, auth: 'alan-token' })).body.ok, true);
    assert.deepEqual((await server.device('ada-pump')).owner, { kind: 'customer', name: 'alan@example.com' });
});
