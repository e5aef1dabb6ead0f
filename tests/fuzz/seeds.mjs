// node seeds.mjs MOCKCLOUD FOLDER
//
// Writes a seed of the target `api` for each operation of the OpenAPI document: the request as it is meant, once with the
// token of each who may send it, then with what it needs left out; and the operations of a family as one sequence, so
// that what one makes the next finds. Always the same seeds for the same document.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const [program, folder] = process.argv.slice(2);
const openapi = JSON.parse(execFileSync(program, ['openapi'], { maxBuffer: 64 << 20 }));

const NAMES = {
    binary: '$1', client: 'acme-app-4711', device: 'pump', email: 'ada@example.com', function: 'prime', group: 'lab', iccid: '8934076500002589174',
    org: 'acme', prefix: 'litres', product: 'acme-pump', serial: 'ACME-0001', token: 'ada-token', username: 'program@example.com', variable: 'litres',
    version: '1', world: 'default', id: '$1', n: '3', hold: 'h1', fault: 'f1', stream: '1', event: 'litres', fleet: 'pump', vitals: 'x', sim: '8934076500002589174',
};
// What an array holds and a string says, where the name of the field tells.
const VALUES = {
    id: 'e00fce68000000000000000c', ids: ['e00fce68000000000000000c', 'ACME-0001'], devices: ['e00fce68000000000000000a'], event: 'litres', url: 'http://127.0.0.1:9/',
    username: 'grace@example.com', email: 'alan@example.com', password: 'not-a-password', client_id: 'acme-app-4711', client_secret: 'not-a-secret',
    grant_type: 'client_credentials', name: 'example', redirect_uri: 'http://127.0.0.1:9/', scope: '*:*', set_claim_code: 'x'.repeat(63), advance: '1h', request: 'any /v1/**', as: 'h1',
    kind: 'reply', do: 'power-on', product_id: 6287, platform_id: 13, signal: '1', action: 'groups', requestType: 'POST', iccid: '8934076500002589174',
    start_date: '2026-01-01T00:00:00Z', end_date: '2026-01-02T00:00:00Z', countryCode: 'US', groups: ['lab'], otp: '123456', file: 'not a binary',
};

const filledPath = (text) => text.replace(/\{(\w+)\}/g, (_, name) => NAMES[name] ?? 'example');

function valueOf(name, schema = {}) {
    if (name in VALUES) {
        return VALUES[name];
    }
    if (schema.enum) {
        return schema.enum[0];
    }
    switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
        case 'boolean':
            return true;
        case 'integer':
        case 'number':
            return 1;
        case 'array':
            return [];
        case 'object':
            return {};
        default:
            return 'example';
    }
}

const propertiesOf = (operation) =>
    Object.assign({}, ...Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema?.properties ?? {}));

function requestText(method, target, token, operation, { fields, form }) {
    const lines = [`${method} ${target}`];
    if (token) {
        lines.push(`Authorization: Bearer ${token}`);
    }
    if (target.startsWith('/__mock')) {
        lines.push('X-Mockcloud-Control: 1');
    }
    let body = '';
    if (fields) {
        lines.push(`Content-Type: application/${form ? 'x-www-form-urlencoded' : 'json'}`);
        body = form
            ? Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(typeof value === 'object' ? JSON.stringify(value) : value)}`).join('&')
            : JSON.stringify(fields);
    }
    return `${lines.join('\n')}\n\n${body}`;
}

function requestsOf(method, route, operation, tokens) {
    const properties = propertiesOf(operation);
    const names = Object.keys(properties);
    const all = names.length ? Object.fromEntries(names.map((name) => [name, valueOf(name, properties[name])])) : null;
    const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
    const asked = query.length ? `?${query.map(({ name, schema }) => `${name}=${encodeURIComponent(valueOf(name, schema))}`).join('&')}` : '';
    const target = filledPath(route);
    const out = tokens.map((token) => requestText(method, target, token, operation, { fields: all }));
    out.push(requestText(method, target + asked, tokens[0], operation, { fields: all, form: true }));
    for (const name of names.slice(0, 10)) {
        out.push(requestText(method, target, tokens[0], operation, { fields: { [name]: all[name] } }));
    }
    return out;
}

const TOKENS = ['grace-token', 'app-token', 'ada-token', 'program-token', ''];
fs.mkdirSync(folder, { recursive: true });
const families = new Map();
let count = 0;
const write = (name, texts) => {
    for (let at = 0, part = 0; at < texts.length; at += 20, part++) {
        fs.writeFileSync(path.join(folder, `${name}-${part}.txt`), texts.slice(at, at + 20).join('\n---\n'));
        count++;
    }
};
const ORDER = ['post', 'put', 'get', 'head', 'delete'];
for (const [route, operations] of Object.entries(openapi.paths)) {
    for (const method of ORDER.filter((one) => operations[one])) {
        const operation = operations[method];
        const id = operation.operationId ?? `${method}${route.replaceAll('/', '-')}`;
        const control = route.startsWith('/__mock');
        const texts = requestsOf(method.toUpperCase(), route, operation, control ? [''] : TOKENS);
        write(`op-${id.replace(/[^a-z0-9.-]+/gi, '-')}`, texts);
        const family = id.split('.')[0];
        families.set(family, [...(families.get(family) ?? []), [ORDER.indexOf(method), texts[0], texts[1] ?? texts[0]]]);
    }
}
for (const [family, rows] of families) {
    const sorted = rows.sort((a, b) => a[0] - b[0]);
    write(`family-${family}`, sorted.map((row) => row[1]));
    write(`family-${family}-app`, sorted.map((row) => row[2]));
}
console.log(`${count} seeds`);
