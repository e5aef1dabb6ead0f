/* See list_options.h. Owns no fact: the rows are those of commands.c and option_rows.c. */
#include "cli/list_options.h"

#include "cli/options.h"

#define CELL_MAX 4096

struct table *list_commands(void)
{
    static const struct table_column columns[] = {
        {.name = "command"}, {.name = "arguments"}, {.name = "text"}, {0}};
    struct table *table = table_new(columns);
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        table_add(table, commands_at(id)->name);
        table_add(table, commands_at(id)->arguments);
        table_add(table, commands_at(id)->text);
    }
    return table;
}

struct table *list_words(void)
{
    static const struct table_column columns[] = {{.name = "command"}, {.name = "word"},
                                                  {.name = "second"},  {.name = "arguments"},
                                                  {.name = "text"},    {0}};
    struct table *table = table_new(columns);
    struct command_word word;
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        const struct command *command = commands_at(id);
        for (size_t i = 0; command->word && command->word(i, &word) && word.text; i++) {
            table_add(table, command->name);
            table_add(table, word.name);
            table_add(table, word.second);
            table_add(table, word.arguments);
            table_add(table, word.text);
        }
    }
    return table;
}

static void add_head(struct table *table, const struct option_row *row)
{
    struct buf head;
    buf_init(&head, CELL_MAX);
    options_head(row, &head);
    table_add(table, buf_str(&head));
    buf_free(&head);
}

static void add_commands(struct table *table, enum option_id option)
{
    struct buf names;
    size_t all = 0;
    buf_init(&names, CELL_MAX);
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        if (options_taken_by(option, commands_at(id))) {
            buf_printf(&names, "%s%s", all ? " " : "", commands_at(id)->name);
            all++;
        }
    table_add(table, all == COMMAND_COUNT ? "all" : buf_str(&names));
    buf_free(&names);
}

static void add_takes(struct table *table, const struct option_row *row)
{
    struct buf takes;
    buf_init(&takes, CELL_MAX);
    if (row->kind != OPTION_FLAG)
        options_describe(row, &takes);
    if (row->bare)
        buf_add_str(&takes, ", or nothing");
    if (row->many)
        buf_add_str(&takes, "; several times");
    table_add(table, buf_str(&takes));
    buf_free(&takes);
}

struct table *list_options(void)
{
    static const struct table_column columns[] = {
        {.name = "option"},  {.name = "takes", .wide = true},
        {.name = "default"}, {.name = "commands"},
        {.name = "text"},    {0}};
    struct table *table = table_new(columns);
    for (enum option_id id = 0; id < OPTION_COUNT; id++) {
        const struct option_row *row = options_row(id);
        add_head(table, row);
        add_takes(table, row);
        table_add(table, row->initial);
        add_commands(table, id);
        table_add(table, row->text);
    }
    return table;
}
