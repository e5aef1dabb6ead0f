/* See control.h. Owns how a step becomes a call of the control API. */
#include "scenario/control.h"

#include "base/text.h"
#include "scenario/answer.h"

#define CONTROL_MAX (1u << 20)

struct jsonw *control_begin(struct control_call *call, const struct scenario_run *run,
                            const char *folder, const char *name)
{
    buf_init(&call->target, CONTROL_MAX);
    buf_init(&call->body, CONTROL_MAX);
    buf_add_str(&call->target, "/__mock/worlds/");
    text_percent_encode(run->world_name, &call->target);
    buf_printf(&call->target, "/%s", folder);
    if (name) {
        buf_add_char(&call->target, '/');
        text_percent_encode(name, &call->target);
    }
    jsonw_init(&call->w, &call->body);
    jsonw_object(&call->w);
    return &call->w;
}

bool control_send_whole(struct control_call *call, struct scenario_run *run,
                        const struct doc_node *step, const char *method)
{
    static const struct api_header type = {"Content-Type", "application/json"};
    struct api_ticket ticket = {0};
    struct api_request request = {
        .method = method,
        .target = buf_str(&call->target),
        .headers = &type,
        .header_count = 1,
        .body = buf_str(&call->body),
        .body_len = call->body.len,
    };
    bool ok = run_dispatch(run, &request, &ticket);
    if (ok) {
        ok = answer_take(run, step, &ticket.reply);
        api_ticket_done(run->api, &ticket);
    }
    buf_free(&call->target);
    buf_free(&call->body);
    return ok;
}

bool control_send(struct control_call *call, struct scenario_run *run, const struct doc_node *step)
{
    jsonw_end_object(&call->w);
    return control_send_whole(call, run, step, "POST");
}
