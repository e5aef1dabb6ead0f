// The error bodies of the real API that are known to the letter, with how each is known:
//
//   R 2015-07  recorded, at that date          T  said by Particle's staff, or by its end-to-end tests
//   D          documented                       C  what official clients read or send
//   S          source that Particle runs (node-oauth2-server 3.2.3: lib/grant.js, lib/authorise.js)
//   I          of an imitator of the cloud alone: weak
//
// Each has to be met by a row of tests/unit that compares it to the letter and has the same mark (check.mjs). `<any>` stands
// for what differs from one reply to the next.

const oauth = (mark, status, error, error_description) => ({ mark, status, body: { error, error_description } });
const denied = (token) => ({
    error: 'Permission Denied',
    info: "I didn't recognize that device name or ID, try opening https://api.particle.io/v1/devices?access_token=" + token,
});

export const literals = [
    // claiming by id
    { mark: 'R 2015-07', status: 404, body: { ok: false, errors: ['device does not exist'] } },
    { mark: 'T', status: 404, body: { ok: false, errors: ['device not found'] } },
    { mark: 'R 2015-07', status: 404, body: { ok: false, errors: [["Core isn't online", 404]] } },
    { mark: 'T', status: 404, body: { ok: false, errors: [{}] } },
    { mark: 'I', status: 404, body: { ok: false, errors: ['data.deviceID is empty'] } },
    {
        mark: 'R 2015-09',
        status: 403,
        body: {
            ok: false,
            errors: ['That belongs to someone else. To request a transfer add ?request_transfer=true to the URL.'],
        },
    },

    // where an access token stands
    oauth('R 2015-07', 400, 'invalid_request', 'The access token was not found'),
    oauth('S', 400, 'invalid_request', 'Only one method may be used to authenticate at a time (Auth header,  GET or POST).'),
    oauth('S', 400, 'invalid_request', 'Malformed auth header'),
    oauth('S', 400, 'invalid_request', 'Method cannot be GET When putting the token in the body.'),
    oauth('S', 400, 'invalid_request',
        'When putting the token in the body, content type must be application/x-www-form-urlencoded.'),
    oauth('T', 401, 'invalid_token', 'The access token provided is invalid.'),
    oauth('R 2015-07', 401, 'invalid_token', 'The access token provided has expired.'),
    oauth('S', 400, 'invalid_scope', 'Invalid scope'),
    oauth('R 2026-08', 400, 'invalid_scope', '<any>'),
    oauth('D', 400, 'unauthorized', 'API users are not allowed to call this endpoint'),
    oauth('S', 429, 'rate_limit_exceeded', '<any>'),
    oauth('S', 503, 'server_error', 'server_error'),

    // POST /oauth/token
    oauth('S', 400, 'invalid_request', 'Method must be POST with application/x-www-form-urlencoded encoding'),
    oauth('S', 400, 'invalid_request', 'Invalid or missing grant_type parameter'),
    oauth('S', 400, 'invalid_client', 'Invalid or missing client_id parameter'),
    oauth('S', 400, 'invalid_client', 'Missing client_secret parameter'),
    oauth('S', 400, 'invalid_client', 'Client credentials are invalid'),
    oauth('S', 400, 'invalid_client', 'The grant type is unauthorised for this client_id'),
    oauth('S', 400, 'invalid_client', 'Missing parameters. "username" and "password" are required'),
    oauth('R 2019', 400, 'invalid_grant', 'User credentials are invalid'),
    oauth('R 2017-09', 400, 'invalid_grant', 'User credentials are invalid'),
    oauth('T', 403, 'sso_user', '<any>'),
    {
        mark: 'T',
        status: 403,
        body: { error: 'mfa_required', mfa_token: '<any>', error_description: 'Multi-factor authentication required' },
    },
    oauth('S', 400, 'invalid_request', 'You must provide otp and mfa token.'),
    oauth('T', 400, 'invalid_grant', 'OTP expired'),
    oauth('S', 400, 'invalid_request', 'You must provide recovery code and mfa token.'),
    oauth('S', 400, 'invalid_grant', 'Client credentials are invalid'),
    oauth('S', 400, 'invalid_request', 'No "refresh_token" parameter'),
    oauth('S', 400, 'invalid_grant', 'Invalid refresh token'),
    oauth('S', 400, 'invalid_grant', 'Refresh token has expired'),
    oauth('S', 400, 'invalid_request', 'No "code" parameter'),
    oauth('S', 400, 'invalid_grant', 'Invalid code'),
    oauth('S', 400, 'invalid_grant', 'Code has expired'),
    oauth('S', 400, 'invalid_request', 'Invalid grant_type parameter or parameter missing'),

    // customers in a browser
    oauth('S', 400, 'invalid_client', 'Invalid client credentials'),
    oauth('S', 400, 'invalid_request', 'redirect_uri does not match'),

    // access tokens
    { mark: 'R 2015-07', status: 401, body: { ok: false, errors: ['Bad password'] } },
    { mark: 'R 2015-07', status: 400, body: { ok: false, errors: ['Unknown user'] } },

    // devices
    { mark: 'R 2015-07', status: 403, body: denied('undefined') },
    { mark: 'R 2015-07', status: 403, body: denied('dev-token') },
    { mark: 'R 2015-08', status: 403, body: { ok: false, code: 403, errors: [{}] } },
    {
        mark: 'R 2015-07',
        status: 500,
        body: { ok: false, code: 500, errors: [{ error: "Timed out, didn't hear back from device service" }] },
    },
    { mark: 'R 2015-07', status: 500, body: { ok: false, code: 500, errors: ['Request Timed Out'] } },
    { mark: 'I', status: 400, body: { error: 'Nothing to do?' } },
    { mark: 'R 2015-07', status: 404, body: { ok: false, error: 'Variable not found' } },
    { mark: 'D', status: 404, body: { ok: false, error: 'Unknown Variable: LEVEL' } },
    oauth('T', 400, 'invalid_request', 'Firmware version already exists'),
    { mark: 'D', status: 400, body: { ok: false, error: 'event prefix filter is required' } },
    { mark: 'D', status: 408, body: { ok: false, error: 'timed out' } },
    { mark: 'R 2022', status: 400, body: { ok: false, error: 'timed out' } },
    { mark: 'R 2022', status: 404, body: { ok: false, error: 'Device not found.' } },
    { mark: 'R 2015-07', status: 408, body: { error: 'Timed out.' } },
    { mark: 'R 2015-07', status: 404, body: { ok: false, error: 'Function blahblah not found' } },
    { mark: 'R 2015-07', status: 400, body: { ok: false, error: 'Timed out.' } },

    // products
    { mark: 'R 2018-05', status: 404, body: { ok: false, error: 'Product not found.' } },
    { mark: 'T', status: 403, body: { ok: false, error: 'Permission denied' } },
    { mark: 'T', status: 404, body: { ok: false, error: 'Device not found for this product' } },
    { mark: 'T', status: 404, body: { ok: false, error: 'Organization not found.' } },

    // the rest
    { mark: 'R 2018-06', status: 404, body: { ok: false, error: 'Webhook not found' } },
    {
        mark: 'D',
        status: 400,
        body: { error: 'bad_request', description: 'start_date and end_date must be ISO8601 formatted' },
    },
    { mark: 'D', status: 400, body: { error: 'device_rejected_configuration', error_description: '<any>' } },

    // environment variables
    {
        mark: 'T',
        status: 400,
        body: {
            error: 'invalid_request',
            error_description: 'Validation error: : Must only contain uppercase letters, numbers, and underscores. ' +
                'Must not start with a number. at "ops[0].key"',
        },
    },
];
