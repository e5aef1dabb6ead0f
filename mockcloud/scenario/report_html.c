/*
 * The report `html`: the time line of each scenario in one page, which needs no network and nothing
 * beside it. The page's script and styles are console/page/timeline.*; here is only what they draw.
 *
 * Where scripts are not run (some servers of CI artifacts forbid them), the text of what failed is
 * read instead.
 */
#include "scenario/report_inside.h"

#include "console/console.h"

#include <assert.h>
#include <string.h>

#define HTML_ENTRIES_MAX (4u << 20)  /* bytes of one scenario's entries: the last ones */
#define HTML_ALL_MAX     (48u << 20) /* of all of them: later scenarios have none */

/* Text of an element. */
static void html_escape(const char *text, struct buf *out)
{
    for (; *text; text++)
        if (*text == '<')
            buf_add_str(out, "&lt;");
        else if (*text == '&')
            buf_add_str(out, "&amp;");
        else
            buf_add_char(out, *text);
}

static void html_file(const char *path, struct buf *out)
{
    const struct console_file *file = console_find(path);
    assert(file);
    buf_add(out, file->bytes, file->len);
}

void report_html_begin(struct report *report, struct buf *out)
{
    (void)report;
    buf_add_str(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
                     "<title>mockcloud: the time line</title>\n<style>\n");
    html_file("timeline.css", out);
    buf_add_str(out, "</style></head><body><main><h1>The time line</h1><div id=\"app\"></div>\n");
}

/* ---- what the script draws ---- */

/* The lines of the journal from `at` on as elements of an array. */
static void html_entries(const char *at, struct buf *json)
{
    buf_add_char(json, '[');
    for (bool first = true; *at; first = false) {
        size_t len = strcspn(at, "\n");
        if (!first)
            buf_add_char(json, ',');
        buf_add(json, at, len);
        at += len + (at[len] == '\n');
    }
    buf_add_char(json, ']');
}

/* Where the lines that have room begin; how many do not. */
static const char *html_fitting(const char *dump, size_t room, size_t *ret_omitted)
{
    size_t len = strlen(dump);
    const char *from = dump;
    *ret_omitted = 0;
    if (len <= room)
        return dump;
    from = strchr(dump + len - room, '\n');
    from = from ? from + 1 : dump + len;
    for (const char *at = dump; at < from; at++)
        *ret_omitted += *at == '\n';
    return from;
}

static void html_data(const struct scenario_result *result, size_t room, struct buf *json)
{
    struct jsonw w;
    size_t omitted;
    const char *dump = result->journal_dump ? result->journal_dump : "";
    const char *from = html_fitting(dump, room, &omitted);
    struct buf entries;
    buf_init(&entries, HTML_ENTRIES_MAX + 2);
    html_entries(from, &entries);
    jsonw_init(&w, json);
    jsonw_object(&w);
    jsonw_key(&w, "result");
    jsonw_object(&w);
    report_members(result, false, &w);
    jsonw_end_object(&w);
    jsonw_key_int(&w, "omitted", (int64_t)omitted);
    jsonw_key(&w, "clients");
    jsonw_raw(&w, result->client_dump ? result->client_dump : "{}",
              result->client_dump ? strlen(result->client_dump) : 2);
    jsonw_key(&w, "entries");
    jsonw_raw(&w, buf_str(&entries), entries.len);
    jsonw_end_object(&w);
    buf_free(&entries);
}

/* In JSON a < stands in texts alone, where it may be written otherwise: so no text can end the
 * script that it stands in. */
static void html_json(const struct buf *json, struct buf *out)
{
    for (size_t i = 0; i < json->len; i++)
        if (json->data[i] == '<')
            buf_add_str(out, "\\u003c");
        else
            buf_add_char(out, json->data[i]);
}

static void html_plain(const struct scenario_result *result, struct buf *out)
{
    static const struct report_style plain = {0};
    struct buf text;
    buf_init(&text, 256u << 10);
    report_text(result, &plain, &text);
    buf_add_str(out, "<noscript><pre>");
    html_escape(buf_str(&text), out);
    buf_add_str(out, "</pre></noscript>\n");
    buf_free(&text);
}

void report_html_add(struct report *report, const struct report_case *one, struct buf *out)
{
    size_t left = report->held < HTML_ALL_MAX ? HTML_ALL_MAX - report->held : 0;
    size_t room = left < HTML_ENTRIES_MAX ? left : HTML_ENTRIES_MAX;
    struct buf json;
    buf_init(&json, 2 * HTML_ENTRIES_MAX + (32u << 20));
    html_data(one->result, room, &json);
    if (!json.overflow) {
        buf_add_str(out, "<script type=\"application/json\" class=\"scenario\">");
        html_json(&json, out);
        buf_add_str(out, "</script>\n");
        report->held += json.len;
    }
    buf_free(&json);
    html_plain(one->result, out);
}

void report_html_end(struct report *report, const struct report_totals *totals, struct buf *out)
{
    (void)report;
    buf_add_str(out, "<p class=\"soft\">");
    report_counts(totals, out);
    buf_add_str(out, " in ");
    report_time(totals->real_ms, out);
    buf_add_str(out, "</p></main>\n<script>\n");
    html_file("timeline.js", out);
    buf_add_str(out, "</script></body></html>\n");
}
