/*
 * `mockcloud replay`: runs a tape again, and says whether it went as it had gone.
 *
 * Exit codes: 0 it did, 1 it parted, 3 the file is damaged or no tape, 4 it could not be read.
 */
#include "cli/cli.h"

#include "base/mem.h"
#include "cli/announce.h"
#include "cli/options.h"
#include "cli/outfile.h"
#include "cli/screen.h"
#include "net/server.h"
#include "replay/replay.h"
#include "scenario/report.h"
#include "scenario/scenario_replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPLAY_LINE (8u << 20)

struct replay_run {
    const struct options *options;
    const char *path;
    struct tape_reader *reader;
    struct replay *replay;
    struct scenario_replay *again; /* of a scenario's tape; NULL: it is a server's */
};

static const struct world *world_of(const struct replay_run *run)
{
    const char *name = options_text(run->options, OPTION_REPLAY_WORLD);
    struct worlds *worlds = replay_worlds(run->replay);
    return name ? worlds_find(worlds, name) : worlds->main;
}

static int write_journal(const struct replay_run *run)
{
    const char *path = options_text(run->options, OPTION_REPLAY_JOURNAL);
    const struct world *world = world_of(run);
    struct outfile file;
    struct buf line;
    struct jsonw w;
    if (!path || !world)
        return EXIT_PASSED;
    if (outfile_open(&file, path, false) != EXIT_PASSED)
        return EXIT_COULD_NOT_RUN;
    const struct journal *journal = world->sim.journal;
    buf_init(&line, REPLAY_LINE);
    for (uint64_t n = journal_first(journal); n < journal_next(journal); n++) {
        buf_clear(&line);
        jsonw_init(&w, &line);
        journal_write(journal_get(journal, n), &w);
        buf_add_char(&line, '\n');
        outfile_add(&file, line.data, line.len, -1);
    }
    buf_free(&line);
    return outfile_close(&file) ? EXIT_PASSED : EXIT_COULD_NOT_RUN;
}

static void print_worlds(const struct replay_run *run)
{
    struct worlds *worlds = replay_worlds(run->replay);
    size_t cursor = 0;
    void *value;
    printf("%s: %llu records, the same journal\n", run->path,
           (unsigned long long)replay_count(run->replay));
    while (map_next(&worlds->by_name, &cursor, NULL, &value)) {
        const struct world *world = value;
        printf("  world \"%s\": %llu entries\n", world->name,
               (unsigned long long)journal_next(world->sim.journal) - 1);
    }
}

/* Asked for an entry that never came. */
static int never_came(const struct replay_run *run)
{
    const char *name = options_text(run->options, OPTION_REPLAY_WORLD);
    const struct world *world = world_of(run);
    if (!world)
        return cli_error(EXIT_USAGE, "%s: at its end there is no world \"%s\"", run->path,
                         name ? name : "");
    return cli_error(EXIT_USAGE, "--until %llu: the journal of world \"%s\" ends with entry %llu",
                     (unsigned long long)options_number(run->options, OPTION_UNTIL), world->name,
                     (unsigned long long)journal_next(world->sim.journal) - 1);
}

/* The verdict as it was told then, with the exit code of then. */
static int tell_result(const struct replay_run *run, const struct scenario_result *result)
{
    const struct report_style style = {.colour = cli_colour(STDOUT_FILENO),
                                       .columns = screen_columns(STDOUT_FILENO)};
    struct buf text;
    buf_init(&text, REPLAY_LINE);
    report_text(result, &style, &text);
    fwrite(buf_str(&text), 1, text.len, stdout);
    buf_free(&text);
    return scenario_replay_code(run->again);
}

/* A process that was ended from outside left no verdict. */
static int tell_run(const struct replay_run *run)
{
    const struct scenario_result *result = scenario_replay_result(run->again);
    if (result)
        return tell_result(run, result);
    return cli_error(EXIT_PASSED,
                     "%s: the tape ends here, before the scenario has: its process was "
                     "ended",
                     run->path);
}

static int tell_end(const struct replay_run *run, enum replay_end end)
{
    fputs(replay_warnings(run->replay), stderr);
    switch (end) {
    case REPLAY_PARTED:
        printf("%s: %s\n", run->path, replay_message(run->replay));
        return EXIT_FAILED;
    case REPLAY_DAMAGED:
        return cli_error(EXIT_INVALID, "%s: %s", run->path, replay_message(run->replay));
    case REPLAY_OVER:
        if (options_given(run->options, OPTION_UNTIL))
            return never_came(run);
        if (run->again)
            return tell_run(run);
        print_worlds(run);
        return EXIT_PASSED;
    case REPLAY_UNTIL:
        break;
    }
    printf("%s: stands behind entry %llu\n", run->path,
           (unsigned long long)options_number(run->options, OPTION_UNTIL));
    return EXIT_PASSED;
}

static int play(struct replay_run *run)
{
    struct diags diags = {0};
    struct buf text;
    if (!scenario_replay_is(run->replay))
        return tell_end(run, replay_go(run->replay));
    run->again = scenario_replay_new(run->replay, &diags);
    if (run->again)
        return tell_end(run, replay_end(run->replay));
    buf_init(&text, REPLAY_LINE);
    diags_write(&diags, &text, false);
    fputs(buf_str(&text), stderr);
    buf_free(&text);
    diags_free(&diags);
    return cli_error(EXIT_INVALID, "%s: this program can't read the scenario on the tape",
                     run->path);
}

/* ---- --serve ---- */

static int could_not_serve(char *error)
{
    cli_error(EXIT_COULD_NOT_RUN, "%s", error);
    free(error);
    return EXIT_COULD_NOT_RUN;
}

static void print_where(const struct replay_run *run, const char *url)
{
    const struct world *world = world_of(run);
    printf("the world \"%s\" stands still behind entry %llu\n  url      %s\n  console  %s/__mock/\n"
           "  control  %s/__mock/worlds/%s\n  stop     Ctrl-C, or kill %ld\n",
           world->name, (unsigned long long)journal_next(world->sim.journal) - 1, url, url, url,
           world->name, (long)getpid());
    fflush(stdout);
}

static bool open_server(const struct replay_run *run, const struct address *address,
                        struct server **ret_server, struct announced *ret_announced,
                        char **ret_error)
{
    uint16_t port;
    const struct server_options how = {.mute = true};
    const struct listen_options at = {.address = address->ip, .port = address->port};
    *ret_server = server_new(replay_api(run->replay), &how, ret_error);
    if (!*ret_server || !server_listen(*ret_server, &at, &port, ret_error))
        return false;
    char *url = announce_url_dup("http", address->ip, port);
    api_set_base_url(replay_api(run->replay), url);
    print_where(run, url);
    bool told = announce(run->options, url, port, ret_announced, ret_error);
    free(url);
    return told;
}

/* Nothing of it gets out: no webhook is sent, and no client of then is waited for. */
static int serve(const struct replay_run *run)
{
    struct address address = announce_address(run->options);
    struct announced announced = {0};
    struct server *server = NULL;
    char *error = NULL;
    if (!address_is_loopback(&address))
        return cli_usage(run->options->command, "a replay is served on a loopback address only");
    replay_freeze(run->replay);
    bool opened = open_server(run, &address, &server, &announced, &error);
    if (opened)
        server_turn(server, NULL, NULL, -1);
    announce_end(&announced);
    server_free(server);
    return opened ? EXIT_PASSED : could_not_serve(error);
}

static bool may_serve(const struct replay_run *run, int code)
{
    return options_given(run->options, OPTION_REPLAY_SERVE) && world_of(run) && code <= EXIT_FAILED;
}

static int replay_tape(struct replay_run *run)
{
    const struct replay_options how = {
        .until_world = options_text(run->options, OPTION_REPLAY_WORLD),
        .until_n = options_number(run->options, OPTION_UNTIL),
    };
    run->replay = replay_new(run->reader, &how);
    int code = play(run);
    int written = code <= EXIT_FAILED ? write_journal(run) : code;
    if (may_serve(run, code))
        code = serve(run);
    scenario_replay_free(run->again);
    replay_free(run->replay);
    return code == EXIT_PASSED ? written : code;
}

int cli_replay(const struct options *options)
{
    struct replay_run run = {.options = options, .path = options->arguments[0]};
    char *error = NULL;
    if (!cli_readable(run.path))
        return EXIT_USAGE;
    run.reader = tape_reader_open(run.path, &error);
    if (!run.reader) {
        int code = cli_error(EXIT_INVALID, "%s", error);
        free(error);
        return code;
    }
    int code = replay_tape(&run);
    tape_reader_free(run.reader);
    return code;
}
