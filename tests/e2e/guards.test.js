// What a caller that nobody trusts can't have the server do: call itself, call others in a forged voice, act for a page of
// another machine. Each test asks a real server over real sockets.

import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import test from 'node:test';

import { receiver } from './receiver.js';
import { program, request, serve, serveBy } from './server.js';

const PATIENCE_MS = 5_000;
const auth = { Authorization: 'Bearer grace-token' };
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const evil = { Origin: 'https://evil.example' };
const itself = /sends no webhooks to itself/;
const key = { 'X-Mockcloud-Control': '1' };

const hookTo = (url, more = {}) => JSON.stringify({ event: 'temp', url, headers: key, json: { name: 'made-by-a-webhook' }, ...more });
const make = (server, body, headers = {}) =>
    request(`${server.url}/v1/webhooks`, { method: 'POST', headers: { ...auth, 'Content-Type': 'application/json', ...headers }, body });
const publish = (server, headers = {}) =>
    request(`${server.url}/v1/devices/events`, { method: 'POST', headers: { ...auth, ...form, ...headers }, body: 'name=temp' });

// Waits until the journal has an entry of that kind, and resolves to its data.
async function told(server, kind, token = '1') {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
        const { text } = await request(`${server.url}/__mock/worlds/default/journal?since=1`, {
            headers: { 'X-Mockcloud-Control': token },
        });
        const found = JSON.parse(text).entries.filter((entry) => entry.kind === kind);
        if (found.length) {
            return found.at(-1).data;
        }
    }
    assert.fail(`no ${kind} in the journal`);
}

async function assertNoWorldMade(server, token = '1') {
    const { json } = await request(`${server.url}/__mock/worlds`, { headers: { 'X-Mockcloud-Control': token } });
    assert.deepEqual(json.worlds.map(({ name }) => name), ['default']);
}

const names = ['127.0.0.1', 'localhost', 'LocalHost', 'a.localhost', '2130706433', '0x7f.1', '0.0.0.0', '[::ffff:127.0.0.1]', '[::]'];
for (const name of names) {
    test(`no webhook reaches the control API as ${name}`, async (t) => {
        const server = await serve(t, 'hooks', ...(name.startsWith('[') ? [] : ['--allow-outbound', name]));
        const { port } = new URL(server.url);
        assert.equal((await make(server, hookTo(`http://${name}:${port}/__mock/worlds`))).status, 201);
        assert.equal((await publish(server)).status, 200);
        assert.match((await told(server, 'webhook.failed')).reason, name.startsWith('[') ? /this machine only/ : itself);
        await assertNoWorldMade(server);
    });
}

test('no webhook reaches it by an address of the machine either', async (t) => {
    const own = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === 'IPv4' && !internal);
    if (!own) {
        return t.skip('this machine has the loopback alone');
    }
    const server = await serve(t, 'hooks', '--listen', '0.0.0.0:0', '--control-token', 'not-a-secret', '--allow-outbound', own.address);
    const { port } = new URL(server.url);
    const headers = { 'X-Mockcloud-Control': 'not-a-secret' };
    assert.equal((await make(server, hookTo(`http://${own.address}:${port}/v1/devices/events`, { headers }))).status, 201);
    assert.equal((await publish(server)).status, 200);
    assert.match((await told(server, 'webhook.failed', 'not-a-secret')).reason, /socket hang up|ECONNRESET/);
    await assertNoWorldMade(server, 'not-a-secret');
});

test('no webhook follows a redirect to it', async (t) => {
    const server = await serve(t, 'hooks');
    const hook = await receiver(t, (_, response) => response.writeHead(307, { Location: `${server.url}/__mock/worlds` }).end());
    await make(server, hookTo(hook.url));
    await publish(server);
    assert.equal((await told(server, 'webhook.answered')).status, 307);
    assert.equal(hook.got.length, 1);
    await assertNoWorldMade(server);
});

test('a webhook has no voice but its own', async (t) => {
    const server = await serve(t, 'hooks');
    const hook = await receiver(t, (_, response) => response.end());
    const forged = {
        ...key, Host: 'evil.example', 'Content-Length': '1', 'transfer-encoding': 'chunked', Connection: 'upgrade', Upgrade: 'websocket',
        TE: 'trailers', 'Keep-Alive': 'timeout=5', 'Proxy-Authorization': 'Basic eDp5', 'X-Mine': 'stays',
    };
    await make(server, hookTo(hook.url, { headers: forged }));
    await publish(server);
    await told(server, 'webhook.answered');
    const [{ headers, body }] = hook.got;
    assert.deepEqual(Object.keys(headers).sort(), ['accept', 'content-length', 'content-type', 'host', 'user-agent', 'x-mine']);
    assert.equal(headers.host, `127.0.0.1:${hook.port}`);
    assert.equal(JSON.parse(body).name, 'made-by-a-webhook');
    const { withheld } = await told(server, 'webhook.queued');
    assert.equal(withheld, 'X-Mockcloud-Control, Host, Content-Length, transfer-encoding, Connection, Upgrade, TE, Keep-Alive, '
        + 'Proxy-Authorization');
});

test('a page of another machine can use the API, but not reach out', async (t) => {
    const server = await serve(t, 'hooks');
    const hook = await receiver(t, (_, response) => response.end());
    assert.equal((await make(server, hookTo(hook.url))).status, 201);
    const refused = await make(server, hookTo(hook.url), evil);
    assert.equal(refused.status, 403);
    assert.match(refused.json.error, /https:\/\/evil\.example.*--allow-origin/);
    assert.equal((await request(`${server.url}/v1/devices`, { headers: { ...auth, ...evil } })).status, 200);
    assert.equal((await publish(server, evil)).status, 200);
    assert.match((await told(server, 'webhook.dropped')).reason, /page of another machine/);
    for (const path of ['/__mock/worlds', '/__mock/worlds/default/journal?follow=true', '/w/default/__mock/worlds']) {
        assert.equal((await request(server.url + path, { headers: { ...evil, ...key } })).status, 403, path);
    }
    assert.equal((await make(server, hookTo(hook.url), { Origin: 'null' })).status, 403);
    assert.equal((await make(server, hookTo(hook.url), { Origin: 'http://localhost:3000' })).status, 201);
    assert.equal(hook.got.length, 0);
});

test('--allow-origin lets a page in', async (t) => {
    const server = await serve(t, 'hooks', '--allow-origin', 'https://app.example.com');
    const hook = await receiver(t, (_, response) => response.end());
    assert.equal((await make(server, hookTo(hook.url), { Origin: 'https://app.example.com' })).status, 201);
    assert.equal((await publish(server, { Origin: 'https://app.example.com' })).status, 200);
    await told(server, 'webhook.answered');
    assert.equal((await make(server, hookTo(hook.url), evil)).status, 403);
});

test('webhooks leave descriptors for callers', async (t) => {
    const server = await serveBy(['sh', '-c', 'ulimit -n 64 && exec "$0" "$@"', program], t, 'hooks');
    let open = 0;
    let most = 0;
    const held = [];
    const hook = await receiver(t, (incoming, response) => {
        incoming.socket.on('close', () => open--);
        most = Math.max(most, ++open);
        held.push(response);
        if (most === 8) { // as many as there may be: from now on each is let go
            held.splice(0).forEach((response) => response.end());
        }
    });
    await make(server, hookTo(hook.url));
    await Promise.all(Array.from({ length: 20 }, () => publish(server)));
    assert.equal((await request(`${server.url}/__mock/health`)).status, 200);
    await server.control('POST', '/clock', { advance: '1min' });
    assert.equal(hook.got.length, 20);
    assert.equal(most, 8);
});
