// Requests that are wrong, made from an operation of the OpenAPI document: for each of its parameters and fields a value of
// each wrong type, and around them broken JSON, forms, multipart bodies, percent-encoding and content types. Always the
// same requests in the same order. Sends nothing itself: a request is {what, path, headers, body}.

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const BOUNDARY = 'example-boundary';
const MULTIPART_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

const NOT_UTF8 = Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]);

// Of a string, a number, a truth, a list and a map at least four are wrong anywhere.
const WRONG_VALUES = [null, true, -1, 1e308, '', 'x', '\u0000', '\ud800', [], [null], [[]], {}, { x: [{}] }];
const WRONG_WORDS = ['', 'x', '-1', '99999999999999999999', '1e999', 'NaN', '%00', '%ff', '%', '%zz', '[]'];
const WRONG_SEGMENTS = [
    '%00', '%ff', '%C0%80', '%ED%A0%80', '%', '%zz', '%2', '%2e%2e', '%2F', '%F0%9F%98%80', '\xff', '-1', '\'"<>', 'x'.repeat(2000),
];

// What a path names, in the world of these tests.
const NAMES = {
    binary: '000000000000000000000001',
    client: 'acme-app-4711',
    device: 'e00fce68000000000000000a',
    email: 'ada@example.com',
    function: 'prime',
    group: 'lab',
    iccid: '8934076500002589174',
    org: 'acme',
    prefix: 'litres',
    product: 'acme-pump',
    serial: 'ACME-0001',
    token: 'token-of-ada',
    username: 'program@example.com',
    variable: 'litres',
    version: '1',
};

// A value of the field's type, so that only what a request is about is wrong in it.
function plausible(name, schema) {
    switch (schema.type) {
        case 'boolean': return false;
        case 'integer': return 1;
        case 'array': return ['e00fce68000000000000000a'];
        case 'object': return { example: 'example' };
        default: return NAMES[name] ?? { url: 'http://127.0.0.1:9/', id: NAMES.device }[name] ?? 'example';
    }
}

const formOf = (fields) => Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(typeof value === 'object' ? JSON.stringify(value) : value)}`)
    .join('&');

const multipartOf = (fields) => Object.entries(fields)
    .map(([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('') + `--${BOUNDARY}--\r\n`;

const around = (before, bytes, after) => Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);

const typed = (type) => ({ 'Content-Type': type });

export function filledPath(path, names = {}) {
    return path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent({ ...NAMES, ...names }[name] ?? 'example'));
}

function* wrongPaths(path, names) {
    for (const [hole, name] of path.matchAll(/\{(\w+)\}/g)) {
        for (const segment of WRONG_SEGMENTS) {
            const rest = filledPath(path.replace(hole, () => '\x01'), names);
            yield { what: `${name} is ${segment.slice(0, 20)}`, path: rest.replace('\x01', () => segment) };
        }
    }
}

function* wrongQueries(path, operation) {
    const queries = [
        'nonsense=1', '%', '%zz=1', 'x=%', 'x=\xff', '&&==&', 'x[y]=1&x=2&x[]=3', `${'[x]'.repeat(200)}=1`,
        'access_token=x&access_token=y',
    ];
    for (const { name } of (operation.parameters ?? []).filter((parameter) => parameter.in === 'query')) {
        queries.push(...WRONG_WORDS.map((word) => `${name}=${word}`));
        queries.push(name, `${name}=1&${name}=2`, `${name}[]=1`, `${name}[x][y]=1`);
    }
    for (const query of queries) {
        yield { what: `query ${query.slice(0, 40)}`, path: `${path}?${query}` };
    }
}

function* wrongFields(path, properties) {
    const names = Object.keys(properties);
    const whole = Object.fromEntries(names.map((name) => [name, plausible(name, properties[name])]));
    for (const name of names) {
        const { [name]: left, ...rest } = whole;
        yield { what: `JSON without ${name}`, path, headers: typed(JSON_TYPE), body: JSON.stringify(rest) };
        yield { what: `a form without ${name}`, path, headers: typed(FORM_TYPE), body: formOf(rest) };
        for (const value of WRONG_VALUES) {
            const body = JSON.stringify({ ...whole, [name]: value });
            yield { what: `JSON with ${name} ${JSON.stringify(value)}`, path, headers: typed(JSON_TYPE), body };
        }
        yield { what: `JSON with ${name} alone`, path, headers: typed(JSON_TYPE), body: JSON.stringify({ [name]: left }) };
        yield { what: `JSON with two ${name}`, path, headers: typed(JSON_TYPE), body: `{"${name}":1,"${name}":[]}` };
        yield { what: `JSON with ${name} not in UTF-8`, path, headers: typed(JSON_TYPE), body: around(`{"${name}":"`, NOT_UTF8, '"}') };
        for (const word of WRONG_WORDS) {
            yield { what: `a form with ${name}=${word}`, path, headers: typed(FORM_TYPE), body: `${formOf(rest)}&${name}=${word}` };
        }
        for (const pair of [`${name}=1&${name}=2`, `${name}[]=1&${name}[x]=2`, `${name}[x][y]=1`, name]) {
            yield { what: `a form with ${pair}`, path, headers: typed(FORM_TYPE), body: `${formOf(rest)}&${pair}` };
        }
        yield { what: `a form with ${name} not in UTF-8`, path, headers: typed(FORM_TYPE), body: around(`${name}=`, NOT_UTF8, '') };
    }
    yield { what: 'unknown fields', path, headers: typed(JSON_TYPE), body: JSON.stringify({ ...whole, nonsense: { x: [1] } }) };
    yield { what: 'the fields in a multipart body', path, headers: typed(MULTIPART_TYPE), body: multipartOf(whole) };
    yield { what: 'a form that is said to be JSON', path, headers: typed(JSON_TYPE), body: formOf(whole) };
    for (const type of [FORM_TYPE, 'text/plain', 'application/', ';', 'application/json; charset=utf-16', undefined]) {
        yield { what: `JSON that is said to be ${type}`, path, headers: type ? typed(type) : {}, body: JSON.stringify(whole) };
    }
}

function* wrongBodies(path) {
    const documents = ['', '{', '{"x"', '[]', '"x"', '7', 'null', '{}{}', '{"x":1}garbage', '{"\\u0000":1}', '\ufeff{}', '['.repeat(3000)];
    for (const body of documents) {
        yield { what: `JSON ${body.slice(0, 20)}`, path, headers: typed(JSON_TYPE), body };
    }
    yield { what: 'JSON not in UTF-8', path, headers: typed(JSON_TYPE), body: NOT_UTF8 };
    for (const body of ['&', '=', '%', '%zz=%', 'a[=1', 'a]=1', `a${'[b]'.repeat(300)}=1`, 'x=1&'.repeat(3000)]) {
        yield { what: `a form ${body.slice(0, 20)}`, path, headers: typed(FORM_TYPE), body };
    }
    const part = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="x.bin"\r\n\r\n`;
    const multiparts = {
        'that is empty': '',
        'without an end': `${part}x`,
        'cut off in a header': `--${BOUNDARY}\r\nContent-Dispos`,
        'without a name': `--${BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nx\r\n--${BOUNDARY}--\r\n`,
        'without headers': `--${BOUNDARY}\r\n\r\nx\r\n--${BOUNDARY}--\r\n`,
        'with the same file twice': `${part}x\r\n${part}y\r\n--${BOUNDARY}--\r\n`,
        'with an empty file': `${part}\r\n--${BOUNDARY}--\r\n`,
        'with another boundary': `${part}x\r\n--${BOUNDARY}--\r\n`.replaceAll(BOUNDARY, 'other'),
    };
    for (const [what, body] of Object.entries(multiparts)) {
        yield { what: `multipart ${what}`, path, headers: typed(MULTIPART_TYPE), body };
    }
    const bytes = around(part, NOT_UTF8, `\r\n--${BOUNDARY}--\r\n`);
    yield { what: 'multipart with bytes', path, headers: typed(MULTIPART_TYPE), body: bytes };
    for (const boundary of ['', '; boundary=', '; boundary="x', `; boundary=${'x'.repeat(300)}`]) {
        const what = `multipart with${boundary.slice(0, 20) || ' no boundary'}`;
        yield { what, path, headers: typed(`multipart/form-data${boundary}`), body: `${part}x\r\n--${BOUNDARY}--\r\n` };
    }
}

function* largeBodies(path, properties) {
    const name = Object.keys(properties).find((each) => properties[each].type === 'string') ?? 'nonsense';
    const large = 'x'.repeat(1 << 20);
    yield { what: `JSON with ${name} of 1 MB`, path, headers: typed(JSON_TYPE), body: JSON.stringify({ [name]: large }) };
    yield { what: `a form with ${name} of 1 MB`, path, headers: typed(FORM_TYPE), body: `${name}=${large}` };
}

// All fields of an operation's bodies, whatever their content type.
export function fieldsOf(operation) {
    const contents = Object.values(operation.requestBody?.content ?? {});
    return Object.assign({}, ...contents.map(({ schema }) => schema?.properties ?? {}));
}

// The wrong requests for an operation. `names` replaces what its path names; `large`: with bodies of 1 MB.
export function* wrongRequests(path, operation, { names, large }) {
    const filled = filledPath(path, names);
    const properties = fieldsOf(operation);
    yield* wrongPaths(path, names);
    yield* wrongQueries(filled, operation);
    yield* wrongFields(filled, properties);
    yield* wrongBodies(filled);
    if (large) {
        yield* largeBodies(filled, properties);
    }
}
