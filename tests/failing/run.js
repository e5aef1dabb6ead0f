// node run.js [--program FILE] [--library FILE] [--points N]
//
// Everything that can fail, fails once: each allocation and each call of the system that the program makes, in turn, by
// the library failing.c, while it checks, runs, serves and executes. Whatever fails, the program ends in time with an
// exit code that it documents, or, out of memory, in mem_out(); it leaves no process and no torn file; and a server
// goes on serving. `--points`: at most so many calls of each name and way of failing (0: all of them).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const top = path.join(here, '../..');
const DEADLINE_MS = 10_000;

const { values } = parseArgs({
    options: {
        program: { type: 'string', default: path.join(top, 'build/dev/mockcloud') },
        library: { type: 'string', default: path.join(top, 'build/dev/tests/failing/failing.so') },
        points: { type: 'string', default: '12' },
        only: { type: 'string', default: '' },
    },
});
const program = path.resolve(values.program);
const library = path.resolve(values.library);
const points = Number(values.points) || Infinity;

// The order of the library's table, with the ways in which each can fail there.
const CALLS = [
    ['malloc', 'ENOMEM'],
    ['calloc', 'ENOMEM'],
    ['realloc', 'ENOMEM'],
    ['read', 'EINTR', 'EAGAIN', 'EIO', 'short'],
    ['write', 'EINTR', 'EAGAIN', 'EPIPE', 'ENOSPC', 'EIO', 'short'],
    ['send', 'EINTR', 'EAGAIN', 'ECONNRESET', 'EPIPE', 'short'],
    // A short one, or EAGAIN while there is something to read, does not happen: libmicrohttpd relies on that.
    ['recv', 'EINTR', 'ECONNRESET'],
    ['sendmsg', 'EINTR', 'EAGAIN', 'ECONNRESET'],
    ['writev', 'EINTR', 'EAGAIN', 'EPIPE'],
    ['open', 'EMFILE', 'ENFILE', 'ENOSPC', 'EACCES'],
    ['socket', 'EMFILE', 'ENFILE'],
    ['socketpair', 'EMFILE'],
    ['accept4', 'EMFILE', 'ENFILE', 'ECONNABORTED', 'EINTR'],
    ['bind', 'EADDRINUSE', 'EACCES'],
    ['listen', 'EADDRINUSE'],
    ['pipe2', 'EMFILE', 'ENFILE'],
    ['fork', 'EAGAIN', 'ENOMEM'],
    ['waitpid', 'EINTR'],
    ['poll', 'EINTR'],
    ['epoll_wait', 'EINTR'],
    ['epoll_ctl', 'ENOMEM', 'ENOSPC'],
    ['epoll_create1', 'EMFILE'],
    ['fsync', 'EIO'],
    ['fdatasync', 'EIO', 'ENOSPC'],
    ['rename', 'EIO', 'ENOSPC'],
    ['unlink', 'EIO'],
    ['mkdir', 'ENOSPC', 'EACCES'],
    ['ftruncate', 'EIO'],
    ['fopen', 'EMFILE', 'EACCES', 'ENOSPC'],
    ['fwrite', 'ENOSPC', 'EIO'],
    ['fflush', 'ENOSPC', 'EIO'],
    ['fclose', 'EIO', 'ENOSPC'],
    ['mmap', 'ENOMEM'],
    ['fstat', 'EIO'],
];

// What stands in the folder of a run afterwards is whole, or not there.
const SOFT = ['EINTR', 'EAGAIN', 'short']; // no errors: the call is made again
const WHOLE = {
    'report.xml': (text) => text.trimEnd().endsWith('</testsuites>'),
    'report.tap': (text) => /^1\.\.\d+$/m.test(text),
    'report.jsonl': (text) => text.endsWith('\n') && text.trimEnd().split('\n').every((line) => JSON.parse(line)),
    journal: (text) => text === '' || text.endsWith('\n'), // lines come as they are: a journal that ends early is worth having
};

const SUBJECTS = {
    check: { args: () => ['check', path.join(top, 'scenarios/expired-code.yaml')], codes: [0, 3, 4] },
    run: {
        args: (dir) => [
            'run', path.join(top, 'scenarios/expired-code.yaml'), '--jobs', '2',
            '--report', `junit:${dir}/report.xml`, '--report', `jsonl:${dir}/report.jsonl`,
        ],
        codes: [0, 1, 3, 4],
    },
    client: {
        args: (dir) => ['run', path.join(here, 'client.yaml'), '--output', `${dir}/output`, '--report', `tap:${dir}/report.tap`],
        codes: [1, 3, 4, 5],
    },
    exec: {
        args: (dir) => ['exec', '--world', path.join(here, 'world.yaml'), '--journal', `${dir}/journal`, '--', 'sh', '-c', 'curl -s $MOCKCLOUD_URL/v1/devices?access_token=not-a-token'],
        codes: [0, 3, 4, 7, 52, 56, 18, 1], // curl's own, too: could not connect, nothing, reset, partial
    },
    serve: {
        args: () => ['serve', '--world', path.join(here, 'world.yaml'), '--listen', '127.0.0.1:0', '--ready-fd', '3'],
        codes: [0, 3, 4],
        meanwhile: converse,
    },
};

const ask = (url, method = 'GET', body) =>
    new Promise((resolve) => {
        const sent = http.request(url, { method, agent: false, headers: { 'X-Mockcloud-Control': '1' }, timeout: 10_000 }, (reply) => {
            let text = '';
            reply.on('data', (chunk) => (text += chunk));
            reply.on('end', () => resolve({ status: reply.statusCode, text }));
            reply.on('error', () => resolve({ status: 0 }));
        });
        sent.on('timeout', () => sent.destroy(new Error('no reply in 10 s')));
        sent.on('error', (error) => resolve({ status: 0, error: error.message }));
        sent.end(body);
    });

const descriptors = (pid) => fs.readdirSync(`/proc/${pid}/fd`).length;

// A conversation of some requests, any of which may fail; then one more that may not. Answers what is wrong.
async function converse(child, url) {
    const device = `${url}/__mock/worlds/default/devices/lamp`;
    const { text } = await ask(device);
    const id = text ? JSON.parse(text).id : 'none';
    await ask(`${url}/v1/devices?access_token=not-a-token`, 'POST', `id=${id}`);
    await ask(device, 'POST', '{"do":"power-off"}');
    await ask(`${url}/__mock/worlds/default/clock`, 'POST', '{"advance":"1h"}');
    await ask(`${url}/__mock/worlds`, 'POST', '{"name":"other"}');
    await ask(`${url}/__mock/worlds/other`, 'DELETE');
    await Promise.all(Array.from({ length: 4 }, () => ask(`${url}/v1/devices?access_token=not-a-token`)));
    const last = await ask(`${url}/__mock/health`);
    if (last.status !== 200) {
        // Once more: what failed may have been this very request.
        const again = await ask(`${url}/__mock/health`);
        const ended = again.error?.includes('ECONNREFUSED'); // how it ended is looked at by the caller
        if (again.status !== 200 && !ended) {
            return `deaf after the failure: ${again.error ?? again.status}`;
        }
    }
    return null;
}

// Runs a subject once; answers {wrong, counts}: what is wrong, or null.
async function once1(name, call, nth, how) {
    const subject = SUBJECTS[name];
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'failing-'));
    try {
        const counts = path.join(dir, 'counts');
        fs.writeFileSync(counts, Buffer.alloc(CALLS.length * 8));
        const child = spawn(program, subject.args(dir), {
            detached: true,
            stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
            env: {
                ...process.env,
                LD_PRELOAD: library,
                FAILING_COUNTS: counts,
                FAILING_CALL: call,
                FAILING_NTH: String(nth),
                FAILING_HOW: how,
                UUID_DEBUG: '',
            },
        });
        let out = '';
        child.stdout.on('data', (chunk) => (out += chunk));
        child.stderr.on('data', (chunk) => (out += chunk));
        let late = false;
        const timer = setTimeout(() => {
            late = true;
            process.kill(-child.pid, 'SIGKILL');
        }, DEADLINE_MS);
        let wrong = null;
        const closed = once(child, 'close');
        if (subject.meanwhile) {
            const url = await Promise.race([once(child.stdio[3], 'data').then(([chunk]) => String(chunk).trim()), closed.then(() => null)]);
            if (url) {
                wrong = await subject.meanwhile(child, url);
            }
            child.kill('SIGTERM');
        }
        const [code, signal] = await closed;
        clearTimeout(timer);
        const memory = how === 'ENOMEM';
        if (late) {
            wrong = `does not end in ${DEADLINE_MS} ms`;
        } else if (signal && !(signal === 'SIGABRT' && memory && out.includes('mockcloud: out of memory'))) {
            wrong = `ends by ${signal}`;
        } else if (!signal && !subject.codes.includes(code)) {
            wrong = `ends with ${code}`;
        } else if (/SIGSEGV|SIGBUS|[Ss]egmentation fault|Assertion/.test(out)) {
            wrong = 'a process of it crashed';
        } else if (SOFT.includes(how) && call !== 'fork' && code !== subject.codes[0]) {
            wrong = `ends with ${code}, as if ${how} were an error`;
        } else if (!memory && code === 4 && !/mockcloud.*: |^ERROR/m.test(out)) {
            wrong = 'ends with 4, without a word';
        }
        // Out of memory there is nobody left to take away what is half written; no reader takes it for whole.
        wrong ??= (await left(child.pid)) ?? (memory ? null : torn(dir));
        return { wrong: wrong && `${wrong}\n${out.slice(-1500)}`, counts: fs.readFileSync(counts) };
    } finally {
        fs.rmSync(dir, { recursive: true, force: true });
    }
}

// What is left of the group after a while: a worker whose parent has aborted hears of that from the kernel, a moment later.
async function left(group) {
    for (let look = 0; look < 100 && members(group).length; look++) {
        await after(20);
    }
    const [pid] = members(group);
    if (!pid) {
        return null;
    }
    const command = fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    process.kill(pid, 'SIGKILL');
    return `leaves a process: ${pid} ${command}`;
}

function members(group) {
    return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
        try {
            const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
            const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
            return fields[0] !== 'Z' && Number(fields[2]) === group;
        } catch {
            return false; // ended while we looked
        }
    });
}

function torn(dir) {
    for (const [file, whole] of Object.entries(WHOLE)) {
        const at = path.join(dir, file);
        let good = true;
        if (fs.existsSync(at)) {
            try {
                good = whole(fs.readFileSync(at, 'utf8'));
            } catch {
                good = false;
            }
        }
        if (!good) {
            return `a torn file: ${file}`;
        }
    }
    return null;
}

// All of the first few, then evenly: the first are where a program starts, which is not where it works.
function chosen(total) {
    if (total <= points) {
        return Array.from({ length: total }, (_, i) => i + 1);
    }
    return Array.from({ length: points }, (_, i) => 1 + Math.floor((i * (total - 1)) / (points - 1)));
}

let passed = 0;
let failed = 0;
for (const name of Object.keys(SUBJECTS).filter((one) => !values.only || one === values.only)) {
    const plain = await once1(name, 'none', 0, 'EIO');
    if (plain.wrong) {
        console.log(`not ok  ${name}, nothing failing: ${plain.wrong}`);
        failed++;
        continue;
    }
    const todo = CALLS.flatMap(([call, ...hows], i) =>
        hows.flatMap((how) => chosen(Number(plain.counts.readBigUInt64LE(i * 8))).map((nth) => [call, nth, how])),
    );
    const before = passed;
    await Promise.all(
        Array.from({ length: os.cpus().length }, async () => {
            for (let item = todo.pop(); item; item = todo.pop()) {
                const { wrong } = await once1(name, ...item);
                if (wrong) {
                    console.log(`not ok  ${name}: ${item[0]} no. ${item[1]} with ${item[2]}: ${wrong}`);
                    failed++;
                } else {
                    passed++;
                }
            }
        }),
    );
    console.log(`${name}: ${passed - before} failures survived`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
