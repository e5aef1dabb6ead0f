/* See fault.h. Owns which calls meet a fault, and the life of faults. What a kind does stands in
 * the fault_*.c of its family. */
#include "api/gates/fault.h"

#include "api/call/core.h"
#include "api/gates/call_view.h"
#include "api/gates/fault_kinds.h"
#include "base/mem.h"
#include "cloud/record.h"
#include "device/fleet.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CHANCE_SCALE 1000000

const struct rule fault_rule = {"fault.met", "A fault that was set has made this reply.",
                                PROVENANCE_DOCUMENTED, "mockcloud's own", NULL};

static void fault_free(struct fault *fault)
{
    request_filter_free(fault->filter);
    doc_unref(fault->doc);
    free(fault->name);
    free(fault);
}

void faults_free(struct fault *faults)
{
    for (struct fault *next; faults; faults = next) {
        next = faults->next;
        fault_free(faults);
    }
}

static void note(struct world *world, const struct fault *fault, const char *kind,
                 uint64_t request_n)
{
    struct jsonw *w = sim_note(&world->sim);
    jsonw_key_str(w, "fault", fault->name);
    jsonw_key_str(w, "kind", fault->kind->name);
    if (request_n)
        jsonw_key_int(w, "request", (int64_t)request_n);
    sim_noted(&world->sim, "control", kind);
}

/* ---- its life ---- */

static const struct fault_kind *kind_named(const char *name)
{
    const struct fault_kind *kind = fault_kinds;
    while (kind->name && strcmp(kind->name, name) != 0)
        kind++;
    return kind;
}

static char *free_name_dup(struct api *api, struct world *world, struct harness_world *mine)
{
    for (;;) {
        char *name = mem_printf_dup("f%llu", (unsigned long long)++mine->faults_named);
        if (!fault_find(api, world, name))
            return name;
        free(name);
    }
}

/* On the clock by which it ends. */
static int64_t now_of(const struct world *world, const struct fault *fault, int64_t real_ms)
{
    return fault->over_virtual ? vclock_now(world->sim.clock) : real_ms;
}

/* `for` ends a fault by itself. */
static void fault_set_end(const struct api *api, const struct world *world, struct fault *fault)
{
    const char *text = fields_str(fault->map, "for", NULL);
    int64_t ms = 0;
    fault->over_ms = -1;
    if (text && fields_parse_wait(text, &ms, &fault->over_virtual))
        fault->over_ms = ms + now_of(world, fault, machine_mono_ms(&api->worlds->machine));
}

static bool is_over(const struct world *world, const struct fault *fault, int64_t real_ms)
{
    return fault->times == 0 ||
           (fault->over_ms >= 0 && now_of(world, fault, real_ms) >= fault->over_ms);
}

bool faults_refuse(const struct harness_world *mine, const char *actor, int64_t real_ms)
{
    const char *client = actor && strncmp(actor, "client:", 7) == 0 ? actor + 7 : NULL;
    for (const struct fault *f = mine->faults; f; f = f->next) {
        const char *from = fields_str(f->map, "from", NULL);
        if (f->kind->refuses && !is_over(mine->world, f, real_ms) &&
            (!from || (client && strcmp(from, client) == 0)))
            return true;
    }
    return false;
}

struct fault *fault_set(struct api *api, struct world *world, struct doc *doc,
                        const struct doc_node *map)
{
    struct harness_world *mine = harness_made(api, world);
    const char *name = fields_str(map, "as", NULL), *device = fields_str(map, "device", NULL);
    if (name && fault_find(api, world, name))
        return NULL;
    struct fault *fault = mem_new(sizeof *fault), **at = &mine->faults;
    fault->name = name ? mem_dup(name) : free_name_dup(api, world, mine);
    fault->kind = kind_named(fields_str(map, "kind", ""));
    fault->filter = request_filter_new(map);
    fault->doc = doc_ref(doc);
    fault->map = map;
    const struct device *found = device ? fleet_find(world->fleet, device) : NULL;
    if (device)
        strcpy(fault->device_id, found ? found->id : "-"); /* "-" is no device's: it meets none */
    fault->after = fields_int(map, "after", 0);
    fault->times = fields_int(map, "times", -1);
    fault_set_end(api, world, fault);
    while (*at)
        at = &(*at)->next;
    *at = fault;
    note(world, fault, "fault.set", 0);
    if (fault->kind->set)
        fault->kind->set(api, world, fault);
    if (fault->kind->refuses)
        harness_tell_doors(api);
    return fault;
}

struct fault *fault_find(const struct api *api, const struct world *world, const char *name)
{
    struct harness_world *mine = harness_of(api, world);
    struct fault *fault = mine ? mine->faults : NULL;
    while (fault && strcmp(fault->name, name) != 0)
        fault = fault->next;
    return fault;
}

/* Ends the fault that the link leads to. */
static void clear_at(struct api *api, struct world *world, struct fault **link)
{
    struct fault *fault = *link;
    *link = fault->next;
    if (fault->kind->ended)
        fault->kind->ended(api, world, fault);
    note(world, fault, "fault.cleared", 0);
    if (fault->kind->refuses)
        harness_tell_doors(api);
    fault_free(fault);
}

void fault_clear(struct api *api, struct world *world, struct fault *fault)
{
    struct harness_world *mine = harness_of(api, world);
    struct fault **link = mine ? &mine->faults : NULL;
    while (link && *link && fault && *link != fault)
        link = &(*link)->next;
    if (fault && link && *link)
        clear_at(api, world, link);
    while (!fault && link && *link)
        clear_at(api, world, link);
}

void fault_write(const struct fault *fault, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "name", fault->name);
    jsonw_key_str(w, "kind", fault->kind->name);
    jsonw_key_int(w, "met", fault->met);
    jsonw_key(w, "times");
    if (fault->times < 0)
        jsonw_null(w);
    else
        jsonw_int(w, fault->times);
    jsonw_key_int(w, "after", fault->after);
    jsonw_end_object(w);
}

/* ---- who meets it ---- */

/* Whether the request names the device, in its path or in the parameter `id`. */
static bool is_about(const struct call *call, const char *device_id)
{
    const struct cloud_device *device = cloud_device(call->world->cloud, device_id);
    const char *id = call_str(call, "id");
    if (id && strcasecmp(id, device_id) == 0)
        return true;
    for (size_t i = 0; i < call->segment_count && i < CALL_SEGMENTS; i++)
        if (strcasecmp(call->segments[i], device_id) == 0 ||
            (device && device->name && strcmp(call->segments[i], device->name) == 0))
            return true;
    return false;
}

static bool by_chance(struct harness_world *mine, const struct fault *fault)
{
    const struct doc_node *node = doc_get(fault->map, "chance");
    double chance = 1;
    if (!node || !doc_as_double(node, &chance))
        return true;
    return chance_below(&mine->chance, CHANCE_SCALE) < (uint64_t)(chance * CHANCE_SCALE);
}

/* Counts the call, too: those that the fault lets pass before it begins. */
static bool is_met(struct call *call, struct fault *fault, bool answered)
{
    if (is_over(call->world, fault, machine_mono_ms(&call->api->worlds->machine)))
        return false;
    struct call_view view = call_view_of(call, answered);
    if (!request_filter_meets(fault->filter, &view.view, NULL) ||
        (*fault->device_id && !fault->kind->lags && !is_about(call, fault->device_id)))
        return false;
    if (fault->after > 0) {
        fault->after--;
        return false;
    }
    return by_chance(harness_of(call->api, call->world), fault);
}

typedef void meets(struct call *call, struct fault *fault);

static void meet(struct call *call, struct fault *fault, meets *what)
{
    fault->met++;
    if (fault->times > 0)
        fault->times--;
    call->off_contract = true;
    note(call->world, fault, "fault.met", call->request_n);
    what(call, fault);
}

static bool is_at_reply(const struct fault *fault)
{
    return strcmp(fields_str(fault->map, "at", "arrival"), "reply") == 0;
}

static meets *before_of(const struct fault *fault)
{
    return is_at_reply(fault) ? NULL : fault->kind->before;
}

static meets *after_of(const struct fault *fault)
{
    return fault->kind->before && !is_at_reply(fault) ? NULL : fault->kind->after;
}

static bool stops(const struct call *call, bool before)
{
    return call->waiting || (before && call->reply->status);
}

/* ---- what lags ---- */

static void look_back(struct call *call, struct fault *faults)
{
    for (struct fault *f = faults; f; f = f->next)
        if (f->kind->lags && is_met(call, f, false))
            fault_lag_add(call, f);
}

static void nothing_more(struct call *call, struct fault *fault)
{
    (void)call, (void)fault; /* the handler was shown the past */
}

static void looked_back(struct call *call)
{
    for (const struct lag *lag = call->lags; lag; lag = lag->next) {
        struct fault *fault = lag->shown ? fault_find(call->api, call->world, lag->name) : NULL;
        if (fault)
            meet(call, fault, nothing_more);
    }
}

/* ---- the gates ---- */

/* Before the others: one that waits is the last that is asked. */
void fault_before(struct call *call)
{
    struct harness_world *mine = harness_of(call->api, call->world);
    look_back(call, mine ? mine->faults : NULL);
    for (struct fault *f = mine ? mine->faults : NULL; f && !stops(call, true); f = f->next)
        if (before_of(f) && is_met(call, f, false))
            meet(call, f, before_of(f));
}

/* A request that was refused before it reached the gates in front of its handler meets those faults
 * here: a network knows no tokens. */
void fault_after(struct call *call)
{
    struct harness_world *mine = harness_of(call->api, call->world);
    looked_back(call);
    for (struct fault *f = mine ? mine->faults : NULL; f && !stops(call, false); f = f->next) {
        meets *what = call->admitted || !before_of(f) ? after_of(f) : before_of(f);
        if (what && is_met(call, f, true))
            meet(call, f, what);
    }
}

/* ---- checking ---- */

static bool takes(const struct fault_kind *kind, const char *field)
{
    static const char *const all[] = {"kind", "request", "from",   "with", "device",
                                      "as",   "after",   "chance", "times"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i], field) == 0)
            return true;
    for (const char *const *own = kind->takes; own && *own; own++)
        if (strcmp(*own, field) == 0)
            return true;
    return false;
}

static bool check_own_fields(const struct compare_check *check, const struct doc_node *map,
                             const struct fault_kind *kind)
{
    bool ok = true;
    for (size_t i = 0; i < map->count; i++) {
        const struct doc_node *key = map->pairs[i].key;
        if (takes(kind, key->text))
            continue;
        doc_fail(check->doc, key, check->diags, NULL,
                 "\"%s\" does not belong to a fault of kind %s", key->text, kind->name);
        ok = false;
    }
    return ok;
}

static bool check_chance(const struct compare_check *check, const struct doc_node *map)
{
    const struct doc_node *node = doc_get(map, "chance");
    double chance = 0;
    if (!node || (doc_as_double(node, &chance) && chance > 0 && chance <= 1))
        return true;
    char *found = fields_found_dup(node);
    doc_fail(check->doc, node, check->diags, NULL, "expected a chance above 0, up to 1, found %s",
             found);
    free(found);
    return false;
}

/* `clear` ends faults; it stands alone. */
static bool check_clear(const struct compare_check *check, const struct doc_node *map)
{
    if (doc_get(map, "clear") && map->count == 1)
        return true;
    doc_fail(
        check->doc, map, check->diags, NULL,
        doc_get(map, "clear")
            ? "\"clear\" ends faults, and stands alone"
            : "what goes wrong? Add \"kind\" (mockcloud list faults), or \"clear\" to end one");
    return false;
}

bool api_fault_check(const struct compare_check *check, const struct doc_node *map)
{
    const struct fault_kind *kind = kind_named(fields_str(map, "kind", ""));
    if (!kind->name || doc_get(map, "clear"))
        return check_clear(check, map);
    bool ok = check_own_fields(check, map, kind) & check_chance(check, map);
    bool of_requests = kind->before || kind->after || kind->lags;
    if (of_requests && !kind->refuses && !doc_get(map, "request")) {
        doc_fail(check->doc, map, check->diags, NULL,
                 "which requests meet it? Add \"request\", like POST /v1/devices, or any");
        ok = false;
    }
    ok &= request_filter_check(check, map, kind->after != NULL);
    return ok && (!kind->check || kind->check(check, map));
}

bool api_fault_info(size_t index, const char **ret_name, const char **ret_text,
                    const char **ret_seen)
{
    const struct fault_kind *kind = fault_kinds;
    while (index-- && kind->name)
        kind++;
    *ret_name = kind->name;
    *ret_text = kind->text;
    *ret_seen = kind->seen;
    return kind->name != NULL;
}
