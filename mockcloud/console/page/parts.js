// What several pages are made of.
import { html, useEffect, useRef, useState } from './ui.js';
import { now, useTick } from './world.js';
import { ago, ledWords, left, toneOf } from './words.js';

// An LED with the colour, the pattern and the period that the device's has; in words for whoever can't see it.
export function Led({ led, large }) {
    const style = led ? { '--led': led.color, '--period': `${led.period_ms}ms` } : {};
    const words = ledWords(led);
    return html`<span class="bezel ${large ? 'large' : ''}" role="img" aria-label=${`LED ${words}`} title=${words}>
        <i class="led ${led?.pattern ?? 'off'}" style=${style}></i></span>`;
}

export const Chip = ({ tone = 'soft', children, title }) => html`<span class="chip ${tone}" title=${title}>${children}</span>`;
export const Status = ({ status }) => html`<${Chip} tone=${toneOf(status)}>${status}<//>`;
export const Code = ({ children, title }) => html`<code title=${title}>${children}</code>`;
export const Nothing = ({ children }) => html`<p class="nothing">${children}</p>`;

export function Ago({ at }) {
    useTick();
    return at ? html`<time datetime=${at} title=${at}>${ago(at, now())}</time>` : html`<span class="soft">never</span>`;
}

// A claim code's life: what is left of it, or how it died.
export function Life({ expires, issued, dead }) {
    useTick();
    const rest = Date.parse(expires) - now();
    if (dead || rest <= 0) {
        return html`<span class="life dead">${dead || 'expired'}</span>`;
    }
    const whole = issued ? Date.parse(expires) - Date.parse(issued) : 3_600_000;
    return html`<span class="life ${rest < 300_000 ? 'late' : ''}" title=${expires}>
        <span class="bar"><i style=${{ width: `${Math.min(100, (rest / whole) * 100)}%` }}></i></span>${left(rest)}</span>`;
}

// The error of a call, next to what has made it.
export const Wrong = ({ error }) => (error ? html`<p class="wrong" role="alert">${error.message}</p>` : null);

// A button that calls, and says what went wrong.
export function Act({ act, done, children, kind = '', label, disabled }) {
    const [state, set] = useState({});
    const click = async () => {
        set({ busy: true });
        try {
            const answer = await act();
            done?.(answer);
            set({});
        } catch (error) {
            set({ error });
        }
    };
    return html`<span class="act"><button type="button" class=${kind} aria-label=${label} onClick=${click}
        disabled=${disabled || state.busy}>${children}</button><${Wrong} error=${state.error} /></span>`;
}

export function Copy({ text, children = 'Copy' }) {
    const [said, say] = useState(false);
    const click = async () => {
        await navigator.clipboard.writeText(text);
        say(true);
        setTimeout(() => say(false), 1500);
    };
    return html`<button type="button" class="quiet" onClick=${click}>${said ? 'Copied' : children}</button>`;
}

export const Json = ({ value }) => html`<pre tabindex="0">${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>`;

export function Field({ label, children }) {
    return html`<label class="field"><span>${label}</span>${children}</label>`;
}

// A text that is given on after somebody has stopped typing.
export function Search({ value, set, label, id }) {
    const [text, setText] = useState(value);
    const timer = useRef(0);
    useEffect(() => setText(value), [value]);
    const input = (event) => {
        const given = event.target.value;
        setText(given);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => set(given), 200);
    };
    return html`<input type="search" id=${id} class="search" placeholder=${label} aria-label=${label} value=${text} onInput=${input} />`;
}

export function Choice({ label, value, set, options }) {
    return html`<select aria-label=${label} value=${value} onChange=${(event) => set(event.target.value)}>
        ${options.map(([key, text]) => html`<option key=${key} value=${key} selected=${key === value}>${text}</option>`)}</select>`;
}

const DRAWN = 120; // rows at most, however high the window is

// A list of which only what can be seen is in the document. `row(index)` draws one; all are `height` pixels high.
export function Rows({ count, height, row, label, seen, head }) {
    const box = useRef(null);
    const [view, setView] = useState({ first: 0, last: 30 });
    const look = () => {
        const { scrollTop, clientHeight } = box.current;
        const first = Math.max(0, Math.floor(scrollTop / height) - 8);
        const last = Math.min(count, first + DRAWN, Math.ceil((scrollTop + clientHeight) / height) + 8);
        if (first !== view.first || last !== view.last) {
            setView({ first, last });
            seen?.(first, last);
        }
    };
    useEffect(() => {
        look();
        addEventListener('resize', look);
        return () => removeEventListener('resize', look);
    });
    const shown = [];
    for (let i = view.first; i < Math.min(view.last, count); i++) {
        shown.push(html`<div class="row" role="row" aria-rowindex=${i + 2} key=${i} style=${{ top: `${i * height}px`, height: `${height}px` }}>${row(i)}</div>`);
    }
    return html`<div class="rows" role="table" aria-label=${label} aria-rowcount=${count + 1}>
        <div class="row head" role="row" aria-rowindex="1">${head}</div>
        <div class="scroll" ref=${box} onScroll=${look} tabindex="0" role="rowgroup" aria-label=${label}>
            <div class="tall" role="presentation" style=${{ height: `${count * height}px` }}>${shown}</div></div></div>`;
}

// What `why` answers.
export function Answer({ name, answer }) {
    return html`<div class="answer">
        <p class="verdict">${answer.owned ? 'It is theirs.' : answer.text}</p>
        ${answer.cause && html`<p><${Code}>${answer.cause}<//></p>`}
        <ol class="evidence">${answer.evidence.map(({ n, text }) => html`<li>${n ? html`<a href=${`#/w/${name}/journal/${n}`}>#${n}</a> ` : ''}${text}</li>`)}</ol>
        ${answer.advice && html`<p class="advice">${answer.advice}</p>`}</div>`;
}
