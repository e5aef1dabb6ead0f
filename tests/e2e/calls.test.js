// What is done with devices that one has: updates, calls, flashes, imports, through the SDK.

import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';

import { errorBody, refused, serve } from './server.js';

const auth = 'grace-token';
const PRODUCT = 'acme-pump';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

async function setUp(t) {
    const server = await serve(t, 'fleet');
    const { id } = await server.device('pump');
    return { server, particle: server.sdk(), id };
}

// The fields that the SDK's type DeviceInfo has.
function checkDevice(device) {
    const types = {
        id: 'string', name: 'string', online: 'boolean', connected: 'boolean', platform_id: 'number',
        cellular: 'boolean', product_id: 'number',
    };
    for (const [key, type] of Object.entries(types)) {
        assert.equal(typeof device[key], type, key);
    }
    for (const key of ['last_heard', 'last_handshake_at']) {
        assert.ok(device[key] === null || typeof device[key] === 'string', key);
    }
    assert.ok(Array.isArray(device.functions));
    assert.equal(typeof device.variables, 'object');
}

test('devices are listed and got', async (t) => {
    const { particle, id } = await setUp(t);

    const { body: devices } = await particle.listDevices({ auth });
    assert.deepEqual(devices.map((device) => device.name), ['pump', 'cold-pump']);
    devices.forEach(checkDevice);

    const { body: device } = await particle.getDevice({ deviceId: id, auth });
    checkDevice(device);
    assert.deepEqual(device.functions, ['start']);
    assert.deepEqual(device.variables, { level: 'int32', label: 'string' });
    assert.equal((await particle.getDevice({ deviceId: 'PUMP', auth })).body.id, id);
});

test('a product\'s devices are listed by pages and filters', async (t) => {
    const { particle, id } = await setUp(t);
    const list = async (options) => (await particle.listDevices({ product: PRODUCT, auth, ...options })).body;

    const all = await list({ sortAttr: 'deviceName', sortDir: 'asc' });
    assert.deepEqual(all.devices.map((device) => device.name), ['cold-pump', 'pump']);
    all.devices.forEach(checkDevice);
    assert.deepEqual(all.meta, { total_pages: 1 });
    const second = await list({ sortAttr: 'deviceName', sortDir: 'asc', page: 2, perPage: 1 });
    assert.deepEqual(second.devices.map((device) => device.name), ['pump']);
    assert.equal(second.meta.total_pages, 2);
    assert.deepEqual((await list({ groups: ['west', 'east'] })).devices.map((device) => device.id), [id]);
    assert.deepEqual((await list({ deviceName: 'cold' })).devices.map((device) => device.name), ['cold-pump']);
    assert.deepEqual((await list({ deviceId: '0000' })).devices, []);
    assert.equal((await particle.getDevice({ deviceId: id, product: PRODUCT, auth })).body.firmware_version, 3);
});

test('a device is renamed, noted and signalled', async (t) => {
    const { particle, id } = await setUp(t);

    const { body: renamed } = await particle.renameDevice({ deviceId: id, name: 'kettle', auth });
    assert.deepEqual({ ...renamed, updated_at: '' }, { id, name: 'kettle', updated_at: '' });
    assert.match(renamed.updated_at, TIME);
    const { body: noted } = await particle.setDeviceNotes({ deviceId: 'kettle', notes: 'by the door', auth });
    assert.equal(noted.notes, 'by the door');
    const { body: signalled } = await particle.signalDevice({ deviceId: id, signal: true, auth });
    assert.deepEqual(signalled, { id, connected: true, signaling: true });

    const taken = await refused(particle.renameDevice({ deviceId: id, name: 'cold-pump', auth }));
    assert.equal(taken.statusCode, 403);
    assert.deepEqual(errorBody(taken), { ok: false, code: 403, errors: [{}] });
    const absent = await refused(particle.signalDevice({ deviceId: 'cold-pump', signal: true, auth }));
    assert.equal(absent.statusCode, 500);
});

test('a product\'s device is locked to a version and updated', async (t) => {
    const { server, particle, id } = await setUp(t);
    const product = PRODUCT;

    const { body: marked } = await particle.markAsDevelopmentDevice({ deviceId: id, product, auth });
    assert.equal(marked.development, true);
    const { body: locked } = await particle.lockDeviceProductFirmware({
        deviceId: id, product, desiredFirmwareVersion: 5, flash: true, auth,
    });
    assert.equal(locked.desired_firmware_version, 5);
    assert.equal((await server.device('pump')).state, 'updating');
    await server.advance('5min');
    assert.equal((await particle.getDevice({ deviceId: id, product, auth })).body.firmware_version, 5);
    const { body: unlocked } = await particle.unlockDeviceProductFirmware({ deviceId: id, product, auth });
    assert.equal(unlocked.desired_firmware_version, null);
});

test('a function is called and a variable read', async (t) => {
    const { particle, id } = await setUp(t);

    for (const product of [undefined, PRODUCT]) {
        const { body: called } = await particle.callFunction({ deviceId: id, name: 'start', argument: 'now', product, auth });
        assert.equal(called.id, id);
        assert.equal(called.name, 'pump');
        assert.equal(called.connected, true);
        assert.equal(called.return_value, 1);
        const { body: read } = await particle.getVariable({ deviceId: id, name: 'level', product, auth });
        assert.equal(read.name, 'level');
        assert.equal(read.result, 42);
        assert.equal(read.coreInfo.name, 'pump');
        assert.equal(read.coreInfo.deviceID, id);
        assert.equal(read.coreInfo.connected, true);
        assert.match(read.coreInfo.last_handshake_at, TIME);
    }
    const unknown = await refused(particle.callFunction({ deviceId: id, name: 'stop', auth }));
    assert.equal(unknown.statusCode, 404);
    assert.deepEqual(errorBody(unknown), { ok: false, error: 'Function stop not found' });
    const absent = await refused(particle.getVariable({ deviceId: 'cold-pump', name: 'level', auth }));
    assert.equal(absent.statusCode, 408);
    assert.deepEqual(errorBody(absent), { ok: false, error: 'timed out' });
});

test('a device is flashed with a file', async (t) => {
    const { server, particle, id } = await setUp(t);

    const { body } = await particle.flashDevice({ deviceId: id, files: { 'app.bin': Buffer.from('not a binary') }, auth });
    assert.deepEqual(body, { id, status: 'Update started' });
    assert.equal((await server.device('pump')).state, 'updating');
    await server.advance('5min');
    assert.equal((await server.device('pump')).state, 'online');
});

test('code is compiled and the binary downloaded', async (t) => {
    const { particle } = await setUp(t);

    const { body } = await particle.compileCode({ files: { 'app.ino': Buffer.from('void loop() {}') }, platformId: 10, auth });
    assert.equal(body.ok, true);
    assert.equal(body.binary_url, `/v1/binaries/${body.binary_id}`);
    assert.match(body.expires_at, TIME);
    assert.equal(typeof body.sizeInfo, 'string');
    const bytes = await particle.downloadFirmwareBinary({ binaryId: body.binary_id, auth });
    assert.ok(Buffer.isBuffer(bytes) && bytes.includes(body.binary_id));
});

test('devices are imported from a file and removed', async (t) => {
    const { server, particle } = await setUp(t);
    const { id } = await server.device('new-pump');
    const product = PRODUCT;

    const { body } = await particle.addDeviceToProduct({
        product, file: Buffer.from(`${id}\r\nACME-SERIAL-2\r\n000000000000000000000001\r\n`), auth,
    });
    assert.deepEqual(body, {
        updated: 2,
        updatedDeviceIds: [id, 'ACME-SERIAL-2'],
        existingDeviceIds: [],
        nonmemberDeviceIds: [],
        invalidDeviceIds: ['000000000000000000000001'],
        protectedDeviceIds: [],
    });
    assert.equal((await particle.removeDevice({ deviceId: id, product, deny: true, auth })).statusCode, 204);
    const gone = await refused(particle.getDevice({ deviceId: id, product, auth }));
    assert.equal(gone.statusCode, 404);
    assert.deepEqual(errorBody(gone), { ok: false, error: 'Device not found for this product' });
});

test('a SIM\'s code claims its device when it connects', async (t) => {
    const { server, particle } = await setUp(t);
    const { id } = await server.device('new-pump');

    const { body } = await particle.getClaimCode({ iccid: '89340765000000000001', auth });
    assert.equal(body.claim_code, '89340765000000000001');
    await server.powerOn('new-pump');
    assert.equal((await particle.getDevice({ deviceId: id, auth })).body.owner, 'grace@example.com');
});

test('serial numbers, public keys and new devices', async (t) => {
    const { particle, id } = await setUp(t);

    const { body: found } = await particle.lookupSerialNumber({ serialNumber: 'ACME-SERIAL-1', auth });
    assert.equal(found.deviceID, id);
    const { body: sent } = await particle.sendPublicKey({ deviceId: id, key: 'not-a-key', auth });
    assert.equal(sent, 'Success!');
    const { body: made } = await particle.provisionDevice({ productId: 6287, auth });
    assert.match(made.id, /^[0-9a-f]{24}$/);
    assert.equal(made.product_id, 6287);
    const { body: released } = await particle.removeDeviceOwner({ deviceId: made.id, product: PRODUCT, auth });
    assert.deepEqual(released, { ok: true });
});
