// What the pages share of the world that is looked at: its clock, what has just happened in it, and values that are asked for
// again when something has.
import { follow, get, world } from './api.js';
import { useEffect, useRef, useState } from './ui.js';

const REFRESH_MS = 300;

let name = null;
let stop = () => {};
let clock = { now: Date.now(), mode: 'real', read: performance.now(), next: null };
let connected = true;
const listeners = new Set();
const ticking = new Set();

const tell = (entries) => listeners.forEach((listener) => listener(entries));

export async function readClock() {
    if (!name) {
        return;
    }
    const { now, mode, next } = await get(`${world(name)}/clock`);
    clock = { now: Date.parse(now), mode, next, read: performance.now() };
    tick();
}

const tick = () => ticking.forEach((listener) => listener({}));
setInterval(tick, 1000);

// A page that hears only of one device would not hear that the clock was moved.
setInterval(() => name && !document.hidden && readClock().catch(() => {}), 2000);

// The world's time, in milliseconds: it runs on by itself unless it is frozen.
export const now = () => clock.now + (clock.mode === 'real' ? performance.now() - clock.read : 0);
export const theClock = () => clock;
export const isConnected = () => connected;

// Calls something a moment later, however often it is asked to meanwhile: in a busy world it is always asked to.
export function later(call, ms = REFRESH_MS) {
    let timer = 0;
    const soon = () => {
        timer ||= setTimeout(() => {
            timer = 0;
            call();
        }, ms);
    };
    soon.stop = () => clearTimeout(timer);
    return soon;
}

const soonClock = later(() => readClock().catch(() => {}));

// Looks at a world; `view` is what the page in front wants to hear of. Whatever is shown of another one ends here.
export function watch(next, view) {
    stop();
    stop = () => {};
    name = next;
    if (!next) {
        return;
    }
    let before = true;
    const told = (is) => {
        connected = is;
        soonClock();
        tick();
        if (is && !before) {
            tell([{ lost: true }]); // what came meanwhile is not known: the pages ask anew
        }
        before = is;
    };
    stop = follow(next, view, (entries) => (soonClock(), tell(entries)), told);
    readClock().catch(() => {});
}

// Calls `listener` with the entries that have come.
export function useEntries(listener) {
    const latest = useRef(listener);
    latest.current = listener;
    useEffect(() => {
        const call = (entries) => latest.current(entries);
        listeners.add(call);
        return () => listeners.delete(call);
    }, []);
}

// Draws again each second, and when the clock was moved.
export function useTick() {
    const [, draw] = useState({});
    useEffect(() => {
        ticking.add(draw);
        return () => ticking.delete(draw);
    }, []);
}

// The answer to a GET, asked for again a moment after something has happened. {value, error, again}
export function useLive(path) {
    const [state, set] = useState({ value: null, error: null });
    const current = useRef(path);
    const soon = useRef(null);
    current.current = path;
    const again = () => path && get(path).then(
        (value) => current.current === path && set({ path, value, error: null }),
        (error) => current.current === path && set({ path, value: null, error }),
    );
    useEffect(() => {
        soon.current = later(again);
        again();
        return () => soon.current.stop();
    }, [path]);
    useEntries(() => soon.current?.());
    return state.path === path ? { ...state, again } : { value: null, error: null, again };
}
