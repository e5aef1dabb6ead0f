/* See announce.h. Nobody ever sees such a file half written, or one of a server that has ended in
 * order. */
#include "cli/announce.h"

#include "base/mem.h"
#include "net/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ANNOUNCE_READY_MS 1000 /* how long a full pipe that nobody reads may hold us up */

/* Written beside it and renamed: whoever sees the file sees all of it. */
bool announce_file(const char *path, const char *text, struct announced *ret_announced)
{
    char *beside = mem_printf_dup("%s.%ld", path, (long)getpid());
    FILE *file = fopen(beside, "we");
    struct stat info = {0};
    bool written = file && fputs(text, file) >= 0 && fstat(fileno(file), &info) == 0;
    if (file)
        written = fclose(file) == 0 && written;
    written = written && rename(beside, path) == 0;
    if (written) {
        *ret_announced = (struct announced){path, info.st_dev, info.st_ino};
    } else {
        int reason = errno;
        unlink(beside);
        errno = reason;
    }
    free(beside);
    return written;
}

static bool write_port_file(const char *path, uint16_t port, struct announced *ret_announced)
{
    char text[16];
    snprintf(text, sizeof text, "%u\n", port);
    return announce_file(path, text, ret_announced);
}

/* Through an output, since a write to the descriptor could wait for ever. */
static bool write_ready(int fd, const char *url)
{
    struct output *output = output_new(NULL, fd);
    output_printf(output, "%s\n", url);
    struct output_end end = output_free(output, ANNOUNCE_READY_MS);
    errno = end.reason ? end.reason : EAGAIN;
    bool written = end.dropped == 0;
    if (fd > STDERR_FILENO) /* the standard streams are used until the end */
        written = close(fd) == 0 && written;
    return written;
}

bool announce(const struct options *options, const char *base_url, uint16_t port,
              struct announced *ret_announced, char **ret_error)
{
    const char *port_file = options_text(options, OPTION_PORT_FILE);
    int ready_fd = (int)options_number(options, OPTION_READY_FD);
    if (port_file && !write_port_file(port_file, port, ret_announced)) {
        *ret_error = mem_printf_dup("can't write %s: %s", port_file, strerror(errno));
        return false;
    }
    if (options_given(options, OPTION_READY_FD) && !write_ready(ready_fd, base_url)) {
        *ret_error = mem_printf_dup("can't write to descriptor %d: %s", ready_fd, strerror(errno));
        return false;
    }
    return true;
}

void announce_end(const struct announced *announced)
{
    struct stat info;
    if (announced->path && lstat(announced->path, &info) == 0 && info.st_dev == announced->device &&
        info.st_ino == announced->inode)
        unlink(announced->path);
}

/* Of --listen and --port the later one counts: a script may give the first, and its user the
 * second. */
struct address announce_address(const struct options *options)
{
    const struct option_value *listen = &options->values[OPTION_LISTEN];
    const struct option_value *port = &options->values[OPTION_PORT];
    struct address address = listen->address;
    if (port->at > listen->at) {
        strcpy(address.ip, "127.0.0.1");
        address.port = (uint16_t)port->number;
    }
    return address;
}

/* A client can't call a wildcard address, so the URL has loopback in its place. */
char *announce_url_dup(const char *scheme, const char *address, uint16_t port)
{
    if (strcmp(address, "0.0.0.0") == 0)
        address = "127.0.0.1";
    else if (strcmp(address, "::") == 0)
        address = "::1";
    return mem_printf_dup(strchr(address, ':') ? "%s://[%s]:%u" : "%s://%s:%u", scheme, address,
                          port);
}
