// One device: what it shows, what can be done to it now, why it is not somebody's, and what has happened to it.
import { ask, get, part, query, world } from './api.js';
import { Belief, CodeOf } from './devices.js';
import { Entry } from './entry.js';
import { Act, Ago, Answer, Choice, Code, Field, Led, Nothing, Wrong } from './parts.js';
import { html, useEffect, useState } from './ui.js';
import { useEntries, useLive } from './world.js';
import { colourOfWords, ledWords, nameOf, timeOf } from './words.js';

const CHANNELS = ['serial', 'usb', 'softap', 'ble'];
const SHOWN = 60;

// The last entries of a device: asked for once, then followed.
function useStory(name, device) {
    const [entries, set] = useState([]);
    const load = () => get(`${world(name)}/journal${query({ device, before: 9e15, limit: SHOWN })}`).then((page) => set(page.entries));
    useEffect(() => {
        load();
    }, [name, device]);
    useEntries((came) => {
        const fresh = came.filter(({ n }) => n);
        if (fresh.length !== came.length) {
            load();
        } else {
            set((old) => [...old, ...fresh.filter(({ n }) => n > (old.at(-1)?.n ?? 0))].slice(-SHOWN));
        }
    });
    return entries;
}

// Its states as a bar, each in the colour of its LED and as wide as it was long, within reason.
function Story({ entries }) {
    const states = entries.filter(({ kind }) => kind === 'device.state');
    if (states.length < 2) {
        return null;
    }
    const parts = states.map((entry, i) => ({
        ...entry.data, at: entry.at, n: entry.n,
        ms: i + 1 < states.length ? Date.parse(states[i + 1].at) - Date.parse(entry.at) : 1000,
    }));
    return html`<ol class="story" aria-label="States, oldest first">${parts.map((state) => html`<li key=${state.n}
        style=${{ '--led': colourOfWords(state.led), flexGrow: Math.max(0.6, Math.log10(1 + state.ms / 100)) }}
        title=${`${timeOf(state.at)} ${state.to}, ${state.led}`}><i></i><span>${state.to}</span></li>`)}</ol>`;
}

function Verbs({ name, device, again }) {
    const verbs = device.can.filter((verb) => !CHANNELS.includes(verb) && verb !== 'publish');
    const path = `${world(name)}/devices/${part(device.name)}`;
    return html`<div class="buttons" role="group" aria-label="What can be done to it">${verbs.map((verb) => html`<${Act} key=${verb}
        kind=${verb === 'power-on' ? 'main' : ''} act=${() => ask('POST', path, { do: verb })} done=${again}>${verb}<//>`)}</div>`;
}

// A claim code over a setup channel that is open; live ones of this world are offered.
function Hand({ name, device, again }) {
    const open = device.can.filter((verb) => CHANNELS.includes(verb));
    const { value } = useLive(`${world(name)}/lists/claim_codes?limit=200`);
    const [channel, setChannel] = useState('');
    const [code, setCode] = useState('');
    if (!open.length) {
        return html`<p class="soft">No setup channel answers in this state.</p>`;
    }
    const by = open.includes(channel) ? channel : open[0];
    const live = (value?.items ?? []).filter((item) => !item.used_by && !item.revoked);
    const act = () => ask('POST', `${world(name)}/devices/${part(device.name)}`, { do: by, set_claim_code: code });
    return html`<div class="line">
        <${Field} label="Claim code"><input list="codes" value=${code} onInput=${(event) => setCode(event.target.value)} autocomplete="off" /><//>
        <datalist id="codes">${live.map((item) => html`<option value=${item.claim_code}>${nameOf(item.owner) ?? ''}</option>`)}</datalist>
        <${Field} label="over"><${Choice} label="Channel" value=${by} set=${setChannel} options=${open.map((word) => [word, word])} /><//>
        <${Act} act=${act} done=${again} disabled=${!code}>Hand over<//></div>`;
}

function Publish({ name, device }) {
    const [event, setEvent] = useState('temperature');
    const [data, setData] = useState('21.5');
    if (!device.can.includes('publish')) {
        return null;
    }
    const act = () => ask('POST', `${world(name)}/devices/${part(device.name)}`, { do: 'publish', name: event, data });
    return html`<div class="line">
        <${Field} label="Event"><input value=${event} onInput=${(e) => setEvent(e.target.value)} /><//>
        <${Field} label="Data"><input value=${data} onInput=${(e) => setData(e.target.value)} /><//>
        <${Act} act=${act} disabled=${!event}>Publish<//></div>`;
}

// Why it is not theirs: for each customer of its product, each user, and whoever tried last.
function Why({ name, device }) {
    const users = useLive(`${world(name)}/lists/users?limit=50`).value?.items ?? [];
    const customers = useLive(`${world(name)}/lists/customers?limit=200`).value?.items ?? [];
    const [who, setWho] = useState('');
    const [answers, setAnswers] = useState([]);
    const [error, setError] = useState(null);
    const options = [['', 'whoever tried last'], ...customers.map(({ email, product }) => [`customer=${part(email)}&product=${product}`, email]),
        ...users.map(({ username }) => [`user=${part(username)}`, `${username} (user)`])];
    const label = (key) => options.find(([option]) => option === key)?.[1];
    const question = (key) => get(`${world(name)}/why/${part(device.name)}${key ? `?${key}` : ''}`);
    const offline = async () => [{ ...(await get(`${world(name)}/why-offline/${part(device.name)}`)), who: 'Why is it offline?' }];
    const run = (asking) => asking().then((found) => (setAnswers(found), setError(null)), (failure) => (setAnswers([]), setError(failure)));
    const one = async () => [{ ...(await question(who)), who: label(who) }];
    const all = () => Promise.all(options.slice(1, 51).map(async ([key, text]) => ({ ...(await question(key)), who: text })));
    return html`<section class="card" aria-labelledby="why"><h2 id="why">Why is it not theirs?</h2>
        <div class="line"><${Field} label="Whose"><${Choice} label="Whose" value=${who} set=${setWho} options=${options} /><//>
            <button type="button" class="main" onClick=${() => run(one)}>Ask why</button>
            <button type="button" onClick=${() => run(all)}>For everybody</button>
            ${device.session === 'none' && html`<button type="button" onClick=${() => run(offline)}>Why offline</button>`}</div>
        <${Wrong} error=${error} />
        <div aria-live="polite">${answers.map((answer) => html`<article class="why"><h3>${answer.who}</h3><${Answer} name=${name} answer=${answer} /></article>`)}</div>
    </section>`;
}

function Firmware({ name, device }) {
    const { functions, variables, version } = device.firmware;
    const call = (method, path, body) => `#/w/${name}/do${query({ method, path, body })}`;
    const of = `/v1/devices/${device.id}`;
    return html`<section class="card" aria-labelledby="firmware"><h2 id="firmware">Firmware ${version}</h2>
        ${!Object.keys(functions).length && !Object.keys(variables).length && html`<${Nothing}>It has no functions and no variables.<//>`}
        <ul class="plain">${Object.entries(functions).map(([key, value]) => html`<li><${Code}>${key}()<//> returns ${String(value.return)} · <a href=${call('POST', `${of}/${part(key)}`, '{"arg": ""}')}>call it</a></li>`)}
        ${Object.entries(variables).map(([key, value]) => html`<li><${Code}>${key}<//> = ${JSON.stringify(value)} · <a href=${call('GET', `${of}/${part(key)}`)}>read it</a></li>`)}</ul></section>`;
}

export function Device({ name, id }) {
    const { value: device, error, again } = useLive(`${world(name)}/devices/${part(id)}`);
    const entries = useStory(name, id);
    if (error) {
        return html`<section class="page"><${Wrong} error=${error} /><p><a href=${`#/w/${name}/devices`}>All devices</a></p></section>`;
    }
    if (!device) {
        return html`<section class="page" aria-busy="true"></section>`;
    }
    const facts = [
        ['State', device.state], ['LED', ledWords(device.led)], ['The cloud, and the truth', html`<${Belief} device=${device} />`],
        ['Owner', device.owner ? `${device.owner.name} (${device.owner.kind})` : 'nobody'],
        ['Claim code', html`<${CodeOf} device=${device} />`],
        ['It believes', device.claimed_flag ? 'that it is claimed' : 'that it is not claimed'],
        ['Last heard', html`<${Ago} at=${device.last_heard} />`], ['Product', device.product ?? 'none'],
        ['Platform', device.platform], ['Device OS', device.system_version ?? '–'],
    ];
    return html`<section class="page device" aria-labelledby="title">
        <nav class="crumbs" aria-label="Where this is"><a href=${`#/w/${name}/devices`}>Devices</a> / <span>${device.name}</span></nav>
        <header class="title"><${Led} led=${device.led} large /><div><h1 id="title">${device.name}</h1>
            <p class="soft"><${Code}>${device.id}<//> · ${device.state}, ${ledWords(device.led)}</p></div></header>
        <${Story} entries=${entries} />
        <div class="columns"><div>
            <section class="card" aria-labelledby="do"><h2 id="do">Do</h2>
                <${Verbs} name=${name} device=${device} again=${again} />
                <${Hand} name=${name} device=${device} again=${again} />
                <${Publish} name=${name} device=${device} /></section>
            <${Why} name=${name} device=${device} /></div>
        <div><section class="card" aria-labelledby="facts"><h2 id="facts">Now</h2>
                <dl class="facts">${facts.map(([key, value]) => html`<div><dt>${key}</dt><dd>${value}</dd></div>`)}</dl></section>
            <${Firmware} name=${name} device=${device} /></div></div>
        <section class="card" aria-labelledby="line"><h2 id="line">Time line</h2>
            ${entries.length ? html`<ol class="entries">${[...entries].reverse().map((entry) => html`<${Entry} key=${entry.n} name=${name} entry=${entry} />`)}</ol>`
                : html`<${Nothing}>Nothing has happened to it yet.<//>`}</section>
    </section>`;
}
