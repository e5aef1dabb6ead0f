// Webhooks from end to end: a device publishes, the hook calls a server of the test, and what that answers comes back
// as events to a stream of the SDK.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';

import { receiver } from './receiver.js';
import { endStream, program, refused, request, serve } from './server.js';

const PATIENCE_MS = 10_000;
const auth = 'grace-token';
const AGENT = 'ParticleBot/1.1 (https://docs.particle.io/webhooks)';

// What a stream tells, as "name=data", and a way to wait for so many.
async function listen(t, particle, options) {
    const stream = await particle.getEventStream({ auth, ...options });
    t.after(() => endStream(stream));
    const heard = [];
    let look = () => {};
    stream.on('event', (event) => {
        heard.push(event);
        look();
    });
    const until = (count) => new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${heard.length} events, not ${count}`)), PATIENCE_MS);
        look = () => heard.length >= count && resolve(clearTimeout(timer));
        look();
    });
    return { heard, until, names: () => heard.map(({ name, data }) => `${name}=${data}`) };
}

test('a device publishes, the hook is called, its response comes back in events', async (t) => {
    const hook = await receiver(t, (_, response) => response.end('x'.repeat(600) + 'y'.repeat(600)));
    const server = await serve(t, 'hooks');
    const particle = server.sdk();
    const { id } = await server.device('lamp');

    const made = await particle.createWebhook({ event: 'temp', url: `${hook.url}/in?{{{room}}}`, auth });
    assert.equal(made.statusCode, 201);
    assert.equal(made.body.ok, true);
    const mine = await listen(t, particle, { deviceId: 'mine' });
    await server.act('lamp', 'publish', { name: 'temp/in', data: '{"room":"kitchen"}' });
    await mine.until(5);

    assert.deepEqual(mine.names(), [
        'temp/in={"room":"kitchen"}',
        'hook-sent/temp/in=undefined',
        `hook-response/temp/in/0=${'x'.repeat(512)}`,
        `hook-response/temp/in/1=${'x'.repeat(88)}${'y'.repeat(424)}`,
        `hook-response/temp/in/2=${'y'.repeat(176)}`,
    ]);
    assert.deepEqual(mine.heard.map(({ coreid }) => coreid), [id, ...Array(4).fill('particle-internal')]);
    const body = `event=temp%2Fin&data=%7B%22room%22%3A%22kitchen%22%7D&published_at=2026-01-01T00%3A00%3A00.000Z&coreid=${id}`;
    assert.deepEqual(hook.got, [{
        method: 'POST',
        url: '/in?kitchen',
        headers: {
            host: `127.0.0.1:${hook.port}`,
            'user-agent': AGENT,
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': String(body.length),
        },
        body,
    }]);
});

test('a product\'s hook answers the device by its own topic', async (t) => {
    const hook = await receiver(t, (_, response) => response.end('{"a":{"b":[7]}}'));
    const server = await serve(t, 'hooks');
    const particle = server.sdk();
    const { id } = await server.device('pump');

    await particle.createWebhook({
        event: 'flow', url: `http://localhost:${hook.port}/`, product: 'acme-pump', auth,
        hook: { json: { v: '{{{PARTICLE_EVENT_VALUE}}}' }, responseTemplate: 'got {{{a.b.0}}}' },
    });
    const stream = await listen(t, particle, { product: 'acme-pump' });
    await server.act('pump', 'publish', { name: 'flow', data: '1' });
    await stream.until(3);

    assert.deepEqual(stream.names(), ['flow=1', 'hook-sent/flow=undefined', `${id}/hook-response/flow/0=got 7`]);
    assert.equal(hook.got[0].headers.accept, 'application/json');
    assert.deepEqual(JSON.parse(hook.got[0].body), {
        event: 'flow', data: '1', published_at: '2026-01-01T00:00:00.000Z', coreid: id, v: '1',
    });
});

test('integrations are made, listed, changed and deleted', async (t) => {
    const server = await serve(t, 'hooks');
    const particle = server.sdk();
    const settings = { integration_type: 'Webhook', url: 'http://127.0.0.1:1/', requestType: 'GET' };

    const { body: made } = await particle.createIntegration({ event: 'a', settings, product: 6287, auth });
    const { id } = made;
    assert.equal(made.requestType, 'GET');
    const { body: list } = await particle.listIntegrations({ product: 6287, auth });
    assert.deepEqual(list.map((one) => one.id), [id]);
    const edit = { integrationId: id, event: 'b', settings: { requestType: 'PUT' }, product: 6287, auth };
    const { body: edited } = await particle.editIntegration(edit);
    assert.deepEqual([edited.event, edited.requestType, edited.url], ['b', 'PUT', settings.url]);
    assert.equal((await particle.deleteIntegration({ integrationId: id, product: 6287, auth })).statusCode, 204);
    const { body: hooks } = await particle.listWebhooks({ product: 6287, auth });
    assert.deepEqual(hooks, []);
    const error = await refused(particle.deleteWebhook({ hookId: id, auth }));
    assert.equal(error.statusCode, 404);
    assert.equal(error.body.error, 'Webhook not found');
});

test('what goes wrong comes back as hook-error', async (t) => {
    const hook = await receiver(t, ({ url, socket }, response) => {
        if (url === '/cut') {
            socket.destroy();
        } else if (url === '/redirect') {
            response.writeHead(302, { location: '/elsewhere' }).end();
        } else {
            response.writeHead(404).end('nothing');
        }
    });
    const server = await serve(t, 'hooks');
    const particle = server.sdk();
    const cases = [
        [`${hook.url}/missing`, 'error status 404 from 127.0.0.1'],
        [`${hook.url}/redirect`, 'error status 302 from 127.0.0.1'],
        [`${hook.url}/cut`, 'socket hang up'],
        ['http://127.0.0.1:1/', 'connect ECONNREFUSED 127.0.0.1'],
        ['http://example.com/', 'mockcloud sends webhooks to this machine only; --allow-outbound example.com lets them go there'],
        ['http://127.0.0.1.example.com/', 'mockcloud sends webhooks to this machine only; --allow-outbound 127.0.0.1.example.com lets them go there'],
        ['http://localhost@192.0.2.1/', 'mockcloud sends webhooks to this machine only; --allow-outbound 192.0.2.1 lets them go there'],
        ['file:///etc/hostname', 'Invalid URI'],
        ['no URL', 'Invalid URI'],
    ];
    for (const [at, [url]] of cases.entries()) {
        await particle.createWebhook({ event: `case${at}`, url, auth });
    }
    const mine = await listen(t, particle, { deviceId: 'mine', name: 'hook-error' });
    for (const [at, [, told]] of cases.entries()) {
        await server.act('lamp', 'publish', { name: `case${at}`, data: '1' });
        await mine.until(at + 1);
        assert.deepEqual(mine.names().slice(at), [`hook-error/case${at}/0=${told}`]);
    }
    assert.deepEqual(hook.got.map(({ url }) => url), ['/missing', '/redirect', '/cut']);
    const journal = await server.journal();
    assert.equal(journal.filter(({ kind }) => kind === 'webhook.failed').length, 7);
});

test('a receiver that says nothing is given up after 20 s of the world\'s time', async (t) => {
    const held = [];
    const hook = await receiver(t, (_, response) => held.push(response));
    const server = await serve(t, 'hooks', '--webhook-patience', '100ms');
    const particle = server.sdk();
    await particle.createWebhook({ event: 'slow', url: hook.url, auth });
    const mine = await listen(t, particle, { deviceId: 'mine', name: 'hook' });
    const called = hook.next();
    await server.act('lamp', 'publish', { name: 'slow', data: '1' });
    await called;
    const closed = new Promise((resolve) => held[0].socket.once('close', resolve));

    await server.advance('19s');
    assert.deepEqual(mine.names(), ['hook-sent/slow=undefined']);
    await server.advance('1s');
    await mine.until(2);
    assert.deepEqual(mine.names(), ['hook-sent/slow=undefined', 'hook-error/slow/0=ESOCKETTIMEDOUT']);
    assert.equal(mine.heard[1].published_at, '2026-01-01T00:00:20.000Z');
    await closed;
});

test('a clock that is moved waits for the answer, which lands before it moves', async (t) => {
    const held = [];
    const hook = await receiver(t, (_, response) => held.push(response));
    const server = await serve(t, 'hooks');
    const particle = server.sdk();
    await particle.createWebhook({ event: 'slow', url: hook.url, auth });
    const mine = await listen(t, particle, { deviceId: 'mine', name: 'hook' });
    const called = hook.next();
    await server.act('lamp', 'publish', { name: 'slow', data: '1' });
    await called;

    const moved = server.advance('1h');
    assert.equal((await server.control('GET', '/clock')).now, '2026-01-01T00:00:00.000Z');
    held[0].end('at last');
    assert.equal((await moved).now, '2026-01-01T01:00:00.000Z');
    await mine.until(2);
    assert.deepEqual(mine.names(), ['hook-sent/slow=undefined', 'hook-response/slow/0=at last']);
    assert.equal(mine.heard[1].published_at, '2026-01-01T00:00:00.000Z');
});

test('a host that fails too often is left alone, and tried again', async (t) => {
    let status = 500;
    const hook = await receiver(t, (_, response) => response.writeHead(status).end('ok'));
    const server = await serve(t, 'hooks');
    const particle = server.sdk();
    await particle.createWebhook({ event: 'try', url: hook.url, auth });
    const mine = await listen(t, particle, { deviceId: 'mine', name: 'hook-' });
    for (let time = 1; time <= 10; time++) {
        await server.act('lamp', 'publish', { name: 'try', data: String(time) });
        await mine.until(2 * time);
    }
    await server.act('lamp', 'publish', { name: 'try', data: 'late' });
    await mine.until(21);
    assert.equal(mine.names()[20], 'hook-error/try/0=Sleeping, too many errors, please wait and try again');
    assert.equal(hook.got.length, 10);

    status = 200;
    await server.advance('30s');
    await mine.until(23);
    assert.deepEqual(mine.names().slice(21), ['hook-sent/try=undefined', 'hook-response/try/0=ok']);
    assert.equal(mine.heard[22].published_at, '2026-01-01T00:00:30.000Z');
    assert.match(hook.got[10].body, /data=late/);
    const { body } = await particle.listWebhooks({ auth });
    const one = await request(`${server.url}/v1/webhooks/${body[0].id}`, { headers: { authorization: `Bearer ${auth}` } });
    assert.deepEqual(one.json.webhook.counters, [{ date: '2026-01-01', success: 1, error: 10, skipped: 1 }]);
    assert.equal(one.json.webhook.errors.length, 10);
});

test('an endless response is cut at 100 KB', async (t) => {
    const hook = await receiver(t, (_, response) => {
        const more = () => {
            while (!response.destroyed && response.write('z'.repeat(10_000)));
        };
        response.on('drain', more);
        more();
    });
    const server = await serve(t, 'hooks');
    const particle = server.sdk();
    await particle.createWebhook({ event: 'big', url: hook.url, auth });
    const mine = await listen(t, particle, { deviceId: 'mine', name: 'hook-response' });
    await server.act('lamp', 'publish', { name: 'big', data: '1' });
    await mine.until(200);
    assert.equal(mine.heard.map(({ data }) => data).join(''), 'z'.repeat(102_400));
});

test('a world that goes away cancels what is on its way; a server that ends, too', async (t) => {
    const held = [];
    const hook = await receiver(t, (_, response) => held.push(response));
    const server = await serve(t, 'hooks');
    const world = {
        name: 'w', clock: { mode: 'frozen' }, users: [{ username: 'bob@example.com' }],
        tokens: [{ token: 'bob-token', user: 'bob@example.com' }],
        webhooks: [{ event: 'slow', url: hook.url, user: 'bob@example.com' }],
    };
    const control = { 'X-Mockcloud-Control': '1', 'Content-Type': 'application/json' };
    const post = { method: 'POST', headers: control, body: JSON.stringify(world) };
    assert.equal((await request(`${server.url}/__mock/worlds`, post)).status, 201);
    const called = hook.next();
    await server.sdk().publishEvent({ name: 'slow', data: '1', auth: 'bob-token' });
    await called;
    const closed = new Promise((resolve) => held[0].socket.once('close', resolve));
    assert.equal((await request(`${server.url}/__mock/worlds/w`, { method: 'DELETE', headers: control })).status, 204);
    await closed;

    await server.sdk().createWebhook({ event: 'slow', url: hook.url, auth });
    const again = hook.next();
    await server.act('lamp', 'publish', { name: 'slow', data: '1' });
    await again; // the server is stopped with it on its way
});

// Runs a scenario whose one webhook calls `url`; resolves to {code, journal}.
async function play(t, url, steps) {
    const folder = await mkdtemp(path.join(tmpdir(), 'mockcloud-'));
    t.after(() => rm(folder, { recursive: true }));
    const publish = (data) => ({
        request: 'POST /v1/devices/events', token: 'grace@example.com', form: { name: 'temp', data }, reply: { status: 200 },
    });
    const scenario = {
        scenario: 'webhooks',
        world: {
            users: [{ username: 'grace@example.com' }],
            webhooks: [0, 1].map((at) => ({ event: 'temp', url: `${url}/${at}`, user: 'grace@example.com' })),
        },
        steps: steps.map((step) => (typeof step === 'string' ? publish(step) : step)),
    };
    const file = path.join(folder, 'scenario.yaml');
    await writeFile(file, JSON.stringify(scenario));
    const journal = path.join(folder, 'journal');
    const options = ['--quiet', '--webhook-patience', '100ms', '--journal', journal];
    const child = spawn(program, ['run', file, ...options], { stdio: 'inherit' });
    const [code] = await once(child, 'close');
    return { code, journal: (await readFile(journal, 'utf8')).replaceAll(/127\.0\.0\.1:\d+/g, 'HOST') };
}

const kinds = (journal) => journal.trim().split('\n').map((line) => JSON.parse(line))
    .filter(({ kind }) => kind.startsWith('webhook.') && kind !== 'webhook.created')
    .map(({ at, kind, data }) => `${at.slice(14, 19)} ${kind} ${data.delivery}`);

test('settle and clock steps of a scenario wait for answers; two runs have one journal', async (t) => {
    // The first of two is answered last, whichever of them is the first to come.
    const held = new Map();
    const hook = await receiver(t, ({ url }, response) => {
        held.set(url, response);
        if (held.size === 2) {
            const first = held.get('/0');
            held.get('/1').end('second');
            setImmediate(() => first.end('first'));
            held.clear();
        }
    });
    const steps = ['1', { settle: {} }, '2', { clock: { advance: '1h' } }];
    const { code, journal } = await play(t, hook.url, steps);
    assert.equal(code, 0);
    assert.deepEqual(kinds(journal), [1, 3].flatMap((id) => [
        `00:00 webhook.queued ${id}`, `00:00 webhook.queued ${id + 1}`, `00:00 webhook.sent ${id}`,
        `00:00 webhook.sent ${id + 1}`, `00:00 webhook.answered ${id}`, `00:00 webhook.answered ${id + 1}`,
    ]));
    assert.equal((await play(t, hook.url, steps)).journal, journal);
});

test('a scenario waits for what came of webhooks, in both times', async (t) => {
    const hook = await receiver(t, ({ url }, response) => response.writeHead(url === '/0' ? 200 : 404).end());
    const answered = (status, within) => ({ wait: { webhook: 'temp', status, within } });
    const steps = ['1', answered(200, '10s real'), answered(404, '10s real'), '2', answered(404, '1s virtual')];
    assert.equal((await play(t, hook.url, steps)).code, 0);
    assert.equal((await play(t, hook.url, ['1', answered(404, '10s real'), answered(500, '1s virtual')])).code, 1);
});

test('a scenario settles though a receiver says nothing: 20 s of its time', async (t) => {
    const hook = await receiver(t, () => {});
    const { code, journal } = await play(t, hook.url, ['1', { settle: {} }]);
    assert.equal(code, 0);
    assert.deepEqual(kinds(journal).slice(4), ['00:20 webhook.failed 1', '00:20 webhook.failed 2']);
});
