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
#include "scenario/trait.h"
#include "world/guesses.h"
#include "world/why/why.h"

#include <stdlib.h>
#include <string.h>

#define FAILURE_LINES       16 /* of a statement */
#define FAILURE_JOURNAL     20
#define FAILURE_OUTPUT      10 /* lines of each client */
#define FAILURE_DEVICES     8
#define FAILURE_GUESSES_MAX (1u << 20)
#define FAILURE_TEXT        (1u << 20)
#define FAILURE_DUMP        (256u << 20)

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

/* ---- why ---- */

static void failure_evidence(const struct scenario_run *run, const struct why_answer *answer,
                             struct buf *out)
{
    for (size_t i = 0; i < answer->evidence_count; i++) {
        const struct why_evidence *evidence = &answer->evidence[i];
        buf_add_str(out, "\n  ");
        if (evidence->n)
            buf_printf(out, "#%llu ", (unsigned long long)evidence->n);
        if (evidence->at_ms >= 0) {
            digest_time(evidence->at_ms, run->started_ms, out);
            buf_add_char(out, ' ');
        }
        buf_add_str(out, evidence->text);
    }
}

static void failure_answer(const struct scenario_run *run, const struct device *device,
                           const struct why_answer *answer, struct buf *out)
{
    if (answer->owned) {
        buf_printf(out, "%s is owned by %s", device->name, owner_name(&answer->owner));
        failure_evidence(run, answer, out);
        return;
    }
    const char *owner = owner_name(&answer->owner);
    buf_printf(out, "%s is not owned by %s: %s\n  %s", device->name, owner ? owner : "anybody",
               answer->cause, answer->text);
    failure_evidence(run, answer, out);
    if (answer->advice)
        buf_printf(out, "\n  what to do: %s", answer->advice);
}

/* The device that the failure names, else the only one there is. */
static const struct device *failure_device(const struct scenario_run *run)
{
    const struct fleet *fleet = run->world->fleet;
    if (run->failure.device)
        return fleet_find(fleet, run->failure.device);
    return fleet_count(fleet) == 1 ? fleet_at(fleet, 0) : NULL;
}

static char *failure_why_dup(const struct scenario_run *run)
{
    const struct device *device = failure_device(run);
    struct owner owner = run->failure.owner;
    struct buf out;
    if (!device)
        return NULL;
    buf_init(&out, FAILURE_TEXT);
    if (owner.kind == OWNER_NONE && !why_default_owner(run->world, device, &owner)) {
        buf_printf(&out, "nobody has tried to claim %s, or asked for a code for it", device->name);
        return buf_take(&out);
    }
    struct why_answer answer = why_ask(run->world, device, owner);
    if (!answer.owned || run->failure.device) /* else it has nothing to do with owners */
        failure_answer(run, device, &answer, &out);
    why_free(&answer);
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

static char *failure_output_dup(const struct scenario_run *run)
{
    struct buf out;
    buf_init(&out, FAILURE_TEXT);
    for (size_t i = 0; i < run->scenario->client_count; i++) {
        char *prefix = mem_printf_dup("%s | ", run->clients[i].spec->name);
        digest_tail(clients_output(run, &run->clients[i]), FAILURE_OUTPUT, prefix, &out);
        free(prefix);
    }
    return buf_take(&out);
}

/* ---- the journal ---- */

static char *failure_journal_dup(const struct scenario_run *run)
{
    const struct journal *journal = run->world->sim.journal;
    uint64_t next = journal_next(journal), first = journal_first(journal);
    uint64_t from = next > first + FAILURE_JOURNAL ? next - FAILURE_JOURNAL : first;
    struct buf out;
    buf_init(&out, FAILURE_TEXT);
    for (uint64_t n = from; n < next; n++) {
        digest_entry(journal_get(journal, n), run->started_ms, &out);
        buf_add_char(&out, '\n');
    }
    return buf_take(&out);
}

static char *failure_dump_dup(const struct scenario_run *run)
{
    const struct journal *journal = run->world->sim.journal;
    struct buf out;
    buf_init(&out, FAILURE_DUMP);
    for (uint64_t n = journal_first(journal); n < journal_next(journal); n++) {
        struct jsonw w;
        jsonw_init(&w, &out);
        journal_write(journal_get(journal, n), &w);
        buf_add_char(&out, '\n');
    }
    return buf_take(&out);
}

/* ---- all of it ---- */

/* Appends a word of a shell command, quoted if need be. */
static void failure_quote(const char *word, struct buf *out)
{
    if (*word && !word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                    "0123456789-_./:@%+=,")]) {
        buf_add_str(out, word);
        return;
    }
    buf_add_char(out, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            buf_add_str(out, "'\\''");
        else
            buf_add_char(out, *word);
    }
    buf_add_char(out, '\'');
}

static char *failure_again_dup(const struct scenario_run *run, uint64_t seed)
{
    const struct scenario *scenario = run->scenario;
    struct buf out;
    buf_init(&out, FAILURE_TEXT);
    buf_add_str(&out, "mockcloud run ");
    failure_quote(doc_name(scenario->doc), &out);
    buf_printf(&out, " --seed %llu", (unsigned long long)seed);
    if (scenario->client_command) {
        buf_add_str(&out, " --client ");
        failure_quote(scenario->client_command, &out);
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
    result->why = failure_short(failure_why_dup(run));
    result->others = failure_short(failure_others_dup(run));
    result->journal = failure_short(failure_journal_dup(run));
}

/* The guesses of all worlds that the scenario made; NULL: none. */
static char *failure_guesses_dup(const struct scenario_run *run)
{
    struct leaned leaned = {0};
    struct buf text;
    buf_init(&text, FAILURE_GUESSES_MAX);
    worlds_leaned(&run->worlds, &leaned);
    guesses_write_text(&leaned, &text);
    leaned_free(&leaned);
    if (text.len)
        return buf_take(&text);
    buf_free(&text);
    return NULL;
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
    }
    ret_result->guesses = failure_guesses_dup(run);
    if (step)
        failure_explain(run, step, ret_result);
    if (run->options->keep_journal && !gone)
        ret_result->journal_dump = failure_dump_dup(run);
}
