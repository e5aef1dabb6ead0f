/* See list_tape.h. The records come from the rows of tape/tape_kind.h; the layout, which is code
 * there (tape_frame.c, tape_code.c, tape_recorder.c), is told here in words. */
#include "cli/list_tape.h"

#include "base/buf.h"
#include "cli/table.h"
#include "tape/tape_frame.h"
#include "tape/tape_kind.h"

#include <stdio.h>

#define LIST_TAPE_FIELDS 1000

static const struct {
    const char *part, *bytes, *text;
} layout[] = {
    {"first line", "mockcloud tape 1, LF",
     "the format and its version; a program reads one version"},
    {"frame", "length (4), check of the length (4), check of the record (4), the record",
     "one behind the other to the end of the file; a frame that the end of the file cuts off, or "
     "zeros in its place, are dropped with a word, anything else that is wrong is damage"},
    {"length, check", "4 bytes, little-endian", "a check is the lower half of XXH3 (64 bits)"},
    {"record", "kind (1), real_ms, numbers, texts, pairs, marks",
     "numbers and texts as the table of records names them, in that order; pairs only where it "
     "says so"},
    {"real_ms", "a number", "the machine's monotonic clock, in milliseconds"},
    {"number", "1 to 10 bytes",
     "zigzag; seven bits to a byte, the lowest first, the highest bit "
     "of a byte says that another follows"},
    {"text", "a number, bytes, a NUL", "the number is the length + 1, 0: there is none"},
    {"pairs", "a number, texts", "how many, then name and value of each"},
    {"marks", "a number, marks", "how many: one for each run of entries of a world"},
    {"mark", "world, at_ms, timers, next_n, count, entries",
     "how a world stood when the record was over: its time, how many timers had fired, the number "
     "of its journal's next entry; and the entries before that which the record has brought"},
    {"world, kind of an entry", "a number",
     "from 0 in the order in which they are named; the name, a text, "
     "follows where the number is new"},
    {"entry", "hash (8), kind", "an entry of the journal"},
    {"hash", "8 bytes, little-endian",
     "XXH3 (64 bits) of an entry: its data, hashed, then n, at, cause, and the hashes of actor and "
     "kind"},
};

struct table *list_tape_layout(void)
{
    static const struct table_column columns[] = {
        {.name = "part"}, {.name = "bytes"}, {.name = "text"}, {0}};
    struct table *table = table_new(columns);
    for (size_t i = 0; i < sizeof layout / sizeof *layout; i++) {
        table_add(table, layout[i].part);
        table_add(table, layout[i].bytes);
        table_add(table, layout[i].text);
    }
    return table;
}

static void add_names(struct table *table, const char *const *names, size_t count, bool pairs)
{
    struct buf text;
    buf_init(&text, LIST_TAPE_FIELDS);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s%s", i ? ", " : "", names[i]);
    if (pairs)
        buf_add_str(&text, count ? ", pairs" : "pairs");
    table_add(table, buf_str(&text));
    buf_free(&text);
}

struct table *list_tape_records(void)
{
    static const struct table_column columns[] = {{.name = "kind"},
                                                  {.name = "record"},
                                                  {.name = "numbers", .wide = true},
                                                  {.name = "texts", .wide = true},
                                                  {.name = "text"},
                                                  {0}};
    struct table *table = table_new(columns);
    char number[16];
    for (unsigned kind = 0; kind < TAPE_KINDS; kind++) {
        const struct tape_kind_row *row = tape_kind_row(kind);
        if (!row)
            continue;
        snprintf(number, sizeof number, "%u", kind);
        table_add(table, number);
        table_add(table, row->name);
        add_names(table, row->numbers, tape_kind_numbers(row), false);
        add_names(table, row->texts, tape_kind_texts(row), row->pairs);
        table_add(table, row->text);
    }
    return table;
}
