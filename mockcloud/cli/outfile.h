/*
 * What a run writes: standard output, or a file of its own. The first failure is kept, and told at
 * the end; what is half written goes, since it would be taken for a whole one.
 */
#ifndef CLI_OUTFILE_H
#define CLI_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outfile {
    int fd;           /* -1: not open; then nothing is written */
    const char *path; /* borrowed; NULL: standard output */
    bool keep;        /* what others have written stands before it: it never goes */
    int reason;       /* why something could not be written; 0: all was */
};

/* Standard output; or a file, which is emptied, or with `append` kept. EXIT_PASSED, or the code of
 * a failure that was told. */
struct outfile outfile_stdout(void);
int outfile_open(struct outfile *file, const char *path, bool append);

/* Writes all of it, and waits for whoever reads until `until_ms` as output_whole() does. */
void outfile_add(struct outfile *file, const char *text, size_t len, int64_t until_ms);

/* Closes it. False, which was told, when not all could be written. Nobody is blamed for not reading
 * standard output in time. */
bool outfile_close(struct outfile *file);

/* Closes it, and what has been written goes: it was not to end here, which was told elsewhere. */
void outfile_discard(struct outfile *file);

#endif
