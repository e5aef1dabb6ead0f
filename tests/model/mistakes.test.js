// Whether the model finds what it is there for: each mistake, within so many sequences.
//
//   MISTAKES_SEQUENCES=2000 node --test mistakes.test.js

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { make, mistakes } from './mistakes.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const build = path.resolve(process.env.MOCKCLOUD_BUILD ?? path.join(here, '../../build/dev'));
const sequences = process.env.MISTAKES_SEQUENCES ?? '2000';

const drive = (program) =>
    new Promise((resolve) => {
        execFile(process.execPath, [path.join(here, 'run.js'), '--program', program, '--sequences', sequences], (error, out, err) =>
            resolve({ code: error ? error.code : 0, out: out + err }),
        );
    });

for (const row of mistakes) {
    test(row[0], async (t) => {
        const { code, out } = await drive(await make(build, row));
        assert.equal(code, 1, `not found: ${out}`);
        assert.match(out, /parts from the model at its step/);
        t.diagnostic(out.trim().split('\n').at(-1));
    });
}
