// Methods that ask nothing of a server, and those that every other one is made of. See ../methods.test.js for the fields of
// a row.

import assert from 'node:assert/strict';

const GRACE = { auth: 'token-of-grace' };
const LAMP = '1e0047000000000000000001';
const raw = 'it resolves to whatever the route answers';

export const local = {
    setContext: {
        gets: 'local',
        args: ['tool', { name: 'a-test', version: '1.0' }],
        check: (value, { sdk }) => assert.deepEqual(sdk.context, { tool: { name: 'a-test', version: '1.0' } }),
    },
    setDefaultAuth: {
        gets: 'local',
        args: ['token-of-grace'],
        check: (value, { sdk }) => assert.equal(sdk._getActiveAuthToken(), 'token-of-grace'),
    },
    setBaseUrl: {
        gets: 'local',
        args: ['http://127.0.0.1:9'],
        check: (value, { sdk }) => assert.equal(sdk.agent.baseUrl, 'http://127.0.0.1:9'),
    },
    deviceUri: {
        gets: 'local',
        args: { deviceId: LAMP, product: 6287 },
        check: (value) => assert.equal(value, `/v1/products/6287/devices/${LAMP}`),
    },
    client: {
        gets: 'local',
        args: GRACE,
        check: (value) => assert.equal(value.ready(), true),
    },
    get: { gets: 'true', untyped: raw, args: { ...GRACE, uri: '/v1/access_tokens/current' } },
    head: {
        gets: 'unreadable',
        because: 'the answer to a HEAD has no body, and this version of the SDK reads one as JSON',
        args: { ...GRACE, uri: '/v1/devices' },
    },
    post: { gets: 'true', untyped: raw, args: { ...GRACE, uri: '/v1/device_claims', data: {} } },
    put: {
        gets: 'true',
        untyped: raw,
        args: { ...GRACE, uri: `/v1/devices/${LAMP}/ping` },
        check: (body) => assert.deepEqual(body, { online: true, ok: true }),
    },
    patch: { gets: '501', args: { ...GRACE, uri: '/v1/libraries/none', data: { visibility: 'public' } } },
    delete: {
        gets: 'true',
        untyped: raw,
        args: { ...GRACE, uri: '/v1/access_tokens/current' },
        check: (body) => assert.deepEqual(body, { ok: true }),
    },
    request: {
        gets: 'true',
        untyped: raw,
        args: { ...GRACE, method: 'get', uri: '/v1/devices' },
        check: (body) => assert.equal(body.length, 2),
    },
};
