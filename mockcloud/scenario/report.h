/*
 * Printers of the one result model.
 */
#ifndef SCENARIO_REPORT_H
#define SCENARIO_REPORT_H

#include "base/buf.h"
#include "scenario/scenario.h"

/* Text for a person: one line when it passed; when it failed: the verdict with file:line, the
 * statement, expected, actual, the path of the first difference, why, the other actors, the last
 * journal lines, the command that runs it again with the same seed. */
void report_text(const struct scenario_result *result, bool colour, struct buf *out);

/* The result as one line of JSON, and back: how a scenario's own process hands it to its parent. */
void report_json(const struct scenario_result *result, struct buf *out);
bool report_from_json(const char *json, struct scenario_result *ret_result);

#endif
