/*
 * `mockcloud tape show`: what is on a tape, as JSON Lines; with --har as a HAR file, for which it
 * is run again.
 *
 * Exit codes: 0, 2 usage, 3 the file is damaged or no tape, 4 something could not be written.
 */
#include "cli/cli.h"

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/options.h"
#include "cli/outfile.h"
#include "cli/tape_har.h"
#include "scenario/scenario_replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAPE_LINE_MAX (1u << 30)
#define TAPE_HASH_HEX 17

/* ---- a record ---- */

/* Text as it is, bytes that are none as {"base64": …}. */
static void write_text(struct jsonw *w, const struct tape_text *text)
{
    struct buf encoded;
    if (text_utf8_valid(text->data, text->len)) {
        jsonw_str_n(w, text->data, text->len);
        return;
    }
    buf_init(&encoded, 2 * text->len + 4);
    text_base64_encode(text->data, text->len, &encoded);
    jsonw_object(w);
    jsonw_key_str(w, "base64", buf_str(&encoded));
    jsonw_end_object(w);
    buf_free(&encoded);
}

static void write_fields(struct jsonw *w, const struct tape_record *record)
{
    const struct tape_kind_row *row = record->row;
    for (size_t i = 0; i < tape_kind_numbers(row); i++) {
        jsonw_key_n(w, row->numbers[i], strlen(row->numbers[i]));
        jsonw_int(w, record->numbers[i]);
    }
    for (size_t i = 0; i < tape_kind_texts(row); i++) {
        if (!record->texts[i].data)
            continue;
        jsonw_key_n(w, row->texts[i], strlen(row->texts[i]));
        write_text(w, &record->texts[i]);
    }
    if (!row->pairs)
        return;
    jsonw_key(w, "pairs");
    jsonw_array(w);
    for (size_t i = 0; i < record->pair_count; i++) {
        jsonw_array(w);
        write_text(w, &record->pairs[i].name);
        write_text(w, &record->pairs[i].value);
        jsonw_end_array(w);
    }
    jsonw_end_array(w);
}

static void write_entry(struct jsonw *w, uint64_t n, const struct tape_noted *entry)
{
    char hash[TAPE_HASH_HEX];
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)entry->hash);
    jsonw_object(w);
    jsonw_key_int(w, "n", (int64_t)n);
    jsonw_key_str(w, "kind", entry->kind);
    jsonw_key_str(w, "hash", hash);
    jsonw_end_object(w);
}

static void write_marks(struct jsonw *w, const struct tape_record *record)
{
    if (!record->mark_count)
        return;
    jsonw_key(w, "worlds");
    jsonw_array(w);
    for (size_t i = 0; i < record->mark_count; i++) {
        const struct tape_mark *mark = &record->marks[i];
        jsonw_object(w);
        jsonw_key_str(w, "world", mark->world);
        jsonw_key_time(w, "at", mark->at_ms);
        jsonw_key_int(w, "timers", (int64_t)mark->timers);
        jsonw_key_int(w, "next", (int64_t)mark->next_n);
        jsonw_key(w, "entries");
        jsonw_array(w);
        for (size_t e = 0; e < mark->count; e++)
            write_entry(w, mark->next_n - mark->count + e, &record->entries[mark->first + e]);
        jsonw_end_array(w);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void print_record(const struct tape_record *record, struct buf *line)
{
    struct jsonw w;
    buf_clear(line);
    jsonw_init(&w, line);
    jsonw_object(&w);
    jsonw_key_int(&w, "record", (int64_t)record->index);
    jsonw_key_int(&w, "byte", (int64_t)record->offset);
    jsonw_key_str(&w, "kind", record->row->name);
    jsonw_key_int(&w, "real_ms", record->real_ms);
    write_fields(&w, record);
    write_marks(&w, record);
    jsonw_end_object(&w);
    buf_add_char(line, '\n');
    fwrite(line->data, 1, line->len, stdout);
}

static int show(const char *path, struct tape_reader *reader)
{
    const struct tape_record *record;
    enum tape_read came;
    struct buf line;
    buf_init(&line, TAPE_LINE_MAX);
    while ((came = tape_reader_next(reader, &record)) == TAPE_READ_RECORD)
        print_record(record, &line);
    buf_free(&line);
    if (came == TAPE_READ_TORN)
        cli_error(EXIT_PASSED, "%s: the last record, at byte %llu, is torn, and left out", path,
                  (unsigned long long)tape_reader_offset(reader));
    if (came == TAPE_READ_DAMAGED)
        return cli_error(EXIT_INVALID, "%s: the tape is damaged at byte %llu", path,
                         (unsigned long long)tape_reader_offset(reader));
    return fflush(stdout) == 0 ? EXIT_PASSED
                               : cli_error(EXIT_COULD_NOT_RUN, "standard output: can't be written");
}

/* ---- --har ---- */

static int write_har(const struct tape_har *har, const char *path)
{
    struct outfile file;
    struct buf text;
    if (outfile_open(&file, path, false) != EXIT_PASSED)
        return EXIT_COULD_NOT_RUN;
    buf_init(&text, TAPE_LINE_MAX);
    tape_har_write(har, &text);
    outfile_add(&file, text.data, text.len, -1);
    buf_free(&text);
    return outfile_close(&file) ? EXIT_PASSED : EXIT_COULD_NOT_RUN;
}

/* Of a tape that parts there is what was the same. */
static int har(const char *path, struct tape_reader *reader, const char *to)
{
    struct tape_har *har = tape_har_new();
    struct replay_options how = {0};
    struct diags diags = {0};
    struct scenario_replay *again = NULL;
    tape_har_listen(har, &how);
    struct replay *replay = replay_new(reader, &how);
    if (scenario_replay_is(replay))
        again = scenario_replay_new(replay, &diags);
    enum replay_end end = again ? replay_end(replay) : replay_go(replay);
    int code = write_har(har, to);
    if (code == EXIT_PASSED && (end == REPLAY_PARTED || end == REPLAY_DAMAGED))
        code = cli_error(end == REPLAY_PARTED ? EXIT_FAILED : EXIT_INVALID, "%s: %s", path,
                         replay_message(replay));
    scenario_replay_free(again);
    replay_free(replay);
    diags_free(&diags);
    tape_har_free(har);
    return code;
}

/* ---- the command ---- */

bool cli_tape_word(size_t index, struct command_word *ret_word)
{
    if (index)
        return false;
    *ret_word = (struct command_word){
        .name = "show", .arguments = "FILE", .text = "print the records as JSON Lines"};
    return true;
}

int cli_tape(const struct options *options)
{
    const char *to = options_text(options, OPTION_HAR);
    char *error = NULL;
    if (strcmp(options->arguments[0], "show") != 0)
        return cli_no_word(options->command, "command", options->arguments[0]);
    if (options->argument_count < 2)
        return cli_usage(options->command, "which tape?");
    const char *path = options->arguments[1];
    if (!cli_readable(path))
        return EXIT_USAGE;
    struct tape_reader *reader = tape_reader_open(path, &error);
    if (!reader) {
        int code = cli_error(EXIT_INVALID, "%s", error);
        free(error);
        return code;
    }
    int code = to ? har(path, reader, to) : show(path, reader);
    tape_reader_free(reader);
    return code;
}
