// How each kind of fault is seen: by curl, by the SDK, and in the journal. What `mockcloud list faults` says of a kind
// stands in a row here.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import test from 'node:test';

import { refused, serve } from './server.js';

// Resolves to curl's exit code, and the status that it saw (0: none).
function curl(url, auth, ...args) {
    return new Promise((resolve, reject) => {
        const child = spawn('curl', ['-q', '--silent', '--max-time', '1', '--output', '-', '--write-out', '\n%{http_code}',
            '--oauth2-bearer', auth, ...args, url], { stdio: ['ignore', 'pipe', 'ignore'] });
        let text = '';
        child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        child.on('error', reject);
        child.on('close', (exit) => {
            const lines = text.split('\n');
            const status = Number(lines.pop());
            resolve({ exit, status, body: lines.join('\n') });
        });
    });
}

const networkError = (error) => assert.equal(error.statusCode, undefined, error.message);
const statusOf = (status) => (error) => assert.equal(error.statusCode, status);

// What the SDK makes of a list of devices: what it rejects with, or (sdk) what it resolves to.
const LISTS = [
    { fault: { kind: 'latency', delay: '5s real' }, exit: 28 },
    { fault: { kind: 'latency', delay: '20ms real' }, exit: 0, status: 200, sdk: ({ body }) => assert.equal(body.length, 1) },
    { fault: { kind: 'reply', status: 503 }, exit: 0, status: 503, rejects: statusOf(503) },
    { fault: { kind: 'reply', status: 429, headers: { 'Retry-After': '7' } }, exit: 0, status: 429, rejects: statusOf(429) },
    { fault: { kind: 'empty-reply' }, exit: 52, rejects: networkError },
    { fault: { kind: 'reset' }, exit: 56, rejects: networkError },
    { fault: { kind: 'silent' }, exit: 28 },
    { fault: { kind: 'truncate', bytes: 5 }, exit: 18 },
    { fault: { kind: 'slow-body', bytes: 500, every: '1ms' }, exit: 0, status: 200, sdk: ({ body }) => assert.equal(body.length, 1) },
    { fault: { kind: 'malformed-json' }, exit: 0, status: 200 },
    { fault: { kind: 'date-skew', skew: '-1h' }, exit: 0, status: 200, sdk: ({ body }) => assert.equal(body.length, 1) },
    { fault: { kind: 'twice' }, exit: 0, status: 200, sdk: ({ body }) => assert.equal(body.length, 1) },
    { fault: { kind: 'revoke-token' }, exit: 0, status: 401, rejects: statusOf(401) },
];

// A server with ada, whose lamp is claimed.
async function withAda(t) {
    const server = await serve(t, 'acme');
    const particle = server.sdk();
    const auth = (await particle.login({ username: 'grace@example.com', password: 'not-a-password' })).body.access_token;
    const { id } = await server.device('lamp');
    await particle.claimDevice({ deviceId: id, auth });
    return { server, particle, auth, id };
}

for (const { fault, exit, status, sdk, rejects } of LISTS) {
    test(`${fault.kind}${fault.status ? ` ${fault.status}` : ''}: as it is seen`, async (t) => {
        const { server, particle, auth } = await withAda(t);
        const { name } = await server.control('POST', '/faults', { ...fault, request: 'GET /v1/devices', times: 1 }, 201);
        const seen = await curl(`${server.url}/v1/devices`, auth);
        assert.equal(seen.exit, exit);
        if (status) {
            assert.equal(seen.status, status);
        }
        const met = (await server.journal()).filter(({ kind }) => kind === 'fault.met');
        assert.equal(met.length, 1);
        assert.equal(met[0].data.fault, name);
        assert.equal(met[0].data.kind, fault.kind);
        const why = await server.control('GET', `/why-request/${met[0].data.request}`);
        assert.match(JSON.stringify(why), new RegExp(`the fault ${name} met it: ${fault.kind}`));
        if (!sdk && !rejects) {
            return;
        }
        const fresh = fault.kind === 'revoke-token'
            ? (await particle.login({ username: 'grace@example.com', password: 'not-a-password' })).body.access_token
            : auth;
        await server.control('POST', '/faults', { ...fault, request: 'GET /v1/devices', times: 1 }, 201);
        if (sdk) {
            sdk(await particle.listDevices({ auth: fresh }));
        } else {
            rejects(await refused(particle.listDevices({ auth: fresh })));
        }
    });
}

// node-fetch pipes the reply on and loses its error on the way.
test('truncate: the SDK does not settle', async (t) => {
    const { server, particle, auth } = await withAda(t);
    await server.control('POST', '/faults', { kind: 'truncate', bytes: 5, request: 'GET /v1/devices', times: 1 }, 201);
    const settled = particle.listDevices({ auth }).then(() => 'resolved', () => 'rejected');
    const later = new Promise((resolve) => setTimeout(resolve, 300, 'neither'));
    assert.equal(await Promise.race([settled, later]), 'neither');
});

test('no-claim-code: a 200 that lacks it', async (t) => {
    const { server, particle, auth } = await withAda(t);
    await server.control('POST', '/faults', { kind: 'no-claim-code', request: 'POST /v1/device_claims' }, 201);
    const seen = await curl(`${server.url}/v1/device_claims`, auth, '--data', '');
    assert.equal(seen.status, 200);
    assert.equal(JSON.parse(seen.body).claim_code, undefined);
    const { statusCode, body } = await particle.getClaimCode({ auth });
    assert.equal(statusCode, 200);
    assert.equal(body.claim_code, undefined);
});

test('stale-online: the device reads online when it has gone', async (t) => {
    const { server, particle, auth, id } = await withAda(t);
    await server.control('POST', '/faults', { kind: 'stale-online', request: 'any', lag: '30s' }, 201);
    await server.act('lamp', 'listen');
    const seen = await curl(`${server.url}/v1/devices/${id}`, auth);
    assert.equal(JSON.parse(seen.body).online, true);
    assert.equal((await particle.getDevice({ deviceId: id, auth })).body.online, true);
    assert.equal((await server.device('lamp')).online, false);
    await server.advance('30s');
    assert.equal((await particle.getDevice({ deviceId: id, auth })).body.online, false);
});

test('late-owner: a claim that was taken shows up later', async (t) => {
    const server = await serve(t, 'acme');
    const particle = server.sdk();
    const auth = (await particle.login({ username: 'grace@example.com', password: 'not-a-password' })).body.access_token;
    const { id } = await server.device('lamp');
    await server.control('POST', '/faults', { kind: 'late-owner', request: 'any', lag: '10s' }, 201);
    assert.equal((await particle.claimDevice({ deviceId: id, auth })).statusCode, 200);
    assert.deepEqual((await particle.listDevices({ auth })).body, []);
    assert.equal((await curl(`${server.url}/v1/devices/${id}`, auth)).status, 403);
    assert.equal((await refused(particle.getDevice({ deviceId: id, auth }))).statusCode, 403);
    await server.advance('10s');
    assert.equal((await particle.getDevice({ deviceId: id, auth })).statusCode, 200);
});

test('list-lags: the list has what has gone, the device itself is as it is', async (t) => {
    const { server, particle, auth, id } = await withAda(t);
    await server.control('POST', '/faults', { kind: 'list-lags', request: 'any', lag: '10s' }, 201);
    await particle.removeDevice({ deviceId: id, auth });
    assert.equal((await particle.listDevices({ auth })).body[0].id, id);
    assert.equal(JSON.parse((await curl(`${server.url}/v1/devices`, auth)).body)[0].id, id);
    assert.equal((await refused(particle.getDevice({ deviceId: id, auth }))).statusCode, 403);
    await server.advance('10s');
    assert.deepEqual((await particle.listDevices({ auth })).body, []);
});

// Asks until somebody listens again; the server says how long that can take.
async function until(ask) {
    for (const end = Date.now() + 10_000; ;) {
        try {
            return await ask();
        } catch (error) {
            assert.ok(Date.now() < end, error.message);
        }
    }
}

test('refuse: nobody listens, then somebody does at the same port', async (t) => {
    const { server, particle, auth } = await withAda(t);
    await server.control('POST', '/faults', { kind: 'refuse' }, 400); // it could not be cleared
    await server.control('POST', '/faults', { kind: 'refuse', for: '500ms real' }, 201);
    const { exit } = await curl(`${server.url}/v1/devices`, auth);
    assert.equal(exit, 7);
    networkError(await refused(particle.listDevices({ auth })));
    assert.equal((await until(() => particle.listDevices({ auth }))).statusCode, 200);
    assert.equal((await curl(`${server.url}/v1/devices`, auth)).status, 200);
});

test('restart: whoever is connected is cut off, and what was issued is lost', async (t) => {
    const { server, particle, auth, id } = await withAda(t);
    const stream = curl(`${server.url}/v1/devices/events`, auth, '--no-buffer', '--max-time', '20');
    await until(async () => assert.ok((await server.journal()).some(({ data }) => data.path === '/v1/devices/events')));
    await server.control('POST', '/restart', { down: '1s virtual' }, 400);
    await server.control('POST', '/restart', { state: 'lost', down: '200ms real' }, 204);
    assert.equal((await stream).exit, 18); // the SDK learns of it when it has heard nothing for 15 s
    const error = await until(async () => {
        const seen = await refused(particle.listDevices({ auth }));
        assert.ok(seen.statusCode, 'somebody listens');
        return seen;
    });
    assert.equal(error.statusCode, 401);
    const fresh = (await particle.login({ username: 'grace@example.com', password: 'not-a-password' })).body.access_token;
    await server.advance('1min');
    const [device] = (await particle.listDevices({ auth: fresh })).body;
    assert.equal(device.id, id);
    assert.equal(device.online, true);
    const kinds = (await server.journal()).map(({ kind }) => kind);
    assert.ok(kinds.indexOf('cloud.restarted') > 0);
    assert.ok(kinds.lastIndexOf('session.opened') > kinds.indexOf('cloud.restarted'));
});

// An event stream read by curl: resolves once its head is there, to {lines, ended}. `lines` grows; `ended` resolves to curl's exit code.
function stream(url, auth) {
    const child = spawn('curl', ['-q', '--silent', '--no-buffer', '--max-time', '5', '--oauth2-bearer', auth, url], { stdio: ['ignore', 'pipe', 'ignore'] });
    const got = { text: '', child, ended: new Promise((resolve) => child.on('close', resolve)), waiting: () => {} };
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
        got.text += chunk;
        got.waiting();
    });
    got.until = (text) => new Promise((resolve) => {
        got.waiting = () => got.text.includes(text) && resolve();
        got.waiting();
    });
    return got;
}

const STREAMS = [
    { kind: 'stream-end', exit: 0 },
    { kind: 'stream-reset', exit: 56 },
    { kind: 'stream-stall', exit: 28 },
    { kind: 'stream-lose', events: 2 },
];

for (const { kind, exit, events } of STREAMS) {
    test(`${kind}: as it is seen`, async (t) => {
        const { server, particle, auth } = await withAda(t);
        const publish = (name) => particle.publishEvent({ name, data: 'x', isPrivate: true, auth });
        const reader = stream(`${server.url}/v1/devices/events`, auth);
        await reader.until(':ok');
        await publish('before');
        await reader.until('event: before');
        const { name } = await server.control('POST', '/faults', { kind, request: 'any /v1/devices/events', ...(events ? { events } : {}) }, 201);
        for (const event of ['first', 'second', 'third']) {
            await publish(event);
        }
        if (events) {
            await reader.until('event: third');
            assert.doesNotMatch(reader.text, /event: (first|second)/);
            reader.child.kill();
            await reader.ended;
        } else {
            assert.equal(await reader.ended, exit);
            assert.doesNotMatch(reader.text, /event: (first|second|third)/);
        }
        const { faults } = await server.control('GET', '/faults');
        assert.ok(faults.every((fault) => fault.name !== name || fault.met === 1), JSON.stringify(faults));
        // The fault is over: the next stream is whole.
        const next = stream(`${server.url}/v1/devices/events`, auth);
        await next.until(':ok');
        await publish('after');
        await next.until('event: after');
        next.child.kill();
        await next.ended;
    });
}
