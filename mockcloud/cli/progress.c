/* See progress.h. Owns one line of the terminal behind standard error. */
#include "cli/progress.h"

#include "sim/sim.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PROGRESS_PAUSE_MS 100
#define PROGRESS_COLUMNS  79

/* One column less than there are: a line that is full would wrap, and could not be taken away. */
static int progress_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
        return size.ws_col - 1;
    return PROGRESS_COLUMNS;
}

void progress_begin(struct progress *progress, bool quiet)
{
    *progress = (struct progress){.wanted = !quiet && isatty(STDERR_FILENO)};
}

void progress_show(struct progress *progress, size_t done, size_t count, size_t failed,
                   const char *playing)
{
    char line[256];
    int64_t now_ms = sim_real_ms();
    if (!progress->wanted || (progress->at_ms && now_ms < progress->at_ms + PROGRESS_PAUSE_MS))
        return;
    int len = snprintf(line, sizeof line, "%zu of %zu, %zu failed", done, count, failed);
    if (playing)
        snprintf(line + len, sizeof line - (size_t)len, ": %s", playing);
    fprintf(stderr, "\r\033[K%.*s", progress_columns(), line);
    fflush(stderr);
    progress->shown = true;
    progress->at_ms = now_ms;
}

void progress_hide(struct progress *progress)
{
    if (!progress->shown)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->shown = false;
    progress->at_ms = 0;
}
