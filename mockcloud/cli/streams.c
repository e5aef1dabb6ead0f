/* See streams.h. Owns that nothing which was printed is lost unnoticed, and that no file of ours is
 * ever taken for a standard stream. */
#include "cli/streams.h"

#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* If a standard stream is closed (`>&-`), the next file to be opened would get its number: a
 * connection, say, whose client would then receive what we print. So the number is taken by a
 * descriptor that can be neither written to nor read from, which looks to all as if it were closed.
 */
static void fill(int fd)
{
    if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
        return;
    int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    if (open("/dev/null", mode) < 0 && mode == O_RDONLY)
        (void)open("/", O_RDONLY | O_DIRECTORY); /* there may be no /dev */
}

/* A file that reaches the limit (ulimit -f) should fail the write, not end the program. A function
 * and not SIG_IGN, which whatever we start would inherit. */
static void on_limit(int signal)
{
    (void)signal;
}

void streams_begin(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        fill(fd);
    sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = on_limit, .sa_flags = SA_RESTART}, NULL);
}

int streams_end(int code)
{
    errno = 0;
    bool lost = ferror(stdout);
    int reason = errno;
    if (fclose(stdout) != 0) {
        lost = true;
        reason = errno;
    }
    if (!lost || (code != EXIT_PASSED && code != EXIT_FAILED))
        return code;
    return cli_error(EXIT_COULD_NOT_RUN, "standard output can't be written%s%s", reason ? ": " : "",
                     reason ? strerror(reason) : "");
}
