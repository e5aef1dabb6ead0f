// exec --cli-profile: the command line, as published and without a word to it, talks to the world of this run; over TLS, too.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';

import { program, worldFile } from '../e2e/server.js';
import { node, particle } from './particle.js';

const script = '"$0" "$1" login --token token-of-grace && "$0" "$1" list && "$0" "$1" device add "$MOCKCLOUD_DEVICE_SHELF"';

for (const more of [[], ['--tls']]) {
    test(`the command line finds its cloud${more.length ? ' over TLS' : ''}`, { timeout: 120_000 }, (t) => {
        const tmp = mkdtempSync(path.join(tmpdir(), 'mockcloud-profile-'));
        t.after(() => rmSync(tmp, { recursive: true }));
        const args = ['exec', '--cli-profile', ...more, '--world', worldFile('cli'), '--', 'sh', '-c', script, node, particle];
        const { ASAN_OPTIONS, UBSAN_OPTIONS, PATH } = process.env;
        const env = { PATH, HOME: '/nonexistent', TMPDIR: tmp, TERM: 'dumb', FORCE_COLOR: '0', ...(ASAN_OPTIONS && { ASAN_OPTIONS, UBSAN_OPTIONS }) };
        const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8', timeout: 100_000 });
        assert.match(stdout, /lamp \[1e0047000000000000000001\] \(Photon\) is online/, stdout + stderr);
        assert.equal(status, 0, stdout + stderr);
        assert.deepEqual(readdirSync(tmp).filter((name) => name.startsWith('mockcloud-')), []);
    });
}
