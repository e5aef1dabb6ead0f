// Public clients of several years read what the server answers: each logs in, claims, lists, gets and renames a device,
// imports another, makes a customer, and unclaims, as far as it knows how. What a client makes of a reply is compared, not
// the reply.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { createRequire } from 'node:module';
import net from 'node:net';
import test from 'node:test';

import { request, serve } from '../e2e/server.js';

const require = createRequire(import.meta.url);

const GRACE = { username: 'grace@example.com', password: 'not-a-password' };
const PRODUCT = 'acme-pump';
const LAMP = 'lamp';
const OWN = { clientId: 'particle-api', clientSecret: 'particle-api', tokenDuration: 7776000 }; // 5 has them or the URL

async function products(sdk, auth, pump) {
    const { body: imported } = await sdk.addDeviceToProduct({ deviceId: pump, product: PRODUCT, auth });
    assert.deepEqual(imported.updatedDeviceIds, [pump]);
    const { body: products } = await sdk.listProducts({ auth });
    assert.deepEqual(products.products.map(({ slug }) => slug), [PRODUCT]);
    const { body: fleet } = await sdk.listDevices({ product: PRODUCT, auth });
    assert.deepEqual(fleet.devices.map(({ id }) => id), [pump]);
}

for (const major of [5, 6, 7, 8, 9, 10, 11]) {
    test(`particle-api-js ${major}`, { timeout: 120_000 }, async (t) => {
        const server = await serve(t, 'acme');
        const { id: lamp } = await server.device(LAMP);
        const { id: pump } = await server.device('pump');
        const module = require(`particle-api-js-${major}`);
        const Particle = module.default ?? module;
        const sdk = new Particle({ ...OWN, baseUrl: server.url });
        const auth = (await sdk.login(GRACE)).body.access_token;
        assert.match(auth, /^[0-9a-f]{40}$/);

        assert.equal((await sdk.claimDevice({ deviceId: lamp, auth })).body.ok, true);
        const { body: devices } = await sdk.listDevices({ auth });
        assert.deepEqual(devices.map(({ id, connected }) => [id, connected]), [[lamp, true]]);
        const { body: device } = await sdk.getDevice({ deviceId: lamp, auth });
        assert.deepEqual([device.id, device.platform_id], [lamp, 6]);
        assert.equal((await sdk.renameDevice({ deviceId: lamp, name: 'desk', auth })).body.name, 'desk');
        assert.equal((await sdk.getClaimCode({ auth })).body.claim_code.length, 63);

        if (sdk.addDeviceToProduct) { // since 6
            await products(sdk, auth, pump);
        }
        if (sdk.createCustomer) { // since 7
            const shop = new Particle({ baseUrl: server.url, clientId: 'acme-app-4711', clientSecret: 'not-a-secret' });
            const customer = await shop.createCustomer({ email: 'ada@example.com', password: 'x', product: PRODUCT });
            assert.equal((await shop.listDevices({ auth: customer.body.access_token })).body.length, 0);
        }
        assert.equal((await sdk.removeDevice({ deviceId: lamp, auth })).body.ok, true);
        await assert.rejects(sdk.getDevice({ deviceId: lamp, auth }), { statusCode: 403 });
    });
}

test('spark 1', { timeout: 120_000 }, async (t) => {
    const server = await serve(t, 'acme');
    const { id: lamp } = await server.device(LAMP);
    const spark = require('spark');
    spark.api.baseUrl = server.url;
    const { access_token: token } = await spark.login(GRACE);
    assert.match(token, /^[0-9a-f]{40}$/);
    assert.equal((await spark.claimCore(lamp)).connected, true);
    const devices = await spark.listDevices();
    assert.deepEqual(devices.map(({ id, connected }) => [id, connected]), [[lamp, true]]);
});

// A driver of Johnny-Five: it looks for its device by name, asks it for the address where its firmware listens, and
// connects there. The name of the cloud is in its source, so that its requests are brought here on their way.
test('particle-io', { timeout: 120_000 }, async (t) => {
    const server = await serve(t, 'acme');
    const https = require('https');
    const get = https.get;
    const firmware = net.createServer((socket) => socket.end());
    t.after(() => {
        https.get = get;
        firmware.close();
    });
    await new Promise((resolve) => firmware.listen(0, '127.0.0.1', resolve));
    const endpoint = `127.0.0.1:${firmware.address().port}`;
    const world = {
        name: 'board',
        users: [{ username: 'grace@example.com' }],
        devices: [{
            as: 'desk', platform: 'photon', state: 'online', owner: 'grace@example.com', firmware: { variables: { endpoint } },
        }],
        tokens: [{ token: 'board-token', user: 'grace@example.com' }],
    };
    const made = await request(`${server.url}/__mock/worlds`, {
        method: 'POST',
        headers: { 'X-Mockcloud-Control': '1', 'Content-Type': 'application/json' },
        body: JSON.stringify(world),
    });
    assert.equal(made.status, 201, made.text);
    https.get = (url, done) => http.get(url.replace('https://api.particle.io', `${server.url}/w/board`), done);

    const board = new (require('particle-io'))({ token: 'board-token', deviceName: 'desk' });
    board.on('error', (error) => assert.fail(String(error)));
    await once(board, 'ready');
    assert.deepEqual([board.deviceIp, board.devicePort], endpoint.split(':').map((part, i) => (i ? Number(part) : part)));
});
