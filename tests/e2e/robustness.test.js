// What no client should send: each gets a clear answer in the API's own shape, and the server goes on. serve() fails the
// test when the program crashed or wrote a word on standard error.

import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';

import { request, serve } from './server.js';

const auth = { Authorization: 'Bearer ada-token' };
const json = { ...auth, 'Content-Type': 'application/json' };

async function assertWell(server) {
    const { status } = await request(`${server.url}/v1/devices`, { headers: auth });
    assert.equal(status, 200);
}

// Sends bytes as they are, and resolves to all that comes back until the server closes.
function raw(url, ...chunks) {
    return new Promise((resolve, reject) => {
        const socket = net.connect({ host: '127.0.0.1', port: new URL(url).port });
        let text = '';
        socket.setEncoding('utf8');
        socket.on('data', (chunk) => (text += chunk));
        socket.on('error', (error) => (text ? resolve(text) : reject(error)));
        socket.on('end', () => resolve(text));
        for (const chunk of chunks) {
            socket.write(chunk);
        }
    });
}

test('a body of 10 MB is refused', async (t) => {
    const server = await serve(t, 'shipped');
    const head = `POST /v1/devices HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${10 << 20}\r\n\r\n`;
    const reply = await raw(server.url, head, Buffer.alloc(10 << 20, 'x'));
    assert.match(reply, /^HTTP\/1\.1 413 /);
    assert.match(reply, /\{"ok":false,"error":"[^"]*2097152[^"]*"\}$/);
    await assertWell(server);
});

test('headers of 20 KB are refused', async (t) => {
    const server = await serve(t, 'shipped');
    const head = `GET /v1/devices HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\nConnection: close\r\n\r\n`;
    assert.match(await raw(server.url, head), /^HTTP\/1\.1 431 /);
    await assertWell(server);
});

const bodies = {
    'that is no JSON': 'id=but json was said',
    'that is cut off': '{"id":"e00fce68',
    'that is empty': '',
    'that is a list': '[1,2,3]',
    'with 10,000 nested brackets': '['.repeat(10_000),
    'with 10,000 nested brackets that are closed': '['.repeat(10_000) + ']'.repeat(10_000),
    'with a NUL': '{"id":"\0"}',
    'with an escaped NUL': '{"id":"e00f\\u0000"}',
    'that is not UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    'whose id is a number': '{"id":7}',
};
for (const [what, body] of Object.entries(bodies)) {
    test(`a JSON body ${what} is refused`, async (t) => {
        const server = await serve(t, 'shipped');
        const reply = await request(`${server.url}/v1/devices`, { method: 'POST', headers: json, body });
        assert.ok([400, 404].includes(reply.status), `${reply.status}`);
        assert.equal(reply.json.ok, false);
        await assertWell(server);
    });
}

const paths = {
    '/v1/devices/%00': 400,
    '/v1/devices/%zz': 400,
    '/v1/devices/%': 400,
    '/v1/devices/%ff': 400,
    '//v1/devices': 404,
    '/v1//devices': 404,
    '/v1/../v1/devices': 404,
    '/w/nowhere/v1/devices': 404,
    [`/v1/devices/${'x'.repeat(2000)}`]: 403,
};
for (const [path, status] of Object.entries(paths)) {
    test(`${path.slice(0, 40)} is ${status}`, async (t) => {
        const server = await serve(t, 'shipped');
        const reply = await request(server.url, { path, headers: auth });
        assert.equal(reply.status, status, reply.text);
        assert.equal(typeof reply.json, 'object');
        await assertWell(server);
    });
}

test('bytes that are no HTTP are refused', async (t) => {
    const server = await serve(t, 'shipped');
    const reply = await raw(server.url, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n');
    assert.match(reply, /^(HTTP\/1\.1 400 |$)/);
    await assertWell(server);
});

test('a client that leaves in the middle of its request does no harm', async (t) => {
    const server = await serve(t, 'shipped');
    const port = new URL(server.url).port;
    const socket = net.connect({ host: '127.0.0.1', port });
    await new Promise((resolve, reject) => {
        socket.on('error', reject);
        socket.write('POST /v1/devices HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"id":', resolve);
    });
    socket.resetAndDestroy();
    await assertWell(server);
});

test('a page of another site can reach neither the control API nor, by a name of its own, anything', async (t) => {
    const server = await serve(t, 'shipped');
    const url = `${server.url}/__mock/worlds/default/reset`;
    assert.equal((await request(url, { method: 'POST' })).status, 403);

    const rebound = await request(`${server.url}/v1/devices`, { headers: { ...auth, Host: 'evil.example.com' } });
    assert.ok(rebound.status >= 400, `${rebound.status}`);
    const local = await request(`${server.url}/v1/devices`, { headers: { ...auth, Host: 'shop.localhost' } });
    assert.equal(local.status, 200);
});
