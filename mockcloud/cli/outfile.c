/* See outfile.h. */
#include "cli/outfile.h"

#include "cli/cli.h"
#include "net/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct outfile outfile_stdout(void)
{
    return (struct outfile){.fd = STDOUT_FILENO};
}

int outfile_open(struct outfile *file, const char *path, bool append)
{
    int how = O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC);
    *file = (struct outfile){.fd = open(path, how, 0666), .path = path, .keep = append};
    if (file->fd < 0)
        return cli_error(EXIT_COULD_NOT_RUN, "%s: %s", path, strerror(errno));
    return EXIT_PASSED;
}

void outfile_add(struct outfile *file, const char *text, size_t len, int64_t until_ms)
{
    if (file->fd < 0 || !len)
        return;
    int reason = output_whole(file->fd, text, len, until_ms);
    if (!file->reason)
        file->reason = reason;
}

static bool outfile_close_stdout(const struct outfile *file)
{
    if (!file->reason || file->reason == EAGAIN)
        return true;
    cli_error(EXIT_COULD_NOT_RUN, "standard output can't be written: %s", strerror(file->reason));
    return false;
}

/* Neither a device nor a pipe goes, nor what others have written. */
static void outfile_remove(const struct outfile *file, bool regular)
{
    if (regular && !file->keep)
        unlink(file->path);
}

static bool outfile_is_regular(const struct outfile *file)
{
    struct stat info;
    return fstat(file->fd, &info) == 0 && S_ISREG(info.st_mode);
}

void outfile_discard(struct outfile *file)
{
    if (file->fd < 0 || !file->path)
        return;
    bool regular = outfile_is_regular(file);
    close(file->fd);
    file->fd = -1;
    outfile_remove(file, regular);
}

bool outfile_close(struct outfile *file)
{
    if (file->fd < 0)
        return true;
    if (!file->path)
        return outfile_close_stdout(file);
    bool regular = outfile_is_regular(file);
    if (close(file->fd) != 0 && !file->reason)
        file->reason = errno;
    file->fd = -1;
    if (!file->reason)
        return true;
    outfile_remove(file, regular);
    cli_error(EXIT_COULD_NOT_RUN, "%s: %s", file->path, strerror(file->reason));
    return false;
}
