/* See progress.h. Owns one line of the terminal behind standard error. */
#include "cli/progress.h"

#include "cli/screen.h"
#include "net/output.h"
#include "sim/sim.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_PAUSE_MS 100
#define PROGRESS_COLUMNS  79

/* One column less than the terminal has: a full line would wrap, and only the last part of it could
 * be erased. */
static int progress_columns(void)
{
    size_t columns = screen_columns(STDERR_FILENO);
    return columns > 20 ? (int)columns - 1 : PROGRESS_COLUMNS;
}

/* What the terminal does not take at once is not shown: somebody may have stopped it with Ctrl-S,
 * and the scenarios must not wait for them. */
static void progress_write(int columns, const char *line)
{
    char text[512];
    int len = snprintf(text, sizeof text, "\r\033[K%.*s", columns, line);
    output_whole(STDERR_FILENO, text, (size_t)len, 0);
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
    progress_write(progress_columns(), line);
    progress->shown = true;
    progress->at_ms = now_ms;
}

void progress_hide(struct progress *progress)
{
    if (!progress->shown)
        return;
    progress_write(0, "");
    progress->shown = false;
    progress->at_ms = 0;
}
