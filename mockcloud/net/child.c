/*
 * Child processes: each behind a keeper (keeper.h), which tells us on a socket in the loop when the
 * child has ended; its output is read from a pipe.
 *
 * No child outlives the program, nor anything that the child has started: that is the keeper's
 * work, since it still is there when we are killed. Here is only what the loop sees of it.
 */
#include "base/mem.h"
#include "net/inside.h"
#include "net/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEAR_MS    100 /* between two looks after a keeper that says nothing */
#define HEAR_TIMES 100

struct child {
    struct child *next;
    struct server *server;
    pid_t pid;
    bool own_group;
    pid_t keeper;             /* -1: none, or reaped */
    int socket;               /* the keeper's; -1: none */
    struct loop_watch news;   /* on it, until the child has ended */
    struct loop_watch output; /* read end of the pipe; -1: not captured, or at its end */
    struct buf printed;
    bool exited;
    int code;   /* 128 + signal */
    int signal; /* 0: it ended by itself */
};

/* ---- strings for exec ---- */

static size_t count_of(const char *const *list)
{
    size_t count = 0;
    while (list && list[count])
        count++;
    return count;
}

static void strings_free(char **list)
{
    for (size_t i = 0; list[i]; i++)
        free(list[i]);
    free(list);
}

static bool same_name(const char *a, const char *b)
{
    size_t len = strcspn(a, "=");
    return strncmp(a, b, len) == 0 && b[len] == '=';
}

static bool is_replaced(const char *variable, const char *const *by)
{
    for (; by && *by; by++)
        if (same_name(*by, variable))
            return true;
    return false;
}

static char **environment_new(const char *const *added)
{
    size_t own = 0;
    while (environ[own])
        own++;
    char **list = mem_new_array(own + count_of(added) + 1, sizeof *list);
    size_t used = 0;
    for (size_t i = 0; i < own; i++)
        if (!is_replaced(environ[i], added))
            list[used++] = mem_dup(environ[i]);
    for (size_t i = 0; added && added[i]; i++)
        list[used++] = mem_dup(added[i]);
    return list;
}

static char **arguments_new(const char *const *argv)
{
    char **list = mem_new_array(count_of(argv) + 1, sizeof *list);
    for (size_t i = 0; argv[i]; i++)
        list[i] = mem_dup(argv[i]);
    return list;
}

/* ---- in the loop ---- */

static void close_output(struct child *child)
{
    int fd = child->output.fd;
    loop_remove(&child->server->loop, &child->output);
    if (fd >= 0)
        close(fd);
}

static void keep(struct buf *printed, const char *bytes, size_t len)
{
    size_t room = printed->max - printed->len;
    buf_add(printed, bytes, len < room ? len : room);
}

static void read_output(struct child *child)
{
    char bytes[16384];
    while (child->output.fd >= 0) {
        ssize_t len = read(child->output.fd, bytes, sizeof bytes);
        if (len > 0)
            keep(&child->printed, bytes, (size_t)len);
        else if (len < 0 && errno == EINTR)
            continue;
        else if (len < 0 && errno == EAGAIN)
            return;
        else
            close_output(child);
    }
}

static void on_output(struct loop_watch *watch, uint32_t events)
{
    (void)events;
    read_output((struct child *)((char *)watch - offsetof(struct child, output)));
}

/* Reads the pipe once more before it is closed: what the child has printed is there by now, but
 * news of it may be behind that of its end in the loop's batch. Whoever else holds the pipe is not
 * waited for. */
static void note_end(struct child *child, int code, int signal)
{
    child->exited = true;
    child->code = code;
    child->signal = signal;
    read_output(child);
    close_output(child);
}

/* Waits for a message, and takes it; 0 at the keeper's end. A child may have stopped its keeper: it
 * goes on, also when it is stopped again and again. `patience`: how many times, then the keeper is
 * killed, and the kernel kills the child; < 0: for ever. */
static ssize_t hear(const struct child *child, struct keeper_news *ret_news, int patience)
{
    struct pollfd fds = {.fd = child->socket, .events = POLLIN};
    ssize_t got;
    int ready;
    while ((ready = poll(&fds, 1, HEAR_MS)) <= 0)
        if (ready == 0)
            kill(child->keeper, patience && patience-- ? SIGCONT : SIGKILL);
    do
        got = recv(child->socket, ret_news, sizeof *ret_news, 0);
    while (got < 0 && errno == EINTR);
    return got;
}

/* Takes one message; false at the keeper's end, or when there is none yet. A keeper that ends
 * without having told of the child was killed by somebody, and the kernel has killed the child with
 * it (PR_SET_PDEATHSIG). */
static bool take_news(struct child *child, const struct keeper_news *news, ssize_t got)
{
    if (got < 0 && errno == EAGAIN)
        return false;
    if (!child->exited)
        note_end(child, got > 0 ? news->code : 128 + SIGKILL, got > 0 ? news->signal : SIGKILL);
    return got > 0;
}

static void on_news(struct loop_watch *watch, uint32_t events)
{
    (void)events;
    struct child *child = (struct child *)((char *)watch - offsetof(struct child, news));
    struct keeper_news news;
    take_news(child, &news, recv(child->socket, &news, sizeof news, MSG_DONTWAIT));
    loop_remove(&child->server->loop, &child->news); /* the keeper says nothing more, but ends */
}

static bool watch_output(struct child *child, int fd)
{
    if (fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
        loop_add(&child->server->loop, &child->output, fd, EPOLLIN))
        return true;
    close(fd);
    return false;
}

/* ---- life ---- */

/* Waits for the exec, which is short: so that "not found" is the answer to the attempt to start,
 * not an exit code that looks like the program's own. False: errno. */
static bool has_started(struct child *child)
{
    struct keeper_news news = {.pid = -1, .reason = ECHILD};
    hear(child, &news, -1); /* an exec may take long: a disk of somebody else's */
    child->pid = news.pid;
    errno = news.reason;
    return news.pid > 0;
}

/* Starts the process and takes `output`, the read end of its pipe (-1: none). False: errno. */
static bool start(struct child *child, const struct keeper_launch *launch, int output)
{
    if (output >= 0 && !watch_output(child, output))
        return false;
    child->keeper = keeper_start(launch, &child->socket);
    return child->keeper > 0 && has_started(child) &&
           loop_add(&child->server->loop, &child->news, child->socket, EPOLLIN);
}

static bool start_with(struct child *child, const struct child_options *options)
{
    const struct server *server = child->server;
    int output[2] = {-1, -1};
    if (options->capture && pipe2(output, O_CLOEXEC) < 0)
        return false;
    struct keeper_launch launch = {
        .argv = arguments_new(options->argv),
        .env = environment_new(options->env),
        .cwd = options->cwd,
        .own_group = options->own_group,
        .output = output[1],
        .files = server->files_before,
        .pipe = server->pipe_before,
        .mask = server->mask_before,
    };
    bool started = start(child, &launch, output[0]);
    int reason = errno;
    if (output[1] >= 0) /* else the pipe would never be at its end: we would hold it open */
        close(output[1]);
    strings_free(launch.argv);
    strings_free(launch.env);
    errno = reason;
    return started;
}

static struct child *child_alloc(struct server *server)
{
    struct child *child = mem_new(sizeof *child);
    child->server = server;
    child->pid = -1;
    child->keeper = child->socket = -1;
    child->news = (struct loop_watch){.fd = -1, .happened = on_news};
    child->output = (struct loop_watch){.fd = -1, .happened = on_output};
    buf_init(&child->printed, CHILD_OUTPUT_MAX);
    child->next = server->children;
    server->children = child;
    return child;
}

struct child *child_new(struct server *server, const struct child_options *options,
                        char **ret_error)
{
    struct child *child = child_alloc(server);
    child->own_group = options->own_group;
    if (start_with(child, options))
        return child;
    *ret_error =
        mem_printf_dup("can't start %s%s%s: %s", options->argv[0], options->cwd ? " in " : "",
                       options->cwd ? options->cwd : "", strerror(errno));
    child_free(server, child);
    return NULL;
}

bool child_exited(const struct child *child, int *ret_code, int *ret_signal)
{
    if (child->exited && ret_code)
        *ret_code = child->code;
    if (child->exited && ret_signal)
        *ret_signal = child->signal;
    return child->exited;
}

pid_t child_pid(const struct child *child)
{
    return child->pid;
}

const struct buf *child_output(const struct child *child)
{
    return &child->printed;
}

void child_signal(struct child *child, int signal)
{
    pid_t whom = child->own_group ? -child->pid : child->pid;
    /* The keeper holds the child's zombie, so the number is not a stranger's even after its end; of
     * a group, others may be left. */
    if (child->keeper < 0 || child->pid < 0 || (child->exited && !child->own_group))
        return;
    kill(whom, signal);
    if (signal != SIGKILL && signal != SIGSTOP)
        kill(whom, SIGCONT); /* a stopped process would not act on the signal */
}

void child_kill(struct child *child)
{
    if (child->keeper < 0)
        return;
    struct keeper_news news;
    loop_remove(&child->server->loop, &child->news);
    shutdown(child->socket, SHUT_WR);
    /* until the keeper closes its end: then nothing of the child is left */
    while (take_news(child, &news, hear(child, &news, HEAR_TIMES)))
        ;
    close(child->socket);
    while (waitpid(child->keeper, NULL, 0) < 0 && errno == EINTR)
        ;
    child->keeper = child->socket = -1;
}

void child_free(struct server *server, struct child *child)
{
    if (!child)
        return;
    child_kill(child);
    struct child **link = &server->children;
    while (*link != child)
        link = &(*link)->next;
    *link = child->next;
    close_output(child);
    buf_free(&child->printed);
    free(child);
}

void child_free_all(struct server *server)
{
    while (server->children)
        child_free(server, server->children);
}
