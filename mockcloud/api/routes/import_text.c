/*
 * See import_text.h. A line is what stands between line ends of any kind; columns are separated by
 * commas, semicolons or tabs, and may be quoted. Says nothing of whether an identifier is one.
 */
#include "api/routes/import_text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* A part of the text: a line, or a column of one. */
struct span {
    const char *at;
    size_t len;
};

/* Cuts the next line off the text; false: there is none. */
static bool next_line(struct span *text, struct span *ret_line)
{
    if (!text->len)
        return false;
    size_t len = 0;
    while (len < text->len && text->at[len] != '\n' && text->at[len] != '\r')
        len++;
    *ret_line = (struct span){text->at, len};
    size_t used = len + (len < text->len);
    text->at += used;
    text->len -= used;
    return true;
}

static bool separates(char c)
{
    return c == ',' || c == ';' || c == '\t';
}

/* Cuts the next column off the line, without blanks and quotes around it; false: there is none. */
static bool next_column(struct span *line, struct span *ret_column)
{
    bool quoted = false;
    size_t len = 0;
    if (!line->at)
        return false;
    for (; len < line->len && (quoted || !separates(line->at[len])); len++)
        quoted ^= line->at[len] == '"';
    struct span column = {line->at, len};
    if (len < line->len)
        *line = (struct span){line->at + len + 1, line->len - len - 1};
    else
        *line = (struct span){NULL, 0};
    while (column.len && isspace((unsigned char)column.at[column.len - 1]))
        column.len--;
    while (column.len && isspace((unsigned char)*column.at)) {
        column.at++;
        column.len--;
    }
    if (column.len >= 2 && *column.at == '"' && column.at[column.len - 1] == '"')
        column = (struct span){column.at + 1, column.len - 2};
    *ret_column = column;
    return true;
}

/* Whether it is a title of a column of identifiers: letters alone count, in any case. */
static bool is_title(const struct span *column)
{
    static const char *const titles[] = {"id",           "deviceid", "coreid", "serial",
                                         "serialnumber", "imei",     "iccid"};
    char letters[16];
    size_t used = 0;
    for (size_t i = 0; i < column->len && used < sizeof letters - 1; i++)
        if (isalnum((unsigned char)column->at[i]))
            letters[used++] = (char)tolower((unsigned char)column->at[i]);
    letters[used] = '\0';
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (strcmp(letters, titles[i]) == 0)
            return true;
    return false;
}

/* Which column of a header has identifiers; -1: the line is no header. */
static int titled_column(struct span line)
{
    struct span column;
    for (int i = 0; next_column(&line, &column); i++)
        if (is_title(&column))
            return i;
    return -1;
}

static struct span nth_column(struct span line, int n)
{
    struct span column = {"", 0};
    while (n-- >= 0)
        if (!next_column(&line, &column))
            return (struct span){"", 0};
    return column;
}

size_t import_text(struct call *call, const char *text, size_t len, const char ***ret_ids)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    struct span rest = {text, len}, line;
    size_t most = 1, count = 0;
    int wanted = 0;
    if (len >= 3 && memcmp(text, byte_order_mark, 3) == 0)
        rest = (struct span){text + 3, len - 3};
    for (size_t i = 0; i < len; i++)
        most += text[i] == '\n' || text[i] == '\r';
    const char **ids = arena_alloc(&call->arena, most * sizeof *ids);
    for (bool first = true; next_line(&rest, &line); first = false) {
        int titled = first ? titled_column(line) : -1;
        if (titled >= 0) {
            wanted = titled;
            continue;
        }
        struct span column = nth_column(line, wanted);
        if (column.len)
            ids[count++] = arena_text(&call->arena, column.at, column.len);
    }
    *ret_ids = ids;
    return count;
}
