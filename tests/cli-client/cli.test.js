// Particle's official command line against a real server.

import assert from 'node:assert/strict';
import test from 'node:test';

import { serve } from '../e2e/server.js';
import { loggedIn, particleHome } from './particle.js';

const LAMP = '1e0047000000000000000001';
const SHELF = '1e0047000000000000000002';
const DRAWER = '1e0047000000000000000003';
const PUMP = 'e00fce68000000000000000a';
const LOOSE = 'e00fce68000000000000000c';
const options = { concurrency: 2, timeout: 240_000 };

async function begin(t, enter = loggedIn) {
    const server = await serve(t, 'cli');
    return { server, home: await enter(t, server.url) };
}

test('the command line', options, async (t) => {
    const tests = [];
    const check = (name, body) => tests.push(t.test(name, body));

    check('logs in with a password, says who it is, logs out', async (t) => {
        const { home } = await begin(t, particleHome);

        const login = await home.run('login', '--username', 'grace@example.com', '--password', 'not-a-password');
        assert.match(login, /Successfully completed login!/);
        assert.match(home.settings().access_token, /^[0-9a-f]{40}$/);
        assert.match(await home.run('whoami'), /grace@example\.com/);
        const { access_token: token } = home.settings();
        assert.match(await home.run('logout'), /logged out from grace@example\.com/);
        assert.equal(home.settings().access_token, null);
        assert.match(await home.fails('whoami'), /not logged in/);
        assert.match(await home.fails('login', '--token', token), /error logging you in/);
    });

    check('logs in with a second factor', async (t) => {
        const { home } = await begin(t, particleHome);

        await home.run('login', '--username', 'ida@example.com', '--password', 'not-a-password', '--otp', '123456');
        assert.match(await home.run('whoami'), /ida@example\.com/);
    });

    check('a wrong password is told', async (t) => {
        const { home } = await begin(t, particleHome);

        const output = await home.fails('login', '--username', 'grace@example.com', '--password', 'a-guess');
        assert.match(output, /User credentials are invalid/);
    });

    check('lists devices with their functions and variables', async (t) => {
        const { home } = await begin(t);

        const output = await home.run('list');
        assert.match(output, new RegExp(`lamp \\[${LAMP}\\] \\(Photon\\) is online`));
        assert.match(output, /int blink \(String args\)/);
        assert.match(output, /brightness \(int32\)/);
    });

    check('claims, renames and releases a device', async (t) => {
        const { home, server } = await begin(t);

        assert.match(await home.run('device', 'add', SHELF.toUpperCase()), /Successfully claimed device/);
        assert.equal((await server.device('shelf')).owner.name, 'grace@example.com');
        await home.run('device', 'rename', SHELF, 'desk-lamp');
        assert.match(await home.run('list', 'desk-lamp'), new RegExp(`desk-lamp \\[${SHELF}\\]`));
        await home.run('device', 'remove', 'desk-lamp', '--yes');
        assert.equal((await server.device('shelf')).owner, null);
    });

    check('does not claim a device that is offline or unknown', async (t) => {
        const { home } = await begin(t);

        assert.match(await home.fails('device', 'add', DRAWER), /device not found/);
        assert.match(await home.fails('device', 'add', '1234567890'), /device not found/);
    });

    check('calls a function and reads a variable', async (t) => {
        const { home } = await begin(t);

        assert.match(await home.run('call', 'lamp', 'blink', 'twice'), /^3$/m);
        assert.match(await home.run('get', 'lamp', 'brightness'), /^70$/m);
        assert.match(await home.fails('call', 'lamp', 'sing'), /Function `?sing`? not found/);
    });

    check('publishes, and hears of it', async (t) => {
        const { home, server } = await begin(t);
        const subscribed = home.start('subscribe', 'flow', '--max', '1');
        await subscribed.prints(/event\(s\)\.\.\.\n\n/);

        await server.act('lamp', 'publish', { name: 'flow', data: '12.5' });
        const [event] = (await subscribed.ends()).split('\n').filter((line) => line.startsWith('{')).map(JSON.parse);
        assert.deepEqual([event.name, event.data, event.coreid], ['flow', '12.5', LAMP]);
        assert.match(await home.run('publish', 'told', 'x'), /Published event: told/);
        assert.ok((await server.journal()).some(({ data }) => data?.name === 'told'));
    });

    check('makes, lists and deletes webhooks', async (t) => {
        const { home } = await begin(t);

        const made = await home.run('webhook', 'create', 'flow', 'http://127.0.0.1:9/hook');
        const [, id] = made.match(/Successfully created webhook with ID ([0-9a-f]{24})/);
        const list = await home.run('webhook', 'list');
        assert.match(list, /Found 1 integrations/);
        assert.match(list, new RegExp(`${id} is watching for "flow"`));
        await home.run('webhook', 'delete', id);
        assert.match(await home.run('webhook', 'list'), /Found 0 integrations/);
        assert.match(await home.fails('webhook', 'delete', id), /[Nn]ot found|404/);
    });

    check('makes a webhook of a product from a file', async (t) => {
        const { home } = await begin(t);
        const file = home.file('hook.json', JSON.stringify({ event: 'flow', url: 'http://127.0.0.1:9/hook', requestType: 'PUT' }));

        await home.run('webhook', 'create', file, '--product', '6287');
        assert.match(await home.run('webhook', 'list', '--product', '6287'), /Found 1 integrations/);
        assert.match(await home.run('webhook', 'list'), /Found 0 integrations/);
    });

    check('lists, adds and removes devices of a product', async (t) => {
        const { home } = await begin(t);

        assert.match(await home.run('product', 'device', 'list', '6287'), new RegExp(PUMP));
        const added = await home.run('product', 'device', 'add', '6287', LOOSE);
        assert.match(added, new RegExp(`Success![^]*${LOOSE}`));
        const { data } = JSON.parse(await home.run('product', 'device', 'list', '6287', '--json'));
        assert.deepEqual(data.map(({ id }) => id).sort(), [PUMP, LOOSE]);
        assert.match(await home.run('product', 'device', 'remove', '6287', LOOSE), /Success! Removed device/);
        assert.match(await home.fails('product', 'device', 'remove', '6287', LOOSE), /not found/i);
    });

    check('adds devices of a file to a product', async (t) => {
        const { home } = await begin(t);
        const file = home.file('ids.txt', `${LOOSE}\r\n000000000000000000000001\r\n`);

        const output = await home.run('product', 'device', 'add', '6287', '--file', file);
        assert.match(output, new RegExp(`Includes:\\s+${LOOSE}\\s+Skipped Invalid IDs:\\s+000000000000000000000001`));
    });

    check('compiles files, and flashes a binary', async (t) => {
        const { home } = await begin(t);
        const source = home.file('app.ino', 'void loop() {}\n');
        const binary = `${source}.bin`;

        const compiled = await home.run('compile', 'photon', source, '--saveTo', binary);
        assert.match(compiled, /Compile succeeded/);
        assert.match(await home.run('flash', '--cloud', LAMP, source), /Flash success!/);
    });

    await Promise.all(tests);
});
