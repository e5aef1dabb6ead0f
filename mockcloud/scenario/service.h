/*
 * Clients that are services: a port of their own, when they are ready, how they are asked and
 * stopped.
 */
#ifndef SCENARIO_SERVICE_H
#define SCENARIO_SERVICE_H

#include "scenario/run.h"

/* Finds a port for each client that wants one, before anything names it. False: there is none,
 * noted. */
bool service_find_ports(struct scenario_run *run);

/* Waits until a client that was just started is what its `ready` says. False, noted: it is not in
 * time, or has ended. */
bool service_wait_ready(struct scenario_run *run, struct run_client *client);

/* Sends it the signal of its `stop`, and waits until it has ended. False, noted: it does not run,
 * or it still runs when the time is up. */
bool service_stop(struct scenario_run *run, struct run_client *client);

/* Checks that `within` of a map, if it is there, is in real time, which is the clients'. */
bool service_check_within(struct scenario_load *load, const struct doc_node *map);

/*
 * Sends a request to a client and waits for what comes. What is in *ret_reply is the call's, which
 * is the host's to hang_up() (NULL: none was made). *ret_reply stays NULL when nothing came, which
 * is noted.
 */
void *service_call(struct scenario_run *run, const struct run_client *client,
                   const struct scenario_call *request, const char *within,
                   const struct api_reply **ret_reply);

#endif
