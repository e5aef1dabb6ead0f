// The console: which page is in front, of which world. Addresses are #/w/WORLD/PAGE/WHAT?WHAT-IS-ASKED-FOR, so that each view
// can be linked to, and the browser's buttons work.
import { Accounts } from './accounts.js';
import { get, keepToken, onRefused } from './api.js';
import { Device } from './device.js';
import { Devices } from './devices.js';
import { Do } from './do.js';
import { Journal, VIEW } from './journal.js';
import { Choice } from './parts.js';
import { isRecording } from './record.js';
import { Time } from './time.js';
import { Worlds } from './worlds.js';
import { html, render, useEffect, useMemo, useState } from './ui.js';
import { isConnected, now, theClock, useTick, watch } from './world.js';
import { iso, dayOf, timeOf } from './words.js';

// A row per page: its address, what it is called, a path for its icon, what of the journal it wants to hear of.
const PAGES = [
    ['devices', 'Devices', 'M5 4h10v12H5zM8 7h4M10 13h0', (route) => (route.what ? { device: route.what } : {})],
    ['accounts', 'Accounts', 'M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6M4 17c0-7 12-7 12 0', () => ({})],
    ['journal', 'Journal', 'M4 5h12M4 10h12M4 15h8', (route) => Object.fromEntries(VIEW.map((key) => [key, route.asked[key]]))],
    ['time', 'Time', 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M10 6v4l3 2', () => ({})],
    ['do', 'Do', 'M4 10h11M11 5l5 5-5 5', () => ({})],
];

function routeOf(hash) {
    const [path, search = ''] = hash.replace(/^#\/?/, '').split('?');
    const [w, name, page = 'devices', what = ''] = path.split('/').map(decodeURIComponent);
    const asked = Object.fromEntries(new URLSearchParams(search));
    return w === 'w' && name ? { name, page, what, asked } : { name: null, page: w === 'worlds' ? 'worlds' : 'devices', what: '', asked };
}

const hashOf = ({ name, page, what, asked }) => {
    const given = Object.entries(asked).filter(([, value]) => value !== '' && value !== undefined && value !== null);
    return `#/w/${name}/${page}${what ? `/${encodeURIComponent(what)}` : ''}${given.length ? `?${new URLSearchParams(given)}` : ''}`;
};

function useRoute() {
    const [hash, set] = useState(location.hash);
    useEffect(() => {
        const changed = () => set(location.hash);
        addEventListener('hashchange', changed);
        return () => removeEventListener('hashchange', changed);
    }, []);
    return useMemo(() => routeOf(hash), [hash]);
}

// The static page needs no token; everything that it asks for may.
function Gate({ open }) {
    const [text, setText] = useState('');
    const submit = (event) => {
        event.preventDefault();
        keepToken(text);
        open();
    };
    return html`<main class="gate"><form class="card" onSubmit=${submit}><h1>mockcloud</h1>
        <p>This server was started with <code>--control-token</code>. The token is kept until this tab is closed.</p>
        <label class="field"><span>Control token</span><input type="password" autocomplete="off" autofocus value=${text} onInput=${(event) => setText(event.target.value)} /></label>
        <button class="main">Open</button></form></main>`;
}

function Clock({ name }) {
    useTick();
    const at = iso(now());
    const { mode } = theClock();
    return html`<a class="clock" href=${`#/w/${name}/time`} title=${`${at}, ${mode}`}><span class="day">${dayOf(at)}</span> ${timeOf(at).slice(0, 8)}
        ${mode === 'frozen' && html`<span class="chip cold">frozen</span>`}${!isConnected() && html`<span class="chip warn" role="status">not connected</span>`}
        ${isRecording(name) && html`<span class="chip bad">recording</span>`}</a>`;
}

function Head({ route, worlds }) {
    const { name, page } = route;
    const go = (next) => (location.hash = next === '/' ? '#/worlds' : `#/w/${next}/devices`);
    const options = [...worlds.map((world) => [world.name, world.name]), ['/', 'all worlds …']];
    return html`<header class="top"><a class="brand" href=${name ? `#/w/${name}/devices` : '#/worlds'}><i class="led breathing"></i> mockcloud</a>
        <${Choice} label="World" value=${name ?? '/'} set=${go} options=${options} />
        ${name && html`<${Clock} name=${name} />`}
        ${name && html`<nav class="pages" aria-label="Pages">${PAGES.map(([key, text, icon]) => html`<a key=${key} href=${`#/w/${name}/${key}`} aria-current=${page === key ? 'page' : undefined}>
            <svg viewBox="0 0 20 20" aria-hidden="true"><path d=${icon} /></svg>${text}</a>`)}</nav>`}</header>`;
}

function Page({ route, worlds, again }) {
    const { name, page, what, asked } = route;
    const ask = (next, of = page === 'journal' ? '' : what) => history.replaceState(null, '', hashOf({ ...route, what: of, asked: next })) ?? dispatchEvent(new HashChangeEvent('hashchange'));
    if (!name) {
        return html`<${Worlds} worlds=${worlds} again=${again} />`;
    }
    if (!worlds.some((world) => world.name === name)) {
        return html`<section class="page"><h1>There is no world “${name}”</h1><p><a href="#/worlds">All worlds</a></p></section>`;
    }
    switch (page) {
    case 'accounts':
        return html`<${Accounts} key=${name} name=${name} list=${what || undefined} asked=${asked} ask=${ask} />`;
    case 'journal':
        return html`<${Journal} key=${name} name=${name} asked=${asked} ask=${ask} n=${Number(what) || null} />`;
    case 'time':
        return html`<${Time} key=${name} name=${name} />`;
    case 'do':
        return html`<${Do} key=${name + location.hash} name=${name} asked=${asked} />`;
    default:
        return what ? html`<${Device} key=${name + what} name=${name} id=${what} />` : html`<${Devices} key=${name} name=${name} asked=${asked} ask=${ask} />`;
    }
}

function App() {
    const route = useRoute();
    const [worlds, setWorlds] = useState(null);
    const [closed, close] = useState(false);
    onRefused(() => close(true));
    const again = () => get('worlds').then((answer) => (close(false), setWorlds(answer.worlds)), () => {});
    const wants = PAGES.find(([key]) => key === route.page)?.[3] ?? (() => ({}));
    const view = JSON.stringify(wants(route));
    useEffect(() => {
        again();
    }, [route.name]);
    useEffect(() => {
        if (worlds && !route.name && route.page !== 'worlds' && worlds.length) {
            location.replace(`#/w/${worlds[0].name}/devices`);
        }
    }, [worlds, route.name]);
    useEffect(() => watch(closed ? null : route.name, JSON.parse(view)), [route.name, view, closed]);
    useEffect(() => {
        document.title = `${route.what || PAGES.find(([key]) => key === route.page)?.[1] || 'Worlds'} · ${route.name ?? 'mockcloud'}`;
    }, [route]);
    useEffect(() => {
        const key = (event) => {
            if (event.key === '/' && !/INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName)) {
                event.preventDefault();
                document.getElementById('search')?.focus();
            }
        };
        addEventListener('keydown', key);
        return () => removeEventListener('keydown', key);
    }, []);
    if (closed) {
        return html`<${Gate} open=${again} />`;
    }
    if (!worlds) {
        return html`<main aria-busy="true"></main>`;
    }
    return html`<a class="skip" href="#content" onClick=${(event) => (event.preventDefault(), document.getElementById('content').focus())}>To the content</a>
        <${Head} route=${route} worlds=${worlds} /><main id="content" tabindex="-1"><${Page} route=${route} worlds=${worlds} again=${again} /></main>`;
}

render(html`<${App} />`, document.getElementById('app'));
