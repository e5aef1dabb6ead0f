/*
 * `mockcloud ctl journal`: its entries as lines, all at once or as they come.
 *
 * A line is for a person: the number (`ctl why request N` takes it), the time since the first entry
 * shown, who, what, because of which entry, and the data as KEY=VALUE. Owns that form and the
 * cutting of a stream into lines; which entries are meant is the server's to say. Scripts take
 * --json, which passes on what the server has sent.
 */
#include "cli/ctl.h"

#include "base/mem.h"
#include "base/timefmt.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES (8u << 20) /* an entry is far smaller */

/* What times are told from: the first entry. */
struct since {
    bool known;
    int64_t at_ms;
};

struct ctl_follow {
    struct since since;
    struct buf line; /* what has come of one */
    bool json;
};

/* ---- an entry ---- */

/* "+9.500s", "+1min03.500s", "+25h01min03.500s": the largest unit that there is begins. */
static void relative(int64_t ms, char ret_text[32])
{
    int64_t min = ms / 60000, s = ms / 1000 % 60, rest = ms % 1000;
    if (ms < 60000)
        snprintf(ret_text, 32, "+%" PRId64 ".%03" PRId64 "s", s, rest);
    else if (min < 60)
        snprintf(ret_text, 32, "+%" PRId64 "min%02" PRId64 ".%03" PRId64 "s", min, s, rest);
    else
        snprintf(ret_text, 32, "+%" PRId64 "h%02" PRId64 "min%02" PRId64 ".%03" PRId64 "s",
                 min / 60, min % 60, s, rest);
}

/* The first one says when it was, in a line of its own. A world that was made anew may begin before
 * that, and is told from there. */
static void print_time(const cJSON *entry, struct since *since)
{
    char text[32];
    int64_t at_ms = 0;
    if (!timefmt_parse_iso(ctl_str(entry, "at"), &at_ms))
        return;
    if (!since->known || at_ms < since->at_ms) {
        *since = (struct since){.known = true, .at_ms = at_ms};
        printf("times since %s\n", ctl_str(entry, "at"));
    }
    relative(at_ms - since->at_ms, text);
    printf("%6.0f %12s", ctl_number(entry, "n"), text);
}

/* What everybody knows by its look goes without its name. */
static bool is_plain_to_see(const char *key)
{
    return strcmp(key, "method") == 0 || strcmp(key, "path") == 0 || strcmp(key, "status") == 0;
}

/* Words stand as they are; anything else as JSON, so that it is clear where it ends, and a line end
 * stays what it was. */
static void print_value(const cJSON *value)
{
    const char *text = cJSON_GetStringValue(value);
    char *json = cJSON_PrintUnformatted(value);
    if (!json)
        return;
    ctl_make_plain(json);
    size_t len = strlen(json);
    bool word = text && *text && !strpbrk(text, " =") && len == strlen(text) + 2;
    printf("%.*s", (int)(word ? len - 2 : len), word ? json + 1 : json);
    free(json);
}

static void print_data(const cJSON *entry)
{
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(entry, "data");
    for (cJSON *item = data ? data->child : NULL; item; item = item->next) {
        if (cJSON_IsNull(item) || !item->string)
            continue;
        putchar(' ');
        ctl_make_plain(item->string);
        if (!is_plain_to_see(item->string))
            printf("%s=", item->string);
        print_value(item);
    }
}

static void print_entry(const cJSON *entry, struct since *since)
{
    double cause = ctl_number(entry, "cause");
    print_time(entry, since);
    printf(" %s", ctl_str(entry, "actor"));
    printf(" %s", ctl_str(entry, "kind"));
    if (cause > 0)
        printf(" <-%.0f", cause);
    print_data(entry);
    putchar('\n');
}

void ctl_print_journal(const struct cJSON *answer, const char *subject, const char *word)
{
    struct since since = {0};
    const cJSON *entries = cJSON_GetObjectItemCaseSensitive(answer, "entries");
    (void)subject;
    (void)word;
    for (const cJSON *entry = entries ? entries->child : NULL; entry; entry = entry->next)
        print_entry(entry, &since);
}

/* ---- followed ---- */

struct ctl_follow *ctl_follow_new(bool json)
{
    struct ctl_follow *follow = mem_new(sizeof *follow);
    follow->json = json;
    buf_init(&follow->line, LINE_MAX_BYTES);
    return follow;
}

void ctl_follow_free(struct ctl_follow *follow)
{
    if (!follow)
        return;
    buf_free(&follow->line);
    free(follow);
}

/* What is no entry (an empty line keeps the connection alive) is passed over. */
static void print_line(struct ctl_follow *follow)
{
    cJSON *entry = cJSON_Parse(buf_str(&follow->line));
    if (follow->json && entry)
        puts(buf_str(&follow->line));
    else if (cJSON_GetObjectItemCaseSensitive(entry, "n"))
        print_entry(entry, &follow->since);
    cJSON_Delete(entry);
}

bool ctl_follow_take(void *arg, const char *bytes, size_t len)
{
    struct ctl_follow *follow = arg;
    const char *end;
    while ((end = memchr(bytes, '\n', len))) {
        buf_add(&follow->line, bytes, (size_t)(end - bytes));
        print_line(follow);
        buf_clear(&follow->line);
        len -= (size_t)(end + 1 - bytes);
        bytes = end + 1;
    }
    buf_add(&follow->line, bytes, len);
    return fflush(stdout) == 0 && !follow->line.overflow;
}
