/* `mockcloud completion`: prints the completion of a shell; and what the three of them share. */
#include "cli/completion.h"

#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#define COMPLETION_MAX (1u << 20)

static const struct {
    const char *name;
    void (*write)(struct buf *out);
} completion_rows[] = {
    {"bash", completion_bash},
    {"zsh", completion_zsh},
    {"fish", completion_fish},
};

#define COMPLETION_COUNT (sizeof completion_rows / sizeof *completion_rows)

bool completion_takes_files(const struct command *command)
{
    return strstr(command->arguments, "FILE") || strstr(command->arguments, "DIR") ||
           strstr(command->arguments, "CMD");
}

bool completion_has_second(const struct command *command)
{
    struct command_word word;
    for (size_t i = 0; command->word && command->word(i, &word); i++)
        if (word.second)
            return true;
    return false;
}

void completion_option_words(struct buf *out, const struct option_row *row)
{
    const char *word;
    for (size_t i = 0; (word = options_word(row, i)); i++)
        buf_printf(out, "%s%s", i ? " " : "", word);
}

/* Rows of one word stand together: "clock", "clock advance", "clock at". */
void completion_command_words(struct buf *out, const struct command *command)
{
    struct command_word word;
    const char *last = "";
    for (size_t i = 0; command->word && command->word(i, &word); i++) {
        if (strcmp(word.name, last) != 0)
            buf_printf(out, "%s%s", i ? " " : "", word.name);
        last = word.name;
    }
}

void completion_second_words(struct buf *out, const struct command *command, const char *first)
{
    struct command_word word;
    bool any = false;
    for (size_t i = 0; command->word && command->word(i, &word); i++)
        if (word.second && strcmp(word.name, first) == 0) {
            buf_printf(out, "%s%s", any ? " " : "", word.second);
            any = true;
        }
}

void completion_each_second(struct buf *out, const struct command *command,
                            void (*write)(struct buf *out, const struct command *command,
                                          const char *first))
{
    struct command_word word;
    const char *last = "";
    for (size_t i = 0; command->word && command->word(i, &word); i++)
        if (word.second && strcmp(word.name, last) != 0) {
            write(out, command, word.name);
            last = word.name;
        }
}

void completion_escape(struct buf *out, const char *text, const char *special)
{
    for (; *text; text++) {
        if (strchr(special, *text))
            buf_add_char(out, '\\');
        buf_add_char(out, *text);
    }
}

/* ---- the command ---- */

bool cli_completion_word(size_t index, struct command_word *ret_word)
{
    if (index >= COMPLETION_COUNT)
        return false;
    *ret_word = (struct command_word){.name = completion_rows[index].name};
    return true;
}

int cli_completion(const struct options *options)
{
    const char *name = options->arguments[0];
    struct buf out;
    size_t i = 0;
    while (i < COMPLETION_COUNT && strcmp(completion_rows[i].name, name) != 0)
        i++;
    if (i == COMPLETION_COUNT)
        return cli_no_word(options->command, "shell", name);
    buf_init(&out, COMPLETION_MAX);
    completion_rows[i].write(&out);
    fputs(buf_str(&out), stdout);
    buf_free(&out);
    return EXIT_PASSED;
}
