// How things are said: times, colours, entries of the journal.

const COLOURS = {
    '#ffffff': 'white', '#0000ff': 'blue', '#00ff00': 'green', '#00ffff': 'cyan',
    '#ff00ff': 'magenta', '#ffff00': 'yellow', '#1f1f1f': 'grey', '#000000': 'dark',
};

export const COLOUR_OF = Object.fromEntries(Object.entries(COLOURS).map(([hex, word]) => [word, hex]));

export function ledWords(led) {
    if (!led) {
        return 'no LED';
    }
    if (led.pattern === 'off') {
        return 'off';
    }
    const speed = led.pattern !== 'blinking' ? '' : led.period_ms <= 100 ? 'fast-' : led.period_ms >= 500 ? 'slow-' : '';
    return `${speed}${led.pattern} ${COLOURS[led.color] ?? led.color}`;
}

// "blinking green" as the colour of a bar.
export const colourOfWords = (words) => COLOUR_OF[String(words ?? '').split(' ').at(-1)] ?? '#000000';

const UNITS = [[86_400_000, 'd'], [3_600_000, 'h'], [60_000, 'min'], [1000, 's'], [1, 'ms']];

// "1 h 3 min": the two largest units, or one of seconds.
export function span(ms) {
    const all = UNITS.map(([size, unit], i) => {
        const of = i ? ms % UNITS[i - 1][0] : ms;
        return [Math.floor(of / size), unit];
    });
    const first = all.findIndex(([count]) => count > 0);
    if (first < 0) {
        return '0 s';
    }
    const shown = first >= 3 ? all.slice(first, first + 1) : all.slice(first, first + 2).filter(([count]) => count > 0);
    return shown.map(([count, unit]) => `${count} ${unit}`).join(' ');
}

export function ago(at, now) {
    const ms = now - Date.parse(at);
    return ms < 1000 && ms > -1000 ? 'now' : ms < 0 ? `in ${span(-ms)}` : `${span(ms)} ago`;
}

export const left = (ms) => {
    const s = Math.ceil(ms / 1000);
    const parts = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60];
    return (parts[0] ? parts : parts.slice(1)).map((part, i) => (i ? String(part).padStart(2, '0') : part)).join(':');
};

export const iso = (ms) => new Date(ms).toISOString();
export const dayOf = (at) => at.slice(0, 10);
export const timeOf = (at) => at.slice(11, 23);

// Tokens and the like are shown shortened: enough to tell them apart.
export const short = (text, keep = 6) => (text && text.length > keep * 2 + 1 ? `${text.slice(0, keep)}…${text.slice(-4)}` : text);

export const nameOf = (owner) => (owner ? owner.name : null);

// One line about an entry: what it says of itself, the rest as key=value.
const SAID = {
    'http.request': ({ method, path, query }) => `${method} ${path}${query ? `?${query}` : ''}`,
    'http.reply': ({ status, rule }) => `${status}${rule ? ` by ${rule}` : ''}`,
    'device.state': ({ from, to, led }) => `${from} → ${to}${led ? `, ${led}` : ''}`,
    'clock.moved': ({ to }) => `to ${to}`,
};

const LATER = new Set(['request_id', 'coreid', 'json', 'form', 'body']);

export function saidOf({ kind, data }) {
    if (SAID[kind]) {
        return SAID[kind](data);
    }
    return Object.entries(data)
        .filter(([key, value]) => value !== null && typeof value !== 'object' && !LATER.has(key))
        .map(([key, value]) => `${key} ${short(String(value), /code|token/.test(key) ? 6 : 40)}`)
        .join(' · ');
}

export const toneOf = (status) => (status >= 500 ? 'bad' : status >= 400 ? 'warn' : status >= 300 ? 'soft' : 'good');
