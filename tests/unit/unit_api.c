/* See unit_api.h. */
#include "unit_api.h"

#include "base/mem.h"
#include "base/text.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char world_text[] =
    "users:\n"
    "  - {username: dev@example.com, password: dev-pass}\n"
    "  - {username: eve@example.com, password: eve-pass}\n"
    "  - {username: mfa@example.com, password: mfa-pass, mfa: '123456'}\n"
    "  - {username: sso@example.com, password: sso-pass, sso: true}\n"
    "products:\n"
    "  - {id: 6287, slug: acme-pump, name: Acme Pump, platform: e-series, team: "
    "[dev@example.com],\n"
    "     clients: [{id: acme-app-4711, secret: acme-secret},\n"
    "               {id: acme-web-4712, secret: web-secret, redirect_uri: "
    "'https://acme.example/in'},\n"
    "               {id: acme-signup-1, secret: signup-secret, scope: create_customer}]}\n"
    "  - {id: 7000, slug: other-pump, name: Other Pump, platform: e-series,\n"
    "     clients: [{id: other-app-1, secret: other-secret}]}\n"
    "customers:\n"
    "  - {email: ada@example.com, product: acme-pump}\n"
    "  - {email: bob@example.com, product: acme-pump, password: bob-pass}\n"
    "  - {email: zoe@example.com, product: other-pump}\n"
    "devices:\n"
    "  - {as: lamp, id: '" LAMP "', platform: photon, state: online}\n"
    "  - {as: dark, id: '" DARK "', platform: photon}\n"
    "  - {as: desk, id: '" DESK "', platform: photon, state: online, owner: dev@example.com}\n"
    "  - {as: eves, id: '" EVES "', platform: photon, state: online, owner: eve@example.com}\n"
    "  - {as: abed, id: '" ABED "', platform: photon, state: online}\n"
    "  - {as: pump, id: '" PUMP "', product: acme-pump, state: online}\n"
    "  - {as: cold, id: '" COLD "', product: acme-pump}\n"
    "  - {as: adas, id: '" ADAS "', product: acme-pump, state: online, owner: ada@example.com}\n"
    "  - {as: bobs, id: '" BOBS "', product: acme-pump, owner: bob@example.com}\n"
    "  - {as: zoes, id: '" ZOES "', product: other-pump, state: online}\n"
    "tokens:\n"
    "  - {token: dev-token, user: dev@example.com}\n"
    "  - {token: eve-token, user: eve@example.com}\n"
    "  - {token: ada-token, customer: ada@example.com, product: acme-pump,\n"
    "     client: acme-app-4711}\n"
    "  - {token: bob-token, customer: bob@example.com, product: acme-pump}\n"
    "  - {token: zoe-token, customer: zoe@example.com, product: other-pump}\n"
    "  - {token: acme-token, client: acme-app-4711}\n"
    "  - {token: other-token, client: other-app-1}\n"
    "  - {token: brief-token, user: dev@example.com, expires_in: 60}\n";

static struct {
    struct worlds worlds;
    struct api *api;
    char *reply;
    struct buf seed; /* the world and its requests, as tests/fuzz/api.c reads them */
} bench;

static const char *row_name = "";

/* ---- seeds for the fuzzer ---- */

#define SEED_MAX (1u << 20)

static bool keeps_seeds(void)
{
    return getenv("MOCKCLOUD_DUMP_SEEDS") != NULL;
}

static void seed_request(const struct api_request *request)
{
    if (!keeps_seeds())
        return;
    buf_printf(&bench.seed, "%s %s\n", request->method, request->target);
    for (size_t i = 0; i < request->header_count; i++)
        buf_printf(&bench.seed, "%s: %s\n", request->headers[i].name, request->headers[i].value);
    buf_add_char(&bench.seed, '\n');
    buf_add(&bench.seed, request->body ? request->body : "", request->body_len);
    buf_add_str(&bench.seed, "\n---\n");
}

/* Named by what is in it, so that the same one is written once. */
static void seed_keep(void)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < bench.seed.len; i++)
        hash = (hash ^ (unsigned char)bench.seed.data[i]) * 1099511628211u;
    char *path =
        mem_printf_dup("%s/unit-%016llx", getenv("MOCKCLOUD_DUMP_SEEDS"), (unsigned long long)hash);
    int fd = bench.seed.overflow ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd >= 0) {
        ck_assert_int_eq(write(fd, bench.seed.data, bench.seed.len), (ssize_t)bench.seed.len);
        close(fd);
    }
    free(path);
}

/* ---- the bench ---- */

static void add_world(const char *yaml)
{
    struct diags diags = {0};
    struct buf text;
    struct world_options options = {.mode = VCLOCK_FROZEN, .machine = &bench.worlds.machine};
    buf_init(&text, 1u << 20);
    struct doc *doc = doc_new("world.yaml", yaml, strlen(yaml), &diags);
    struct world *world = doc ? world_new(doc, doc_root(doc, 0), &options, &diags) : NULL;
    doc_unref(doc);
    diags_write(&diags, &text, false);
    ck_assert_msg(world, "%s", buf_str(&text));
    ck_assert(worlds_add(&bench.worlds, world));
    buf_free(&text);
    diags_free(&diags);
}

/* A reply that is not of its route's shape. */
static void reply_wrong(void *arg, const char *text)
{
    (void)arg;
    ck_abort_msg("%s: %s", row_name, text);
}

static void begin(const char *yaml, size_t reply_max)
{
    const struct api_options options = {
        .base_url = "http://127.0.0.1:8642", .reply_max = reply_max, .reply_wrong = reply_wrong};
    memset(&bench, 0, sizeof bench);
    bench.api = api_new(&bench.worlds, &options);
    buf_init(&bench.seed, SEED_MAX);
    if (yaml) {
        add_world(yaml);
        buf_printf(&bench.seed, "%s\n=====\n", yaml);
    }
}

void unit_begin_world(const char *yaml)
{
    begin(yaml, 0);
}

void unit_begin_short(size_t reply_max)
{
    begin(world_text, reply_max);
}

void unit_begin(const char *switches)
{
    char *yaml = switches ? mem_printf_dup("%sbehaviour: {%s}\n", world_text, switches)
                          : mem_dup(world_text);
    unit_begin_world(yaml);
    free(yaml);
}

void unit_end(void)
{
    api_free(bench.api);
    worlds_free(&bench.worlds);
    unit_forget();
    free(bench.reply);
    if (keeps_seeds() && bench.seed.len)
        seed_keep();
    buf_free(&bench.seed);
    memset(&bench, 0, sizeof bench);
}

struct api *unit_api(void)
{
    return bench.api;
}

struct world *unit_world(void)
{
    return bench.worlds.main;
}

const char *unit_reply(void)
{
    return bench.reply;
}

char *unit_journal_dup(void)
{
    const struct journal *journal = unit_world()->sim.journal;
    struct buf text;
    struct jsonw w;
    buf_init(&text, 64u << 20);
    for (uint64_t n = journal_first(journal); n < journal_next(journal); n++) {
        jsonw_init(&w, &text);
        journal_write(journal_get(journal, n), &w);
        buf_add_char(&text, '\n');
    }
    return buf_take(&text);
}

/* ---- what holds for every reply ---- */

static bool is_control(const char *target)
{
    return strncmp(target, "/__mock", 7) == 0;
}

static void check_json(const struct api_reply *reply)
{
    const char *type = headers_get(&reply->headers, "Content-Type");
    if (!type) {
        ck_assert_msg(reply->body.len == 0, "%s: a body without a Content-Type", row_name);
        return;
    }
    if (strncmp(type, "text/", 5) == 0 || strcmp(type, "image/svg+xml") == 0 ||
        strcmp(type, "application/octet-stream") == 0)
        return;
    ck_assert_msg(strcmp(type, "application/json; charset=utf-8") == 0, "%s: %s", row_name, type);
    cJSON *json = cJSON_ParseWithOpts(buf_str(&reply->body), NULL, true);
    ck_assert_msg(json && strlen(buf_str(&reply->body)) == reply->body.len &&
                      text_utf8_valid(reply->body.data, reply->body.len),
                  "%s: no JSON: %.2000s", row_name, buf_str(&reply->body));
    cJSON_Delete(json);
}

static void check_rule(const struct api_case *row, const struct api_reply *reply)
{
    const struct rule *rule = NULL;
    ck_assert_msg(reply->rule, "%s: no rule decided", row_name);
    for (size_t i = 0; (rule = api_rule(i)); i++)
        if (strcmp(rule->name, reply->rule) == 0) {
            ck_assert_msg(!row->mark || *row->mark == 'I' || rule->provenance != PROVENANCE_GUESSED,
                          "%s: marked %s, but %s is a guess", row_name, row->mark, rule->name);
            return;
        }
    ck_abort_msg("%s: the rule %s is in no table", row_name, reply->rule);
}

static void check_always(const struct api_case *row, const struct api_reply *reply)
{
    const char *cors = headers_get(&reply->headers, "Access-Control-Allow-Origin");
    check_json(reply);
    if (is_control(row->target)) {
        ck_assert_msg(!cors, "%s: CORS on the control API", row_name);
        return;
    }
    ck_assert_msg(cors && strcmp(cors, "*") == 0, "%s: no CORS", row_name);
    if (reply->world) {
        const char *id = headers_get(&reply->headers, "X-Request-Id");
        ck_assert_msg(id && unit_matches("<32>", id), "%s: no X-Request-Id", row_name);
    }
    check_rule(row, reply);
}

/* ---- a row ---- */

static void check_header(const char *line, size_t len, const struct api_reply *reply)
{
    char *name = mem_dup_n(line, len);
    char *value = strstr(name, ": ");
    bool absent = *name == '-';
    if (value)
        *value = '\0';
    const char *found = headers_get(&reply->headers, absent ? name + 1 : name);
    if (absent)
        ck_assert_msg(!found, "%s: %s: %s", row_name, name + 1, found);
    else
        ck_assert_msg(found && unit_matches(value + 2, found), "%s: %s: expected %s, found %s",
                      row_name, name, value + 2, found ? found : "none");
    free(name);
}

/* Tells the coverage check (tests/coverage) that a row with a mark has compared its reply. */
static void tell_literal(const struct api_case *row, const char *pattern)
{
    const char *file = getenv("MOCKCLOUD_DUMP_COVERAGE");
    int fd = file && row->mark && pattern && !strchr(pattern, '\n')
                 ? open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666)
                 : -1;
    if (fd < 0)
        return;
    char *line = mem_printf_dup("literal %d %s: %s\n", row->status, row->mark, pattern);
    ssize_t written = write(fd, line, strlen(line));
    ck_assert_int_eq(written, (ssize_t)strlen(line));
    free(line);
    close(fd);
}

static void check_reply(const struct api_case *row, const struct api_reply *reply)
{
    char *pattern = unit_fill_dup(row->reply);
    ck_assert_msg(reply->status == row->status, "%s: expected %d, found %d %s", row_name,
                  row->status, reply->status, buf_str(&reply->body));
    ck_assert_msg(!pattern || unit_matches(pattern, buf_str(&reply->body)),
                  "%s:\nexpected %.3000s\nfound    %.3000s", row_name, pattern,
                  buf_str(&reply->body));
    tell_literal(row, pattern);
    free(pattern);
    for (const char *line = row->headers; line && *line;) {
        size_t len = strcspn(line, "\n");
        check_header(line, len, reply);
        line += len + (line[len] == '\n');
    }
    if (row->rule)
        ck_assert_msg(reply->rule && strcmp(reply->rule, row->rule) == 0,
                      "%s: expected rule %s, found %s", row_name, row->rule,
                      reply->rule ? reply->rule : "none");
}

/* The row's headers; *ret_texts are the caller's to free. */
static size_t row_headers(const struct api_case *row, struct api_header headers[4],
                          char *ret_texts[4])
{
    size_t count = 0;
    struct buf basic;
    if (row->token)
        headers[count++] = (struct api_header){
            "Authorization", ret_texts[0] = mem_printf_dup("Bearer %s", row->token)};
    if (row->basic) {
        buf_init(&basic, 4096);
        buf_add_str(&basic, "Basic ");
        text_base64_encode(row->basic, strlen(row->basic), &basic);
        headers[count++] = (struct api_header){"Authorization", ret_texts[1] = buf_take(&basic)};
    }
    if (row->type)
        headers[count++] = (struct api_header){"content-type", row->type};
    if (row->header) {
        ret_texts[2] = mem_dup(row->header);
        char *value = strstr(ret_texts[2], ": ");
        *value = '\0';
        headers[count++] = (struct api_header){ret_texts[2], value + 2};
    }
    return count;
}

static void no_ready(struct api_ticket *ticket)
{
    (void)ticket;
}

enum api_outcome unit_send(const struct api_case *row, struct api_ticket *ticket)
{
    struct api_case filled = *row;
    struct api_header headers[4];
    char *texts[8] = {0};
    row_name = row->name ? row->name : row->target;
    filled.token = texts[4] = unit_fill_dup(row->token);
    filled.target = texts[5] = unit_fill_dup(row->target);
    filled.body = texts[6] = unit_fill_dup(row->body);
    struct api_request request = {
        .method = row->method,
        .target = filled.target,
        .headers = headers,
        .header_count = row_headers(&filled, headers, texts),
        .body = filled.body,
        .body_len = filled.body ? strlen(filled.body) : 0,
        .origin = row->origin,
    };
    if (!ticket->ready)
        ticket->ready = no_ready;
    seed_request(&request);
    enum api_outcome outcome = api_dispatch(bench.api, &request, ticket);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    return outcome;
}

void unit_case(const struct api_case *row)
{
    struct api_ticket ticket = {0};
    enum api_outcome outcome = unit_send(row, &ticket);
    ck_assert_msg(outcome == API_NOW, "%s: no reply at once", row_name);
    check_reply(row, &ticket.reply);
    check_always(row, &ticket.reply);
    free(bench.reply);
    bench.reply = mem_dup(buf_str(&ticket.reply.body));
    api_ticket_done(bench.api, &ticket);
}

void unit_case_alone(const struct api_case *row)
{
    unit_begin(row->switches);
    unit_case(row);
    unit_end();
}

void unit_cases(const struct api_case *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        unit_case(&rows[i]);
}
