/*
 * See failure_why.h. Owns which question is asked: a device that is waited for is asked why it is
 * offline, a refused request why it was, an owner that stays away why that is; of a client the last
 * request that was refused. The answers are world/why's.
 */
#include "scenario/failure_why.h"

#include "cloud/owner.h"
#include "scenario/question.h"
#include "scenario/why_words.h"
#include "sim/journal.h"

#include <stdlib.h>
#include <string.h>

#define WHY_TEXT (1u << 20)

/* ---- a device ---- */

static bool why_is_presence(const char *trait)
{
    static const char *const traits[] = {"state", "online", "led", "session"};
    for (size_t i = 0; trait && i < sizeof traits / sizeof *traits; i++)
        if (strcmp(traits[i], trait) == 0)
            return true;
    return false;
}

/* The device that the failure names, else the only one there is. */
static const struct device *why_device(const struct scenario_run *run)
{
    const struct fleet *fleet = run->world->fleet;
    if (run->failure.device)
        return fleet_find(fleet, run->failure.device);
    return fleet_count(fleet) == 1 ? fleet_at(fleet, 0) : NULL;
}

static void why_add_offline(const struct scenario_run *run, const struct device *device,
                            struct buf *out)
{
    struct why_answer answer = why_offline(run->world, device);
    if (answer.cause) {
        why_words_begin(out);
        buf_printf(out, "%s is offline: %s\n  %s", device->name, answer.cause, answer.text);
        why_words_lines(&answer, run->started_ms, out);
    }
    why_free(&answer);
}

static void why_add_owner(const struct scenario_run *run, const struct device *device,
                          struct buf *out)
{
    struct owner owner = run->failure.owner;
    if (owner.kind == OWNER_NONE && !why_default_owner(run->world, device, &owner)) {
        if (run->failure.device) {
            why_words_begin(out);
            buf_printf(out, "nobody has tried to claim %s, or asked for a code for it",
                       device->name);
        }
        return;
    }
    struct why_answer answer = why_ask(run->world, device, owner);
    if (!answer.owned || run->failure.device) /* else the failure isn't about who owns it */
        why_words_owner(device, &answer, run->started_ms, out);
    why_free(&answer);
}

/* ---- requests ---- */

static const struct journal_entry *why_last_refused(const struct scenario_run *run,
                                                    const char *actor)
{
    uint64_t cursor = UINT64_MAX;
    return why_words_refused(run->world->sim.journal, &cursor, actor);
}

static bool why_has_sent(const struct scenario_run *run, const char *actor)
{
    const struct journal *journal = run->world->sim.journal;
    for (uint64_t n = journal_first(journal); n < journal_next(journal); n++) {
        const struct journal_entry *entry = journal_get(journal, n);
        if (strcmp(entry->kind, "http.request") == 0 && strcmp(entry->actor, actor) == 0)
            return true;
    }
    return false;
}

/* Of each client that was started: that it sent nothing, or what was refused last. */
static void why_add_clients(const struct scenario_run *run, struct buf *out)
{
    for (size_t i = 0; i < run->scenario->client_count; i++) {
        const struct run_client *client = &run->clients[i];
        char actor[200] = "client:";
        if (!client->handle && !client->output)
            continue;
        strncat(actor, client->spec->name, sizeof actor - strlen(actor) - 1);
        const struct journal_entry *refused = why_last_refused(run, actor);
        if (refused) {
            why_words_request(run->world, refused, run->started_ms, out);
        } else if (!why_has_sent(run, actor)) {
            why_words_begin(out);
            buf_printf(out, "the client %s sent nothing: does it read MOCKCLOUD_URL?",
                       client->spec->name);
        }
    }
}

/* ---- events and webhooks ---- */

/* A wait for a webhook: why none was triggered, or what came of it. One for an event: whether it
 * was published in other letters. */
static void why_add_event(const struct scenario_run *run, const struct doc_node *wait,
                          struct buf *out)
{
    const char *webhook = fields_str(wait, "webhook", NULL);
    const char *name = webhook ? webhook : fields_str(wait, "event", NULL);
    if (!name)
        return;
    char *filled = interp_dup(&run->interp, name);
    struct why_answer answer = why_no_webhook(run->world, filled);
    bool fits = answer.cause && (webhook || strncmp(answer.cause, "published-", 10) == 0 ||
                                 strcmp(answer.cause, "never-published") == 0);
    if (fits) {
        why_words_begin(out);
        buf_printf(out, "no %s of %s: %s\n  %s", webhook ? "webhook" : "event", filled,
                   answer.cause, answer.text);
        why_words_lines(&answer, run->started_ms, out);
    }
    why_free(&answer);
    free(filled);
}

/* The step has asked a question itself: the whole answer. */
static void why_add_question(const struct scenario_run *run, const struct doc_node *why,
                             struct buf *out)
{
    char *subject;
    struct why_answer answer = question_ask(run, why, &subject);
    buf_printf(out, "%s: %s\n  %s", subject, answer.cause ? answer.cause : "nothing to explain",
               answer.text);
    why_words_lines(&answer, run->started_ms, out);
    why_free(&answer);
    free(subject);
}

/* ---- which of them ---- */

char *failure_why_dup(const struct scenario_run *run, const struct step *step)
{
    struct buf out;
    const struct device *device = why_device(run);
    const struct journal_entry *refused = why_last_refused(run, "scenario");
    bool presence = why_is_presence(run->failure.trait), sends = doc_get(step->node, "request");
    const struct doc_node *asked = doc_get(doc_get(step->node, "expect"), "why");
    buf_init(&out, WHY_TEXT);
    if (asked && question_is(asked)) {
        why_add_question(run, asked, &out);
        return buf_take(&out);
    }
    if (sends && refused &&
        refused->n + 8 > journal_next(run->world->sim.journal)) /* it is the step's own */
        why_words_request(run->world, refused, run->started_ms, &out);
    if (presence && device)
        why_add_offline(run, device, &out);
    why_add_event(run, doc_get(step->node, "wait"), &out);
    if (!run->failure.device)
        why_add_clients(run, &out);
    if (device && !presence && !(out.len && (sends || !run->failure.device)))
        why_add_owner(run, device, &out);
    if (out.len)
        return buf_take(&out);
    buf_free(&out);
    return NULL;
}
