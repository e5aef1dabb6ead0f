// An entry of the journal: as a line, and opened.
import { get, query, world } from './api.js';
import { Answer, Code, Copy, Json, Status, Wrong } from './parts.js';
import { html, useEffect, useState } from './ui.js';
import { colourOfWords, saidOf, timeOf } from './words.js';

// `reply`: of a request, its reply, which is then told in the same line.
export function Entry({ name, entry, reply, depth = 0, open }) {
    const { n, at, actor, kind, data, cause } = entry;
    return html`<li class=${`entry ${open ? 'open' : ''}`} data-kind=${kind} style=${{ '--depth': Math.min(depth, 6) }}>
        <time datetime=${at} title=${at}>${timeOf(at)}</time>
        <span class=${`actor a-${actor.split(':')[0]}`}>${actor}</span>
        <a class="said" href=${`#/w/${name}/journal/${n}`}><b>${kind}</b>
            ${kind === 'device.state' && html`<i class="dot" style=${{ '--led': colourOfWords(data.led) }}></i>`}
            <span>${saidOf(entry)}</span></a>
        ${reply ? html`<span class="end"><${Status} status=${reply.data.status} /></span>`
            : kind === 'http.reply' ? html`<span class="end"><${Status} status=${data.status} /></span>`
            : cause && depth === 0 ? html`<span class="end soft">by #${cause}</span>` : html`<span class="end"></span>`}</li>`;
}

function Message({ title, head, message, empty }) {
    const text = message.body ?? message.body_base64 ?? '';
    let shown = text;
    try {
        shown = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        // no JSON: as it is
    }
    return html`<section><h3>${title}</h3><p class="first"><${Code}>${head}<//></p>
        <table class="headers"><caption class="unseen">${title}: headers</caption><tbody>${message.headers.map((header) => html`<tr><th scope="row">${header.name}</th><td>${header.value}</td></tr>`)}</tbody></table>
        ${text ? html`<${Json} value=${shown} />` : html`<p class="soft">${empty}</p>`}
        ${message.body_len > text.length && !message.body_base64 && html`<p class="soft">of ${message.body_len} bytes</p>`}</section>`;
}

const value = (promise) => promise.then((is) => ({ is }), (error) => ({ error }));

// Everything that is known of an entry. A request has its exchange and an answer to why it was answered so.
export function Opened({ name, n, close }) {
    const [all, set] = useState({});
    useEffect(() => {
        let gone = false;
        set({});
        Promise.all([
            value(get(`${world(name)}/journal${query({ since: n - 1, limit: 1 })}`)),
            value(get(`${world(name)}/exchanges/${n}`)), value(get(`${world(name)}/why-request/${n}`)),
        ]).then(([page, exchange, why]) => gone || set({ entry: page.is?.entries[0], error: page.error, exchange: exchange.is, why: why.is }));
        return () => (gone = true);
    }, [name, n]);
    const { entry, exchange, why, error } = all;
    const isRequest = entry?.kind === 'http.request';
    return html`<aside class="opened" aria-labelledby="opened">
        <header><h2 id="opened">#${n} ${entry?.kind ?? ''}</h2>
            <button type="button" class="quiet" onClick=${close} aria-label="Close">✕</button></header>
        <${Wrong} error=${error} />
        ${entry && html`<p class="soft">${entry.at} · ${entry.actor}${entry.cause ? html` · caused by <a href=${`#/w/${name}/journal/${entry.cause}`}>#${entry.cause}</a>` : ''}</p>`}
        ${isRequest && why && html`<section><h3>Why was it answered so?</h3><${Answer} name=${name} answer=${why} /></section>`}
        ${isRequest && exchange && html`<${Message} title="Request" head=${`${exchange.request.method} ${exchange.request.target}`} message=${exchange.request} empty="No body." />`}
        ${isRequest && exchange && (exchange.reply
            ? html`<${Message} title="Reply" head=${`${exchange.reply.status}`} message=${exchange.reply} empty="No body." />`
            : html`<p class="soft">It has not been answered yet.</p>`)}
        ${entry && html`<section><h3>Entry <${Copy} text=${JSON.stringify(entry)} /></h3><${Json} value=${entry.data} /></section>`}
    </aside>`;
}
