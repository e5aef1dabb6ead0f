/* See table.h. Owns how columns are aligned and escaped; knows nothing of what is in them. */
#include "cli/table.h"

#include "base/jsonw.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2 /* spaces between columns */

struct table {
    const struct table_column *columns;
    size_t width; /* columns */
    char **cells;
    size_t count;
};

struct table *table_new(const struct table_column *columns)
{
    struct table *table = mem_new(sizeof *table);
    table->columns = columns;
    while (columns[table->width].name)
        table->width++;
    return table;
}

void table_free(struct table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i]);
    free(table->cells);
    free(table);
}

void table_add(struct table *table, const char *text)
{
    table->cells = mem_grow(table->cells, (table->count + 1) * sizeof *table->cells);
    table->cells[table->count++] = mem_dup(text ? text : "");
}

/* ---- text ---- */

/* Characters, not bytes. */
static size_t length_of(const char *text)
{
    size_t length = 0;
    for (; *text; text++)
        length += ((unsigned char)*text & 0xc0) != 0x80;
    return length;
}

static size_t column_length(const struct table *table, size_t column)
{
    size_t longest = length_of(table->columns[column].name);
    for (size_t i = column; i < table->count; i += table->width) {
        size_t length = length_of(table->cells[i]);
        if (length > longest)
            longest = length;
    }
    return longest;
}

static void trim(struct buf *out)
{
    while (out->len && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
}

static void write_line(const struct table *table, const size_t *lengths, const char *const *cells,
                       struct buf *out)
{
    for (size_t c = 0; c < table->width; c++) {
        if (table->columns[c].wide)
            continue;
        buf_add_str(out, cells[c]);
        for (size_t used = length_of(cells[c]); used < lengths[c] + GAP; used++)
            buf_add_char(out, ' ');
    }
    trim(out);
    buf_add_char(out, '\n');
}

static const char **row_of(const struct table *table, size_t first)
{
    const char **row = mem_new_array(table->width, sizeof *row);
    for (size_t c = 0; c < table->width; c++)
        row[c] = table->cells[first + c];
    return row;
}

static void write_text(const struct table *table, struct buf *out)
{
    size_t *lengths = mem_new_array(table->width, sizeof *lengths);
    const char **names = mem_new_array(table->width, sizeof *names);
    for (size_t c = 0; c < table->width; c++) {
        lengths[c] = column_length(table, c);
        names[c] = table->columns[c].name;
    }
    write_line(table, lengths, names, out);
    for (size_t i = 0; i < table->count; i += table->width) {
        const char **row = row_of(table, i);
        write_line(table, lengths, row, out);
        free(row);
    }
    free(names);
    free(lengths);
}

/* ---- Markdown, JSON ---- */

static void write_escaped(const char *text, struct buf *out)
{
    for (; *text; text++) {
        if (*text == '|')
            buf_add_char(out, '\\');
        buf_add_char(out, *text == '\n' ? ' ' : *text);
    }
}

static void write_markdown(const struct table *table, struct buf *out)
{
    for (size_t c = 0; c < table->width; c++)
        buf_printf(out, "| %s ", table->columns[c].name);
    buf_add_str(out, "|\n");
    for (size_t c = 0; c < table->width; c++)
        buf_add_str(out, "|---");
    buf_add_str(out, "|\n");
    for (size_t i = 0; i < table->count; i++) {
        buf_add_str(out, "| ");
        write_escaped(table->cells[i], out);
        buf_add_str(out, i % table->width == table->width - 1 ? " |\n" : " ");
    }
}

static void write_json(const struct table *table, struct buf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_array(&w);
    for (size_t i = 0; i < table->count; i += table->width) {
        jsonw_object(&w);
        for (size_t c = 0; c < table->width; c++)
            jsonw_key_str(&w, table->columns[c].name, table->cells[i + c]);
        jsonw_end_object(&w);
    }
    jsonw_end_array(&w);
}

void table_write(const struct table *table, enum table_format format, struct buf *out)
{
    assert(table->count % table->width == 0);
    switch (format) {
    case TABLE_TEXT:
        write_text(table, out);
        break;
    case TABLE_MARKDOWN:
        write_markdown(table, out);
        break;
    case TABLE_JSON:
        write_json(table, out);
        break;
    }
}
