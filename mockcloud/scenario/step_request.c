/* See steps.h. Owns the steps `request` and `call`: how their fields become a request as it would
 * come over a socket, raw body and all, so that it meets the same decoder; or goes to a client. */
#include "base/mem.h"
#include "base/text.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "scenario/answer.h"
#include "scenario/clients.h"
#include "scenario/service.h"
#include "scenario/steps.h"
#include "scenario/who.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REQUEST_HEADERS 32
#define REQUEST_MAX     (8u << 20)

static const struct field text_item = {
    .name = "value",
    .type = FIELD_STRING,
    .text = "Text; ${…} is filled in.",
};

static const char *const token_places[] = {"header", "query", "form", NULL};

/* What a request has besides its line: of the steps `request` and `call`. */
#define REQUEST_PARTS(reply_fields)                                                                \
    {.name = "token",                                                                              \
     .type = FIELD_ANY,                                                                            \
     .text =                                                                                       \
         "Whose access token goes with it: a user, a customer or a client of the world, by name "  \
         "or as {user: E}, {customer: E, product: P}, {client: ID}; {value: T} is a raw one."},    \
        {.name = "token_in",                                                                       \
         .type = FIELD_WORD,                                                                       \
         .words = token_places,                                                                    \
         .text = "Where the token stands: header (the default), query or form."},                  \
        {.name = "basic",                                                                          \
         .type = FIELD_STRING,                                                                     \
         .text = "The id of an OAuth client of the world: its id and secret go as Basic "          \
                 "credentials."},                                                                  \
        {.name = "query", .type = FIELD_MAP, .item = &text_item, .text = "Added to the target."},  \
        {.name = "headers",                                                                        \
         .type = FIELD_MAP,                                                                        \
         .item = &text_item,                                                                       \
         .text = "Headers of the request."},                                                       \
        {.name = "form", .type = FIELD_MAP, .item = &text_item, .text = "The body, as a form."},   \
        {.name = "json", .type = FIELD_ANY, .text = "The body, as JSON."},                         \
        {.name = "body",                                                                           \
         .type = FIELD_STRING,                                                                     \
         .text = "The body, as it is. Say its type in `headers`."},                                \
        {.name = "reply",                                                                          \
         .type = FIELD_OBJECT,                                                                     \
         .fields = (reply_fields),                                                                 \
         .text = "What is expected. Without a status, one of 400 or more fails."},                 \
    {                                                                                              \
        .name = "save", .type = FIELD_MAP, .item = &answer_save_item,                              \
        .text =                                                                                    \
            "Names for values of the reply, by JSON Pointer: {code: /claim_code}. ${code} stands " \
            "for it in later steps."                                                               \
    }

const struct field step_request_fields[] = {
    {.name = "request",
     .type = FIELD_STRING,
     .required = true,
     .text = "Method and target: POST /v1/devices."},
    REQUEST_PARTS(answer_fields),
    STEP_AS,
    {0},
};

const struct field step_call_fields[] = {
    {.name = "call",
     .type = FIELD_STRING,
     .required = true,
     .text = "Method and target: POST /claim."},
    {.name = "client",
     .type = FIELD_STRING,
     .required = true,
     .text = "Whom: a client with a port, which a step before this one has started."},
    {.name = "within", .type = FIELD_WAIT, .text = "How long its answer may take (30s real)."},
    REQUEST_PARTS(answer_called_fields),
    STEP_AS,
    {0},
};

/* ---- while loading ---- */

static bool request_check_line(struct scenario_load *load, const struct doc_node *node)
{
    size_t method = strspn(node->text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    const char *target = node->text + method + 1;
    bool ok = method && node->text[method] == ' ' &&
              (*target == '/' || strncmp(target, "${", 2) == 0) && !strpbrk(target, " \t\r\n");
    if (!ok)
        doc_fail(load->doc, node, load->diags, NULL,
                 "expected a method and a target like \"POST /v1/devices\", found \"%s\"",
                 node->text);
    return ok && interp_check(load, node);
}

static bool request_check_body(struct scenario_load *load, const struct doc_node *step)
{
    static const char *const kinds[] = {"form", "json", "body"};
    const struct doc_node *first = NULL;
    bool in_form = strcmp(fields_str(step, "token_in", "header"), "form") == 0;
    for (size_t i = 0; i < 3; i++) {
        const struct doc_node *key = doc_get_key(step, kinds[i]);
        if (key && (first || (in_form && i > 0))) {
            doc_fail(load->doc, key, load->diags, NULL,
                     "a request has one body: \"%s\" doesn't go with \"%s\"", key->text,
                     first ? first->text : "token_in: form");
            return false;
        }
        first = key ? key : first;
    }
    return true;
}

static bool request_check_basic(struct scenario_load *load, const struct doc_node *step)
{
    const struct doc_node *basic = doc_get(step, "basic");
    bool in_header =
        doc_get(step, "token") && strcmp(fields_str(step, "token_in", "header"), "header") == 0;
    if (!basic)
        return true;
    if (in_header) {
        doc_fail(load->doc, basic, load->diags, NULL,
                 "\"basic\" and \"token\" would both be the Authorization header");
        return false;
    }
    if (!load->world || map_get(&load->world->cloud->clients, basic->text))
        return true;
    doc_fail(load->doc, basic, load->diags, NULL, "there is no client \"%s\" in this world",
             basic->text);
    return false;
}

static bool request_check(struct scenario_load *load, const struct doc_node *step, const char *word)
{
    static const char *const filled[] = {"query", "headers", "form", "json", "body"};
    const struct doc_node *token = doc_get(step, "token");
    bool ok = request_check_line(load, doc_get(step, word));
    ok &= request_check_body(load, step);
    ok &= request_check_basic(load, step);
    if (token)
        ok &= who_check(load, token, WHO_TOKENS);
    for (size_t i = 0; i < sizeof filled / sizeof *filled; i++)
        if (doc_get(step, filled[i]))
            ok &= interp_check_tree(load, doc_get(step, filled[i]));
    return answer_check(load, step) && ok;
}

bool step_request_check(struct scenario_load *load, const struct doc_node *step)
{
    return request_check(load, step, "request");
}

bool step_call_check(struct scenario_load *load, const struct doc_node *step)
{
    const struct doc_node *name = doc_get(step, "client");
    if (!scenario_load_check_client(load, name))
        return false;
    const struct scenario_client *client =
        &load->scenario->clients[scenario_load_client(load->scenario, name->text)];
    if (!client->port)
        doc_fail(load->doc, name, load->diags, NULL,
                 "the client \"%s\" has no port: give it one with `port: true`", name->text);
    else if (!map_get(&load->started, name->text))
        doc_fail(load->doc, name, load->diags, NULL,
                 "no step before this one starts the client \"%s\"", name->text);
    bool known = client->port && map_get(&load->started, name->text);
    return service_check_within(load, step) && request_check(load, step, "call") && known;
}

/* ---- while running ---- */

/* A request being put together. Everything is owned. */
struct draft {
    char *method;
    struct buf target;
    struct buf body;
    struct api_header headers[REQUEST_HEADERS];
    char *owned[REQUEST_HEADERS * 2];
    size_t header_count, owned_count;
};

static void draft_free(struct draft *draft)
{
    for (size_t i = 0; i < draft->owned_count; i++)
        free(draft->owned[i]);
    buf_free(&draft->target);
    buf_free(&draft->body);
    free(draft->method);
}

/* Adds a header; `value` is taken, `name` is borrowed. */
static void draft_header(struct draft *draft, const char *name, char *value)
{
    if (draft->header_count == REQUEST_HEADERS) {
        free(value);
        return;
    }
    draft->headers[draft->header_count++] = (struct api_header){name, value};
    draft->owned[draft->owned_count++] = value;
}

/* Adds NAME=VALUE, percent-encoded, behind `separator`. */
static void draft_pair(struct buf *out, const char *separator, const char *name, const char *value)
{
    buf_add_str(out, separator);
    text_percent_encode(name, out);
    buf_add_char(out, '=');
    text_percent_encode(value, out);
}

static const char *draft_query_separator(const struct draft *draft)
{
    return strchr(buf_str(&draft->target), '?') ? "&" : "?";
}

static void draft_line(struct draft *draft, struct scenario_run *run, const char *line)
{
    size_t method = strcspn(line, " ");
    char *target = interp_dup(&run->interp, line + method + 1);
    draft->method = mem_dup_n(line, method);
    buf_add_str(&draft->target, target);
    free(target);
}

static void draft_query(struct draft *draft, struct scenario_run *run, const struct doc_node *query)
{
    for (size_t i = 0; query && i < query->count; i++) {
        char *value = interp_dup(&run->interp, query->pairs[i].value->text);
        draft_pair(&draft->target, draft_query_separator(draft), query->pairs[i].key->text, value);
        free(value);
    }
}

static void draft_headers(struct draft *draft, struct scenario_run *run,
                          const struct doc_node *headers)
{
    for (size_t i = 0; headers && i < headers->count; i++)
        draft_header(draft, headers->pairs[i].key->text,
                     interp_dup(&run->interp, headers->pairs[i].value->text));
}

/* Says the body's type, unless the step's own headers do. */
static void draft_type(struct draft *draft, const char *type)
{
    for (size_t i = 0; i < draft->header_count; i++)
        if (strcasecmp(draft->headers[i].name, "Content-Type") == 0)
            return;
    draft_header(draft, "Content-Type", mem_dup(type));
}

static void draft_body(struct draft *draft, struct scenario_run *run, const struct doc_node *step)
{
    const struct doc_node *form = doc_get(step, "form");
    const struct doc_node *json = doc_get(step, "json");
    const struct doc_node *body = doc_get(step, "body");
    char *text = body ? interp_dup(&run->interp, body->text) : NULL;
    struct jsonw w;
    jsonw_init(&w, &draft->body);
    if (json)
        interp_write_json(&run->interp, json, &w);
    if (json)
        draft_type(draft, "application/json");
    if (form)
        draft_type(draft, "application/x-www-form-urlencoded");
    for (size_t i = 0; form && i < form->count; i++) {
        char *value = interp_dup(&run->interp, form->pairs[i].value->text);
        draft_pair(&draft->body, i ? "&" : "", form->pairs[i].key->text, value);
        free(value);
    }
    buf_add_str(&draft->body, text ? text : "");
    free(text);
}

static bool draft_token(struct draft *draft, struct scenario_run *run, const struct doc_node *step)
{
    const struct doc_node *node = doc_get(step, "token");
    const char *place = fields_str(step, "token_in", "header");
    if (!node)
        return true;
    const char *token = who_token(&run->interp, run->world->cloud, &run->tokens, node);
    if (!token)
        return run_fail(run, "there is nobody (yet, or any more) to give a token to");
    if (strcmp(place, "query") == 0)
        draft_pair(&draft->target, draft_query_separator(draft), "access_token", token);
    else if (strcmp(place, "form") == 0)
        draft_pair(&draft->body, draft->body.len ? "&" : "", "access_token", token);
    else
        draft_header(draft, "Authorization", mem_printf_dup("Bearer %s", token));
    if (strcmp(place, "form") == 0)
        draft_type(draft, "application/x-www-form-urlencoded");
    return true;
}

static void draft_basic(struct draft *draft, struct scenario_run *run, const char *id)
{
    const struct oauth_client *client = id ? map_get(&run->world->cloud->clients, id) : NULL;
    struct buf value;
    if (!client)
        return;
    char *pair = mem_printf_dup("%s:%s", client->id, client->secret);
    buf_init(&value, REQUEST_MAX);
    buf_add_str(&value, "Basic ");
    text_base64_encode(pair, strlen(pair), &value);
    draft_header(draft, "Authorization", buf_take(&value));
    free(pair);
}

static bool draft_fill(struct draft *draft, struct scenario_run *run, const struct doc_node *step,
                       const char *word)
{
    buf_init(&draft->target, REQUEST_MAX);
    buf_init(&draft->body, REQUEST_MAX);
    draft_line(draft, run, fields_str(step, word, ""));
    draft_query(draft, run, doc_get(step, "query"));
    draft_headers(draft, run, doc_get(step, "headers"));
    draft_body(draft, run, step);
    draft_basic(draft, run, fields_str(step, "basic", NULL));
    return draft_token(draft, run, step);
}

/* Tells the report which device the request was about (the one whose id it holds) and for whom. */
static void draft_concerns(const struct draft *draft, struct scenario_run *run,
                           const struct doc_node *step)
{
    const struct fleet *fleet = run->world->fleet;
    const struct doc_node *token = doc_get(step, "token");
    struct owner owner = {.kind = OWNER_NONE};
    if (token)
        who_owner(run->world, token, &owner);
    for (size_t i = 0; i < fleet_count(fleet); i++) {
        const struct device *device = fleet_at(fleet, i);
        if (strstr(buf_str(&draft->target), device->id) ||
            strstr(buf_str(&draft->body), device->id))
            run_fail_device(run, device->name, owner);
    }
}

bool step_request_run(struct scenario_run *run, const struct doc_node *step)
{
    struct draft draft = {0};
    struct api_ticket ticket = {0};
    bool ok = draft_fill(&draft, run, step, "request");
    struct api_request request = {
        .method = draft.method,
        .target = buf_str(&draft.target),
        .headers = draft.headers,
        .header_count = draft.header_count,
        .body = draft.body.len ? buf_str(&draft.body) : NULL,
        .body_len = draft.body.len,
    };
    if (ok && run_dispatch(run, &request, &ticket)) {
        ok = answer_take(run, step, &ticket.reply);
        api_ticket_done(run->api, &ticket);
        if (!ok && !run_world_gone(run))
            draft_concerns(&draft, run, step);
    } else {
        ok = false;
    }
    draft_free(&draft);
    return ok;
}

/* The draft, sent to a client. */
static bool draft_call(struct draft *draft, struct scenario_run *run, const struct doc_node *step)
{
    const struct run_client *client = clients_find(run, fields_str(step, "client", ""));
    const char *target = buf_str(&draft->target);
    /* A target may be a whole URL, which the service has told us. */
    char *url = *target == '/' ? mem_printf_dup("http://127.0.0.1:%u%s", client->port, target)
                               : mem_dup(target);
    struct scenario_call request = {
        .method = draft->method,
        .url = url,
        .headers = draft->headers,
        .header_count = draft->header_count,
        .body = draft->body.len ? buf_str(&draft->body) : NULL,
        .body_len = draft->body.len,
    };
    const struct api_reply *reply = NULL;
    void *call =
        service_call(run, client, &request, fields_str(step, "within", "30s real"), &reply);
    bool ok = reply && answer_take(run, step, reply);
    if (call)
        run->options->host->hang_up(run->options->host->ctx, call);
    free(url);
    return ok;
}

bool step_call_run(struct scenario_run *run, const struct doc_node *step)
{
    struct draft draft = {0};
    bool ok = draft_fill(&draft, run, step, "call") && draft_call(&draft, run, step);
    if (!ok && !run_world_gone(run))
        draft_concerns(&draft, run, step);
    draft_free(&draft);
    return ok;
}
