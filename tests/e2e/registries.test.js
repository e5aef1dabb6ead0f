// Groups, SIMs, firmware of products, vitals, configuration and locations, through the SDK; where it has no method, as it
// would send the request.

import assert from 'node:assert/strict';
import test from 'node:test';

import { errorBody, refused, serve } from './server.js';

const PRODUCT = 'acme-pump';
const auth = 'grace-token';

async function start(t) {
    const server = await serve(t, 'registries');
    return { server, particle: server.sdk({ auth }) };
}

// The SDK reads JSON from whatever is not 204, and so rejects a 200 or a 205 without a body.
const status = (promise) => promise.then(({ statusCode }) => statusCode, ({ statusCode }) => statusCode);

test('the SIMs of a user', async (t) => {
    const { particle } = await start(t);
    const iccid = '8934000000000000001';

    const { body } = await particle.listSIMs({});
    assert.deepEqual(body.sims.map((sim) => [sim._id, sim.status, sim.last_device_name]), [[iccid, 'active', 'tracker']]);

    const act = (action) => status(particle.put({ uri: `/v1/sims/${iccid}`, data: { action } }));
    assert.equal(await status(particle.checkSIM({ iccid })), 205);
    assert.equal(await act('deactivate'), 200);
    assert.equal(await status(particle.checkSIM({ iccid })), 204);
    assert.equal((await particle.listSIMs({})).body.sims[0].status, 'deactivated');
    assert.equal(await act('reactivate'), 200);
    assert.equal(await act('explode'), 400);

    const usage = (await particle.getSIMDataUsage({ iccid })).body;
    assert.equal(usage.iccid, iccid);
    assert.deepEqual(usage.usage_by_day, [{ date: '2026-01-01', mbs_used: 0, mbs_used_cumulative: 0 }]);

    assert.equal((await particle.removeSIM({ iccid })).statusCode, 204);
    assert.deepEqual((await particle.listSIMs({})).body, { sims: [] });
    assert.equal((await refused(particle.removeSIM({ iccid }))).statusCode, 403);
    assert.equal((await refused(particle.checkSIM({ iccid: '12345' }))).statusCode, 404);
});

test('the SIMs of a product', async (t) => {
    const { particle } = await start(t);
    const loose = '8934000000000000009';

    const imported = await particle.post({ uri: `/v1/products/${PRODUCT}/sims`, data: { sims: [loose] } });
    assert.deepEqual(imported.body, { ok: true });

    const { body } = await particle.listSIMs({ product: PRODUCT, perPage: 3, page: 2 });
    assert.deepEqual(body.sims.map((sim) => sim.iccid), [loose]);
    assert.equal(body.meta.total_pages, 2);
    assert.equal((await particle.getFleetDataUsage({ product: PRODUCT })).body.total_active_sim_cards, 4);
    assert.equal((await particle.removeSIM({ iccid: loose, product: PRODUCT })).statusCode, 204);
});

test('firmware is uploaded, downloaded, released, and reaches the devices', async (t) => {
    const { server, particle } = await start(t);
    const { id } = await server.device('pump');
    const file = Buffer.from('\0not a real binary\xff', 'latin1');
    const versionOf = async () => (await particle.getDevice({ deviceId: id, product: PRODUCT })).body.firmware_version;

    assert.deepEqual((await particle.listProductFirmware({ product: PRODUCT })).body, []);
    const { statusCode, body } = await particle.uploadProductFirmware({
        file, version: 2, title: 'Pump 2', description: 'pumps better', product: PRODUCT,
    });
    assert.equal(statusCode, 201);
    assert.equal(body.version, 2);
    assert.equal(body.title, 'Pump 2');
    assert.equal(body.size, file.length);
    assert.equal(body.uploaded_by.username, 'grace@example.com');

    const bytes = await particle.downloadProductFirmware({ version: 2, product: PRODUCT });
    assert.ok(Buffer.from(bytes).equals(file));
    const updated = await particle.updateProductFirmware({ version: 2, title: 'Pump two', product: PRODUCT });
    assert.equal(updated.body.title, 'Pump two');
    assert.equal((await particle.getProductFirmware({ version: 2, product: PRODUCT })).body.description, 'pumps better');

    // It has to run on a device first: on the one that is locked to it.
    const early = await refused(particle.releaseProductFirmware({ version: 2, product: PRODUCT, product_default: true }));
    assert.equal(early.statusCode, 400);
    const tester = (await server.device('tester')).id;
    await particle.lockDeviceProductFirmware({
        deviceId: tester, desiredFirmwareVersion: 2, flash: true, product: PRODUCT,
    });
    await server.advance('10min');

    const released = await particle.releaseProductFirmware({ version: 2, product: PRODUCT, product_default: true });
    assert.equal(released.statusCode, 200);
    assert.equal(released.body.product_default, true);
    assert.equal(await versionOf(), 1);
    await server.act('pump', 'power-off');
    await server.powerOn('pump');
    assert.equal(await versionOf(), 2);
    assert.equal((await particle.getProductFirmware({ version: 2, product: PRODUCT })).body.device_count, 2);
});

test('groups', async (t) => {
    const { server, particle } = await start(t);
    const uri = `/v1/products/${PRODUCT}/groups`;
    const { id } = await server.device('pump');

    const made = await particle.post({ uri, data: { name: 'field', description: 'out there', color: '#34495e' } });
    assert.equal(made.statusCode, 201);
    assert.deepEqual(made.body, { group: { name: 'field', description: 'out there', color: '#34495e' } });
    await particle.put({ uri: `/v1/products/${PRODUCT}/devices/${id}`, data: { groups: ['field', 'new-one'] } });

    const { body } = await particle.get({ uri });
    assert.deepEqual(body.groups.map((group) => group.name), ['lab', 'field', 'new-one']);
    assert.equal((await particle.get({ uri: `${uri}/field` })).body.group.device_count, 1);
    assert.deepEqual((await particle.getProduct({ product: PRODUCT })).body.product.groups, ['lab', 'field', 'new-one']);
    assert.equal((await particle.delete({ uri: `${uri}/field` })).statusCode, 204);
    assert.equal((await refused(particle.get({ uri: `${uri}/field` }))).statusCode, 404);
});

test('vitals', async (t) => {
    const { server, particle } = await start(t);
    const { id } = await server.device('tracker');
    const uri = `/v1/diagnostics/${id}`;

    assert.deepEqual((await particle.post({ uri: `${uri}/update` })).body, { ok: true });
    const { diagnostics } = (await particle.get({ uri: `${uri}/last` })).body;
    assert.equal(diagnostics.deviceID, id);
    assert.equal(diagnostics.payload.service.device.status, 'ok');
    assert.deepEqual((await particle.get({ uri })).body, { diagnostics: [diagnostics] });

    const error = await refused(particle.get({ uri, query: { start_date: 'yesterday' } }));
    assert.deepEqual(errorBody(error), {
        error: 'bad_request',
        description: 'start_date and end_date must be ISO8601 formatted',
    });
});

test('configuration of a product and of its devices', async (t) => {
    const { server, particle } = await start(t);
    const product = PRODUCT;
    const online = (await server.device('pump')).id;
    const offline = (await server.device('cold-pump')).id;
    const config = { location: { radius: 5 } };

    await assert.rejects(particle.getProductConfiguration({ product }), { statusCode: 404 });
    assert.equal((await particle.getProductConfigurationSchema({ product })).body.type, 'object');
    await particle.setProductConfiguration({ product, config });
    assert.deepEqual((await particle.getProductConfiguration({ product })).body, { configuration: config });

    const taken = await particle.setProductDeviceConfiguration({ product, deviceId: online, config: { on: true } });
    assert.equal(taken.statusCode, 200);
    assert.deepEqual(taken.body, {});
    assert.deepEqual((await particle.getProductDeviceConfiguration({ product, deviceId: online })).body, {
        configuration: { current: { on: true } },
    });

    const waits = await particle.setProductDeviceConfiguration({ product, deviceId: offline, config: { on: true } });
    assert.equal(waits.statusCode, 202);
    assert.deepEqual((await particle.getProductDeviceConfiguration({ product, deviceId: offline })).body, {
        configuration: { current: config, pending: { on: true } },
    });
    assert.deepEqual(
        (await particle.getProductDeviceConfigurationSchema({ product, deviceId: offline })).body,
        (await particle.getProductConfigurationSchema({ product })).body,
    );
});

test('locations', async (t) => {
    const { server, particle } = await start(t);
    const { id } = await server.device('pump');
    const tell = (latitude, time) =>
        server.act('pump', 'publish', {
            name: 'loc',
            data: JSON.stringify({ cmd: 'loc', time, loc: { lck: 1, lat: latitude, lon: 34.5 } }),
        });
    await tell(31.5, 1767225660);
    await tell(31.75, 1767225720);

    const { body } = await particle.getProductLocations({ product: PRODUCT, rectBl: '30,30', rectTr: '40,40' });
    assert.deepEqual(body.meta, { page: 1, per_page: 20, total_pages: 1, devices_found: 1 });
    assert.deepEqual(body.locations[0].geometry, { type: 'Point', coordinates: [34.5, 31.75] });
    assert.deepEqual(body.locations[0].timestamps, ['2026-01-01T00:02:00Z']);

    const way = await particle.getProductDeviceLocations({
        product: PRODUCT, deviceId: id, dateRange: '2026-01-01T00:00:00Z,2026-01-02T00:00:00Z',
    });
    assert.deepEqual(way.body.location.geometry, { type: 'LineString', coordinates: [[34.5, 31.5], [34.5, 31.75]] });
});

test('build targets', async (t) => {
    const { particle } = await start(t);

    const { body } = await particle.listBuildTargets({});
    assert.equal(body.platforms.Boron, 13);
    assert.ok(body.targets.some((target) => target.version === body.default_versions[13]));
});
