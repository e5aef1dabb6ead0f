/* `mockcloud man`: prints a manual page, for man(1), from the rows of the program. */
#include "cli/cli.h"

#include "cli/man_pages.h"
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

#define MAN_MAX (4u << 20)

bool cli_man_word(size_t index, struct command_word *ret_word)
{
    struct man_page page;
    if (!man_page_at(index, &page))
        return false;
    *ret_word = (struct command_word){.name = page.word};
    return true;
}

int cli_man(const struct options *options)
{
    const char *word = options->argument_count ? options->arguments[0] : "mockcloud";
    struct man_page page;
    struct buf out;
    size_t i = 0;
    bool there;
    while ((there = man_page_at(i, &page)) && strcmp(page.word, word) != 0)
        i++;
    if (!there)
        return cli_no_word(options->command, "page", word);
    buf_init(&out, MAN_MAX);
    man_page_write(i, &out);
    fputs(buf_str(&out), stdout);
    buf_free(&out);
    return EXIT_PASSED;
}
