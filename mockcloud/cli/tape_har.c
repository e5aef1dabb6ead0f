/* See tape_har.h. Owns what has been asked and not been answered yet; what was answered is text. */
#include "cli/tape_har.h"

#include "base/har.h"
#include "base/headers.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define HAR_MAX (1u << 30)

struct har_asked {
    uint64_t number;
    int64_t began_ms; /* of the machine's monotonic clock */
    struct har_exchange exchange;
    struct tape_pair *pairs;
    size_t pair_count;
    char *text; /* when it was answered */
};

struct tape_har {
    struct har_asked *asked;
    size_t count, cap;
    char *base_url;
    int64_t now_ms, wall_ahead_ms;
};

/* ---- headers ---- */

static bool next_pair(const void *list, size_t index, const char **ret_name, const char **ret_value)
{
    const struct har_asked *asked = list;
    if (index >= asked->pair_count)
        return false;
    *ret_name = asked->pairs[index].name.data;
    *ret_value = asked->pairs[index].value.data;
    return true;
}

static bool next_header(const void *list, size_t index, const char **ret_name,
                        const char **ret_value)
{
    const struct buf *headers = list;
    size_t cursor = 0;
    for (size_t i = 0; i <= index; i++)
        if (!headers_next(headers->data, headers->len, &cursor, ret_name, ret_value))
            return false;
    return true;
}

/* ---- what was asked ---- */

static void take_pairs(struct har_asked *asked, const struct tape_record *record)
{
    asked->pair_count = record->pair_count;
    asked->pairs = mem_new_array(record->pair_count + 1, sizeof *asked->pairs);
    for (size_t i = 0; i < record->pair_count; i++) {
        asked->pairs[i].name.data = mem_dup(record->pairs[i].name.data);
        asked->pairs[i].value.data = mem_dup(record->pairs[i].value.data);
    }
}

static struct har_asked *add(struct tape_har *har)
{
    if (har->count == har->cap) {
        har->cap = har->cap ? 2 * har->cap : 64;
        har->asked = mem_grow(har->asked, har->cap * sizeof *har->asked);
    }
    struct har_asked *asked = &har->asked[har->count++];
    memset(asked, 0, sizeof *asked);
    return asked;
}

static void on_request(struct tape_har *har, const struct tape_record *record)
{
    enum { NUMBER, CONNECTION };
    enum { METHOD, TARGET, BODY };
    const struct tape_text *body = &record->texts[BODY];
    struct har_asked *asked = add(har);
    asked->number = (uint64_t)record->numbers[NUMBER];
    asked->began_ms = record->real_ms;
    take_pairs(asked, record);
    asked->exchange = (struct har_exchange){
        .began_ms = record->real_ms + har->wall_ahead_ms,
        .method = mem_dup(record->texts[METHOD].data),
        .base_url = har->base_url,
        .target = mem_dup(record->texts[TARGET].data),
        .connection = (uint64_t)record->numbers[CONNECTION],
        .request = {.headers = {next_pair, NULL},
                    .body = body->len ? mem_dup_n(body->data, body->len) : NULL,
                    .body_len = body->len},
    };
}

static void on_replayed(void *arg, const struct tape_record *record)
{
    struct tape_har *har = arg;
    har->now_ms = record->real_ms;
    if (record->kind == TAPE_BEGUN || record->kind == TAPE_WALL)
        har->wall_ahead_ms = record->numbers[0] - record->real_ms;
    else if (record->kind == TAPE_REQUEST && record->texts[0].data && record->texts[1].data)
        on_request(har, record);
    else if (record->kind == TAPE_BASE_URL && !har->base_url)
        har->base_url = mem_dup(record->texts[0].data);
}

/* ---- what was answered ---- */

static void write_one(const struct tape_har *har, const struct har_asked *asked, struct buf *out)
{
    struct har_exchange exchange = asked->exchange;
    exchange.base_url = har->base_url ? har->base_url : "http://localhost";
    exchange.request.headers.list = asked;
    har_add(out, &exchange);
}

static struct har_asked *find(const struct tape_har *har, uint64_t number)
{
    for (size_t i = har->count; i-- > 0;) /* nearly always the last one */
        if (har->asked[i].number == number)
            return &har->asked[i];
    return NULL;
}

static void on_replied(void *arg, uint64_t number, const struct api_reply *reply)
{
    struct tape_har *har = arg;
    struct har_asked *asked = find(har, number);
    struct buf text;
    if (!asked || asked->text)
        return;
    asked->exchange.status = reply->status;
    asked->exchange.took_ms = har->now_ms - asked->began_ms;
    asked->exchange.reply = (struct har_message){
        .headers = {next_header, &reply->headers},
        .body = reply->body.len ? reply->body.data : NULL,
        .body_len = reply->body.len,
    };
    buf_init(&text, HAR_MAX);
    write_one(har, asked, &text);
    asked->text = buf_take(&text);
    asked->exchange.reply = (struct har_message){0};
}

void tape_har_listen(struct tape_har *har, struct replay_options *options)
{
    options->replayed = on_replayed;
    options->replied = on_replied;
    options->arg = har;
}

/* ---- the document ---- */

void tape_har_write(const struct tape_har *har, struct buf *out)
{
    har_begin(out, MOCKCLOUD_VERSION);
    for (size_t i = 0; i < har->count; i++) {
        if (i)
            buf_add_char(out, ',');
        if (har->asked[i].text)
            buf_add_str(out, har->asked[i].text);
        else
            write_one(har, &har->asked[i], out);
    }
    har_end(out);
}

struct tape_har *tape_har_new(void)
{
    return mem_new(sizeof(struct tape_har));
}

static void asked_free(struct har_asked *asked)
{
    for (size_t i = 0; i < asked->pair_count; i++) {
        free((void *)(uintptr_t)asked->pairs[i].name.data);
        free((void *)(uintptr_t)asked->pairs[i].value.data);
    }
    free(asked->pairs);
    free((void *)(uintptr_t)asked->exchange.method);
    free((void *)(uintptr_t)asked->exchange.target);
    free((void *)(uintptr_t)asked->exchange.request.body);
    free(asked->text);
}

void tape_har_free(struct tape_har *har)
{
    for (size_t i = 0; i < har->count; i++)
        asked_free(&har->asked[i]);
    free(har->asked);
    free(har->base_url);
    free(har);
}
