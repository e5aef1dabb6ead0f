// The time line of a run in a real browser: a file that stands alone.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { program } from '../e2e/server.js';
import { launch, picture, problems, screens } from './stage.js';

// A code that came too late, a lost reply, and texts that would be markup where somebody forgot.
const SCENARIO = `
scenario: the code comes too late <script>pwned=1</script>
world:
  products: [{id: 6287, slug: acme-pump, platform: e-series}]
  customers: [{email: ada@example.com, product: acme-pump}]
  devices: [{as: pump, platform: e-series, product: acme-pump, state: off}]
clients:
  app:
    run: [sh, -c, 'echo "</script><img src=x onerror=pwned=1>"; exec curl --silent --fail -d "id=$1" -H "Authorization: Bearer x" "$MOCKCLOUD_URL/v1/devices"', app, "\${pump.id}"]
steps:
  - request: POST /v1/products/6287/device_claims
    token: ada@example.com
    save: {code: /claim_code}
  - device: pump
    do: power-on
  - fault: {kind: reset, request: POST /v1/devices, at: reply, times: 1}
  - settle: {}
  - device: pump
    do: usb
    set_claim_code: \${code}
  - clock: {advance: 61min}
  - start: app
  - wait: {client: app, exits: any, within: 10s real}
  - expect: {device: pump, owner: ada@example.com}
---
scenario: this one passes
world: {devices: [{as: lamp, platform: photon, state: off}]}
steps:
  - device: lamp
    do: power-on
  - wait: {device: lamp, state: online, within: 1min virtual}
`;

let browser, folder, file;
before(async () => {
    browser = await launch();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mockcloud-timeline-'));
    fs.writeFileSync(path.join(folder, 'late.yaml'), SCENARIO);
    const { status } = spawnSync(program, ['run', 'late.yaml', '--report', 'html:line.html', '--output', 'kept'], { cwd: folder });
    assert.equal(status, 1);
    file = `file://${folder}/line.html`;
});
after(async () => {
    await browser.close();
    fs.rmSync(folder, { recursive: true });
});

async function open(t, url, context = {}) {
    const page = await browser.newPage(context);
    const wrong = [];
    page.on('pageerror', (error) => wrong.push(error.stack));
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    page.on('request', (request) => request.url() === url || wrong.push(`it asks for ${request.url()}`));
    t.after(async () => {
        await page.close();
        assert.deepEqual(wrong, []);
    });
    await page.goto(url);
    return page;
}

test('what failed is on top, with why, and lanes below it', async (t) => {
    const page = await open(t, file);
    const first = page.locator('details.scenario').first();
    assert.match(await first.innerText(), /^failed\s*the code comes too late <script>/);
    await first.getByText('pump: owner none, expected owner ada@example.com').waitFor();
    assert.match(await first.locator('.why').innerText(), /what to do/);
    assert.match(await first.getByText('</script><img').innerText(), /onerror/, 'what the client printed');
    assert.deepEqual(await first.locator('.lane').allInnerTexts(), ['time', 'app', 'scenario', 'cloud', 'pump', 'clock']);
    assert.equal(await first.locator('.bar.code.died').count(), 1, 'the code dies');
    const led = await first.locator('.bar:not(.code)').last().evaluate((bar) => getComputedStyle(bar).backgroundColor);
    assert.equal(led, 'rgb(0, 255, 255)', 'a state in the colour of the LED');
    assert.ok(await first.locator('.arrow.right', { hasText: 'POST /v1/devices' }).count(), 'a request is an arrow');
    assert.ok(await first.locator('.arrow.back', { hasText: '401' }).count(), 'and so is its reply');
    assert.ok(await first.locator('.mark', { hasText: 'fault.met' }).count());
    assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
});

test('an entry is opened by keyboard, and leads to its cause', async (t) => {
    const page = await open(t, file);
    const reply = page.locator('.arrow.back', { hasText: '401' });
    await reply.focus();
    await page.keyboard.press('Enter');
    const panel = page.locator('.panel').first();
    await panel.getByText('"rule": "token.unknown"').waitFor();
    await panel.getByRole('link').click();
    assert.match(await page.locator('.row:target').innerText(), /POST \/v1\/devices/);
    await page.getByText('this one passes').click();
    await page.locator('details.scenario').last().locator('.row').first().waitFor();
});

test('each folder of --output has its own', async (t) => {
    const kept = fs.readdirSync(path.join(folder, 'kept'));
    const page = await open(t, `file://${folder}/kept/${kept[0]}/timeline.html`);
    assert.equal(await page.locator('details.scenario[open]').count(), 1);
    await page.getByText('0 passed, 1 failed').waitFor();
});

test('what axe finds, and pictures', async (t) => {
    fs.mkdirSync(screens, { recursive: true });
    for (const colorScheme of ['light', 'dark']) {
        for (const width of [390, 1440]) {
            const page = await open(t, file, { viewport: { width, height: width < 500 ? 844 : 900 }, colorScheme });
            await page.locator('.row').first().waitFor();
            assert.deepEqual(await problems(page), [], `${colorScheme}, ${width}`);
            await picture(page, `timeline-${colorScheme}-${width}`);
        }
    }
});
