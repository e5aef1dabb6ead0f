// The claim that users could not get to work: create a customer, add the device to the product, claim it while it is
// offline. Five steps, in the two variants that they tried: by the device's id, and with a claim code. In both the
// device comes online in the end and is nobody's; both are then done as they have to be done.

import assert from 'node:assert/strict';
import test from 'node:test';

import { errorBody, refused, serve } from './server.js';

const PRODUCT = 'acme-pump';
const ADA = 'ada@example.com';
const client = { clientId: 'acme-app-4711', clientSecret: 'not-a-secret' };

// The steps that the variants share: 1. log in as the product, 2. create the customer, 3. import the device.
async function begin(t, server) {
    const particle = server.sdk(client);
    const { id } = await server.device('pump');
    let product, customer;

    await t.test('1: the application logs in with its client', async () => {
        const { statusCode, body } = await particle.loginAsClientOwner();
        assert.equal(statusCode, 200);
        product = body.access_token;
    });
    await t.test('2: it creates a customer', async () => {
        const { body } = await particle.createCustomer({ email: ADA, password: 'not-a-password', product: PRODUCT });
        customer = body.access_token;
    });
    await t.test('3: it adds the device to the product', async () => {
        const { body } = await particle.addDeviceToProduct({ deviceId: id, product: PRODUCT, auth: product });
        assert.equal(body.updated, 1);
        const { body: device } = await particle.getDevice({ deviceId: id, product: PRODUCT, auth: product });
        assert.equal(device.online, false);
        assert.equal(device.owner, null);
    });
    return { particle, id, product, customer };
}

async function assertNobodys(server, cause) {
    assert.equal((await server.device('pump')).owner, null);
    const why = await server.why('pump', ADA);
    assert.equal(why.owned, false);
    assert.equal(why.cause, cause);
    assert.ok(why.evidence.length > 0, 'there is evidence');
    assert.ok(why.advice.length > 0, 'there is advice');
}

async function assertAdas(server, { particle, id, customer }) {
    assert.deepEqual((await server.device('pump')).owner, { kind: 'customer', name: ADA });
    const { body } = await particle.listDevices({ auth: customer });
    assert.deepEqual(body.map((device) => device.id), [id]);
    const why = await server.why('pump', ADA);
    assert.equal(why.owned, true);
    assert.equal(why.cause, null);
}

test('variant 1: claiming by id', async (t) => {
    const server = await serve(t, 'acme');
    const run = await begin(t, server);
    const { particle, id, customer } = run;

    await t.test('4: the customer claims the device, which is offline: refused', async () => {
        const error = await refused(particle.claimDevice({ deviceId: id, auth: customer }));
        assert.equal(error.statusCode, 404);
        assert.deepEqual(errorBody(error), { ok: false, errors: ['device not found'] });
        await assertNobodys(server, 'device-offline-when-claimed');
    });
    await t.test('5: the device comes online, and is nobody\'s', async () => {
        await server.powerOn('pump');
        await assertNobodys(server, 'device-offline-when-claimed');
        assert.deepEqual((await particle.listDevices({ auth: customer })).body, []);
    });
    await t.test('the mend: claimed while it is online, it is the customer\'s', async () => {
        const { statusCode, body } = await particle.claimDevice({ deviceId: id, auth: customer });
        assert.equal(statusCode, 200);
        assert.equal(body.connected, true);
        await assertAdas(server, run);
    });
});

test('variant 2: claiming with a code', async (t) => {
    const server = await serve(t, 'acme');
    const run = await begin(t, server);
    const { particle, customer } = run;
    let code;

    await t.test('4: the customer is given a claim code', async () => {
        const { statusCode, body } = await particle.getClaimCode({ product: PRODUCT, auth: customer });
        assert.equal(statusCode, 200);
        assert.equal(body.claim_code.length, 63);
        assert.deepEqual(body.device_ids, []);
        code = body.claim_code;
    });
    await t.test('5: the device comes online without it, and is nobody\'s', async () => {
        await server.powerOn('pump');
        const { led, session } = await server.device('pump');
        assert.equal(session, 'full');
        assert.equal(led.pattern, 'breathing');
        assert.equal(led.color, '#00ffff');
        await assertNobodys(server, 'claim-code-not-on-device');
    });
    await t.test('the code over the serial console and a warm reset: still nobody\'s', async () => {
        await server.act('pump', 'listen');
        await server.act('pump', 'serial', { set_claim_code: code });
        await server.act('pump', 'reset');
        await server.advance('5min');
        const { state, session, claim_code_stored: stored } = await server.device('pump');
        assert.equal(state, 'online');
        assert.equal(session, 'resumed');
        assert.equal(stored, code);
        await assertNobodys(server, 'stored-code-not-sent-session-resumed');
    });
    await t.test('the mend: after a power cycle the device sends it, and is the customer\'s', async () => {
        await server.act('pump', 'power-off');
        await server.powerOn('pump');
        assert.equal((await server.device('pump')).claim_code_stored, null);
        await assertAdas(server, run);
    });
});

test('a code that is given to the device after an hour is refused in silence', async (t) => {
    const server = await serve(t, 'acme');
    const { particle, customer } = await begin(t, server);
    const { body } = await particle.getClaimCode({ product: PRODUCT, auth: customer });

    await server.advance('1h');
    await server.powerOn('pump');
    await server.act('pump', 'listen');
    // The console says success: control() checks for 200.
    await server.act('pump', 'serial', { set_claim_code: body.claim_code });
    await server.act('pump', 'power-off');
    await server.powerOn('pump');

    await assertNobodys(server, 'claim-code-expired');
});
