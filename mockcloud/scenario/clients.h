/*
 * The clients under test while a scenario is run: their processes, through the host.
 */
#ifndef SCENARIO_CLIENTS_H
#define SCENARIO_CLIENTS_H

#include "scenario/run.h"

/* The client of that name. */
struct run_client *clients_find(struct scenario_run *run, const char *name);

/* Starts it, with its listener and its environment. False: it can't be started, noted. */
bool clients_start(struct scenario_run *run, struct run_client *client);

/* Asks the host who has ended. */
void clients_poll(struct scenario_run *run);

/* How many run now, and whether any was ever started. */
size_t clients_running(const struct scenario_run *run);
bool clients_any_started(const struct scenario_run *run);

/* What it has printed so far. Borrowed until the loop turns. */
const char *clients_output(const struct scenario_run *run, const struct run_client *client);

/* Appends "runs", "exited with 1", "was ended by signal 9" or "was not started". */
void clients_describe(const struct run_client *client, struct buf *out);

/* Kills those that still run, with their groups; what they printed is kept. */
void clients_end(struct scenario_run *run);

/* Releases what is kept. */
void clients_free(struct scenario_run *run);

#endif
