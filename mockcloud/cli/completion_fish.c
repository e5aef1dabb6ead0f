/* Completion for fish (3 and later): a `complete` line for each command, option and word. */
#include "cli/completion.h"

#include <string.h>

static const char fish_begin[] = "# fish completion for mockcloud\n"
                                 "# What stands between the program and the cursor's word.\n"
                                 "function __mockcloud_at\n"
                                 "    set -l words (commandline -opc)\n"
                                 "    set -e words[1]\n"
                                 "    test \"$words\" = \"$argv\"\n"
                                 "end\n"
                                 "function __mockcloud_in\n"
                                 "    set -l words (commandline -opc)\n"
                                 "    test \"$words[2]\" = \"$argv[1]\"\n"
                                 "end\n"
                                 "complete -c mockcloud -f\n";

static void fish_text(struct buf *out, const char *text)
{
    buf_add_char(out, '\'');
    completion_escape(out, text, "'\\");
    buf_add_char(out, '\'');
}

static void fish_option(struct buf *out, const struct command *command,
                        const struct option_row *row)
{
    buf_printf(out, "complete -c mockcloud -n '__mockcloud_in %s' -l %s", command->name, row->name);
    if (row->kind == OPTION_FILE)
        buf_add_str(out, " -r -F");
    else if (row->kind != OPTION_FLAG && !row->bare)
        buf_add_str(out, " -x");
    if (options_word(row, 0)) {
        buf_add_str(out, " -a '");
        completion_option_words(out, row);
        buf_add_char(out, '\'');
    }
    buf_add_str(out, " -d ");
    fish_text(out, row->text);
    buf_add_char(out, '\n');
}

static void fish_second(struct buf *out, const struct command *command, const char *first)
{
    buf_printf(out, "complete -c mockcloud -n '__mockcloud_at %s %s' -a '", command->name, first);
    completion_second_words(out, command, first);
    buf_add_str(out, "'\n");
}

/* A word is offered once, though several rows begin with it: with the text of the first. */
static void fish_words(struct buf *out, const struct command *command)
{
    struct command_word word;
    const char *last = "";
    for (size_t i = 0; command->word && command->word(i, &word); i++) {
        if (strcmp(word.name, last) == 0)
            continue;
        buf_printf(out, "complete -c mockcloud -n '__mockcloud_at %s' -a %s", command->name,
                   word.name);
        if (word.text) {
            buf_add_str(out, " -d ");
            fish_text(out, word.text);
        }
        buf_add_char(out, '\n');
        last = word.name;
    }
    completion_each_second(out, command, fish_second);
}

static void fish_command(struct buf *out, const struct command *command)
{
    buf_printf(out, "complete -c mockcloud -n __mockcloud_at -a %s -d ", command->name);
    fish_text(out, command->text);
    buf_add_char(out, '\n');
    if (completion_takes_files(command))
        buf_printf(out, "complete -c mockcloud -n '__mockcloud_in %s' -F\n", command->name);
    fish_words(out, command);
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        if (options_taken_by(id, command))
            fish_option(out, command, options_row(id));
}

void completion_fish(struct buf *out)
{
    buf_add_str(out, fish_begin);
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        fish_command(out, commands_at(id));
}
