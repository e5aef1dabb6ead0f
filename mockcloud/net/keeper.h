/*
 * The keeper of a child: a small process of ours between the program and a command that it starts,
 * so that nothing of the command outlives the program, however either of them ends.
 *
 * It is the command's parent and adopts whatever descends from it (PR_SET_CHILD_SUBREAPER), also
 * what has left for a process group or a session of its own. It holds one end of a socket; when the
 * other end is closed, by the program or by the kernel when that was killed, it kills and reaps all
 * of them, and ends. It keeps the command's zombie until then, so that its number and its group's
 * can't come to mean a stranger.
 */
#ifndef NET_KEEPER_H
#define NET_KEEPER_H

#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

/* What is started and how. All borrowed. */
struct keeper_launch {
    char **argv; /* argv[0] is searched in PATH */
    char **env;
    const char *cwd;       /* where it starts; NULL: where we are */
    bool own_group;        /* a process group of its own; else that of the program */
    int output;            /* what its standard output and error are, with no input; -1: ours */
    struct rlimit files;   /* its limit of descriptors */
    struct sigaction pipe; /* its SIGPIPE */
    sigset_t mask;         /* its signals */
};

/* A line of the keeper's: first that the command was started, or not; then that it has ended. */
struct keeper_news {
    pid_t pid;  /* of the command; -1: it was not started */
    int reason; /* the errno, when it was not started */
    int code;   /* its exit code, or 128 + signal */
    int signal; /* that ended it; 0: it ended by itself */
};

/*
 * Forks the keeper, which starts the command. The keeper's pid, or -1 and errno. *ret_socket is the
 * program's end, on which whole `struct keeper_news` are read; at its end the keeper has ended what
 * there was, and can be waited for. Shut down its write direction to have everything killed.
 */
pid_t keeper_start(const struct keeper_launch *launch, int *ret_socket);

#endif
