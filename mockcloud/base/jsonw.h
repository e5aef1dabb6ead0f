/*
 * An append-only JSON writer over a struct buf: the one escape routine of the program.
 *
 * Output is compact (no spaces), as the real cloud answers since 2017. Commas are placed by the
 * writer. Text that is not valid UTF-8 is written with U+FFFD for each bad byte, so that the output
 * is always valid JSON. Nesting is at most JSONW_DEPTH, twice what a document may have
 * (base/doc.h); deeper is a bug of ours (assert).
 */
#ifndef BASE_JSONW_H
#define BASE_JSONW_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define JSONW_DEPTH 127

struct jsonw {
    struct buf *out;
    int depth;
    bool comma; /* has to stand before the next key or value */
    bool after_key;
};

/* Writes behind whatever `out` holds. `out` is borrowed. */
void jsonw_init(struct jsonw *w, struct buf *out);

void jsonw_object(struct jsonw *w);
void jsonw_end_object(struct jsonw *w);
void jsonw_array(struct jsonw *w);
void jsonw_end_array(struct jsonw *w);

/* A member's name; the value has to follow. */
void jsonw_key_n(struct jsonw *w, const char *key, size_t len);

/* Values. */
void jsonw_str_n(struct jsonw *w, const char *text, size_t len);
void jsonw_int(struct jsonw *w, int64_t number);
void jsonw_double(struct jsonw *w, double number); /* exact and short; not finite: null */
void jsonw_bool(struct jsonw *w, bool truth);
void jsonw_null(struct jsonw *w);
/* A time, in milliseconds since 1970, as "2026-01-01T00:00:00.000Z"; negative: null. */
void jsonw_time(struct jsonw *w, int64_t at_ms);
/* JSON text that is known to be valid, as it is. */
void jsonw_raw(struct jsonw *w, const char *json, size_t len);

/* The same for a key that has nothing to escape. */
void jsonw_key_plain(struct jsonw *w, const char *key, size_t len);

/* A key that is written out in the source is a plain word, and the compiler knows its length: that
 * spares a third of what writing a reply costs, since a device has 30 keys. */
static inline void jsonw_key(struct jsonw *w, const char *key)
{
    if (__builtin_constant_p(strlen(key)))
        jsonw_key_plain(w, key, strlen(key));
    else
        jsonw_key_n(w, key, strlen(key));
}

/* NULL is written as null. */
static inline void jsonw_str(struct jsonw *w, const char *text)
{
    if (text)
        jsonw_str_n(w, text, strlen(text));
    else
        jsonw_null(w);
}

/* A key and its value in one call. */
static inline void jsonw_key_str(struct jsonw *w, const char *key, const char *text)
{
    jsonw_key(w, key);
    jsonw_str(w, text);
}

static inline void jsonw_key_int(struct jsonw *w, const char *key, int64_t number)
{
    jsonw_key(w, key);
    jsonw_int(w, number);
}

static inline void jsonw_key_bool(struct jsonw *w, const char *key, bool truth)
{
    jsonw_key(w, key);
    jsonw_bool(w, truth);
}

static inline void jsonw_key_null(struct jsonw *w, const char *key)
{
    jsonw_key(w, key);
    jsonw_null(w);
}

static inline void jsonw_key_time(struct jsonw *w, const char *key, int64_t at_ms)
{
    jsonw_key(w, key);
    jsonw_time(w, at_ms);
}

#endif
