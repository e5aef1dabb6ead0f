/*
 * Text as bytes: UTF-8, percent-encoding, base64, tokens, nearest known word.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* How many bytes the valid UTF-8 sequence at `text` has (1-4), 0 when it is not valid within `len`.
 * Overlong forms and surrogates are not valid. */
size_t text_utf8_len(const char *text, size_t len);

/* How many of the first `max` bytes are whole characters (a byte that is none counts as one). */
size_t text_utf8_prefix(const char *text, size_t len, size_t max);

/* Whether all of `text` is valid UTF-8. */
bool text_utf8_valid(const char *text, size_t len);

/* Whether the character of `char_len` bytes is a control character (C0, DEL, C1), or no UTF-8. */
bool text_is_control(const char *text, size_t char_len);

/* Whether all of `text` is valid UTF-8 without control characters (C0, DEL, C1): nothing that could
 * begin a line of its own, or tell a terminal to do something. */
bool text_is_plain(const char *text);

/* Appends `text` with its control characters as escapes (\\n, \\x1b), and what is no UTF-8, or of
 * C1, as U+FFFD: on a line of its own it stays one line, and tells a terminal nothing. */
void text_add_plain(struct buf *out, const char *text, size_t len);

/* Appends `text` with each %XX replaced by its byte, and with `plus_is_space` (forms) each + by a
 * space. False when a % is not followed by two hex digits or when a NUL would come out: `out` then
 * holds a prefix. */
bool text_percent_decode(const char *text, size_t len, bool plus_is_space, struct buf *out);

/* Appends `text` with everything but letters, digits and -._~ as %XX. */
void text_percent_encode(const char *text, struct buf *out);

/* Appends standard base64 with padding. */
void text_base64_encode(const void *bytes, size_t len, struct buf *out);

/* Appends what the base64 text stands for (padding may be left out, but not be wrong). False at a
 * character outside of the alphabet, or at a length that nothing is encoded in: `out` then holds a
 * prefix. */
bool text_base64_decode(const char *text, size_t len, struct buf *out);

/* Whether it is a token as in HTTP (RFC 9110, 5.6.2), which names of headers and methods are:
 * letters, digits and !#$%&'*+-.^_`|~, at least one. */
bool text_is_token(const char *text);

/* Appends `name` as it stands in URLs: its letters and digits in lower case, anything else as
 * single dashes; `fallback` when nothing of it is left. Cut at the maximum of `out`, which is
 * empty. */
void text_slug(const char *name, const char *fallback, struct buf *out);

/* Appends `word` as a shell reads it back: quoted if need be. */
void text_shell_word(const char *word, struct buf *out);

/* The word of `words` (count of them, NULL entries are passed over) that is nearest to `word`, if
 * it is near enough to be what was meant; else the first of which it is a part ("on" of
 * "power-on"); else NULL. Borrowed from `words`. */
const char *text_nearest(const char *word, const char *const *words, size_t count);

#endif
