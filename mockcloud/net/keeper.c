/* See keeper.h. Owns what happens in the keeper's process, and between its fork and the command's
 * exec. Never returns to the program's code: it ends by _exit, so that nothing of the program's
 * (buffers of stdio, functions at exit) is done twice. */
#include "net/keeper.h"

#include "net/reap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the command, until its exec ---- */

static bool keeper_redirect(const struct keeper_launch *launch)
{
    if (launch->output < 0)
        return true;
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(launch->output, STDOUT_FILENO) >= 0 &&
           dup2(launch->output, STDERR_FILENO) >= 0;
}

/* What a signal handler could do, and no more: after vfork() this is the keeper's memory. */
_Noreturn static void keeper_become(const struct keeper_launch *launch, pid_t keeper,
                                    volatile int *ret_reason)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* should somebody kill the keeper */
    if (getppid() != keeper)          /* it ended before the line above */
        _exit(1);
    if (launch->own_group)
        setpgid(0, 0);
    setrlimit(RLIMIT_NOFILE, &launch->files);
    sigaction(SIGPIPE, &launch->pipe, NULL);
    sigprocmask(SIG_SETMASK, &launch->mask, NULL);
    if (keeper_redirect(launch) && (!launch->cwd || chdir(launch->cwd) == 0))
        execvpe(launch->argv[0], launch->argv, launch->env);
    *ret_reason = errno;
    _exit(127);
}

/* vfork: the keeper has nothing else to do until the exec, whose failure it then finds in its own
 * memory, and a fork would cost more than all else that happens here (0.7 ms beside 0.04). Linux
 * lets the child do what a signal handler may; POSIX nothing but the exec, hence the lint. */
static pid_t keeper_spawn(const struct keeper_launch *launch, int *ret_reason)
{
    volatile int reason = 0;
    pid_t keeper = getpid();
    pid_t pid = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork) */
    if (pid == 0)
        keeper_become(launch, keeper, &reason); /* NOLINT(clang-analyzer-unix.Vfork) */
    *ret_reason = pid < 0 ? errno : reason;
    if (pid > 0 && *ret_reason) {
        waitpid(pid, NULL, 0);
        pid = -1;
    }
    return pid;
}

/* ---- the keeper ---- */

/* Whoever read them may be gone: then nobody has to know. */
static void keeper_tell(int to, const struct keeper_news *news)
{
    ssize_t sent = send(to, news, sizeof *news, MSG_NOSIGNAL);
    (void)sent;
}

static void keeper_tell_end(int to, pid_t command, const siginfo_t *info)
{
    struct keeper_news news = {.pid = command, .code = info->si_status};
    if (info->si_code != CLD_EXITED) {
        news.signal = info->si_status;
        news.code = 128 + info->si_status;
    }
    keeper_tell(to, &news);
}

/* Tells when the command has ended, and reaps orphans. The command's zombie stays (WNOWAIT), and
 * orphans that end after it stay behind it. Whether it has ended. */
static bool keeper_look(int to, pid_t command)
{
    siginfo_t info = {0};
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid) {
        if (info.si_pid == command) {
            keeper_tell_end(to, command, &info);
            return true;
        }
        waitpid(info.si_pid, NULL, 0);
    }
    return false;
}

/* Until the program wants the end, or is gone. Whether the command's own was told. */
static bool keeper_watch(int socket, int ended, pid_t command)
{
    bool told =
        keeper_look(socket, command); /* it may have come before the signals were asked for */
    for (;;) {
        struct pollfd fds[] = {
            {.fd = socket, .events = POLLIN},
            {.fd = told ? -1 : ended, .events = POLLIN},
        };
        struct signalfd_siginfo taken;
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return told;
        if (fds[0].revents)
            return told;
        if (fds[1].revents && read(ended, &taken, sizeof taken) == sizeof taken)
            told = keeper_look(socket, command);
    }
}

static void keeper_end_all(int socket, pid_t command, bool own_group, bool told)
{
    siginfo_t info;
    kill(own_group ? -command : command, SIGKILL);
    if (!told && waitid(P_PID, (id_t)command, &info, WEXITED | WNOWAIT) == 0)
        keeper_tell_end(socket, command, &info);
    reap_descendants();
}

/* Above all no listening socket and nobody's output: whoever waits for their end would wait for
 * us. */
static int keeper_let_go(int socket)
{
    dup2(socket, STDIN_FILENO);
    close_range(1, ~0u, 0);
    return STDIN_FILENO;
}

_Noreturn static void keeper_stand(const struct keeper_launch *launch, int socket)
{
    struct keeper_news news = {0};
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    signal(SIGCHLD, SIG_DFL); /* ignored, as somebody may have handed it down, it reaps by itself */
    prctl(PR_SET_NAME, "mockcloud-keep");
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    news.pid = keeper_spawn(launch, &news.reason);
    setpgid(0, 0); /* what is sent to the program's group, or by the terminal, is not for us */
    socket = keeper_let_go(socket);
    int ended = signalfd(-1, &all, SFD_NONBLOCK);
    keeper_tell(socket, &news);
    if (news.pid > 0) {
        bool told = keeper_watch(socket, ended, news.pid);
        keeper_end_all(socket, news.pid, launch->own_group, told);
    }
    _exit(0);
}

pid_t keeper_start(const struct keeper_launch *launch, int *ret_socket)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        keeper_stand(launch, ends[1]);
    }
    int reason = errno;
    close(ends[1]);
    if (pid < 0)
        close(ends[0]);
    else
        *ret_socket = ends[0];
    errno = reason;
    return pid;
}
