// A claiming client with the official SDK: claim.mjs WAY [serve]. The ways are those of claim.py.

import { createRequire } from 'node:module';
import http from 'node:http';

// Where tests/e2e has installed it.
const Particle = createRequire(new URL('../e2e/', import.meta.url))('particle-api-js');

const env = process.env;
const PATIENCE_MS = 5000;
const particle = new Particle({ baseUrl: env.MOCKCLOUD_URL, clientId: env.MOCKCLOUD_CLIENT_ID, clientSecret: env.MOCKCLOUD_CLIENT_SECRET });
const product = env.MOCKCLOUD_PRODUCT;
const deviceId = env.MOCKCLOUD_DEVICE_ID;

// What the hands of whoever sets the device up do.
const rig = (path, what) => fetch(env.MOCKCLOUD_CONTROL + path, {
    method: 'POST', headers: { 'X-Mockcloud-Control': '1', 'Content-Type': 'application/json' }, body: JSON.stringify(what) });
const pump = (verb, fields = {}) => rig('/devices/pump', { do: verb, ...fields });

async function until(holds) {
    for (const end = Date.now() + PATIENCE_MS; !(await holds());) {
        if (Date.now() > end) {
            return false;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return true;
}

async function customerToken() {
    const form = new URLSearchParams({ grant_type: 'client_credentials', scope: `customer=${env.MOCKCLOUD_CUSTOMER}` });
    const pair = Buffer.from(`${env.MOCKCLOUD_CLIENT_ID}:${env.MOCKCLOUD_CLIENT_SECRET}`).toString('base64');
    const reply = await fetch(`${env.MOCKCLOUD_URL}/oauth/token`, { method: 'POST', headers: { Authorization: `Basic ${pair}` }, body: form });
    return (await reply.json()).access_token;
}

const isMine = async (auth) => (await particle.listDevices({ auth })).body.some(({ id }) => id === deviceId);

async function isOnline() {
    const auth = (await particle.loginAsClientOwner()).body.access_token;
    return until(async () => (await particle.getDevice({ deviceId, product, auth })).body.online);
}

async function byCode(auth, handsOver, waitsFor) {
    const { body } = await particle.getClaimCode({ product, auth });
    if (waitsFor) {
        await rig('/clock', { advance: waitsFor });
    }
    if (handsOver) {
        await pump('power-on');
        await pump('listen');
        await pump('serial', { set_claim_code: body.claim_code });
        await pump('power-off');
    }
    await pump('power-on');
}

async function claim(way) {
    const auth = await customerToken();
    if (way === 'code') {
        await byCode(auth, true);
        return until(() => isMine(auth));
    }
    if (way === 'trusting' || way === 'expired') {
        await byCode(auth, way === 'expired', way === 'expired' && '1h');
        return isOnline();
    }
    if (way !== 'early') {
        await pump('power-on');
        if (!(await isOnline())) {
            return false;
        }
    }
    try {
        await particle.claimDevice({ deviceId, auth });
    } catch {
        return way === 'early' || way === 'blind';
    }
    return isMine(auth);
}

const [, , way, serve] = process.argv;
if (serve) {
    http.createServer(async (request, response) => {
        const claimed = request.url === '/claim' && (await claim(way));
        response.writeHead(claimed || request.url === '/health' ? 200 : 409, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify({ claimed }));
    }).listen(env.PORT, '127.0.0.1');
} else {
    const claimed = await claim(way);
    console.log(claimed ? 'claimed!' : 'not claimed');
    process.exit(claimed ? 0 : 1);
}
