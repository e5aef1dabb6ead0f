/*
 * Child processes: started with fork and exec, waited for by pidfd in the loop, their output read
 * from a pipe.
 *
 * No child outlives the program. The kernel kills a direct child (PR_SET_PDEATHSIG), but not what
 * that one has started; so a child with a process group of its own gets a guard: a process of ours
 * in that group, which holds nothing but the end of a pipe, and kills the group when the other end
 * is closed, that is when the program is gone. As a member it also keeps the group's number from
 * being used again. Between fork and exec nothing is called but what a signal handler could.
 */
#include "base/mem.h"
#include "net/inside.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
    struct child *next;
    struct server *server;
    pid_t pid;
    struct loop_watch ended;  /* pidfd */
    struct loop_watch output; /* read end of the pipe; -1: not captured, or at its end */
    struct buf printed;
    bool exited;
    int code;      /* 128 + signal */
    int signal;    /* 0: it ended by itself */
    pid_t guard;   /* 0: none, the child has no group of its own */
    int guard_end; /* when it closes, the guard kills the group */
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

/* ---- inside of the new process ---- */

struct launch {
    char **argv, **env;
    pid_t parent;
    bool own_group;
    int output; /* -1: shared */
    int failed; /* an errno is written there when exec fails; closed by exec */
    const struct server *server;
};

static bool redirect(const struct launch *launch)
{
    if (launch->output < 0)
        return true;
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(launch->output, STDOUT_FILENO) >= 0 &&
           dup2(launch->output, STDERR_FILENO) >= 0;
}

_Noreturn static void become(const struct launch *launch)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != launch->parent) /* it ended before the line above */
        _exit(1);
    if (launch->own_group)
        setpgid(0, 0);
    setrlimit(RLIMIT_NOFILE, &launch->server->files_before);
    sigaction(SIGPIPE, &launch->server->pipe_before, NULL);
    sigprocmask(SIG_SETMASK, &launch->server->mask_before, NULL);
    if (redirect(launch))
        execvpe(launch->argv[0], launch->argv, launch->env);
    int reason = errno;
    ssize_t written = write(launch->failed, &reason, sizeof reason);
    (void)written;
    _exit(127);
}

_Noreturn static void stand_guard(int end, pid_t group)
{
    sigset_t all;
    char byte;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    prctl(PR_SET_NAME, "mockcloud-guard");
    dup2(end, STDIN_FILENO);
    close_range(1, ~0u, 0); /* above all: no listening socket, no client's output */
    while (read(STDIN_FILENO, &byte, 1) < 0 && errno == EINTR)
        ;
    kill(-group, SIGKILL);
    _exit(0);
}

/* ---- starting ---- */

/* 0 when the program was started, else why not. */
static int exec_result(int failed)
{
    int reason = 0;
    ssize_t got;
    do
        got = read(failed, &reason, sizeof reason);
    while (got < 0 && errno == EINTR);
    return got == sizeof reason ? reason : 0;
}

static void reap(pid_t pid)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* Forks and execs; the pid, or -1 and errno. */
static pid_t launch_process(struct launch *launch)
{
    int failed[2];
    if (pipe2(failed, O_CLOEXEC) < 0)
        return -1;
    launch->failed = failed[1];
    pid_t pid = fork();
    if (pid == 0)
        become(launch);
    int reason = errno;
    close(failed[1]);
    if (pid > 0 && launch->own_group)
        setpgid(pid, pid); /* both do it: whoever comes first */
    if (pid > 0)
        reason = exec_result(failed[0]);
    close(failed[0]);
    if (pid > 0 && reason) {
        reap(pid);
        pid = -1;
    }
    errno = reason;
    return pid;
}

static bool post_guard(struct child *child)
{
    int end[2];
    if (pipe2(end, O_CLOEXEC) < 0)
        return false;
    child->guard = fork();
    if (child->guard == 0)
        stand_guard(end[0], child->pid);
    close(end[0]);
    child->guard_end = end[1];
    if (child->guard < 0) {
        child->guard = 0;
        return false;
    }
    return setpgid(child->guard, child->pid) == 0;
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

/* Takes its exit code. What it has printed is in the pipe by now. */
static void collect(struct child *child)
{
    siginfo_t info;
    while (waitid(P_PID, (id_t)child->pid, &info, WEXITED) < 0)
        assert(errno == EINTR);
    child->exited = true;
    child->signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
    child->code = child->signal ? 128 + child->signal : info.si_status;
    int fd = child->ended.fd;
    loop_remove(&child->server->loop, &child->ended);
    if (fd >= 0)
        close(fd);
    read_output(child);
    close_output(child);
}

static void on_ended(struct loop_watch *watch, uint32_t events)
{
    (void)events;
    collect((struct child *)((char *)watch - offsetof(struct child, ended)));
}

static bool watch_end(struct child *child)
{
    int fd = pidfd_open(child->pid, 0);
    if (fd < 0)
        return false;
    if (loop_add(&child->server->loop, &child->ended, fd, EPOLLIN))
        return true;
    close(fd);
    return false;
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

/* Starts the process and takes `output`, the read end of its pipe (-1: none). False: errno. */
static bool start(struct child *child, struct launch *launch, int output)
{
    if (output >= 0 && !watch_output(child, output))
        return false;
    child->pid = launch_process(launch);
    return child->pid > 0 && watch_end(child) && (!launch->own_group || post_guard(child));
}

static bool start_with(struct child *child, const struct child_options *options)
{
    int output[2] = {-1, -1};
    if (options->capture && pipe2(output, O_CLOEXEC) < 0)
        return false;
    struct launch launch = {
        .argv = arguments_new(options->argv),
        .env = environment_new(options->env),
        .parent = getpid(),
        .own_group = options->own_group,
        .output = output[1],
        .server = child->server,
    };
    bool started = start(child, &launch, output[0]);
    int reason = errno;
    if (output[1] >= 0)
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
    child->ended = (struct loop_watch){.fd = -1, .happened = on_ended};
    child->output = (struct loop_watch){.fd = -1, .happened = on_output};
    child->guard_end = -1;
    buf_init(&child->printed, CHILD_OUTPUT_MAX);
    child->next = server->children;
    server->children = child;
    return child;
}

struct child *child_new(struct server *server, const struct child_options *options,
                        char **ret_error)
{
    struct child *child = child_alloc(server);
    if (start_with(child, options))
        return child;
    *ret_error = mem_printf_dup("can't start %s: %s", options->argv[0], strerror(errno));
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
    if (child->guard)
        kill(-child->pid, signal);
    else if (child->pid > 0 && !child->exited)
        kill(child->pid, signal);
}

void child_kill(struct child *child)
{
    child_signal(child, SIGKILL);
    if (child->pid > 0 && !child->exited)
        collect(child);
    if (child->guard) {
        reap(child->guard);
        child->guard = 0;
    }
    if (child->guard_end >= 0)
        close(child->guard_end);
    child->guard_end = -1;
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
