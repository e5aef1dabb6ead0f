// The time line of a run, in a page that stands alone: lanes for clients, the cloud, devices and the clock, and each entry of
// the journal in its place. Whatever was sent or printed is put into the page as text, never as markup.
(() => {
    const COLOURS = { white: '#ffffff', blue: '#0000ff', green: '#00ff00', cyan: '#00ffff', magenta: '#ff00ff', yellow: '#ffff00', grey: '#8a8a8a' };
    const ROW = 30;
    const DEATHS = { 'claim-code.expired': 'died', 'claim-code.matched': 'used', 'claim-code.confirmed': 'used' };

    // An element: make('p', {class: 'soft'}, 'text', another, …).
    function make(tag, attributes = {}, ...children) {
        const element = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes)) {
            if (name.startsWith('--') || ['top', 'height', 'gridColumn'].includes(name)) {
                name.startsWith('--') ? element.style.setProperty(name, value) : (element.style[name] = value);
            } else if (name.startsWith('on')) {
                element.addEventListener(name.slice(2), value);
            } else {
                element.setAttribute(name, value);
            }
        }
        element.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
        return element;
    }

    // ---- whose lane an entry stands in, and to whose it goes ----

    const brief = (text) => (text.length > 24 && !text.includes(' ') ? `${text.slice(0, 6)}…` : text);

    const laneOf = (actor) => (actor === 'cloud' || actor.startsWith('client:') || actor.startsWith('device:') ? actor : 'scenario');

    // A row per kind that goes from one to another: from and to, where "device" is the device that it names.
    const WAYS = {
        'session.opened': ['device', 'cloud'], 'session.closed': ['device', 'cloud'], 'claim-code.presented': ['device', 'cloud'],
        'device.code-sent': ['device', 'cloud'], 'device.called': ['cloud', 'device'], 'device.told': ['cloud', 'device'],
        'claim-code.confirmed': ['cloud', 'device'], 'device.code-stored': ['scenario', 'device'],
        'webhook.sent': ['cloud', 'webhooks'], 'webhook.answered': ['webhooks', 'cloud'],
    };

    function waysOf(entries) {
        const byNumber = new Map(entries.map((entry) => [entry.n, entry]));
        const devices = new Map(entries.filter(({ data }) => data.device && data.name).map(({ data }) => [data.device, `device:${data.name}`]));
        return entries.map((entry) => {
            const { kind, actor, data } = entry;
            const device = data.coreid && devices.get(data.coreid) || (data.name && data.device && `device:${data.name}`) || devices.get(data.device)
                || (actor.startsWith('device:') ? actor : null);
            const lane = (word) => (word === 'device' ? device : word);
            if (kind === 'http.request') {
                return [laneOf(actor), 'cloud'];
            }
            if (kind === 'http.reply') {
                return ['cloud', laneOf(byNumber.get(entry.cause)?.actor ?? 'scenario')];
            }
            if (/^(hold|fault)\./.test(kind)) {
                return ['cloud', 'cloud'];
            }
            if (kind === 'clock.moved') {
                return ['clock', 'clock'];
            }
            if (kind === 'event.published' && device && data.coreid) {
                return [device, 'cloud'];
            }
            const [from, to] = (WAYS[kind] ?? []).map(lane);
            return from && to ? [from, to] : [laneOf(actor), laneOf(actor)];
        });
    }

    // Clients first, then what drives the test, the cloud, devices, webhooks, the clock.
    function lanesOf(ways) {
        const found = [...new Set(ways.flat())];
        const rank = (lane) => (lane.startsWith('client:') ? 0 : { scenario: 1, cloud: 2, webhooks: 4, clock: 5 }[lane] ?? 3);
        return found.sort((a, b) => rank(a) - rank(b));
    }

    // ---- what an entry says ----

    const SAID = {
        'http.request': ({ method, path, json }) => (path.startsWith('/__mock/')
            ? `${path.split('/').slice(4).join(' ')}${json ? `: ${Object.values(json).filter((value) => typeof value !== 'object').map((value) => brief(String(value))).join(' ')}` : ''}`
            : `${method} ${path}`),
        'http.reply': ({ status, delivery }) => `${status}${delivery ? `, ${delivery}` : ''}`,
        'device.state': ({ to, led }) => `${to}${led ? `, ${led}` : ''}`,
        'clock.moved': ({ to }) => `to ${String(to).slice(0, 19)}`,
        'event.published': ({ name, data }) => `${name}${data ? ` = ${brief(data)}` : ''}`,
        'note': ({ text }) => text,
    };

    const said = ({ kind, data }) => SAID[kind]?.(data) ?? kind;

    function since(at, start) {
        const ms = Date.parse(at) - start;
        const s = Math.floor(ms / 1000);
        const two = (number) => String(number).padStart(2, '0');
        return `+${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}.${String(ms % 1000).padStart(3, '0')}`;
    }

    // ---- bars: states of devices, lives of claim codes ----

    const colourOf = (led) => COLOURS[String(led ?? '').split(' ').at(-1)] ?? '#0b0e10';

    function stateBars(entries, lanes) {
        const bars = [];
        for (const lane of lanes.filter((name) => name.startsWith('device:'))) {
            const states = entries.map((entry, i) => ({ ...entry, i })).filter(({ kind, actor }) => kind === 'device.state' && actor === lane);
            states.forEach(({ i, data }, k) => bars.push({ lane, from: i, to: states[k + 1]?.i ?? entries.length, led: colourOf(data.led), text: `${data.to}, ${data.led}` }));
        }
        return bars;
    }

    function codeBars(entries) {
        const bars = new Map();
        entries.forEach(({ kind, data, at }, i) => {
            const code = data.code ?? data.claim_code;
            if (kind === 'claim-code.issued' && code) {
                bars.set(code, { lane: 'cloud', from: i, to: entries.length, code: 'alive', text: `claim code ${code.slice(0, 6)}…, issued ${at}` });
            } else if (bars.has(code) && DEATHS[kind] && bars.get(code).code === 'alive') {
                Object.assign(bars.get(code), { to: i + 1, code: DEATHS[kind] });
            }
        });
        return [...bars.values()];
    }

    function drawBars(entries, lanes) {
        const columns = lanes.map(() => make('div'));
        for (const bar of [...stateBars(entries, lanes), ...codeBars(entries)]) {
            columns[lanes.indexOf(bar.lane)]?.append(make('div', {
                class: `bar ${bar.code ? `code ${bar.code}` : ''}`, title: bar.text, top: `${bar.from * ROW + ROW / 2}px`,
                height: `${Math.max(8, (bar.to - bar.from) * ROW - (bar.to === entries.length ? ROW / 2 : 4))}px`, ...(bar.led ? { '--led': bar.led } : {}),
            }));
        }
        return make('div', { class: 'bars', 'aria-hidden': 'true' }, ...columns);
    }

    // ---- rows ----

    function shown(entry, number) {
        return make('div', { class: 'shown' },
            make('p', {}, make('b', {}, `#${entry.n} ${entry.kind}`), ` by ${entry.actor}, ${entry.at}`,
                ...(entry.cause ? [', caused by ', make('a', { href: `#s${number}-${entry.cause}` }, `#${entry.cause}`)] : [])),
            make('pre', { tabindex: '0' }, JSON.stringify(entry.data, null, 2)));
    }

    function drawRow(entry, [from, to], lanes, start, number) {
        const [a, b] = [lanes.indexOf(from), lanes.indexOf(to)];
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        const bad = entry.kind === 'http.reply' && entry.data.status >= 400;
        const mark = /^(hold|fault)\./.test(entry.kind);
        const way = a === b ? '' : `arrow ${a < b ? 'right' : 'left'} ${entry.kind === 'http.reply' ? 'back' : ''}`;
        const row = make('li', { class: 'row', id: `s${number}-${entry.n}` }, make('span', { class: 'at', gridColumn: '1' }, since(entry.at, start)));
        const open = () => {
            const panel = row.closest('details').querySelector('.panel');
            const was = panel.dataset.n === String(entry.n);
            panel.dataset.n = was ? '' : entry.n;
            panel.replaceChildren(...(was ? [] : [shown(entry, number)]));
            row.parentNode.querySelectorAll('.row.open').forEach((other) => other.classList.remove('open'));
            row.classList.toggle('open', !was);
        };
        const button = make('button', { class: `what ${way} ${mark ? 'mark' : ''} ${bad ? 'bad' : ''}`, type: 'button', gridColumn: `${first + 2} / ${last + 3}`,
            '--span': String(last - first + 1), title: `#${entry.n} ${entry.kind}`, onclick: open,
            'aria-label': `${since(entry.at, start)} ${from}${a === b ? '' : ` to ${to}`}: ${entry.kind} ${said(entry)}` },
            make('span', {}, `${mark ? '⚑ ' : ''}${said(entry)}`));
        row.append(button);
        return row;
    }

    function drawLines(entries, number) {
        const ways = waysOf(entries);
        const lanes = lanesOf(ways);
        const start = Date.parse(entries[0].at);
        const rows = entries.map((entry, i) => drawRow(entry, ways[i], lanes, start, number));
        const names = lanes.map((lane) => make('div', { class: 'lane' }, lane.replace(/^(client|device):/, '')));
        const list = make('ol', { class: 'rows' }, ...rows);
        const body = make('div', { class: 'body' }, drawBars(entries, lanes), list);
        return make('div', { class: 'lines', tabindex: '0', role: 'region', 'aria-label': 'Time line', '--lanes': String(lanes.length) },
            make('div', { class: 'lanes' }, make('div', { class: 'lane' }, 'time'), ...names), body);
    }

    // ---- scenarios ----

    const block = (title, text, kind = '') => (text ? make('section', { class: kind }, make('h3', {}, title), make('pre', { tabindex: '0' }, text)) : null);

    function seconds(ms) {
        return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
    }

    function drawScenario({ result, entries, omitted, clients }, number) {
        const failed = !['passed', 'skipped'].includes(result.verdict);
        const place = `${result.file}:${result.line}`;
        const details = make('details', { class: 'scenario' },
            make('summary', {}, make('span', { class: `verdict ${result.verdict}` }, result.verdict), make('h2', {}, result.scenario)),
            make('p', { class: 'facts' }, `${place} · seed ${result.seed} · ${result.steps} steps · ${seconds(result.world_ms)} of the world’s time in ${seconds(Math.round(result.wall_us / 1000))}`),
            result.message && result.verdict !== 'passed' ? make('p', { class: 'message' }, result.message) : null,
            make('div', { class: 'columns' }, block('Why', result.why, 'why'), block('The step', failed && result.statement),
                block('Expected', result.expected), block('Found', result.actual), block('The others', result.others),
                ...Object.entries(clients ?? {}).map(([name, text]) => block(`What ${name} printed`, text))));
        const draw = () => {
            if (details.open && !details.querySelector('.lines') && entries.length) {
                details.append(drawLines(entries, number), make('div', { class: 'panel', 'aria-live': 'polite' }));
                if (omitted) {
                    details.append(make('p', { class: 'soft' }, `${omitted} earlier entries are left out.`));
                }
            }
        };
        details.addEventListener('toggle', draw);
        details.open = failed;
        draw();
        return details;
    }

    const all = [...document.querySelectorAll('script.scenario')].map((script) => JSON.parse(script.textContent));
    const failing = ({ result }) => !['passed', 'skipped'].includes(result.verdict);
    const order = [...all.filter(failing), ...all.filter((one) => !failing(one))];
    document.getElementById('app').append(...order.map(drawScenario));
    const only = document.querySelector('details.scenario');
    if (only && order.length === 1) {
        only.open = true;
    }
})();
