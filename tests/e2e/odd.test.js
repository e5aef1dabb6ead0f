// Old clients and odd ones: what the SDKs of ten years, curl and browsers send, as bytes and with Node's own HTTP client.

import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import test from 'node:test';

import { request, serve } from './server.js';

const LAMP = '1e0047000000000000000001';
const SHELF = '1e0047000000000000000002';
const SPARE = 'e00fce68000000000000000b';
const LOOSE = 'e00fce68000000000000000c';
const TOKEN = 'token-of-grace';
const QUERY = `access_token=${TOKEN}`;
const bearer = { Authorization: `Bearer ${TOKEN}` };
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const DEADLINE_MS = 10_000;

// One server for all; each test begins with the world made anew.
async function begin(t, server) {
    await server.control('POST', '/reset');
    return (target, options) => request(`${server.url}${target}`, options);
}

// Sends bytes on a connection, and resolves to what comes back until it matches, or else until the server closes it.
function raw(server, bytes, until) {
    return new Promise((resolve, reject) => {
        const socket = net.connect({ host: '127.0.0.1', port: new URL(server.url).port });
        let text = '';
        socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Error(`nothing more after: ${text}`)));
        socket.setEncoding('utf8');
        socket.on('error', reject);
        socket.on('data', (chunk) => {
            text += chunk;
            if (until?.test(text)) {
                socket.destroy();
                resolve(text);
            }
        });
        socket.on('end', () => {
            socket.destroy();
            resolve(text);
        });
        for (const chunk of [bytes].flat()) {
            socket.write(chunk);
        }
    });
}

const head = (line, ...headers) => `${[line, 'Host: localhost', ...headers].join('\r\n')}\r\n\r\n`;
const ids = (devices) => devices.map(({ id }) => id).sort();
const chunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

test('old and odd clients', async (t) => {
    const server = await serve(t, 'methods');
    const check = (name, body) => t.test(name, { timeout: 20_000 }, async (t) => body(await begin(t, server), t));

    await check('a token in the query, as of a browser', async (ask) => {
        const { status, json } = await ask(`/v1/devices/${LAMP}?${QUERY}`);
        assert.deepEqual([status, json.id], [200, LAMP]);
        const refused = await ask(`/v1/devices/${SHELF}?${QUERY}`);
        assert.equal(refused.status, 403);
        assert.deepEqual(refused.json, {
            error: 'Permission Denied',
            info: "I didn't recognize that device name or ID, try opening "
                + `https://api.particle.io/v1/devices?access_token=${TOKEN}`,
        });
    });

    await check('a token in the form, as of curl', async (ask) => {
        const claimed = await ask('/v1/devices', { method: 'POST', headers: form, body: `${QUERY}&id=${SHELF}` });
        assert.deepEqual([claimed.status, claimed.json.ok], [200, true]);
        const called = await ask(`/v1/devices/${LAMP}/blink`, { method: 'POST', headers: form, body: `${QUERY}&args=on` });
        assert.equal(called.json.return_value, 3);
        const renamed = await ask(`/v1/devices/${LAMP}`, { method: 'PUT', headers: form, body: `name=desk&${QUERY}` });
        assert.deepEqual([renamed.status, renamed.json.name], [200, 'desk']);
    });

    await check('a form as the body of a DELETE', async (ask) => {
        // Node sends no length with a DELETE by itself.
        const remove = (target, body) => ask(target, {
            method: 'DELETE', headers: { ...form, 'Content-Length': body.length }, body,
        });
        const { status, json } = await remove(`/v1/devices/${LAMP}`, QUERY);
        assert.deepEqual([status, json], [200, { ok: true }]);
        const removed = await remove(`/v1/products/acme-pump/devices/${SPARE}`, `${QUERY}&deny=true`);
        assert.deepEqual([removed.status, removed.text], [204, '']);
    });

    await check('Connection: close on every call', async () => {
        for (const line of ['GET /v1/devices HTTP/1.1', 'PUT /v1/devices/lamp/ping HTTP/1.1', 'GET /v1/nothing HTTP/1.1']) {
            const sent = head(line, `Authorization: Bearer ${TOKEN}`, 'Content-Length: 0', 'Connection: close');
            const reply = await raw(server, sent);
            assert.match(reply, /^HTTP\/1\.1 (200|404) /);
            assert.match(reply, /^connection: close\r$/im);
            JSON.parse(reply.slice(reply.indexOf('\r\n\r\n')));
        }
    });

    await check('several calls on one connection, sent at once', async () => {
        const call = head('GET /v1/access_tokens/current HTTP/1.1', `Authorization: Bearer ${TOKEN}`);
        const last = head('GET /v1/access_tokens/current HTTP/1.1', `Authorization: Bearer ${TOKEN}`, 'Connection: close');
        const reply = await raw(server, call + call + last);
        assert.equal(reply.match(/HTTP\/1\.1 200 /g).length, 3);
    });

    await check('HTTP/1.0', async () => {
        const reply = await raw(server, `GET /v1/devices?${QUERY} HTTP/1.0\r\nHost: localhost\r\n\r\n`);
        assert.match(reply, /^HTTP\/1\.[01] 200 /);
        assert.doesNotMatch(reply, /^transfer-encoding:/im);
        assert.equal(JSON.parse(reply.slice(reply.indexOf('\r\n\r\n'))).length, 2);
        const posted = await raw(server, [
            'POST /v1/devices HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n',
            `Content-Length: ${`${QUERY}&id=${SHELF}`.length}\r\n\r\n${QUERY}&id=${SHELF}`,
        ]);
        assert.match(posted, /^HTTP\/1\.[01] 200 [^]*"ok":true/);
    });

    await check('an event stream for HTTP/1.0 is not chunked', async () => {
        const reading = raw(server, `GET /v1/devices/events?${QUERY} HTTP/1.0\r\nHost: localhost\r\n\r\n`, /:ok\n\n/);
        assert.doesNotMatch(await reading, /^transfer-encoding:/im);
    });

    await check('an event stream without Accept', async (ask, t) => {
        const events = await new Promise((resolve, reject) => {
            const sent = http.get(`${server.url}/v1/devices/events/flow?${QUERY}`, { agent: false }, (reply) => {
                let text = '';
                assert.equal(reply.headers['content-type'], 'text/event-stream');
                reply.setEncoding('utf8').on('data', (piece) => {
                    const opened = text.includes(':ok');
                    text += piece;
                    if (!opened && text.includes(':ok\n\n')) {
                        server.act('lamp', 'publish', { name: 'flow', data: '12.5' }).catch(reject);
                    }
                    if (text.includes('event: flow\n')) {
                        resolve(text);
                    }
                });
            });
            assert.equal(sent.getHeader('accept'), undefined);
            sent.on('error', reject);
            t.after(() => sent.destroy());
        });
        assert.match(events, /^:ok\n\nevent: flow\ndata: \{"data":"12\.5",/);
    });

    await check('a slash at the end', async (ask) => {
        assert.equal((await ask('/v1/devices/', { headers: bearer })).json.length, 2);
        assert.equal((await ask(`/v1/devices/${LAMP}/?${QUERY}`)).json.id, LAMP);
        const claimed = await ask('/v1/devices/', { method: 'POST', headers: { ...form, ...bearer }, body: `id=${SHELF}` });
        assert.equal(claimed.status, 200);
        const login = await ask('/oauth/token/', {
            method: 'POST',
            headers: form,
            body: 'grant_type=password&username=grace@example.com&password=not-a-password'
                + '&client_id=particle&client_secret=particle',
        });
        assert.equal(login.status, 200, login.text);
    });

    await check('blank= to have a body, as the Android SDK', async (ask) => {
        const body = 'blank=okhttp_appeasement';
        const code = await ask('/v1/device_claims', { method: 'POST', headers: { ...form, ...bearer }, body });
        assert.deepEqual([code.status, code.json.claim_code.length], [200, 63]);
        const pinged = await ask(`/v1/devices/${LAMP}/ping`, { method: 'PUT', headers: { ...form, ...bearer }, body: 'blank=' });
        assert.deepEqual(pinged.json, { online: true, ok: true });
        const owned = await ask(`/v1/devices?blank=&${QUERY}`);
        assert.equal(owned.json.length, 2);
    });

    await check('a POST without a body, as curl -X POST', async (ask) => {
        for (const headers of [{}, { 'Content-Length': '0' }, { ...form }, { 'Content-Type': 'application/json' }]) {
            const code = await ask('/v1/device_claims', { method: 'POST', headers: { ...bearer, ...headers } });
            assert.deepEqual([code.status, code.json.claim_code?.length], [200, 63], code.text);
        }
        const sent = head('POST /v1/device_claims HTTP/1.1', `Authorization: Bearer ${TOKEN}`, 'Connection: close');
        assert.match(await raw(server, sent), /^HTTP\/1\.1 200 [^]*"claim_code"/);
        const called = await ask(`/v1/devices/${LAMP}/blink`, { method: 'POST', headers: bearer });
        assert.equal(called.json.return_value, 3);
    });

    await check('bodies in chunks', async () => {
        const send = (type, ...parts) => raw(server, [
            head('POST /v1/devices HTTP/1.1', `Authorization: Bearer ${TOKEN}`, `Content-Type: ${type}`,
                'Transfer-Encoding: chunked', 'Connection: close'),
            ...parts.map(chunk),
            '0\r\n\r\n',
        ]);
        assert.match(await send('application/json', '{"id":', `"${SHELF}"`, '}'), /^HTTP\/1\.1 200 [^]*"ok":true/);
        const inForm = await send('application/x-www-form-urlencoded', 'i', `d=${SHELF.slice(0, 5)}`, SHELF.slice(5));
        assert.match(inForm, /^HTTP\/1\.1 200 /);
        assert.match(await send('application/json'), /^HTTP\/1\.1 404 [^]*data\.deviceID is empty/);
    });

    await check('a multipart body in chunks of a byte', async (ask) => {
        const part = '--border\r\nContent-Disposition: form-data; name="file"; filename="ids.txt"\r\n'
            + `Content-Type: text/plain\r\n\r\n${LOOSE}\r\n${SPARE}\r\n\r\n--border--\r\n`;
        const reply = await raw(server, [
            head('POST /v1/products/acme-pump/devices HTTP/1.1', `Authorization: Bearer ${TOKEN}`,
                'Content-Type: multipart/form-data; boundary=border', 'Transfer-Encoding: chunked', 'Connection: close'),
            ...[...part].map(chunk),
            '0\r\n\r\n',
        ]);
        assert.match(reply, /^HTTP\/1\.1 200 /);
        assert.match(reply, new RegExp(`"updatedDeviceIds":\\["${LOOSE}"\\],"existingDeviceIds":\\["${SPARE}"\\]`));
        const { json } = await ask('/v1/products/acme-pump/devices', { headers: bearer });
        assert.ok(ids(json.devices).includes(LOOSE));
    });

    await check('headers in other letters, spaces at their ends, a type with parameters', async () => {
        const body = `{"id":"${SHELF}"}`;
        const reply = await raw(server, 'POST /v1/devices HTTP/1.1\r\nhOST: localhost\r\n'
            + `authorization:Bearer ${TOKEN}  \r\nCONTENT-TYPE: Application/JSON; charset="utf-8"\r\n`
            + `content-length: ${body.length}\r\nconnection: Close\r\n\r\n${body}`);
        assert.match(reply, /^HTTP\/1\.1 200 [^]*"ok":true/);
    });

    await check('Expect: 100-continue, as curl with a large body', async () => {
        const body = `id=${SHELF}&blank=${'x'.repeat(2000)}`;
        const reply = await raw(server, [
            head('POST /v1/devices HTTP/1.1', `Authorization: Bearer ${TOKEN}`, 'Content-Type: application/x-www-form-urlencoded',
                `Content-Length: ${body.length}`, 'Expect: 100-continue', 'Connection: close'),
            body,
        ]);
        assert.match(reply, /^HTTP\/1\.1 (100 Continue\r\n\r\nHTTP\/1\.1 )?200 [^]*"ok":true/);
    });
});
