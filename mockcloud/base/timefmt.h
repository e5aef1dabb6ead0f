/*
 * Times and durations as text. The one time type of the program is int64_t milliseconds since
 * 1970-01-01T00:00:00Z; a duration is int64_t milliseconds.
 */
#ifndef BASE_TIMEFMT_H
#define BASE_TIMEFMT_H

#include <stdbool.h>
#include <stdint.h>

#define TIMEFMT_ISO_SIZE   25
#define TIMEFMT_HTTP_SIZE  30
#define TIMEFMT_MEANT_SIZE 48

/* "2026-01-01T00:00:00.000Z". Years 0-9999; others are clamped. */
void timefmt_iso(int64_t at_ms, char ret_text[TIMEFMT_ISO_SIZE]);

/* "Thu, 01 Jan 2026 00:00:00 GMT", as in a Date header (RFC 9110, 5.6.7). */
void timefmt_http(int64_t at_ms, char ret_text[TIMEFMT_HTTP_SIZE]);

/* Reads "2026-01-01", "2026-01-01T00:00:00Z" or with milliseconds; Z may be left out. False, and
 * nothing written, when it is anything else. */
bool timefmt_parse_iso(const char *text, int64_t *ret_at_ms);

/* Reads whole numbers with their units, d h min s ms, each at most once and the largest first
 * ("250ms", "5min", "1h30min"; behind hours m is min). Durations of up to 100 years. False, and
 * nothing written, when it is anything else: a bare number is refused. */
bool timefmt_parse_duration(const char *text, int64_t *ret_ms);

/* What was probably meant by a text that is no duration: "5min" for "5m", "5 min" or "5 minutes".
 * False, and nothing written, when nothing is near. */
bool timefmt_duration_meant(const char *text, char ret_text[TIMEFMT_MEANT_SIZE]);

/* A duration as people say it: "1h", "5min", "90s", "250ms"; the largest unit that is exact. */
void timefmt_duration(int64_t ms, char ret_text[24]);

#endif
