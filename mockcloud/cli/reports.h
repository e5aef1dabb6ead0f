/*
 * Where the reports of a run go: those of --report, text on standard output unless another is
 * there, and what GitHub Actions reads when it is who runs us.
 */
#ifndef CLI_REPORTS_H
#define CLI_REPORTS_H

#include "cli/options.h"
#include "cli/outfile.h"
#include "scenario/report.h"

struct reports {
    struct reports_place {
        struct report *report;
        struct outfile file;
        char *path; /* NULL: standard output */
    } * places;
    size_t count;
    bool ended;                /* reports_end() was called: they are whole */
    struct report_style style; /* for people; colour and width are of standard output */
};

/* Opens all that are wanted; with `in_files` none on standard output, which is somebody else's, and
 * none that was not asked for. EXIT_PASSED, or the code of a mistake or a failure that was told;
 * yours in both cases: reports_close(). */
int reports_open(struct reports *reports, const struct options *options,
                 const struct report_style *style, bool in_files);

/* Each is told, and what it says is written; `until_ms` as in output_whole(). */
void reports_add(struct reports *reports, const struct report_case *one, int64_t until_ms);
void reports_end(struct reports *reports, const struct report_totals *totals, int64_t until_ms);

/* Closes all; those that have no end go, since they would be taken for whole ones. False, which was
 * told, when one could not be written. */
bool reports_close(struct reports *reports);

/* Whether one of this name is among --report. */
bool reports_want(const struct options *options, const char *name);

/* Whether one that is wanted shows whole journals, and what clients have printed. */
bool reports_show_journal(const struct options *options);

/* Whether GitHub Actions runs us. */
bool reports_in_github(void);

#endif
