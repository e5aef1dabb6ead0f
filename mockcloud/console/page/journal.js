// The journal, live: what happened, grouped by what caused what. At most 150 entries are in the document.
import { ask, get, query, world } from './api.js';
import { Entry, Opened } from './entry.js';
import { Act, Choice, Nothing, Search, Wrong } from './parts.js';
import { html, useEffect, useMemo, useState } from './ui.js';
import { useEntries, useLive } from './world.js';

const SHOWN = 150;
export const VIEW = ['actor', 'kind', 'device', 'status', 'text'];

// Requests with what they brought about below them, newest first. A reply is told with its request.
function groupsOf(entries) {
    const nodes = new Map(entries.map((entry) => [entry.n, { entry, below: [] }]));
    const roots = [];
    for (const node of nodes.values()) {
        const parent = nodes.get(node.entry.cause);
        if (parent && node.entry.kind === 'http.reply' && !parent.reply) {
            parent.reply = node.entry;
        } else if (parent) {
            parent.below.push(node);
        } else {
            roots.push(node);
        }
    }
    return roots.reverse();
}

const flat = (node, depth = 0) => [{ ...node, depth }, ...node.below.flatMap((child) => flat(child, depth + 1))];

function useJournal(name, view) {
    const key = JSON.stringify([name, view]);
    const [state, set] = useState({ entries: [] });
    const load = (before = 9e15) => get(`${world(name)}/journal${query({ ...view, before, limit: SHOWN })}`).then(
        (page) => set({ key, entries: page.entries, first: page.first, back: before < 9e15, waiting: 0 }),
        (error) => set({ key, entries: [], error }),
    );
    useEffect(() => {
        load();
    }, [key]);
    useEntries((came) => {
        const fresh = came.filter(({ n }) => n);
        const skipped = came.reduce((sum, entry) => sum + (entry.skipped ?? 0), 0);
        if (came.some(({ lost }) => lost)) {
            load();
            return;
        }
        set((old) => {
            const newest = old.entries.at(-1)?.n ?? 0;
            if (old.back) {
                return { ...old, waiting: old.waiting + fresh.length };
            }
            return { ...old, skipped: skipped || old.skipped,
                entries: [...old.entries, ...fresh.filter(({ n }) => n > newest)].slice(-SHOWN) };
        });
    });
    return { ...(state.key === key ? state : { entries: [] }), load };
}

function Streams({ name }) {
    const { value, again } = useLive(`${world(name)}/streams`);
    const streams = value?.streams ?? [];
    return html`<details class="card"><summary>Event streams: ${streams.length} open</summary>
        <ul class="plain">${streams.slice(0, 50).map((stream) => html`<li key=${stream.n}><b>${stream.actor ?? 'somebody'}</b> ${stream.listens ? 'listens to' : 'was cut off from'} <code>${stream.path}</code>
            <a href=${`#/w/${name}/journal/${stream.n}`}>#${stream.n}</a></li>`)}</ul>
        ${streams.length > 0 && html`<div class="buttons">${[['end', 'End them'], ['reset', 'Reset them'], ['silent', 'Silence them']].map(([how, text]) => html`
            <${Act} key=${how} act=${() => ask('POST', `${world(name)}/streams/cut`, { how })} done=${again}>${text}<//>`)}</div>`}</details>`;
}

export function Journal({ name, asked, ask: go, n }) {
    const view = Object.fromEntries(VIEW.map((key) => [key, asked[key] ?? '']));
    const { entries, first, back, waiting, skipped, error, load } = useJournal(name, view);
    const groups = useMemo(() => groupsOf(entries), [entries]);
    const set = (key) => (value) => go({ ...asked, [key]: value }, n);
    return html`<section class=${`page journal ${n ? 'with-opened' : ''}`} aria-labelledby="title"><div class="main">
        <header class="title"><h1 id="title">Journal</h1>
            <p class="soft" role="status">${back ? `${waiting} newer` : 'live'}${skipped && !back ? `, ${skipped} passed over` : ''}</p></header>
        <div class="filters" role="search">
            <${Search} id="search" label="Text in an entry" value=${view.text} set=${set('text')} />
            <${Search} label="Actor: client, device:pump …" value=${view.actor} set=${set('actor')} />
            <${Search} label="Kind: http, device.state …" value=${view.kind} set=${set('kind')} />
            <${Search} label="Device" value=${view.device} set=${set('device')} />
            <${Choice} label="Status" value=${view.status} set=${set('status')}
                options=${[['', 'any status'], ['2xx', '2xx'], ['3xx', '3xx'], ['4xx', '4xx'], ['5xx', '5xx']]} /></div>
        <${Streams} name=${name} />
        <${Wrong} error=${error} />
        ${entries.length ? html`<div class="groups">${groups.map((group) => html`<ol class="entries group" key=${group.entry.n}>${flat(group).map(({ entry, reply, depth }) => html`
            <${Entry} key=${entry.n} name=${name} entry=${entry} reply=${reply} depth=${depth} open=${entry.n === n} />`)}</ol>`)}</div>`
            : !error && html`<${Nothing}>No entry is like that.<//>`}
        <div class="buttons">
            ${entries.length > 0 && entries[0].n > first && html`<button type="button" onClick=${() => load(entries[0].n)}>Older</button>`}
            ${back && html`<button type="button" class="main" onClick=${() => load()}>Back to now</button>`}</div></div>
        ${n && html`<${Opened} name=${name} n=${n} close=${() => go(asked)} />`}</section>`;
}
