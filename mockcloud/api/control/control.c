/*
 * The control API: health, worlds. The clock, the journal, devices and `why` have files of their
 * own.
 *
 * It never starts a process and never reads or writes a path. Errors are {"error": code, "message":
 * text}; a field that is not known is refused, so that a misspelt one is not silently nothing.
 */
#include "api/control/control.h"
#include "api/call/clock_move.h"
#include "api/call/core.h"
#include "api/call/later.h"
#include "api/call/route.h"
#include "api/call/work.h"
#include "api/shape/shapes.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "world/guesses.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define CONTROL_MESSAGE 4096 /* bytes of a refusal */

/* ---- what all control routes share ---- */

void control_refuse(struct call *call, int status, const char *code, const char *meant,
                    const char *format, ...)
{
    struct buf text;
    va_list args;
    buf_init(&text, CONTROL_MESSAGE);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    if (meant)
        buf_printf(&text, "; did you mean \"%s\"?", meant);
    reply_control_error(call, status, code, "%s", buf_str(&text));
    buf_free(&text);
}

static const char *nearest_world(const struct call *call)
{
    const char *names[WORLDS_MAX];
    size_t count = 0, cursor = 0;
    void *world;
    while (count < WORLDS_MAX &&
           map_next(&call->api->worlds->by_name, &cursor, &names[count], &world))
        count++;
    return text_nearest(call->params[0], names, count);
}

bool control_world_known(struct call *call)
{
    if (call->world)
        return true;
    control_refuse(call, 404, "unknown-world", nearest_world(call), "there is no world \"%s\"",
                   call->params[0]);
    return false;
}

bool control_fields_known(struct call *call, const char *const *known)
{
    if (call->body_kind == BODY_BAD) {
        call_decode_body(call); /* once more, for its refusal */
        return false;
    }
    if (call->body_kind != BODY_JSON) {
        reply_control_error(call, 400, "no-json",
                            "expected a JSON body (Content-Type: application/json)");
        return false;
    }
    for (const cJSON *item = call->json->child; item; item = item->next) {
        const char *const *word = known;
        while (*word && strcmp(*word, item->string) != 0)
            word++;
        if (!*word) {
            reply_control_error(call, 400, "unknown-field", "there is no field \"%s\" here",
                                item->string);
            return false;
        }
    }
    return true;
}

bool control_world_free(struct call *call)
{
    if (!call->world->pinned || call->request->trusted)
        return true;
    reply_control_error(call, 409, "world-in-use", "a scenario runs in world \"%s\"",
                        call->world->name);
    return false;
}

/* ---- worlds ---- */

static void write_world(const struct call *call, const struct world *world, struct jsonw *w)
{
    struct buf url;
    buf_init(&url, 4096);
    buf_printf(&url, "%s/w/%s", call->api->base_url ? call->api->base_url : "", world->name);
    jsonw_object(w);
    jsonw_key_str(w, "name", world->name);
    jsonw_key_int(w, "seed", (int64_t)world->seed);
    jsonw_key_time(w, "now", vclock_now(world->sim.clock));
    jsonw_key_str(w, "mode", vclock_mode(world->sim.clock) == VCLOCK_REAL ? "real" : "frozen");
    jsonw_key_int(w, "devices", (int64_t)fleet_count(world->fleet));
    jsonw_key_str(w, "base_url", buf_str(&url));
    jsonw_end_object(w);
    buf_free(&url);
}

static void health_get(struct call *call)
{
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key_str(w, "version", MOCKCLOUD_VERSION);
    jsonw_key_int(w, "worlds", (int64_t)map_count(&call->api->worlds->by_name));
    jsonw_end_object(w);
}

static void worlds_list(struct call *call)
{
    size_t cursor = 0;
    void *value;
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key(w, "worlds");
    jsonw_array(w);
    while (map_next(&call->api->worlds->by_name, &cursor, NULL, &value))
        write_world(call, value, w);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void worlds_invalid(struct call *call, struct diags *diags)
{
    struct buf text;
    buf_init(&text, 1u << 20);
    diags_write(diags, &text, false);
    reply_control_error(call, 400, "invalid-world", "%s", buf_str(&text));
    buf_free(&text);
    diags_free(diags);
}

/* w1, w2 …: the next that is free. */
static char *free_name_dup(struct worlds *worlds)
{
    char *name = mem_printf_dup("w%llu", (unsigned long long)worlds->posted + 1);
    while (worlds_find(worlds, name)) {
        free(name);
        name = mem_printf_dup("w%llu", (unsigned long long)++worlds->posted + 1);
    }
    return name;
}

/* {"from": W, "at": N, "name": …}: a copy of W as it stood behind entry N of its journal, for a
 * test that starts from a prepared state. Streams, held requests, faults and webhooks of W stay
 * W's. */
static bool fork_fields(struct call *call, uint64_t *ret_at)
{
    static const char *const known[] = {"from", "at", "name", NULL};
    int64_t at = call_int(call, "at", call_has(call, "at") ? -1 : 0);
    if (!control_fields_known(call, known))
        return false;
    if (!call_str(call, "from") || at < 0 || (call_has(call, "at") && at == 0) ||
        (call_has(call, "name") && !call_str(call, "name"))) {
        reply_control_error(
            call, 400, "bad-fork",
            "expected {\"from\": the name of a world, \"at\": the number of an entry "
            "of its journal, \"name\": the name of the copy}");
        return false;
    }
    if (!worlds_find(call->api->worlds, call_str(call, "from"))) {
        reply_control_error(call, 404, "unknown-world", "there is no world \"%s\"",
                            call_str(call, "from"));
        return false;
    }
    *ret_at = (uint64_t)at;
    return true;
}

static void worlds_fork(struct call *call)
{
    struct worlds *worlds = call->api->worlds;
    const struct api_fork *fork = &call->api->fork;
    uint64_t at;
    char *refusal = NULL;
    if (!fork_fields(call, &at))
        return;
    const char *given = call_str(call, "name");
    char *name = given ? mem_dup(given) : free_name_dup(worlds);
    struct world *world = NULL;
    if (worlds_find(worlds, name))
        reply_control_error(call, 409, "world-exists", "there is a world \"%s\" already", name);
    else if (!world_name_valid(name))
        reply_control_error(call, 400, "invalid-world",
                            "a world's name has letters, digits, '.', '-' and '_' only");
    else if (!fork->make)
        reply_control_error(call, 409, "no-past", "nobody keeps the past of this server's worlds");
    else if (!(world = fork->make(fork->arg, call_str(call, "from"), at, name, &refusal)))
        reply_control_error(call, 409, "no-past", "world \"%s\": %s", call_str(call, "from"),
                            refusal ? refusal : "it has no past");
    if (world && worlds_add(worlds, world)) {
        worlds->posted++;
        vclock_sync(world->sim.clock, machine_mono_ms(&worlds->machine));
        write_world(call, world, reply_json(call, 201, NULL));
    } else if (world) {
        reply_control_error(call, 409, "too-many-worlds", "there is no room for world \"%s\"",
                            name);
        world_free(world);
    }
    free(refusal);
    free(name);
}

static void worlds_post(struct call *call)
{
    if (call->body_kind == BODY_JSON && call_has(call, "from")) {
        worlds_fork(call);
        return;
    }
    struct worlds *worlds = call->api->worlds;
    const struct api_request *request = call->request;
    struct diags diags = {0};
    char *name = free_name_dup(worlds);
    struct world_options options = {.name = name, .mode = VCLOCK_REAL, .machine = &worlds->machine};
    struct doc *doc =
        doc_new("<request body>", request->body ? request->body : "", request->body_len, &diags);
    struct world *world = doc ? world_new(doc, doc_root(doc, 0), &options, &diags) : NULL;
    doc_unref(doc);
    free(name);
    if (!world) {
        worlds_invalid(call, &diags);
    } else if (!worlds_add(worlds, world)) {
        bool taken = worlds_find(worlds, world->name);
        reply_control_error(call, 409, taken ? "world-exists" : "too-many-worlds",
                            taken ? "there is a world \"%s\" already"
                                  : "there is no room for world \"%s\": end another one first",
                            world->name);
        world_free(world);
    } else {
        worlds->posted++;
        vclock_sync(world->sim.clock, machine_mono_ms(&worlds->machine));
        write_world(call, world, reply_json(call, 201, NULL));
    }
}

static void state_on(struct call *call, const void *with)
{
    (void)with;
    if (world_write_state_on(call->world, call->asked, LATER_PART, &call->w))
        later_wait_turn(call, state_on, NULL);
}

static void world_get(struct call *call)
{
    struct world_state_place *place = arena_alloc(&call->arena, sizeof *place);
    if (!control_world_known(call))
        return;
    *place = (struct world_state_place){0};
    call->asked = place;
    (void)reply_json(call, 200, NULL);
    state_on(call, NULL);
}

static void behaviours_get(struct call *call)
{
    if (control_world_known(call))
        guesses_write_json(call->world, reply_json(call, 200, NULL));
}

static void world_delete(struct call *call)
{
    if (!control_world_known(call) || !control_world_free(call))
        return;
    work_leave_world(call->api, call->world);
    worlds_remove(call->api->worlds, call->world);
    call->world = NULL;
    reply_empty(call, 204, NULL);
}

static void world_reset_post(struct call *call)
{
    if (!control_world_known(call) || !control_world_free(call))
        return;
    work_leave_world(call->api, call->world);
    world_reset(call->world);
    write_world(call, call->world, reply_json(call, 200, NULL));
}

#define OURS NULL, PROVENANCE_DOCUMENTED, "mockcloud's own"

static const struct route rows[] = {
    {"GET", "/__mock/health", "control.health", AUTH_CONTROL, health_get, OURS, "is it there?",
     .params = NO_PARAMS, .replies = REPLIES({200, &shape_control_health, NULL})},
    {"GET", "/__mock/worlds", "control.worlds", AUTH_CONTROL, worlds_list, OURS, "list the worlds",
     .params = NO_PARAMS, .replies = REPLIES({200, &shape_control_worlds, NULL})},
    {"POST", "/__mock/worlds", "control.world-create", AUTH_CONTROL, worlds_post, OURS,
     "make a world: the body is a world file as JSON; or {from: W, at: N, name}: a copy of W as it "
     "stood behind entry N of its journal",
     .body = world_fields, .replies = REPLIES({201, &shape_control_world, NULL})},
    {"GET", "/__mock/worlds/:world", "control.world", AUTH_CONTROL, world_get, OURS,
     "the whole state of a world", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_control_state, NULL})},
    {"DELETE", "/__mock/worlds/:world", "control.world-delete", AUTH_CONTROL, world_delete, OURS,
     "end a world", .params = NO_PARAMS, .replies = REPLIES({204, NULL, NULL})},
    {"POST", "/__mock/worlds/:world/reset", "control.world-reset", AUTH_CONTROL, world_reset_post,
     OURS, "make a world anew", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_control_world, NULL})},
    {"GET", "/__mock/worlds/:world/behaviours", "control.behaviours", AUTH_CONTROL, behaviours_get,
     OURS, "the switches, and the guesses that were leaned on", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_control_behaviours, NULL})},
};

const struct route_table control_routes = {rows, sizeof rows / sizeof *rows};
