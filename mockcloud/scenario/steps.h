/*
 * The step table: a row per step word, one file per family of steps.
 *
 * A row's fields are checked by base/fields and printed as schema; what they can't say is checked
 * by `check`. `run` may rely on all of it. To add a step: its file, its row in steps.c, its test.
 */
#ifndef SCENARIO_STEPS_H
#define SCENARIO_STEPS_H

#include "base/fields.h"
#include "scenario/run.h"
#include "scenario/scenario_load.h"

/* What every step may have besides: a name of its moment. */
#define STEP_AS                                                                                    \
    {                                                                                              \
        .name = "as", .type = FIELD_STRING, .min = 1, .max = 100,                                  \
        .text = "A name for this moment: `since` of a step `sent` counts from it."                 \
    }

struct step_word {
    const char *name;
    const char *text;           /* one sentence, for the reference and the schema */
    bool local;                 /* it starts or stops programs: not for a live world */
    const struct field *fields; /* of the step's map, the word itself among them */
    /* Checks what the fields can't say, and notes what the step saves or starts. NULL: nothing. */
    bool (*check)(struct scenario_load *load, const struct doc_node *step);
    /* Runs it; false when it failed, and the failure is noted (run.h). */
    bool (*run)(struct scenario_run *run, const struct doc_node *step);
};

/* Ends with a row without name. */
extern const struct step_word step_words[];

/* The row of a step; NULL, with a mistake, when it has no step word, several, or an unknown one. */
const struct step_word *steps_find(struct scenario_load *load, const struct doc_node *step);

/* ---- the files of the families ---- */

extern const struct field step_request_fields[];
bool step_request_check(struct scenario_load *load, const struct doc_node *step);
bool step_request_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_device_fields[];
bool step_device_check(struct scenario_load *load, const struct doc_node *step);
bool step_device_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_clock_fields[];
bool step_clock_check(struct scenario_load *load, const struct doc_node *step);
bool step_clock_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_settle_fields[];
bool step_settle_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_wait_fields[];
bool step_wait_check(struct scenario_load *load, const struct doc_node *step);
bool step_wait_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_expect_fields[];
bool step_expect_check(struct scenario_load *load, const struct doc_node *step);
bool step_expect_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_start_fields[];
bool step_start_check(struct scenario_load *load, const struct doc_node *step);
bool step_start_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_hold_fields[];
bool step_hold_check(struct scenario_load *load, const struct doc_node *step);
bool step_hold_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_release_fields[];
bool step_release_check(struct scenario_load *load, const struct doc_node *step);
bool step_release_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_fault_fields[];
bool step_fault_check(struct scenario_load *load, const struct doc_node *step);
bool step_fault_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_sent_fields[];
bool step_sent_check(struct scenario_load *load, const struct doc_node *step);
bool step_sent_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_stop_fields[];
bool step_stop_check(struct scenario_load *load, const struct doc_node *step);
bool step_stop_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_call_fields[];
bool step_call_check(struct scenario_load *load, const struct doc_node *step);
bool step_call_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_restart_fields[];
bool step_restart_check(struct scenario_load *load, const struct doc_node *step);
bool step_restart_run(struct scenario_run *run, const struct doc_node *step);

extern const struct field step_note_fields[];
bool step_note_run(struct scenario_run *run, const struct doc_node *step);

#endif
