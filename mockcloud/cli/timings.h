/*
 * How long scenarios took the last time, in a file: a line of JSON for each, {"file":…,
 * "scenario":…,"ms":…}.
 */
#ifndef CLI_TIMINGS_H
#define CLI_TIMINGS_H

#include "base/map.h"
#include "scenario/scenario.h"

/* A zeroed one has no times. */
struct timings {
    struct map entries; /* by "FILE\nSCENARIO" */
};

/* Reads a file; one that is not there has no times. False: *ret_error (yours: free()) says what is
 * wrong, at which line. */
bool timings_read(struct timings *timings, const char *path, char **ret_error);

/* The time of a scenario, in ms; 0: unknown. */
double timings_ms(const struct timings *timings, const struct scenario *scenario);

/* Takes a new time. */
void timings_note(struct timings *timings, const struct scenario *scenario, double ms);

/* Writes the file, in place of the old one and at once: the times of scenarios that were not played
 * stay. False: *ret_error (yours). */
bool timings_write(const struct timings *timings, const char *path, char **ret_error);

void timings_free(struct timings *timings);

#endif
