/*
 * See failure_why.h. Owns which question is asked: a device that is waited for is asked why it is
 * offline, a refused request why it was, an owner that stays away why that is; of a client the last
 * request that was refused. The answers are world/why's.
 */
#include "scenario/failure_why.h"

#include "cloud/owner.h"
#include "cloud/record.h"
#include "scenario/digest.h"
#include "sim/journal.h"
#include "world/why/why_questions.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define WHY_TEXT (1u << 20)

/* ---- an answer as text ---- */

static void why_add_lines(const struct scenario_run *run, const struct why_answer *answer,
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
    if (answer->advice)
        buf_printf(out, "\n  what to do: %s", answer->advice);
}

/* Whatever comes behind the first answer stands on a line of its own. */
static void why_begin(struct buf *out)
{
    if (out->len)
        buf_add_char(out, '\n');
}

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
        why_begin(out);
        buf_printf(out, "%s is offline: %s\n  %s", device->name, answer.cause, answer.text);
        why_add_lines(run, &answer, out);
    }
    why_free(&answer);
}

static void why_add_owner(const struct scenario_run *run, const struct device *device,
                          struct buf *out)
{
    struct owner owner = run->failure.owner;
    if (owner.kind == OWNER_NONE && !why_default_owner(run->world, device, &owner)) {
        if (run->failure.device) {
            why_begin(out);
            buf_printf(out, "nobody has tried to claim %s, or asked for a code for it",
                       device->name);
        }
        return;
    }
    struct why_answer answer = why_ask(run->world, device, owner);
    const char *name = owner_name(&owner);
    if (answer.owned && !run->failure.device) { /* the failure isn't about who owns it */
        why_free(&answer);
        return;
    }
    why_begin(out);
    if (answer.owned)
        buf_printf(out, "%s is owned by %s", device->name, name);
    else
        buf_printf(out, "%s is not owned by %s: %s\n  %s", device->name, name ? name : "anybody",
                   answer.cause, answer.text);
    why_add_lines(run, &answer, out);
    why_free(&answer);
}

/* ---- requests ---- */

static const char *why_member(const cJSON *data, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, key));
    return text ? text : "";
}

/* Whether a reply refuses what it replies to, a request of this actor; not of the control API. */
static bool why_refuses(const struct journal *journal, const struct journal_entry *reply,
                        const char *actor)
{
    const struct journal_entry *request = journal_get(journal, reply->cause);
    if (!request || strcmp(reply->kind, "http.reply") != 0 || strcmp(request->actor, actor) != 0)
        return false;
    cJSON *data = cJSON_ParseWithLength(reply->data, reply->data_len);
    cJSON *asked = cJSON_ParseWithLength(request->data, request->data_len);
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(data, "status");
    bool refuses = status && status->valuedouble >= 400 &&
                   strncmp(why_member(asked, "path"), "/__mock", 7) != 0;
    cJSON_Delete(data);
    cJSON_Delete(asked);
    return refuses;
}

/* The last request of the actor that was refused; NULL: none was. */
static const struct journal_entry *why_last_refused(const struct scenario_run *run,
                                                    const char *actor)
{
    const struct journal *journal = run->world->sim.journal;
    for (uint64_t n = journal_next(journal); n-- > journal_first(journal);) {
        const struct journal_entry *reply = journal_get(journal, n);
        if (reply && why_refuses(journal, reply, actor))
            return journal_get(journal, reply->cause);
    }
    return NULL;
}

static void why_add_request(const struct scenario_run *run, const struct journal_entry *request,
                            struct buf *out)
{
    struct why_answer answer = why_request(run->world, request->n);
    cJSON *data = cJSON_ParseWithLength(request->data, request->data_len);
    why_begin(out);
    buf_printf(out, "%s's %s %s was refused\n  %s", request->actor, why_member(data, "method"),
               why_member(data, "path"), answer.text);
    why_add_lines(run, &answer, out);
    cJSON_Delete(data);
    why_free(&answer);
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
            why_add_request(run, refused, out);
        } else if (!why_has_sent(run, actor)) {
            why_begin(out);
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
        why_begin(out);
        buf_printf(out, "no %s of %s: %s\n  %s", webhook ? "webhook" : "event", filled,
                   answer.cause, answer.text);
        why_add_lines(run, &answer, out);
    }
    why_free(&answer);
    free(filled);
}

/* ---- which of them ---- */

char *failure_why_dup(const struct scenario_run *run, const struct step *step)
{
    struct buf out;
    const struct device *device = why_device(run);
    const struct journal_entry *refused = why_last_refused(run, "scenario");
    bool presence = why_is_presence(run->failure.trait), sends = doc_get(step->node, "request");
    buf_init(&out, WHY_TEXT);
    if (sends && refused &&
        refused->n + 8 > journal_next(run->world->sim.journal)) /* it is the step's own */
        why_add_request(run, refused, &out);
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
