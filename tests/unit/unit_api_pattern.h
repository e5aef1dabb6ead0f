/*
 * Patterns are literal but for <24> (so many hex digits), <63> (a claim code), <time> (ISO 8601
 * with milliseconds), <n> (a whole number), <base64> and <any>; with a name, <40:first>, the text
 * is kept.
 * {{first}} then stands for it, in patterns and in all parts of a request.
 */
#ifndef UNIT_API_PATTERN_H
#define UNIT_API_PATTERN_H

#include <stdbool.h>

/* Whether the text fits the pattern; keeps what the pattern names. */
bool unit_matches(const char *pattern, const char *text);

/* A text that a pattern kept; fails the test when there is none. */
const char *unit_kept(const char *name);

/* With each {{name}} replaced; NULL stays NULL. Yours: free(). */
char *unit_fill_dup(const char *text);

/* Forgets all that was kept. */
void unit_forget(void);

#endif
