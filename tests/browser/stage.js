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
    const page = await browser.newPage(context);
    const wrong = [];
    t.after(async () => { // before the server ends, which would be an error in the page
        await page.close();
        assert.deepEqual(wrong, [], 'nothing wrong in the page');
    });
    const server = await serve(t, world, ...args);
    page.on('pageerror', (error) => wrong.push(error.stack));
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    page.setDefaultTimeout(15_000);
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

// Those that the README shows: mockcloud/reference/pictures has them, from here.
const KEPT = new Set(['devices-light-1440', 'device-dark-1440', 'journal-light-390', 'timeline-dark-1440', 'devices-dark-390', 'codes-light-390']);

// What the window shows, in build/test/screens: as PNG, and those that are kept as WebP, which is a third of it. The browser
// itself encodes it, on a page of its own, since the console's policy allows no such picture.
export async function picture(page, name) {
    const bytes = await page.screenshot({ path: path.join(screens, `${name}.png`) });
    if (!KEPT.has(name)) {
        return;
    }
    const easel = await page.context().browser().newPage();
    const webp = await easel.evaluate(async (base64) => {
        const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        canvas.getContext('2d').drawImage(bitmap, 0, 0);
        const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.6 });
        return btoa([...new Uint8Array(await blob.arrayBuffer())].map((byte) => String.fromCharCode(byte)).join(''));
    }, bytes.toString('base64'));
    await easel.close();
    fs.writeFileSync(path.join(screens, `${name}.webp`), Buffer.from(webp, 'base64'));
}
