/*
 * The control API: what went over the wire, by the number of the request's journal entry. Owns how
 * an exchange is written; what is kept of it is sim/exchanges.h's.
 */
#include "api/call/route.h"
#include "api/control/control.h"
#include "api/shape/shapes.h"
#include "base/headers.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static void write_headers(const struct exchange_message *message, struct jsonw *w)
{
    const char *name, *value;
    jsonw_key(w, "headers");
    jsonw_array(w);
    for (size_t at = 0; headers_next(message->headers, message->headers_len, &at, &name, &value);) {
        jsonw_object(w);
        jsonw_key_str(w, "name", name);
        jsonw_key_str(w, "value", value);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

/* As text when it is UTF-8 (a character that the cut has halved doesn't count), else in base64. */
static void write_body(const struct exchange_message *message, struct jsonw *w)
{
    size_t kept = message->kept;
    if (kept < message->body_len)
        kept = text_utf8_prefix(message->body, kept, kept);
    bool is_text = text_utf8_valid(message->body, kept) && !memchr(message->body, '\0', kept);
    jsonw_key(w, is_text ? "body" : "body_base64");
    if (is_text) {
        jsonw_str_n(w, message->body, kept);
    } else {
        struct buf text;
        buf_init(&text, (size_t)EXCHANGES_BODY * 2);
        text_base64_encode(message->body, message->kept, &text);
        jsonw_str(w, buf_str(&text));
        buf_free(&text);
    }
    jsonw_key_int(w, "body_len", (int64_t)message->body_len);
}

static void write_request(const struct exchange_record *record, struct jsonw *w)
{
    jsonw_key(w, "request");
    jsonw_object(w);
    jsonw_key_str(w, "method", record->method);
    jsonw_key_str(w, "target", record->target);
    write_headers(&record->request, w);
    write_body(&record->request, w);
    jsonw_end_object(w);
}

static void write_reply(const struct exchange_record *record, struct jsonw *w)
{
    jsonw_key(w, "reply");
    if (!record->reply_n) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    jsonw_key_int(w, "n", (int64_t)record->reply_n);
    jsonw_key_int(w, "status", record->status);
    write_headers(&record->reply, w);
    write_body(&record->reply, w);
    jsonw_end_object(w);
}

/* Why there is none of that number. */
static void refuse(struct call *call, uint64_t n)
{
    const struct sim *sim = &call->world->sim;
    const struct journal_entry *entry = journal_get(sim->journal, n);
    if (n >= journal_next(sim->journal))
        reply_control_error(call, 404, "unknown-exchange", "there is no entry %llu yet",
                            (unsigned long long)n);
    else if (entry && strcmp(entry->kind, "http.request") != 0)
        reply_control_error(call, 404, "unknown-exchange", "entry %llu is no request, but %s",
                            (unsigned long long)n, entry->kind);
    else
        reply_control_error(call, 404, "unknown-exchange",
                            "entry %llu has fallen out of the exchange log, which begins with %llu",
                            (unsigned long long)n,
                            (unsigned long long)exchanges_first(sim->exchanges));
}

static void exchange_get(struct call *call)
{
    if (!control_world_known(call))
        return;
    char *end;
    const char *text = call->params[1];
    uint64_t n = strtoull(text, &end, 10);
    if (!*text || *end || strspn(text, "0123456789") != strlen(text)) {
        reply_control_error(call, 400, "bad-number",
                            "expected the number of a request's journal entry, found \"%.100s\"",
                            text);
        return;
    }
    const struct exchange_record *record = exchanges_find(call->world->sim.exchanges, n);
    if (!record) {
        refuse(call, n);
        return;
    }
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key_int(w, "n", (int64_t)n);
    write_request(record, w);
    write_reply(record, w);
    jsonw_end_object(w);
}

static const struct route rows[] = {
    {"GET", "/__mock/worlds/:world/exchanges/:n", "control.exchange", AUTH_CONTROL, exchange_get,
     NULL, PROVENANCE_DOCUMENTED, "mockcloud's own",
     "a request and its reply with all headers, by the number of the request's journal entry",
     .params = NO_PARAMS, .replies = REPLIES({200, &shape_control_exchange, NULL})},
};

const struct route_table control_exchange_routes = {rows, sizeof rows / sizeof *rows};
