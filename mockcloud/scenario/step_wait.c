/*
 * See steps.h. Owns the step `wait`: until something is so (a trait of a device or a client), or
 * until something has happened (a client's request was answered, an event was published, a webhook
 * was answered), within a bound on one of two clocks.
 *
 * A wait in world time goes from timer to timer and never waits for a client. A wait in real time
 * turns the host's loop. Either ends at once when what it waits for can't happen any more, and says
 * so.
 */
#include "base/mem.h"
#include "base/timefmt.h"
#include "match/request_filter.h"
#include "scenario/clients.h"
#include "scenario/condition.h"
#include "scenario/occurrence.h"
#include "scenario/steps.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WAIT_GRACE_MS 100 /* for a request that a client sent right before it ended */
#define WAIT_NAP_MS   20

static const char *const webhook_results[] = {"queued",  "sent",    "answered", "failed",
                                              "skipped", "dropped", NULL};

static const struct field wait_fields[] = {
    {.name = "device", .type = FIELD_STRING, .text = "The device whose state is waited for."},
    TRAIT_DEVICE_FIELDS,
    {.name = "client", .type = FIELD_STRING, .text = "The client that is waited for."},
    TRAIT_CLIENT_FIELDS,
    {.name = "request",
     .type = FIELD_STRING,
     .text =
         "A request of a client, like POST /v1/devices (the method may be any, a segment of the "
         "path *, the rest **), or any: the oldest one after the one that the last such wait "
         "took."},
    {.name = "from", .type = FIELD_STRING, .text = "The client that sends the request."},
    {.name = "with",
     .type = FIELD_OBJECT,
     .fields = request_with_fields,
     .text = "What the request, or its reply, has to have besides."},
    {.name = "held", .type = FIELD_STRING, .text = "The hold that parks a request."},
    {.name = "event",
     .type = FIELD_STRING,
     .text = "An event that is published, by its whole name: the oldest one after the one that the "
             "last such wait took. With \"device\": of that device."},
    {.name = "data", .type = FIELD_STRING, .text = "The data that the event has."},
    {.name = "webhook",
     .type = FIELD_STRING,
     .text =
         "A webhook that an event of this whole name triggers: the oldest news of it after what "
         "the last such wait took."},
    {.name = "result",
     .type = FIELD_WORD,
     .words = webhook_results,
     .text = "What came of the webhook (answered)."},
    {.name = "status",
     .type = FIELD_INT,
     .min = 100,
     .max = 599,
     .text = "The HTTP status of the webhook's answer."},
    {.name = "within",
     .type = FIELD_WAIT,
     .required = true,
     .text = "How long at most, with its clock: 5s real, 30s virtual."},
    {0},
};

const struct field step_wait_fields[] = {
    {.name = "wait",
     .type = FIELD_OBJECT,
     .required = true,
     .fields = wait_fields,
     .text = "What is waited for, and how long at most.",
     .like = "like {device: pump, state: online, within: 5min virtual}; to let time pass: clock: "
             "{advance: 5s}"},
    STEP_AS,
    {0},
};

struct wait {
    struct scenario_run *run;
    const struct doc_node *map;
    struct occurrence *occurrence; /* NULL: of a wait for a trait */
    const char *held;              /* the hold, of a wait for one; else NULL */
    bool request;                  /* only a client can bring about what is waited for */
    int64_t within_ms;
    bool hopeless_ends; /* a turn ends when what is waited for can't happen any more */
};

bool step_wait_check(struct scenario_load *load, const struct doc_node *step)
{
    const struct doc_node *map = doc_get(step, "wait");
    const struct doc_node *held = doc_get(map, "held");
    if (held && map->count == 2)
        return scenario_load_check_hold(load, held);
    if (occurrence_is_waited_for(map))
        return occurrence_check(load, map);
    if (!occurrence_check_stray(load, map))
        return false;
    if (!doc_get(map, "device") && !doc_get(map, "client")) {
        doc_fail(load->doc, map, load->diags, NULL,
                 "what is waited for? expected device, client, request, held, event or webhook");
        return false;
    }
    return condition_check(load, map);
}

/* Whether what is waited for is so now. */
static bool wait_holds(struct wait *wait)
{
    if (wait->occurrence)
        return occurrence_met(wait->occurrence);
    if (wait->held)
        return api_held(wait->run->api, wait->run->world, wait->held) > 0;
    struct trait_subject subject = condition_subject(wait->run, wait->map);
    return !condition_differ(wait->run, &subject, wait->map);
}

/* The client whose exit ends all hope: the one that the wait names, or, of a wait for a request,
 * the only client of the scenario. NULL: there is no such one. */
static const struct run_client *wait_client(const struct wait *wait)
{
    const char *name = fields_str(wait->map, wait->request ? "from" : "client", NULL);
    if (name && !wait->run->live)
        return clients_find(wait->run, name);
    return wait->request && wait->run->scenario->client_count == 1 ? &wait->run->clients[0] : NULL;
}

/* Whether nothing can make it so any more, so that waiting on would only cost time. If in doubt,
 * no: a wait that ends too early would fail a scenario that is right. */
static bool wait_is_hopeless(const struct wait *wait)
{
    const struct scenario_run *run = wait->run;
    const struct run_client *client = wait_client(wait);
    const struct vclock *clock = run->world->sim.clock;
    if (wait->occurrence && occurrence_lost(wait->occurrence))
        return true;
    if (client)
        return client->exited;
    if (clients_running(run) > 0 || (!wait->request && world_in_flight(run->world)))
        return false;
    return wait->request || vclock_mode(clock) == VCLOCK_FROZEN ||
           vclock_next_due(clock) == VCLOCK_NEVER;
}

static bool wait_ends(void *arg)
{
    struct wait *wait = arg;
    if (run_world_gone(wait->run))
        return true;
    clients_poll(wait->run);
    return wait_holds(wait) || (wait->hopeless_ends && wait_is_hopeless(wait));
}

/* ---- what is said when it fails ---- */

/* Virtual time passes without regard to clients, and a frozen clock passes not at all by itself:
 * the two mistakes that are made with `within`. */
static const char *wait_advice(const struct wait *wait, bool is_virtual)
{
    if (is_virtual && clients_running(wait->run) > 0)
        return "; a client runs, and virtual time doesn't wait for it: say `real`";
    if (!is_virtual && !wait->request && !clients_any_started(wait->run))
        return "; the clock is frozen and no client runs: say `virtual`";
    return "";
}

static void wait_fail_occurrence(struct wait *wait, const char *because, bool is_virtual)
{
    struct scenario_run *run = wait->run;
    const char *within = fields_str(wait->map, "within", "");
    char *subject = occurrence_subject_dup(wait->occurrence);
    run_fail(run, "no %s: %s%s", subject, because, wait_advice(wait, is_virtual));
    run_fail_take(run, mem_printf_dup("%s within %s", subject, within),
                  occurrence_actual_dup(wait->occurrence), NULL);
    free(subject);
}

static void wait_fail_trait(struct wait *wait, const char *because, bool is_virtual)
{
    struct scenario_run *run = wait->run;
    struct trait_subject subject = condition_subject(run, wait->map);
    const struct doc_pair *pair = condition_differ(run, &subject, wait->map);
    const char *name = subject.device ? subject.device->name : subject.client->spec->name;
    assert(pair);
    char *expected = condition_expected_dup(run, pair);
    char *actual = condition_actual_dup(run, &subject, pair);
    run_fail(run, "%s: %s, waited for %s: %s%s", name, actual, expected, because,
             wait_advice(wait, is_virtual));
    run_fail_take(run,
                  mem_printf_dup("%s within %s", expected, fields_str(wait->map, "within", "")),
                  actual, NULL);
    free(expected);
    run_fail_trait(run, pair->key->text);
    if (subject.device)
        run_fail_device(run, subject.device->name, condition_owner(run, wait->map));
}

static void wait_fail_held(struct wait *wait, const char *because, bool is_virtual)
{
    run_fail(wait->run, "the hold %s holds nothing: %s%s", wait->held, because,
             wait_advice(wait, is_virtual));
    run_fail_take(wait->run,
                  mem_printf_dup("a request that %s holds within %s", wait->held,
                                 fields_str(wait->map, "within", "")),
                  mem_dup("none"), NULL);
}

static bool wait_fail(struct wait *wait, const char *because, bool is_virtual)
{
    if (run_world_gone(wait->run))
        return run_fail(wait->run, "a request has ended the scenario's world");
    if (wait->occurrence)
        wait_fail_occurrence(wait, because, is_virtual);
    else if (wait->held)
        wait_fail_held(wait, because, is_virtual);
    else
        wait_fail_trait(wait, because, is_virtual);
    return false;
}

/* Why there is no hope, in words. Yours: free(). */
static char *wait_hopeless_dup(const struct wait *wait)
{
    const struct run_client *client = wait_client(wait);
    struct buf words;
    if (wait->occurrence && occurrence_lost(wait->occurrence))
        return mem_dup("entries that it would need have fallen out of the journal");
    if (!clients_any_started(wait->run))
        return mem_dup("nothing is under way that could change it");
    buf_init(&words, 1000);
    if (client) {
        buf_printf(&words, "the client %s ", client->spec->name);
        clients_describe(client, &words);
    } else {
        buf_add_str(&words, "all clients have ended");
    }
    return buf_take(&words);
}

static bool wait_fail_hopeless(struct wait *wait, bool is_virtual)
{
    char *because = wait_hopeless_dup(wait);
    wait_fail(wait, because, is_virtual);
    free(because);
    return false;
}

/* ---- world time ---- */

static bool wait_virtual(struct wait *wait)
{
    struct world *world = wait->run->world;
    int64_t bound = run_deadline(wait->run, vclock_now(world->sim.clock) + wait->within_ms);
    enum run_end end = world_run_until(world, bound, wait_ends, wait);
    if (end == RUN_MET)
        return true;
    if (wait->run->live && world_in_flight(world))
        return run_pend(wait->run);
    if (wait->occurrence && occurrence_lost(wait->occurrence))
        return wait_fail_hopeless(wait, true);
    if (end == RUN_STUCK)
        return wait_fail(wait, "stuck, nothing is under way that could change it", true);
    return wait_fail(wait, "the time is up", true);
}

/* ---- real time ---- */

/* Without a host (a closed scenario that runs alone) there is no loop to turn: nothing but a clock
 * in real mode can change anything. */
static void wait_nap(struct scenario_run *run)
{
    const struct timespec nap = {.tv_nsec = WAIT_NAP_MS * 1000000L};
    nanosleep(&nap, NULL);
    worlds_sync(&run->worlds, sim_real_ms());
}

static enum scenario_turn wait_turn(struct wait *wait, int64_t deadline_ms)
{
    const struct scenario_host *host = wait->run->options->host;
    if (host)
        return host->turn(host->ctx, wait_ends, wait, deadline_ms);
    while (!wait_ends(wait)) {
        if (sim_real_ms() >= deadline_ms)
            return SCENARIO_TURN_DEADLINE;
        wait_nap(wait->run);
    }
    return SCENARIO_TURN_MET;
}

static bool wait_interrupted(struct wait *wait)
{
    run_fail(wait->run, "interrupted");
    run_fail_verdict(wait->run, VERDICT_INTERRUPTED);
    return false;
}

/* No hope is left, as it seems. But we may hear of a client's end before its last request has come
 * through the loop, so it gets a moment for that before the wait fails. */
static bool wait_last_look(struct wait *wait)
{
    wait->hopeless_ends = false;
    bool may_come = clients_any_started(wait->run) &&
                    (wait->occurrence ? !occurrence_lost(wait->occurrence) : !wait_client(wait));
    if (may_come && wait_turn(wait, sim_real_ms() + WAIT_GRACE_MS) == SCENARIO_TURN_INTERRUPTED)
        return wait_interrupted(wait);
    if (!run_world_gone(wait->run) && wait_holds(wait))
        return true;
    return wait_fail_hopeless(wait, false);
}

/* In a live world nothing is hopeless: who may do something is not known here. */
static bool wait_live(struct wait *wait)
{
    int64_t now_ms = machine_mono_ms(wait->run->world->machine);
    if (wait_holds(wait))
        return true;
    if (now_ms >= run_deadline(wait->run, now_ms + wait->within_ms))
        return wait_fail(wait, "the time is up", false);
    return run_pend(wait->run);
}

static bool wait_real(struct wait *wait)
{
    if (wait->run->live)
        return wait_live(wait);
    wait->hopeless_ends = true;
    switch (wait_turn(wait, sim_real_ms() + wait->within_ms)) {
    case SCENARIO_TURN_INTERRUPTED:
        return wait_interrupted(wait);
    case SCENARIO_TURN_DEADLINE:
        return (!run_world_gone(wait->run) && wait_holds(wait)) ||
               wait_fail(wait, "the time is up", false);
    default:
        if (run_world_gone(wait->run))
            return wait_fail(wait, "", false);
        return wait_holds(wait) || wait_last_look(wait);
    }
}

bool step_wait_run(struct scenario_run *run, const struct doc_node *step)
{
    struct wait wait = {.run = run, .map = doc_get(step, "wait")};
    bool is_virtual = false;
    bool read = fields_parse_wait(fields_str(wait.map, "within", ""), &wait.within_ms, &is_virtual);
    assert(read);
    wait.held = fields_str(wait.map, "held", NULL);
    wait.request = wait.held || doc_get(wait.map, "request");
    if (occurrence_is_waited_for(wait.map))
        wait.occurrence = occurrence_new(run, wait.map);
    bool met = is_virtual ? wait_virtual(&wait) : wait_real(&wait);
    if (met && wait.occurrence)
        occurrence_take(wait.occurrence);
    occurrence_free(wait.occurrence);
    return met;
}
