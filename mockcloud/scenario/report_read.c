/* See report_read.h. Owns what is taken for a report of ours. XML is not parsed: what junit has
 * written is known to the letter, and is joined as it stands. */
#include "scenario/report_read.h"

#include "base/mem.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

/* ---- jsonl ---- */

static int64_t read_number(const cJSON *json, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
    return cJSON_IsNumber(item) && item->valuedouble > 0 ? (int64_t)item->valuedouble : 0;
}

static const char *read_text(const cJSON *json, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));
}

static enum report_line read_case(const char *line, const cJSON *json, struct report_read *ret_read)
{
    struct report_read read = {.tries = (size_t)read_number(json, "tries")};
    if (!read_text(json, "scenario") || !read_text(json, "file") ||
        !report_from_json(line, &read.result))
        return REPORT_LINE_WRONG;
    read.before = mem_dup(read_text(json, "before"));
    *ret_read = read;
    return REPORT_LINE_CASE;
}

enum report_line report_read_line(const char *line, struct report_read *ret_read)
{
    cJSON *json = cJSON_Parse(line);
    const char *type = read_text(json, "type");
    enum report_line what = REPORT_LINE_WRONG;
    if (type && strcmp(type, "scenario") == 0) {
        what = read_case(line, json, ret_read);
    } else if (type && strcmp(type, "end") == 0) {
        *ret_read = (struct report_read){.real_ms = read_number(json, "real_ms"),
                                         .not_run = (size_t)read_number(json, "not_run")};
        what = REPORT_LINE_END;
    }
    cJSON_Delete(json);
    return what;
}

/* ---- junit ---- */

static size_t read_attribute(const char *tag, const char *name)
{
    const char *end = strchr(tag, '>'), *at = strstr(tag, name);
    return at && end && at < end ? strtoul(at + strlen(name), NULL, 10) : 0;
}

/* Text of scenarios can't look like a tag: its "<" is escaped. */
static size_t read_count(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

static void read_suites(const char *text, struct report_suites *suites)
{
    static const char tag[] = "<testsuite name=";
    for (const char *at = text; (at = strstr(at, tag)); at += sizeof tag - 1) {
        suites->tests += read_attribute(at, " tests=\"");
        suites->failures += read_attribute(at, " failures=\"");
        suites->errors += read_attribute(at, " errors=\"");
        suites->skipped += read_attribute(at, " skipped=\"");
    }
    suites->flaky = read_count(text, "<system-out>passed on try ");
    suites->timeout = read_count(text, "<error type=\"timeout\"") > 0;
}

bool report_read_junit(const char *text, struct report_suites *ret_suites)
{
    size_t len = strlen(text), head = strlen(report_junit_head), tail = strlen(report_junit_tail);
    if (len < head + tail || strncmp(text, report_junit_head, head) != 0 ||
        strcmp(text + len - tail, report_junit_tail) != 0)
        return false;
    *ret_suites = (struct report_suites){.begin = text + head, .len = len - head - tail};
    read_suites(text, ret_suites);
    return true;
}
