/* See reap.h. Finds children in /proc, because nothing tells a subreaper whom it has adopted.
 * Touches nothing but children of this process. Needs no memory of its own (but for opendir's): it
 * may be called by a process that is short of everything. */
#include "net/reap.h"

#include "sim/sim.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REAP_PATIENCE_MS 5000

/* The parent of a process; -1: it is gone. */
static pid_t reap_parent_of(const char *pid)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t len = read(fd, text, sizeof text - 1);
    close(fd);
    text[len > 0 ? len : 0] = '\0';
    /* "PID (NAME) STATE PPID …": the name may hold anything, a parenthesis too. */
    const char *end = strrchr(text, ')');
    return end && strlen(end) > 4 ? (pid_t)strtol(end + 4, NULL, 10) : -1;
}

static void reap_kill_children(void)
{
    DIR *proc = opendir("/proc");
    const struct dirent *entry;
    pid_t self = getpid();
    while (proc && (entry = readdir(proc)))
        if (isdigit((unsigned char)entry->d_name[0]) && reap_parent_of(entry->d_name) == self)
            kill((pid_t)strtol(entry->d_name, NULL, 10), SIGKILL);
    if (proc)
        closedir(proc);
}

/* Goes round until none is left: a child's own children become ours only when it dies, and may fork
 * in the meantime. */
static bool reap_until_none(void (*before_each_wait)(void))
{
    const struct timespec nap = {.tv_nsec = 1000000};
    int64_t deadline_ms = sim_real_ms() + REAP_PATIENCE_MS;
    while (sim_real_ms() < deadline_ms) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid < 0 && errno == ECHILD)
            return true;
        if (pid > 0)
            continue;
        if (before_each_wait)
            before_each_wait();
        nanosleep(&nap, NULL);
    }
    return false;
}

bool reap_descendants(void)
{
    return reap_until_none(reap_kill_children);
}

bool reap_wait(void)
{
    return reap_until_none(NULL);
}
