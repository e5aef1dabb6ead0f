/*
 * The requests that could have led to a claim and were refused before claiming had a say, for
 * `why`: with a dead token, on a route that is somebody else's, without the id or with something
 * else in its place. A claim by id that did get so far is a claim_try (attempts.h).
 *
 * Bounded: of each owner and device together the newest REFUSALS_KEPT, of REFUSALS_BOOKS such pairs
 * those that were heard of last. One client that runs wild drives out nothing of another.
 */
#ifndef CLOUD_REFUSALS_H
#define CLOUD_REFUSALS_H

#include "cloud/fact.h"
#include "cloud/owner.h"

#include <stddef.h>

struct cloud;
struct cloud_device;
struct rule;

#define REFUSALS_KEPT  8
#define REFUSALS_BOOKS 4096
#define REFUSALS_TEXT  80 /* bytes that are kept of what a request named */

/* What the request was after, as its path says. */
enum refused_kind { REFUSED_CLAIM, REFUSED_CODE, REFUSED_IMPORT, REFUSED_OTHER };

/* What the token that it showed was worth. */
enum refused_token {
    REFUSED_NO_TOKEN,
    REFUSED_UNKNOWN_TOKEN,
    REFUSED_DEAD_TOKEN,
    REFUSED_LIVE_TOKEN
};

/* How it named a device, if it did. */
enum refused_naming {
    NAMED_NOTHING,
    NAMED_ID,
    NAMED_ID_IN_CAPITALS,
    NAMED_NAME,
    NAMED_NUMBER, /* its serial number, ICCID or IMEI */
    NAMED_UNKNOWN /* an id that no device has */
};

/* Whoever notes one lends the texts; in a book they are the book's. */
struct refusal {
    struct fact at; /* http.request */
    enum refused_kind kind;
    const char *caller;  /* "client:app" */
    const char *request; /* "POST /v1/devices" */
    enum refused_token token;
    struct owner owner; /* whose token it was, also when it is dead; OWNER_NONE: nobody's */
    struct cloud_device *device; /* that it named; NULL: none, or one that is not there */
    enum refused_naming naming;
    const char *named; /* the text; NULL: NAMED_NOTHING */
    const char *place; /* where it stood: "id", "deviceId", "the path"; NULL: NAMED_NOTHING */
    int status;
    const struct rule *rule; /* NULL: none decided, but a fault */
};

/* The refusals of one owner (OWNER_NONE: of nobody known) that name one device (NULL: none). */
struct refusal_book {
    struct refusal items[REFUSALS_KEPT]; /* a ring: number i at i % REFUSALS_KEPT */
    size_t count;                        /* ever */
};

/* Remembers one; its texts are copied. One that names no device and comes from nobody known is
 * about nothing, and passed over. */
void refusals_note(struct cloud *cloud, const struct refusal *refusal);

/* The book of an owner and a device; NULL: nothing was refused. Borrowed until the next note. */
const struct refusal_book *refusals_book(const struct cloud *cloud, const struct owner *owner,
                                         const struct cloud_device *device);

/* Walks all books, those first that were begun first: start with *cursor = 0; NULL at the end. */
const struct refusal_book *refusals_next(const struct cloud *cloud, size_t *cursor);

/* How many of the book's items are there, and number `i` of them, the oldest first. */
size_t refusals_count(const struct refusal_book *book);
const struct refusal *refusals_at(const struct refusal_book *book, size_t i);

/* An owner goes away, and what was refused to them with them. */
void refusals_forget_owner(struct cloud *cloud, const struct owner *owner);
void refusals_free(struct cloud *cloud);

#endif
