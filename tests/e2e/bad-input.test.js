// Whatever is wrong in a request, with a good token, with a bad one or with none: the answer is in the API's own shape, and
// the server goes on. Each operation of the OpenAPI document that is imitated gets all of bad-input.js; serve() fails the
// test when the program crashed or wrote a word on standard error.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import test from 'node:test';

import { filledPath, wrongRequests } from './bad-input.js';
import { program, serve } from './server.js';

const METHODS = ['get', 'put', 'post', 'delete', 'head', 'patch'];
const REPLY_DEADLINE_MS = 10_000;
const RUN_DEADLINE_MS = 180_000;

const member = { Authorization: 'Bearer token-of-grace' };
// One sends all of it; the strangers take turns.
const callers = { 'a token': [member], 'no token': [{}, { Authorization: 'Bearer nobodys' }] };
const basic = (user) => ({ Authorization: `Basic ${Buffer.from(user).toString('base64')}` });
// For routes that take no token.
const passwords = {
    'a password': [basic('grace@example.com:not-a-password')],
    'a client': [basic('acme-app-4711:not-a-secret')],
};

const document = JSON.parse(execFileSync(program, ['openapi'], { maxBuffer: 1 << 26 }));
const operations = Object.entries(document.paths)
    .filter(([path]) => !path.startsWith('/__mock'))
    .flatMap(([path, item]) => METHODS.filter((method) => item[method]?.['x-mockcloud-imitated'])
        .map((method) => ({ path, method: method.toUpperCase(), operation: item[method] })));

// One request on the agent's connection; resolves to {status, headers, text}. A stream of events is left as soon as it begins.
function send(server, agent, method, { path, headers = {}, body }) {
    return new Promise((resolve, reject) => {
        const { hostname, port } = new URL(server.url);
        const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
        const sent = http.request({ hostname, port, method, path, agent, headers: { ...headers, ...length } });
        sent.setTimeout(REPLY_DEADLINE_MS, () => sent.destroy(new Error('no answer')));
        sent.on('error', reject);
        sent.on('response', (reply) => {
            const { statusCode: status, headers: head } = reply;
            if (status === 200 && head['content-type']?.startsWith('text/event-stream')) {
                resolve({ status, headers: head, stream: true });
                reply.on('error', () => {});
                sent.destroy();
                return;
            }
            const chunks = [];
            reply.on('data', (chunk) => chunks.push(chunk));
            reply.on('error', reject);
            reply.on('end', () => resolve({ status, headers: head, bytes: Buffer.concat(chunks) }));
        });
        sent.end(body);
    });
}

const isText = (value) => typeof value === 'string' && value !== '';

// A client finds a text, or the list that recordings have.
function isError(body) {
    return body !== null && typeof body === 'object' && !Array.isArray(body) && body.ok !== true
        && (isText(body.error) || isText(body.error_description) || (Array.isArray(body.errors) && body.errors.length > 0));
}

// What recordings have with a 500: a device that does not answer, as one that restarts with new firmware.
const recorded = [
    '{"ok":false,"code":500,"errors":["Request Timed Out"]}',
    '{"ok":false,"code":500,"errors":[{"error":"Timed out, didn\'t hear back from device service"}]}',
];

// A configuration that was never set is an empty object, and 404, says Particle's reference.
const isUnset = (operation, status, body) =>
    operation.operationId?.startsWith('config') && status === 404 && JSON.stringify(body) === '{}';

// What is wrong with an answer; undefined: nothing.
function wrongWith(operation, { status, headers, bytes, stream }) {
    if (status >= 500 && status !== 501 && !(status === 500 && recorded.includes(String(bytes)))) {
        return 'a failure of the server';
    }
    if (status < 400 && !operation.responses[status]) {
        return 'a success that the document does not have';
    }
    if (stream) {
        return undefined;
    }
    const type = headers['content-type']?.split(';')[0];
    if (type !== 'application/json') {
        return status < 400 ? undefined : `an error of type ${type}`;
    }
    let body;
    try {
        body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch (error) {
        return error.message;
    }
    return status < 400 || isError(body) || isUnset(operation, status, body) ? undefined : "not the API's error";
}

async function control(server, agent, method, target) {
    const headers = { 'X-Mockcloud-Control': '1' };
    const reply = await send(server, agent, method, { path: `/__mock/worlds/default${target}`, headers });
    assert.ok(reply.status < 300, `${method} ${target}: ${reply.bytes}`);
}

// The world as it was, and what its webhooks are called: `{id}` in a path.
async function begin(server, agent, path) {
    await control(server, agent, 'POST', '/reset');
    const list = path.match(/^(.*\/(?:webhooks|integrations))\/\{id\}/)?.[1];
    if (!list) {
        return {};
    }
    const reply = await send(server, agent, 'GET', { path: filledPath(list), headers: member });
    const hooks = JSON.parse(reply.bytes);
    assert.ok(hooks.length > 0, `a webhook at ${list}: ${reply.bytes}`);
    return { id: hooks[0].id };
}

test('what is wrong in a request gets an answer of the API', { timeout: RUN_DEADLINE_MS }, async (t) => {
    // The replies of this test are checked here and by the server itself: there are too many for a file.
    delete process.env.MOCKCLOUD_DUMP_REPLIES;
    const server = await serve(t, 'bad-input');
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    assert.ok(operations.length > 150, `${operations.length} operations`);

    for (const { path, method, operation } of operations) {
        await t.test(`${method} ${path}`, async () => {
            const found = [];
            const known = operation.security?.length ? callers : { ...callers, ...passwords };
            for (const [who, credentials] of Object.entries(known)) {
                const names = await begin(server, agent, path);
                const large = who === 'a token';
                let turn = 0;
                for (const wrong of wrongRequests(path, operation, { names, large })) {
                    const headers = { ...wrong.headers, ...credentials[turn++ % credentials.length] };
                    const reply = await send(server, agent, method, { ...wrong, headers })
                        .catch((error) => assert.fail(`${who}, ${wrong.what}: ${error.message}`));
                    const text = wrongWith(operation, reply);
                    if (text) {
                        found.push(`${who}, ${wrong.what}: ${text}: ${reply.status} ${reply.bytes?.subarray(0, 300)}`);
                    }
                }
            }
            await control(server, agent, 'GET', '');
            assert.deepEqual(found.slice(0, 5), [], `${found.length} answers are wrong`);
        });
    }
    await control(server, agent, 'POST', '/reset');
    const well = await send(server, agent, 'GET', { path: '/v1/devices', headers: member });
    assert.equal(well.status, 200);
});
