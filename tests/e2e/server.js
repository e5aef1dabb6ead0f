// Starts the real program on a free port, and talks to its control API.
//
// A test that uses it says `const server = await serve(t, 'acme')`: the server ends with the test, and the test fails
// unless it ended with exit code 0 and without a word on standard error (where the sanitizers would write).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const START_DEADLINE_MS = 20_000;

export const program = path.resolve(process.env.MOCKCLOUD_BIN ?? path.join(here, '../../build/dev/mockcloud'));

export const worldFile = (name) => path.join(here, 'worlds', `${name}.yaml`);

// Resolves to the first line that a stream gives; rejects when it ends without one, or is too late.
function firstLine(stream, what) {
    return new Promise((resolve, reject) => {
        let text = '';
        const timer = setTimeout(() => reject(new Error(`${what}: nothing in ${START_DEADLINE_MS} ms`)), START_DEADLINE_MS);
        const settle = (done, value) => {
            clearTimeout(timer);
            done(value);
        };
        stream.setEncoding('utf8');
        stream.on('data', (chunk) => {
            text += chunk;
            if (text.includes('\n')) {
                settle(resolve, text.slice(0, text.indexOf('\n')));
            }
        });
        stream.on('end', () => settle(reject, new Error(`${what}: it ended`)));
    });
}

// One request on a connection of its own; resolves to {status, headers, text, json}.
export function request(url, { method = 'GET', headers = {}, body, path: target } = {}) {
    return new Promise((resolve, reject) => {
        const { hostname, port, pathname, search } = new URL(url);
        const sent = http.request({ hostname, port, method, headers, path: target ?? pathname + search, agent: false });
        sent.on('error', reject);
        sent.on('response', (reply) => {
            let text = '';
            reply.setEncoding('utf8');
            reply.on('data', (chunk) => (text += chunk));
            reply.on('error', reject);
            reply.on('end', () => {
                resolve({
                    status: reply.statusCode,
                    headers: reply.headers,
                    text,
                    get json() {
                        return JSON.parse(text);
                    },
                });
            });
        });
        sent.end(body);
    });
}

class Server {
    constructor(child, url, output) {
        this.child = child;
        this.url = url;
        this.output = output;
    }

    // The SDK, as an application would set it up. Loaded here: tests/cli-client does without.
    sdk(options = {}) {
        const Particle = require('particle-api-js');
        return new Particle({ baseUrl: this.url, ...options });
    }

    // The control API of the default world; fails unless it answers `status`.
    async control(method, target, body, status = 200) {
        const reply = await request(`${this.url}/__mock/worlds/default${target}`, {
            method,
            headers: { 'X-Mockcloud-Control': '1', 'Content-Type': 'application/json' },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        assert.equal(reply.status, status, `${method} ${target}: ${reply.text}`);
        return reply.text ? reply.json : undefined;
    }

    device(name) {
        return this.control('GET', `/devices/${name}`);
    }

    // Does one thing to a device: act('pump', 'serial', {set_claim_code: '…'}).
    act(name, what, fields = {}) {
        return this.control('POST', `/devices/${name}`, { do: what, ...fields });
    }

    advance(duration) {
        return this.control('POST', '/clock', { advance: duration });
    }

    why(name, owner) {
        const query = owner ? `?owner=${encodeURIComponent(owner)}` : '';
        return this.control('GET', `/why/${name}${query}`);
    }

    async journal() {
        const entries = [];
        for (let since = 0; ;) {
            const page = await this.control('GET', `/journal?since=${since}`);
            if (page.entries.length === 0) {
                return entries;
            }
            entries.push(...page.entries);
            since = page.next - 1;
        }
    }

    // Power on, and wait in world time until it has connected.
    async powerOn(name) {
        await this.act(name, 'power-on');
        await this.advance('5min');
        assert.equal((await this.device(name)).state, 'online');
    }

    // Ends it as a service manager would.
    async stop() {
        const ended = this.child.exitCode === null && this.child.signalCode === null
            ? new Promise((resolve) => this.child.once('close', resolve))
            : undefined;
        this.child.kill('SIGTERM');
        await ended;
        assert.equal(this.output.stderr, '', 'nothing on standard error');
        assert.equal(this.child.signalCode, null, 'not killed by a signal');
        assert.equal(this.child.exitCode, 0, 'exit code');
    }
}

// Starts a server with tests/e2e/worlds/NAME.yaml; it is stopped when the test `t` ends.
export const serve = (t, world, ...args) => serveBy([program], t, world, ...args);

// The same, by another command that becomes the program with the arguments it is given.
export async function serveBy([command, ...before], t, world, ...args) {
    const child = spawn(
        command,
        [...before, 'serve', '--listen', '127.0.0.1:0', '--world', worldFile(world), '--ready-fd', '3', '--check-replies', '--quiet', ...args],
        { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
    );
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk) => (output.stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk) => (output.stderr += chunk));
    const failed = new Promise((_, reject) => child.once('error', reject));
    let url;
    try {
        url = await Promise.race([firstLine(child.stdio[3], 'the ready line of the server'), failed]);
    } catch (error) {
        child.kill('SIGKILL');
        throw new Error(`${error.message}\n${output.stderr}`);
    }
    const server = new Server(child, url, output);
    t.after(() => server.stop());
    return server;
}

// The error that a promise of the SDK is rejected with.
export async function refused(promise) {
    let value;
    try {
        value = await promise;
    } catch (error) {
        return error;
    }
    assert.fail(`it was not refused: ${JSON.stringify(value.body)}`);
}

// The body of an SDK error as the server sent it: the SDK adds the response to it.
export function errorBody(error) {
    const { response, ...body } = error.body;
    assert.deepEqual(JSON.parse(response.text), body);
    return body;
}

// Ends a stream of the SDK for good. abort() alone forgets its idle timer, which would keep the process for 15 s, and when the
// server was first to end, the SDK would try for ever to come back.
export function endStream(stream) {
    stream.reconnect = () => {};
    stream.abort();
    stream.stopIdleTimeout();
}
