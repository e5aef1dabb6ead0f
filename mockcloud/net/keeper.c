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

/* Between vfork() and exec: we run in the keeper's memory while it waits, so this may do only what
 * a signal handler may, and changes nothing but *ret_reason. */
_Noreturn static void keeper_become(const struct keeper_launch *launch, pid_t keeper,
                                    volatile int *ret_reason)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* in case somebody kills the keeper … */
    if (getppid() != keeper)          /* … even before the line above */
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

/* vfork, since the keeper has nothing else to do until the exec, finds the errno of a failed one in
 * its own memory, and a fork would cost 0.7 ms beside 0.04. Linux allows the child what a signal
 * handler may do; POSIX allows it nothing but the exec, which is why the linters complain. */
static pid_t keeper_spawn(const struct keeper_launch *launch, int *ret_reason)
{
    volatile int reason = 0;
    pid_t keeper = getpid();
    pid_t pid = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork) */
    if (pid == 0)
        keeper_become(launch, keeper, &reason); /* NOLINT(clang-analyzer-unix.Vfork) */
    *ret_reason = pid < 0 ? errno : reason;
    if (pid > 0 && *ret_reason) { /* the exec failed: nobody is to hear of that process's end */
        waitpid(pid, NULL, 0);
        pid = -1;
    }
    return pid;
}

/* ---- the keeper ---- */

/* Failing is fine: if the program is gone, nobody wants to know. */
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

/* Reaps orphans, and tells the program when the command itself has ended; returns whether it has.
 * The command's zombie is left (WNOWAIT) so that its pid, and its group's, can't be given to a
 * stranger whom we would then kill. It hides orphans that end after it: reap_descendants() gets
 * those. */
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

/* Waits until the program shuts its end of the socket down, or is gone; returns whether the
 * command's end was told by then. */
static bool keeper_watch(int socket, int ended, pid_t command)
{
    /* The command may have ended before there was a signalfd to say so. */
    bool told = keeper_look(socket, command);
    for (;;) {
        /* Once told, SIGCHLD is not looked at any more: the command's zombie, which we keep, would
         * be told again. */
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
    /* The group first, at one blow: killed one by one, its members could see each other die and
     * fork. What has left the group is for reap_descendants(). */
    kill(own_group ? -command : command, SIGKILL);
    if (!told && waitid(P_PID, (id_t)command, &info, WEXITED | WNOWAIT) == 0)
        keeper_tell_end(socket, command, &info);
    reap_descendants();
}

/* Closes all descriptors but the socket, which becomes 0. Most of all the listening sockets, whose
 * port would stay taken, and the pipes: somebody who reads one to its end would wait for us. */
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
    sigprocmask(SIG_SETMASK, &all, NULL); /* no signal but SIGKILL may part us from the command */
    signal(SIGCHLD, SIG_DFL); /* if it was inherited as ignored, the kernel would reap for us */
    prctl(PR_SET_NAME, "mockcloud-keep");
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, SIGCONT); /* the command may have stopped us when the program ends */
    news.pid = keeper_spawn(launch, &news.reason);
    /* What is sent to the program's group, by the terminal for one, is not for us. After the spawn,
     * since a command without a group of its own stays in the program's. */
    setpgid(0, 0);
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
