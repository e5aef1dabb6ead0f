/* The control API: steps of scenarios, played on a live world. What they mean is scenario/'s to
 * know (api_steps); here they wait, and are given up when nobody waits for the answer any more. */
#include "api/call/core.h"
#include "api/call/later.h"
#include "api/call/route.h"
#include "api/control/control.h"
#include "api/shape/shapes.h"

#define STEPS_LOOK_MS 10 /* real time between looks at steps that wait */
#define MISTAKES_MAX  (1u << 20)

void api_set_steps(struct api *api, const struct api_steps *steps)
{
    api->steps = steps;
}

static void give_up(struct call *call)
{
    call->api->steps->end(call->api->steps->arg, call->asked);
}

/* A step may reset or end other worlds, but not the one that this call still needs. */
static bool play_on(struct call *call, struct jsonw *w)
{
    struct world *world = call->world;
    bool pinned = world->pinned;
    world->pinned = true;
    bool over = call->api->steps->go_on(call->api->steps->arg, call->asked, w);
    world->pinned = pinned;
    return over;
}

static void look(struct call *call, const void *with)
{
    struct buf text;
    struct jsonw w;
    (void)with;
    buf_init(&text, API_REPLY_MAX);
    jsonw_init(&w, &text);
    if (!play_on(call, &w)) {
        later_wait_real(call, STEPS_LOOK_MS, look, NULL);
        call->later.cancelled = give_up;
    } else {
        give_up(call);
        jsonw_raw(reply_json(call, 200, NULL), text.data, text.len);
    }
    buf_free(&text);
}

static void steps_post(struct call *call)
{
    const struct api_request *request = call->request;
    struct buf mistakes;
    if (!control_world_known(call) || !control_world_free(call))
        return;
    if (!call->api->steps) {
        reply_control_error(call, 501, "no-steps", "nobody plays steps here");
        return;
    }
    buf_init(&mistakes, MISTAKES_MAX);
    call->asked =
        call->api->steps->begin(call->api->steps->arg, call->world,
                                request->body ? request->body : "", request->body_len, &mistakes);
    if (call->asked)
        look(call, NULL);
    else
        reply_control_error(call, 400, "bad-step", "%s", buf_str(&mistakes));
    buf_free(&mistakes);
}

static const struct field step_item = {.name = "step", .type = FIELD_ANY};

static const struct field steps_fields[] = {
    {.name = "steps",
     .type = FIELD_LIST,
     .required = true,
     .item = &step_item,
     .text =
         "Steps as in a scenario (mockcloud list steps), but for those that start programs or "
         "stop them: start, stop, call, restart. The body may be the list itself, or one step."},
    {0},
};

static const struct shape shape_saved = {
    .type = SHAPE_OBJECT, .text = "What was saved, by name.", .rest = &shape_string};

static const struct shape shape_step = {
    .type = SHAPE_OBJECT,
    .name = "ControlStep",
    .text = "A step that was played, and why it failed (null: it did not).",
    .fields = (const struct shape_field[]){{"step", &shape_string, 0},
                                           {"passed", &shape_bool, 0},
                                           {"failure", &shape_string, SHAPE_NULLABLE},
                                           {0}},
};

static const struct shape shape_steps = {
    .type = SHAPE_OBJECT,
    .name = "ControlSteps",
    .text = "Whether all steps have passed; the first that fails is the last that is played.",
    .fields = (const struct shape_field[]){{"passed", &shape_bool, 0},
                                           {"saved", &shape_saved, 0},
                                           {"failure", &shape_string, SHAPE_NULLABLE},
                                           {"steps", SHAPE_LIST(shape_step), 0},
                                           {0}},
};

static const struct route rows[] = {
    {"POST", "/__mock/worlds/:world/steps", "control.steps", AUTH_CONTROL, steps_post, NULL,
     PROVENANCE_DOCUMENTED, "mockcloud's own",
     "play steps of a scenario; answers when they are over", .body = steps_fields,
     .replies = REPLIES({200, &shape_steps, NULL})},
};

const struct route_table control_steps_routes = {rows, sizeof rows / sizeof *rows};
