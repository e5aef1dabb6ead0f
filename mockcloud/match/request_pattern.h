/*
 * Request patterns: which requests a wait, a hold, a fault or a count is about.
 *
 *     POST /v1/devices          a method and a path
 *     GET /v1/devices/ *         (without the blank) one segment, whatever it is
 *     any /v1/products/ **       (without the blank) whatever follows, also nothing
 *     any                       every request
 *
 * Paths are compared decoded, segment by segment: `spark/status` meets `spark%2Fstatus`. A query is
 * no part of them.
 */
#ifndef MATCH_REQUEST_PATTERN_H
#define MATCH_REQUEST_PATTERN_H

#include <stdbool.h>

struct request_pattern;

/* NULL when `text` is none; *ret_expected (static) then says what was expected. Yours:
 * request_pattern_free(). */
struct request_pattern *request_pattern_new(const char *text, const char **ret_expected);
void request_pattern_free(struct request_pattern *pattern);

/* `path` is decoded, as the journal has it; NULL of either is met by `any` alone. */
bool request_pattern_meets(const struct request_pattern *pattern, const char *method,
                           const char *path);

#endif
