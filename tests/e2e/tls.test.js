// --tls: clients that are given nothing but their environment believe the server: Node with the SDK, curl, Python. As few
// of this machine's variables as possible are there, since some may set what is to be tested.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { program, worldFile } from './server.js';

const app = fileURLToPath(new URL('tls/app.js', import.meta.url));
const python = 'import os, urllib.request as u; print(u.urlopen(os.environ["MOCKCLOUD_URL"] + "/__mock/health").status)';

async function folder(t) {
    const made = await mkdtemp(path.join(tmpdir(), 'mockcloud-tls-'));
    t.after(() => rm(made, { recursive: true }));
    return made;
}

// Resolves to {code, stdout, stderr}; temporary files go into a folder of their own.
function run(args, TMPDIR, env = {}) {
    const { PATH, ASAN_OPTIONS, UBSAN_OPTIONS, MOCKCLOUD_DUMP_REPLIES, MOCKCLOUD_DUMP_COVERAGE } = process.env;
    const own = Object.entries({ PATH, TMPDIR, ASAN_OPTIONS, UBSAN_OPTIONS, MOCKCLOUD_DUMP_REPLIES, MOCKCLOUD_DUMP_COVERAGE, ...env });
    const options = { env: Object.fromEntries(own.filter(([, value]) => value !== undefined)), timeout: 60_000 };
    return new Promise((resolve) => execFile(program, args, options, (error, stdout, stderr) => {
        resolve({ code: error ? error.code : 0, stdout, stderr });
    }));
}

const exec = (t, ...command) => folder(t).then(async (tmp) => {
    const result = await run(['exec', '--tls', '--world', worldFile('hooks'), '--', ...command], tmp);
    assert.deepEqual(await readdir(tmp), [], 'nothing is left');
    return result;
});

test('the SDK, fetch, a stream and a webhook', async (t) => {
    assert.deepEqual(await exec(t, process.execPath, app), { code: 0, stdout: 'all is well\n', stderr: '' });
});

test('curl', async (t) => {
    const { stdout } = await exec(t, 'sh', '-c', 'curl -sS "$MOCKCLOUD_URL/__mock/health"');
    assert.equal(JSON.parse(stdout).ok, true);
});

test("Python's urllib", async (t) => {
    assert.deepEqual(await exec(t, 'python3', '-c', python), { code: 0, stdout: '200\n', stderr: '' });
});

test('ctl', async (t) => {
    const { code, stdout } = await exec(t, program, 'ctl', 'devices');
    assert.equal(code, 0);
    assert.match(stdout, /^lamp /m);
});

test('localhost and 127.0.0.1 are both in the certificate, another name is not', async (t) => {
    const script = 'url=$(echo "$MOCKCLOUD_URL" | sed s/127.0.0.1/$0/); curl -s -o body -w "%{http_code}" --resolve "*:${url##*:}:127.0.0.1" "$url/"';
    for (const [name, code] of [['localhost', 0], ['127.0.0.1', 0], ['mock.example.com', 60]]) {
        const result = await exec(t, 'sh', '-c', `cd "$TMPDIR" && ${script}; code=$?; rm -f body; exit $code`, name);
        assert.equal(result.code, code, name);
    }
});

test('a client that was told nothing refuses the server', async (t) => {
    const without = 'unset CURL_CA_BUNDLE SSL_CERT_FILE; exec curl -s "$MOCKCLOUD_URL"';
    assert.equal((await exec(t, 'sh', '-c', without)).code, 60);
});

test('the key is in no file, and the certificate in one while the command runs', async (t) => {
    const { stdout } = await exec(t, 'sh', '-c', 'ls "$TMPDIR"; grep -h -e ----- "$TMPDIR"/*; [ "$SSL_CERT_FILE" = "$(echo "$TMPDIR"/*)" ] && echo same');
    assert.match(stdout, /^mockcloud-ca-\w+\.pem\n-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\nsame\n$/);
});

test('a scenario with clients, one of them a service', async (t) => {
    const tmp = await folder(t);
    const file = path.join(tmp, 'tls.yaml');
    await writeFile(file, JSON.stringify({
        scenario: 'over TLS',
        world: { from: worldFile('hooks') },
        clients: {
            app: { run: [process.execPath, app] },
            python: { run: ['python3', '-c', python] },
            own: { run: ['sh', '-c', 'echo "$CURL_CA_BUNDLE"'], env: { CURL_CA_BUNDLE: 'mine' } },
        },
        steps: [
            { start: 'app' },
            { wait: { client: 'app', exits: 0, within: '20s real' } },
            { start: 'python' },
            { wait: { client: 'python', exits: 0, within: '20s real' } },
            { start: 'own' },
            { wait: { client: 'own', exits: 0, within: '20s real' } },
            { expect: { client: 'own', output: { $matches: 'mine' } } },
            { sent: { request: 'PUT /v1/devices/*', from: 'app', times: 1 } },
        ],
    }));
    const { code, stdout } = await run(['run', '--tls', file], tmp);
    assert.equal(code, 0, stdout);
    assert.deepEqual(await readdir(tmp), ['tls.yaml']);
});
