// Every public method of the SDK, with what it gets here. The table is methods/*.js, a row for each method, or several for
// one that asks different routes. Fields of a row:
//
//   gets    'true': the true answer, which is held against the SDK's own type of it
//           'unreadable': the true answer, which this version of the SDK can't read; `because` says why
//           'refused': the true answer, which is never a success: `error` is its body
//           '501': not imitated; the route that it asks for is on the list of those
//           'local': it asks nothing of a server
//   args    what the method is called with: an object, a list of arguments, or a function of the test's world
//   before  makes what the call needs; it is there as `made`
//   status  of the answer; several when the real one is not known (200)
//   unlike  where the answer is not of the SDK's type, and why the answer is right: {'path: what is wrong': reason}
//   check   looks at the answer, and at what has come of the call
//   sdk     options of the SDK

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';

import Particle from 'particle-api-js';

import { accounts } from './methods/accounts.js';
import { devices } from './methods/devices.js';
import { environment } from './methods/environment.js';
import { events } from './methods/events.js';
import { local } from './methods/local.js';
import { missing } from './methods/missing.js';
import { registries } from './methods/registries.js';
import { program, serve } from './server.js';
import { differences, returns } from './types.js';

const families = [accounts, devices, environment, events, registries, missing, local];
const table = families.flatMap((family) => Object.entries(family))
    .flatMap(([method, rows]) => [rows].flat().map((row) => ({ method, ...row })));

const isPublic = (name) => name !== 'constructor' && !name.startsWith('_');

// The list's paths as patterns of (method and) path.
function notImitated() {
    const routes = JSON.parse(execFileSync(program, ['list', 'routes', '--format', 'json'], { maxBuffer: 1 << 24 }));
    return routes.filter(({ imitated }) => imitated === 'no').map(({ method, path }) => {
        const pattern = path
            .replace(/[.+()]/g, '\\$&')
            .replace(/\/\*\w*$/, '(/.*)?')
            .replace(/:\w+/g, '[^/]+');
        return { method, path: new RegExp(`^${pattern}$`) };
    });
}

// Notes the method and the path of each request of an SDK.
function watch(sdk) {
    const asked = [];
    const request = sdk.agent.request;
    sdk.agent.request = (options) => {
        asked.push({ method: options.method.toUpperCase(), path: new URL(options.uri, sdk.baseUrl).pathname });
        return request.call(sdk.agent, options);
    };
    return asked;
}

function call(sdk, { method, args }, w) {
    const given = typeof args === 'function' ? args(w) : args;
    return sdk[method](...(Array.isArray(given) ? given : [given]));
}

// The result, however the SDK hands it out.
async function outcome(promise) {
    try {
        return { value: await promise };
    } catch (error) {
        return { error };
    }
}

function checkType({ method, unlike = {}, untyped }, value) {
    if (untyped) {
        return;
    }
    const found = differences(returns(method), value).map((line) => line.replace(/: (.*), not (.*)/, (all, is, type) => {
        return is === 'missing' ? ': missing' : `: not ${type}`;
    }));
    assert.deepEqual(found, Object.keys(unlike), `where the answer differs from the SDK's type: ${JSON.stringify(value.body)}`);
}

async function answered(row, sdk, w) {
    const { value, error } = await outcome(call(sdk, row, w));
    assert.ifError(error);
    if (value.statusCode !== undefined) {
        assert.ok([row.status ?? 200].flat().includes(value.statusCode), `status ${value.statusCode}`);
    }
    if (value.statusCode !== 204) {
        checkType(row, value);
    }
    await row.check?.(value.body ?? value, w);
}

async function unreadable(row, sdk, w) {
    const { value, error } = await outcome(call(sdk, row, w));
    assert.ok(error, `it was read: ${JSON.stringify(value?.body)}`);
    assert.equal(error.statusCode, row.status ?? 200);
    assert.match(error.body.message, /JSON/);
}

async function refusal(row, sdk, w) {
    const { value, error } = await outcome(call(sdk, row, w));
    assert.ok(error, `it was answered: ${JSON.stringify(value)}`);
    assert.equal(error.statusCode, row.status);
    // Where the SDK wants bytes, it leaves the error as bytes.
    const { text, body } = error.body.response ?? error.response;
    assert.deepEqual(JSON.parse(text ?? String(body)), row.error);
}

async function listed(row, sdk, w) {
    const asked = watch(sdk);
    const { value, error } = await outcome(call(sdk, row, w));
    assert.ok(error, `it was answered: ${JSON.stringify(value?.body)}`);
    assert.equal(error.statusCode, 501, error.message);
    assert.equal(asked.length, 1);
    const [{ method, path }] = asked;
    const methods = ['*', method === 'HEAD' ? 'GET' : method];
    const found = w.missing.some((route) => methods.includes(route.method) && route.path.test(path));
    assert.ok(found, `${method} ${path} is on the list of what is not imitated`);
}

async function without(row, sdk, w) {
    const asked = watch(sdk);
    const value = call(sdk, row, w);
    await row.check?.(value, { ...w, sdk });
    assert.deepEqual(asked, []);
}

const ways = { true: answered, unreadable, refused: refusal, 501: listed, local: without };

test('every public method of the SDK has a row, and every row a method', () => {
    const methods = Object.getOwnPropertyNames(Particle.prototype).filter(isPublic);
    assert.ok(methods.length > 100);
    assert.deepEqual([...new Set(table.map(({ method }) => method))].sort(), methods.sort());
    const rows = families.flatMap((family) => Object.keys(family));
    assert.equal(new Set(rows).size, rows.length, 'a method is in one family');
});

test('what the methods get', async (t) => {
    const server = await serve(t, 'methods');
    const shared = { server, missing: notImitated() };
    for (const [number, row] of table.entries()) {
        const again = table.slice(0, number).filter(({ method }) => method === row.method).length;
        await t.test(`${row.method}${again ? `, ${again + 1}` : ''}: ${row.gets}`, { timeout: 20_000 }, async (subtest) => {
            await server.control('POST', '/reset');
            const w = { ...shared, t: subtest, sdk: server.sdk() };
            w.made = await row.before?.(w);
            await ways[row.gets](row, server.sdk(row.sdk), w);
        });
    }
});
