/* See rate_limit.h. Owns the counts; the rows say what is counted, how far and for how long. */
#include "api/call/rate_limit.h"

#include "api/call/core.h"
#include "api/call/route.h"
#include "base/mem.h"
#include "cloud/oauth.h"
#include "cloud/owner.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE_MS        INT64_C(60000)
#define RATE_CLIENTS_MAX 10000 /* more addresses than that: all are counted anew */
#define RATE_STREAMS     100
#define RATE_FAILURES    10
#define RATE_BLOCK_MS    (30 * MINUTE_MS)

enum rate_limit {
    LIMIT_ALL,
    LIMIT_TOKEN,
    LIMIT_ACCESS_TOKENS,
    LIMIT_USER_CREATE,
    LIMIT_USER_DELETE,
    LIMIT_PASSWORD_RESET,
    LIMIT_STREAM,
    LIMIT_SERIAL_NUMBER,
    RATE_LIMITS,
    LIMIT_STREAMS_OPEN = RATE_LIMITS, /* not a window */
};

struct rate_client {
    struct {
        int64_t begun_ms; /* of the window */
        int64_t count;    /* 0: no window */
    } windows[RATE_LIMITS];
    int failures;          /* of POST /oauth/token, in a row */
    int64_t blocked_to_ms; /* 0: it is not */
    int streams;           /* open ones: their tickets point here */
    bool gone;             /* its world went: freed with the last stream */
};

static const struct {
    const char
        *routes; /* the beginning of the names of the routes that count; NULL: see applies() */
    int64_t most;
    int64_t window_ms;
    bool of_account; /* else of an address */
} limits[RATE_LIMITS] = {
    [LIMIT_ALL] = {"", 10000, 5 * MINUTE_MS, false},
    [LIMIT_TOKEN] = {"token.create", 100, 5 * MINUTE_MS, false},
    [LIMIT_ACCESS_TOKENS] = {"access-token.", 100, 5 * MINUTE_MS, false},
    [LIMIT_USER_CREATE] = {"user.create", 100, 5 * MINUTE_MS, false},
    [LIMIT_USER_DELETE] = {"user.delete", 100, 5 * MINUTE_MS, false},
    [LIMIT_PASSWORD_RESET] = {"user.password-reset", 100, 5 * MINUTE_MS, false},
    [LIMIT_STREAM] = {NULL, 100, 5 * MINUTE_MS, false},
    [LIMIT_SERIAL_NUMBER] = {"device.serial-number", 50, 60 * MINUTE_MS, true},
};

#define LIMITED(rule_name, rule_text)                                                              \
    {                                                                                              \
        (rule_name), (rule_text), PROVENANCE_DOCUMENTED,                                           \
            "Particle's API reference; node-oauth2-server 3.2.3 (the code); the text is a guess",  \
            "rate_limits"                                                                          \
    }
#define LIMITED_REPLY 429, "rate_limit_exceeded", "Too many requests, please try again later", false

const struct oauth_error rate_limit_errors[RATE_LIMIT_RULES] = {
    [LIMIT_ALL] = {LIMITED("rate-limit.requests", "10,000 requests in 5 minutes from an address."),
                   LIMITED_REPLY},
    [LIMIT_TOKEN] = {LIMITED("rate-limit.token",
                             "100 grants in 5 minutes for an address; and none for 30 "
                             "minutes after 10 failures in a row."),
                     LIMITED_REPLY},
    [LIMIT_ACCESS_TOKENS] =
        {LIMITED("rate-limit.access-tokens",
                 "100 times reading or deleting access tokens in 5 minutes from an address."),
         LIMITED_REPLY},
    [LIMIT_USER_CREATE] = {LIMITED("rate-limit.user-create",
                                   "100 new users in 5 minutes from an address."),
                           LIMITED_REPLY},
    [LIMIT_USER_DELETE] = {LIMITED("rate-limit.user-delete",
                                   "100 deleted users in 5 minutes from an address."),
                           LIMITED_REPLY},
    [LIMIT_PASSWORD_RESET] = {LIMITED("rate-limit.password-reset",
                                      "100 password resets in 5 minutes from an address."),
                              LIMITED_REPLY},
    [LIMIT_STREAM] = {LIMITED("rate-limit.stream",
                              "100 event streams opened in 5 minutes from an address."),
                      LIMITED_REPLY},
    [LIMIT_SERIAL_NUMBER] = {LIMITED("rate-limit.serial-number",
                                     "50 serial numbers in an hour for an account."),
                             LIMITED_REPLY},
    [LIMIT_STREAMS_OPEN] = {LIMITED("rate-limit.open-streams",
                                    "100 event streams open at a time from an address."),
                            LIMITED_REPLY},
};

/* ---- clients ---- */

static char *client_key_dup(const struct call *call, const char *kind, const char *name)
{
    return mem_printf_dup("%s\n%s %s", call->world->name, kind, name);
}

static void client_free(void *value)
{
    struct rate_client *client = value;
    client->gone = true;
    if (!client->streams)
        free(client);
}

void rate_limits_free(struct rate_limits *all)
{
    map_free(&all->clients, client_free);
}

static struct rate_client *client_of(struct call *call, const char *kind, const char *name)
{
    struct map *clients = &call->api->rate_limits.clients;
    char *key = client_key_dup(call, kind, name);
    struct rate_client *client = map_get(clients, key);
    if (!client) {
        if (map_count(clients) >= RATE_CLIENTS_MAX)
            map_free(clients, client_free);
        client = mem_new(sizeof *client);
        map_put(clients, key, client);
    }
    free(key);
    return client;
}

static struct rate_client *client_of_address(struct call *call)
{
    const char *address = call->request->address;
    return client_of(call, "address", address ? address : "none");
}

void rate_limit_leave_world(struct api *api, const struct world *world)
{
    struct map *clients = &api->rate_limits.clients;
    size_t len = strlen(world->name), cursor = 0;
    const char *key;
    void *value;
    while (map_next(clients, &cursor, &key, &value))
        if (strncmp(key, world->name, len) == 0 && key[len] == '\n')
            client_free(map_take(clients, key));
}

/* ---- counting ---- */

static bool is_stream(const struct route *route)
{
    for (const struct reply_shape *row = route->replies; row && row->status; row++)
        if (row->type && strcmp(row->type, "text/event-stream") == 0)
            return true;
    return false;
}

static bool applies(enum rate_limit limit, const struct route *route)
{
    const char *routes = limits[limit].routes;
    return routes ? strncmp(route->name, routes, strlen(routes)) == 0 : is_stream(route);
}

/* Whether one more is within the limit; counts it. */
static bool count_one(struct rate_client *client, enum rate_limit limit, int64_t now_ms)
{
    if (!client->windows[limit].count ||
        now_ms >= client->windows[limit].begun_ms + limits[limit].window_ms) {
        client->windows[limit].begun_ms = now_ms;
        client->windows[limit].count = 0;
    }
    if (client->windows[limit].count >= limits[limit].most)
        return false;
    client->windows[limit].count++;
    return true;
}

static bool refused(struct call *call, enum rate_limit limit)
{
    auth_refuse(call, &rate_limit_errors[limit], NULL);
    return false;
}

static bool count_all(struct call *call, struct rate_client *client, bool of_account)
{
    int64_t now_ms = vclock_now(call->world->sim.clock);
    for (enum rate_limit limit = LIMIT_ALL; limit < RATE_LIMITS; limit++)
        if (limits[limit].of_account == of_account && applies(limit, call->route) &&
            !count_one(client, limit, now_ms))
            return refused(call, limit);
    return true;
}

/* Whether the call is of a world that limits, and no control call. */
static bool is_limited(const struct call *call)
{
    return call->world && call->route && !call_is_control(call) &&
           sim_behaves(&call->world->sim, BEHAVIOUR_RATE_LIMITS, "real");
}

bool rate_limit_address(struct call *call)
{
    if (!is_limited(call))
        return true;
    struct rate_client *client = client_of_address(call);
    int64_t now_ms = vclock_now(call->world->sim.clock);
    if (applies(LIMIT_TOKEN, call->route) && now_ms < client->blocked_to_ms)
        return refused(call, LIMIT_TOKEN);
    if (is_stream(call->route) && client->streams >= RATE_STREAMS)
        return refused(call, LIMIT_STREAMS_OPEN);
    return count_all(call, client, false);
}

bool rate_limit_account(struct call *call)
{
    if (!is_limited(call) || call->owner.kind == OWNER_NONE)
        return true;
    return count_all(call, client_of(call, owner_kind_word(&call->owner), owner_name(&call->owner)),
                     true);
}

static void count_failures(struct call *call, struct rate_client *client)
{
    if (call->reply->status == 429)
        return;
    client->failures = call->reply->status >= 400 ? client->failures + 1 : 0;
    if (client->failures < RATE_FAILURES)
        return;
    client->failures = 0;
    client->blocked_to_ms = vclock_now(call->world->sim.clock) + RATE_BLOCK_MS;
}

void rate_limit_handled(struct call *call)
{
    if (!is_limited(call))
        return;
    struct rate_client *client = client_of_address(call);
    if (applies(LIMIT_TOKEN, call->route))
        count_failures(call, client);
    if (call->outcome == API_STREAM) {
        client->streams++;
        call->ticket->limited = client;
    }
}

void rate_limit_done(struct api_ticket *ticket)
{
    struct rate_client *client = ticket->limited;
    ticket->limited = NULL;
    if (client && --client->streams == 0 && client->gone)
        free(client);
}
