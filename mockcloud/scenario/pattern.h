/*
 * Regular expressions: PCRE2, UTF-8, with bounds on what a match may cost.
 */
#ifndef SCENARIO_PATTERN_H
#define SCENARIO_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

struct pattern;

/* NULL when it can't be read: *ret_error (yours: free()) tells why and *ret_offset where, in bytes.
 * Both may be NULL. Yours: pattern_free(). */
struct pattern *pattern_new(const char *text, char **ret_error, size_t *ret_offset);
void pattern_free(struct pattern *pattern);

/* Whether it is found anywhere in `text`. One that exceeds its bounds is not found. */
bool pattern_finds(const struct pattern *pattern, const char *text);

#endif
