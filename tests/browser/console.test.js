// The console in a real browser: what a person does with it, and what comes of that.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { program, request } from '../e2e/server.js';
import { call, launch, problems, stage } from './stage.js';

let browser;
before(async () => {
    browser = await launch();
});
after(() => browser.close());

const led = (page) => page.locator('.title .led').evaluate((element) => {
    const { backgroundColor, animationName, animationDuration, animationIterationCount } = getComputedStyle(element);
    return { backgroundColor, animationName, animationDuration, animationIterationCount };
});

const claimCode = (server) => call(server, 'POST', '/v1/products/6287/device_claims', 'ada-token');

test('a browser that asks for / gets the console', async (t) => {
    const { server, page } = await stage(t, browser);
    const answer = await page.goto(server.url);
    assert.equal(answer.status(), 200);
    await page.waitForSelector('text=pump');
    assert.match(page.url(), /\/__mock\/#\/w\/default\/devices$/);
    assert.equal((await request(`${server.url}/`)).status, 404);
});

test('a device is powered on by keyboard, and breathes cyan', async (t) => {
    const { server, page } = await stage(t, browser, { at: 'devices/pump' });
    const button = page.getByRole('button', { name: 'power-on' });
    await button.waitFor();
    assert.equal(await page.getByRole('button', { name: 'power-off' }).count(), 0, 'only what its state has');
    for (let i = 0; i < 30 && !(await button.evaluate((element) => element === document.activeElement)); i++) {
        await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'power-off' }).waitFor();
    await server.advance('35s');
    await page.getByText('handshake').first().waitFor();
    await server.advance('5min');
    await page.locator('.title').getByText('online, breathing cyan').waitFor();
    assert.deepEqual(await led(page), { backgroundColor: 'rgb(0, 255, 255)', animationName: 'breathe', animationDuration: '4s', animationIterationCount: 'infinite' });
    await page.getByRole('button', { name: 'listen', exact: true }).click();
    await page.locator('.title').getByText('slow-blinking blue').waitFor();
    assert.deepEqual(await led(page), { backgroundColor: 'rgb(0, 0, 255)', animationName: 'blink', animationDuration: '0.5s', animationIterationCount: 'infinite' });
    assert.ok(await page.locator('.story li').count() > 4, 'its states as a bar');
});

test('a claim code counts down as the clock moves, and dies', async (t) => {
    const { server, page, go } = await stage(t, browser, { at: 'accounts/claim_codes' });
    await page.getByText('There are none.').waitFor();
    await claimCode(server);
    await page.locator('.life', { hasText: '1:00:00' }).waitFor();
    await go('time');
    await page.getByLabel('Advance by').fill('59min');
    await page.getByRole('button', { name: 'Advance', exact: true }).click();
    await page.getByText('00:59:00').first().waitFor();
    await go('accounts/claim_codes');
    await page.locator('.life.late', { hasText: '1:00' }).waitFor();
    await server.advance('2min');
    await page.locator('.life.dead', { hasText: 'expired' }).waitFor();
});

test('a code is handed over, and why is asked and answers', async (t) => {
    const { server, page } = await stage(t, browser, { at: 'devices/lamp' });
    const { claim_code } = await claimCode(server);
    await page.getByLabel('Claim code').fill(claim_code);
    await page.getByRole('button', { name: 'Hand over' }).click();
    await page.locator('.facts .life').waitFor();
    await page.getByLabel('Whose').last().selectOption({ label: 'bob@example.com' });
    await page.getByRole('button', { name: 'Ask why' }).click();
    const answer = await server.why('lamp', 'bob@example.com');
    await page.locator('.verdict', { hasText: answer.text }).waitFor();
    await page.getByText(answer.cause, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'For everybody' }).click();
    await page.locator('article.why').nth(2).waitFor();
    assert.equal(await page.locator('article.why').count(), 3, 'two customers and a user');
});

test('the journal follows without reload; a refused request is opened and explains itself', async (t) => {
    const { server, page } = await stage(t, browser, { at: 'journal' });
    await page.getByText('live').waitFor();
    await page.evaluate(() => (globalThis.mark = 'the same page'));
    await call(server, 'POST', '/v1/devices', 'ada-token', `id=${(await server.device('pump')).id}`);
    const line = page.locator('.entry', { hasText: 'POST /v1/devices' });
    await line.waitFor();
    assert.match(await line.innerText(), /40[034]/, 'with its reply');
    assert.ok(await page.locator('.group', { hasText: 'POST /v1/devices' }).getByText('claim.decided').count(), 'grouped by what caused what');
    await line.getByRole('link').click();
    const opened = page.locator('.opened');
    await opened.getByText('Why was it answered so?').waitFor();
    await opened.getByText('how that is known', { exact: false }).waitFor();
    await opened.getByText('application/x-www-form-urlencoded').waitFor();
    assert.equal(await page.evaluate(() => globalThis.mark), 'the same page');
    await page.getByLabel('Close').click();
    await page.getByLabel('Status').selectOption('2xx');
    await page.getByText('No entry is like that.').waitFor();
    await call(server, 'GET', '/v1/devices', 'grace-token');
    await page.locator('.entry', { hasText: '200' }).waitFor();
    assert.equal(await page.locator('.entry').count(), 1, 'the server filters');
});

test('a hold is released and a fault cleared by hand', async (t) => {
    const { server, page } = await stage(t, browser, { at: 'time' });
    await page.locator('#holds + *').first().waitFor();
    const set = async (what) => {
        await page.getByText(`Set a ${what}`).click();
        await page.getByRole('button', { name: 'Set', exact: true }).filter({ visible: true }).last().click();
    };
    await set('hold');
    await page.getByRole('button', { name: 'release claim' }).waitFor();
    const waiting = call(server, 'POST', '/v1/devices', 'grace-token', `id=${(await server.device('lamp')).id}`);
    await page.getByText('Release 1').click();
    assert.equal((await waiting).ok, true);
    await set('fault');
    await page.getByText('busy').first().waitFor();
    await page.getByRole('button', { name: 'clear busy' }).click();
    await page.getByText('Everything works.').waitFor();
    assert.deepEqual((await server.control('GET', '/faults')).faults, []);
});

test('the clock: frozen, jumped to the next timer, let run', async (t) => {
    const { server, page } = await stage(t, browser, { at: 'time' });
    await server.act('pump', 'power-on');
    await page.getByText('Next:').waitFor();
    const { next } = await server.control('GET', '/clock');
    await page.getByRole('button', { name: 'Jump there' }).click();
    await page.waitForFunction(async (at) => (await (await fetch('/__mock/worlds/default/clock')).json()).now === at, next.at);
    await page.getByRole('button', { name: 'Let it run' }).click();
    await page.getByRole('button', { name: 'Freeze' }).waitFor();
});

// A recorded session is a scenario that `check` accepts and `run` passes.
test('what is done by hand and by a client becomes a scenario', async (t) => {
    const { server, page, go } = await stage(t, browser, { at: 'do' });
    await page.getByRole('button', { name: 'Reset and record' }).click();
    await page.getByText('Recording:').waitFor();
    await page.getByLabel('Like').selectOption({ label: 'A customer’s token' });
    await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('ada@example.com'));
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('"access_token"').waitFor();
    const token = JSON.parse(await page.locator('.composer pre').innerText()).access_token;
    const { claim_code } = await call(server, 'POST', '/v1/products/6287/device_claims', token);
    await go('devices/pump');
    await page.getByRole('button', { name: 'power-on' }).click();
    await server.advance('1min');
    await page.getByLabel('Claim code').fill(claim_code);
    await page.getByRole('button', { name: 'Hand over' }).click();
    await page.locator('.facts .life').waitFor();
    await page.getByRole('button', { name: 'power-off' }).click();
    await page.getByRole('button', { name: 'power-on' }).click();
    await server.advance('1min');
    await page.locator('.facts', { hasText: 'ada@example.com (customer)' }).waitFor();
    await call(server, 'GET', '/v1/devices', 'no-such-token');
    await go('do');
    await page.getByRole('button', { name: 'Stop' }).click();
    const text = await page.locator('#recorded').innerText();
    assert.match(text, /\$\{claim_code\}/, 'what a reply brought has a name');
    assert.match(text, /"customer":"ada@example.com"/, 'what came of it is expected');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mockcloud-recorded-'));
    t.after(() => fs.rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'recorded.yaml');
    fs.writeFileSync(file, text);
    const run = (...args) => execFileSync(program, [...args, file], { encoding: 'utf8', stdio: 'pipe' });
    run('check');
    assert.match(run('run'), /1 passed/);
});

test('a request by hand, and its copies', async (t) => {
    const { page } = await stage(t, browser, { at: 'do', permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByLabel('Token').selectOption('grace-token');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.composer .chip', { hasText: '200' }).waitFor();
    const copied = async (what) => {
        await page.getByRole('button', { name: `Copy as ${what}` }).click();
        return page.evaluate(() => navigator.clipboard.readText());
    };
    const curl = await copied('curl');
    assert.match(execFileSync('sh', ['-c', `${curl} -s`], { encoding: 'utf8' }), /"last_heard"/);
    assert.equal(await copied('SDK call'), 'await particle.listDevices({"auth":"grace-token"});');
    assert.match(await copied('scenario step'), /^ {2}- request: "GET \/v1\/devices"\n {4}token: {"value":"grace-token"}\n {4}reply: {"status":200}/);
});

// The processor time of the longest task of the page's main thread, in milliseconds.
async function longestTask(page, doing) {
    await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] });
    await doing();
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
    const main = traceEvents.find(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
    const tasks = traceEvents.filter(({ name, pid, tid, tdur }) => name === 'FunctionCall' && tdur && pid === main.pid && tid === main.tid);
    return Math.max(0, ...tasks.map(({ tdur }) => tdur)) / 1000;
}

test('10,000 devices scroll with few rows in the document', async (t) => {
    const { server, page } = await stage(t, browser, { world: 'crowd' });
    await page.locator('a', { hasText: /^pump-1$/ }).waitFor();
    await page.locator('.title', { hasText: '10000' }).waitFor();
    let most = 0;
    const longest = await longestTask(page, async () => {
        for (let i = 1; i <= 30; i++) {
            await page.locator('.scroll').evaluate((box, to) => {
                box.scrollTop = (box.scrollHeight - box.clientHeight) * to;
            }, i / 30);
            await page.waitForTimeout(50);
            most = Math.max(most, await page.locator('[role=row]').count());
        }
    });
    await page.locator('a', { hasText: /^pump-10000$/ }).waitFor();
    assert.ok(most > 5 && most <= 200, `${most} rows`);
    assert.ok(longest > 0 && longest <= 50, `a task of ${longest} ms`);
    t.diagnostic(`${most} rows, the longest task of a script ${longest.toFixed(1)} ms`);
    await page.getByLabel('Name, id, owner, code …').fill('pump-777');
    await page.locator('.title', { hasText: '11 of 10000' }).waitFor();
    await page.getByLabel('Order').selectOption('-heard');
    await page.getByLabel('What the cloud believes').selectOption('true');
    await page.getByText('No device is like that.').waitFor();
    await server.act('pump-777', 'power-on');
    await server.advance('1min');
    await page.locator('.title', { hasText: '1 of 10000' }).waitFor();
});

test('a busy world is still looked at', async (t) => {
    const { server, page } = await stage(t, browser);
    await page.locator('.c-name', { hasText: 'heater' }).waitFor();
    let busy = true;
    const traffic = (async () => {
        while (busy) {
            await request(`${server.url}/v1/devices`);
            await new Promise((resolve) => setTimeout(resolve, 40));
        }
    })();
    await server.act('pump', 'power-on');
    await page.locator('.c-state', { hasText: 'starting' }).waitFor();
    busy = false;
    await traffic;
});

test('two worlds do not mix', async (t) => {
    const { server, page } = await stage(t, browser);
    await page.getByLabel('World').selectOption({ label: 'all worlds …' });
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('link', { name: 'second' }).click();
    await page.locator('.c-name', { hasText: 'photon' }).waitFor();
    assert.equal(await page.locator('.c-name a').count(), 1);
    await page.getByLabel('World').selectOption('default');
    await page.locator('.c-name', { hasText: 'heater' }).waitFor();
    await page.evaluate(() => (location.hash = '#/w/second/journal'));
    await page.getByText('No entry is like that.').waitFor();
    await server.act('pump', 'power-on');
    await request(`${server.url}/w/second/v1/devices`);
    await page.locator('.entry', { hasText: 'GET /v1/devices' }).waitFor();
    assert.equal(await page.getByText('pump').count(), 0);
    await page.evaluate(() => (location.hash = '#/worlds'));
    await page.getByRole('button', { name: 'end second' }).click();
    await page.locator('.cards h2', { hasText: 'second' }).waitFor({ state: 'detached' });
});

test('a control token is asked for, kept for the session, and sent', async (t) => {
    const { page, wrong } = await stage(t, browser, { args: ['--control-token', 'let-me-in'] });
    await page.getByLabel('Control token').fill('wrong');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByLabel('Control token').fill('let-me-in');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.locator('.c-name', { hasText: 'heater' }).waitFor();
    await page.reload();
    await page.locator('.c-name', { hasText: 'heater' }).waitFor();
    await page.getByRole('link', { name: 'pump', exact: true }).click();
    await page.getByRole('button', { name: 'power-on' }).click();
    await page.getByText('off → starting').waitFor();
    assert.ok(wrong.length && wrong.every((text) => text.includes('403')));
    wrong.length = 0;
});

test('text of devices, clients and webhooks is never markup', async (t) => {
    const { server, page, go } = await stage(t, browser, { at: 'journal' });
    const evil = '<img src=x onerror="pwned=1"><script>pwned=1</script>';
    await server.act('lamp', 'publish', { name: 'temp', data: evil });
    await call(server, 'POST', `/v1/products/6287/customers`, 'grace-token', `email=${encodeURIComponent(evil)}`);
    await call(server, 'POST', '/v1/webhooks', 'grace-token', `event=${encodeURIComponent(evil)}&url=${encodeURIComponent(`http://127.0.0.1:9/${evil}`)}`);
    await request(`${server.url}/v1/${encodeURIComponent(evil)}?a=${encodeURIComponent(evil)}`, { headers: { 'X-Evil': evil, 'User-Agent': evil } });
    const line = page.locator('.entry', { hasText: 'GET /v1/%3Cimg' });
    await line.waitFor();
    await line.getByRole('link').click();
    await page.locator('.opened .headers td', { hasText: '<script>' }).first().waitFor();
    for (const at of ['devices', 'devices/pump', 'devices/lamp', 'accounts/products', 'accounts/webhooks', 'accounts/tokens', 'time', 'do']) {
        await go(at);
        await page.waitForTimeout(150);
        assert.equal(await page.locator('#app img, #app script').count(), 0, at);
    }
    await go('accounts/products');
    await page.getByText('<img src=x').waitFor();
    assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
});

test('a name that leads to this machine gets no console, and no page may frame it', async (t) => {
    const { server, page, wrong } = await stage(t, browser);
    const { port } = new URL(server.url);
    const foreign = await browser.newPage();
    t.after(() => foreign.close());
    assert.equal((await foreign.goto(`http://evil.example:${port}/__mock/`)).status(), 403);
    assert.equal((await foreign.goto(`http://evil.example:${port}/__mock/worlds`)).status(), 403);
    const refused = await page.evaluate((url) => new Promise((resolve) => {
        const socket = new WebSocket(url.replace('http', 'ws'));
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('error');
    }).catch(({ name }) => name), `${server.url}/__mock/worlds`);
    assert.notEqual(refused, 'open');
    wrong.length = 0;
    const { headers } = await request(`${server.url}/__mock/`);
    assert.match(headers['content-security-policy'], /frame-ancestors 'none'/);
    assert.doesNotMatch(headers['content-security-policy'], /unsafe|\*/);
});

test('what axe finds on each page, light and dark', async (t) => {
    const { server, page, go } = await stage(t, browser);
    await server.powerOn('pump');
    await claimCode(server);
    await call(server, 'GET', '/v1/nothing', 'ada-token');
    const n = (await server.journal()).findLast(({ kind }) => kind === 'http.request').n;
    for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        for (const at of ['devices', 'devices/pump', 'accounts/products', 'accounts/claim_codes', 'accounts/webhooks', 'journal', `journal/${n}`, 'time', 'do']) {
            await go(at);
            await page.locator('h1').waitFor();
            await page.waitForTimeout(250);
            assert.deepEqual(await problems(page, colorScheme === 'dark' ? ['color-contrast'] : undefined), [], `${at}, ${colorScheme}`);
        }
    }
    await page.evaluate(() => (location.hash = '#/worlds'));
    await page.locator('.cards').waitFor();
    assert.deepEqual(await problems(page), [], 'worlds');
});
