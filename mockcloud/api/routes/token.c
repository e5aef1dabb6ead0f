/* POST /oauth/token. The decisions are cloud/oauth's; here a request becomes its parameters, and a
 * token becomes JSON. */
#include "api/call/route.h"
#include "api/call/rules.h"
#include "api/routes/account_rules.h"
#include "api/routes/token_json.h"
#include "api/shape/shapes.h"
#include "base/text.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"

#include <string.h>

void token_json(const struct token *token, int64_t now_ms, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "token_type", "bearer");
    jsonw_key_str(w, "access_token", token->access);
    if (token->expires_ms >= 0)
        jsonw_key_int(w, "expires_in", (token->expires_ms - now_ms) / 1000);
    if (token->refresh)
        jsonw_key_str(w, "refresh_token", token->refresh);
    if (token->scope)
        jsonw_key_str(w, "scope", token->scope);
    jsonw_end_object(w);
}

void token_reply(struct call *call, int status, const struct rule *rule, const struct token *token)
{
    reply_header(call->reply, "Cache-Control", "no-store");
    reply_header(call->reply, "Pragma", "no-cache");
    token_json(token, vclock_now(call->world->sim.clock), reply_json(call, status, rule));
}

static void token_post(struct call *call)
{
    const struct args *form = &call->form;
    struct oauth_request request = {
        .post_form = strcmp(call->request->method, "POST") == 0 && call->body_kind == BODY_FORM,
        .grant_type = args_get(form, "grant_type"),
        .client_id = args_get(form, "client_id"),
        .client_secret = args_get(form, "client_secret"),
        .username = args_get(form, "username"),
        .password = args_get(form, "password"),
        .scope = args_get(form, "scope"),
        .refresh_token = args_get(form, "refresh_token"),
        .code = args_get(form, "code"),
        .mfa_token = args_get(form, "mfa_token"),
        .otp = args_get(form, "otp"),
        .recovery_code = args_get(form, "recovery_code"),
        .expires_in = args_get(form, "expires_in"),
        .expires_at = args_get(form, "expires_at"),
    };
    call_basic(call, &request.client_id, &request.client_secret); /* Basic wins over the body */
    struct oauth_outcome outcome = oauth_grant(call->world->cloud, &request);
    if (outcome.error)
        auth_refuse(call, outcome.error, outcome.mfa_token);
    else
        token_reply(call, 200, outcome.rule, outcome.token);
}

/* ---- GET /oauth/authorize ---- */

static void authorize_location(struct call *call, const char *uri, const char *code)
{
    const char *state = args_get(&call->query, "state");
    struct buf location;
    buf_init(&location, 16 << 10);
    buf_printf(&location, "%s%ccode=", uri, strchr(uri, '?') ? '&' : '?');
    text_percent_encode(code, &location);
    if (state) {
        buf_add_str(&location, "&state=");
        text_percent_encode(state, &location);
    }
    reply_header(call->reply, "Location", buf_str(&location));
    buf_free(&location);
}

/* The half of a browser: nobody can agree here, so whoever asks gets the world file's code for the
 * client, without a page in between; without such a code, it is not imitated. */
static void authorize(struct call *call)
{
    const char *id = args_get(&call->query, "client_id");
    const char *type = args_get(&call->query, "response_type");
    const char *uri = args_get(&call->query, "redirect_uri");
    struct oauth_client *client = NULL;
    const struct oauth_error *error =
        oauth_implicit_check(call->world->cloud, id ? id : "", uri, &client);
    if (error) {
        auth_refuse(call, error, NULL);
        return;
    }
    const struct authorization_code *code = oauth_code_for(call->world->cloud, client);
    if (!code || !client->redirect_uri || !type || strcmp(type, "code") != 0) {
        reply_error(call, 501, &api_rules[API_NOT_IMITATED],
                    "mockcloud has no page on which somebody could agree: an authorization code "
                    "for this client, and its redirect_uri, stand in the world file");
        return;
    }
    authorize_location(call, client->redirect_uri, code->code);
    reply_empty(call, 302, &account_rules[ACCOUNT_AUTHORIZED]);
}

static const struct route rows[] = {
    {"GET", "/oauth/authorize", "token.authorize", AUTH_NONE, authorize, NULL, PROVENANCE_INFERRED,
     "RFC 6749, 4.1; Particle community 21883",
     "redirects with the world file's code for the client, without a page",
     .params = PARAMS({"response_type", PARAM_QUERY, PARAM_STRING, true, "code"},
                      {"client_id", PARAM_QUERY, PARAM_STRING, true, NULL},
                      {"redirect_uri", PARAM_QUERY, PARAM_STRING, false, "the client's own"},
                      {"scope", PARAM_QUERY, PARAM_STRING, false, NULL},
                      {"state", PARAM_QUERY, PARAM_STRING, false, "told back"}),
     .replies = REPLIES({302, NULL, NULL})},
    {.method = "*", /* another method than POST is a refusal of its own, not a 405 */
     .path = "/oauth/token",
     .name = "token.create",
     .handle = token_post,
     .provenance = PROVENANCE_INFERRED,
     .source = "particle-iot/node-oauth2-server 3.2.3",
     .text = "grants password, client_credentials, refresh_token and the second factor",
     .params = PARAMS({"grant_type", PARAM_FORM, PARAM_STRING, true,
                       "client_credentials, password, refresh_token, authorization_code, "
                       "urn:custom:mfa-otp, urn:custom:recovery-code"},
                      {"client_id", PARAM_FORM, PARAM_STRING, false, NULL},
                      {"client_secret", PARAM_FORM, PARAM_STRING, false, NULL},
                      {"username", PARAM_FORM, PARAM_STRING, false, NULL},
                      {"password", PARAM_FORM, PARAM_STRING, false, NULL},
                      {"scope", PARAM_FORM, PARAM_STRING, false, NULL},
                      {"refresh_token", PARAM_FORM, PARAM_STRING, false, NULL},
                      {"code", PARAM_FORM, PARAM_STRING, false, NULL},
                      {"redirect_uri", PARAM_FORM, PARAM_STRING, false, NULL},
                      {"mfa_token", PARAM_FORM, PARAM_STRING, false, NULL},
                      {"otp", PARAM_FORM, PARAM_STRING, false, NULL},
                      {"recovery_code", PARAM_FORM, PARAM_STRING, false, NULL},
                      {"expires_in", PARAM_FORM, PARAM_INT, false, "seconds; 0: never"},
                      {"expires_at", PARAM_FORM, PARAM_STRING, false, "ISO 8601; null: never"}),
     .replies = REPLIES({200, &shape_token, NULL})},
};

const struct route_table token_routes = {rows, sizeof rows / sizeof *rows};
