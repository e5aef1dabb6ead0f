/*
 * See command.h. Owns which questions are asked after a command has failed: why each device that it
 * tried for is not owned by whoever tried, and why its last requests were refused. Where a code was
 * asked for and handed to nobody, any device of its product may be meant: the first few stand for
 * all.
 */
#include "scenario/command.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cloud/record.h"
#include "scenario/digest.h"
#include "scenario/failure_journal.h"
#include "scenario/why_words.h"
#include "scenario/wire_dump.h"
#include "world/guesses.h"

#include <stdlib.h>
#include <string.h>

#define COMMAND_TEXT    (1u << 20)
#define COMMAND_DEVICES 10 /* that were tried for by name */
#define COMMAND_PERHAPS 3  /* that a code may have been meant for */
#define COMMAND_REFUSED 3
#define COMMAND_LOOKS   100 /* at refused requests, for such as differ */

/* ---- devices ---- */

static bool command_is_owned(const struct world *world, const struct device *device)
{
    return world_record(world, device)->owner.kind != OWNER_NONE;
}

/* Whether the device was tried for like that, and is not owned by whoever did; then it is told,
 * unless there is no room left for it. */
static bool command_add_device(const struct command_end *end, const struct device *device,
                               enum why_trial wanted, bool has_room, struct buf *out)
{
    const struct world *world = end->worlds->main;
    struct owner owner;
    if (why_trial(world, device, &owner) != wanted ||
        (wanted == WHY_PERHAPS_TRIED && command_is_owned(world, device)))
        return false;
    struct why_answer answer = why_ask(world, device, owner);
    bool counts = !answer.owned;
    if (counts && has_room)
        why_words_owner(device, &answer, end->began_ms, out);
    why_free(&answer);
    return counts;
}

static void command_add_devices(const struct command_end *end, enum why_trial wanted, size_t most,
                                struct buf *out)
{
    const struct fleet *fleet = end->worlds->main->fleet;
    size_t count = 0;
    for (size_t i = 0; i < fleet_count(fleet); i++)
        count += command_add_device(end, fleet_at(fleet, i), wanted, count < most, out);
    if (count > most)
        buf_printf(out, "\n… and %zu more like %s", count - most,
                   count - most == 1 ? "it" : "these");
}

/* ---- requests ---- */

static bool command_has_sent(const struct journal *journal)
{
    for (uint64_t n = journal_first(journal); n < journal_next(journal); n++)
        if (strcmp(journal_get(journal, n)->kind, "http.request") == 0)
            return true;
    return false;
}

/* Appends an answer, unless one with the same first two lines stands there: who asked what, and
 * what is wrong with it. */
static bool command_add_once(const char *answer, struct buf *out)
{
    const char *line = strchr(answer, '\n');
    const char *end = line ? strchr(line + 1, '\n') : NULL;
    char *head = mem_dup_n(answer, end ? (size_t)(end - answer) : strlen(answer));
    bool is_new = !strstr(buf_str(out), head);
    free(head);
    if (!is_new)
        return false;
    why_words_begin(out);
    buf_add_str(out, answer);
    return true;
}

/* The last ones, the newest first. One that was sent again and again is told once. */
static void command_add_refused(const struct command_end *end, struct buf *out)
{
    const struct world *world = end->worlds->main;
    const struct journal_entry *request;
    uint64_t cursor = UINT64_MAX;
    for (int told = 0, seen = 0; told < COMMAND_REFUSED && seen < COMMAND_LOOKS; seen++) {
        struct buf answer;
        if (!(request = why_words_refused(world->sim.journal, &cursor, NULL)))
            return;
        buf_init(&answer, COMMAND_TEXT);
        why_words_request(world, request, end->began_ms, &answer);
        told += command_add_once(buf_str(&answer), out);
        buf_free(&answer);
    }
}

static char *command_why_dup(const struct command_end *end)
{
    struct buf out;
    buf_init(&out, COMMAND_TEXT);
    command_add_devices(end, WHY_TRIED, COMMAND_DEVICES, &out);
    command_add_devices(end, WHY_PERHAPS_TRIED, COMMAND_PERHAPS, &out);
    command_add_refused(end, &out);
    if (!out.len && !command_has_sent(end->worlds->main->sim.journal))
        buf_add_str(&out, "it sent the cloud nothing: does it read MOCKCLOUD_URL?");
    char *text = out.len ? digest_shorten_dup(buf_str(&out)) : NULL;
    buf_free(&out);
    return text;
}

/* ---- the result ---- */

/* The command as a shell would read it. */
static void command_add_words(const struct command_end *end, struct buf *out)
{
    for (size_t i = 0; end->argv[i]; i++) {
        buf_add_str(out, i ? " " : "");
        text_shell_word(end->argv[i], out);
    }
}

static char *command_name_dup(const struct command_end *end)
{
    struct buf out;
    buf_init(&out, COMMAND_TEXT);
    command_add_words(end, &out);
    return buf_take(&out);
}

static char *command_again_dup(const struct command_end *end)
{
    struct buf out;
    buf_init(&out, COMMAND_TEXT);
    buf_add_str(&out, "mockcloud exec ");
    if (end->world_path) {
        buf_add_str(&out, "--world ");
        text_shell_word(end->world_path, &out);
        buf_add_char(&out, ' ');
    }
    buf_printf(&out, "--seed %llu -- ", (unsigned long long)end->worlds->main->seed);
    command_add_words(end, &out);
    return buf_take(&out);
}

static char *command_message_dup(const struct command_end *end)
{
    char time[24];
    if (end->interrupted)
        return mem_dup("the command was interrupted");
    if (end->timeout_ms) {
        timefmt_duration(end->timeout_ms, time);
        return mem_printf_dup("the command was ended after %s (--timeout)", time);
    }
    if (end->code > 128)
        return mem_printf_dup("the command was ended by signal %d, or exited with %d",
                              end->code - 128, end->code);
    return mem_printf_dup("the command exited with %d", end->code);
}

static enum verdict command_verdict(const struct command_end *end)
{
    if (end->interrupted)
        return VERDICT_INTERRUPTED;
    if (end->timeout_ms)
        return VERDICT_TIMEOUT;
    return end->code ? VERDICT_FAILED : VERDICT_PASSED;
}

static void command_explain(const struct command_end *end, struct scenario_result *result)
{
    const struct world *world = end->worlds->main;
    result->message = command_message_dup(end);
    if (!world)
        return;
    char *journal = failure_journal_dup(world->sim.journal, world->sim.leaned, end->began_ms);
    result->why = command_why_dup(end);
    result->journal = digest_shorten_dup(journal);
    result->again = command_again_dup(end);
    free(journal);
}

/* A reset gives the world a new clock, which may be before the beginning. */
static void command_fill(const struct command_end *end, const struct world *world,
                         struct scenario_result *result)
{
    int64_t passed_ms = vclock_now(world->sim.clock) - end->began_ms;
    result->world_ms = passed_ms > 0 ? passed_ms : 0;
    result->seed = world->seed;
    if (end->keep_journal)
        result->journal_dump = failure_dump_dup(world->sim.journal);
    if (end->keep_wire)
        result->wire_dump = wire_dump_dup(world, end->scheme);
}

struct scenario_result command_result(const struct command_end *end)
{
    struct scenario_result result = {
        .scenario = command_name_dup(end),
        .file = mem_dup(end->world_path ? end->world_path : "mockcloud exec"),
        .line = 1,
        .verdict = command_verdict(end),
        .wall_us = end->wall_us,
        .findings = mem_dup(end->findings),
        .guesses = guesses_text_dup(end->worlds),
    };
    if (end->worlds->main)
        command_fill(end, end->worlds->main, &result);
    if (result.verdict != VERDICT_PASSED)
        command_explain(end, &result);
    return result;
}
