/*
 * A command that ran beside a world (`mockcloud exec`) as the one result that reports print: the
 * command is the scenario, its exit code the verdict, and what it wanted of the world and did not
 * get the diagnosis.
 */
#ifndef SCENARIO_COMMAND_H
#define SCENARIO_COMMAND_H

#include "scenario/scenario.h"
#include "world/worlds.h"

/* What became of a command. All is borrowed. */
struct command_end {
    const struct worlds *worlds; /* the main one is asked, unless the command has ended it */
    const char *const *argv;     /* NULL-terminated */
    const char *world_path;      /* NULL: the built-in example */
    int code;                    /* its exit code, or 128 + signal */
    int64_t timeout_ms;          /* it was ended after so long; 0: it was not */
    bool interrupted;            /* somebody asked us to end */
    int64_t began_ms;            /* the world's time at which it began */
    int64_t wall_us;             /* for how long it ran, in real time */
    bool keep_journal;           /* fill journal_dump */
    bool keep_wire;              /* fill wire_dump */
    const char *scheme;          /* how it called: "http" */
    const char *findings;        /* what requests had that is not in the document; NULL: nothing */
};

/* The result is yours: scenario_result_free(). One that passed has no diagnosis. */
struct scenario_result command_result(const struct command_end *end);

#endif
