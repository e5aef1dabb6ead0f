/* See call.h. Owns how the world is found that a request is for: by prefix, by credential, else the
 * default one. */
#include "api/call/core.h"
#include "api/call/rules.h"

#include <string.h>

/* Takes /w/NAME off the segments. False: there is no such world; the refusal is in the reply. */
bool call_world_by_prefix(struct call *call)
{
    if (call->segment_count < 2 || strcmp(call->segments[0], "w") != 0)
        return true;
    const char *name = call->segments[1];
    call->world = worlds_find(call->api->worlds, name);
    if (!call->world) {
        reply_error(call, 404, &api_rules[API_NO_WORLD], "There is no world \"%s\"", name);
        return false;
    }
    call->segment_count = call->segment_count > CALL_SEGMENTS ? 0 : call->segment_count - 2;
    memmove(call->segments, call->segments + 2, call->segment_count * sizeof *call->segments);
    /* The path for the journal, without the prefix: behind the third slash. */
    const char *rest = strchr(call->path + 1, '/');
    rest = rest ? strchr(rest + 1, '/') : NULL;
    call->path = rest ? rest : "/";
    return true;
}

/* The access token that the request shows, wherever it stands. */
static const char *call_shown_token(const struct call *call)
{
    const char *header = call->authorization;
    if (header && strncmp(header, "Bearer ", 7) == 0)
        return header + 7;
    const char *shown = args_get(&call->query, "access_token");
    return shown ? shown : args_get(&call->form, "access_token");
}

/* By credential: a token or an OAuth client that exactly one world knows. With one world there is
 * no question. */
static void call_world_by_credential(struct call *call, bool *ret_ambiguous)
{
    size_t count = 0;
    const char *id, *secret;
    const char *token = call_shown_token(call);
    struct world *found = token ? worlds_by_token(call->api->worlds, token, &count) : NULL;
    if (!token) {
        id = call_str(call, "client_id");
        if (call_basic(call, &id, &secret) || id) /* as at the token endpoint, Basic wins */
            found = worlds_by_client(call->api->worlds, id, &count);
    }
    if (found)
        call->world = found;
    *ret_ambiguous = count > 1;
}

/* /__mock/worlds/NAME/…: the world that a control request is about. */
static struct world *control_world(const struct call *call)
{
    if (call->segment_count < 3 || strcmp(call->segments[1], "worlds") != 0)
        return NULL;
    return worlds_find(call->api->worlds, call->segments[2]);
}

struct world *call_default_world(const struct call *call)
{
    return call->request->world ? call->request->world : call->api->worlds->main;
}

/* Finds the world. False: there is none to ask; the refusal is in the reply. */
bool call_find_world(struct call *call)
{
    bool ambiguous = false;
    if (call_is_control(call)) {
        call->world = control_world(call);
        return true;
    }
    if (!call->world) {
        call->world = call_default_world(call);
        if (map_count(&call->api->worlds->by_name) > 1)
            call_world_by_credential(call, &ambiguous);
    }
    if (!call->world) {
        reply_error(call, 404, &api_rules[API_NO_WORLD], "There is no world to answer");
        return false;
    }
    if (ambiguous) {
        sim_note(&call->world->sim);
        sim_noted(&call->world->sim, "cloud", "world.ambiguous-credential");
    }
    return true;
}
