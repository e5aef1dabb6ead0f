// Time, and what stands between clients and the truth: the clock, holds, faults.
import { ask, part, world } from './api.js';
import { Act, Chip, Choice, Field, Nothing, Wrong } from './parts.js';
import { html, useState } from './ui.js';
import { now, readClock, theClock, useLive, useTick } from './world.js';
import { ago, dayOf, iso, timeOf } from './words.js';

const STEPS = ['1s', '10s', '1min', '10min', '1h', '1d'];

function Clock({ name }) {
    useTick();
    const [by, setBy] = useState('59min');
    const { mode, next } = theClock();
    const at = iso(now());
    const post = (body) => ask('POST', `${world(name)}/clock`, body).finally(readClock);
    return html`<section class="card clock" aria-labelledby="clock"><h2 id="clock" class="unseen">Clock</h2>
        <p class="big"><span class="soft">${dayOf(at)}</span> <time datetime=${at}>${timeOf(at).slice(0, 8)}</time>
            <${Chip} tone=${mode === 'frozen' ? 'cold' : 'good'}>${mode === 'frozen' ? 'frozen' : 'running'}<//></p>
        <div class="buttons" role="group" aria-label="Advance">${STEPS.map((step) => html`<${Act} key=${step} label=${`advance ${step}`} act=${() => post({ advance: step })}>+${step}<//>`)}</div>
        <div class="line"><${Field} label="Advance by"><input value=${by} onInput=${(event) => setBy(event.target.value)} /><//>
            <${Act} kind="main" act=${() => post({ advance: by })}>Advance<//>
            ${mode === 'frozen' ? html`<${Act} act=${() => post({ mode: 'real' })}>Let it run<//>` : html`<${Act} act=${() => post({ mode: 'frozen' })}>Freeze<//>`}</div>
        <p>${next ? html`Next: <b>${next.what}</b> of ${next.actor}, ${ago(next.at, now())} <${Act} act=${() => post({ at: next.at })}>Jump there<//>`
            : html`<span class="soft">No timer is waiting.</span>`}</p></section>`;
}

// What is set here is the body of the control route, as in a scenario.
function Setter({ name, what, again, samples }) {
    const [which, setWhich] = useState(0);
    const [text, setText] = useState(JSON.stringify(samples[0][1]));
    const choose = (index) => {
        setWhich(index);
        setText(JSON.stringify(samples[index][1]));
    };
    return html`<details><summary>Set a ${what}</summary><div class="line">
        <${Field} label="Like"><${Choice} label="Like" value=${String(which)} set=${(index) => choose(Number(index))} options=${samples.map(([words], i) => [String(i), words])} /><//>
        <${Field} label=${`The ${what}`}><textarea rows="3" value=${text} onInput=${(event) => setText(event.target.value)}></textarea><//>
        <${Act} act=${() => ask('POST', `${world(name)}/${what}s`, text)} done=${again}>Set<//></div></details>`;
}

const HOLDS = [
    ['park a claim by id', { request: 'POST /v1/devices', as: 'claim' }],
    ['keep the reply to a claim code', { request: 'POST /v1/products/*/device_claims', at: 'reply', as: 'code' }],
];

const FAULTS = [
    ['503 for the next request', { kind: 'reply', request: 'any', status: 503, times: 1, as: 'busy' }],
    ['each reply 2 s late', { kind: 'latency', request: 'any', delay: '2s real', as: 'slow' }],
    ['the reply to a claim is lost', { kind: 'reset', request: 'POST /v1/devices', at: 'reply', times: 1, as: 'lost' }],
];

function Holds({ name }) {
    const { value, error, again } = useLive(`${world(name)}/holds`);
    const holds = value?.holds ?? [];
    return html`<section class="card" aria-labelledby="holds"><h2 id="holds">Holds</h2><${Wrong} error=${error} />
        ${holds.length ? html`<ul class="plain lines">${holds.map((hold) => html`<li key=${hold.name}><b>${hold.name}</b> <span class="soft">at ${hold.at}, ${hold.times} to come</span>
            ${hold.parked.map((n) => html` <a href=${`#/w/${name}/journal/${n}`}>#${n}</a>`)}
            <${Act} kind="main" label=${`release ${hold.name}`} disabled=${!hold.parked.length} act=${() => ask('DELETE', `${world(name)}/holds/${part(hold.name)}`)} done=${again}>Release ${hold.parked.length}<//></li>`)}</ul>`
            : html`<${Nothing}>No request is held.<//>`}
        <${Setter} name=${name} what="hold" again=${again} samples=${HOLDS} /></section>`;
}

function Faults({ name }) {
    const { value, error, again } = useLive(`${world(name)}/faults`);
    const faults = value?.faults ?? [];
    return html`<section class="card" aria-labelledby="faults"><h2 id="faults">Faults</h2><${Wrong} error=${error} />
        ${faults.length ? html`<ul class="plain lines">${faults.map((fault) => html`<li key=${fault.name}><b>${fault.name}</b> <${Chip} tone="warn">${fault.kind}<//>
            <span class="soft">met by ${fault.met}, ${fault.times === null ? 'for good' : `${fault.times} to come`}</span>
            <${Act} label=${`clear ${fault.name}`} act=${() => ask('DELETE', `${world(name)}/faults/${part(fault.name)}`)} done=${again}>Clear<//></li>`)}</ul>
            <${Act} act=${() => ask('DELETE', `${world(name)}/faults`)} done=${again}>Clear all<//>`
            : html`<${Nothing}>Everything works.<//>`}
        <${Setter} name=${name} what="fault" again=${again} samples=${FAULTS} /></section>`;
}

export function Time({ name }) {
    return html`<section class="page" aria-labelledby="title"><header class="title"><h1 id="title">Time</h1></header>
        <${Clock} name=${name} /><div class="columns"><${Holds} name=${name} /><${Faults} name=${name} /></div></section>`;
}
