/*
 * Regular expressions: PCRE2, UTF-8, with bounds on what a match may cost.
 */
#ifndef MATCH_REGEX_H
#define MATCH_REGEX_H

#include <stdbool.h>
#include <stddef.h>

struct regex;

/* NULL when it can't be read: *ret_error (yours: free()) tells why and *ret_offset where, in bytes.
 * Both may be NULL. Yours: regex_free(). */
struct regex *regex_new(const char *text, char **ret_error, size_t *ret_offset);

/* One of ours, which can be read. Its `$` is the very end of the text, as in JSON Schema; else it
 * is before a last line break, too, as in Perl. Yours: regex_free(). */
struct regex *regex_new_strict(const char *text);

void regex_free(struct regex *regex);

/* Whether it is found anywhere in `text`. One that exceeds its bounds is not found. */
bool regex_finds(const struct regex *regex, const char *text);

#endif
