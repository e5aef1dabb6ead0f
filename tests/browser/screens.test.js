// Pictures of each page, light and dark, narrow and wide, in build/test/screens, for whoever wants to look. Nothing may be wider
// than the window.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';

import { request } from '../e2e/server.js';
import { call, launch, picture, screens, stage } from './stage.js';

let browser;
before(async () => {
    browser = await launch();
});
after(() => browser.close());

// A world in which something has happened: a code that waits, one that was handed over, a claim that came too early.
async function story(server) {
    await server.act('pump', 'power-on');
    await call(server, 'POST', '/v1/devices', 'ada-token', `id=${(await server.device('pump')).id}`);
    await server.advance('1min');
    const { claim_code } = await call(server, 'POST', '/v1/products/6287/device_claims', 'ada-token');
    await server.act('pump', 'usb', { set_claim_code: claim_code });
    await call(server, 'POST', '/v1/products/6287/device_claims', 'bob-token');
    await server.act('lamp', 'publish', { name: 'temperature', data: '21.5' });
    await server.act('valve', 'lose-network');
    await server.control('POST', '/faults', { kind: 'latency', request: 'any /v1/events', delay: '2s real', as: 'slow' }, 201);
    await server.control('POST', '/holds', { request: 'DELETE /v1/devices/**', as: 'unclaim' }, 201);
    await server.advance('22min');
    return (await server.journal()).find(({ data }) => data.path === '/v1/devices').n;
}

test('pictures of each page', async (t) => {
    fs.mkdirSync(screens, { recursive: true });
    const { server, page, go } = await stage(t, browser, { world: 'shown' });
    const n = await story(server);
    const pages = { devices: 'devices', device: 'devices/pump', products: 'accounts/products', codes: 'accounts/claim_codes', webhooks: 'accounts/webhooks',
        journal: 'journal', request: `journal/${n}`, time: 'time', do: 'do' };
    await page.emulateMedia({ reducedMotion: 'reduce' });
    for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        for (const width of [1440, 390]) {
            await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
            for (const [name, at] of Object.entries(pages)) {
                await go(at);
                await page.locator('h1').waitFor();
                await page.waitForTimeout(150);
                if (name === 'device') {
                    await page.getByRole('button', { name: 'Ask why' }).click();
                    await page.locator('.verdict').waitFor();
                }
                const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
                assert.ok(wider <= 0, `${name} at ${width}: ${wider} pixels too wide`);
                await picture(page, `${name}-${colorScheme}-${width}`);
            }
        }
    }
    assert.equal((await request(`${server.url}/__mock/health`)).status, 200);
});
