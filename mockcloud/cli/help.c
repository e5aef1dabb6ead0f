/* See help.h. Owns how help is laid out; what it says stands in the rows. */
#include "cli/help.h"

#include "base/mem.h"
#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

#define HELP_WIDTH  90 /* columns of a terminal that are used */
#define HELP_INDENT 2
#define HELP_HEAD   24 /* what is longer has its text on the next line */
#define HELP_MAX    4096

static size_t columns_of(const char *text, size_t len)
{
    size_t columns = 0;
    for (size_t i = 0; i < len; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

static void add_spaces(struct buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_add_char(out, ' ');
}

/* Words up to the width, each line from column `indent` on; the first one stands there already. */
static void add_wrapped(struct buf *out, const char *text, size_t indent)
{
    size_t used = indent;
    for (bool first = true; *text; first = false) {
        size_t len = strcspn(text, " ");
        size_t columns = columns_of(text, len);
        if (!first && used + 1 + columns > HELP_WIDTH) {
            buf_add_char(out, '\n');
            add_spaces(out, indent);
            used = indent;
        } else if (!first) {
            buf_add_char(out, ' ');
            used++;
        }
        buf_add(out, text, len);
        used += columns;
        text += len + (text[len] == ' ');
    }
    buf_add_char(out, '\n');
}

/* "  HEAD    TEXT", with texts below each other. */
static void add_pair(struct buf *out, const char *head, const char *text, size_t head_columns)
{
    size_t indent = HELP_INDENT + head_columns + 2;
    size_t used = HELP_INDENT + columns_of(head, strlen(head));
    add_spaces(out, HELP_INDENT);
    buf_add_str(out, head);
    if (used + 2 > indent) {
        buf_add_char(out, '\n');
        used = 0;
    }
    add_spaces(out, indent - used);
    add_wrapped(out, text, indent);
}

static void add_option(struct buf *out, const struct option_row *row)
{
    struct buf head, text;
    buf_init(&head, HELP_MAX);
    buf_init(&text, HELP_MAX);
    options_head(row, &head);
    buf_add_str(&text, row->text);
    if (row->initial)
        buf_printf(&text, " (%s)", row->initial);
    add_pair(out, buf_str(&head), buf_str(&text), HELP_HEAD);
    buf_free(&head);
    buf_free(&text);
}

static void add_words(struct buf *out, const struct command *command)
{
    struct command_word word;
    for (size_t i = 0; command->word && command->word(i, &word) && word.text; i++) {
        char *head = mem_printf_dup("%s%s%s%s%s", word.name, word.second ? " " : "",
                                    word.second ? word.second : "", word.arguments ? " " : "",
                                    word.arguments ? word.arguments : "");
        buf_add_str(out, i ? "" : "\n");
        add_pair(out, head, word.text, HELP_HEAD);
        free(head);
    }
}

void help_overview(struct buf *out)
{
    buf_add_str(out, "mockcloud: a fake Particle cloud with simulated devices, for testing device "
                     "claiming\n\nusage: mockcloud COMMAND …\n\n");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        add_pair(out, commands_at(id)->name, commands_at(id)->text, 10);
    buf_add_str(out, "\nmockcloud help COMMAND, or mockcloud COMMAND --help, tells more.\n");
}

void help_usage(const struct command *command, struct buf *out)
{
    bool has_options = false;
    for (enum option_id id = 0; id < OPTION_HELP; id++)
        has_options = has_options || options_taken_by(id, command);
    /* Options come first where they have to. */
    buf_printf(out, "usage: mockcloud %s%s%s%s%s\n", command->name,
               has_options && command->leading ? " [OPTION…]" : "", *command->arguments ? " " : "",
               command->arguments, has_options && !command->leading ? " [OPTION…]" : "");
}

void help_command(const struct command *command, struct buf *out)
{
    help_usage(command, out);
    buf_printf(out, "\n%s\n", command->text);
    if (command->intro)
        buf_printf(out, "\n%s\n", command->intro);
    add_words(out, command);
    buf_add_char(out, '\n');
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        if (options_taken_by(id, command))
            add_option(out, options_row(id));
    if (command->outro)
        buf_printf(out, "\n%s\n", command->outro);
}
