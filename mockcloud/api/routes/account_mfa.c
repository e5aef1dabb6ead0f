/* The second factor of a user: an authenticator app is enrolled in two steps, and taken off. */
#include "api/call/route.h"
#include "api/routes/account.h"
#include "api/routes/account_rules.h"
#include "api/shape/shapes.h"
#include "base/mem.h"
#include "base/text.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"

#include <stdlib.h>

static void mfa_begin(struct call *call)
{
    struct cloud *cloud = call->world->cloud;
    struct buf url;
    char *secret = accounts_make_secret_dup(cloud);
    const char *token = accounts_issue_ticket(cloud, &cloud->mfa_enrolments, "mfa-enrolment",
                                              call->owner.user, MFA_TOKEN_LIFE_MS, secret);
    buf_init(&url, 4096);
    buf_add_str(&url, "otpauth://totp/Particle:");
    text_percent_encode(call->owner.user->username, &url);
    buf_printf(&url, "?secret=%s&issuer=Particle", secret);
    struct jsonw *w = reply_json(call, 200, &account_rules[ACCOUNT_MFA_SECRET]);
    jsonw_object(w);
    jsonw_key_str(w, "mfa_token", token);
    jsonw_key_str(w, "qr_url", buf_str(&url));
    jsonw_key_str(w, "secret", secret);
    jsonw_end_object(w);
    buf_free(&url);
    free(secret);
}

static void mfa_confirm(struct call *call)
{
    struct cloud *cloud = call->world->cloud;
    struct user *user = call->owner.user;
    const char *token = call_str(call, "mfa_token"), *otp = call_str(call, "otp");
    const struct account_ticket *ticket =
        token ? accounts_ticket(cloud, &cloud->mfa_enrolments, token) : NULL;
    const struct rule *bad = &account_rules[ACCOUNT_MFA_BAD];
    if (!token || !otp) {
        reply_text(call, 400, bad,
                   "{\"error\":\"invalid_request\",\"error_description\":\"You must provide otp "
                   "and mfa token.\"}");
        return;
    }
    if (!ticket || ticket->user != user || !accounts_totp_valid(cloud, ticket->secret, otp)) {
        reply_text(call, 400, bad,
                   "{\"error\":\"invalid_grant\",\"error_description\":\"OTP expired\"}");
        return;
    }
    free(user->mfa_secret);
    user->mfa_secret = mem_dup(ticket->secret);
    accounts_drop_ticket(&cloud->mfa_enrolments, token);
    account_invalidate(call);
    reply_text(call, 200, &account_rules[ACCOUNT_MFA_ENROLLED], "{\"enrolled\":true}");
}

static void mfa_disable(struct call *call)
{
    struct user *user = call->owner.user;
    if (!account_confirmed(call, "current_password"))
        return;
    free(user->mfa_secret);
    free(user->mfa_otp);
    user->mfa_secret = user->mfa_otp = NULL;
    reply_text(call, 200, &account_rules[ACCOUNT_MFA_OFF], "{\"ok\":true}");
}

static const struct shape begun = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"mfa_token", &shape_secret, 0},
                                           {"qr_url", &shape_string, 0},
                                           {"secret", &shape_secret, 0},
                                           {0}},
};

static const struct shape enrolled = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"enrolled", &shape_bool, 0}, {0}},
};

static const struct route rows[] = {
    {"GET", "/v1/user/mfa-enable", "mfa.begin", AUTH_USER, mfa_begin, NULL, PROVENANCE_INFERRED,
     "particle-api-js 12",
     "a secret for an authenticator app (TOTP by the world's clock: SHA-1, 6 digits, 30 s)",
     .params = NO_PARAMS, .replies = REPLIES({200, &begun, NULL})},
    {"POST", "/v1/user/mfa-enable", "mfa.confirm", AUTH_USER, mfa_confirm, NULL,
     PROVENANCE_INFERRED, "particle-api-js 12", "the app's first one-time password switches it on",
     .params = PARAMS({"mfa_token", PARAM_BODY, PARAM_STRING, true, NULL},
                      {"otp", PARAM_BODY, PARAM_STRING, true, NULL},
                      {"invalidate_tokens", PARAM_BODY, PARAM_BOOL, false, "revoke all tokens"}),
     .replies = REPLIES({200, &enrolled, NULL})},
    {"PUT", "/v1/user/mfa-disable", "mfa.disable", AUTH_USER, mfa_disable, NULL,
     PROVENANCE_INFERRED, "particle-api-js 12", "switch the second factor off",
     .params = PARAMS({"current_password", PARAM_BODY, PARAM_STRING, true, NULL}),
     .replies = REPLIES({200, &shape_ok, NULL})},
};

const struct route_table account_mfa_routes = {rows, sizeof rows / sizeof *rows};
