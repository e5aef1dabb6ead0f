// The same client, with one connection at a time and a clock that stands still, makes the same journal, byte for byte.

import assert from 'node:assert/strict';
import test from 'node:test';

import { refused, serve } from './server.js';

async function session(t, ...args) {
    const server = await serve(t, 'shipped', ...args);
    const particle = server.sdk({ clientId: 'acme-app-4711', clientSecret: 'not-a-secret' });
    const { id } = await server.device('pump');
    const cold = await server.device('cold-pump');

    const { body } = await particle.loginAsClientOwner();
    await particle.getDevice({ deviceId: id, product: 'acme-pump', auth: body.access_token });
    await particle.getClaimCode({ product: 'acme-pump', auth: 'ada-token' });
    await refused(particle.claimDevice({ deviceId: cold.id, auth: 'ada-token' }));
    await server.powerOn('cold-pump');
    await particle.claimDevice({ deviceId: cold.id, auth: 'ada-token' });
    const { owner } = await server.device('cold-pump');
    return { journal: JSON.stringify(await server.journal()), owner, token: body.access_token };
}

test('the same seed, the same journal', async (t) => {
    const first = await session(t);
    const second = await session(t);
    assert.ok(first.journal.length > 1000);
    assert.equal(first.journal, second.journal);
});

test('another seed, other tokens, the same outcome', async (t) => {
    const first = await session(t);
    const second = await session(t, '--seed', '8');
    assert.notEqual(first.token, second.token);
    assert.deepEqual(first.owner, second.owner);
});
