/*
 * Requests, one after the other against one small world: whatever they are, each is answered with a
 * status, and a reply that says it is JSON is JSON.
 *
 * The input is text, as on the wire: a line `METHOD target`, lines `Name: value`, an empty line,
 * the body. A line `---` stands between two requests.
 */
#include "api/api.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define REQUESTS_MAX 8
#define HEADERS_MAX  16
#define TURNS_MAX    10000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char world_text[] =
    "seed: 7\n"
    "clock: {mode: frozen}\n"
    "users: [{username: grace@example.com, password: not-a-password}]\n"
    "products:\n"
    "  - {id: 6287, slug: acme-pump, platform: e-series, team: [grace@example.com],\n"
    "     clients: [{id: acme-app-4711, secret: not-a-secret}]}\n"
    "customers: [{email: ada@example.com, product: acme-pump}]\n"
    "devices:\n"
    "  - {as: pump, id: e00fce68000000000000000a, platform: e-series, product: acme-pump, state: "
    "off}\n"
    "  - {as: lamp, id: e00fce68000000000000000b, platform: photon, state: online}\n"
    "tokens:\n"
    "  - {token: ada-token, customer: ada@example.com}\n"
    "  - {token: grace-token, user: grace@example.com}\n"
    "  - {token: app-token, client: acme-app-4711}\n";

/* A request that owns its text. */
struct parsed {
    char *head; /* cut into strings by the parser */
    struct api_header headers[HEADERS_MAX];
    struct api_request request;
};

static char *cut_line(char **rest)
{
    char *line = *rest;
    char *end = strchr(line, '\n');
    *rest = end ? end + 1 : line + strlen(line);
    if (end)
        *end = '\0';
    return line;
}

/* False when it has no method and target. */
static bool parse(const char *text, size_t len, struct parsed *ret)
{
    memset(ret, 0, sizeof *ret);
    const char *blank = memmem(text, len, "\n\n", 2);
    size_t head_len = blank ? (size_t)(blank - text) : len;
    ret->head = strndup(text, head_len);
    assert(ret->head);
    char *rest = ret->head;
    char *target = cut_line(&rest);
    ret->request.method = strsep(&target, " ");
    ret->request.target = target;
    ret->request.headers = ret->headers;
    while (*rest && ret->request.header_count < HEADERS_MAX) {
        char *value = cut_line(&rest);
        const char *name = strsep(&value, ":");
        if (!value)
            continue;
        value += strspn(value, " ");
        ret->headers[ret->request.header_count++] =
            (struct api_header){.name = name, .value = value};
    }
    if (blank && head_len + 2 < len) {
        ret->request.body = blank + 2;
        ret->request.body_len = len - head_len - 2;
    }
    return target && *target == '/';
}

static void check_reply(const struct api_reply *reply)
{
    assert(reply->status >= 200 && reply->status <= 599);
    assert(!reply->body.overflow);
    const char *type = headers_get(&reply->headers, "Content-Type");
    if (!type || strncmp(type, "application/json", strlen("application/json")) != 0)
        return;
    struct buf body = reply->body;
    cJSON *json = cJSON_ParseWithOpts(buf_str(&body), NULL, true);
    assert(json);
    cJSON_Delete(json);
}

static void mark_ready(struct api_ticket *ticket)
{
    *(bool *)ticket->front = true;
}

static void dispatch(struct api *api, const struct api_request *request)
{
    bool ready = false;
    struct api_ticket ticket = {.ready = mark_ready, .front = &ready};
    enum api_outcome outcome = api_dispatch(api, request, &ticket);
    if (outcome == API_LATER)
        for (int turn = 0; turn < TURNS_MAX && !ready; turn++)
            api_work(api);
    /* A reply that is still under way is cancelled, as when its client has left. */
    if (outcome == API_NOW || ready)
        check_reply(&ticket.reply);
    api_ticket_done(api, &ticket);
}

static void dispatch_all(struct api *api, const char *text, size_t len)
{
    for (int i = 0; i < REQUESTS_MAX && len > 0; i++) {
        const char *end = memmem(text, len, "\n---\n", 5);
        size_t one = end ? (size_t)(end - text) : len;
        struct parsed parsed;
        if (parse(text, one, &parsed))
            dispatch(api, &parsed.request);
        free(parsed.head);
        size_t skip = end ? one + 5 : len;
        text += skip;
        len -= skip;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diags diags = {0};
    struct doc *doc = doc_new("world", world_text, strlen(world_text), &diags);
    struct world *world =
        doc ? world_new(doc, doc_root(doc, 0), &(struct world_options){0}, &diags) : NULL;
    assert(world && diags.count == 0);
    doc_unref(doc);

    struct worlds worlds = {0};
    bool added = worlds_add(&worlds, world);
    assert(added);
    struct api *api = api_new(&worlds, &(struct api_options){.base_url = "http://127.0.0.1:1"});
    dispatch_all(api, (const char *)data, size);
    api_free(api);
    worlds_free(&worlds);
    return 0;
}
