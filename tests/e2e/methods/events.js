// Methods of events, webhooks and integrations. See ../methods.test.js for the fields of a row.

import assert from 'node:assert/strict';
import { once } from 'node:events';

import { endStream } from '../server.js';

const LAMP = '1e0047000000000000000001';
const GRACE = { auth: 'token-of-grace' };
const PRODUCT = { ...GRACE, product: 'acme-pump' };
const URL = 'http://127.0.0.1:9/hook';
const HOOK = { event: 'flow', url: URL };
const INTEGRATION = { event: 'flow', settings: { integration_type: 'Webhook', url: URL, requestType: 'POST' } };

const hooks = async ({ sdk }, scope = GRACE) => (await sdk.listWebhooks(scope)).body.map(({ id }) => id);
const makeHook = async ({ sdk }, scope = GRACE) => (await sdk.createWebhook({ ...scope, ...HOOK })).body.id;

// What a stream tells first while something is done.
async function firstEvent(w, stream, act) {
    w.t.after(() => endStream(stream));
    const heard = once(stream, 'event');
    await act();
    const [event] = await heard;
    return event;
}

const publish = (server) => server.act('lamp', 'publish', { name: 'flow', data: '12.5' });

const stream = (args) => ({
    gets: 'true',
    untyped: 'a stream is no data; the event that it tells is looked at',
    args,
    check: async (opened, w) => {
        const event = await firstEvent(w, opened, () => publish(w.server));
        assert.deepEqual([event.name, event.data, event.coreid], ['flow', '12.5', LAMP]);
    },
});

export const events = {
    getEventStream: [
        stream({ ...GRACE, deviceId: 'mine', name: 'flow' }),
        stream({ ...GRACE, deviceId: LAMP }),
        stream({ ...GRACE, name: 'flow' }),
    ],
    publishEvent: [
        {
            gets: 'true',
            args: { ...GRACE, name: 'told', data: 'x', isPrivate: true },
            check: async (body, { server }) => {
                const told = (await server.journal()).some(({ data }) => data?.name === 'told');
                assert.deepEqual([body, told], [{ ok: true }, true]);
            },
        },
        { gets: 'true', args: { ...PRODUCT, name: 'told', data: 'x' }, check: (body) => assert.deepEqual(body, { ok: true }) },
    ],
    createWebhook: [
        {
            gets: 'true',
            status: 201,
            args: { ...GRACE, ...HOOK, hook: { method: 'POST', json: { level: '{{PARTICLE_EVENT_VALUE}}' } } },
            check: async (body, w) => {
                assert.deepEqual([body.event, body.url], ['flow', URL]);
                assert.equal(body.hookUrl, `https://api.particle.io/v1/webhooks/${body.id}`);
                assert.deepEqual(await hooks(w), [body.id]);
            },
        },
        {
            gets: 'true',
            status: 201,
            args: { ...PRODUCT, ...HOOK },
            check: async ({ id }, w) => assert.deepEqual(await hooks(w, PRODUCT), [id]),
        },
    ],
    deleteWebhook: {
        gets: 'true',
        status: 204,
        before: makeHook,
        args: ({ made }) => ({ ...GRACE, hookId: made }),
        check: async (body, w) => assert.deepEqual(await hooks(w), []),
    },
    listWebhooks: {
        gets: 'true',
        before: makeHook,
        args: GRACE,
        check: (body, { made }) => assert.deepEqual(body.map(({ id }) => id), [made]),
    },
    createIntegration: {
        gets: 'true',
        status: 201,
        args: { ...GRACE, ...INTEGRATION },
        check: async (body, w) => {
            assert.equal(body.integration_type, 'Webhook');
            assert.deepEqual(await hooks(w), [body.id]);
        },
    },
    editIntegration: {
        gets: 'true',
        before: makeHook,
        args: ({ made }) => ({ ...GRACE, integrationId: made, ...INTEGRATION, event: 'level' }),
        check: async (body, { sdk }) => {
            assert.deepEqual((await sdk.listIntegrations(GRACE)).body.map(({ event }) => event), ['level']);
        },
    },
    deleteIntegration: {
        gets: 'true',
        status: 204,
        before: makeHook,
        args: ({ made }) => ({ ...GRACE, integrationId: made }),
        check: async (body, w) => assert.deepEqual(await hooks(w), []),
    },
    listIntegrations: [
        {
            gets: 'true',
            before: makeHook,
            args: GRACE,
            check: (body, { made }) => assert.deepEqual(body.map(({ id }) => id), [made]),
        },
        { gets: 'true', args: PRODUCT, check: (body) => assert.deepEqual(body, []) },
    ],
};
