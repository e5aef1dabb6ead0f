// Which routes, rules and values of switches did no test meet? Which error bodies that are known to the letter did none
// compare? Which steps, keys, faults, reports and options does no test use? And which routes say nothing of their replies?
//
//   node check.mjs PROGRAM COVERAGE
//
// COVERAGE is what the tests appended with MOCKCLOUD_DUMP_COVERAGE; what there is to meet, PROGRAM says itself. The last
// line is `N passed, N failed`.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

import { literals } from './literals.mjs';
import { words } from './words.mjs';

const [program, coverageFile] = process.argv.slice(2);

const ask = (...words) => JSON.parse(execFileSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 26 }));

const met = new Set(fs.readFileSync(coverageFile, 'utf8').split('\n'));
const { switches, rules } = ask('list', 'behaviours', '--format', 'json');
const wanted = new Set([
    ...ask('list', 'routes', '--format', 'json').map((route) => `route ${route.method} ${route.path}`),
    ...rules.map((rule) => `rule ${rule.rule}`),
    ...switches.flatMap((row) => row.values.split(' ').map((value) => `switch ${row.switch} ${value}`)),
]);

const missing = [...wanted].filter((line) => !met.has(line));

// A row of tests/unit writes `literal STATUS MARK: PATTERN`.
const compared = [...met].filter((line) => line.startsWith('literal '));
for (const { mark, status, body } of literals) {
    const line = `literal ${status} ${mark}: ${JSON.stringify(body)}`;
    const parts = line.split('<any>').map((part) => part.replace(/[^\w ]/g, '\\$&'));
    const pattern = new RegExp(`^${parts.join('.+')}$`);
    wanted.add(line);
    if (!compared.some((row) => pattern.test(row))) {
        missing.push(line);
    }
}

const named = words(ask);
named.wanted.forEach((line) => wanted.add(line));
missing.push(...named.missing);

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
console.log(`${good} passed, ${missing.length} failed`);
process.exitCode = missing.length ? 1 : 0;
