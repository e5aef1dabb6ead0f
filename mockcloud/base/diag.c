/* See diag.h. Owns how a mistake looks: the source line made safe for a terminal, the caret under
 * it. Never decides what is a mistake. */
#include "base/diag.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define DIAG_TEXT_MAX    1200 /* bytes of a message or hint */
#define DIAG_SOURCE_MAX  110  /* characters that are shown of a source line */
#define DIAG_SOURCE_LEAD 60   /* of them before the caret, when the line is longer */

/* A byte that is not UTF-8 counts as one character, as the caret counts it. */
static size_t diag_char_len(const char *text, size_t len)
{
    size_t valid = text_utf8_len(text, len);
    return valid ? valid : 1;
}

static size_t diag_skip(const char *text, size_t len, size_t chars)
{
    size_t at = 0;
    while (chars-- && at < len)
        at += diag_char_len(text + at, len - at);
    return at;
}

/* A source line: each character as one of the same width, so that the caret stands under its own.
 */
static void diag_add_source(struct buf *out, const char *text, size_t len)
{
    size_t step;
    for (size_t at = 0; at < len; at += step) {
        step = diag_char_len(text + at, len - at);
        if (!text_is_control(text + at, step) || text[at] == '\t')
            buf_add(out, text + at, step);
        else
            buf_add_str(out, "\xef\xbf\xbd");
    }
}

static char *diag_text_dup(const char *text)
{
    if (!text)
        return NULL;
    struct buf out;
    buf_init(&out, DIAG_TEXT_MAX * 4 + 8);
    size_t len = strlen(text), shown = 0;
    while (shown < len && shown < DIAG_TEXT_MAX)
        shown += diag_char_len(text + shown, len - shown);
    text_add_plain(&out, text, shown);
    if (shown < len)
        buf_add_str(&out, "…");
    return buf_take(&out);
}

/* The part of a source line around `column`, and where in it the caret stands. */
static char *diag_source_dup(const char *source, int column, int *ret_caret)
{
    struct buf out;
    buf_init(&out, DIAG_SOURCE_MAX * 4 + 8);
    size_t len = strcspn(source, "\r\n");
    size_t before = column > 1 ? (size_t)column - 1 : 0; /* characters left of the caret */
    size_t first = 0;
    if (diag_skip(source, len, DIAG_SOURCE_MAX) < len && before > DIAG_SOURCE_LEAD)
        first = before - DIAG_SOURCE_LEAD;
    size_t from = diag_skip(source, len, first);
    size_t shown = diag_skip(source + from, len - from, DIAG_SOURCE_MAX);
    if (first)
        buf_add_str(&out, "…");
    diag_add_source(&out, source + from, shown);
    if (from + shown < len)
        buf_add_str(&out, "…");
    *ret_caret = (int)(before - first + (first > 0)) + 1;
    return buf_take(&out);
}

void diags_add(struct diags *diags, const char *file, int line, int column, const char *source,
               const char *hint, const char *message)
{
    if (diags->count == DIAG_MAX) {
        diags->dropped++;
        return;
    }
    struct diag *diag = &diags->items[diags->count++];
    *diag = (struct diag){.file = mem_dup(file), .line = line, .column = column};
    diag->message = diag_text_dup(message);
    diag->hint = diag_text_dup(hint);
    if (source && line > 0)
        diag->source = diag_source_dup(source, column, &diag->caret);
}

void diags_free(struct diags *diags)
{
    if (!diags)
        return;
    for (size_t i = 0; i < diags->count; i++) {
        struct diag *diag = &diags->items[i];
        free(diag->file);
        free(diag->message);
        free(diag->hint);
        free(diag->source);
    }
    *diags = (struct diags){0};
}

/* As wide as the source up to the caret: its tabs are repeated, whatever their width is. */
static void diag_write_pad(const char *source, int caret, struct buf *out)
{
    size_t len = strlen(source), at = 0;
    for (int i = 1; i < caret && at < len; i++) {
        buf_add_char(out, source[at] == '\t' ? '\t' : ' ');
        at += diag_char_len(source + at, len - at);
    }
}

static void diag_write_source(const struct diag *diag, struct buf *out, bool colour)
{
    buf_printf(out, "%5d | %s\n      | ", diag->line, diag->source);
    diag_write_pad(diag->source, diag->caret, out);
    buf_add_str(out, colour ? "\033[31m^\033[0m" : "^");
    if (diag->hint)
        buf_printf(out, " did you mean \"%s\"?", diag->hint);
    buf_add_char(out, '\n');
}

static void diag_write(const struct diag *diag, struct buf *out, bool colour)
{
    buf_add_str(out, colour ? "\033[1m" : "");
    text_add_plain(out, diag->file, strlen(diag->file));
    if (diag->line > 0)
        buf_printf(out, ":%d:%d", diag->line, diag->column);
    buf_add_str(out, colour ? ":\033[0m \033[31m" : ": ");
    buf_add_str(out, diag->message);
    buf_add_str(out, colour ? "\033[0m" : "");
    if (diag->hint && !diag->source)
        buf_printf(out, " (did you mean \"%s\"?)", diag->hint);
    buf_add_char(out, '\n');
    if (diag->source)
        diag_write_source(diag, out, colour);
}

void diags_write(const struct diags *diags, struct buf *out, bool colour)
{
    for (size_t i = 0; i < diags->count; i++)
        diag_write(&diags->items[i], out, colour);
    if (diags->dropped)
        buf_printf(out, "… and %zu more\n", diags->dropped);
}
