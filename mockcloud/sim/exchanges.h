/*
 * The exchange log: what went over the wire, beside the journal of a world.
 *
 * An exchange is a request and its reply, each with all of its headers and up to 64 KiB of its
 * body, found by the number of the request's journal entry. The journal has neither: Host holds a
 * port, which would make the same run another one, and bodies over 4 KiB would fill it. So nothing
 * that has to be the same twice is made of this log; it is for people, and for what asks what
 * exactly a client has sent.
 *
 * It is a ring of a bounded number of exchanges and bytes; the oldest fall out first.
 */
#ifndef SIM_EXCHANGES_H
#define SIM_EXCHANGES_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

#define EXCHANGES       10000
#define EXCHANGES_BYTES (32u << 20)
#define EXCHANGES_BODY  (64u << 10) /* bytes of a body that are kept */

/* One direction. All is borrowed from the log until the exchange falls out. */
struct exchange_message {
    const char *headers; /* as base/headers.h has them */
    size_t headers_len;
    const char *body; /* its first `kept` bytes */
    size_t kept;
    size_t body_len; /* how long it was */
};

struct exchange_record {
    uint64_t n;         /* the request's entry in the journal */
    const char *method; /* borrowed */
    const char *target; /* borrowed: as it came, with the query */
    struct exchange_message request;
    uint64_t reply_n; /* the reply's entry; 0: it has not been answered yet */
    int status;
    struct exchange_message reply;
};

struct exchanges;

/* A ring of at most `most` exchanges and `bytes` bytes. Yours: exchanges_free(). */
struct exchanges *exchanges_new(size_t most, size_t bytes);
void exchanges_free(struct exchanges *exchanges);

/* Adds a request; everything is copied. `n` grows from one to the next. */
void exchanges_add(struct exchanges *exchanges, uint64_t n, const char *method, const char *target,
                   const struct exchange_message *request);

/* Adds the reply to request `n`, unless that has fallen out. */
void exchanges_answer(struct exchanges *exchanges, uint64_t n, uint64_t reply_n, int status,
                      const struct exchange_message *reply);

/* The exchange whose request is entry `n`; NULL: it fell out, or there is none. Borrowed until the
 * log changes. */
const struct exchange_record *exchanges_find(const struct exchanges *exchanges, uint64_t n);

/* The number of the oldest request that is still there, 0: there is none. */
uint64_t exchanges_first(const struct exchanges *exchanges);

#endif
