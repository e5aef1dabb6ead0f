// Requests by hand, as a client would send them, and the recorder, which makes a scenario of what is done.
import { get, world } from './api.js';
import { Recorder, requestStep, stepText } from './record.js';
import { Act, Choice, Copy, Field, Json, Status } from './parts.js';
import { html, useState } from './ui.js';
import { useLive } from './world.js';
import { nameOf, short } from './words.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

const SAMPLES = [
    ['', 'A request of your own'],
    ['POST /oauth/token grant_type=client_credentials&client_id=CLIENT&client_secret=SECRET&scope=customer=EMAIL', 'A customer’s token'],
    ['POST /v1/products/PRODUCT/device_claims {}', 'A claim code for a customer'],
    ['POST /v1/devices id=DEVICE', 'Claim a device by its id'],
    ['GET /v1/devices', 'The caller’s devices'],
    ['DELETE /v1/devices/DEVICE', 'Unclaim a device'],
];

const isJson = (body) => /^\s*[[{]/.test(body);
const typeOf = (body) => (isJson(body) ? 'application/json' : 'application/x-www-form-urlencoded');
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function asCurl({ method, path, token, body }, base) {
    const parts = ['curl', method === 'GET' ? '' : `-X ${method}`, quoted(base + path)];
    if (token) {
        parts.push('-H', quoted(`Authorization: Bearer ${token}`));
    }
    if (body) {
        parts.push(isJson(body) ? `-H ${quoted('Content-Type: application/json')}` : '', '-d', quoted(body));
    }
    return parts.filter(Boolean).join(' ');
}

const asStep = ({ method, path, token, body }, status) => stepText(requestStep({ method, target: path, token, type: typeOf(body), body, status }));

// Calls of the SDK that have a name; any other by its general ones.
const NAMED = [
    [/^GET \/v1\/devices$/, () => ['listDevices', {}]],
    [/^GET \/v1\/devices\/([^/]+)$/, ([, deviceId]) => ['getDevice', { deviceId }]],
    [/^POST \/v1\/devices$/, (_, { id }) => ['claimDevice', { deviceId: id }]],
    [/^DELETE \/v1\/devices\/([^/]+)$/, ([, deviceId]) => ['removeDevice', { deviceId }]],
    [/^POST \/v1\/device_claims$/, () => ['getClaimCode', {}]],
    [/^POST \/v1\/products\/([^/]+)\/device_claims$/, ([, product]) => ['getClaimCode', { product }]],
];

function asSdk({ method, path, token, body }) {
    const data = !body ? {} : isJson(body) ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    const auth = token ? { auth: token } : {};
    for (const [pattern, call] of NAMED) {
        const found = pattern.exec(`${method} ${path}`);
        if (found) {
            const [name, fields] = call(found, data);
            return `await particle.${name}(${JSON.stringify({ ...fields, ...auth })});`;
        }
    }
    return `await particle.${method.toLowerCase()}(${JSON.stringify({ uri: path, ...auth, ...(body ? { data } : {}) })});`;
}

// Fills the capitals of a sample with what the world has.
async function filled(name, text) {
    const [products, customers, devices] = await Promise.all(['lists/products', 'lists/customers', 'devices'].map((list) =>
        get(`${world(name)}/${list}?limit=1`)));
    const product = products.items[0];
    const client = product?.clients[0];
    const values = { CLIENT: client?.id, SECRET: client?.secret, EMAIL: customers.items[0]?.email, PRODUCT: product?.id, DEVICE: devices.devices[0]?.id };
    return text.replace(/CLIENT|SECRET|EMAIL|PRODUCT|DEVICE/g, (word) => values[word] ?? word);
}

async function send(name, { method, path, token, body }) {
    const begun = performance.now();
    const reply = await fetch(`/w/${name}${path}`, {
        method,
        headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(body ? { 'Content-Type': typeOf(body) } : {}) },
        body: body && method !== 'GET' ? body : undefined,
    });
    const text = await reply.text();
    const shown = isJson(text) ? JSON.stringify(JSON.parse(text), null, 2) : text;
    return { status: reply.status, text: shown, ms: Math.round(performance.now() - begun) };
}

export function Do({ name, asked }) {
    const [method, setMethod] = useState(asked.method ?? 'GET');
    const [path, setPath] = useState(asked.path ?? '/v1/devices');
    const [token, setToken] = useState('');
    const [body, setBody] = useState(asked.body ?? '');
    const [reply, setReply] = useState(null);
    const tokens = useLive(`${world(name)}/lists/tokens?limit=200`).value?.items ?? [];
    const request = { method, path, token, body: method === 'GET' ? '' : body };
    const choose = async (sample) => {
        const [verb, target, ...rest] = (await filled(name, sample)).split(' ');
        setMethod(verb);
        setPath(target);
        setBody(rest.join(' '));
    };
    const copies = () => {
        try {
            return [['curl', asCurl(request, `${location.origin}/w/${name}`)], ['scenario step', asStep(request, reply?.status)], ['SDK call', asSdk(request)]];
        } catch {
            return [];
        }
    };
    return html`<section class="page" aria-labelledby="title"><header class="title"><h1 id="title">Do</h1></header><div class="columns">
        <section class="card composer" aria-labelledby="send"><h2 id="send">A request</h2>
            <${Field} label="Like"><${Choice} label="Like" value="" set=${choose} options=${SAMPLES} /><//>
            <div class="line"><${Field} label="Method"><${Choice} label="Method" value=${method} set=${setMethod} options=${METHODS.map((word) => [word, word])} /><//>
                <div class="grow"><${Field} label="Path"><input value=${path} onInput=${(event) => setPath(event.target.value)} spellcheck="false" /><//></div></div>
            <${Field} label="As"><${Choice} label="Token" value=${token} set=${setToken} options=${[['', 'nobody (no token)'],
                ...tokens.map((item) => [item.token, `${nameOf(item.owner) ?? item.client} · ${short(item.token)}`])]} /><//>
            ${method !== 'GET' && html`<${Field} label="Body: JSON, or a form (a=1&b=2)"><textarea rows="4" value=${body} onInput=${(event) => setBody(event.target.value)} spellcheck="false"></textarea><//>`}
            <div class="buttons"><${Act} kind="main" act=${() => send(name, request)} done=${setReply}>Send<//>
                ${copies().map(([words, text]) => html`<${Copy} key=${words} text=${text}>Copy as ${words}<//>`)}</div>
            <div aria-live="polite">${reply && html`<p><${Status} status=${reply.status} /> <span class="soft">${reply.ms} ms</span></p><${Json} value=${reply.text || '(no body)'} />`}</div></section>
        <${Recorder} name=${name} /></div></section>`;
}
