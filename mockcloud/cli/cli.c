/* See cli.h. Owns the way from a command line to its subcommand: finds the row, has its options
 * read, runs it. */
#include "cli/cli.h"

#include "base/text.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/streams.h"

#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELP_BYTES    (64u << 10)
#define MESSAGE_BYTES (1u << 20)
#define PLAIN_BYTES   (4u << 20) /* an escape has up to four bytes for one */

/* ---- what all subcommands say ---- */

static void print_usage(const struct command *command)
{
    struct buf line;
    buf_init(&line, HELP_BYTES);
    help_usage(command, &line);
    fputs(buf_str(&line), stderr);
    buf_free(&line);
}

/* What a message quotes may be of somebody else: a server's answer, the name of a file. */
static void print_message(const char *format, va_list args)
{
    struct buf message, plain;
    buf_init(&message, MESSAGE_BYTES);
    buf_init(&plain, PLAIN_BYTES);
    buf_vprintf(&message, format, args);
    text_add_plain(&plain, buf_str(&message), message.len);
    fputs(buf_str(&plain), stderr);
    fputc('\n', stderr);
    buf_free(&message);
    buf_free(&plain);
}

int cli_usage(const struct command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "mockcloud %s: ", command->name);
    print_message(format, args);
    va_end(args);
    print_usage(command);
    return EXIT_USAGE;
}

int cli_error(int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("mockcloud: ", stderr);
    print_message(format, args);
    va_end(args);
    return code;
}

bool cli_readable(const char *path)
{
    if (access(path, R_OK) == 0)
        return true;
    cli_error(EXIT_USAGE, "%s: %s", path, strerror(errno));
    return false;
}

int cli_no_word(const struct command *command, const char *what, const char *word)
{
    const char *nearest = commands_nearest_word(command, word);
    return cli_usage(command, "there is no %s \"%s\"%s%s%s", what, word,
                     nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                     nearest ? "\"?" : "");
}

bool cli_colour(int fd)
{
    const char *no_color = getenv("NO_COLOR");
    const char *force = getenv("FORCE_COLOR");
    if (no_color && *no_color)
        return false;
    if (force && *force)
        return strcmp(force, "0") != 0;
    return isatty(fd);
}

bool cli_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret_number)
{
    uint64_t number = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || number > (max - (uint64_t)(*text - '0')) / 10)
            return false;
        number = number * 10 + (uint64_t)(*text - '0');
    }
    if (number < min || number > max)
        return false;
    *ret_number = number;
    return true;
}

enum strict cli_strict(const struct options *options)
{
    if (!options_given(options, OPTION_STRICT))
        return STRICT_OFF;
    return options_text(options, OPTION_STRICT) ? STRICT_REPORT : STRICT_FAIL;
}

/* ---- help and version ---- */

/* `command` NULL: the overview. */
static int print_help(FILE *out, const struct command *command, int code)
{
    struct buf text;
    buf_init(&text, HELP_BYTES);
    if (command)
        help_command(command, &text);
    else
        help_overview(&text);
    fputs(buf_str(&text), out);
    buf_free(&text);
    return code;
}

static int no_command(const char *name)
{
    const char *nearest = commands_nearest(name);
    struct buf plain;
    buf_init(&plain, MESSAGE_BYTES);
    text_add_plain(&plain, name, strlen(name));
    fprintf(stderr, "mockcloud: there is no command \"%s\"", buf_str(&plain));
    buf_free(&plain);
    if (nearest)
        fprintf(stderr, "; did you mean \"%s\"?", nearest);
    fputs(nearest ? "\n" : "\n\n", stderr);
    return nearest ? EXIT_USAGE : print_help(stderr, NULL, EXIT_USAGE);
}

bool cli_help_word(size_t index, struct command_word *ret_word)
{
    if (index >= COMMAND_COUNT)
        return false;
    *ret_word = (struct command_word){.name = commands_at((enum command_id)index)->name};
    return true;
}

int cli_help(const struct options *options)
{
    const char *name = options->arguments[0];
    const struct command *command = name ? commands_find(name) : NULL;
    return name && !command ? no_command(name) : print_help(stdout, command, EXIT_PASSED);
}

int cli_version(const struct options *options)
{
    (void)options;
    puts("mockcloud " MOCKCLOUD_VERSION);
    return EXIT_PASSED;
}

/* ---- the program ---- */

/* Has large blocks mapped, each by itself, so that what a list of 10,000 devices took goes back to
 * the system when it has been sent. By default the allocator raises that bound as it meets large
 * blocks, and then keeps up to 64 MiB. */
static void give_memory_back(void)
{
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 4 << 20);
}

static int run_command(const struct command *command, int argc, char **argv)
{
    struct options options;
    int code = EXIT_USAGE;
    if (options_read(&options, command, argc, argv))
        code = options_given(&options, OPTION_HELP) ? print_help(stdout, command, EXIT_PASSED)
                                                    : command->run(&options);
    options_free(&options);
    return code;
}

/* The words that people try first with any program. */
static const char *command_name(const char *word)
{
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return "help";
    return strcmp(word, "--version") == 0 ? "version" : word;
}

int cli_main(int argc, char **argv)
{
    streams_begin();
    give_memory_back();
    if (argc < 2)
        return print_help(stderr, NULL, EXIT_USAGE);
    const struct command *command = commands_find(command_name(argv[1]));
    if (!command)
        return no_command(argv[1]);
    return streams_end(run_command(command, argc - 1, argv + 1));
}
