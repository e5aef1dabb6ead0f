/* Preloaded into a server: writes what it syncs and sends into the file ORDER_LOG, a line each, in
 * that order. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static void note(const char *line)
{
    const char *path = getenv("ORDER_LOG");
    int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666) : -1;
    if (fd < 0)
        return;
    ssize_t written = write(fd, line, strlen(line));
    (void)written;
    close(fd);
}

int fdatasync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    int result = real(fd);
    note("sync\n");
    return result;
}

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    ssize_t (*real)(int, const void *, size_t, int) =
        (ssize_t(*)(int, const void *, size_t, int))dlsym(RTLD_NEXT, "send");
    if (len > 5 && memcmp(bytes, "HTTP/", 5) == 0)
        note("send\n");
    return real(fd, bytes, len, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    ssize_t (*real)(int, const struct msghdr *, int) =
        (ssize_t(*)(int, const struct msghdr *, int))dlsym(RTLD_NEXT, "sendmsg");
    if (message->msg_iovlen && message->msg_iov[0].iov_len > 5 &&
        memcmp(message->msg_iov[0].iov_base, "HTTP/", 5) == 0)
        note("send\n");
    return real(fd, message, flags);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    ssize_t (*real)(int, const struct iovec *, int) =
        (ssize_t(*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
    if (count && parts[0].iov_len > 5 && memcmp(parts[0].iov_base, "HTTP/", 5) == 0)
        note("send\n");
    return real(fd, parts, count);
}
