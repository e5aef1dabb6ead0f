/* See reap.h. Finds children in /proc, because a subreaper's adopted children are in no list of its
 * own; touches nothing but its own children. */
#include "cli/reap.h"

#include "sim/sim.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
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
    FILE *file = fopen(path, "re");
    if (!file)
        return -1;
    size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[len] = '\0';
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

void reap_descendants(void)
{
    const struct timespec nap = {.tv_nsec = 1000000};
    int64_t deadline_ms = sim_real_ms() + REAP_PATIENCE_MS;
    while (sim_real_ms() < deadline_ms) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid < 0 && errno == ECHILD)
            return;
        if (pid > 0)
            continue;
        reap_kill_children();
        nanosleep(&nap, NULL);
    }
}
