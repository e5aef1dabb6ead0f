/*
 * What `mockcloud exec` tells when its command has ended: reports and folders that were asked for,
 * and on standard error, of a command that failed, what it wanted of the cloud and did not get.
 */
#ifndef CLI_EXEC_REPORT_H
#define CLI_EXEC_REPORT_H

#include "base/buf.h"
#include "cli/tell.h"
#include "net/output.h"
#include "scenario/command.h"

struct exec_report {
    struct tell tell;
    struct buf findings; /* a line each; what is too much is left out */
};

/* Opens what is to be written, before the command has run for nothing. EXIT_PASSED, or the code of
 * a mistake or a failure that was told; yours in both cases: exec_report_end(). */
int exec_report_begin(struct exec_report *report, const struct options *options);

/* Keeps what a request had that is not in the document. */
void exec_report_finding(struct exec_report *report, const char *text);

/* Tells what became of the command. `err` may be NULL: then nothing is said to people. */
void exec_report_tell(struct exec_report *report, const struct command_end *end,
                      struct output *err);

/* Closes all. False, which was told, when something could not be written. */
bool exec_report_end(struct exec_report *report);

#endif
