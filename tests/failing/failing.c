/*
 * A library to preload: makes one call of the program fail, once, as told by the environment.
 *
 *   FAILING_CALL    malloc, read, open … (a name of the table below, or none: it only counts)
 *   FAILING_NTH     which call of that name, from 1, over all processes of the run
 *   FAILING_HOW     a name of errno (EINTR …), or short: one byte is read or written
 *   FAILING_TRACE   if set: the way to the call that fails is printed on standard error
 *   FAILING_COUNTS  a file of 8 bytes per row of the table, shared by all processes: how many calls
 * there were
 *
 * Only processes of mockcloud itself are concerned: a client under test, or curl, goes on as it is.
 * It stands between the program and the C library, so a call that the C library makes for itself
 * (fopen's own open) is not seen; the functions that the program calls are.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

enum call {
    CALL_MALLOC,
    CALL_CALLOC,
    CALL_REALLOC,
    CALL_READ,
    CALL_WRITE,
    CALL_SEND,
    CALL_RECV,
    CALL_SENDMSG,
    CALL_WRITEV,
    CALL_OPEN,
    CALL_SOCKET,
    CALL_SOCKETPAIR,
    CALL_ACCEPT4,
    CALL_BIND,
    CALL_LISTEN,
    CALL_PIPE2,
    CALL_FORK,
    CALL_WAITPID,
    CALL_POLL,
    CALL_EPOLL_WAIT,
    CALL_EPOLL_CTL,
    CALL_EPOLL_CREATE1,
    CALL_FSYNC,
    CALL_FDATASYNC,
    CALL_RENAME,
    CALL_UNLINK,
    CALL_MKDIR,
    CALL_FTRUNCATE,
    CALL_FOPEN,
    CALL_FWRITE,
    CALL_FFLUSH,
    CALL_FCLOSE,
    CALL_MMAP,
    CALL_FSTAT,
    CALLS
};

static const char *const names[CALLS] = {
    "malloc",        "calloc", "realloc",   "read",    "write",      "send",       "recv",
    "sendmsg",       "writev", "open",      "socket",  "socketpair", "accept4",    "bind",
    "listen",        "pipe2",  "fork",      "waitpid", "poll",       "epoll_wait", "epoll_ctl",
    "epoll_create1", "fsync",  "fdatasync", "rename",  "unlink",     "mkdir",      "ftruncate",
    "fopen",         "fwrite", "fflush",    "fclose",  "mmap",       "fstat",
};

static const struct {
    const char *name;
    int number;
} errors[] = {
    {"EINTR", EINTR},   {"EAGAIN", EAGAIN},
    {"EPIPE", EPIPE},   {"ECONNRESET", ECONNRESET},
    {"EMFILE", EMFILE}, {"ENFILE", ENFILE},
    {"ENOSPC", ENOSPC}, {"EIO", EIO},
    {"ENOMEM", ENOMEM}, {"ECONNABORTED", ECONNABORTED},
    {"EACCES", EACCES}, {"EADDRINUSE", EADDRINUSE},
    {"EROFS", EROFS},
};

static volatile uint64_t *counts; /* NULL: this process is not concerned */
static enum call failing = CALLS;
static uint64_t failing_nth;
static int failing_errno; /* 0: short */
static bool tracing;      /* where the program was when it failed goes to standard error */

static bool is_mockcloud(void)
{
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (len <= 0)
        return false;
    path[len] = '\0';
    const char *base = strrchr(path, '/');
    return base && strcmp(base, "/mockcloud") == 0;
}

__attribute__((constructor)) static void failing_begin(void)
{
    const char *file = getenv("FAILING_COUNTS");
    if (!file || !is_mockcloud())
        return;
    tracing = getenv("FAILING_TRACE");
    const char *call = getenv("FAILING_CALL"), *nth = getenv("FAILING_NTH"),
               *how = getenv("FAILING_HOW");
    for (int i = 0; call && i < CALLS; i++)
        if (strcmp(names[i], call) == 0)
            failing = (enum call)i;
    failing_nth = nth ? strtoull(nth, NULL, 10) : 0;
    for (size_t i = 0; how && i < sizeof errors / sizeof *errors; i++)
        if (strcmp(errors[i].name, how) == 0)
            failing_errno = errors[i].number;
    int fd = open(file, O_RDWR | O_CLOEXEC);
    void *shared =
        fd < 0 ? MAP_FAILED
               : mmap(NULL, CALLS * sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (shared != MAP_FAILED)
        counts = shared;
}

/* Counts the call; true: this is the one that fails. A short one is not for fails(). */
static bool meant(enum call call)
{
    if (!counts)
        return false;
    uint64_t nth = __atomic_add_fetch(&counts[call], 1, __ATOMIC_SEQ_CST);
    if (call != failing || nth != failing_nth)
        return false;
    if (tracing) {
        void *frames[40];
        tracing = false; /* what prints must not meet itself */
        backtrace_symbols_fd(frames, backtrace(frames, 40), STDERR_FILENO);
    }
    return true;
}

static bool fails(enum call call)
{
    if (!meant(call) || !failing_errno)
        return false;
    errno = failing_errno;
    return true;
}

/* Only what comes over a network is cut short, reset or interrupted; between the program's own
 * processes there are sockets of whole messages, and nobody has signals there. */
static bool is_network(int fd)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    return getsockname(fd, (struct sockaddr *)&address, &len) == 0 && address.ss_family == AF_INET;
}

/* How many bytes go through. A descriptor that blocks never answers EAGAIN: then the call goes on
 * as it is. Answers SIZE_MAX when the call fails. */
static size_t passes(enum call call, int fd, size_t len)
{
    if (!meant(call))
        return len;
    if (!failing_errno)
        return len ? 1 : 0;
    if (failing_errno == EAGAIN && !(fcntl(fd, F_GETFL) & O_NONBLOCK))
        return len;
    errno = failing_errno;
    return SIZE_MAX;
}

#define REAL(type, name, ...)                                                                      \
    static type (*real)(__VA_ARGS__);                                                              \
    if (!real)                                                                                     \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

void *malloc(size_t size)
{
    return fails(CALL_MALLOC) ? NULL : __libc_malloc(size);
}
void *calloc(size_t count, size_t size)
{
    return fails(CALL_CALLOC) ? NULL : __libc_calloc(count, size);
}
void *realloc(void *old, size_t size)
{
    return fails(CALL_REALLOC) ? NULL : __libc_realloc(old, size);
}

ssize_t read(int fd, void *bytes, size_t len)
{
    REAL(ssize_t, read, int, void *, size_t);
    size_t pass = passes(CALL_READ, fd, len);
    return pass == SIZE_MAX ? -1 : real(fd, bytes, pass);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    REAL(ssize_t, write, int, const void *, size_t);
    size_t pass = passes(CALL_WRITE, fd, len);
    return pass == SIZE_MAX ? -1 : real(fd, bytes, pass);
}

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    REAL(ssize_t, send, int, const void *, size_t, int);
    size_t pass = is_network(fd) ? passes(CALL_SEND, fd, len) : len;
    return pass == SIZE_MAX ? -1 : real(fd, bytes, pass, flags);
}

ssize_t recv(int fd, void *bytes, size_t len, int flags)
{
    REAL(ssize_t, recv, int, void *, size_t, int);
    size_t pass = is_network(fd) ? passes(CALL_RECV, fd, len) : len;
    return pass == SIZE_MAX ? -1 : real(fd, bytes, pass, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    REAL(ssize_t, sendmsg, int, const struct msghdr *, int);
    return fails(CALL_SENDMSG) ? -1 : real(fd, message, flags);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    REAL(ssize_t, writev, int, const struct iovec *, int);
    return fails(CALL_WRITEV) ? -1 : real(fd, parts, count);
}

int open(const char *path, int flags, ...)
{
    REAL(int, open, const char *, int, ...);
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    return fails(CALL_OPEN) ? -1 : real(path, flags, mode);
}

#define INT(call, name, types, params)                                                             \
    int name types                                                                                 \
    {                                                                                              \
        static int(*real) types;                                                                   \
        if (!real)                                                                                 \
            *(void **)&real = dlsym(RTLD_NEXT, #name);                                             \
        return fails(call) ? -1 : real params;                                                     \
    }

INT(CALL_SOCKET, socket, (int domain, int type, int protocol), (domain, type, protocol))
INT(CALL_SOCKETPAIR, socketpair, (int domain, int type, int protocol, int *fds),
    (domain, type, protocol, fds))
INT(CALL_ACCEPT4, accept4, (int fd, struct sockaddr *address, socklen_t *len, int flags),
    (fd, address, len, flags))
INT(CALL_BIND, bind, (int fd, const struct sockaddr *address, socklen_t len), (fd, address, len))
INT(CALL_LISTEN, listen, (int fd, int backlog), (fd, backlog))
INT(CALL_PIPE2, pipe2, (int *fds, int flags), (fds, flags))
INT(CALL_FORK, fork, (void), ())
INT(CALL_WAITPID, waitpid, (pid_t pid, int *status, int options), (pid, status, options))
INT(CALL_POLL, poll, (struct pollfd * fds, nfds_t count, int timeout), (fds, count, timeout))
INT(CALL_EPOLL_WAIT, epoll_wait, (int fd, struct epoll_event *events, int max, int timeout),
    (fd, events, max, timeout))
INT(CALL_EPOLL_CREATE1, epoll_create1, (int flags), (flags))
INT(CALL_FSYNC, fsync, (int fd), (fd))
INT(CALL_FDATASYNC, fdatasync, (int fd), (fd))
INT(CALL_RENAME, rename, (const char *from, const char *to), (from, to))
INT(CALL_UNLINK, unlink, (const char *path), (path))
INT(CALL_MKDIR, mkdir, (const char *path, mode_t mode), (path, mode))
INT(CALL_FTRUNCATE, ftruncate, (int fd, off_t len), (fd, len))
INT(CALL_FSTAT, fstat, (int fd, struct stat *of), (fd, of))

/* Only what is added can want memory, or a watch too many. */
int epoll_ctl(int fd, int op, int other, struct epoll_event *event)
{
    REAL(int, epoll_ctl, int, int, int, struct epoll_event *);
    return op == EPOLL_CTL_ADD && fails(CALL_EPOLL_CTL) ? -1 : real(fd, op, other, event);
}

FILE *fopen(const char *path, const char *mode)
{
    REAL(FILE *, fopen, const char *, const char *);
    return fails(CALL_FOPEN) ? NULL : real(path, mode);
}

/* Of a stream: nothing is written, or half, and the stream is in error, as after a full disk. */
size_t fwrite(const void *bytes, size_t size, size_t count, FILE *stream)
{
    REAL(size_t, fwrite, const void *, size_t, size_t, FILE *);
    return fails(CALL_FWRITE) ? 0 : real(bytes, size, count, stream);
}

int fflush(FILE *stream)
{
    REAL(int, fflush, FILE *);
    return fails(CALL_FFLUSH) ? EOF : real(stream);
}

int fclose(FILE *stream)
{
    REAL(int, fclose, FILE *);
    int status = real(stream); /* gone, whatever is answered */
    return fails(CALL_FCLOSE) ? EOF : status;
}

void *mmap(void *at, size_t len, int protection, int flags, int fd, off_t offset)
{
    REAL(void *, mmap, void *, size_t, int, int, int, off_t);
    return fails(CALL_MMAP) ? MAP_FAILED : real(at, len, protection, flags, fd, offset);
}
