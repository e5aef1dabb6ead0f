// The list of devices: what the cloud believes beside what is true, of as many devices as there are.
import { get, part, query, world } from './api.js';
import { Ago, Chip, Choice, Code, Led, Life, Nothing, Rows, Search, Wrong } from './parts.js';
import { html, useEffect, useRef, useState } from './ui.js';
import { later, useEntries } from './world.js';
import { short } from './words.js';

const PAGE = 100;
const ROW = 64;

export const STATES = ['off', 'starting', 'network-off', 'network-on', 'network-connecting', 'network-dhcp', 'network-connected',
    'cloud-connecting', 'handshake', 'online', 'safe-mode', 'listening', 'dfu', 'updating', 'soft-off'];

// The pages of the list that have been seen, asked for again when something has happened.
function usePages(path) {
    const [pages, setPages] = useState({ of: path, total: 0, matched: 0, rows: new Map() });
    const [error, setError] = useState(null);
    const wanted = useRef([0]);
    const soon = useRef(null);
    const current = useRef(path);
    current.current = path;
    const load = async (number) => {
        try {
            const answer = await get(`${path}&limit=${PAGE}&offset=${number * PAGE}`);
            if (current.current !== path) {
                return;
            }
            setPages((old) => {
                const rows = old.of === path ? new Map(old.rows) : new Map();
                rows.set(number, answer.devices);
                return { of: path, total: answer.total, matched: answer.matched, rows };
            });
            setError(null);
        } catch (failure) {
            setError(failure);
        }
    };
    const again = () => wanted.current.forEach(load);
    useEffect(() => {
        wanted.current = [0];
        soon.current = later(again);
        load(0);
        return () => soon.current.stop();
    }, [path]);
    useEntries(() => soon.current?.());
    const seen = (first, last) => {
        const numbers = [];
        for (let number = Math.floor(first / PAGE); number <= Math.floor(Math.max(first, last - 1) / PAGE); number++) {
            numbers.push(number);
        }
        numbers.filter((number) => !wanted.current.includes(number)).forEach(load);
        wanted.current = numbers;
    };
    return { ...(pages.of === path ? pages : { total: pages.total, matched: 0, rows: new Map() }), error, seen };
}

// The cloud may believe what is no longer true.
export function Belief({ device }) {
    const true_ = device.session !== 'none';
    return html`<span class="belief">
        <${Chip} tone=${device.online === true_ ? (device.online ? 'good' : 'soft') : 'warn'} title="what the cloud believes">
            cloud: ${device.online ? 'online' : 'offline'}<//>
        <${Chip} tone="plain" title="the session that there is">session: ${device.session}<//></span>`;
}

export function CodeOf({ device }) {
    if (!device.claim_code_stored) {
        return html`<span class="soft">no code</span>`;
    }
    return html`<span class="code"><${Code} title=${device.claim_code_stored}>${short(device.claim_code_stored)}<//>
        ${device.code ? html`<${Life} expires=${device.code.expires_at} dead=${device.code.alive ? '' : 'dead'} />`
            : html`<span class="life dead">unknown to the cloud</span>`}</span>`;
}

function Row({ name, device }) {
    if (!device) {
        return html`<span role="cell" class="soft">…</span>`;
    }
    return html`
        <span role="cell" class="c-led"><${Led} led=${device.led} /></span>
        <span role="cell" class="c-name"><a href=${`#/w/${name}/devices/${part(device.name)}`}>${device.name}</a>
            <small>${device.platform} · <${Code}>${device.id}<//></small></span>
        <span role="cell" class="c-state">${device.state}</span>
        <span role="cell" class="c-belief"><${Belief} device=${device} /></span>
        <span role="cell" class="c-owner">${device.owner ? device.owner.name : html`<span class="soft">nobody’s</span>`}</span>
        <span role="cell" class="c-code"><${CodeOf} device=${device} /></span>
        <span role="cell" class="c-heard"><${Ago} at=${device.last_heard} /></span>`;
}

const HEAD = [['led', ''], ['name', 'Device'], ['state', 'State'], ['belief', 'Cloud and truth'], ['owner', 'Owner'],
    ['code', 'Claim code'], ['heard', 'Last heard']];

export function Devices({ name, asked, ask }) {
    const path = `${world(name)}/devices${query({ search: asked.search, state: asked.state, online: asked.online,
        session: asked.session, owner: asked.owner, sort: asked.sort })}`;
    const pages = usePages(path.includes('?') ? path : `${path}?`);
    const set = (key) => (value) => ask({ ...asked, [key]: value });
    const row = (i) => html`<${Row} name=${name} device=${pages.rows.get(Math.floor(i / PAGE))?.[i % PAGE]} />`;
    return html`<section class="page fill" aria-labelledby="title">
        <header class="title"><h1 id="title">Devices</h1>
            <p class="soft" role="status">${pages.matched === pages.total ? `${pages.total}` : `${pages.matched} of ${pages.total}`}</p></header>
        <div class="filters" role="search">
            <${Search} id="search" label="Name, id, owner, code …" value=${asked.search ?? ''} set=${set('search')} />
            <${Choice} label="State" value=${asked.state ?? ''} set=${set('state')}
                options=${[['', 'any state'], ...STATES.map((state) => [state, state])]} />
            <${Choice} label="What the cloud believes" value=${asked.online ?? ''} set=${set('online')}
                options=${[['', 'cloud: any'], ['true', 'cloud: online'], ['false', 'cloud: offline']]} />
            <${Choice} label="Owner" value=${asked.owner ?? ''} set=${set('owner')}
                options=${[['', 'any owner'], ['none', 'nobody’s'],
                    ...(asked.owner && asked.owner !== 'none' ? [[asked.owner, asked.owner]] : [])]} />
            <${Choice} label="Order" value=${asked.sort ?? ''} set=${set('sort')}
                options=${[['', 'as in the file'], ['name', 'by name'], ['state', 'by state'], ['owner', 'by owner'],
                    ['platform', 'by platform'], ['-heard', 'last heard first']]} />
        </div>
        <${Wrong} error=${pages.error} />
        ${pages.matched === 0 && !pages.error && pages.rows.size
            ? html`<${Nothing}>No device ${pages.total ? 'is like that.' : 'is in this world.'}<//>`
            : html`<${Rows} count=${pages.matched} height=${ROW} label="Devices" seen=${pages.seen} row=${row}
                head=${HEAD.map(([key, text]) => html`<span role="columnheader" class=${`c-${key}`}>${text || html`<span class="unseen">LED</span>`}</span>`)} />`}
    </section>`;
}
