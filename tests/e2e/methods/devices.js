// Methods of devices, claiming, functions, variables, flashing. See ../methods.test.js for the fields of a row.

import assert from 'node:assert/strict';

const PUMP = 'e00fce68000000000000000a';
const SPARE = 'e00fce68000000000000000b';
const LOOSE = 'e00fce68000000000000000c';
const LAMP = '1e0047000000000000000001';
const SHELF = '1e0047000000000000000002';
const THEIRS = '1e0047000000000000000003';

const GRACE = { auth: 'token-of-grace' };
const PRODUCT = { ...GRACE, product: 'acme-pump' };

const get = async ({ sdk }, deviceId) => (await sdk.getDevice({ ...GRACE, deviceId })).body;
const getInProduct = async ({ sdk }, deviceId) => (await sdk.getDevice({ ...PRODUCT, deviceId })).body;
const ids = (devices) => devices.map(({ id }) => id).sort();

// An update answers with the field that it set; the SDK's type says: the whole device.
const DEVICE = [
    'name', 'last_app', 'last_heard', 'last_handshake_at', 'online', 'connected', 'platform_id', 'cellular', 'product_id',
];
const deviceLess = (why, ...sent) => Object.fromEntries(DEVICE
    .filter((name) => !sent.includes(name))
    .map((name) => [`${name}: missing`, why]));
const updated = (...sent) => deviceLess('an update answers {id, the field, updated_at}: API reference', ...sent);

const firmware = (bytes) => ({ 'firmware.bin': Buffer.alloc(bytes, 0xa5) });

const NO_LAST_APP = 'since 2020 a device has no last_app: API reference';

export const devices = {
    listDevices: [
        {
            gets: 'true',
            args: GRACE,
            untyped: 'the type is a list or an object; held against the list here',
            check: (body) => assert.deepEqual(ids(body), [LAMP, PUMP]),
        },
        {
            gets: 'true',
            args: { ...PRODUCT, sortAttr: 'deviceId', sortDir: 'desc', page: 1, perPage: 1 },
            unlike: {
                'devices[0].last_app: missing': NO_LAST_APP,
                'meta.page: missing': 'meta is {total_pages}: API reference',
                'meta.per_page: missing': 'meta is {total_pages}: API reference',
            },
            check: ({ devices: found, meta }) => {
                assert.deepEqual([ids(found), meta.total_pages], [[SPARE], 2]);
            },
        },
    ],
    getDevice: [
        {
            gets: 'true',
            args: { ...GRACE, deviceId: LAMP },
            unlike: { 'last_app: missing': NO_LAST_APP },
            check: (body) => {
                assert.deepEqual(body.functions, ['blink']);
                assert.deepEqual(body.variables, { brightness: 'int32', on: 'bool', colour: 'string' });
            },
        },
        {
            gets: 'true',
            args: { ...PRODUCT, deviceId: SPARE },
            unlike: { 'last_app: missing': NO_LAST_APP },
            check: ({ id, owner }) => assert.deepEqual([id, owner], [SPARE, null]),
        },
    ],
    claimDevice: [
        {
            gets: 'true',
            args: { ...GRACE, deviceId: SHELF },
            unlike: {
                'deviceID: missing': 'the answer, as recorded in 2015, is {user_id, id, connected, ok}',
                'claimed: missing': 'the answer, as recorded in 2015, is {user_id, id, connected, ok}',
            },
            check: async (body, w) => {
                assert.deepEqual([body.id, body.connected, body.ok], [SHELF, true, true]);
                assert.equal((await get(w, SHELF)).id, SHELF);
            },
        },
        {
            gets: 'true',
            args: { ...GRACE, deviceId: THEIRS, requestTransfer: true },
            unlike: {
                'deviceID: missing': 'nothing is known of the body, which clients ignore',
                'claimed: missing': 'nothing is known of the body, which clients ignore',
            },
            check: async (body, { sdk }) => assert.rejects(sdk.getDevice({ ...GRACE, deviceId: THEIRS }), { statusCode: 403 }),
        },
    ],
    addDeviceToProduct: [
        {
            gets: 'true',
            args: { ...PRODUCT, deviceId: LOOSE },
            unlike: { 'ok: missing': 'the answer, as recorded in 2018, is {updated, …DeviceIds}' },
            check: async (body, w) => {
                assert.deepEqual([body.updated, body.updatedDeviceIds], [1, [LOOSE]]);
                assert.equal((await getInProduct(w, LOOSE)).product_id, 6287);
            },
        },
        {
            gets: 'true',
            args: { ...PRODUCT, file: Buffer.from(`${LOOSE}\r\n${SPARE}\r\n000000000000000000000001\r\n`) },
            unlike: { 'ok: missing': 'the answer, as recorded in 2018, is {updated, …DeviceIds}' },
            check: (body) => {
                assert.deepEqual(body.updatedDeviceIds, [LOOSE]);
                assert.deepEqual(body.existingDeviceIds, [SPARE]);
                assert.deepEqual(body.invalidDeviceIds, ['000000000000000000000001']);
            },
        },
    ],
    removeDevice: [
        {
            gets: 'true',
            args: { ...GRACE, deviceId: LAMP },
            check: async (body, { sdk }) => assert.deepEqual(ids((await sdk.listDevices(GRACE)).body), [PUMP]),
        },
        {
            gets: 'true',
            status: 204,
            args: { ...PRODUCT, deviceId: SPARE, deny: true },
            check: async (body, { sdk }) => {
                const [spare] = (await sdk.listDevices(PRODUCT)).body.devices.filter(({ id }) => id === SPARE);
                assert.ok(spare === undefined || spare.denied);
            },
        },
    ],
    removeDeviceOwner: {
        gets: 'true',
        args: { ...PRODUCT, deviceId: PUMP },
        check: async (body, w) => {
            assert.deepEqual(body, { ok: true });
            assert.equal((await getInProduct(w, PUMP)).owner, null);
        },
    },
    renameDevice: {
        gets: 'true',
        args: { ...GRACE, deviceId: LAMP, name: 'desk-lamp' },
        unlike: updated('name'),
        check: async (body, w) => {
            assert.deepEqual([body.id, body.name], [LAMP, 'desk-lamp']);
            assert.equal((await get(w, LAMP)).name, 'desk-lamp');
        },
    },
    signalDevice: {
        gets: 'true',
        args: { ...GRACE, deviceId: LAMP, signal: true },
        unlike: deviceLess('the answer, as recorded in 2015, is {id, connected, signaling}', 'connected'),
        check: (body) => assert.deepEqual(body, { id: LAMP, connected: true, signaling: true }),
    },
    setDeviceNotes: {
        gets: 'true',
        args: { ...GRACE, deviceId: LAMP, notes: 'on the desk' },
        unlike: updated(),
        check: async (body, w) => assert.equal((await get(w, LAMP)).notes, 'on the desk'),
    },
    markAsDevelopmentDevice: {
        gets: 'true',
        args: { ...PRODUCT, deviceId: SPARE },
        unlike: updated(),
        check: async (body, w) => assert.equal((await getInProduct(w, SPARE)).development, true),
    },
    lockDeviceProductFirmware: {
        gets: 'true',
        args: { ...PRODUCT, deviceId: SPARE, desiredFirmwareVersion: 3, flash: false },
        unlike: updated(),
        check: async (body, w) => assert.equal((await getInProduct(w, SPARE)).desired_firmware_version, 3),
    },
    unlockDeviceProductFirmware: {
        gets: 'true',
        before: ({ sdk }) => sdk.lockDeviceProductFirmware({ ...PRODUCT, deviceId: SPARE, desiredFirmwareVersion: 3 }),
        args: { ...PRODUCT, deviceId: SPARE },
        unlike: updated(),
        check: async (body, w) => assert.equal((await getInProduct(w, SPARE)).desired_firmware_version, undefined),
    },
    updateDevice: {
        gets: 'true',
        args: { ...PRODUCT, deviceId: PUMP, notes: 'by the well' },
        unlike: updated(),
        check: async (body, w) => assert.equal((await getInProduct(w, PUMP)).notes, 'by the well'),
    },
    provisionDevice: {
        gets: 'true',
        args: { ...GRACE, productId: 6287 },
        unlike: { 'name: not string': 'nobody has named it yet (a guess)', 'last_app: missing': NO_LAST_APP },
        check: ({ id, product_id: product }) => {
            assert.match(id, /^[0-9a-f]{24}$/);
            assert.equal(product, 6287);
        },
    },
    getClaimCode: [
        {
            gets: 'true',
            args: GRACE,
            check: (body) => {
                assert.equal(body.claim_code.length, 63);
                assert.deepEqual([...body.device_ids].sort(), [LAMP, PUMP]);
            },
        },
        {
            gets: 'true',
            args: { product: 'acme-pump', auth: 'token-of-ada' },
            check: (body) => assert.deepEqual(body.device_ids, []),
        },
        {
            gets: 'true',
            args: { ...GRACE, iccid: '8934076500002589174' },
            check: (body) => assert.equal(body.claim_code, '8934076500002589174'),
        },
    ],
    getVariable: [
        {
            gets: 'true',
            args: { ...GRACE, deviceId: LAMP, name: 'colour' },
            check: ({ result }) => assert.equal(result, 'warm'),
        },
        {
            gets: 'true',
            args: { ...PRODUCT, deviceId: PUMP, name: 'litres' },
            check: ({ result }) => assert.equal(result, 12.5),
        },
    ],
    callFunction: [
        {
            gets: 'true',
            args: { ...GRACE, deviceId: LAMP, name: 'blink', argument: 'twice' },
            check: (body) => assert.deepEqual([body.id, body.connected, body.return_value], [LAMP, true, 3]),
        },
        {
            gets: 'true',
            args: { ...PRODUCT, deviceId: PUMP, name: 'prime', argument: '' },
            check: (body) => assert.equal(body.return_value, 42),
        },
    ],
    flashDevice: {
        gets: 'true',
        args: { ...GRACE, deviceId: LAMP, files: firmware(2048) },
        unlike: { 'ok: missing': 'of a binary the answer has id and status: API reference' },
        check: async (body, { server }) => {
            assert.equal(body.status, 'Update started');
            assert.equal((await server.device('lamp')).state, 'updating');
        },
    },
    compileCode: {
        gets: 'true',
        args: { ...GRACE, files: { 'app.ino': Buffer.from('void loop() {}\n') }, platformId: 6, targetVersion: '3.3.1' },
        check: ({ binary_id: id, binary_url: url }) => assert.equal(url, `/v1/binaries/${id}`),
    },
    downloadFirmwareBinary: {
        gets: 'true',
        before: async ({ sdk }) => (await sdk.compileCode(devices.compileCode.args)).body.binary_id,
        args: ({ made }) => ({ ...GRACE, binaryId: made }),
        check: (bytes) => assert.ok(bytes.length > 0),
    },
    downloadFile: {
        gets: 'true',
        args: ({ server }) => ({ uri: `${server.url}/v1/build_targets` }), // without a token
        check: (bytes) => assert.ok(JSON.parse(Buffer.from(bytes)).targets.length > 0),
    },
    downloadManufacturingBackup: {
        gets: 'refused',
        args: { ...GRACE, deviceId: LAMP },
        status: 404,
        error: { ok: false, error: 'There is no backup' },
    },
    unprotectDevice: [
        {
            gets: 'true',
            args: { ...GRACE, deviceId: LAMP, action: 'prepare' },
            check: ({ server_nonce: nonce }) => assert.equal(Buffer.from(nonce, 'base64').length, 32),
        },
        {
            gets: 'true',
            before: async ({ sdk }) => (await sdk.unprotectDevice({ ...PRODUCT, deviceId: PUMP, action: 'prepare' })).body,
            args: ({ made }) => ({
                ...PRODUCT,
                deviceId: PUMP,
                action: 'confirm',
                serverNonce: made.server_nonce,
                deviceNonce: 'YQ==',
                deviceSignature: 'Yg==',
                devicePublicKeyFingerprint: 'Yw==',
            }),
            check: (body) => assert.ok(body.server_signature && body.server_public_key_fingerprint),
        },
    ],
    sendPublicKey: {
        gets: 'true',
        args: { ...GRACE, deviceId: LAMP, key: '-----BEGIN PUBLIC KEY-----\nnot a key\n-----END PUBLIC KEY-----\n' },
        unlike: { 'it: not an object': 'the answer, as recorded in 2016, is a string' },
        check: (body) => assert.equal(body, 'Success!'),
    },
    lookupSerialNumber: {
        gets: 'true',
        args: { ...GRACE, serialNumber: 'ACME-0001' },
        unlike: {
            'serial_number: missing': 'the API reference has {ok, deviceID, iccid}',
            'device_id: missing': 'the API reference has {ok, deviceID, iccid}',
        },
        check: (body) => assert.deepEqual(body, { ok: true, deviceID: PUMP, iccid: '8934076500002589174' }),
    },
};
