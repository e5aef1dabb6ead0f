// node soak.js [--minutes N] [--rate N] [--program FILE] [--out FOLDER]
//
// Mixed load on one server for a long time: requests of every kind at a steady rate, events that have to arrive, readers that
// are slow, clients that vanish, receivers of webhooks that restart, worlds made and ended, holds and faults. Once a second
// it looks at the server's resident memory, its descriptors and the 99th percentile of a plain GET; at the end it draws them
// and fails when one of them has grown after the warm-up, when an event was lost, or when a reply was not what it had to be.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
    options: {
        minutes: { type: 'string', default: '60' },
        rate: { type: 'string', default: '250' },
        program: { type: 'string', default: path.join(here, '../../build/release/mockcloud') },
        out: { type: 'string', default: path.join(here, '../../build/soak') },
    },
});
const end = Date.now() + Number(values.minutes) * 60_000;
const rate = Number(values.rate);
const begun = Date.now();
const problems = new Map(); // text: how often
const problem = (text) => problems.set(text, (problems.get(text) ?? 0) + 1);

const child = spawn(path.resolve(values.program), ['serve', '--world', path.join(here, 'world.yaml'), '--listen', '127.0.0.1:0', '--ready-fd', '3', '--exit-with-parent', '--quiet'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
});
const [line] = await once(child.stdio[3], 'data');
const base = new URL(String(line).trim());
const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });

// Resolves to {status, json, ms}; never rejects: what goes wrong has status 0.
function ask(method, target, { token, body, fresh } = {}) {
    const from = performance.now();
    const headers = { 'X-Mockcloud-Control': '1', 'Content-Type': 'application/json' };
    if (token) {
        headers.Authorization = `Bearer ${token}`;
    }
    return new Promise((resolve) => {
        const sent = http.request({ host: base.hostname, port: base.port, method, path: target, headers, agent: fresh ? false : agent, timeout: 20_000 }, (reply) => {
            let text = '';
            reply.setEncoding('utf8');
            reply.on('data', (chunk) => (text += chunk));
            reply.on('error', (error) => resolve({ status: 0, text: error.message }));
            reply.on('end', () => resolve({ status: reply.statusCode, text, ms: performance.now() - from }));
        });
        sent.on('timeout', () => sent.destroy(new Error('no reply in 20 s')));
        sent.on('error', (error) => resolve({ status: 0, text: error.message }));
        sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

async function want(status, method, target, options) {
    const reply = await ask(method, target, options);
    if (reply.status !== status) {
        problem(`${method} ${target.replace(/[0-9a-f]{24}|[0-9]+/g, 'N')}: ${reply.status}, not ${status}: ${String(reply.text).slice(0, 120)}`);
    }
    return reply;
}

const { devices } = JSON.parse((await ask('GET', '/__mock/worlds/default/devices')).text);
const pumps = devices.filter((device) => device.name.startsWith('pump-'));
const lamps = devices.filter((device) => device.name.startsWith('lamp-'));

// ---- the load: what each kind does, and how often of 100 ----

let latencies = [];
let published = 0;
let worlds = 0;
let turn = 0;
const any = (list) => list[turn++ % list.length];

const KINDS = [
    [40, async () => latencies.push((await want(200, 'GET', `/v1/products/6287/devices/${any(pumps).id}`, { token: 'app-token' })).ms)],
    [5, () => want(200, 'GET', '/v1/products/6287/devices?per_page=25', { token: 'app-token' })],
    [5, async () => {
        const lamp = lamps[turn++ % 50];
        const claimed = await ask('POST', '/v1/devices', { token: 'edsger-token', body: { id: lamp.id } });
        if (claimed.status === 200) {
            await ask('DELETE', `/v1/devices/${lamp.id}`, { token: 'edsger-token' });
        } else if (claimed.status === 0) {
            problem(`claim: ${claimed.text}`);
        }
    }],
    [5, async () => {
        const reply = await ask('POST', '/oauth/token?', { body: {} });
        if (reply.status !== 400) {
            problem(`a token without a form: ${reply.status}`);
        }
    }],
    [20, async () => {
        await want(200, 'POST', '/v1/devices/events', { token: 'grace-token', body: { name: 'soak/tick', data: String(++published), private: true } });
    }],
    [5, async () => {
        const device = any(pumps);
        await ask('POST', `/__mock/worlds/default/devices/${device.name}`, { body: { do: turn % 2 ? 'power-off' : 'power-on' } });
    }],
    [3, async () => {
        const name = `w${worlds++}`;
        await want(201, 'POST', '/__mock/worlds', { body: { name, seed: 3, clock: { mode: 'frozen' }, users: [{ username: 'ada@example.com' }], tokens: [{ token: 't', user: 'ada@example.com' }], devices: [{ as: 'pump', platform: 'photon' }] } });
        // Here, since a code lives for an hour: in a world that stays they would add up for as long as the soak lasts.
        await want(200, 'POST', `/w/${name}/v1/device_claims`, { token: 't', body: {} });
        await want(200, 'POST', `/__mock/worlds/${name}/devices/pump`, { body: { do: 'power-on' } });
        await want(200, 'POST', `/__mock/worlds/${name}/clock`, { body: { advance: '2h' } });
        await want(200, 'GET', `/__mock/worlds/${name}/why-offline/pump`);
        await want(204, 'DELETE', `/__mock/worlds/${name}`);
    }],
    [2, async () => {
        const fault = await ask('POST', '/__mock/worlds/default/faults', { body: { kind: 'reply', request: 'GET /v1/user', status: 503, times: 1 } });
        await ask('GET', '/v1/user', { token: 'grace-token' });
        const id = fault.text && JSON.parse(fault.text).name;
        if (id) {
            await ask('DELETE', `/__mock/worlds/default/faults/${id}`);
        }
    }],
    [5, async () => {
        // A client that vanishes: in the middle of a head, of a body, or before its reply.
        const socket = net.connect(Number(base.port), base.hostname);
        socket.on('error', () => {});
        const texts = ['GET /v1/dev', 'POST /v1/devices HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\nx', 'GET /v1/products/6287/devices HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer app-token\r\n\r\n'];
        socket.write(any(texts), () => (turn % 2 ? socket.resetAndDestroy() : socket.destroy()));
    }],
    [10, () => want(403, 'GET', `/v1/devices/${any(pumps).id}`, { token: 'edsger-token', fresh: turn % 4 === 0 })],
];
// In steps of 37 through 100: every kind as often as it says, and no kind in a row.
const DRAWN = KINDS.flatMap(([often, act]) => Array(often).fill(act));

// ---- readers of streams ----

const seen = []; // of each good reader: how many events

function reader(slow) {
    const index = slow ? -1 : seen.push(0) - 1;
    const sent = http.get({ host: base.hostname, port: base.port, path: '/v1/devices/events/soak', headers: { Authorization: 'Bearer grace-token' }, agent: false }, (reply) => {
        let rest = '';
        reply.setEncoding('utf8');
        if (slow) {
            reply.pause(); // takes what is in its buffers, and no more
            setTimeout(() => reply.destroy(), 20_000).unref();
        }
        reply.on('data', (chunk) => {
            const lines = (rest + chunk).split('\n');
            rest = lines.pop();
            if (index >= 0) {
                seen[index] += lines.filter((one) => one.startsWith('event: soak/tick')).length;
            }
        });
        reply.on('error', () => {});
        reply.on('close', () => {
            if (!slow && Date.now() < end) {
                problem('a good reader lost its stream');
            }
        });
    });
    sent.on('error', () => {});
}

// ---- a receiver of webhooks, which is restarted ----

let received = 0;
function receiver(port = 0) {
    return new Promise((resolve) => {
        const server = http.createServer((request, reply) => {
            received++;
            request.resume();
            reply.end('{}');
        });
        server.listen(port, '127.0.0.1', () => resolve(server));
    });
}

let hook = await receiver();
const hookPort = hook.address().port;
await want(201, 'POST', '/v1/webhooks', { token: 'grace-token', body: { event: 'soak/tick', url: `http://127.0.0.1:${hookPort}/`, requestType: 'POST' } });

async function restarts() {
    while (Date.now() < end) {
        await after(15_000);
        hook.closeAllConnections();
        await new Promise((resolve) => hook.close(resolve));
        await after(1_000);
        hook = await receiver(hookPort);
    }
}

// ---- samples ----

const samples = [];

function sample() {
    const sorted = latencies.sort((a, b) => a - b);
    latencies = [];
    samples.push({
        s: (Date.now() - begun) / 1000,
        rss: Number(fs.readFileSync(`/proc/${child.pid}/statm`, 'utf8').split(' ')[1]) * 4096,
        fds: fs.readdirSync(`/proc/${child.pid}/fd`).length,
        p99: sorted.length ? sorted[Math.floor(sorted.length * 0.99)] : null,
    });
}

function svg() {
    const rows = [['rss', 'resident memory, MiB', (v) => v / 1048576], ['fds', 'descriptors', (v) => v], ['p99', '99th percentile of a GET, ms', (v) => v]];
    const width = 900;
    const height = 160;
    const parts = rows.map(([key, title, scale], i) => {
        const points = samples.filter((one) => one[key] !== null);
        const values = points.map((one) => scale(one[key]));
        const max = Math.max(...values, 1);
        const last = points.at(-1).s;
        const line = points.map((one, n) => `${(60 + (one.s / last) * (width - 80)).toFixed(1)},${(i * height + 140 - (values[n] / max) * 110).toFixed(1)}`).join(' ');
        return `<text x="60" y="${i * height + 20}">${title} (to ${max.toFixed(1)})</text><polyline points="${line}" fill="none" stroke="#06c"/><line x1="60" x2="${width - 20}" y1="${i * height + 140}" y2="${i * height + 140}" stroke="#999"/>`;
    });
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${rows.length * height}" font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>\n`;
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

const SHORTEST = 15; // minutes: before that the journal is still filling, and everything grows

// The last quarter beside the first one after the warm-up.
function grown() {
    const warm = Math.min(300, ((Date.now() - begun) / 1000) * 0.25);
    const kept = samples.filter((one) => one.s >= warm);
    const part = Math.max(1, Math.floor(kept.length / 4));
    const LIMITS = { rss: [1.05, 4 << 20], fds: [1.1, 20], p99: [2, 5] };
    for (const [key, [factor, more]] of Object.entries(LIMITS)) {
        const early = median(kept.slice(0, part).map((one) => one[key] ?? 0));
        const late = median(kept.slice(-part).map((one) => one[key] ?? 0));
        console.log(`${key}: ${early.toFixed(1)} after the warm-up, ${late.toFixed(1)} at the end`);
        if (Number(values.minutes) >= SHORTEST && late > early * factor + more) {
            problem(`${key} has grown from ${early.toFixed(1)} to ${late.toFixed(1)}`);
        }
    }
}

// ---- all of it ----

for (let i = 0; i < 5; i++) {
    reader(false);
}
const slow = setInterval(() => reader(true), 10_000);
const sampling = setInterval(sample, 1000);
const restarting = restarts();
await after(500); // the readers are there before the first event
const flying = new Set();
let asked = 0;
for (let due = performance.now(); Date.now() < end; due += 10) {
    for (let i = 0; i < rate / 100 && flying.size < 200; i++) {
        const one = Promise.resolve(DRAWN[(asked++ * 37) % DRAWN.length]()).finally(() => flying.delete(one));
        flying.add(one);
    }
    await after(Math.max(0, due - performance.now()));
}
await Promise.all(flying);
clearInterval(slow);
clearInterval(sampling);
await after(2_000);
await restarting;
seen.forEach((count, i) => count === published || problem(`reader ${i} saw ${count} of ${published} events`));
grown();
child.kill('SIGTERM');
const [code] = await once(child, 'exit');
if (code !== 0) {
    problem(`the server ended with ${code}`);
}
fs.mkdirSync(values.out, { recursive: true });
fs.writeFileSync(path.join(values.out, 'soak.svg'), svg());
fs.writeFileSync(path.join(values.out, 'soak.json'), JSON.stringify({ samples, problems: [...problems] }));
console.log(`${asked} rounds, ${published} events to ${seen.length} readers, ${received} webhooks, ${worlds} worlds, in ${((Date.now() - begun) / 60_000).toFixed(1)} min`);
for (const [text, count] of problems) {
    console.log(`${count} x ${text}`);
}
console.log(problems.size ? 'FAILED' : 'passed');
process.exit(problems.size ? 1 : 0);
