// Makes a scenario of what was done to a world: by hand, here or with ctl, and by any client. It begins with the world as its
// file makes it, so recording resets the world; what was done stands as steps, each at its time; what came of it is expected
// at the end.
import { ask, get, world } from './api.js';
import { Act, Copy, Field } from './parts.js';
import { html, useState } from './ui.js';
import { useEntries } from './world.js';

const LONG = 12; // characters of a value that is worth a name: tokens and codes, not words
const TOUCHED = 20;

const flow = (value) => JSON.stringify(value);
const indent = (text) => text.replace(/^/gm, '  ').replace(/^ +$/gm, '');

// ---- values that one step brings and a later one uses ----

class Names {
    constructor(devices) {
        this.found = new Map(devices.map(({ id, name }) => [id, { said: `\${${name}.id}` }]));
        this.used = new Set();
    }

    // The texts of a reply, which a later step may use.
    learn(reply, step) {
        const walk = (value, pointer, key) => {
            if (typeof value === 'string' && value.length >= LONG && !this.found.has(value)) {
                this.found.set(value, { step, pointer, key });
            } else if (value && typeof value === 'object') {
                Object.entries(value).forEach(([name, inner]) => walk(inner, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, name));
            }
        };
        walk(reply, '', 'value');
    }

    // A text with names in place of what is known.
    told(text) {
        let all = text;
        for (const [value, entry] of this.found) {
            if (all.includes(value)) {
                entry.said ??= this.name(entry);
                all = all.replaceAll(value, entry.said);
            }
        }
        return all;
    }

    name({ step, pointer, key }) {
        let name = key.replace(/[^A-Za-z0-9_]/g, '_');
        for (let i = 2; this.used.has(name); i++) {
            name = `${key.replace(/[^A-Za-z0-9_]/g, '_')}_${i}`;
        }
        this.used.add(name);
        (step.save ??= {})[name] = pointer;
        return `\${${name}}`;
    }

    deep(value) {
        if (typeof value === 'string') {
            return this.told(value);
        }
        if (Array.isArray(value)) {
            return value.map((item) => this.deep(item));
        }
        return value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.deep(item)])) : value;
    }
}

// ---- steps ----

const parsed = (text) => {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
};

// What was done through the control API: a row for each kind of call that is a step.
const DONE = [
    [/^POST devices\/([^/]+)$/, ([device], body) => ({ device: decodeURIComponent(device), ...body })],
    [/^POST clock$/, (_, { advance, at }) => (advance ? { clock: { advance } } : at ? { clock: { at } } : null)],
    [/^POST holds$/, (_, body) => ({ hold: body })],
    [/^DELETE holds\/([^/]+)$/, ([hold]) => ({ release: decodeURIComponent(hold) })],
    [/^POST faults$/, (_, body) => ({ fault: body })],
    [/^DELETE faults\/([^/]+)$/, ([fault]) => ({ fault: { clear: decodeURIComponent(fault) } })],
    [/^DELETE faults$/, () => ({ fault: { clear: 'all' } })],
];

// undefined: it can't be a step; null: it need not be one.
function doneStep(name, { method, path, json }, status) {
    const call = `${method} ${path.replace(`/__mock/worlds/${name}/`, '')}`;
    for (const [pattern, step] of DONE) {
        const found = pattern.exec(call);
        if (found) {
            const made = step(found.slice(1), json ?? {});
            return made && made.device && status >= 400 ? { ...made, reply: { status } } : status >= 400 ? null : made;
        }
    }
    return undefined;
}

const header = (message, wanted) => message.headers.find(({ name }) => name.toLowerCase() === wanted)?.value;

// A request as a step: its body is JSON, a form, or as it is.
export function requestStep({ method, target, token, type = '', body, status }) {
    const step = { request: `${method} ${target}` };
    if (token) {
        step.token = { value: token };
    }
    const json = type.includes('json') ? parsed(body ?? '') : undefined;
    if (json !== undefined) {
        step.json = json;
    } else if (type.includes('x-www-form-urlencoded') && body) {
        step.form = Object.fromEntries(new URLSearchParams(body));
    } else if (body) {
        step.headers = { 'Content-Type': type };
        step.body = body;
    }
    return status ? { ...step, reply: { status } } : step;
}

// The same of what a client has sent.
function sentStep(name, { request, reply }) {
    const authorization = header(request, 'authorization');
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    const step = requestStep({ method: request.method, target: request.target.replace(`/w/${name}/`, '/'), token,
        type: header(request, 'content-type'), body: request.body, status: reply?.status });
    return authorization && !token ? { ...step, headers: { ...step.headers, Authorization: authorization } } : step;
}

// Steps as they stand in a file. JSON is a part of YAML, so values stand as JSON.
export const stepText = (step) => Object.entries(step).map(([key, value], i) => `${i ? '    ' : '  - '}${key}: ${flow(value)}`).join('\n');

async function entriesFrom(name, begin) {
    const all = [];
    for (let since = begin; ;) {
        const page = await get(`${world(name)}/journal?since=${since}&limit=1000`);
        all.push(...page.entries);
        since = page.next - 1;
        if (!page.entries.length) {
            return all;
        }
    }
}

// The steps, with the clock moved on between them as it went.
async function stepsOf(name, begin, startMs, names) {
    const steps = [];
    let nowMs = startMs;
    const entries = (await entriesFrom(name, begin)).filter(({ kind, cause }) => kind === 'http.request' && !cause);
    for (const { n, at, actor, data } of entries) {
        const exchange = await get(`${world(name)}/exchanges/${n}`);
        const own = actor === 'control' ? doneStep(name, data, exchange.reply?.status ?? 200) : sentStep(name, exchange);
        if (own === null) {
            continue;
        }
        if (Date.parse(at) > nowMs) {
            steps.push({ clock: { advance: `${Date.parse(at) - nowMs}ms` } });
            nowMs = Date.parse(at);
        }
        if (own === undefined) {
            steps.push({ note: `left out: ${data.method} ${data.path}` });
            continue;
        }
        const step = names.deep(own);
        const reply = parsed(exchange.reply?.body ?? '');
        steps.push(step);
        names.learn(reply, step);
        if (step.clock && reply?.now) {
            nowMs = Date.parse(reply.now);
        }
    }
    return { steps, nowMs };
}

const expected = ({ name, state, online, owner, product }) => ({ expect: { device: name, state, online,
    owner: !owner ? 'none' : owner.kind === 'customer' ? { customer: owner.name, product } : { user: owner.name } } });

// One document of a file of several, without its marks.
const documentOf = (text, index) => text.split(/^---.*$/m).filter((part, i) => i || part.trim())[index] ?? text;

function written(title, file, name, steps) {
    const named = /^\s*["']?name["']?\s*:/m.test(file) || name === 'default' ? '' : `  name: ${name}\n`;
    return `scenario: ${flow(title)}\nworld:\n${named}${indent(file.trimEnd())}\nsteps:\n${steps.map(stepText).join('\n')}\n`;
}

// What was done since, as the text of a scenario. The world's clock stands while it is read, and then goes on as before.
async function recorded(name, { begin, startMs, title }) {
    const { mode } = await get(`${world(name)}/clock`);
    const devices = (await get(`${world(name)}/devices?limit=1000`)).devices;
    const { steps, nowMs } = await stepsOf(name, begin, startMs, new Names(devices));
    const { now } = await ask('POST', `${world(name)}/clock`, { mode: 'frozen' });
    if (Date.parse(now) > nowMs) {
        steps.push({ clock: { advance: `${Date.parse(now) - nowMs}ms` } });
    }
    const after = (await get(`${world(name)}/devices?limit=1000`)).devices;
    const before = new Set(steps.map(({ device }) => device));
    const shown = after.length <= TOUCHED ? after : after.filter((device) => before.has(device.name));
    steps.push(...shown.map(expected));
    if (mode === 'real') {
        await ask('POST', `${world(name)}/clock`, { mode });
    }
    const file = await get(`${world(name)}/file`);
    return written(title, documentOf(file.text, file.document), name, steps);
}

let recording = null; // it goes on while other pages are looked at

export const isRecording = (name) => recording?.name === name;

export function Recorder({ name }) {
    const [title, setTitle] = useState('recorded by hand');
    const [text, setText] = useState('');
    const [, draw] = useState({});
    const [count, setCount] = useState(0);
    useEntries((entries) => setCount((old) => old + entries.filter(({ kind }) => kind === 'http.request').length));
    const start = async () => {
        await get(`${world(name)}/file`);
        const { now } = await ask('POST', `${world(name)}/reset`);
        recording = { name, begin: 0, startMs: Date.parse(now) };
        setText('');
        setCount(0);
        draw({});
    };
    const stop = async () => {
        const { begin, startMs } = recording;
        setText(await recorded(name, { begin, startMs, title }));
        recording = null;
        draw({});
    };
    const save = () => {
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob([text], { type: 'text/yaml' }));
        link.download = `${title.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase() || 'recorded'}.yaml`;
        link.click();
        URL.revokeObjectURL(link.href);
    };
    return html`<section class="card" aria-labelledby="record"><h2 id="record">Record a scenario</h2>
        <p class="soft">The world is reset, then whatever is done to it, by hand or by a client, becomes a file for <code>mockcloud run</code>.</p>
        <${Field} label="Its name"><input value=${title} onInput=${(event) => setTitle(event.target.value)} /><//>
        ${isRecording(name)
            ? html`<p role="status"><i class="recording"></i> Recording: ${count} requests so far. <${Act} kind="main" act=${stop}>Stop<//></p>`
            : html`<div class="buttons"><${Act} kind="main" act=${start}>Reset and record<//></div>`}
        ${text && html`<div class="buttons"><${Copy} text=${text}>Copy the scenario<//><button type="button" onClick=${save}>Download</button></div>
            <pre id="recorded" tabindex="0">${text}</pre>`}</section>`;
}
