/* See wire_dump.h. Owns which exchanges are told, and by which clock: the world's, as in the
 * journal, whose numbers stand beside them. */
#include "scenario/wire_dump.h"

#include "base/har.h"
#include "base/headers.h"
#include "base/mem.h"
#include "base/text.h"
#include "sim/exchanges.h"
#include "sim/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIRE_DUMP_MAX (128u << 20)

static bool wire_next(const void *list, size_t index, const char **ret_name, const char **ret_value)
{
    const struct exchange_message *message = list;
    size_t at = 0;
    do
        if (!headers_next(message->headers, message->headers_len, &at, ret_name, ret_value))
            return false;
    while (index--);
    return true;
}

/* A cut may have gone through a character. */
static struct har_message wire_message(const struct exchange_message *message)
{
    size_t len = message->kept;
    if (len < message->body_len) {
        size_t whole = text_utf8_prefix(message->body, len, len);
        len = text_utf8_valid(message->body, whole) ? whole : len;
    }
    return (struct har_message){
        .headers = {.next = wire_next, .list = message},
        .body = message->body_len ? message->body : NULL,
        .body_len = len,
        .cut = message->body_len - len,
    };
}

/* Where the client thought it was calling; an absolute target says so itself. */
static char *wire_base_dup(const struct exchange_record *record, const char *scheme)
{
    const char *name, *value;
    if (*record->target != '/')
        return mem_dup("");
    for (size_t i = 0; wire_next(&record->request, i, &name, &value); i++)
        if (headers_named(name, "Host"))
            return mem_printf_dup("%s://%s", scheme, value);
    return mem_printf_dup("%s://localhost", scheme);
}

static void wire_add(const struct journal *journal, const struct exchange_record *record,
                     const char *scheme, struct buf *out)
{
    const struct journal_entry *asked = journal_get(journal, record->n);
    const struct journal_entry *answered = journal_get(journal, record->reply_n);
    char *base = wire_base_dup(record, scheme);
    char *comment =
        mem_printf_dup("#%llu %s", (unsigned long long)record->n, asked ? asked->actor : "");
    struct har_exchange exchange = {
        .began_ms = asked ? asked->at_ms : 0,
        .took_ms = asked && answered ? answered->at_ms - asked->at_ms : 0,
        .method = record->method,
        .base_url = base,
        .target = record->target,
        .comment = comment,
        .request = wire_message(&record->request),
    };
    if (record->reply_n) {
        exchange.status = record->status;
        exchange.reply = wire_message(&record->reply);
    }
    if (out->len)
        buf_add_str(out, ",\n");
    har_add(out, &exchange);
    free(comment);
    free(base);
}

char *wire_dump_dup(const struct world *world, const char *scheme)
{
    const struct journal *journal = world->sim.journal;
    uint64_t n = exchanges_first(world->sim.exchanges);
    struct buf out;
    buf_init(&out, WIRE_DUMP_MAX);
    for (; n && n < journal_next(journal); n++) {
        const struct exchange_record *record = exchanges_find(world->sim.exchanges, n);
        if (record && strncmp(record->target, "/__mock", 7) != 0)
            wire_add(journal, record, scheme, &out);
    }
    if (out.len && !out.overflow)
        return buf_take(&out);
    buf_free(&out);
    return NULL;
}
