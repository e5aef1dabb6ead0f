// Who and what there is beside devices: lists in pages, each with its columns.
import { query, world } from './api.js';
import { Ago, Chip, Code, Life, Nothing, Search, Status, Wrong } from './parts.js';
import { html } from './ui.js';
import { useLive } from './world.js';
import { nameOf, saidOf, short, timeOf } from './words.js';

const PAGE = 50;

const death = (code) => (code.used_by ? 'used' : code.revoked ? 'revoked' : '');
const product = (value) => value ?? '–';

// A row per list: its title, and its columns with how each is written.
const LISTS = {
    products: ['Products', {
        Product: (item) => html`<b>${item.name}</b> <${Code}>${item.slug}<//>`, Id: (item) => item.id, Platform: (item) => item.platform,
        Team: (item) => item.team.join(', ') || '–', Groups: (item) => item.groups.join(', ') || '–',
        Clients: (item) => item.clients.map(({ id, scope }) => html`<div><${Code}>${id}<//> <span class="soft">${scope}</span></div>`),
    }],
    customers: ['Customers', { Customer: (item) => html`<b>${item.email}</b>`, Product: (item) => item.product, Id: (item) => html`<${Code}>${item.id}<//>` }],
    users: ['Users', {
        User: (item) => html`<b>${item.username}</b>`, Id: (item) => html`<${Code}>${item.id}<//>`,
        Scopes: (item) => (item.scopes ? item.scopes.join(', ') : 'a person'),
    }],
    tokens: ['Tokens', {
        Token: (item) => html`<${Code}>${short(item.token)}<//>`, Of: (item) => nameOf(item.owner) ?? 'the client itself',
        Client: (item) => html`<${Code}>${item.client}<//>`,
        Life: (item) => (Date.parse(item.expires_at) > 0 ? html`<${Life} expires=${item.expires_at} />` : 'for ever'),
    }],
    claim_codes: ['Claim codes', {
        Code: (item) => html`<${Code} title=${item.claim_code}>${short(item.claim_code)}<//>`, For: (item) => nameOf(item.owner) ?? 'nobody',
        Product: (item) => product(item.product), Issued: (item) => html`<${Ago} at=${item.issued_at} />`,
        Life: (item) => html`<${Life} expires=${item.expires_at} issued=${item.issued_at} dead=${death(item)} />`,
        Used: (item) => (item.used_by ? html`by <${Code}>${short(item.used_by)}<//>` : '–'),
    }],
    sims: ['SIMs', {
        ICCID: (item) => html`<${Code}>${item.iccid}<//>`, Status: (item) => html`<${Chip} tone=${item.status === 'active' ? 'good' : 'warn'}>${item.status}<//>`,
        Device: (item) => (item.device ? html`<${Code}>${item.device}<//>` : '–'), Product: (item) => product(item.product), User: (item) => item.user ?? '–',
    }],
    webhooks: ['Webhooks', {
        Event: (item) => html`<b>${item.event}</b>`, Type: (item) => item.type, To: (item) => html`<${Code}>${item.settings.url ?? '–'}<//>`,
        Of: (item) => item.user ?? item.org ?? `product ${item.product}`,
        State: (item) => (item.disabled ? html`<${Chip} tone="warn">disabled<//>` : html`<${Chip} tone="good">on<//>`),
    }],
};

// What webhooks did, from the journal.
function Deliveries({ name }) {
    const { value } = useLive(`${world(name)}/journal${query({ kind: 'webhook', before: 9e15, limit: 40 })}`);
    const entries = (value?.entries ?? []).slice().reverse();
    return html`<section class="card" aria-labelledby="deliveries"><h2 id="deliveries">Deliveries</h2>
        ${entries.length ? html`<ul class="plain lines">${entries.map((entry) => html`<li key=${entry.n}><time>${timeOf(entry.at)}</time>
            <a href=${`#/w/${name}/journal/${entry.n}`}>${entry.kind}</a> ${entry.data.status && html`<${Status} status=${entry.data.status} />`} <span class="soft">${saidOf(entry)}</span></li>`)}</ul>`
            : html`<${Nothing}>Nothing was delivered yet.<//>`}</section>`;
}

function List({ name, list, search, offset, set }) {
    const [, columns] = LISTS[list];
    const { value, error } = useLive(`${world(name)}/lists/${list}${query({ limit: PAGE, offset, search })}`);
    if (!value) {
        return html`<${Wrong} error=${error} />`;
    }
    const { items, matched } = value;
    const keys = Object.keys(columns);
    return html`${items.length ? html`<div class="wide" tabindex="0" role="region" aria-label=${LISTS[list][0]}><table class="list">
            <thead><tr>${keys.map((key) => html`<th scope="col">${key}</th>`)}</tr></thead>
            <tbody>${items.map((item, i) => html`<tr key=${i}>${keys.map((key) => html`<td data-label=${key}>${columns[key](item)}</td>`)}</tr>`)}</tbody></table></div>`
        : html`<${Nothing}>There are none.<//>`}
        ${matched > PAGE && html`<div class="buttons"><button type="button" disabled=${!offset} onClick=${() => set(Math.max(0, offset - PAGE))}>Before</button>
            <span class="soft">${offset + 1}–${Math.min(matched, offset + PAGE)} of ${matched}</span>
            <button type="button" disabled=${offset + PAGE >= matched} onClick=${() => set(offset + PAGE)}>After</button></div>`}`;
}

export function Accounts({ name, list = 'products', asked, ask }) {
    const shown = LISTS[list] ? list : 'products';
    const offset = Number(asked.offset ?? 0);
    const go = (fields) => ask({ ...asked, ...fields });
    return html`<section class="page" aria-labelledby="title"><header class="title"><h1 id="title">Accounts</h1></header>
        <nav class="tabs" aria-label="Lists">${Object.entries(LISTS).map(([key, [title]]) => html`<a key=${key} href=${`#/w/${name}/accounts/${key}`}
            aria-current=${key === shown ? 'page' : undefined}>${title}</a>`)}</nav>
        <div class="filters" role="search"><${Search} id="search" label="Search" value=${asked.search ?? ''} set=${(search) => go({ search, offset: '' })} /></div>
        <${List} name=${name} list=${shown} search=${asked.search} offset=${offset} set=${(to) => go({ offset: to })} />
        ${shown === 'webhooks' && html`<${Deliveries} name=${name} />`}</section>`;
}
