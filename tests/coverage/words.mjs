// What the program's own tables name, and a test has to use: each step and its keys, each fault, each form of a report, each
// option of each command. A test uses what stands in its text: in tests/ or in a scenario of scenarios/.

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const NOT_TESTS = /node_modules|\/seeds\/|package-lock\.json|schema\.json$|\/coverage\//;

function textsIn(folder) {
    return fs.readdirSync(path.join(top, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.path ?? entry.parentPath, entry.name))
        .filter((file) => !NOT_TESTS.test(file))
        .map((file) => fs.readFileSync(file, 'latin1'));
}

const escaped = (word) => word.replace(/[^\w]/g, '\\$&');

// A key of a map, in YAML or in JSON, also within a string of C.
const key = (word) => new RegExp(`(^|[\\s{,\\["'])${escaped(word)}\\\\?["']?\\s*:`, 'm');

// `ask(words)`: what the program lists, as JSON. Answers {wanted, missing}.
export function words(ask) {
    const texts = [...textsIn('tests'), ...textsIn('scenarios')];
    const all = texts.join('\n');
    const wanted = [];
    const missing = [];
    const want = (line, used) => {
        wanted.push(line);
        if (!used) {
            missing.push(line);
        }
    };
    const list = (what) => ask('list', what, '--format', 'json');
    const faults = list('faults');
    for (const { kind } of faults.faults) {
        want(`fault ${kind}`, new RegExp(`kind\\\\?["']?:\\s*\\\\?["']?${escaped(kind)}\\b`).test(all));
    }
    for (const row of faults.keys) {
        want(`fault key ${row.key}`, key(row.key.split('.').at(-1)).test(all));
    }
    for (const { report } of list('reports')) {
        want(`report ${report}`, new RegExp(`["'\\s=]${escaped(report)}(:|["'\\s,]|$)`, 'm').test(all));
    }
    const steps = list('steps');
    for (const { step } of steps.steps) {
        want(`step ${step}`, new RegExp(`-\\s+(\\{\\s*)?${escaped(step)}:`).test(all));
    }
    // The last part of a key: client.output is an output: in a map.
    for (const row of steps.keys) {
        const last = row.key.split('.').at(-1).replace(/\[\]$/, '');
        want(`key ${row.step} ${row.key}`, last === '*' || texts.some((text) => text.includes(`${row.step}:`) && key(last).test(text)));
    }
    for (const { matcher } of steps.matchers) {
        want(`matcher ${matcher}`, all.includes(matcher));
    }
    for (const row of list('files').world) {
        const last = row.key.split('.').at(-1).replace(/\[\]$/, '');
        want(`world key ${row.key}`, last === '*' || key(last).test(all));
    }
    for (const row of list('options').options) {
        const option = row.option.split(/[ =[]/)[0];
        want(`option ${option}`, new RegExp(`${escaped(option)}(?![\\w-])`).test(all));
    }
    for (const row of list('options').words) {
        want(`${row.command} ${row.word} ${row.second}`.trim(), new RegExp(`${escaped(row.word)}["',\\s]+${escaped(row.second)}`).test(all));
    }
    return { wanted, missing };
}
