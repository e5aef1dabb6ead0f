/*
 * What a front (net/, or a `request` step of a scenario) and api/ hand each other: requests,
 * tickets, replies, streams. The functions here are those of api/call/; the rest of what a front
 * needs is api.h, which includes this.
 *
 * A front hands in a request as it came, raw body and all, with a ticket. api_dispatch() ends in
 * one of three: the reply is in the ticket NOW; it comes LATER (api/ keeps the whole request until
 * then): `ready` is called, and the ticket's `outcome` says whether it has ended in a reply or in a
 * stream; or it is a STREAM, which the world writes and the front drains.
 *
 * A reply says how it is delivered; the front obeys. What a front can't do to the letter it does as
 * nearly as its client can tell: a step of a scenario, which has no socket, is told that the reply
 * was cut or never came.
 */
#ifndef API_FRONT_H
#define API_FRONT_H

#include "base/buf.h"
#include "base/fields.h"
#include "base/headers.h"
#include "base/rule.h"
#include "world/worlds.h"

#include <stdbool.h>
#include <stddef.h>

#define API_BODY_MAX (2u << 20) /* default limit of a request's body: above it, 413 */
#define API_HEADERS_MAX                                                                            \
    (8u << 10) /* default limit of a request's target and headers: above it, 431 */
#define API_REPLY_MAX    (256u << 20) /* bytes of a reply's body: above it, 500 */
#define API_TEXT_MAX     10000u       /* bytes of a text in a body: above it, 400 */
#define API_STREAM_QUEUE (256u << 10) /* bytes that wait for a reader of events */
#define API_HARNESS_MAX  1000         /* holds of a world, and as many faults */
#define API_STREAMS      15000u       /* open event streams: above it, 503 */

struct api_header {
    const char *name;
    const char *value;
};

struct api_request {
    const char *method; /* "GET" */
    const char *target; /* as it came: still percent-encoded, with the query: "/v1/devices?x=y" */
    const struct api_header *headers; /* as they came; names in any case */
    size_t header_count;
    const char *body; /* NULL: none */
    size_t body_len;
    const char *actor; /* who it is in the journal: "client:app", "scenario"; NULL: the OAuth client
                          of the token, else "client:unknown" */
    uint64_t connection; /* a number that is the front's own; 0: none. For tapes alone */
    const char *address; /* of the client, for rate limits: never in the journal; NULL: none */
    const char *origin; /* of the page that sent it, when it is not of this machine and not trusted:
                           it may use the imitated API, but neither make nor trigger what acts on
                           the network; NULL: no such page */
    struct world *world; /* the world of the listener; NULL: the main one */
    bool trusted;     /* of our own making (a scenario step): the gate of the control API is open */
    size_t reply_max; /* bytes of the reply's body; 0: as many as api_options.reply_max */
};

/* How a reply reaches its client. */
enum api_delivery_how {
    DELIVER_WHOLE,
    DELIVER_PIECES, /* `bytes` of the body at a time, each `every_ms` after the one before */
    DELIVER_CUT,    /* the connection ends behind `bytes` of the body, which was to be longer */
    DELIVER_TWICE,  /* a second time behind the first, as nobody has asked for */
    DELIVER_CLOSE,  /* the connection is closed, without a byte of the reply */
    DELIVER_RESET,  /* the connection is reset, without a byte of the reply */
    DELIVER_NEVER,  /* not a byte, and the connection stays open */
    DELIVER_REFUSED /* nobody listens: there is no connection; one that there was is reset */
};

struct api_delivery {
    enum api_delivery_how how;
    size_t bytes;
    int64_t every_ms; /* of real time */
};

struct api_reply {
    int status;
    struct api_delivery delivery;
    struct buf headers; /* base/headers.h; freed by api_ticket_done() */
    struct buf body;
    /* for the line that `serve` prints */
    const char *world; /* name of the world, borrowed until the next call into api/; NULL: none */
    int64_t at_ms;     /* world time */
    const char *rule;  /* static; NULL: none */
};

/* Bytes on their way to a reader: the world writes, the front drains. They stand in a bounded queue
 * of the stream's own, or in a text that several streams share (followers of a journal), which the
 * front may only read: when it has taken all of it, api/ puts the next in its place. */
struct api_stream {
    struct buf queue;
    const struct buf *shared; /* NULL: the queue is what is read */
    size_t taken; /* the front's: bytes at the beginning that it has taken and not dropped yet */
    bool ended;   /* nothing more will come: drain, then close */
    bool until_close; /* may be fast: its body is not chunked, but ends when the connection does */
    bool reset; /* with `ended`: cut the connection at once (a TCP reset), whatever is queued */
};

/* What the front reads from. */
static inline const struct buf *api_stream_text(const struct api_stream *stream)
{
    return stream->shared ? stream->shared : &stream->queue;
}

enum api_outcome { API_NOW, API_LATER, API_STREAM };

struct api_ticket {
    struct api_reply reply;
    enum api_outcome outcome; /* what api_dispatch() has answered; after LATER what it has become */
    struct api_stream *stream; /* STREAM: owned by the api until api_ticket_done() */
    /* Called when a LATER reply is complete, or a stream has bytes or has ended; never inside the
     * ticket's own api_dispatch(). Another's may end its world, and with it what waits there. */
    void (*ready)(struct api_ticket *ticket);
    void *front;     /* the front's own */
    uint64_t number; /* of the request, from 1: set by api_dispatch() */
    void *limited;   /* private to api/: whose open stream it is */
    void *pending;   /* private to api/ */
};

struct api_options {
    const char *control_token; /* NULL: the header X-Mockcloud-Control: 1 opens the gate of the
                                  control API */
    const char *base_url; /* "http://127.0.0.1:8642", for replies that name a URL; borrowed, may be
                             set later with api_set_base_url() */
    size_t streams_max;   /* event streams that may be open at a time; 0: API_STREAMS */
    size_t reply_max;     /* bytes of a reply's body; 0: API_REPLY_MAX */
    bool explain;         /* replies say in X-Mockcloud-Rule which rule they follow */
    /* Holds every reply against the shapes of its route: called with one line about each that does
     * not fit, which is journalled, too (reply.wrong-shape). NULL: replies are not checked. */
    void (*reply_wrong)(void *arg, const char *text);
    void *reply_wrong_arg;
};

/* Who can make a world as another stood once. */
struct api_fork {
    /* The world `name` behind entry `at` of its journal (0: as it stands), called `as`; in no list.
     * NULL: *ret_refusal (yours: free()) tells why not. */
    struct world *(*make)(void *arg, const char *name, uint64_t at, const char *as,
                          char **ret_refusal);
    void *arg;
};

struct api;

/* Dispatches one request, which is borrowed until this returns. `ticket` is zeroed by the caller
 * but for `ready` and `front`. */
enum api_outcome api_dispatch(struct api *api, const struct api_request *request,
                              struct api_ticket *ticket);

/* The front is done with a ticket: it was answered, or its client has left (a LATER or STREAM that
 * is under way is cancelled). */
void api_ticket_done(struct api *api, struct api_ticket *ticket);

/* Goes on with what is under way for a bounded time (clock moves, streams): called by the loop at
 * each turn. True: there is more to do at once. */
bool api_work(struct api *api);

/* Whether the world's clock has to stand: a webhook is on its way, or a reader of events has so
 * much to take that more would not fit. */
bool api_holds(struct api *api, const struct world *world);

/* How many milliseconds of real time after `now_ms` (sim_real_ms()) api_work() is due: 0 when a
 * stream has bytes that its front has not heard of, else the next keep-alive; -1: it is not. */
int64_t api_due_in(const struct api *api, int64_t now_ms);

/* The front has taken `bytes` more of what a stream's queue has held, and dropped them from it: for
 * tapes, since what is left in the queue decides when a clock move pauses. */
void api_stream_took(struct api *api, const struct api_ticket *ticket, size_t bytes);

/* The front gives a stream up because its reader takes nothing: the journal says so, and the stream
 * ends with a reset. */
void api_drop_stream(struct api *api, struct api_ticket *ticket);

/* Whether a LATER reply waits for the world's time and for nothing else. */
bool api_waits_for_clock(const struct api_ticket *ticket);

/* A reply of the front itself (413, 431, bad Host …) in the API's shape:
 * {"ok":false,"error":message}, or {"error":code,"message":message} when the target is of the
 * control API. */
void api_refuse(struct api_reply *reply, const char *target, int status, const char *code,
                const char *message);

/* ---- who is let in ---- */

/* What api/ asks of a front that listens. */
struct api_doors {
    void (*changed)(void *arg); /* api_refuses() may answer otherwise from now on */
    /* The world's cloud is restarted: who is connected to its listeners is cut off, but for a reply
     * that is on its way. */
    void (*cut)(void *arg, const struct world *world);
    void *arg;
};

/* NULL: nobody listens. Borrowed. */
void api_set_doors(struct api *api, const struct api_doors *doors);

/* Whether connections to a listener of that world (NULL: there is none) are refused now; `actor` as
 * in api_request, `now_ms` is sim_real_ms(). It may change with time alone: ask at each turn. */
bool api_refuses(const struct api *api, const struct world *world, const char *actor,
                 int64_t now_ms);

/* ---- steps of scenarios, from outside ---- */

/* Who plays the steps that are posted to a live world: scenario/, which api/ does not know. */
struct api_steps {
    /* Reads them, all before any is played. NULL: they have mistakes, a line each in `mistakes`. */
    void *(*begin)(void *arg, struct world *world, const char *body, size_t len,
                   struct buf *mistakes);
    /* Plays on. False: they wait, and are to be played on in a moment; true: they are over, and
     * what came of them is written as a JSON object. */
    bool (*go_on)(void *arg, void *play, struct jsonw *w);
    /* Nobody plays them any more, whether they are over or not. */
    void (*end)(void *arg, void *play);
    void *arg;
};

/* NULL: nobody plays any. Borrowed. */
void api_set_steps(struct api *api, const struct api_steps *steps);

/* ---- holds, faults and what was sent (api/gates/), for the steps of scenarios ---- */

struct compare_check;

/* The fields of a hold, of a fault and of a count of requests: the bodies of their control routes,
 * which are the maps of a scenario's steps; and what the fields can't say, checked in a map that
 * passed them. */
extern const struct field api_hold_fields[];
extern const struct field api_fault_fields[];
extern const struct field api_sent_fields[];
bool api_hold_check(const struct compare_check *check, const struct doc_node *map);
bool api_fault_check(const struct compare_check *check, const struct doc_node *map);
bool api_sent_check(const struct compare_check *check, const struct doc_node *map);

/* The same of a restart. */
extern const struct field api_restart_fields[];
bool api_restart_check(const struct compare_check *check, const struct doc_node *map);

/* How many requests are parked in the hold of that name; 0, too, when there is no such hold. */
size_t api_held(const struct api *api, const struct world *world, const char *hold);

/* Whether the request that is entry `n` of the world's journal meets a filter, its reply included;
 * what has fallen out of the exchange log meets none. */
struct request_filter;
bool api_request_meets(struct api *api, struct world *world, uint64_t n,
                       const struct request_filter *filter);

/* The index-th kind of fault: its name, what goes wrong, what clients see. False behind the last.
 */
bool api_fault_info(size_t index, const char **ret_name, const char **ret_text,
                    const char **ret_seen);

#endif
