/* See behaviour.h. Data. */
#include "sim/behaviour.h"

#include <assert.h>
#include <string.h>

const struct behaviour_row behaviour_rows[BEHAVIOUR_COUNT] = {
    [BEHAVIOUR_MISSING_DEVICE_ID] =
        {
            .name = "missing_device_id",
            .values = {"empty-id-404", "bad-request-400"},
            .text = "What POST /v1/devices answers when there is no id, or one that is no string.",
            .source = "an imitator of the cloud answers the 404; the real answer is unknown",
        },
    [BEHAVIOUR_UPPERCASE_IDS] =
        {
            .name = "uppercase_ids",
            .values = {"refuse", "accept"},
            .text = "Whether a claim by an id with capitals is refused as one of an unknown "
                    "device, or is read as lower case.",
            .source = "Particle community 19568: upper case failed for a customer; clients "
                      "lower-case ids",
        },
    [BEHAVIOUR_UNKNOWN_DEVICE_ERROR] =
        {
            .name = "unknown_device_error",
            .values = {"device-not-found", "device-does-not-exist", "empty-object"},
            .text = "The error of a claim of an id that is no device: today's text, that of 2015, "
                    "or {} as of an offline one in 2016, so that nobody could find ids out.",
            .source = "particle-cli end-to-end tests since 2020; particlerb recordings of 2015; "
                      "particle-cli issue 241",
        },
    [BEHAVIOUR_OFFLINE_CLAIM_ERROR] =
        {
            .name = "offline_claim_error",
            .values = {"device-not-found", "empty-object", "core-isnt-online"},
            .text = "The error of a claim of an offline device: as for an unknown one, {} as in "
                    "2016 (beside unknown_device_error: empty-object), or the nested array of "
                    "2015.",
            .source =
                "particlerb recordings of 2015; particle-cli issue 241; today's body is a guess",
        },
    [BEHAVIOUR_OFFLINE_CUSTOMER_CLAIM] =
        {
            .name = "offline_customer_claim",
            .values = {"refuse", "accept"},
            .text = "Whether a customer may claim an offline device of the product by id.",
            .source = "Particle community 48185 failed in 2019; the relaxation of 2020 names team "
                      "members only",
        },
    [BEHAVIOUR_OFFLINE_TEAM_CLAIM] =
        {
            .name = "offline_team_claim",
            .values = {"accept", "refuse"},
            .text = "Whether a team member may claim an offline device of the product by id.",
            .source = "particle-iot/docs pull request 1151; the body of the reply is a guess",
        },
    [BEHAVIOUR_FOREIGN_CUSTOMER_CLAIM] =
        {
            .name = "foreign_customer_claim",
            .values = {"not-found-404", "forbidden-403"},
            .text =
                "What a customer gets who claims a device that is not in the customer's product.",
            .source = "no source; both are plausible",
        },
    [BEHAVIOUR_NON_MEMBER_CLAIM] =
        {
            .name = "non_member_claim",
            .values = {"not-found-404", "forbidden-403"},
            .text = "What a user gets who claims a device of a product of another team.",
            .source = "no source; both are plausible",
        },
    [BEHAVIOUR_CODE_TAKES_PRODUCT_DEVICE] =
        {
            .name = "code_takes_product_device",
            .values = {"refuse", "accept"},
            .text = "Whether a claim code takes over a product device that somebody else owns.",
            .source = "Particle's staff advise to unclaim first; the outcome is unknown",
        },
    [BEHAVIOUR_REFUSED_CODE_CONFIRMED] =
        {
            .name = "refused_code_confirmed",
            .values = {"no", "yes"},
            .text = "Whether the cloud confirms a claim code that it refuses, so that the device "
                    "drops it.",
            .source = "device-os pull request 2773 tells of the confirmation, not of refused codes",
        },
    [BEHAVIOUR_OLDER_CLAIM_CODES] =
        {
            .name = "older_claim_codes",
            .values = {"live", "cancelled"},
            .text = "Whether a new claim code leaves the older ones of the same owner alive.",
            .source = "nothing says that they are cancelled",
        },
    [BEHAVIOUR_PRODUCT_CLAIM_CODE_CALLER] =
        {
            .name = "product_claim_code_caller",
            .values = {"customer", "customer-or-team", "team-in-vain"},
            .text = "Who may ask for a product claim code: a customer alone; a team member too; or "
                    "a team member in vain, since the code is confirmed to the device and gives it "
                    "to nobody.",
            .source = "the SDK's documentation names a customer; Particle community 24385 tried a "
                      "team member, in vain",
        },
    [BEHAVIOUR_SANDBOX_LIMIT] =
        {
            .name = "sandbox_limit",
            .values = {"off", "real"},
            .text = "Whether a user may own no more than 100 devices, as in the free plan.",
            .source = "Particle's device claiming guide; the body of the refusal is a guess",
            .ours = true,
        },
    [BEHAVIOUR_DUPLICATE_CUSTOMER] =
        {
            .name = "duplicate_customer",
            .values = {"bad-request-400", "conflict-409"},
            .text = "The status when a customer exists already.",
            .source = "refused, says Particle's staff; neither status nor body was ever printed",
        },
    [BEHAVIOUR_PRODUCT_REFUSED_STATUS] =
        {
            .name = "product_refused_status",
            .values = {"forbidden-403", "not-found-404"},
            .text = "The status of a product route for a caller who is not on the product's team.",
            .source = "particle-cli end-to-end tests read the text alone",
        },
    [BEHAVIOUR_QUERY_TOKENS] =
        {
            .name = "query_tokens",
            .values = {"accept", "refuse"},
            .text = "Whether an access token may stand in the query: accounts made after December "
                    "2024 are refused.",
            .source = "Particle's Cloud API guide; the text of the refusal is a guess",
        },
    [BEHAVIOUR_PRODUCT_CLIENT_LOGIN] =
        {
            .name = "product_client_login",
            .values = {"customers", "customers-and-users"},
            .text = "Who logs in with a password through the OAuth client of a product: its "
                    "customers alone, or users too, as before 2019.",
            .source = "particle-android issue 81: refused with 400 since 2019; the body is a guess",
        },
    [BEHAVIOUR_CUSTOMER_SCOPE_CASE] =
        {
            .name = "customer_scope_case",
            .values = {"exact", "any"},
            .text = "Whether the scope customer=Ada@X names the customer ada@x, whose id was "
                    "lower-cased when it was made.",
            .source = "Particle community 26410: capitals are mapped to lower case; that the scope "
                      "is not is a guess",
        },
    [BEHAVIOUR_API_USER_WITHOUT_SCOPE] =
        {
            .name = "api_user_without_scope",
            .values = {"invalid-scope", "unauthorized"},
            .text = "The error for an API user that lacks the scope of a route.",
            .source =
                "invalid_scope: observed by a third party in August 2026, as node-oauth2-server "
                "3.2.3 has it; Particle's API reference says unauthorized",
        },
    [BEHAVIOUR_UNKNOWN_TOKEN_DELETED] =
        {
            .name = "unknown_token_deleted",
            .values = {"invalid-token-401", "ok-200"},
            .text = "What the deletion of an access token that is not there answers.",
            .source = "no source",
        },
    [BEHAVIOUR_PASSWORD_RESET_UNKNOWN] =
        {
            .name = "password_reset_unknown",
            .values = {"ok-200", "unknown-user-400"},
            .text = "What a password reset for an unknown user answers.",
            .source = "no source; both are plausible",
        },
    [BEHAVIOUR_CLIENT_UPDATE_SECRET] =
        {
            .name = "client_update_secret",
            .values = {"hidden", "shown"},
            .text = "Whether the update of an OAuth client shows its secret again.",
            .source =
                "Particle's API reference says that it is never displayed again, and shows it "
                "in the example of an update",
        },
    [BEHAVIOUR_TEAM_INVITE] =
        {
            .name = "team_invite",
            .values = {"pending", "joins"},
            .text = "Whether a user who is invited into a team waits for a link in an e-mail, as "
                    "the real one, or is on it at once.",
            .source = "Particle's API reference; the link is no part of the API",
            .ours = true,
        },
    [BEHAVIOUR_CUSTOMERS_WITHOUT_DEVICE] =
        {
            .name = "customers_without_device",
            .values = {"omitted", "listed"},
            .text = "Whether the list of customers has those that own no device.",
            .source = "Particle community 14825 and 30168, from 2016 to 2018: omitted",
        },
    [BEHAVIOUR_SESSION_SURVIVES_POWER_CUT] =
        {
            .name = "session_survives_power_cut",
            .values = {"no", "yes"},
            .text = "Whether a UDP device still resumes its session after its power was cut.",
            .source = "Device OS keeps the session in backup memory; with a battery it may survive",
        },
    [BEHAVIOUR_OFFLINE_BEFORE_ONLINE] =
        {
            .name = "offline_before_online",
            .values = {"yes", "no"},
            .text = "Whether a session that begins while the cloud still believes the device "
                    "online gives "
                    "spark/status offline first, for a resumed session too.",
            .source =
                "Particle's API reference describes it; that it holds for a resume is a guess",
        },
    [BEHAVIOUR_RESUME_MOVES_HANDSHAKE] =
        {
            .name = "resume_moves_handshake",
            .values = {"no", "yes"},
            .text = "Whether a resumed session moves last_handshake_at.",
            .source = "no source",
        },
    [BEHAVIOUR_DEVICE_TIMEOUTS] =
        {
            .name = "device_timeouts",
            .values = {"by-clock", "at-once", "real"},
            .text = "When the answer for a device comes that the cloud believes online and that is "
                    "silent: at once, or (real) after 30 s of the world's time. by-clock: the one "
                    "under a frozen clock, or a client would wait for ever, the other under a real "
                    "one. For a device that is known to be offline it comes at once.",
            .source = "Particle's Cloud API guide",
            .ours = true,
        },
    [BEHAVIOUR_API_YEAR] =
        {
            .name = "api_year",
            .values = {"current", "2022", "2020", "2018", "2015"},
            .text = "In which year's form replies are given whose keys changed over the years: "
                    "devices, and what a call of a device answers.",
            .source = "recordings of 2015, 2018 and 2022, Particle's API reference since 2020, "
                      "rows that clients store today",
            .ours = true,
        },
    [BEHAVIOUR_SEVERAL_UPDATES] =
        {
            .name = "several_updates",
            .values = {"all", "first"},
            .text = "What becomes of an update of a device with several fields.",
            .source = "no source",
        },
    [BEHAVIOUR_RADIO_CLAIM_CODE] =
        {
            .name = "radio_claim_code",
            .values = {"claims", "ignored"},
            .text = "Whether a code made for an ICCID or IMEI claims that device at its next full "
                    "handshake.",
            .source = "the SDK has the parameter; when the device is claimed is not documented",
        },
    [BEHAVIOUR_DENIED_DEVICES_LISTED] =
        {
            .name = "denied_devices_listed",
            .values = {"no", "yes"},
            .text = "Whether a denied device stands in its product's list.",
            .source = "Particle's API reference shows the field; no reply has it true",
        },
    [BEHAVIOUR_PROVISIONED_OWNER] =
        {
            .name = "provisioned_owner",
            .values = {"caller", "nobody"},
            .text = "Who owns a device that was made by POST /v1/devices with a product_id.",
            .source = "no source",
        },
    [BEHAVIOUR_FOREIGN_DEVICE_STREAM] =
        {
            .name = "foreign_device_stream",
            .values = {"refuse", "public-events"},
            .text = "What a stream of a device of somebody else gives: a refusal, or its public "
                    "events.",
            .source = "particlerb recordings of other routes refuse; Particle's reference of 2015 "
                      "tells of public events",
        },
    [BEHAVIOUR_STREAM_RIGHTS] =
        {
            .name = "stream_rights",
            .values = {"followed", "kept"},
            .text = "Whether a stream ends at once when its token is revoked or expires, its "
                    "client is deleted or its user leaves the team, or goes on until it is closed.",
            .source = "nothing says what the real cloud does",
        },
    [BEHAVIOUR_WEBHOOK_SKIPPING] =
        {
            .name = "webhook_skipping",
            .values = {"adaptive", "never"},
            .text = "Whether webhooks leave a host alone for 5 s after 10 errors that outnumber "
                    "its successes, or are always sent.",
            .source = "Particle's webhook reference tells of an adaptive algorithm; the numbers "
                      "are a guess",
        },
    [BEHAVIOUR_RATE_LIMITS] =
        {
            .name = "rate_limits",
            .values = {"off", "real"},
            .text = "Whether too many requests are refused with 429, as Particle's API reference "
                    "tells, on the world's clock.",
            .source = "Particle's API reference",
            .ours = true,
        },
    [BEHAVIOUR_DUPLICATE_GROUP] =
        {
            .name = "duplicate_group",
            .values = {"bad-request-400", "conflict-409"},
            .text = "The status with which a group is refused whose name the product has.",
            .source = "the real answer was never recorded",
        },
    [BEHAVIOUR_UNTESTED_RELEASE] =
        {
            .name = "untested_release",
            .values = {"refuse", "accept"},
            .text = "Whether firmware that runs on no device of its product can be released.",
            .source = "Particle's API reference wants one device to run it first; whether that is "
                      "enforced is not said",
        },
    [BEHAVIOUR_DIAGNOSTICS_DATE_ERROR] =
        {
            .name = "diagnostics_date_error",
            .values = {"bad-request-400", "ok-200"},
            .text = "The status of the error of dates that are none.",
            .source = "ok-200: documented, Particle's API reference prints 200 above the error; "
                      "bad-request-400: a guess. Nobody has recorded it",
        },
    [BEHAVIOUR_DIAGNOSTICS_REFRESH] =
        {
            .name = "diagnostics_refresh",
            .values = {"not-online-404", "accept"},
            .text = "What asking a device for its vitals answers while it is offline.",
            .source = "Particle's API reference says that it has to be online; 404 stands there "
                      "for a device that is not connected",
        },
    [BEHAVIOUR_SIM_CHECK_ACTIVE] =
        {
            .name = "sim_check_active",
            .values = {"reset-content-205", "no-content-204"},
            .text = "What HEAD of a SIM answers when it is active.",
            .source = "Particle's iOS SDK takes 205 for active; the SDK for JavaScript can't read "
                      "that",
        },
};

int behaviour_find(const char *name)
{
    for (int i = 0; i < BEHAVIOUR_COUNT; i++)
        if (strcmp(behaviour_rows[i].name, name) == 0)
            return i;
    return -1;
}

int behaviour_value(enum behaviour which, const char *word)
{
    for (int i = 0; i < BEHAVIOUR_VALUES && behaviour_rows[which].values[i]; i++)
        if (strcmp(behaviour_rows[which].values[i], word) == 0)
            return i;
    return -1;
}
