/* See failure.h. Owns what a failure tells besides the difference itself. Reads the world, changes
 * nothing; whatever goes into the result has its tokens and claim codes shortened, but for the dump
 * of the journal, which a machine compares. */
#include "scenario/failure.h"

#include "base/mem.h"
#include "base/text.h"
#include "cloud/owner.h"
#include "cloud/record.h"
#include "scenario/clients.h"
#include "scenario/digest.h"
#include "scenario/failure_journal.h"
#include "scenario/failure_why.h"
#include "scenario/host.h"
#include "scenario/trait.h"
#include "scenario/wire_dump.h"
#include "world/guesses.h"

#include <stdlib.h>
#include <string.h>

#define FAILURE_LINES   16 /* of a statement */
#define FAILURE_OUTPUT  10 /* lines of each client */
#define FAILURE_DEVICES 8
#define FAILURE_TEXT    (1u << 20)

char *failure_statement_dup(const struct scenario *scenario, const struct step *step, int max_lines)
{
    /* A block list's item begins with its dash, two columns before its map; a flow list has none.
     */
    struct buf out;
    int indent = step->node->column - 1;
    buf_init(&out, FAILURE_TEXT);
    for (int line = step->node->line; line <= step->last_line; line++) {
        size_t len = 0;
        const char *text = doc_line(scenario->doc, line, &len);
        size_t skip = strspn(text, " -");
        skip = skip > (size_t)indent ? (size_t)indent : skip;
        skip = skip > len ? len : skip;
        if (line - step->node->line == max_lines) {
            buf_add_str(&out, "\n…");
            break;
        }
        buf_add_str(&out, line == step->node->line ? "" : "\n");
        buf_add(&out, text + skip, len - skip);
    }
    return buf_take(&out);
}

/* ---- the others ---- */

static void failure_device_line(const struct scenario_run *run, const struct device *device,
                                struct buf *out)
{
    const struct cloud_device *record = world_record(run->world, device);
    const struct device_state_row *state = &device_states[device->state];
    buf_printf(out, "%s: %s, LED %s; session %s; the cloud says %s, owner %s\n", device->name,
               state->name, device_led(device), trait_sessions[device->session_kind],
               record->online ? "online" : "offline", trait_owner_word(&record->owner));
}

static char *failure_others_dup(const struct scenario_run *run)
{
    const struct fleet *fleet = run->world->fleet;
    struct buf out;
    buf_init(&out, FAILURE_TEXT);
    for (size_t i = 0; i < run->scenario->client_count; i++) {
        buf_printf(&out, "%s: ", run->clients[i].spec->name);
        clients_describe(&run->clients[i], &out);
        buf_add_char(&out, '\n');
    }
    for (size_t i = 0; i < fleet_count(fleet) && i < FAILURE_DEVICES; i++)
        failure_device_line(run, fleet_at(fleet, i), &out);
    if (fleet_count(fleet) > FAILURE_DEVICES)
        buf_printf(&out, "… and %zu devices more\n", fleet_count(fleet) - FAILURE_DEVICES);
    return buf_take(&out);
}

/* Whether more was printed than is shown: more lines, or a line that is cut. */
static bool failure_output_is_long(const char *output)
{
    size_t lines = 0, column = 0;
    for (; *output; output++) {
        column = *output == '\n' ? 0 : column + 1;
        lines += *output == '\n';
        if (lines > FAILURE_OUTPUT || column > DIGEST_COLUMNS)
            return true;
    }
    return false;
}

static void failure_output(const struct scenario_run *run, const struct run_client *client,
                           struct buf *out)
{
    const struct scenario_host *host = run->options->host;
    const char *output = clients_output(run, client);
    char *prefix = mem_printf_dup("%s | ", client->spec->name);
    digest_tail(output, FAILURE_OUTPUT, prefix, out);
    /* Whoever has asked for all of it gets it elsewhere. */
    if (host && host->keep && !run->options->keep_output && failure_output_is_long(output)) {
        char *path = host->keep(host->ctx, client->spec->name, output);
        if (path)
            buf_printf(out, "%sall of it stands in %s\n", prefix, path);
        free(path);
    }
    free(prefix);
}

static char *failure_output_dup(const struct scenario_run *run)
{
    struct buf out;
    buf_init(&out, FAILURE_TEXT);
    for (size_t i = 0; i < run->scenario->client_count; i++)
        failure_output(run, &run->clients[i], &out);
    return buf_take(&out);
}

/* ---- all of it ---- */

static char *failure_again_dup(const struct scenario_run *run, uint64_t seed)
{
    const struct scenario *scenario = run->scenario;
    struct buf out;
    buf_init(&out, FAILURE_TEXT);
    buf_add_str(&out, "mockcloud run ");
    text_shell_word(doc_name(scenario->doc), &out);
    buf_printf(&out, " --seed %llu", (unsigned long long)seed);
    if (scenario->client_command) {
        buf_add_str(&out, " --client ");
        text_shell_word(scenario->client_command, &out);
    }
    return buf_take(&out);
}

/* Takes a text, gives it shortened. */
static char *failure_short(char *taken)
{
    char *text = digest_shorten_dup(taken);
    free(taken);
    return text;
}

static void failure_explain(struct scenario_run *run, const struct step *step,
                            struct scenario_result *result)
{
    const struct failure *failure = &run->failure;
    result->line = step->node->line;
    result->statement = failure_statement_dup(run->scenario, step, FAILURE_LINES);
    result->message = digest_shorten_dup(failure->message);
    result->expected = digest_shorten_dup(failure->expected);
    result->actual = digest_shorten_dup(failure->actual);
    result->path = mem_dup(failure->path);
    result->client_output = failure_short(failure_output_dup(run));
    if (run_world_gone(run))
        return;
    result->why = failure_short(failure_why_dup(run, step));
    result->others = failure_short(failure_others_dup(run));
    result->journal = failure_short(
        failure_journal_dup(run->world->sim.journal, run->world->sim.leaned, run->started_ms));
}

void failure_fill(struct scenario_run *run, const struct step *step,
                  struct scenario_result *ret_result)
{
    bool gone = run_world_gone(run);
    ret_result->scenario = mem_dup(run->scenario->name);
    ret_result->file = mem_dup(doc_name(run->scenario->doc));
    ret_result->line = run->scenario->node->line;
    ret_result->verdict = run->failure.verdict;
    if (!gone) {
        ret_result->seed = run->world->seed;
        ret_result->world_ms = vclock_now(run->world->sim.clock) - run->started_ms;
        ret_result->again = failure_again_dup(run, run->world->seed);
        ret_result->entries = (int64_t)journal_next(run->world->sim.journal) - 1;
    }
    ret_result->guesses = guesses_text_dup(&run->worlds);
    if (step)
        failure_explain(run, step, ret_result);
    if (run->options->keep_journal && !gone)
        ret_result->journal_dump = failure_dump_dup(run->world->sim.journal);
    if (run->options->keep_wire && !gone)
        ret_result->wire_dump = wire_dump_dup(run->world, run->options->host_scheme);
}
