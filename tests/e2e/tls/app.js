// An application that knows of TLS what any does: nothing. Run by `mockcloud exec --tls` and as a scenario's client, it
// claims with the SDK, reads a stream, and is told of the claim by a webhook.

import assert from 'node:assert/strict';
import http from 'node:http';
import { createRequire } from 'node:module';

const Particle = createRequire(import.meta.url)('particle-api-js');
const { MOCKCLOUD_URL: url, MOCKCLOUD_CONTROL: control } = process.env;
const auth = 'grace-token';
const act = (device, body) => fetch(`${control}/devices/${device}`, {
    method: 'POST', headers: { 'X-Mockcloud-Control': '1', 'Content-Type': 'application/json' }, body: JSON.stringify(body),
});

assert.match(url, /^https:/);
assert.equal((await fetch(`${url}/__mock/health`)).status, 200);

const particle = new Particle({ baseUrl: url });
const devices = (await particle.listDevices({ auth })).body;
assert.deepEqual(devices.map(({ name }) => name), ['lamp']);

const called = Promise.withResolvers?.() ?? (() => {
    const made = {};
    made.promise = new Promise((resolve) => (made.resolve = resolve));
    return made;
})();
const receiver = http.createServer((incoming, response) => {
    response.end();
    called.resolve(incoming.url);
});
await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
await particle.createWebhook({ event: 'temp', url: `http://127.0.0.1:${receiver.address().port}/hook`, auth });
const stream = await particle.getEventStream({ auth, deviceId: 'mine' });
const heard = new Promise((resolve) => stream.on('event', resolve));
assert.equal((await act('lamp', { do: 'publish', name: 'temp', data: '21' })).status, 200);
assert.equal((await heard).data, '21');
assert.equal(await called.promise, '/hook');

// A body of many records in both directions.
const large = await (await fetch(`${url}/__mock/openapi.json`)).json();
assert.ok(Object.keys(large.paths).length > 100);
const long = await fetch(`${url}/v1/devices/${devices[0].id}`, {
    method: 'PUT', headers: { Authorization: `Bearer ${auth}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ notes: 'x'.repeat(500_000) }),
});
assert.equal(long.status, 400);
console.log('all is well');
process.exit(0);
