// Methods of environment variables. See ../methods.test.js for the fields of a row.

import assert from 'node:assert/strict';

const SANDBOX = { auth: 'token-of-grace', sandbox: true };
const set = ({ sdk }) => sdk.setEnvVar({ ...SANDBOX, key: 'A', value: 'b' });

export const environment = {
    listEnvVars: {
        gets: 'true',
        before: set,
        args: SANDBOX,
        check: ({ latest }) => assert.equal(latest.own.A.value, 'b'),
    },
    updateEnvVars: {
        gets: 'true',
        args: { ...SANDBOX, ops: [{ op: 'Set', key: 'A', value: 'b' }] },
        check: ({ latest }) => assert.equal(latest.own.A.value, 'b'),
    },
    setEnvVar: {
        gets: 'true',
        args: { ...SANDBOX, key: 'A', value: 'b' },
        check: ({ latest }) => assert.equal(latest.own.A.value, 'b'),
    },
    deleteEnvVar: {
        gets: 'true',
        before: set,
        args: { ...SANDBOX, key: 'A' },
        check: ({ latest }) => assert.deepEqual(latest.own, {}),
    },
    renderEnvVars: {
        gets: 'true',
        before: set,
        args: SANDBOX,
        check: ({ env }) => assert.deepEqual(env, { A: 'b' }),
    },
    reviewEnvVarsRollout: {
        gets: 'true',
        before: set,
        args: SANDBOX,
        check: (body) => assert.deepEqual(body.from_snapshot.changes, [{ op: 'Added', key: 'A', after: 'b' }]),
    },
    startEnvVarsRollout: {
        gets: 'true',
        before: set,
        args: { ...SANDBOX, when: 'Connect' },
        check: (body) => assert.deepEqual(body, { success: true }),
    },
};
