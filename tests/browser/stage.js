// A server and a page of the console, for each test its own.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { request, serve } from '../e2e/server.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const axe = fs.readFileSync(path.join(here, 'node_modules/axe-core/axe.min.js'), 'utf8');

export const screens = process.env.MOCKCLOUD_SCREENS ?? path.join(here, '../../build/test/screens');

export const launch = () => chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--host-resolver-rules=MAP evil.example 127.0.0.1'],
});

// A server with the console's world, and a page on it, at an address below #/w/default/. What goes wrong in the page fails the
// test: an exception, a word on the console, a request that its policy has stopped.
export async function stage(t, browser, { at = 'devices', world = 'console', args = [], ...context } = {}) {
    const server = await serve(t, world, ...args);
    const page = await browser.newPage(context);
    const wrong = [];
    page.on('pageerror', (error) => wrong.push(error.stack));
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    page.setDefaultTimeout(15_000);
    t.after(async () => {
        await page.close();
        assert.deepEqual(wrong, [], 'nothing wrong in the page');
    });
    await page.goto(`${server.url}/__mock/#/w/default/${at}`);
    const go = (hash) => page.evaluate((to) => {
        location.hash = to;
    }, `#/w/default/${hash}`);
    return { server, page, go, wrong };
}

// What axe finds that is serious or critical, by all of its rules or by some; the answer is empty when all is well.
export async function problems(page, rules) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate((runOnly) => globalThis.axe.run(document, { resultTypes: ['violations'], ...(runOnly ? { runOnly } : {}) }), rules);
    return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join('\n')}`);
}

// A call of the imitated API as somebody.
export const call = async (server, method, target, token, form) => (await request(`${server.url}${target}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: form,
})).json;
