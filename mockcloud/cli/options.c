/* See options.h. */
#include "cli/options.h"

#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 32

void options_begin(void)
{
    opterr = 0;
    optind = 1;
}

/* The word that the option just read began with. */
static const char *word_of(char *const *argv, const struct option *row)
{
    bool apart = row->has_arg == required_argument && optarg == argv[optind - 1];
    return argv[optind - 1 - apart];
}

static bool is_whole(const char *word, const char *name)
{
    size_t len = strlen(name);
    return strncmp(word, "--", 2) == 0 && strncmp(word + 2, name, len) == 0 &&
           (word[2 + len] == '\0' || word[2 + len] == '=');
}

int options_next(int argc, char **argv, const struct option *rows, bool leading, int *ret_row)
{
    int row = -1;
    int option = getopt_long(argc, argv, leading ? "+:h" : ":h", rows, &row);
    if (ret_row)
        *ret_row = row;
    if (option == -1 || option == '?' || option == ':' || row < 0)
        return option == ':' ? '?' : option;
    const char *word = word_of(argv, &rows[row]);
    if (is_whole(word, rows[row].name))
        return option;
    optind -= argv[optind - 1] != word; /* as when there is no such name: at the word */
    optopt = 0;
    return '?';
}

/* The nearest name, or one that begins like that. */
static const char *meant(const char *word, const struct option *rows)
{
    const char *names[NAMES_MAX];
    size_t count = 0, len = strlen(word);
    for (const struct option *row = rows; row->name && count < NAMES_MAX; row++)
        names[count++] = row->name;
    const char *nearest = text_nearest(word, names, count);
    for (size_t i = 0; !nearest && i < count; i++)
        if (strncmp(names[i], word, len) == 0)
            nearest = names[i];
    return nearest;
}

int options_usage(const struct cli_command *command, char **argv, const struct option *rows)
{
    const char *word = argv[optind - 1];
    for (const struct option *row = rows; row->name; row++)
        if (optopt == row->val && is_whole(word, row->name))
            return row->has_arg == no_argument
                       ? cli_usage(command, "--%s takes no value", row->name)
                       : cli_usage(command, "--%s: its value is missing", row->name);
    if (strncmp(word, "--", 2) != 0 && optopt && isprint((unsigned char)optopt))
        return cli_usage(command, "-%c: no such option", optopt);
    char *name = mem_dup_n(word + 2, strcspn(word + 2, "="));
    const char *nearest = *name ? meant(name, rows) : NULL;
    int code = nearest
                   ? cli_usage(command, "--%s: no such option; did you mean --%s?", name, nearest)
                   : cli_usage(command, "--%s: no such option", name);
    free(name);
    return code;
}
