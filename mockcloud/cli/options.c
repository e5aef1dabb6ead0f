/*
 * See options.h. Owns how a command line is read and what is said of a wrong one.
 *
 * Not getopt_long(): it takes abbreviations, keeps its place in globals, and would want the rows
 * in a form of its own beside ours.
 */
#include "cli/options.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPTION_WORDS_MAX                                                                           \
    16 /* the most words of one option among which the nearest is looked for                       \
        */

/* ---- kinds ---- */

static bool read_text(const struct option_row *row, const char *text, struct option_value *value)
{
    (void)row;
    (void)value;
    return *text != '\0';
}

static bool read_number(const struct option_row *row, const char *text, struct option_value *value)
{
    return cli_number(text, row->min, row->max, &value->number);
}

static bool read_duration(const struct option_row *row, const char *text,
                          struct option_value *value)
{
    (void)row;
    return timefmt_parse_duration(text, &value->ms) && value->ms > 0;
}

/* The index-th word that it takes; NULL behind the last. */
const char *options_word(const struct option_row *row, size_t index)
{
    if (row->word)
        return row->word(index);
    return index < OPTION_WORDS ? row->words[index] : NULL;
}

static bool find_word(const struct option_row *row, const char *text, size_t len,
                      struct option_value *value)
{
    const char *word;
    for (size_t i = 0; (word = options_word(row, i)); i++)
        if (strlen(word) == len && memcmp(word, text, len) == 0) {
            value->word = i;
            return true;
        }
    return false;
}

static bool read_word(const struct option_row *row, const char *text, struct option_value *value)
{
    return find_word(row, text, strlen(text), value);
}

static bool read_place(const struct option_row *row, const char *text, struct option_value *value)
{
    size_t len = strcspn(text, ":");
    return strcmp(text + len, ":") != 0 && find_word(row, text, len, value);
}

static bool read_address(const struct option_row *row, const char *text, struct option_value *value)
{
    (void)row;
    return address_parse(text, &value->address);
}

static bool read_host(const struct option_row *row, const char *text, struct option_value *value)
{
    (void)row;
    (void)value;
    return *text && !strpbrk(text, "/:@ ?#");
}

static const struct kind {
    const char *expects; /* NULL: made from the row */
    bool (*read)(const struct option_row *row, const char *text, struct option_value *value);
} kinds[] = {
    [OPTION_FLAG] = {"nothing", NULL},
    [OPTION_TEXT] = {"text", read_text},
    [OPTION_FILE] = {"the name of a file", read_text},
    [OPTION_NUMBER] = {NULL, read_number},
    [OPTION_DURATION] = {"a duration like 20s", read_duration},
    [OPTION_WORD] = {NULL, read_word},
    [OPTION_PLACE] = {NULL, read_place},
    [OPTION_ADDRESS] = {"PORT, ADDRESS:PORT or [ADDRESS]:PORT, with a numeric address",
                        read_address},
    [OPTION_HOST_NAME] = {"the name of a host, without scheme and port", read_host},
};

void options_head(const struct option_row *row, struct buf *out)
{
    buf_printf(out, "--%s", row->name);
    if (row->bare)
        buf_printf(out, "[=%s]", row->argument);
    else if (row->argument)
        buf_printf(out, " %s", row->argument);
}

static void describe_words(const struct option_row *row, struct buf *out)
{
    const char *word;
    for (size_t i = 0; (word = options_word(row, i)); i++) {
        bool last = !options_word(row, i + 1);
        buf_printf(out, "%s%s", i == 0 ? "" : last ? " or " : ", ", word);
    }
    if (row->kind == OPTION_PLACE)
        buf_add_str(out, ", with :FILE for a file of its own");
}

void options_describe(const struct option_row *row, struct buf *out)
{
    if (row->expects)
        buf_add_str(out, row->expects);
    else if (kinds[row->kind].expects)
        buf_add_str(out, kinds[row->kind].expects);
    else if (row->kind == OPTION_WORD || row->kind == OPTION_PLACE)
        describe_words(row, out);
    else
        buf_printf(out, "a whole number from %llu", (unsigned long long)row->min);
    if (!row->expects && row->kind == OPTION_NUMBER && row->max != UINT64_MAX)
        buf_printf(out, " to %llu", (unsigned long long)row->max);
}

bool options_taken_by(enum option_id id, const struct command *command)
{
    return options_row(id)->commands >> commands_id(command) & 1;
}

/* ---- mistakes ---- */

/* Of what stands before a colon, since a file may be called anything. */
static const char *nearest_word(const struct option_row *row, const char *text)
{
    const char *words[OPTION_WORDS_MAX] = {NULL};
    size_t count = 0;
    while (count < OPTION_WORDS_MAX && (words[count] = options_word(row, count)))
        count++;
    char *word = mem_dup_n(text, row->kind == OPTION_PLACE ? strcspn(text, ":") : strlen(text));
    const char *nearest = text_nearest(word, words, count);
    if (nearest && strcmp(nearest, word) == 0)
        nearest = NULL; /* the word was right */
    free(word);
    return nearest;
}

static bool wrong_value(const struct options *options, const struct option_row *row,
                        const char *text)
{
    struct buf expected;
    char meant[TIMEFMT_MEANT_SIZE];
    const char *nearest = nearest_word(row, text);
    if (row->kind == OPTION_DURATION && timefmt_duration_meant(text, meant))
        nearest = meant;
    buf_init(&expected, 1024);
    options_describe(row, &expected);
    cli_usage(options->command, "--%s: expected %s, found \"%s\"%s%s%s", row->name,
              buf_str(&expected), text, nearest ? "; did you mean " : "", nearest ? nearest : "",
              nearest ? "?" : "");
    buf_free(&expected);
    return false;
}

/* The nearest name, or one that begins like that. */
static const char *meant(const struct command *command, const char *name)
{
    const char *names[OPTION_COUNT];
    size_t len = strlen(name);
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        names[id] = options_taken_by(id, command) ? options_row(id)->name : NULL;
    const char *nearest = text_nearest(name, names, OPTION_COUNT);
    for (size_t i = 0; !nearest && len && i < OPTION_COUNT; i++)
        if (names[i] && strncmp(names[i], name, len) == 0)
            nearest = names[i];
    return nearest;
}

/* A command that has an option of this name. */
static const struct command *owner_of(const char *name)
{
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        for (enum command_id c = 0; c < COMMAND_COUNT; c++)
            if (strcmp(options_row(id)->name, name) == 0 && options_taken_by(id, commands_at(c)))
                return commands_at(c);
    return NULL;
}

static bool no_such_option(const struct options *options, const char *name)
{
    const char *nearest = meant(options->command, name);
    const struct command *owner = owner_of(name);
    if (owner)
        cli_usage(options->command, "--%s: no such option; `mockcloud %s` has it", name,
                  owner->name);
    else if (nearest)
        cli_usage(options->command, "--%s: no such option; did you mean --%s?", name, nearest);
    else
        cli_usage(options->command, "--%s: no such option", name);
    return false;
}

/* ---- reading ---- */

static enum option_id find(const struct command *command, const char *name, size_t len)
{
    enum option_id id = 0;
    for (; id < OPTION_COUNT; id++) {
        const char *known = options_row(id)->name;
        if (options_taken_by(id, command) && strlen(known) == len && memcmp(known, name, len) == 0)
            break;
    }
    return id;
}

static void add_to_list(struct option_value *value, const char *text)
{
    value->list = mem_grow(value->list, (value->count + 2) * sizeof *value->list);
    value->list[value->count++] = text;
    value->list[value->count] = NULL;
}

/* `text` is NULL for a flag, or when a bare option stands alone. */
static bool take(struct options *options, enum option_id id, const char *text, int at)
{
    const struct option_row *row = options_row(id);
    struct option_value *value = &options->values[id];
    if (text && !kinds[row->kind].read(row, text, value))
        return wrong_value(options, row, text);
    value->at = at;
    value->text = text;
    if (row->many)
        add_to_list(value, text);
    return true;
}

/* The option at argv[*at], which is moved to the last word that belongs to it. */
static bool read_long(struct options *options, char **argv, int *at)
{
    const char *name = argv[*at] + 2;
    size_t len = strcspn(name, "=");
    const char *text = name[len] ? name + len + 1 : NULL;
    enum option_id id = find(options->command, name, len);
    int first = *at;
    if (id == OPTION_COUNT) {
        char *alone = mem_dup_n(name, len);
        no_such_option(options, alone);
        free(alone);
        return false;
    }
    const struct option_row *row = options_row(id);
    if (row->kind == OPTION_FLAG && text) {
        cli_usage(options->command, "--%s takes no value", row->name);
        return false;
    }
    if (row->kind != OPTION_FLAG && !row->bare && !text && !(text = argv[++*at])) {
        cli_usage(options->command, "--%s: its value is missing", row->name);
        return false;
    }
    return take(options, id, text, first);
}

/* Sets the defaults from the same rows that help prints, so that the two can't differ. */
static void read_initial(struct options *options)
{
    for (enum option_id id = 0; id < OPTION_COUNT; id++) {
        const struct option_row *row = options_row(id);
        if (row->initial && kinds[row->kind].read(row, row->initial, &options->values[id]))
            options->values[id].text = row->initial;
    }
}

/* Whether the number of arguments is right; --help goes without. */
static bool count_arguments(const struct options *options)
{
    const struct command *command = options->command;
    if (options_given(options, OPTION_HELP))
        return true;
    if (options->argument_count < command->arguments_min) {
        cli_usage(command, "%s", command->missing);
        return false;
    }
    if (options->argument_count > command->arguments_max) {
        cli_usage(command, "\"%s\" is one too many%s%s", options->arguments[command->arguments_max],
                  command->extra ? "; " : "", command->extra ? command->extra : "");
        return false;
    }
    return true;
}

static bool read_word_of_line(struct options *options, char **argv, int *at, bool *options_end)
{
    const char *word = argv[*at];
    bool is_option = !*options_end && word[0] == '-' && word[1];
    if (!is_option) {
        options->arguments[options->argument_count++] = argv[*at];
        *options_end = *options_end || options->command->leading;
    } else if (strcmp(word, "--") == 0) {
        *options_end = true;
    } else if (strcmp(word, "-h") == 0) {
        return take(options, OPTION_HELP, NULL, *at);
    } else if (word[1] != '-') {
        cli_usage(options->command, "%s: no such option", word);
        return false;
    } else {
        return read_long(options, argv, at);
    }
    return true;
}

bool options_read(struct options *options, const struct command *command, int argc, char **argv)
{
    bool end = false;
    *options = (struct options){.command = command, .parent = getppid()};
    options->arguments = mem_new_array((size_t)argc + 1, sizeof *options->arguments);
    read_initial(options);
    for (int i = 1; i < argc; i++)
        if (!read_word_of_line(options, argv, &i, &end))
            return false;
    return count_arguments(options);
}

void options_free(struct options *options)
{
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        free(options->values[id].list);
    free(options->arguments);
}

/* ---- asking ---- */

bool options_given(const struct options *options, enum option_id id)
{
    return options->values[id].at > 0;
}

const char *options_text(const struct options *options, enum option_id id)
{
    return options->values[id].text;
}

uint64_t options_number(const struct options *options, enum option_id id)
{
    return options->values[id].number;
}

int64_t options_ms(const struct options *options, enum option_id id)
{
    return options->values[id].ms;
}
