/*
 * The one loop: sockets, libmicrohttpd in external epoll mode, child processes, signals; one
 * thread, no lock.
 *
 * A server serves the worlds of one struct api on any number of listeners. It answers in the
 * handler (serve, exec); while a scenario is attached no handler answers: each complete request is
 * suspended into an inbox, and the loop dispatches one at a time, asks `until` after each, and
 * sends replies only at its next turn.
 */
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include "api/api.h"
#include "net/tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SERVER_CONNECTIONS 20000
#define SERVER_IDLE_S      120u /* in which nothing happens on a connection: it is closed */
#define SERVER_WEBHOOKS    64u  /* connections of webhooks; further deliveries wait for one */
#define SERVER_LAG_MS      INT64_C(5000)
#define SERVER_FIRST_S     10u
#define SERVER_UNSENT      (512u << 20)

/* What was served: for the line per request that `serve` prints. */
struct server_served {
    const char *method, *target;
    const struct api_reply *reply;
};

struct server_options {
    size_t body_max;        /* bytes; 0: API_BODY_MAX */
    size_t headers_max;     /* bytes of target and headers; 0: API_HEADERS_MAX */
    size_t connections_max; /* above it, 503; 0: SERVER_CONNECTIONS; never more than the machine has
                               descriptors for */
    int64_t lag_max_ms; /* real time for which a stream's reader may take nothing while its queue is
                           full; 0: SERVER_LAG_MS */
    size_t unsent_max;  /* bytes of all replies that clients have not read yet: a larger one has no
                           room; 0: SERVER_UNSENT */
    unsigned first_s;   /* real time in which a new connection has to have sent a whole request; 0:
                           SERVER_FIRST_S */
    /* Webhooks: what they may call besides loopback (NULL-terminated; NULL: nothing), and the real
     * time for which a clock move waits for an answer (0: 20 s). */
    const char *const *outbound;
    bool mute; /* none leaves at all */
    int64_t patience_ms;
    const char *const *host_names;       /* accepted in Host besides IP literals, localhost and
                                          *.localhost; NULL-terminated; NULL: none */
    const char *const *origins;          /* of pages that are trusted as those of this machine are;
                                          NULL-terminated; NULL: none */
    const struct tls_identity *identity; /* all listeners speak TLS, as this one; NULL: none does.
                                            Borrowed until the server is freed */
    void (*served)(void *arg, const struct server_served *served); /* may be NULL */
    void *served_arg;
    /* Called in each turn before it waits; may be NULL. */
    bool (*turned)(void *arg); /* false: the server ends */
    int64_t (*turned_due_in)(
        void *arg); /* real time until it wants a turn; -1: none; may be NULL */
    void *turned_arg;
    /* Called in each turn before anything is sent: false ends the server, and nothing of that turn
     * is. NULL: replies leave as soon as they are there. */
    bool (*commit)(void *arg);
    void *commit_arg;
};

struct server;

/* Takes SIGINT, SIGTERM and SIGPIPE over for the process, and SIGHUP unless it is ignored. `api` is
 * borrowed. Yours: server_free(). NULL when the machine refuses, with the reason in *ret_error
 * (yours: free()). Not to be used on both sides of a fork: the loop would be shared. */
struct server *server_new(struct api *api, const struct server_options *options, char **ret_error);

/* Ends streams and held requests, closes all listeners, kills children that still run. */
void server_free(struct server *server);

struct listen_options {
    const char *address; /* numeric, "127.0.0.1" or "::1"; NULL: 127.0.0.1 */
    uint16_t port;       /* 0: any free one */
    struct world *world; /* for requests that name no world; NULL: the main one */
    const char *actor;   /* "client:app": who calls here, in the journal; NULL: by token. Copied. */
};

/* Opens a listener; true and its port, or false and the reason (yours: free()). It is accepting
 * when this returns. */
bool server_listen(struct server *server, const struct listen_options *options, uint16_t *ret_port,
                   char **ret_error);

/* With `attached`, requests go through the inbox (see above). */
void server_attach(struct server *server, bool attached);

enum turn_end {
    TURN_MET,      /* `until` holds */
    TURN_DEADLINE, /* the deadline has passed */
    TURN_SIGNAL    /* SIGINT, SIGTERM or SIGHUP was received (also in an earlier turn):
                      server_signal() */
};

/*
 * Runs the loop until `until` holds (NULL: never does), or the machine's monotonic clock
 * (sim_real_ms()) reaches `deadline_ms` (-1: none), or a signal asks to end. `until` is asked
 * first, after each dispatched request, and after each turn. Without an open signal at least one
 * turn is made, so a deadline in the past serves what is there and does not wait.
 */
enum turn_end server_turn(struct server *server, bool (*until)(void *arg), void *arg,
                          int64_t deadline_ms);

/* The signal that asked to end, 0: none. */
int server_signal(const struct server *server);

/* The same, and forgets it, so that turns go on: for a program that has to see its child end first.
 * *ret_shared (may be NULL): it came from the terminal, which has sent it to children of our
 * process group, too. */
int server_take_signal(struct server *server, bool *ret_shared);

/* ---- child processes (child.c) ---- */

struct child_options {
    const char *const *argv; /* NULL-terminated; argv[0] is searched in PATH */
    const char *const *env;  /* "NAME=value", added to (or in place of) the program's own
                                environment; NULL-terminated; NULL: none */
    bool capture;    /* stdin from /dev/null, stdout and stderr into child_output(); else they are
                        shared with the program */
    bool own_group;  /* a process group of its own, which signals reach as a whole */
    const char *cwd; /* the folder that it starts in; NULL: that of the program */
};

#define CHILD_OUTPUT_MAX (1u << 20)

struct child;

/* Starts a program. NULL and the reason (yours) when it can't be started (not found, not executable
 * …). Owned by the server; valid until child_free(). Whatever descends from it ends with it, or
 * with the program, however that ends and however far it has detached: a small process of ours
 * stands between the two and sees to that (keeper.h). */
struct child *child_new(struct server *server, const struct child_options *options,
                        char **ret_error);

/* Whether it has ended, with its exit code, or 128 + the signal that ended it, and that signal (0:
 * none); both may be NULL. What it had printed by then is in child_output(); a grandchild that
 * holds the pipe open is not waited for. */
bool child_exited(const struct child *child, int *ret_code, int *ret_signal);
pid_t child_pid(const struct child *child);

/* What it has printed so far, both streams in the order of arrival; of more than CHILD_OUTPUT_MAX
 * the first part. */
const struct buf *child_output(const struct child *child);

/* Ends it and whatever descends from it at once (SIGKILL), and reaps them. */
void child_kill(struct child *child);

/* Sends a signal to it (its group if it has its own), and wakes it if it is stopped. */
void child_signal(struct child *child, int signal);

/* Kills it if it still runs, and forgets it. */
void child_free(struct server *server, struct child *child);

#endif
