/* See roff.h. Owns what troff would take for its own: backslashes, dots and quotes at the start of
 * a line, and hyphens, which it would print as something that can't be pasted into a shell. */
#include "cli/roff.h"

#include <ctype.h>
#include <string.h>

static void roff_char(struct buf *out, char c, bool line_start)
{
    if (line_start && (c == '.' || c == '\''))
        buf_add_str(out, "\\&");
    if (c == '\\')
        buf_add_str(out, "\\e");
    else if (c == '-')
        buf_add_str(out, "\\-");
    else if (c == '~')
        buf_add_str(out, "\\(ti");
    else if (c == '^')
        buf_add_str(out, "\\(ha");
    else if (c == '`')
        buf_add_str(out, "\\(ga");
    else if (c == '\'')
        buf_add_str(out, "\\(aq");
    else
        buf_add_char(out, c);
}

/* One line, without its end. */
static void roff_line(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        roff_char(out, text[i], i == 0);
}

void roff_begin(struct buf *out, const char *page, int section, const char *text)
{
    buf_add_str(out, ".TH ");
    for (const char *c = page; *c; c++)
        buf_add_char(out, (char)toupper((unsigned char)*c));
    buf_printf(out, " %d \"\" \"mockcloud " MOCKCLOUD_VERSION "\" \"mockcloud\"\n", section);
    roff_heading(out, "NAME");
    roff_line(out, page, strlen(page));
    buf_add_str(out, " \\- ");
    roff_line(out, text, strlen(text));
    buf_add_char(out, '\n');
}

void roff_heading(struct buf *out, const char *title)
{
    buf_printf(out, ".SH %s\n", title);
}

static void roff_lines(struct buf *out, const char *text, const char *between)
{
    for (;;) {
        size_t len = strcspn(text, "\n");
        roff_line(out, text, len);
        buf_add_char(out, '\n');
        text += len;
        if (!*text++ || !*text)
            return;
        buf_add_str(out, between);
    }
}

void roff_paragraph(struct buf *out, const char *text)
{
    buf_add_str(out, ".PP\n");
    /* Lines that are indented are examples; the others flow. */
    roff_lines(out, text, strstr(text, "\n  ") ? ".br\n" : "");
}

void roff_example(struct buf *out, const char *text)
{
    buf_add_str(out, ".PP\n.in +4n\n.nf\n");
    roff_lines(out, text, "");
    buf_add_str(out, ".fi\n.in\n");
}

void roff_item(struct buf *out, const char *head, const char *text)
{
    /* A macro's argument would need its quotes doubled; a line of its own does not. */
    buf_add_str(out, ".TP\n\\fB");
    roff_line(out, head, strlen(head));
    buf_add_str(out, "\\fP\n");
    if (text && *text)
        roff_lines(out, text, "");
    else
        buf_add_str(out, "\\&\n");
}

void roff_reference(struct buf *out, const char *page, int section, bool first)
{
    buf_add_str(out, first ? "" : ",\n");
    buf_add_str(out, "\\fB");
    roff_line(out, page, strlen(page));
    buf_printf(out, "\\fP(%d)", section);
}
