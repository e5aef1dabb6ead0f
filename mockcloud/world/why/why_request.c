/* See why_questions.h. Owns why a request was answered as it was: what it was, whose its token was,
 * what was looked up for it, which rule decided and how we know it, what would have passed. */
#include "world/why/why_talk.h"

#include "base/mem.h"
#include "sim/leaned.h"

#include <stdlib.h>
#include <string.h>

#define REQUEST_LOOKED_UP 6 /* entries between request and reply that are told */

#define GOOD_TOKEN                                                                                 \
    "Send one live access token, in the header Authorization: Bearer TOKEN. (POST /oauth/token "   \
    "grants one; a customer's with the product's client.)"

/* What would have passed, by the rule that decided; the longest name that fits wins. */
static const struct {
    const char *rule; /* its whole name, or all of one kind: "token." */
    const char *passes;
} passes[] = {
    {"token.",
     "Send POST /oauth/token as a form, with grant_type and what that grant needs, and the "
     "id and secret of an OAuth client (Basic, or client_id and client_secret)."},
    {"token.wrong-client", "Use the id and secret of an OAuth client that this world has: a "
                           "product's, or particle:particle for users."},
    {"token.wrong-password", "Use the name and password of a user, or of a customer that has one."},
    {"token.customers-client", "Log a user in with a public client (particle:particle), a customer "
                               "with the product's."},
    {"token.client-without-user", "Use a product's client: a public one has no token of its own."},
    {"token.grant-not-allowed", "Use a client whose scope allows that grant."},
    {"token.bad-scope", "Name a customer that the product has: scope=customer=EMAIL, as it was "
                        "created, in lower case; or create it first."},
    {"token.scope-case", "Write the customer's name in lower case, as it was created."},
    {"token.mfa-required", "Send the mfa_token of this reply with the one-time password (otp)."},
    {"token.bad-refresh-token", "Use the newest refresh token, once, with the client that it was "
                                "given to; or log in again."},
    {"token.expired-refresh-token", "Log in again."},
    {"token.none", GOOD_TOKEN},
    {"token.unknown", GOOD_TOKEN},
    {"token.expired", "Get a new access token: POST /oauth/token, with the refresh token or with a "
                      "login."},
    {"token.two-places", "Show the token in one place alone: the header Authorization."},
    {"token.malformed-header", "Write the header as Authorization: Bearer TOKEN."},
    {"token.body-on-get", "Show the token in the header Authorization."},
    {"token.body-not-form", "Show the token in the header Authorization, or send a form."},
    {"token.in-query", "Show the token in the header Authorization."},
    {"token.api-user", "Use a person's token, or give the API user the scope of this route."},
    {"claim.offline", "Wait until the device reads online, then send the same request; or send it "
                      "as a member of the product's team."},
    {"claim.unknown-device", "Name a device by its id: 24 hex digits, in lower case."},
    {"claim.uppercase-id", "Send the id in lower case."},
    {"claim.unreadable-body",
     "Say in Content-Type what the body is, a form or JSON, and send it so."},
    {"claim-code.bad-radio-id", "Send an ICCID or an IMEI, 15 to 22 digits, or leave it out."},
    {"org.refused", "Send a token of a user on the team of one of the organization's products."},
    {"org.not-found", "Name an organization that a product of this world has."},
    {"claim.missing-id", "Send the device's id as id, in a form or JSON body."},
    {"claim.foreign-customer", "Import the device into the customer's product first (POST "
                               "/v1/products/P/devices)."},
    {"claim.non-member", "Send it as a member of the product's team, or as a customer of it."},
    {"claim.owned-by-other", "Let the owner unclaim the device first, or add request_transfer."},
    {"claim.sandbox-full", "Unclaim a device first: the free plan has room for 100."},
    {"claim-code.caller", "A user asks at POST /v1/device_claims, a customer at POST "
                          "/v1/products/P/device_claims of the customer's own product."},
    {"product.customer", "A customer has the routes of a user: /v1/devices and what is below it. A "
                         "product's routes are for its team and its client."},
    {"product.refused", "Send a token of a member of the product's team, or of the product's "
                        "client."},
    {"product.device-not-found", "Import the device into the product first."},
    {"product.not-found", "Name a product of this world, by number or slug."},
    {"product.import-empty", "Send id, ids, or a file with a device in each line."},
    {"product.import-claim-user", "Name a member of the product's team as claim_user."},
    {"customer.exists", "The customer is there: log it in, or get a token for it "
                        "(scope=customer=EMAIL)."},
    {"customer.foreign-client", "Use a client of the customer's own product."},
    {"customer.bearer-refused",
     "Use the id and secret of the product's client in place of a token."},
    {"customer.not-found", "Name a customer that the product has."},
    {"device.name-taken", "Choose a name that no other device of the owner has."},
    {"device.function-absent", "Wait until the device is online, then call it."},
    {"device.variable-absent", "Wait until the device is online, then ask for it."},
    {"device.function-unknown", "Call a function that the device's application has (GET "
                                "/v1/devices/ID lists them)."},
    {"device.variable-unknown", "Ask for a variable that the device's application has (GET "
                                "/v1/devices/ID lists them)."},
    {"api.no-route", "Check method and path: mockcloud list routes has all that there are."},
    {"api.wrong-method", "Use a method that the reply's Allow header names."},
    {"api.not-imitated", "mockcloud does not imitate this route: test against another one."},
    {"api.bad-json", "Send a body that is valid JSON, or say what else it is in Content-Type."},
    {"device.permission-denied",
     "Ask with a token of the device's owner, and name the device by its "
     "id or by its own name."},
    {"fault.met", "A fault that was set has made this reply: clear it, or let the client send the "
                  "request again, as it would have to."},
    {"rate-limit", "Wait until the time in Retry-After is over, or send less."},
};

const char *why_request_knows(size_t index)
{
    return index < sizeof passes / sizeof *passes ? passes[index].rule : NULL;
}

static const char *request_passes(const char *rule, int64_t status)
{
    const char *best = NULL;
    size_t longest = 0;
    for (size_t i = 0; rule && i < sizeof passes / sizeof *passes; i++) {
        size_t len = strlen(passes[i].rule);
        if (strncmp(rule, passes[i].rule, len) == 0 && len > longest) {
            best = passes[i].passes;
            longest = len;
        }
    }
    if (best)
        return best;
    return status == 401 || status == 403
               ? "Send it with a token of somebody who may: see the rule."
               : "Send what the rule asks for: mockcloud openapi has the parameters of the route.";
}

/* Rules that decided something in this world stand in its list. */
static const struct rule *request_rule(const struct world *world, const char *name)
{
    const struct leaned *leaned = world->sim.leaned;
    for (size_t i = 0; name && i < leaned->count; i++)
        if (strcmp(leaned->rules[i].rule->name, name) == 0)
            return leaned->rules[i].rule;
    return NULL;
}

static bool request_is_caused(const struct talk_entry *entry, const void *arg)
{
    return entry->entry->cause == *(const uint64_t *)arg;
}

static void request_add_sent(struct why_case *why, const struct talk_entry *request)
{
    const char *token = talk_str(request, "token");
    const char *user = talk_str(request, "user"), *customer = talk_str(request, "customer");
    const char *query = talk_str(request, "query");
    char *whose = user || customer ? mem_printf_dup(" of %s %s", user ? "user" : "customer",
                                                    user ? user : customer)
                                   : mem_dup("");
    if (token)
        why_add(why, request->fact, "%s sent %s %s%s%s with %s %s token%s", request->entry->actor,
                talk_str(request, "method"), talk_str(request, "path"), query ? "?" : "",
                query ? query : "", *token == 'u' ? "an" : "a", token, whose);
    else
        why_add(why, request->fact, "%s sent %s %s%s%s without a token", request->entry->actor,
                talk_str(request, "method"), talk_str(request, "path"), query ? "?" : "",
                query ? query : "");
    free(whose);
}

/* A fault stands among what was looked up for a request, and in words: it is no doing of the cloud.
 */
static bool request_add_fault(struct why_case *why, uint64_t n)
{
    struct talk_entry entry;
    if (!talk_entry(why->world, n, &entry))
        return false;
    bool is_fault = strcmp(entry.entry->kind, "fault.met") == 0;
    if (is_fault)
        why_add(why, entry.fact, "the fault %s met it: %s", talk_str(&entry, "fault"),
                talk_str(&entry, "kind"));
    talk_entry_done(&entry);
    return is_fault;
}

/* What the cloud noted on the way from the request to its reply. */
static void request_add_looked_up(struct why_case *why, uint64_t from, uint64_t to)
{
    size_t told = 0;
    for (uint64_t n = from + 1; n < to && told < REQUEST_LOOKED_UP; n++) {
        const struct journal_entry *entry = journal_get(why->world->sim.journal, n);
        if (!entry || entry->cause != from)
            continue;
        if (!request_add_fault(why, n))
            why_add(why, (struct fact){n, entry->at_ms}, "%s %.*s", entry->kind,
                    (int)(entry->data_len < 200 ? entry->data_len : 200), entry->data);
        told++;
    }
}

static void request_add_rule(struct why_case *why, const struct talk_entry *reply,
                             const struct rule *rule)
{
    const char *name = talk_str(reply, "rule");
    why_add(why, reply->fact, "it was answered with %lld%s%s", (long long)talk_int(reply, "status"),
            name ? " by the rule " : "", name ? name : "");
    if (!rule)
        return;
    if (talk_int(reply, "status") < 400) /* else it is the answer itself */
        why_add(why, WHY_NOW, "the rule: %s", rule->text);
    why_add(why, WHY_NOW, "how that is known: %s%s%s", provenance_word(rule->provenance),
            rule->source ? ", " : "", rule->source ? rule->source : "");
    if (rule->behaviour)
        why_add(why, WHY_NOW, "the switch that changes it: behaviour %s", rule->behaviour);
}

static void request_answer(struct why_case *why, const struct talk_entry *request)
{
    struct talk_entry reply;
    request_add_sent(why, request);
    if (!talk_last(why->world, "http.reply", 0, request_is_caused, &request->fact.n, &reply)) {
        request_add_looked_up(why, request->fact.n, journal_next(why->world->sim.journal));
        talk_settle(why, WHY_OF_REQUEST, "not-answered-yet",
                    "Let it be answered: what it waits for stands in the journal.");
        return;
    }
    const char *name = talk_str(&reply, "rule");
    int64_t status = talk_int(&reply, "status");
    request_add_looked_up(why, request->fact.n, reply.fact.n);
    const struct rule *rule = request_rule(why->world, name);
    request_add_rule(why, &reply, rule);
    if (status < 400)
        talk_settle(why, WHY_OF_REQUEST, NULL, NULL);
    else
        talk_settle(why, WHY_OF_REQUEST, name ? "refused" : "refused-without-a-rule", "%s",
                    request_passes(name, status));
    if (status >= 400 && rule)
        why->answer->text = rule->text; /* says more than that there is one */
    talk_entry_done(&reply);
}

/* The request itself, or the one that led to the entry: by its reply, or by anything that it
 * caused. */
static bool request_of(const struct world *world, uint64_t n, struct talk_entry *ret_request)
{
    while (n && talk_entry(world, n, ret_request)) {
        if (strcmp(ret_request->entry->kind, "http.request") == 0)
            return true;
        n = ret_request->entry->cause;
        talk_entry_done(ret_request);
    }
    return false;
}

struct why_answer why_request(const struct world *world, uint64_t n)
{
    struct why_answer answer = {.owned = false};
    struct why_case why = {.world = world, .answer = &answer};
    struct talk_entry request;
    if (request_of(world, n, &request)) {
        request_answer(&why, &request);
        talk_entry_done(&request);
    } else {
        talk_settle(&why, WHY_OF_REQUEST, "no-such-request",
                    "Look its number up in the journal (mockcloud ctl journal), which holds %llu "
                    "to %llu.",
                    (unsigned long long)journal_first(world->sim.journal),
                    (unsigned long long)journal_next(world->sim.journal) - 1);
    }
    return answer;
}
