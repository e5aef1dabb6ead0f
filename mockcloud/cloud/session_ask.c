/*
 * See session.h. Owns what the cloud has asked devices and has no answer to yet. It never decides
 * what a caller is told: that is `done`'s.
 *
 * A question stands in the list of its session, where its answer finds it, for a while also when it
 * is over, so that a second answer is known as one. When the session ends before, it becomes an
 * orphan: no answer can reach it any more, but its time-out does.
 */
#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/described.h"
#include "cloud/session_inside.h"
#include "cloud/system_event.h"

#include <stdlib.h>

#define OVER_KEPT 4 /* questions of a session that are over and still known */

enum ask_state { ASK_OPEN, ASK_ANSWERED, ASK_LATE };

struct session_ask {
    struct session_ask *prev, *next; /* in its session's list, or among the orphans */
    struct session_ask **list;
    struct cloud *cloud;
    struct cloud_device *device;
    uint64_t id; /* its number, and in the low half the device's place in the registry */
    enum session_ask_kind kind;
    enum ask_state state;
    bool by_itself;
    bool module; /* an update that brings a part of the system: nothing is told of it */
    bool *over;  /* of session_ask(), while the device is being asked; NULL: it has returned */
    uint64_t timer;
    session_done *done;
    void *arg;
};

/* ---- lists ---- */

static void ask_in(struct session_ask *ask, struct session_ask **list)
{
    ask->list = list;
    ask->prev = NULL;
    ask->next = *list;
    if (ask->next)
        ask->next->prev = ask;
    *list = ask;
}

static void ask_out(struct session_ask *ask)
{
    *(ask->prev ? &ask->prev->next : ask->list) = ask->next;
    if (ask->next)
        ask->next->prev = ask->prev;
}

static void ask_free(struct session_ask *ask)
{
    vclock_cancel(ask->cloud->sim->clock, ask->timer);
    ask_out(ask);
    free(ask);
}

void session_orphan_asks(struct cloud *cloud, struct session *session)
{
    for (struct session_ask *ask = session->asks, *next; ask; ask = next) {
        next = ask->next;
        if (ask->state != ASK_OPEN) {
            ask_free(ask);
            continue;
        }
        ask_out(ask);
        ask_in(ask, &cloud->orphans);
    }
}

void session_free_orphans(struct cloud *cloud)
{
    for (struct session_ask *ask = cloud->orphans, *next; ask; ask = next) {
        next = ask->next;
        ask_free(ask);
    }
}

/* Of those that are over only the newest are kept. */
static void ask_trim(const struct cloud_device *device)
{
    struct session *session = device->session;
    unsigned over = 0;
    if (!session)
        return;
    for (struct session_ask *ask = session->asks, *next; ask; ask = next) {
        next = ask->next;
        if (ask->state == ASK_OPEN || ++over <= OVER_KEPT)
            continue;
        session->ask_count--;
        ask_free(ask);
    }
}

/* ---- what came of it ---- */

static void ask_end(struct session_ask *ask, enum ask_state state,
                    const struct session_result *result)
{
    session_done *done = ask->done;
    vclock_cancel(ask->cloud->sim->clock, ask->timer);
    ask->timer = 0;
    ask->state = state;
    ask->done = NULL;
    if (ask->over)
        *ask->over = true;
    ask->over = NULL;
    if (done)
        done(ask->arg, result);
}

static const char *kind_word(enum session_ask_kind kind)
{
    static const char *const words[] = {
        [ASK_CALL] = "function", [ASK_READ] = "variable", [ASK_SIGNAL] = "signal",
        [ASK_VITALS] = "vitals", [ASK_PING] = "ping",     [ASK_UPDATE] = "update",
    };
    return words[kind];
}

static void ask_timed_out(void *owner, uint64_t arg)
{
    struct session_ask *ask = owner;
    struct sim *sim = ask->cloud->sim;
    (void)arg;
    ask->timer = 0;
    struct jsonw *w = sim_note(sim);
    jsonw_key_str(w, "device", ask->device->id);
    jsonw_key_str(w, "name", ask->device->name);
    jsonw_key_str(w, "asked", kind_word(ask->kind));
    sim_noted(sim, "cloud", "session.unanswered");
    const struct cloud_device *device = ask->device;
    bool orphan = ask->list == &ask->cloud->orphans;
    ask_end(ask, ASK_LATE, &(struct session_result){.answer = SESSION_TIMED_OUT});
    if (orphan)
        ask_free(ask);
    ask_trim(device);
}

static void update_accepted(const struct session_ask *ask)
{
    ask->device->session->updating = true;
    ask->device->session->module = ask->module;
    if (ask->module)
        return;
    ask->device->update_goes_on = false;
    if (ask->by_itself)
        system_event_tell(ask->cloud, ask->device, SYSTEM_AUTO_UPDATE, NULL);
    system_event_tell(ask->cloud, ask->device, SYSTEM_FLASH_STARTED, NULL);
}

/* ---- answers ---- */

/* Why the answer counts for nothing; NULL: it counts, and is to *ret_ask. */
static const char *answer_fault(const struct cloud *cloud, uint64_t call_id,
                                struct session_ask **ret_ask)
{
    size_t index = call_id & UINT32_MAX;
    uint64_t number = call_id >> 32;
    if (!number || number > cloud->asks || index >= cloud->device_count)
        return "it was never asked";
    const struct session *session = cloud->registry[index]->session;
    if (!session || session->silent_ms >= 0 || number <= session->asks_before)
        return "its session has ended";
    for (struct session_ask *ask = session->asks; ask; ask = ask->next) {
        if (ask->id != call_id)
            continue;
        *ret_ask = ask;
        return ask->state == ASK_OPEN       ? NULL
               : ask->state == ASK_ANSWERED ? "it was answered already"
                                            : "its time was up";
    }
    return "it is over";
}

static void note_ignored(struct cloud *cloud, uint64_t call_id, const char *why)
{
    size_t index = call_id & UINT32_MAX;
    const struct cloud_device *device = index < cloud->device_count ? cloud->registry[index] : NULL;
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device ? device->id : NULL);
    jsonw_key_str(w, "name", device ? device->name : NULL);
    jsonw_key_str(w, "reason", why);
    sim_noted(cloud->sim, "cloud", "session.answer-ignored");
}

void session_answered(struct cloud *cloud, uint64_t call_id, bool known,
                      const struct session_value *value)
{
    struct session_ask *ask = NULL;
    struct session_result result = {.answer = known ? SESSION_ANSWERED : SESSION_UNKNOWN};
    const char *fault = answer_fault(cloud, call_id, &ask);
    if (fault) {
        note_ignored(cloud, call_id, fault);
        return;
    }
    ask->device->session->traffic_ms = vclock_now(cloud->sim->clock);
    if (value)
        result.value = *value;
    const struct cloud_device *device = ask->device;
    if (ask->kind == ASK_UPDATE && known)
        update_accepted(ask);
    ask_end(ask, ASK_ANSWERED, &result);
    ask_trim(device);
}

/* ---- questions ---- */

/* What the cloud knows without asking. */
static bool is_known(const struct cloud_device *device, const struct session_question *question)
{
    switch (question->kind) {
    case ASK_CALL:
        return described_has_function(&device->described, question->name);
    case ASK_READ:
        return described_variable(&device->described, question->name) != NULL;
    case ASK_UPDATE:
        return !device->session->updating;
    default:
        return true;
    }
}

/* What to answer without asking the device; SESSION_ANSWERED: nothing, so it has to be asked. */
static enum session_answer known_before(const struct cloud *cloud,
                                        const struct cloud_device *device,
                                        const struct session_question *question)
{
    if (!session_reaches(cloud, device) || device->session->ask_count >= SESSION_ASKS)
        return SESSION_ABSENT;
    return is_known(device, question) ? SESSION_ANSWERED : SESSION_UNKNOWN;
}

static struct session_ask *ask_new(struct cloud *cloud, struct cloud_device *device,
                                   const struct session_question *question)
{
    struct session_ask *ask = mem_new(sizeof *ask);
    ask->cloud = cloud;
    ask->device = device;
    ask->id = ++cloud->asks << 32 | device->index;
    ask->kind = question->kind;
    ask->by_itself = question->by_itself;
    ask->module = question->image == IMAGE_MODULE;
    ask_in(ask, &device->session->asks);
    device->session->ask_count++;
    return ask;
}

static void put(struct session *session, uint64_t id, const struct cloud_device *device,
                const struct session_question *question)
{
    struct session_question mine = *question;
    mine.product_id = device->product ? device->product->id : 0;
    if (session->peer->ask)
        session->peer->ask(session->device, id, &mine);
}

struct session_ask *session_ask(struct cloud *cloud, struct cloud_device *device,
                                const struct session_question *question, session_done *done,
                                void *arg)
{
    struct session_result result = {.answer = known_before(cloud, device, question)};
    if (result.answer != SESSION_ANSWERED) {
        if (done)
            done(arg, &result);
        return NULL;
    }
    struct session_ask *ask = ask_new(cloud, device, question);
    ask->done = done;
    ask->arg = arg;
    /* Listed before the peer is asked, since it may answer within that call, and may even close its
     * session. */
    struct vclock *clock = cloud->sim->clock;
    ask->timer = vclock_add(clock, vclock_now(clock) + SESSION_TIMEOUT_MS,
                            &(struct timer_row){TIMER_FOREGROUND, "cloud", "answer of a device",
                                                ask_timed_out, ask, 0});
    bool over = false;
    ask->over = &over;
    put(device->session, ask->id, device, question);
    if (over)
        return NULL; /* and perhaps freed */
    ask->over = NULL;
    return ask;
}

void session_forget(struct session_ask *ask)
{
    ask->done = NULL;
}
