/* See digest.h. Owns what is left out for a reader's sake. Never used for what a machine reads. */
#include "scenario/digest.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/timefmt.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_MAX     (8u << 20)
#define DIGEST_SHOWN   6
#define DIGEST_TOKEN   40
#define DIGEST_CODE    63
#define DIGEST_VALUE   60 /* characters of one value in a journal line */
#define BASE64_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/* A claim code is random, so it has letters of both cases and digits; a path of the same length
 * hardly ever has all three. */
static bool digest_is_code(const char *run, size_t len)
{
    bool upper = false, lower = false, digit = false;
    for (size_t i = 0; i < len; i++) {
        upper |= isupper((unsigned char)run[i]) != 0;
        lower |= islower((unsigned char)run[i]) != 0;
        digit |= isdigit((unsigned char)run[i]) != 0;
    }
    return len == DIGEST_CODE && upper && lower && digit;
}

static bool digest_is_token(const char *run, size_t len)
{
    return len == DIGEST_TOKEN && strspn(run, "0123456789abcdef") >= len;
}

char *digest_shorten_dup(const char *text)
{
    struct buf out;
    if (!text)
        return NULL;
    buf_init(&out, DIGEST_MAX);
    while (*text) {
        size_t run = strspn(text, BASE64_LETTERS);
        size_t other = run ? 0 : strcspn(text, BASE64_LETTERS);
        if (digest_is_code(text, run) || digest_is_token(text, run))
            buf_printf(&out, "%.*s…", DIGEST_SHOWN, text);
        else
            buf_add(&out, text, run + other);
        text += run + other;
    }
    return buf_take(&out);
}

void digest_time(int64_t at_ms, int64_t begin_ms, struct buf *out)
{
    char iso[TIMEFMT_ISO_SIZE], begin[TIMEFMT_ISO_SIZE];
    timefmt_iso(at_ms, iso);
    timefmt_iso(begin_ms, begin);
    if (strncmp(iso, begin, 10) != 0)
        buf_printf(out, "%.5s ", iso + 5);
    buf_printf(out, "%.12s", iso + 11);
}

/* Appends at most `max` characters of `text`, its control characters as spaces; what is cut ends in
 * "…". */
static void digest_add(struct buf *out, const char *text, size_t max)
{
    size_t left = strlen(text), shown = 0;
    while (left && shown < max) {
        size_t len = text_utf8_len(text, left);
        len = len ? len : 1;
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            buf_add_char(out, ' ');
        else if (left > len && shown + 1 == max)
            buf_add_str(out, "…");
        else
            buf_add(out, text, len);
        text += len;
        left -= len;
        shown++;
    }
}

/* Members whose name says nothing that their value does not. */
static bool digest_is_bare(const char *key)
{
    static const char *const bare[] = {"method", "path", "status", "text"};
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
        if (strcmp(bare[i], key) == 0)
            return true;
    return false;
}

/* Members that tell nothing: null, the id of a request, and that of a device whose name stands
 * there too. */
static bool digest_is_noise(const cJSON *data, const cJSON *item)
{
    return cJSON_IsNull(item) || strcmp(item->string, "request_id") == 0 ||
           (strcmp(item->string, "device") == 0 &&
            cJSON_IsString(cJSON_GetObjectItem(data, "name")));
}

static void digest_member(const cJSON *item, size_t max, struct buf *out)
{
    char *text = cJSON_IsString(item) ? mem_dup(item->valuestring) : cJSON_PrintUnformatted(item);
    if (!text)
        mem_out(0);
    char *shown = digest_shorten_dup(text);
    buf_add_char(out, ' ');
    if (!digest_is_bare(item->string))
        buf_printf(out, "%s=", item->string);
    digest_add(out, shown, max);
    free(shown);
    free(text);
}

static void digest_line(const struct journal_entry *entry, int64_t begin_ms, size_t value_max,
                        size_t line_max, struct buf *out)
{
    struct buf line;
    buf_init(&line, DIGEST_MAX);
    buf_printf(&line, "%4llu ", (unsigned long long)entry->n);
    digest_time(entry->at_ms, begin_ms, &line);
    buf_printf(&line, " %-11s %s", entry->actor, entry->kind);
    cJSON *data = cJSON_ParseWithLength(entry->data, entry->data_len);
    for (const cJSON *item = data ? data->child : NULL; item; item = item->next)
        if (!digest_is_noise(data, item))
            digest_member(item, value_max, &line);
    cJSON_Delete(data);
    digest_add(out, buf_str(&line), line_max);
    buf_free(&line);
}

void digest_entry(const struct journal_entry *entry, int64_t begin_ms, struct buf *out)
{
    digest_line(entry, begin_ms, DIGEST_VALUE, DIGEST_COLUMNS, out);
}

void digest_entry_whole(const struct journal_entry *entry, int64_t begin_ms, struct buf *out)
{
    digest_line(entry, begin_ms, SIZE_MAX, SIZE_MAX, out);
}

void digest_tail(const char *text, size_t lines, const char *prefix, struct buf *out)
{
    size_t len = strlen(text), seen = 0;
    while (len && text[len - 1] == '\n')
        len--;
    size_t from = len;
    while (from && (text[from - 1] != '\n' || ++seen < lines))
        from--;
    while (from < len) {
        size_t line = strcspn(text + from, "\n");
        line = line < len - from ? line : len - from;
        char *copy = mem_dup_n(text + from, line);
        buf_add_str(out, prefix);
        digest_add(out, copy, DIGEST_COLUMNS);
        buf_add_char(out, '\n');
        free(copy);
        from += line + 1;
    }
}
