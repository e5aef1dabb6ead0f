/*
 * Requests, one after the other against two worlds: whatever they are, each is answered with a
 * status, a reply that says it is JSON is JSON, and each is what its route's shapes say.
 *
 * The input is text, as on the wire: a line `METHOD target`, lines `Name: value`, an empty line,
 * the body. A line `---` stands between two requests. Two things let a sequence be one: $1 to $9 in
 * a request stand for what the replies before it have given (ids, codes, tokens; $1 the latest),
 * and webhooks are answered as the request's header `Fuzz-Answer: STATUS text` says (without a
 * status: not at all).
 */
#include "api/api.h"

#include "cloud/webhook/outbox.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUESTS_MAX 24
#define HEADERS_MAX  16
#define TURNS_MAX    10000
#define STREAMS_MAX  4 /* that stay open while the next requests come */
#define GIVEN_MAX    9
#define GIVEN_LEN    200
#define WORLD_END    "\n=====\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Something at every place that a path can name. */
static const char world_text[] =
    "seed: 7\n"
    "clock: {mode: frozen}\n"
    "users:\n"
    "  - {username: grace@example.com, password: not-a-password}\n"
    "  - {username: edsger@example.com, password: not-a-password, mfa: '123456', recovery_codes: "
    "[not-a-code]}\n"
    "  - {username: program@example.com, scopes: ['devices:list']}\n"
    "products:\n"
    "  - {id: 6287, slug: acme-pump, platform: e-series, org: acme, groups: [lab],\n"
    "     team: [grace@example.com, program@example.com],\n"
    "     clients: [{id: acme-app-4711, secret: not-a-secret}, {id: acme-web-1, secret: "
    "not-a-secret,\n"
    "                redirect_uri: 'http://127.0.0.1:9/'}]}\n"
    "  - {id: 6288, slug: acme-lamp, platform: photon, team: [grace@example.com], protected: "
    "false}\n"
    "customers:\n"
    "  - {email: ada@example.com, product: acme-pump, password: not-a-password}\n"
    "  - {email: emmy@example.com, product: acme-lamp}\n"
    "devices:\n"
    "  - {as: pump, id: e00fce68000000000000000a, platform: e-series, product: acme-pump, owner: "
    "ada@example.com,\n"
    "     state: online, groups: [lab], iccid: '8934076500002589174', imei: '352753090041680',\n"
    "     serial_number: ACME-0001,\n"
    "     firmware: {product_id: 6287, version: 1, functions: {prime: {return: 42}}, variables: "
    "{litres: 12.5}}}\n"
    "  - {as: lamp, id: e00fce68000000000000000b, platform: photon, state: online, owner: "
    "grace@example.com,\n"
    "     firmware: {functions: {blink: {}}, variables: {name: lamp}}}\n"
    "  - {as: spare, id: e00fce68000000000000000c, platform: e-series, product: acme-pump, state: "
    "off}\n"
    "  - {as: stray, id: e00fce68000000000000000d, platform: e-series, state: online, product: "
    "acme-pump,\n"
    "     system_version: 3.3.1, firmware: {product_id: 6287, version: 2}, quarantined: true}\n"
    "tokens:\n"
    "  - {token: ada-token, customer: ada@example.com}\n"
    "  - {token: grace-token, user: grace@example.com}\n"
    "  - {token: edsger-token, user: edsger@example.com}\n"
    "  - {token: program-token, user: program@example.com}\n"
    "  - {token: app-token, client: acme-app-4711}\n"
    "authorization_codes:\n"
    "  - {code: not-a-code, customer: ada@example.com, client: acme-web-1}\n"
    "webhooks:\n"
    "  - {event: litres, url: 'http://127.0.0.1:9/', user: grace@example.com}\n"
    "  - {event: litres, url: 'http://127.0.0.1:9/', product: acme-pump}\n"
    "  - {event: litres, url: 'http://127.0.0.1:9/', org: acme}\n";

/* A request under way. */
struct talk {
    struct api_ticket ticket;
    bool ready;
};

/* What an input drives. */
struct session {
    struct worlds worlds;
    struct api *api;
    char given[GIVEN_MAX][GIVEN_LEN];
    size_t given_count;
    bool faults;        /* there may be one that spoils replies, which is what it is for */
    const char *answer; /* to webhooks; NULL: 200 {} */
    struct talk *streams[STREAMS_MAX]; /* NULL: none */
    size_t streams_made;
};

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

/* ---- what was given by replies ---- */

static bool is_given(const char *key)
{
    static const char *const keys[] = {
        "id",    "claim_code", "access_token", "refresh_token",      "mfa_token",
        "token", "name",       "version",      "authorization_code", "slug"};
    for (size_t i = 0; key && i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

static void give(struct session *session, const cJSON *value)
{
    char text[GIVEN_LEN];
    if (cJSON_IsString(value))
        snprintf(text, sizeof text, "%s", value->valuestring);
    else if (cJSON_IsNumber(value))
        snprintf(text, sizeof text, "%.0f", value->valuedouble);
    else
        return;
    memmove(session->given[1], session->given[0], sizeof session->given - sizeof *session->given);
    memcpy(session->given[0], text, sizeof text);
    if (session->given_count < GIVEN_MAX)
        session->given_count++;
}

static void give_all(struct session *session, const cJSON *json)
{
    for (const cJSON *child = json ? json->child : NULL; child; child = child->next) {
        if (is_given(child->string))
            give(session, child);
        give_all(session, child);
    }
}

/* The text with what stands for $1 to $9. Yours: buf_free(). */
static struct buf filled(const struct session *session, const char *text, size_t len)
{
    struct buf out;
    buf_init(&out, 4u << 20);
    for (size_t i = 0; i < len; i++) {
        size_t which = i + 1 < len && text[i] == '$' ? (size_t)(text[i + 1] - '1') : GIVEN_MAX;
        if (which < session->given_count)
            buf_add_str(&out, session->given[which]), i++;
        else
            buf_add(&out, text + i, 1);
    }
    return out;
}

/* ---- webhooks ---- */

static void cancelled(void *arg)
{
    (void)arg;
}

/* Everything that goes out is answered at once, as the request wants. */
static void answer_webhooks(struct session *session, struct world *world)
{
    const struct delivery_request *out;
    while ((out = outbox_next(world->cloud))) {
        uint64_t id = out->id;
        outbox_sent(world->cloud, id, cancelled, NULL);
        const char *text = session->answer ? session->answer : "200 {}";
        int status = atoi(text);
        const char *body = strchr(text, ' ');
        if (status >= 100 && status <= 599)
            outbox_answered(world->cloud, id,
                            &(struct delivery_answer){.status = status,
                                                      .content_type = "application/json",
                                                      .body = body ? body + 1 : "",
                                                      .body_len = body ? strlen(body + 1) : 0});
        else
            outbox_failed(world->cloud, id, "connect ECONNREFUSED 127.0.0.1");
    }
}

static void answer_all(struct session *session)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&session->worlds.by_name, &cursor, NULL, &value))
        answer_webhooks(session, value);
}

/* ---- replies and streams ---- */

static void check_reply(struct session *session, const struct api_reply *reply)
{
    assert(reply->status >= 100 && reply->status <= 599);
    assert(!reply->body.overflow);
    const char *type = headers_get(&reply->headers, "Content-Type");
    if (session->faults || !type ||
        strncmp(type, "application/json", strlen("application/json")) != 0)
        return;
    struct buf body = reply->body;
    cJSON *json = cJSON_ParseWithOpts(buf_str(&body), NULL, true);
    assert(json);
    give_all(session, json);
    cJSON_Delete(json);
}

/* Takes what there is, as a reader that is in no hurry would. */
static void drain(struct api_stream *stream)
{
    stream->taken = api_stream_text(stream)->len;
}

static void drain_all(struct session *session)
{
    for (size_t i = 0; i < STREAMS_MAX; i++)
        if (session->streams[i])
            drain(session->streams[i]->ticket.stream);
}

static void on_ready(struct api_ticket *ticket)
{
    struct talk *talk = ticket->front;
    talk->ready = true;
}

static void end_talk(struct session *session, struct talk *talk)
{
    if (!talk)
        return;
    api_ticket_done(session->api, &talk->ticket);
    free(talk);
}

/* A stream stays open beside the requests that follow, until newer ones take its place. */
static void keep_stream(struct session *session, struct talk *talk)
{
    struct talk **place = &session->streams[session->streams_made++ % STREAMS_MAX];
    end_talk(session, *place);
    *place = talk;
}

/* Lets things happen until a reply is there. What is not there when nothing more is to be done
 * waits for real time, or for a release. */
static void work(struct session *session, const struct talk *talk, bool later)
{
    for (int turn = 0; turn < TURNS_MAX; turn++) {
        answer_all(session);
        drain_all(session);
        if (!api_work(session->api) && (!later || talk->ready || turn > 8))
            return;
    }
}

static void dispatch(struct session *session, const struct api_request *request)
{
    struct talk *talk = calloc(1, sizeof *talk);
    assert(talk);
    talk->ticket.ready = on_ready;
    talk->ticket.front = talk;
    enum api_outcome outcome = api_dispatch(session->api, request, &talk->ticket);
    bool later = outcome == API_LATER;
    if (outcome == API_STREAM)
        keep_stream(session, talk);
    work(session, talk, later);
    if (outcome == API_STREAM)
        return;
    if (later && talk->ready && talk->ticket.outcome == API_STREAM) {
        keep_stream(session, talk);
        return;
    }
    if (!later || talk->ready)
        check_reply(session, &talk->ticket.reply);
    /* A reply that is still under way is cancelled, as when its client has left. */
    end_talk(session, talk);
}

static void dispatch_text(struct session *session, const char *text, size_t len)
{
    struct parsed parsed;
    struct buf whole = filled(session, text, len);
    if (!whole.overflow && parse(buf_str(&whole), whole.len, &parsed)) {
        for (size_t i = 0; i < parsed.request.header_count; i++)
            if (strcasecmp(parsed.headers[i].name, "Fuzz-Answer") == 0)
                session->answer = parsed.headers[i].value;
        session->faults = session->faults || strstr(parsed.request.target, "/faults");
        dispatch(session, &parsed.request);
        session->answer = NULL;
        free(parsed.head);
    } else if (!whole.overflow) {
        free(parsed.head);
    }
    buf_free(&whole);
}

static void dispatch_all(struct session *session, const char *text, size_t len)
{
    for (int i = 0; i < REQUESTS_MAX && len > 0; i++) {
        const char *end = memmem(text, len, "\n---\n", 5);
        size_t one = end ? (size_t)(end - text) : len;
        dispatch_text(session, text, one);
        size_t skip = end ? one + 5 : len;
        text += skip;
        len -= skip;
    }
}

/* NULL: the text is no world. */
static struct world *make_world(const char *text, size_t len, const char *name)
{
    struct diags diags = {0};
    struct doc *doc = doc_new("world", text, len, &diags);
    struct world *world =
        doc ? world_new(doc, doc_root(doc, 0),
                        &(struct world_options){.name = name, .mode = VCLOCK_FROZEN}, &diags)
            : NULL;
    doc_unref(doc);
    diags_free(&diags);
    return world;
}

/* A world of the input's own. Fleets are left out: a number of seven digits is a world of a
 * million. */
static struct world *make_own(const char *data, size_t len)
{
    if (memmem(data, len, "count", strlen("count")))
        return NULL;
    return make_world(data, len, "default");
}

static void reply_wrong(void *arg, const char *text)
{
    (void)arg;
    fprintf(stderr, "%s\n", text);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct session session = {0};
    const char *text = (const char *)data;
    const char *behind = size ? memmem(text, size, WORLD_END, strlen(WORLD_END)) : NULL;
    size_t skip = behind ? (size_t)(behind - text) + strlen(WORLD_END) : 0;
    struct world *world = behind ? make_own(text, (size_t)(behind - text))
                                 : make_world(world_text, strlen(world_text), "default");
    if (!world) {
        assert(behind);
        return 0;
    }
    bool added = worlds_add(&session.worlds, world);
    assert(added);
    world = make_world(world_text, strlen(world_text), "other");
    assert(world);
    if (!worlds_add(&session.worlds, world)) /* the input's own has that name */
        world_free(world);
    session.api = api_new(&session.worlds, &(struct api_options){.base_url = "http://127.0.0.1:1",
                                                                 .explain = true,
                                                                 .reply_wrong = reply_wrong});
    dispatch_all(&session, text + skip, size - skip);
    for (size_t i = 0; i < STREAMS_MAX; i++)
        end_talk(&session, session.streams[i]);
    api_free(session.api);
    worlds_free(&session.worlds);
    return 0;
}
