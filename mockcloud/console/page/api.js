// The control API as the page uses it: the gate's header on whatever changes something, the token where the server wants one,
// and one followed stream for the whole page.

const TOKEN = 'mockcloud-control-token';

let token = sessionStorage.getItem(TOKEN) ?? '';
let refused = () => {};

export class Refused extends Error {
    constructor(status, body) {
        super(body?.message ?? body?.error ?? `The server answered ${status}.`);
        this.status = status;
        this.body = body;
    }
}

export const keepToken = (given) => {
    token = given;
    sessionStorage.setItem(TOKEN, given);
};

// Called when the server wants a token, or another one.
export const onRefused = (listener) => (refused = listener);

const headers = (method, more) => ({
    ...(token ? { 'X-Mockcloud-Control': token } : method === 'GET' ? {} : { 'X-Mockcloud-Control': '1' }),
    ...more,
});

async function failure(reply) {
    const body = await reply.json().catch(() => null);
    if (reply.status === 403 && body?.error === 'forbidden') {
        refused();
    }
    return new Refused(reply.status, body);
}

// One call; a string is sent as it is, anything else as JSON.
export async function ask(method, path, body) {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const reply = await fetch(`/__mock/${path}`, {
        method,
        body: text,
        headers: headers(method, text === undefined ? {} : { 'Content-Type': 'application/json' }),
    });
    if (!reply.ok) {
        throw await failure(reply);
    }
    return reply.status === 204 ? null : reply.json();
}

export const get = (path) => ask('GET', path);

export const query = (fields) => {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '' && value !== null);
    return given.length ? `?${new URLSearchParams(given)}` : '';
};

export const world = (name) => `worlds/${encodeURIComponent(name)}`;

// A device, an owner or a list in a path.
export const part = encodeURIComponent;

async function read(reply, each) {
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ''; ;) {
        const { done, value } = await reader.read();
        if (done) {
            return;
        }
        const lines = (rest + value).split('\n');
        rest = lines.pop();
        each(lines.map((line) => JSON.parse(line)));
    }
}

// Follows a journal from now on: the server filters, and gives at most `most` entries four times a second, so a busy world
// costs it little. A stream that ends (the world was reset, the server was started again) is opened anew; `told` hears of
// both. Answers a function that stops it.
export function follow(name, view, each, told) {
    const stop = new AbortController();
    const attempt = async () => {
        const { next } = await get(`${world(name)}/journal?since=${Number.MAX_SAFE_INTEGER - 1}`);
        const path = `${world(name)}/journal${query({ ...view, follow: true, since: next - 1, every: '250ms', most: 150 })}`;
        const reply = await fetch(`/__mock/${path}`, { headers: headers('GET'), signal: stop.signal });
        if (!reply.ok) {
            throw await failure(reply);
        }
        told(true);
        await read(reply, each);
    };
    const run = async () => {
        while (!stop.signal.aborted) {
            await attempt().catch(() => {});
            if (!stop.signal.aborted) {
                told(false);
                await new Promise((resolve) => setTimeout(resolve, 500));
            }
        }
    };
    run();
    return () => stop.abort();
}
