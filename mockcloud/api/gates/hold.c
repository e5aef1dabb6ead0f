/* See hold.h. Owns who is parked where. A parked call waits as any other does (call/later.h); what
 * it is released with does nothing, so that it goes on where it stood. */
#include "api/gates/hold.h"

#include "api/call/core.h"
#include "api/call/later.h"
#include "api/gates/call_view.h"
#include "base/mem.h"
#include "match/request_filter.h"

#include <stdlib.h>
#include <string.h>

static const char *const places[] = {"arrival", "reply", NULL};

const struct field api_hold_fields[] = {
    REQUEST_FILTER_FIELDS,
    {.name = "as",
     .type = FIELD_STRING,
     .min = 1,
     .max = HARNESS_NAME_MAX,
     .text = "The hold's name (h1, h2 … in order)."},
    {.name = "at",
     .type = FIELD_WORD,
     .words = places,
     .text = "Where the request is parked: at its arrival, before its handler (the default), or at "
             "its reply, which is made but not sent."},
    {.name = "times",
     .type = FIELD_INT,
     .min = 1,
     .max = 1000000,
     .text = "How many requests are parked (1); later ones pass."},
    {0},
};

struct parked {
    struct call *call;
    struct parked *next;
};

struct hold {
    char *name;
    bool at_reply;
    int64_t times; /* how many it parks from now on */
    struct request_filter *filter;
    struct doc *doc; /* what the filter stands in */
    struct parked *first, *last;
    size_t parked;
    struct hold *next;
};

static void hold_free(struct hold *hold)
{
    request_filter_free(hold->filter);
    doc_unref(hold->doc);
    free(hold->name);
    free(hold);
}

void holds_free(struct hold *holds)
{
    for (struct hold *next; holds; holds = next) {
        next = holds->next;
        hold_free(holds);
    }
}

bool api_hold_check(const struct compare_check *check, const struct doc_node *map)
{
    const struct doc_node *request = doc_get(map, "request");
    bool at_reply = strcmp(fields_str(map, "at", "arrival"), "reply") == 0;
    if (!request) {
        doc_fail(check->doc, map, check->diags, NULL,
                 "which requests are held? Add \"request\", like POST /v1/devices, or any");
        return false;
    }
    return request_filter_check(check, map, at_reply);
}

static void note(struct world *world, const struct hold *hold, const char *kind, uint64_t request_n)
{
    struct jsonw *w = sim_note(&world->sim);
    jsonw_key_str(w, "hold", hold->name);
    if (request_n)
        jsonw_key_int(w, "request", (int64_t)request_n);
    sim_noted(&world->sim, "control", kind);
}

const struct hold *hold_set(struct api *api, struct world *world, struct doc *doc,
                            const struct doc_node *map)
{
    struct harness_world *mine = harness_made(api, world);
    const char *name = fields_str(map, "as", NULL);
    if (name && hold_find(api, world, name))
        return NULL;
    struct hold *hold = mem_new(sizeof *hold), **at = &mine->holds;
    do
        hold->name =
            name ? mem_dup(name) : mem_printf_dup("h%llu", (unsigned long long)++mine->holds_named);
    while (!name && hold_find(api, world, hold->name) && (free(hold->name), true));
    hold->at_reply = strcmp(fields_str(map, "at", "arrival"), "reply") == 0;
    hold->times = fields_int(map, "times", 1);
    hold->filter = request_filter_new(map);
    hold->doc = doc_ref(doc);
    while (*at)
        at = &(*at)->next;
    *at = hold;
    note(world, hold, "hold.set", 0);
    return hold;
}

struct hold *hold_find(const struct api *api, const struct world *world, const char *name)
{
    struct harness_world *mine = harness_of(api, world);
    struct hold *hold = mine ? mine->holds : NULL;
    while (hold && strcmp(hold->name, name) != 0)
        hold = hold->next;
    return hold;
}

const struct hold *hold_next(const struct harness_world *world, const struct hold *after)
{
    return after ? after->next : world ? world->holds : NULL;
}

size_t hold_parked(const struct hold *hold)
{
    return hold->parked;
}

/* ---- parking ---- */

static struct call *hold_take_first(struct hold *hold)
{
    struct parked *parked = hold->first;
    struct call *call = parked->call;
    hold->first = parked->next;
    if (!hold->first)
        hold->last = NULL;
    hold->parked--;
    free(parked);
    return call;
}

/* Takes the call out of the hold; false: it is not in it. */
static bool hold_take(struct hold *hold, const struct call *call)
{
    for (struct parked **at = &hold->first, *before = NULL; *at; before = *at, at = &(*at)->next) {
        struct parked *parked = *at;
        if (parked->call != call)
            continue;
        *at = parked->next;
        if (hold->last == parked)
            hold->last = before;
        hold->parked--;
        free(parked);
        return true;
    }
    return false;
}

/* Its client has left, or its world goes. It stands in one hold; there are few. */
static void left(struct call *call)
{
    struct harness_world *mine = harness_of(call->api, call->world);
    for (struct hold *hold = mine ? mine->holds : NULL; hold; hold = hold->next)
        if (hold_take(hold, call)) {
            note(call->world, hold, "hold.left", call->request_n);
            return;
        }
}

static void park(struct hold *hold, struct call *call)
{
    struct parked *parked = mem_new(sizeof *parked);
    parked->call = call;
    *(hold->last ? &hold->last->next : &hold->first) = parked;
    hold->last = parked;
    hold->parked++;
    hold->times--;
    note(call->world, hold, "hold.parked", call->request_n);
    later_wait(call, false, left);
}

static void hold_ask(struct call *call, bool at_reply)
{
    struct harness_world *mine = harness_of(call->api, call->world);
    for (struct hold *hold = mine ? mine->holds : NULL; hold; hold = hold->next) {
        if (hold->at_reply != at_reply || hold->times == 0)
            continue;
        struct call_view view = call_view_of(call, at_reply);
        if (request_filter_meets(hold->filter, &view.view, NULL)) {
            park(hold, call);
            return;
        }
    }
}

void hold_arrival(struct call *call)
{
    hold_ask(call, false);
}

/* A request that was refused before it came to the gates in front of its handler was not held
 * there; so it is held here, with its refusal. */
void hold_reply(struct call *call)
{
    if (!call->admitted)
        hold_ask(call, false);
    if (!call->waiting)
        hold_ask(call, true);
}

/* ---- releasing ---- */

static void go_on(struct call *call, const void *with)
{
    (void)call, (void)with; /* whatever comes next on its way */
}

static void hold_drop(struct harness_world *mine, struct hold *hold)
{
    struct hold **at = &mine->holds;
    while (*at != hold)
        at = &(*at)->next;
    *at = hold->next;
    hold_free(hold);
}

/* Only those that are parked now. A client that is let go may send its next request at once, which
 * would otherwise be let go, too, and so on. */
size_t hold_release(struct api *api, struct world *world, struct hold *hold)
{
    size_t count = hold->parked;
    for (size_t i = 0; i < count && hold->first; i++) {
        struct call *call = hold_take_first(hold);
        note(world, hold, "hold.released", call->request_n);
        if (i < LATER_PER_TURN)
            later_go_on(call, go_on, NULL);
        else
            later_go_on_soon(call, go_on, NULL);
    }
    if (hold->times == 0 && hold->parked == 0)
        hold_drop(harness_of(api, world), hold);
    return count;
}

void hold_write(const struct hold *hold, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "name", hold->name);
    jsonw_key_str(w, "at", places[hold->at_reply]);
    jsonw_key_int(w, "times", hold->times);
    jsonw_key(w, "parked");
    jsonw_array(w);
    for (const struct parked *parked = hold->first; parked; parked = parked->next)
        jsonw_int(w, (int64_t)parked->call->request_n);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

size_t api_held(const struct api *api, const struct world *world, const char *name)
{
    const struct hold *hold = hold_find(api, world, name);
    return hold ? hold->parked : 0;
}
