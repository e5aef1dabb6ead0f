// The program as a shell sees it: what it prints, how it ends, and that nothing is left behind when it, or a client, is killed.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';

import { program, worldFile } from './server.js';

const DEADLINE_MS = 20_000;

// Runs a command to its end; `started` is what to do meanwhile, given the process and what it has printed so far.
function run(command, args, options = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
        const result = { stdout: '', stderr: '' };
        child.stdout.setEncoding('utf8').on('data', (chunk) => (result.stdout += chunk));
        child.stderr.setEncoding('utf8').on('data', (chunk) => (result.stderr += chunk));
        child.on('error', reject);
        child.on('close', (code, signal) => resolve({ ...result, code, signal }));
        options.started?.(child, result).catch((error) => {
            child.kill('SIGKILL');
            reject(error);
        });
    });
}

function folder(t) {
    const name = fs.mkdtempSync(path.join(os.tmpdir(), 'mockcloud-'));
    t.after(() => fs.rmSync(name, { recursive: true }));
    return name;
}

// Asks again and again until it is so: for what happens in another process, which gives no sign.
async function until(what, holds) {
    for (const end = Date.now() + DEADLINE_MS; !holds(); ) {
        assert.ok(Date.now() < end, `not in ${DEADLINE_MS} ms: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
}

function alive(pid) {
    try {
        // A zombie that nobody has waited for yet is dead.
        return !/^\d+ \(.*\) Z/.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
        return false;
    }
}

for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`serve says where it is, and ends in order on ${signal}`, async (t) => {
        const portFile = path.join(folder(t), 'port');
        let port;
        const { code, stdout, stderr } = await run(
            program,
            ['serve', '--listen', '127.0.0.1:0', '--world', worldFile('acme'), '--port-file', portFile],
            {
                started: async (child) => {
                    await until('the port file', () => fs.existsSync(portFile));
                    port = fs.readFileSync(portFile, 'utf8');
                    child.kill(signal);
                },
            },
        );
        assert.equal(code, 0);
        assert.equal(stderr, '');
        assert.match(port, /^[1-9][0-9]*\n$/);
        assert.ok(!fs.existsSync(portFile), 'a port file goes with its server');
        assert.ok(stdout.includes(`http://127.0.0.1:${port.trim()}\n`), stdout);
        assert.ok(stdout.includes(`http://127.0.0.1:${port.trim()}/__mock/worlds/default\n`), stdout);
        assert.match(stdout, /seed\s+7\n/);
    });
}

test('the calls that serve prints work in the world that it serves', async (t) => {
    const portFile = path.join(folder(t), 'port');
    let calls;
    await run(program, ['serve', '--listen', '127.0.0.1:0', '--port-file', portFile], {
        started: async (child, result) => {
            await until('the port file', () => fs.existsSync(portFile));
            await until('three calls', () => (result.stdout.match(/curl/g) ?? []).length >= 3);
            const lines = result.stdout.split('\n').filter((line) => line.includes('curl'));
            assert.equal(lines.length, 3);
            calls = await run('sh', ['-ec', lines.map((line) => line.replaceAll('curl ', 'curl -fsS ')).join('\n')]);
            child.kill('SIGTERM');
        },
    });
    assert.equal(calls.stderr, '');
    assert.equal(calls.code, 0);
    assert.match(calls.stdout, /"claim_code":"[A-Za-z0-9+/]{63}"/);
    assert.match(calls.stdout, /"connected":true,"ok":true\}/);
});

test('a port that is taken is an error in words', async (t) => {
    const portFile = path.join(folder(t), 'port');
    let second;
    await run(program, ['serve', '--listen', '127.0.0.1:0', '--port-file', portFile], {
        started: async (child) => {
            await until('the port file', () => fs.existsSync(portFile));
            const port = fs.readFileSync(portFile, 'utf8').trim();
            second = await run(program, ['serve', '--listen', `127.0.0.1:${port}`]);
            child.kill('SIGTERM');
        },
    });
    assert.equal(second.code, 4);
    assert.match(second.stderr, /^mockcloud: 127\.0\.0\.1 port \d+ is in use.*\n$/);
});

test('exec gives a command a world, and ends as the command does', async () => {
    const script = 'echo "$MOCKCLOUD_URL $MOCKCLOUD_PRODUCT $MOCKCLOUD_CLIENT_ID $MOCKCLOUD_CLIENT_SECRET"; exit 7';
    const { code, stdout, stderr } = await run(program, ['exec', '--world', worldFile('acme'), '--', 'sh', '-c', script]);
    assert.equal(code, 7);
    assert.match(stderr, /^FAIL .*\n.*the command exited with 7\n\n  why       it sent the cloud nothing: /);
    assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+ \S+ acme-app-4711 not-a-secret\n$/);
});

test('exec ends with 128 and the signal when the command was killed', async () => {
    const { code } = await run(program, ['exec', '--world', worldFile('acme'), '--', 'sh', '-c', 'kill -KILL $$']);
    assert.equal(code, 128 + 9);
});

// A scenario whose client says its pid and that of a child of its own, and then stays.
function staying(dir) {
    const file = path.join(dir, 'staying.yaml');
    const pids = path.join(dir, 'pids');
    fs.writeFileSync(file, `scenario: a client that does not end
world: {devices: [{as: pump, platform: photon, state: off}]}
clients:
  app: {run: [sh, -c, "sleep 600 & echo $$ $! >${pids}.new; mv ${pids}.new ${pids}; wait"]}
steps:
  - start: app
  - wait: {client: app, exits: 0, within: 50s real}
`);
    return {
        file,
        pids: async () => {
            await until('the pids of the client', () => fs.existsSync(pids));
            return fs.readFileSync(pids, 'utf8').trim().split(' ').map(Number);
        },
    };
}

test('a client that is killed in a scenario: the run says so and leaves nothing', async (t) => {
    const scenario = staying(folder(t));
    let pids;
    const { code, stdout } = await run(program, ['run', scenario.file], {
        started: async () => {
            pids = await scenario.pids();
            process.kill(pids[0], 'SIGKILL');
        },
    });
    assert.equal(code, 1);
    assert.match(stdout, /137|signal 9|SIGKILL|killed/i);
    await until('the end of all its processes', () => !pids.some(alive));
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL']) {
    test(`a run that gets ${signal} leaves nothing`, async (t) => {
        const scenario = staying(folder(t));
        let pids;
        const { code } = await run(program, ['run', scenario.file], {
            started: async (child) => {
                pids = await scenario.pids();
                child.kill(signal);
            },
        });
        assert.notEqual(code, 0);
        await until('the end of all its processes', () => !pids.some(alive));
    });
}

test('a run that takes too long is ended by its kill timer', async (t) => {
    const scenario = staying(folder(t));
    const { code, stdout } = await run(program, ['run', '--timeout', '1s', scenario.file]);
    assert.equal(code, 5);
    assert.ok(stdout.length > 0);
    const pids = await scenario.pids();
    await until('the end of all its processes', () => !pids.some(alive));
});

const mistakes = {
    'a misspelt step': ['scenario: a\nsteps:\n  - requst: GET /v1/devices\n', /:3:5: .*requst[^]*request/],
    'an unbalanced brace': ['scenario: a\nsteps:\n  - wait: {device: pump\n', /:\d+:\d+: /],
    'a duplicate key': ['scenario: a\nscenario: b\nsteps: []\n', /:2:1: /],
    'an empty file': ['', /:1:1: /],
    'a binary file': [Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0x00, 0x01, 0xff]), /:1:\d+: /],
    'a tab as indentation': ['scenario: a\nsteps:\n\t- settle: {}\n', /:3:1: /],
};
for (const [what, [text, position]] of Object.entries(mistakes)) {
    for (const command of ['check', 'run']) {
        test(`${command}: ${what} is shown where it is`, async (t) => {
            const file = path.join(folder(t), 'mistake.yaml');
            fs.writeFileSync(file, text);
            const { code, stdout, stderr } = await run(program, [command, file]);
            assert.equal(code, 3);
            assert.match(stdout + stderr, position);
            assert.ok((stdout + stderr).includes(`${file}:`));
        });
    }
}

// Exits 0 once it has heard of 500 devices coming online, 1 when its stream ends before.
const reader = `
const http = require('node:http');
const headers = { authorization: 'Bearer dev-token' };
http.get(process.env.MOCKCLOUD_URL + '/v1/devices/events/spark', { headers }, (reply) => {
    let text = '';
    reply.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        if (text.split('"data":"online"').length > 500) process.exit(0);
    }).on('end', () => process.exit(1)).on('error', () => process.exit(1));
});`;

test('waits in world time let a reader of events take what is there', async (t) => {
    const file = path.join(folder(t), 'scenario.yaml');
    const names = Array.from({ length: 500 }, (_, at) => `d${at}`);
    const journal = path.join(path.dirname(file), 'journal');
    fs.writeFileSync(file, JSON.stringify({
        scenario: 'five hundred devices leave listening mode at once',
        world: {
            users: [{ username: 'dev@example.com' }],
            tokens: [{ token: 'dev-token', user: 'dev@example.com' }],
            devices: names.map((as) => ({ as, platform: 'e-series', owner: 'dev@example.com', state: 'listening' })),
        },
        clients: { app: { run: [process.execPath, '-e', reader] } },
        steps: [
            { start: 'app' },
            { wait: { request: 'GET /v1/devices/events/spark', within: '10s real' } },
            { wait: { device: 'd499', state: 'online', within: '10min virtual' } },
            { settle: {} },
            { wait: { client: 'app', exits: 0, within: '20s real' } },
        ],
    }));
    const { code, stdout } = await run(program, ['run', file, '--journal', journal, '--quiet']);
    assert.equal(code, 0, stdout);
    const bytes = fs.readFileSync(journal, 'utf8').split('\n').filter((line) => line.includes('"event.published"')).join('').length;
    assert.ok(bytes > 300_000, `more than a stream's queue holds: ${bytes}`);
});

// What answers on the port may be anybody: nothing of it may tell a terminal what to do.
test('ctl prints no control characters of a server', async (t) => {
    const escape = '\u001b[31m\r\u0007\u009b2J';
    const answers = {
        '/__mock/worlds/default/devices': { devices: [{ name: escape, id: escape, platform: escape, state: escape }] },
        '/__mock/worlds/default/why/pump': { owned: false, cause: escape, text: escape, advice: escape, evidence: [{ n: 1, text: escape }] },
        '/__mock/worlds/default/clock': { message: escape, can: [escape] },
    };
    const server = http.createServer((request, response) => {
        const { pathname } = new URL(request.url, 'http://x');
        response.statusCode = pathname.endsWith('clock') ? 409 : 200;
        response.end(answers[pathname] ? JSON.stringify(answers[pathname]) : Buffer.from('\x1b[31m\xff', 'latin1'));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const control = `http://127.0.0.1:${server.address().port}`;
    for (const words of [['devices'], ['why', 'pump'], ['clock'], ['worlds']]) {
        const { stdout, stderr } = await run(program, ['ctl', '--control', control, ...words]);
        assert.notEqual(stdout + stderr, '');
        // eslint-disable-next-line no-control-regex
        assert.doesNotMatch(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/, words.join(' '));
    }
});
