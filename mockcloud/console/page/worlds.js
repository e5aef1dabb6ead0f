// The worlds of this server: each its own cloud, clock and journal.
import { ask, world } from './api.js';
import { Act, Chip, Field, Wrong } from './parts.js';
import { html, useState } from './ui.js';
import { timeOf, dayOf } from './words.js';

const SAMPLE = `{"name": "second", "seed": 7, "devices": [{"as": "lamp", "platform": "photon", "state": "off"}]}`;

export function Worlds({ worlds, again, current }) {
    const [text, setText] = useState(SAMPLE);
    return html`<section class="page" aria-labelledby="title"><header class="title"><h1 id="title">Worlds</h1></header>
        <ul class="cards">${worlds.map((item) => html`<li class="card" key=${item.name}>
            <h2><a href=${`#/w/${item.name}/devices`}>${item.name}</a> ${item.name === current && html`<${Chip} tone="good">shown<//>`}</h2>
            <dl class="facts"><div><dt>Devices</dt><dd>${item.devices}</dd></div><div><dt>Its time</dt><dd>${dayOf(item.now)} ${timeOf(item.now).slice(0, 8)}, ${item.mode}</dd></div>
                <div><dt>Seed</dt><dd>${item.seed}</dd></div><div><dt>Base URL for clients</dt><dd><code>${item.base_url}</code></dd></div></dl>
            <div class="buttons"><${Act} label=${`reset ${item.name}`} act=${() => ask('POST', `${world(item.name)}/reset`)} done=${again}>Reset<//>
                <${Act} label=${`end ${item.name}`} act=${() => ask('DELETE', world(item.name))} done=${again}>End<//></div></li>`)}</ul>
        <section class="card" aria-labelledby="make"><h2 id="make">Make a world</h2>
            <${Field} label="A world file, as JSON"><textarea rows="4" value=${text} onInput=${(event) => setText(event.target.value)}></textarea><//>
            <div class="buttons"><${Act} kind="main" act=${() => ask('POST', 'worlds', text)} done=${again}>Make it<//></div></section></section>`;
}
