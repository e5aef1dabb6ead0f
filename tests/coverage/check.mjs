// Which routes, rules and values of switches did no test meet? And which routes say nothing of their replies?
//
//   node check.mjs [--report] PROGRAM COVERAGE
//
// COVERAGE is what the tests appended with MOCKCLOUD_DUMP_COVERAGE; what there is to meet, PROGRAM says itself. The last
// line is `N passed, N failed`; with --report what is missing is listed, but does not fail.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

const args = process.argv.slice(2);
const report = args[0] === '--report';
const [program, coverageFile] = report ? args.slice(1) : args;

const ask = (...words) => JSON.parse(execFileSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 26 }));

const met = new Set(fs.readFileSync(coverageFile, 'utf8').split('\n'));
const { switches, rules } = ask('list', 'behaviours', '--format', 'json');
const wanted = new Set([
    ...ask('list', 'routes', '--format', 'json').map((route) => `route ${route.method} ${route.path}`),
    ...rules.map((rule) => `rule ${rule.rule}`),
    ...switches.flatMap((row) => row.values.split(' ').map((value) => `switch ${row.switch} ${value}`)),
]);

const missing = [...wanted].filter((line) => !met.has(line));

// An operation that is imitated and whose replies are not described has an answer 2XX.
const { paths } = ask('openapi');
let described = 0;
for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item)) {
        if (operation.responses?.['2XX']) {
            missing.push(`shape ${method.toUpperCase()} ${path}`);
        } else if (operation.responses) {
            described++;
        }
    }
}

for (const line of missing) {
    console.log(`not met: ${line}`);
}
const good = wanted.size + described - missing.filter((line) => !line.startsWith('shape ')).length;
console.log(`${good} passed, ${report ? 0 : missing.length} failed`);
process.exitCode = missing.length && !report ? 1 : 0;
