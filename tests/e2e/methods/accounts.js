// Methods of login, tokens, users, customers, OAuth clients, products and teams. See ../methods.test.js for the fields of a row.

import assert from 'node:assert/strict';

import { totp } from '../totp.js';

const HEX40 = /^[0-9a-f]{40}$/;
const GRACE = { auth: 'token-of-grace' };
const PRODUCT = { ...GRACE, product: 'acme-pump' };
const ALAN = { username: 'alan@example.com', password: 'not-a-password' };
const CLIENT = { clientId: 'acme-app-4711', clientSecret: 'not-a-secret' };

const NOW = Date.parse('2026-01-01T00:00:00Z');

const ok = (body) => assert.deepEqual(body, { ok: true });
const login = (sdk, username) => sdk.login({ username, password: 'not-a-password' });

// Fails unless the token is taken, or refused.
const tokenLives = ({ sdk }, auth) => sdk.getUserInfo({ auth });
const tokenIsDead = ({ sdk }, auth) => assert.rejects(sdk.getUserInfo({ auth }), { statusCode: 401 });

const usernames = async ({ sdk }) => (await sdk.listTeamMembers(PRODUCT)).body.team.map(({ username }) => username);
const clientNames = async ({ sdk }) => (await sdk.listOAuthClients(PRODUCT)).body.clients.map(({ name }) => name);
const makeClient = ({ sdk }) => sdk.createOAuthClient({ ...PRODUCT, name: 'Field App', type: 'installed' });

const USER = [
    'username', 'tos', 'account_info', 'mfa', 'memberships', 'scim_provisioned', 'no_password', 'wifi_device_count',
    'cellular_device_count',
];

const inClient = (path) => `the answer, as recorded in 2017, is {ok, client: {${path}, …}}`;

export const accounts = {
    login: {
        gets: 'true',
        args: { username: 'grace@example.com', password: 'not-a-password' },
        check: (body, w) => tokenLives(w, body.access_token),
    },
    sendOtp: {
        gets: 'true',
        before: async ({ sdk }) => (await login(sdk, 'ida@example.com').catch(({ body }) => body)).mfa_token,
        args: ({ made }) => ({ mfaToken: made, otp: '123456' }),
        check: (body, w) => tokenLives(w, body.access_token),
    },
    enableMfa: {
        gets: 'true',
        args: GRACE,
    },
    confirmMfa: {
        gets: 'true',
        before: async ({ sdk }) => (await sdk.enableMfa(GRACE)).body,
        args: ({ made }) => ({ ...GRACE, mfaToken: made.mfa_token, otp: totp(made.secret, NOW) }),
        check: (body, { sdk }) => assert.rejects(login(sdk, 'grace@example.com'), { statusCode: 403 }),
    },
    disableMfa: {
        gets: 'true',
        args: { auth: 'token-of-ida', currentPassword: 'not-a-password' },
        check: (body, { sdk }) => login(sdk, 'ida@example.com'),
    },
    createCustomer: {
        gets: 'true',
        sdk: CLIENT,
        status: 201,
        args: { email: 'bob@example.com', password: 'not-a-password', product: 'acme-pump' },
        check: async (body, { sdk }) => {
            await sdk.listDevices({ auth: body.access_token });
        },
    },
    loginAsClientOwner: {
        gets: 'true',
        sdk: CLIENT,
        args: {},
        check: (body, { sdk }) => sdk.getProduct({ product: 'acme-pump', auth: body.access_token }),
    },
    createUser: {
        gets: 'true',
        status: [200, 201],
        args: ALAN,
        check: (body, { sdk }) => login(sdk, ALAN.username),
    },
    resetPassword: {
        gets: 'true',
        args: { username: 'grace@example.com' },
        check: (body) => assert.equal(body.message, 'Password reset email sent.'),
    },
    deleteAccessToken: {
        gets: 'true',
        args: { token: 'token-of-grace' },
        check: async (body, w) => {
            ok(body);
            await tokenIsDead(w, 'token-of-grace');
        },
    },
    deleteCurrentAccessToken: {
        gets: 'true',
        args: GRACE,
        check: async (body, w) => {
            ok(body);
            await tokenIsDead(w, 'token-of-grace');
        },
    },
    deleteActiveAccessTokens: {
        gets: 'true',
        before: async ({ sdk }) => (await login(sdk, 'grace@example.com')).body.access_token,
        args: GRACE,
        check: async (body, w) => {
            ok(body);
            await tokenIsDead(w, w.made);
            await tokenLives(w, 'token-of-ida');
        },
    },
    deleteUser: {
        gets: 'true',
        before: async ({ sdk }) => {
            await sdk.createUser(ALAN);
            return (await login(sdk, ALAN.username)).body.access_token;
        },
        args: ({ made }) => ({ auth: made, password: ALAN.password }),
        check: (body, { sdk }) => assert.rejects(login(sdk, ALAN.username), { statusCode: 400 }),
    },
    trackingIdentity: [
        {
            gets: 'true',
            args: GRACE,
            unlike: { 'email: missing': 'the SDK says of this form: only the unique tracking id' },
        },
        { gets: 'true', args: { ...GRACE, full: true }, check: (body) => assert.equal(body.email, 'grace@example.com') },
    ],
    getUserInfo: {
        gets: 'true',
        args: GRACE,
        check: (body) => assert.equal(body.username, 'grace@example.com'),
    },
    setUserInfo: {
        gets: 'true',
        args: { ...GRACE, accountInfo: { first_name: 'Grace' } },
        unlike: Object.fromEntries(USER.map((name) => [`${name}: missing`, 'the API reference has {ok, message}'])),
        check: async (body, { sdk }) => {
            assert.deepEqual((await sdk.getUserInfo(GRACE)).body.account_info, { first_name: 'Grace' });
        },
    },
    changeUsername: {
        gets: 'true',
        args: { ...GRACE, username: 'hopper@example.com', currentPassword: 'not-a-password' },
        check: (body, { sdk }) => login(sdk, 'hopper@example.com'),
    },
    changeUserPassword: {
        gets: 'true',
        args: { ...GRACE, password: 'another', currentPassword: 'not-a-password', invalidateTokens: true },
        check: async (body, w) => {
            assert.equal(body.message, "User's password updated.");
            await w.sdk.login({ username: 'grace@example.com', password: 'another' });
            await tokenIsDead(w, 'token-of-grace');
        },
    },
    listOAuthClients: {
        gets: 'true',
        args: PRODUCT,
        check: ({ clients }) => assert.deepEqual(clients.map(({ id, secret }) => [id, secret]), [['acme-app-4711', undefined]]),
    },
    createOAuthClient: {
        gets: 'true',
        args: { ...GRACE, name: 'Field App', type: 'installed' },
        unlike: { 'name: missing': inClient('name'), 'type: missing': inClient('type'), 'id: missing': inClient('id') },
        check: ({ ok: fine, client }) => {
            assert.equal(fine, true);
            assert.equal(client.name, 'Field App');
            assert.match(client.id, /^field-app-\d{4}$/);
            assert.match(client.secret, HEX40);
        },
    },
    updateOAuthClient: {
        gets: 'true',
        before: async (w) => (await makeClient(w)).body.client.id,
        args: ({ made }) => ({ ...PRODUCT, clientId: made, name: 'Lab App' }),
        unlike: { 'name: missing': inClient('name'), 'type: missing': inClient('type'), 'id: missing': inClient('id') },
        check: async ({ client }, w) => {
            assert.equal(client.name, 'Lab App');
            assert.deepEqual((await clientNames(w)).includes('Lab App'), true);
        },
    },
    deleteOAuthClient: {
        gets: 'true',
        status: 204,
        before: async (w) => (await makeClient(w)).body.client.id,
        args: ({ made }) => ({ ...PRODUCT, clientId: made }),
        check: async (body, w) => assert.equal((await clientNames(w)).includes('Field App'), false),
    },
    listProducts: {
        gets: 'true',
        args: GRACE,
        check: ({ products }) => assert.deepEqual(products.map(({ id, slug }) => [id, slug]), [[6287, 'acme-pump']]),
    },
    getProduct: {
        gets: 'true',
        args: PRODUCT,
        check: ({ product }) => assert.deepEqual([product.id, product.name], [6287, 'Acme Pump']),
    },
    listTeamMembers: {
        gets: 'true',
        args: PRODUCT,
        unlike: { 'it: not a list': 'the API reference has {ok, team: [{username, role}]}' },
        check: ({ team }) => {
            assert.deepEqual(team.map(({ username }) => username), ['grace@example.com', 'edsger@example.com']);
        },
    },
    inviteTeamMember: {
        gets: 'true',
        args: { ...PRODUCT, username: 'ida@example.com' },
        check: (body) => assert.equal(body.invited.username, 'ida@example.com'),
    },
    removeTeamMember: {
        gets: 'true',
        status: [200, 204],
        args: { ...PRODUCT, username: 'edsger@example.com' },
        check: async (body, w) => assert.deepEqual(await usernames(w), ['grace@example.com']),
    },
};
