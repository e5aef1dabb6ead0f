// What each client calls the files that it sends, seen on the wire, and that the server takes them: the names differ
// from client to client and from call to call, and a name that the server does not know is a file that is not there.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';

import { serve } from '../e2e/server.js';

const require = createRequire(import.meta.url);

const GRACE = { username: 'grace@example.com', password: 'not-a-password' };
const PRODUCT = 'acme-pump';
const OWN = { clientId: 'particle-api', clientSecret: 'particle-api', tokenDuration: 7776000 }; // 5 has them or the URL
const LOOSE = '000000000000000000000001';
const SOURCE = Buffer.from('void loop() {}\n');
const FILES = { 'a.ino': SOURCE, 'lib/b.cpp': SOURCE, 'lib/b.h': SOURCE };

// A proxy in front of the server, which notes the names of the parts that have a file name.
async function proxied(t, server) {
    const seen = [];
    const { hostname, port } = new URL(server.url);
    const proxy = http.createServer((request, response) => {
        const chunks = [];
        request.on('data', (chunk) => chunks.push(chunk));
        request.on('end', () => {
            const body = Buffer.concat(chunks);
            for (const [head] of body.toString('latin1').matchAll(/content-disposition:[^\r\n]*/gi)) {
                const name = /[; ]name="([^"]*)"/.exec(head);
                if (name && /filename/.test(head)) {
                    seen.push(name[1]);
                }
            }
            const { 'transfer-encoding': _, ...headers } = request.headers;
            const onward = http.request({
                host: hostname, port, method: request.method, path: request.url,
                headers: { ...headers, 'content-length': body.length },
            }, (reply) => {
                response.writeHead(reply.statusCode, reply.headers);
                reply.pipe(response);
            });
            onward.end(body);
        });
    });
    await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    t.after(() => proxy.closeAllConnections() ?? proxy.close());
    return { url: `http://127.0.0.1:${proxy.address().port}`, names: () => seen.splice(0) };
}

// Since which major a call is there.
const calls = [
    {
        name: 'compileCode', since: 5, names: ['file', 'file2', 'file3'],
        run: ({ sdk, auth }) => sdk.compileCode({ files: FILES, platformId: 6, auth }),
        check: ({ body }) => assert.equal(body.ok, true),
    },
    {
        name: 'flashDevice', since: 5, names: ['file'],
        run: ({ sdk, auth, lamp }) => sdk.flashDevice({ deviceId: lamp, files: { 'a.bin': Buffer.alloc(64, 1) }, auth }),
        check: ({ body }) => assert.equal(body.status, 'Update started'),
    },
    {
        name: 'uploadProductFirmware', since: 6, names: ['file'],
        run: ({ sdk, auth }) => sdk.uploadProductFirmware({ product: PRODUCT, version: 3, title: 't', description: 'd', file: Buffer.alloc(64, 1), auth }),
        check: ({ body }) => assert.equal(body.version, 3),
    },
    {
        name: 'addDeviceToProduct', since: 8, names: ['file'],
        run: ({ sdk, auth, pump }) => sdk.addDeviceToProduct({ product: PRODUCT, file: Buffer.from(`${pump}\n${LOOSE}\n`), auth }),
        check: ({ body }, { pump }) => assert.deepEqual([body.updatedDeviceIds, body.invalidDeviceIds], [[pump], [LOOSE]]),
    },
];

for (const major of [5, 6, 7, 8, 9, 10, 11]) {
    test(`files of particle-api-js ${major}`, { timeout: 120_000 }, async (t) => {
        const server = await serve(t, 'acme');
        const proxy = await proxied(t, server);
        const module = require(`particle-api-js-${major}`);
        const Particle = module.default ?? module;
        const sdk = new Particle({ ...OWN, baseUrl: proxy.url });
        const auth = (await sdk.login(GRACE)).body.access_token;
        const { id: lamp } = await server.device('lamp');
        const { id: pump } = await server.device('pump');
        await sdk.claimDevice({ deviceId: lamp, auth });
        const given = { sdk, auth, lamp, pump };
        for (const { name, since, names, run, check } of calls) {
            if (major < since) {
                continue;
            }
            check(await run(given), given);
            assert.deepEqual(proxy.names(), names, name);
        }
    });
}

// It reads files from where it was started, and numbers those that it compiles.
test('files of spark 1', { timeout: 120_000 }, async (t) => {
    const server = await serve(t, 'acme');
    const proxy = await proxied(t, server);
    const { id: lamp } = await server.device('lamp');
    const spark = require('spark');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mockcloud-'));
    const before = process.cwd();
    t.after(() => {
        process.chdir(before);
        fs.rmSync(folder, { recursive: true });
    });
    process.chdir(folder);
    for (const name of ['a.ino', 'b.cpp', 'c.h']) {
        fs.writeFileSync(name, SOURCE);
    }
    spark.api.baseUrl = proxy.url;
    await spark.login(GRACE);
    await spark.claimCore(lamp);
    assert.equal((await spark.compileCode(['a.ino', 'b.cpp', 'c.h'])).ok, true);
    assert.deepEqual(proxy.names(), ['0', '1', '2']);
    await spark.flashCore(lamp, ['a.ino', 'b.cpp', 'c.h']);
    assert.deepEqual(proxy.names(), ['file', 'file0', 'file1']);
});
