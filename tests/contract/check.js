// Holds the OpenAPI document against the rules of OpenAPI 3.1, and the replies of the whole suite against the document.
//
//   node check.js DOCUMENT REPLIES
//
// REPLIES is what the tests appended with MOCKCLOUD_DUMP_REPLIES: a line of JSON per reply. The program has a checker of
// its own for the same shapes; this one shares no line with it. The last line is `N passed, N failed`.

import fs from 'node:fs';
import readline from 'node:readline';

import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv/dist/2020.js';

const [documentFile, repliesFile] = process.argv.slice(2);
const document = JSON.parse(fs.readFileSync(documentFile, 'utf8'));
const METHODS = ['get', 'head', 'post', 'put', 'delete', 'patch'];

let passed = 0;
let failed = 0;

function judge(text, wrong) {
    if (wrong) {
        failed++;
        console.log(`not ok ${text}: ${wrong}`);
    } else {
        passed++;
    }
}

// Patterns of routes and templates of the document differ in how they name what varies.
const plain = (path) => path.replace(/:[^/]+|\{[^}]+\}|\*[^/]*/g, '{}');

const operations = new Map();
for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
        operations.set(`${method} ${plain(path)}`, item[method]);
    }
}

function operationOf(reply) {
    const method = reply.method === '*' ? 'post' : reply.method.toLowerCase();
    return operations.get(`${method} ${plain(reply.path)}`);
}

// ---- schemas ----

const ajv = new Ajv({ strict: true, allErrors: false, allowUnionTypes: true });
const compiled = new Map();

// The document's own references, made absolute: its components are a schema of their own for ajv.
function absolute(schema) {
    return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"mockcloud#/$defs/'));
}

ajv.addSchema({ $id: 'mockcloud', $defs: absolute(document.components.schemas) });

function validator(schema) {
    const key = JSON.stringify(schema);
    if (!compiled.has(key)) {
        compiled.set(key, ajv.compile(absolute(schema)));
    }
    return compiled.get(key);
}

// ---- replies ----

// What is wrong with a reply; undefined: nothing.
function wrongWith(reply) {
    const operation = reply.path === null ? undefined : operationOf(reply);
    if (reply.path !== null && !operation) {
        return 'the document has no such operation';
    }
    const fallback = { content: { 'application/json': { schema: { $ref: `#/components/schemas/${reply.control ? 'ControlError' : 'ApiError'}` } } } };
    const response = operation
        ? operation.responses[reply.status] ?? (reply.status < 400 ? operation.responses['2XX'] : operation.responses.default)
        : reply.status < 400 ? {} : fallback;
    if (!response) {
        return `the document has no answer ${reply.status}`;
    }
    if (response === operation?.responses['2XX']) {
        return undefined; // not described yet: counted by tests/coverage
    }
    const type = reply.type?.split(';')[0] ?? null;
    if (!response.content) {
        return type === null ? undefined : `a body of ${type}, where the document has none`;
    }
    const content = response.content[type];
    if (!content) {
        return `the document has no body of ${type}`;
    }
    if (content.schema) {
        const check = validator(content.schema);
        return check(reply.body) ? undefined : ajv.errorsText(check.errors);
    }
    return undefined;
}

const validation = await new Validator().validate(document);
judge('the document is OpenAPI 3.1', validation.valid ? '' : JSON.stringify(validation.errors));

let number = 0;
for await (const line of readline.createInterface({ input: fs.createReadStream(repliesFile) })) {
    number++;
    let reply;
    try {
        reply = JSON.parse(line);
    } catch (error) {
        judge(`line ${number}`, error.message);
        continue;
    }
    judge(`line ${number}: ${reply.method} ${reply.path} ${reply.status}`, wrongWith(reply));
}
judge('there are replies to check', number ? '' : `${repliesFile} is empty`);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
