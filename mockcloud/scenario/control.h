/*
 * A call of the control API by a step: POST with a JSON object.
 */
#ifndef SCENARIO_CONTROL_H
#define SCENARIO_CONTROL_H

#include "base/jsonw.h"
#include "scenario/run.h"

struct control_call {
    struct buf target;
    struct buf body;
    struct jsonw w;
};

/* Begins a call of /__mock/worlds/W/FOLDER[/NAME]; the caller writes members of its body. Ends in
 * control_send(). `name` may be NULL. */
struct jsonw *control_begin(struct control_call *call, const struct scenario_run *run,
                            const char *folder, const char *name);

/* The same for a call whose body the caller has written whole, with another method. */
bool control_send_whole(struct control_call *call, struct scenario_run *run,
                        const struct doc_node *step, const char *method);

/* Sends it, holds the answer against `reply` of the step and takes what it saves. */
bool control_send(struct control_call *call, struct scenario_run *run, const struct doc_node *step);

#endif
