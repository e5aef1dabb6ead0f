/*
 * Event streams: who listens, the wire form of an event, keep-alives, and how a stream ends. Of
 * api/ alone.
 *
 * A stream that is idle costs nothing: no event, no turn of the loop looks at it. An event is
 * written once per form, then copied into the queues of those who may see it; the front hears of
 * new bytes at the next api_work(), each stream once.
 *
 * The wire: `:ok` and a blank line, then per event
 *
 *     event: NAME
 *     data: {"data":…,"ttl":"60","published_at":…,"coreid":…}
 *
 * and a blank line; a product's stream has userid, version, public and productID, too. After
 * STREAM_PING_MS of real time without a byte, one newline: the SDK gives a stream up after 15 s.
 *
 * Sources: Particle's API reference (the first line, the keys); particle-api-js 12 (what it reads,
 * 15 s).
 */
#ifndef API_CALL_STREAM_H
#define API_CALL_STREAM_H

#include "api/call/call.h"
#include "cloud/event.h"

#define STREAM_PING_MS  INT64_C(9000) /* of real time */
#define STREAM_SLACK_MS INT64_C(1000) /* keep-alives that are due so soon go out together */
/* Bytes that may wait in one stream; a reader that is further behind is dropped. */
#define STREAM_QUEUE_MAX API_STREAM_QUEUE
/* From so many on, clock moves pause until the reader has taken some. */
#define STREAM_QUEUE_FULL (STREAM_QUEUE_MAX / 2)

struct streams;

/* No streams, and at most `max` of them. Yours: streams_free(), after all tickets are done. */
struct streams *streams_new(size_t max);
void streams_free(struct streams *streams);

/* Makes the call's outcome a stream of the events that pass the filter (a HEAD: its headers alone);
 * or refuses, when there are too many. */
void stream_open(struct call *call, const struct event_filter *filter);

enum stream_cut { STREAM_END, STREAM_RESET, STREAM_SILENT };

/* Cuts the world's streams whose path (without the world's prefix and the query) begins with
 * `match`: a clean end after what is queued; a reset of the connection; or silence, the connection
 * open and never a byte more. Answers how many. */
size_t stream_cut(struct api *api, const struct world *world, const char *match,
                  enum stream_cut how);

/* Whether a stream is meant, by its path (without the world's prefix and the query). */
typedef bool stream_meets(void *arg, const char *path);

/* The same for those that are meant. */
size_t stream_cut_if(struct api *api, const struct world *world, stream_meets *meets, void *arg,
                     enum stream_cut how);

/* The next `events` events are lost for the world's open streams that are meant. */
void stream_lose_if(struct api *api, const struct world *world, stream_meets *meets, void *arg,
                    uint64_t events);

/* The world is about to go, or to be made anew: its streams end. */
void stream_leave_world(struct api *api, const struct world *world);

/* Whether a reader in this world is so far behind that the clock has to wait for it. */
bool stream_full(struct api *api, const struct world *world);

/* Queues the keep-alives that are due at `now_ms` (of the machine's monotonic clock); and how long
 * after that the next is due: 0 at once, -1 never. */
void stream_ping(struct api *api, int64_t now_ms);
int64_t stream_ping_due_in(const struct api *api, int64_t now_ms);

/* Tells the fronts of streams that have bytes or have ended; and whether there are any. */
void stream_work(struct api *api);
bool stream_waits(const struct api *api);

/* The world's open streams as a JSON array, the oldest first: {"n": its
 * stream.opened, "path", "actor": who listens (null: that entry has fallen out), "listens": false
 * of one that was cut}. */
void stream_write_list(struct api *api, const struct world *world, struct jsonw *w);

size_t stream_count(const struct api *api);

/* How an event looks on a stream. */
struct stream_form {
    bool of_product;  /* with the keys that a product's stream has */
    bool ttl_as_text; /* "60", as up to May 2017 */
};

/* One event in the wire form. */
void stream_write(const struct event *event, const struct stream_form *form, struct buf *out);

/* What a stream asks for, as keys of the object that `w` is in. */
void stream_write_filter(const struct event_filter *filter, struct jsonw *w);

#endif
