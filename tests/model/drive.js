// Plays one random sequence of operations on a server and on the model, in two worlds that must not touch each other,
// and says where the two part. What was found is shrunk by leaving out operations as long as it still parts.

import assert from 'node:assert/strict';
import http from 'node:http';

import { CONNECT_MS, Model, START, devices, idOf, owners, products } from './rules.js';

const WORLDS = 2;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

// A generator of numbers that is the same for a seed everywhere (xorshift32).
export function chance(seed) {
    let x = (seed * 2654435761) >>> 0 || 1;
    const next = () => {
        x ^= x << 13;
        x >>>= 0;
        x ^= x >>> 17;
        x ^= x << 5;
        x >>>= 0;
        return x;
    };
    for (let i = 0; i < 8; i++) {
        next();
    }
    return { below: (n) => next() % n, of: (list) => list[next() % list.length] };
}

// Times at which rules turn: a connect, both keep-alives and their double, the hour of a code, the last moment to start
// for it; and a millisecond around them.
const SPANS = [1, 1000, CONNECT_MS, 15_000, 30_000, 5 * MINUTE, 23 * MINUTE, 46 * MINUTE, HOUR - CONNECT_MS, HOUR];

const MAKERS = {
    claim: (r) => ({ owner: r.below(owners.length), device: r.of(devices).name, transfer: r.below(6) === 0 }),
    stranger: (r) => ({ owner: r.below(owners.length), capitals: r.below(2) === 0, device: r.of(devices).name }),
    askCode: (r) => {
        const owner = r.below(owners.length);
        const mine = owners[owner].product ?? null;
        return { owner, product: r.of([mine, mine, mine, null, 6287, 6288]) };
    },
    storeCode: (r) => ({ device: r.of(devices).name, code: r.below(8) === 0 ? 'unknown' : r.below(1000) }),
    act: (r) => ({
        device: r.of(devices).name,
        verb: r.of(['power-on', 'power-on', 'power-on', 'power-off', 'reset', 'reset', 'disconnect', 'connect', 'full-handshake']),
    }),
    advance: (r) => ({ ms: Math.max(0, r.of(SPANS) + r.of([0, 0, -1, 1])) }),
    unclaim: (r) => ({ owner: r.below(owners.length), device: r.of(devices).name }),
    release: (r) => ({ product: r.of([6287, 6287, 6288]), device: r.of(devices).name }),
    remove: (r) => ({ product: r.of([6287, 6287, 6288]), device: r.of(devices).name }),
    import: (r) => ({ product: r.of([6287, 6287, 6288]), device: r.of(devices).name }),
    read: (r) => ({ owner: r.below(owners.length), device: r.of(devices).name }),
};

// How often each is drawn: the ones that a claim is made of, more often.
const DRAWN = [
    ...Array(5).fill('claim'),
    ...Array(4).fill('askCode'),
    ...Array(6).fill('storeCode'),
    ...Array(7).fill('act'),
    ...Array(7).fill('advance'),
    ...Array(3).fill('unclaim'),
    'stranger',
    'release',
    'remove',
    'import',
    'read',
];

// A code that is asked for is mostly stored and carried to the cloud: single operations seldom meet so.
function journey(r, world) {
    const device = r.of(devices).name;
    const steps = [
        { op: 'askCode', world, ...MAKERS.askCode(r) },
        { op: 'act', world, device, verb: 'power-on' },
        { op: 'storeCode', world, device, code: -1 },
    ];
    if (r.below(3) === 0) {
        steps.push({ op: 'advance', world, ...(r.below(2) ? MAKERS.advance(r) : { ms: HOUR - CONNECT_MS }) });
    }
    if (r.below(3) > 0) {
        steps.push({ op: 'act', world, device, verb: 'full-handshake' });
    }
    steps.push({ op: 'act', world, device, verb: 'reset' }, { op: 'advance', world, ms: CONNECT_MS });
    return steps;
}

export function sequence(seed, length) {
    const r = chance(seed);
    const steps = [];
    while (steps.length < length) {
        const world = r.below(WORLDS);
        const op = r.of(DRAWN);
        steps.push(...(r.below(6) === 0 ? journey(r, world) : [{ op, world, ...MAKERS[op](r) }]));
    }
    return steps;
}

const worldOf = (name) => ({
    name,
    seed: 1, // the same in all worlds, so that one that reaches into another is not told apart by luck
    clock: { mode: 'frozen', at: new Date(START).toISOString() },
    users: owners.filter((owner) => !owner.product).map((owner) => ({ username: owner.name })),
    products: products.map((row) => ({ ...row, clients: [{ id: `${row.slug}-1`, secret: 'not-a-secret', scope: 'full' }] })),
    customers: owners.filter((owner) => owner.product).map((owner) => ({ email: owner.name, product: String(owner.product) })),
    devices: devices.map((row) => ({
        as: row.name,
        id: idOf(row.name),
        platform: row.platform,
        connect_ms: CONNECT_MS,
        state: row.state ?? 'off',
        ...(row.product ? { product: String(row.product) } : {}),
        ...(row.owner ? { owner: row.owner } : {}),
    })),
    tokens: [
        ...owners.map((owner, i) => ({ token: `token-${i}`, ...(owner.product ? { customer: owner.name } : { user: owner.name }) })),
        ...products.map((row) => ({ token: `product-${row.id}`, client: `${row.slug}-1` })),
    ],
});

class Wire {
    constructor(url) {
        this.url = new URL(url);
        this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        this.requests = 0;
    }

    send(method, path, { token, body } = {}) {
        this.requests++;
        const headers = { 'X-Mockcloud-Control': '1', 'Content-Type': 'application/json' };
        if (token) {
            headers.Authorization = `Bearer ${token}`;
        }
        const text = body === undefined ? '' : JSON.stringify(body);
        headers['Content-Length'] = Buffer.byteLength(text);
        return new Promise((resolve, reject) => {
            const sent = http.request({ host: this.url.hostname, port: this.url.port, method, path, headers, agent: this.agent });
            sent.on('error', reject);
            sent.on('response', (reply) => {
                let got = '';
                reply.setEncoding('utf8');
                reply.on('data', (chunk) => (got += chunk));
                reply.on('error', reject);
                reply.on('end', () => resolve({ status: reply.statusCode, body: got ? JSON.parse(got) : undefined }));
            });
            sent.end(text);
        });
    }

    close() {
        this.agent.destroy();
    }
}

// Each answers what the server said, in the model's form: {status, body} or whether a verb was taken.
class Side {
    constructor(wire, name) {
        this.wire = wire;
        this.name = name;
        this.codes = [];
    }

    #api(method, path, options) {
        return this.wire.send(method, `/w/${this.name}${path}`, options);
    }

    async #tell(name, body) {
        const reply = await this.wire.send('POST', `/__mock/worlds/${this.name}/devices/${name}`, { body });
        assert.ok(reply.status === 200 || reply.status === 409, `${JSON.stringify(body)} of ${name}: ${JSON.stringify(reply)}`);
        return reply.status === 200;
    }

    async make() {
        const reply = await this.wire.send('POST', '/__mock/worlds', { body: worldOf(this.name) });
        assert.equal(reply.status, 201, JSON.stringify(reply));
    }

    end() {
        return this.wire.send('DELETE', `/__mock/worlds/${this.name}`);
    }

    claim({ owner, id, transfer }) {
        return this.#api('POST', '/v1/devices', { token: `token-${owner}`, body: { id, ...(transfer ? { request_transfer: true } : {}) } });
    }

    async askCode({ owner, product }) {
        const path = product ? `/v1/products/${product}/device_claims` : '/v1/device_claims';
        const reply = await this.#api('POST', path, { token: `token-${owner}`, body: {} });
        if (reply.status === 200) {
            assert.match(reply.body.claim_code, /^[A-Za-z0-9+/]{63}$/);
            this.codes.push(reply.body.claim_code);
            reply.body.device_ids.sort();
        }
        return reply;
    }

    unclaim({ owner, device }) {
        return this.#api('DELETE', `/v1/devices/${idOf(device)}`, { token: `token-${owner}` });
    }

    release({ product, device }) {
        return this.#api('DELETE', `/v1/products/${product}/devices/${idOf(device)}/owner`, { token: `product-${product}` });
    }

    remove({ product, device }) {
        return this.#api('DELETE', `/v1/products/${product}/devices/${idOf(device)}`, { token: `product-${product}` });
    }

    import({ product, device }) {
        return this.#api('POST', `/v1/products/${product}/devices`, { token: `product-${product}`, body: { id: idOf(device) } });
    }

    read({ owner, device }) {
        return this.#api('GET', `/v1/devices/${idOf(device)}`, { token: `token-${owner}` });
    }

    act({ device, verb }) {
        return this.#tell(device, { do: verb });
    }

    storeCode({ device, code }) {
        return this.#tell(device, { do: 'usb', set_claim_code: code === 'unknown' ? 'u'.repeat(63) : this.codes[code] });
    }

    async advance({ ms }) {
        const reply = await this.wire.send('POST', `/__mock/worlds/${this.name}/clock`, { body: { advance: `${ms}ms` } });
        assert.equal(reply.status, 200, JSON.stringify(reply));
        return true;
    }

    async view() {
        const { body } = await this.wire.send('GET', `/__mock/worlds/${this.name}/devices`);
        return body.devices.map((device) => ({
            name: device.name,
            owner: device.owner && `${device.owner.kind} ${device.owner.name}`,
            product: device.product,
            online: device.online,
            truly: device.state === 'online',
            stored: device.claim_code_stored !== null,
        }));
    }
}

// The same operation on the model; answers of the same form.
const PLAY = {
    claim: (m, s) => m.claim(owners[s.owner], s.id, s.transfer),
    askCode: (m, s) => m.askCode(owners[s.owner], s.product),
    unclaim: (m, s) => m.unclaim(owners[s.owner], s.device),
    release: (m, s) => m.release(s.product, s.device),
    remove: (m, s) => m.remove(s.product, s.device),
    import: (m, s) => m.import(s.product, s.device),
    read: (m, s) => m.read(owners[s.owner], s.device),
    act: (m, s) => m.act(s.device, s.verb),
    storeCode: (m, s) => m.storeCode(s.device, s.code),
    advance: (m, s) => (m.advance(s.ms), true),
};

// What a step names is made definite when it is played: which code is meant depends on how many there are by then.
function definite(step, model) {
    switch (step.op) {
        case 'claim':
            return { ...step, id: idOf(step.device) };
        case 'stranger':
            return { ...step, op: 'claim', id: step.capitals ? idOf(step.device).toUpperCase() : '0123456789abcdef01234567' };
        case 'storeCode':
            if (step.code === 'unknown' || model.codes.length === 0) {
                return { ...step, code: 'unknown' };
            }
            return { ...step, code: step.code < 0 ? model.codes.length - 1 : step.code % model.codes.length };
        default:
            return step;
    }
}

// A reply may say more than the model knows, never less and never other.
function compare(step, said, expected) {
    if (typeof expected === 'boolean') {
        assert.equal(said, expected, `${step.op}: taken`);
        return;
    }
    assert.equal(said.status, expected.status, `${step.op}: status, with ${JSON.stringify(said.body)}`);
    for (const [key, value] of Object.entries(expected.body ?? {})) {
        assert.deepEqual(said.body?.[key], value, `${step.op}: ${key}`);
    }
}

// Answers null, or what parted: {at, step, error}. `name`: free for two worlds of this sequence.
export async function play(wire, name, steps) {
    const sides = [];
    const models = [];
    try {
        for (let i = 0; i < WORLDS; i++) {
            sides.push(new Side(wire, `${name}-${i}`));
            models.push(new Model());
            await sides[i].make();
        }
        for (let at = 0; at < steps.length; at++) {
            const step = definite(steps[at], models[steps[at].world]);
            try {
                const expected = PLAY[step.op](models[step.world], step);
                compare(step, await sides[step.world][step.op](step), expected);
                for (let i = 0; i < WORLDS; i++) {
                    if (i === step.world || at % 8 === 7 || at === steps.length - 1) {
                        const lines = [await sides[i].view(), models[i].view()].map((view) => view.map((row) => JSON.stringify(row)));
                        lines[0].forEach((line, n) => assert.equal(line, lines[1][n], `world ${i} after ${step.op}: ${line}, not ${lines[1][n]}`));
                    }
                }
            } catch (error) {
                return { at, step, error };
            }
        }
        return null;
    } finally {
        for (const side of sides) {
            await side.end();
        }
    }
}

// Leaves out what is not needed, larger pieces first. Answers the steps that are left.
export async function shrink(wire, name, steps) {
    let kept = steps;
    for (let piece = Math.ceil(kept.length / 2), round = 0; piece >= 1; piece = Math.floor(piece / 2)) {
        for (let from = 0; from < kept.length; ) {
            const fewer = [...kept.slice(0, from), ...kept.slice(from + piece)];
            const parted = await play(wire, `${name}-s${round++}`, fewer);
            if (parted) {
                kept = fewer.slice(0, parted.at + 1);
            } else {
                from += piece;
            }
        }
    }
    return kept;
}

export { Wire };
