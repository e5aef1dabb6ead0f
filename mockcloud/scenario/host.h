/*
 * What a scenario needs of the world outside: the glue in cli/ makes it of net/, so that scenario/
 * and net/ do not know each other. A closed scenario (no clients) runs without a host.
 */
#ifndef SCENARIO_HOST_H
#define SCENARIO_HOST_H

#include "api/api.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct scenario_spawn {
    const char *name;        /* the client's name in the scenario: "app" */
    const char *const *argv; /* NULL-terminated */
    const char *const
        *env;        /* "NAME=value", besides the program's own environment; NULL-terminated */
    const char *cwd; /* NULL: that of the program */
};

/* A request to a client that is a service. */
struct scenario_call {
    const char *method;
    const char *url;
    const struct api_header *headers;
    size_t header_count;
    const char *body; /* NULL: none */
    size_t body_len;
};

enum scenario_turn { SCENARIO_TURN_MET, SCENARIO_TURN_DEADLINE, SCENARIO_TURN_INTERRUPTED };

struct scenario_host {
    void *ctx;

    /* Opens a listener for that client (its requests are "client:NAME" in the journal) and answers
     * its base URL, without a slash at the end. Borrowed from the host. NULL: it can't be opened;
     * *ret_error (yours: free()) tells why. */
    const char *(*client_url)(void *ctx, const char *client, char **ret_error);

    /* Hands `set` what a client needs in its environment besides what is the scenario's; NULL:
     * nothing. */
    void (*variables)(void *ctx, const char *client,
                      void (*set)(void *arg, const char *name, const char *value), void *arg);

    /* Starts a client as a process group of its own. NULL: it can't be started; *ret_error tells
     * why. */
    void *(*spawn)(void *ctx, const struct scenario_spawn *spawn, char **ret_error);

    /* Whether a client has ended, with its exit code or 128 + signal, and the signal (0: none). */
    bool (*exited)(void *ctx, void *client, int *ret_code, int *ret_signal);

    /* What a client has printed so far. */
    const struct buf *(*output)(void *ctx, void *client);

    /* Keeps all that a client has printed in a file, for the report of a failure that shows its end
     * alone. Its path (yours: free()); NULL: it could not be written. */
    char *(*keep)(void *ctx, const char *client, const char *output);

    /* Sends a signal to a client and its process group. */
    void (*signal)(void *ctx, void *client, int signal);

    /* A port of this machine that nobody listens on. 0: there is none; *ret_error tells why. */
    uint16_t (*free_port)(void *ctx, char **ret_error);

    /* Sends a request, with the next turn. NULL: it can't; *ret_error tells why. Yours: hang_up().
     */
    void *(*call)(void *ctx, const struct scenario_call *request, char **ret_error);

    /* Whether it is over: then *ret_reply is what came, or *ret_failure why nothing did. Borrowed
     * from the call. */
    bool (*called)(void *ctx, void *call, const struct api_reply **ret_reply,
                   const char **ret_failure);
    void (*hang_up)(void *ctx, void *call);

    /* Kills a client with its process group, reaps it and forgets it. */
    void (*kill)(void *ctx, void *client);

    /* Serves requests until `until` holds, or the machine's monotonic clock (sim_real_ms()) reaches
     * `deadline_ms`. `until` is asked after each request. */
    enum scenario_turn (*turn)(void *ctx, bool (*until)(void *arg), void *arg, int64_t deadline_ms);
};

#endif
