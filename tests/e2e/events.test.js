// Events through the SDK: streams, publishing, what devices say, streams that are cut, keep-alives.

import assert from 'node:assert/strict';
import http from 'node:http';
import test from 'node:test';

import { endStream, errorBody, refused, request, serve } from './server.js';

const PRODUCT = 'acme-pump';
const PATIENCE_MS = 10_000;

// A server, and the streams that are open to it: they are aborted before it ends, since the SDK would try for ever to
// come back.
async function begin(t, world) {
    const streams = [];
    t.after(() => streams.forEach(endStream));
    const server = await serve(t, world);
    return { server, listen: (particle, options) => listen(streams, particle, options) };
}

// Opens a stream and keeps what it tells.
async function listen(streams, particle, options) {
    const stream = await particle.getEventStream(options);
    streams.push(stream);
    const heard = { events: [], said: [], waiting: [] };
    const look = () => {
        heard.waiting = heard.waiting.filter(({ count, resolve }) => heard.events.length < count || resolve());
    };
    stream.on('event', (event) => {
        heard.events.push(event);
        look();
    });
    for (const word of ['disconnect', 'reconnect', 'reconnect-success', 'reconnect-error', 'error']) {
        stream.on(word, () => heard.said.push(word));
    }
    heard.stream = stream;
    heard.until = (count) => new Promise((resolve, reject) => {
        const late = () => reject(new Error(`${heard.events.length} events, not ${count}`));
        const timer = setTimeout(late, PATIENCE_MS);
        heard.waiting.push({ count, resolve: () => resolve(clearTimeout(timer)) });
        look();
    });
    heard.once = (word) => new Promise((resolve) => stream.once(word, resolve));
    return heard;
}

const names = ({ events }) => events.map(({ name, data }) => `${name}=${data}`);

test('an application hears of its device and of what it publishes', async (t) => {
    const { server, listen } = await begin(t, 'shipped');
    const particle = server.sdk();
    const { id } = await server.device('ada-pump');
    const heard = await listen(particle, { deviceId: 'mine', auth: 'ada-token' });
    const flow = await listen(particle, { deviceId: id, name: 'flow/in', auth: 'ada-token' });

    await server.act('ada-pump', 'publish', { name: 'flow/in', data: '12.5' });
    await heard.until(1);
    await flow.until(1);
    assert.deepEqual(heard.events, [
        { name: 'flow/in', data: '12.5', ttl: 60, published_at: '2026-01-01T00:00:00.000Z', coreid: id },
    ]);
    assert.deepEqual(flow.events, heard.events);

    const { body } = await particle.publishEvent({ name: 'told', data: 'x', isPrivate: true, auth: 'ada-token' });
    assert.deepEqual(body, { ok: true });
    await heard.until(2);
    assert.deepEqual(heard.events[1], {
        name: 'told', data: 'x', ttl: 60, published_at: '2026-01-01T00:00:00.000Z', coreid: 'api',
    });
    await server.act('ada-pump', 'power-off');
    await server.advance('46min');
    await heard.until(3);
    await server.powerOn('ada-pump');
    await heard.until(8);
    assert.deepEqual(names(heard).slice(2, 7), [
        'spark/status=offline',
        'spark/status=online',
        'spark/device/last_reset=power_down',
        'particle/device/updates/enabled=true',
        'particle/device/updates/forced=false',
    ]);
    assert.equal(flow.events.length, 1);
});

test('a product hears of its devices, with whose they are', async (t) => {
    const { server, listen } = await begin(t, 'shipped');
    const particle = server.sdk({ clientId: 'acme-app-4711', clientSecret: 'not-a-secret' });
    const auth = (await particle.loginAsClientOwner()).body.access_token;
    const { id } = await server.device('ada-pump');
    const heard = await listen(particle, { product: PRODUCT, auth });
    const one = await listen(particle, { product: PRODUCT, deviceId: id, name: 'fl', auth });
    await server.act('pump', 'publish', { name: 'flow', data: '1' });
    await server.act('ada-pump', 'publish', { name: 'flow', data: '2', private: false });
    await particle.publishEvent({ name: 'all', data: 'x', product: PRODUCT, auth });
    await heard.until(3);
    await one.until(1);
    assert.deepEqual(names(heard), ['flow=1', 'flow=2', 'all=x']);
    assert.deepEqual(names(one), ['flow=2']);
    assert.equal(heard.events[0].productID, 6287);
    assert.equal(heard.events[0].public, false);
    assert.equal(heard.events[1].public, true);
    assert.match(heard.events[1].userid, /^[0-9a-f]{24}$/);
});

test('refusals reach the application', async (t) => {
    const { server } = await begin(t, 'shipped');
    const particle = server.sdk();
    for (const [options, status, description] of [
        [{ deviceId: 'mine', auth: 'nobody' }, 401, / - The access token provided is invalid\.$/],
        [{ auth: 'ada-token' }, 400, /\/v1\/events$/],
        [{ product: PRODUCT, auth: 'ada-token' }, 403, /events$/],
    ]) {
        const error = await refused(particle.getEventStream(options));
        assert.equal(error.statusCode, status);
        assert.match(error.errorDescription, description);
    }
    const error = await refused(particle.publishEvent({ data: 'x', auth: 'ada-token' }));
    assert.equal(error.statusCode, 400);
    assert.deepEqual(errorBody(error), { ok: false, error: 'An event needs a name' });
});

// The SDK comes back after 2 s; while it is away it misses what happens.
for (const how of ['end', 'reset']) {
    test(`the SDK comes back after a cut: ${how}`, async (t) => {
        const { server, listen } = await begin(t, 'shipped');
        const heard = await listen(server.sdk(), { deviceId: 'mine', auth: 'ada-token' });
        const back = heard.once('reconnect-success');
        assert.deepEqual(await server.control('POST', '/streams/cut', { how, match: '/v1/devices' }), { streams: 1 });
        await heard.once('disconnect');
        await server.act('ada-pump', 'publish', { name: 'missed' });
        await back;
        await server.act('ada-pump', 'publish', { name: 'seen', data: '1' });
        await heard.until(1);
        assert.deepEqual(names(heard), ['seen=1']);
    });
}

// On a connection of its own, as it is on the wire: nothing for 9 s, then a newline. A silent stream has none, and the
// SDK would leave it after 15 s.
test('keep-alives come in real time, on a frozen clock, but not to a silent stream', async (t) => {
    const { server } = await begin(t, 'shipped');
    const open = async () => {
        const { hostname, port } = new URL(server.url);
        const heard = { text: '', ended: false };
        const sent = http.get({ hostname, port, path: '/v1/devices/events', agent: false, headers: { Authorization: 'Bearer ada-token' } });
        await new Promise((resolve, reject) => {
            sent.on('error', reject);
            sent.on('response', (reply) => {
                assert.equal(reply.headers['content-type'], 'text/event-stream');
                reply.setEncoding('utf8').on('data', (chunk) => (heard.text += chunk));
                reply.on('error', () => (heard.ended = true));
                reply.on('close', () => (heard.ended = true));
                resolve();
            });
        });
        t.after(() => sent.destroy());
        heard.until = async (text) => {
            for (const end = Date.now() + 15_000; heard.text !== text && Date.now() < end;) {
                await new Promise((resolve) => setTimeout(resolve, 20));
            }
            assert.equal(heard.text, text);
        };
        return heard;
    };
    const silent = await open();
    await silent.until(':ok\n\n');
    await server.control('POST', '/streams/cut', { how: 'silent' });
    const heard = await open();
    await heard.until(':ok\n\n');
    const before = Date.now();
    await heard.until(':ok\n\n\n');
    assert.ok(Date.now() - before > 7_000 && Date.now() - before < 13_000);
    assert.equal(silent.text, ':ok\n\n');
    assert.equal(silent.ended, false);
    assert.equal((await request(`${server.url}/__mock/health`)).status, 200);
});
