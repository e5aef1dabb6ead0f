/*
 * The host of a scenario, made of net/: listeners for its clients, their processes, the loop. The
 * one place where scenario/ and net/ meet.
 */
#ifndef CLI_HOST_H
#define CLI_HOST_H

#include "scenario/host.h"

struct api;
struct outbound;
struct profile;
struct secure;
struct worlds;

struct cli_host;

/*
 * A host whose requests go through net/'s inbox, one at a time, to the main world of `worlds`. Its
 * loop is made when it is first needed: a scenario whose devices only talk to their cloud needs
 * none. `worlds`, `api`, `outbound`, `secure` (NULL: no TLS) and `profile` (NULL: none) are
 * borrowed and have to outlive it. Yours: cli_host_free().
 */
struct cli_host *cli_host_new(struct worlds *worlds, struct api *api,
                              const struct outbound *outbound, const struct secure *secure,
                              const struct profile *profile);

/* Makes the loop now, which takes SIGINT and SIGTERM over: they end a turn with
 * SCENARIO_TURN_INTERRUPTED. False when the machine refuses, with the reason in *ret_error (yours:
 * free()). */
bool cli_host_open(struct cli_host *host, char **ret_error);

/* Called in each turn of its loop, before it waits; before the loop is made. */
void cli_host_turned(struct cli_host *host, bool (*turned)(void *arg), void *arg);

/* What scenario/ calls. Borrowed from the host. */
const struct scenario_host *cli_host_scenario(struct cli_host *host);

/* Kills clients that still run with their groups, ends what is served, closes the listeners. */
void cli_host_free(struct cli_host *host);

#endif
