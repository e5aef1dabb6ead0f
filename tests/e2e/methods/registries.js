// Methods of SIMs, product firmware, configuration, locations and build targets. See ../methods.test.js for the fields of a
// row.

import assert from 'node:assert/strict';

const PUMP = 'e00fce68000000000000000a';
const PUMP_SIM = '8934076500002589174';
const BARGE_SIM = '8934076500002589182';

const GRACE = { auth: 'token-of-grace' };
const PRODUCT = { ...GRACE, product: 'acme-pump' };
const DEVICE = { ...PRODUCT, deviceId: PUMP };
const OWN_SIM = { auth: 'token-of-edsger', iccid: BARGE_SIM };
const IMAGE = Buffer.alloc(64, 0x5a);
const FIRMWARE = { ...PRODUCT, version: 2 };
const CONFIG = { location: { radius: 50 } };
const RANGE = '2025-12-31T00:00:00Z,2026-01-02T00:00:00Z';

const iccids = (sims) => sims.map(({ iccid }) => iccid);
const upload = ({ sdk }) => sdk.uploadProductFirmware({ ...FIRMWARE, title: 'two', file: IMAGE });
const versions = async ({ sdk }) => (await sdk.listProductFirmware(PRODUCT)).body.map(({ version }) => version);

// The device tells where it is, as a tracker does.
const tellPlace = ({ server }, lat = 31.5, lon = 34.5) => server.act('pump', 'publish', {
    name: 'loc',
    data: JSON.stringify({ cmd: 'loc', loc: { lck: 1, lat, lon } }),
});

export const registries = {
    listSIMs: [
        {
            gets: 'true',
            args: { ...PRODUCT, deviceName: 'pump' },
            unlike: { 'it: not a list': 'the API reference has {sims: […]}' },
            check: ({ sims }) => assert.deepEqual(iccids(sims), [PUMP_SIM]),
        },
        {
            gets: 'true',
            args: { auth: 'token-of-edsger' },
            unlike: { 'it: not a list': 'the API reference has {sims: […]}' },
            check: ({ sims }) => assert.deepEqual(iccids(sims), [BARGE_SIM]),
        },
    ],
    getSIMDataUsage: [
        { gets: 'true', args: OWN_SIM, check: (body) => assert.equal(body.iccid, BARGE_SIM) },
        { gets: 'true', args: { ...PRODUCT, iccid: PUMP_SIM } },
    ],
    getFleetDataUsage: {
        gets: 'true',
        args: PRODUCT,
        check: (body) => assert.equal(body.total_active_sim_cards, 2),
    },
    checkSIM: {
        gets: 'unreadable',
        status: 205,
        because: 'the answer to a HEAD has no body, and this version of the SDK reads one as JSON',
        args: OWN_SIM,
    },
    removeSIM: {
        gets: 'true',
        status: [202, 204],
        // Answered by 200 and no body, which the SDK can't read.
        before: async ({ sdk }) => {
            const deactivate = sdk.put({ ...OWN_SIM, uri: `/v1/sims/${BARGE_SIM}`, data: { action: 'deactivate' } });
            await assert.rejects(deactivate, { statusCode: 200 });
        },
        args: OWN_SIM,
        check: async (body, { sdk }) => assert.deepEqual((await sdk.listSIMs({ auth: 'token-of-edsger' })).body.sims, []),
    },
    listProductFirmware: {
        gets: 'true',
        before: upload,
        args: PRODUCT,
        check: (body) => assert.deepEqual(body.map(({ version, size }) => [version, size]), [[2, 64]]),
    },
    uploadProductFirmware: {
        gets: 'true',
        status: 201,
        args: { ...FIRMWARE, title: 'two', description: 'the second', file: IMAGE },
        check: async (body, w) => {
            assert.deepEqual([body.version, body.title, body.description], [2, 'two', 'the second']);
            assert.deepEqual(await versions(w), [2]);
        },
    },
    getProductFirmware: {
        gets: 'true',
        before: upload,
        args: FIRMWARE,
        check: (body) => assert.deepEqual([body.version, body.title], [2, 'two']),
    },
    updateProductFirmware: {
        gets: 'true',
        before: upload,
        args: { ...FIRMWARE, title: 'deux' },
        check: async (body, { sdk }) => assert.equal((await sdk.getProductFirmware(FIRMWARE)).body.title, 'deux'),
    },
    downloadProductFirmware: {
        gets: 'true',
        before: upload,
        args: FIRMWARE,
        check: (bytes) => assert.deepEqual(bytes, IMAGE),
    },
    releaseProductFirmware: {
        gets: 'true',
        status: [200, 204],
        before: async (w) => {
            await upload(w);
            await w.sdk.lockDeviceProductFirmware({ ...DEVICE, desiredFirmwareVersion: 2, flash: true });
            await w.server.advance('10min');
        },
        args: { ...FIRMWARE, product_default: true },
        unlike: { 'ok: missing': 'the answer is the released version: API reference' },
        check: async (body, { sdk }) => {
            assert.equal((await sdk.getProductFirmware(FIRMWARE)).body.product_default, true);
        },
    },
    getProductConfiguration: {
        gets: 'true',
        before: ({ sdk }) => sdk.setProductConfiguration({ ...PRODUCT, config: CONFIG }),
        args: PRODUCT,
        check: ({ configuration }) => assert.deepEqual(configuration, CONFIG),
    },
    getProductConfigurationSchema: {
        gets: 'true',
        args: PRODUCT,
        check: (body) => assert.equal(body.type, 'object'),
    },
    getProductDeviceConfiguration: {
        gets: 'true',
        before: ({ sdk }) => sdk.setProductDeviceConfiguration({ ...DEVICE, config: CONFIG }),
        args: DEVICE,
        check: ({ configuration }) => assert.deepEqual(configuration.current, CONFIG),
    },
    getProductDeviceConfigurationSchema: {
        gets: 'true',
        args: DEVICE,
        check: (body) => assert.equal(body.type, 'object'),
    },
    setProductConfiguration: {
        gets: 'true',
        args: { ...PRODUCT, config: CONFIG },
        check: ({ configuration }) => assert.deepEqual(configuration, CONFIG),
    },
    setProductDeviceConfiguration: [
        {
            gets: 'true',
            args: { ...DEVICE, config: CONFIG },
            unlike: { 'configuration: missing': 'the answer for a device that is online is {}: API reference' },
            check: (body) => assert.deepEqual(body, {}),
        },
        {
            gets: 'true',
            status: 202,
            before: async ({ server }) => {
                await server.act('pump', 'disconnect');
                await server.advance('1min');
            },
            args: { ...DEVICE, config: CONFIG },
            unlike: { 'configuration: missing': 'the answer for a device that is offline is {}: API reference' },
            check: async (body, { sdk }) => {
                const { body: { configuration } } = await sdk.getProductDeviceConfiguration(DEVICE);
                assert.deepEqual(configuration.pending, CONFIG);
            },
        },
    ],
    getProductLocations: [
        {
            gets: 'true',
            before: tellPlace,
            args: { ...PRODUCT, groups: ['field'], rectBl: '31,34', rectTr: '32,35' },
            check: ({ locations: [place], meta }) => {
                assert.deepEqual([meta.devices_found, place.device_id], [1, PUMP]);
                assert.deepEqual(place.geometry, { type: 'Point', coordinates: [34.5, 31.5] });
            },
        },
        {
            gets: 'true',
            before: tellPlace,
            args: { ...PRODUCT, groups: ['cellar', 'roof'] },
            check: ({ locations }) => assert.deepEqual(locations, []),
        },
    ],
    getProductDeviceLocations: {
        gets: 'true',
        before: async (w) => {
            await tellPlace(w);
            await w.server.advance('1min');
            await tellPlace(w, 31.5, 34.625);
        },
        args: { ...DEVICE, dateRange: RANGE },
        unlike: Object.fromEntries(['device_id', 'product_id', 'gps_lock', 'last_heard', 'online', 'geometry']
            .map((name) => [`${name}: missing`, 'the API reference has {location: {…}, meta}'])),
        check: ({ location }) => assert.deepEqual(location.geometry.coordinates, [[34.5, 31.5], [34.625, 31.5]]),
    },
    listBuildTargets: {
        gets: 'true',
        args: { ...GRACE, onlyFeatured: true },
        check: (body) => assert.ok(body.targets.some(({ platforms }) => platforms.includes(body.platforms.Photon))),
    },
};
