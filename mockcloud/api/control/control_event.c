/* The control API: cutting event streams. */
#include "api/call/route.h"
#include "api/call/stream.h"
#include "api/control/control.h"
#include "api/shape/shapes.h"

#include <string.h>

static const struct {
    const char *word;
    enum stream_cut how;
} cuts[] = {
    {"end", STREAM_END},
    {"reset", STREAM_RESET},
    {"silent", STREAM_SILENT},
};

/* -1: there is no such word. */
static int cut_find(const char *word)
{
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
        if (word && strcmp(cuts[i].word, word) == 0)
            return (int)i;
    return -1;
}

static void note_cut(struct call *call, const char *how, const char *match, size_t count)
{
    struct jsonw *w = sim_note(&call->world->sim);
    jsonw_key_str(w, "how", how);
    jsonw_key_str(w, "match", match);
    jsonw_key_int(w, "streams", (int64_t)count);
    sim_noted(&call->world->sim, "control", "stream.cut");
}

static void streams_cut(struct call *call)
{
    static const char *const known[] = {"how", "match", NULL};
    const char *how = call_str(call, "how"), *match = call_str(call, "match");
    int cut = cut_find(how);
    if (!control_world_known(call) || !control_fields_known(call, known))
        return;
    if (cut < 0 || (call_has(call, "match") && !match)) {
        reply_control_error(call, 400, "bad-cut",
                            "expected how (end, reset or silent), and match, the beginning of the "
                            "streams' paths");
        return;
    }
    match = match ? match : "/";
    size_t count = stream_cut(call->api, call->world, match, cuts[cut].how);
    note_cut(call, how, match, count);
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key_int(w, "streams", (int64_t)count);
    jsonw_end_object(w);
}

static const struct shape shape_cut = {
    .type = SHAPE_OBJECT,
    .text = "How many streams were cut.",
    .fields = (const struct shape_field[]){{"streams", &shape_int, 0}, {0}},
};

static const struct route rows[] = {
    {"POST", "/__mock/worlds/:world/streams/cut", "control.streams-cut", AUTH_CONTROL, streams_cut,
     NULL, PROVENANCE_DOCUMENTED, "mockcloud's own",
     "cut event streams: a clean end, a reset of the connection, or silence",
     .params = PARAMS({"how", PARAM_JSON, PARAM_STRING, true, "end, reset or silent",
                       SHAPE_WORDS("end", "reset", "silent")},
                      {"match", PARAM_JSON, PARAM_STRING, false,
                       "the beginning of their paths; without it, all"}),
     .replies = REPLIES({200, &shape_cut, NULL})},
};

const struct route_table control_event_routes = {rows, sizeof rows / sizeof *rows};
