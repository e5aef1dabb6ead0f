// Pages of another machine in a real browser, against a real server: what they can do to it, and what they can't.
//
// The name evil.example leads to this machine, by a rule of the browser: so the browser has no reason of its own to keep the
// page from its neighbours, and what stops it is the server. The page itself comes from a server of the test.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

import { receiver } from '../e2e/receiver.js';
import { request, serve } from '../e2e/server.js';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const token = 'grace-token';
let browser;

before(async () => {
    browser = await chromium.launch({
        executablePath,
        args: ['--no-sandbox', '--host-resolver-rules=MAP evil.example 127.0.0.1'],
    });
});
after(() => browser.close());

// A server with the world of the webhooks' tests, a receiver of webhooks, and a page of that host that has loaded.
async function stage(t, host) {
    const server = await serve(t, 'hooks');
    const hook = await receiver(t, (_, response) => response.end());
    const site = await receiver(t, (_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>x</title>'));
    const page = await browser.newPage();
    t.after(() => page.close());
    await page.goto(`http://${host}:${site.port}/`);
    return { server, hook, page, url: server.url };
}

const kinds = async (server) => (await server.journal()).map(({ kind }) => kind);
const worlds = async (server) => (await request(`${server.url}/__mock/worlds`)).json.worlds.map(({ name }) => name);
const hooks = async (server) =>
    (await request(`${server.url}/v1/webhooks`, { headers: { Authorization: `Bearer ${token}` } })).json.length;
const makeHook = (server, hook) => request(`${server.url}/v1/webhooks`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ event: 'temp', url: hook.url }),
});

test('a form', async (t) => {
    const { server, page, url } = await stage(t, 'evil.example');
    const answered = page.waitForNavigation();
    await page.evaluate(([action, target]) => {
        const form = document.createElement('form');
        Object.assign(form, { method: 'post', action });
        for (const [name, value] of Object.entries({
            event: 'temp', url: target, 'headers[X-Mockcloud-Control]': '1', 'json[name]': 'made-by-a-page',
        })) {
            form.append(Object.assign(document.createElement('input'), { name, value }));
        }
        document.body.append(form);
        form.submit();
    }, [`${url}/v1/integrations?access_token=${token}`, `${url}/__mock/worlds`]);
    assert.equal((await answered).status(), 403);
    assert.equal(await hooks(server), 0);
});

test('fetch without CORS makes no webhook and triggers none', async (t) => {
    const { server, hook, page, url } = await stage(t, 'evil.example');
    await makeHook(server, hook);
    const types = await page.evaluate(async ([base, access_token, target]) => {
        const post = (path, fields) => fetch(`${base}${path}`, { method: 'POST', mode: 'no-cors', body: new URLSearchParams(fields) });
        const replies = [
            await post('/v1/webhooks', { access_token, event: 'x', url: target }),
            await post('/v1/devices/events', { access_token, name: 'temp' }),
            await post('/__mock/worlds', { name: 'made-by-a-page' }),
        ];
        return replies.map(({ type }) => type);
    }, [url, token, `${url}/__mock/worlds`]);
    assert.deepEqual(types, ['opaque', 'opaque', 'opaque'], 'the page is shown no answer');
    assert.equal(await hooks(server), 1);
    assert.deepEqual(await worlds(server), ['default']);
    const journal = await kinds(server);
    assert.ok(journal.includes('event.published') && journal.includes('webhook.dropped'));
    assert.ok(!journal.includes('webhook.queued'));
    assert.equal(hook.got.length, 0);
});

test('fetch with CORS gets the imitated API alone', async (t) => {
    const { page, url } = await stage(t, 'evil.example');
    const got = await page.evaluate(async ([base, access_token]) => {
        const headers = { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' };
        const look = (path, options) => fetch(base + path, options).then(({ status }) => status, (error) => error.name);
        return [
            await look('/v1/devices', { headers }),
            await look('/v1/webhooks', { method: 'POST', headers, body: JSON.stringify({ event: 'x', url: base }) }),
            await look('/__mock/worlds'),
            await look('/__mock/worlds', { method: 'POST', headers: { 'X-Mockcloud-Control': '1' }, body: '{}' }),
        ];
    }, [url, token]);
    assert.deepEqual(got, [200, 403, 'TypeError', 'TypeError']);
});

test('an image and a script', async (t) => {
    const { server, page, url } = await stage(t, 'evil.example');
    const before = await server.control('GET', '');
    const seen = await page.evaluate((sources) => Promise.all(sources.map(([tag, src]) => new Promise((resolve) => {
        const element = Object.assign(document.createElement(tag), { src, onload: () => resolve('loaded'), onerror: () => resolve('error') });
        document.body.append(element);
    }))), [
        ['img', `${url}/__mock/worlds/default`], ['img', `${url}/v1/devices?access_token=${token}`],
        ['img', `${url}/__mock/worlds/default/reset`], ['img', `${url}/v1/webhooks?access_token=${token}&event=x&url=${url}`],
    ]);
    assert.deepEqual(seen, Array(4).fill('error'));
    assert.equal(await hooks(server), 0);
    assert.deepEqual((await server.control('GET', '')).devices, before.devices);
});

test('an EventSource', async (t) => {
    const { page, url } = await stage(t, 'evil.example');
    const opened = await page.evaluate((urls) => Promise.all(urls.map((source) => new Promise((resolve) => {
        const events = new EventSource(source);
        events.onopen = () => resolve(events.close() ?? 'open');
        events.onerror = () => resolve(events.close() ?? 'error');
    }))), [`${url}/__mock/worlds/default/journal?follow=true`, `${url}/v1/devices/events?access_token=${token}`]);
    assert.deepEqual(opened, ['error', 'open'], 'events of the imitated API alone');
});

test('a page of this machine', async (t) => {
    const { server, hook, page, url } = await stage(t, 'localhost');
    const statuses = await page.evaluate(async ([base, access_token, target]) => {
        const headers = { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' };
        const post = (path, body) => fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
        return [
            (await post('/v1/webhooks', { event: 'temp', url: target })).status,
            (await post('/v1/devices/events', { name: 'temp' })).status,
        ];
    }, [url, token, hook.url]);
    assert.deepEqual(statuses, [201, 200]);
    assert.equal(await hooks(server), 1);
    assert.ok((await kinds(server)).includes('webhook.queued'));
});
