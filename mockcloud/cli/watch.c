/* See watch.h. Owns the process of a round and the folders that are watched. Folders, not files:
 * editors put a new file in the old one's place. */
#include "cli/watch.h"

#include "base/doc.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/paths.h"
#include "cli/streams.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define WATCH_QUIET_MS 50 /* an editor that saves is several events */
#define WATCH_EVENTS   (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)

struct watch {
    int (*once)(void *arg);
    void *arg;
    int changes; /* inotify */
    int signals;
    sigset_t mask_before;
    pid_t pid; /* of the round; -1: it has ended */
    int pidfd;
};

/* ---- files ---- */

/* Adding a folder twice is one watch. */
static bool watch_folder_of(struct watch *watch, const char *file)
{
    const char *slash = strrchr(file, '/');
    char *folder = slash ? mem_dup_n(file, (size_t)(slash - file) + 1) : mem_dup(".");
    bool good = inotify_add_watch(watch->changes, folder, WATCH_EVENTS) >= 0;
    free(folder);
    return good;
}

/* FILE of a scenario's `world: {from: FILE}`, relative to the scenario's file. One that is not
 * there yet is no mistake here: whoever runs the scenario tells it. */
static void watch_world_of(struct watch *watch, const char *file, const struct doc_node *root)
{
    const struct doc_node *world = root->kind == DOC_MAP ? doc_get(root, "world") : NULL;
    const struct doc_node *from = world && world->kind == DOC_MAP ? doc_get(world, "from") : NULL;
    const char *slash = strrchr(file, '/');
    if (!from || from->kind != DOC_SCALAR)
        return;
    char *path = slash && *from->text != '/'
                     ? mem_printf_dup("%.*s/%s", (int)(slash - file), file, from->text)
                     : mem_dup(from->text);
    (void)watch_folder_of(watch, path);
    free(path);
}

static void watch_worlds_of(struct watch *watch, const char *file)
{
    struct diags diags = {0};
    struct doc *doc = doc_new_from_file(file, &diags);
    for (size_t i = 0; doc && i < doc_count(doc); i++)
        watch_world_of(watch, file, doc_root(doc, i));
    doc_unref(doc);
    diags_free(&diags);
}

/* A code for what was told, -1 to go on. */
static int watch_files(struct watch *watch, char *const *names)
{
    struct paths paths = {0};
    char *error = NULL;
    int code = -1;
    for (size_t i = 0; names[i] && code < 0; i++)
        if (!paths_add(&paths, names[i], &error))
            code = cli_error(EXIT_USAGE, "%s", error);
    for (size_t i = 0; i < paths.count && code < 0; i++)
        if (!watch_folder_of(watch, paths.items[i].name))
            code = cli_error(EXIT_COULD_NOT_RUN, "%s: %s", paths.items[i].name, strerror(errno));
    for (size_t i = 0; i < paths.count && code < 0; i++)
        watch_worlds_of(watch, paths.items[i].name);
    paths_free(&paths);
    free(error);
    return code;
}

/* Whether a change starts a round. What a run itself writes (journals, timings, files of clients)
 * must not, or rounds would follow each other for ever. */
static bool watch_is_ours(const char *name)
{
    const char *suffix = strrchr(name, '.');
    return suffix && *name != '.' &&
           (strcmp(suffix, ".yaml") == 0 || strcmp(suffix, ".yml") == 0 ||
            strcmp(suffix, ".json") == 0);
}

static bool watch_has_changed(const struct watch *watch)
{
    _Alignas(struct inotify_event) char bytes[8192];
    bool changed = false;
    ssize_t len;
    while ((len = read(watch->changes, bytes, sizeof bytes)) > 0)
        for (const char *at = bytes; at < bytes + len;) {
            const struct inotify_event *event = (const void *)at;
            changed |= event->len && watch_is_ours(event->name);
            at += sizeof *event + event->len;
        }
    return changed;
}

/* Waits until no event has come for a moment, so that one saving is one round. */
static void watch_settle(const struct watch *watch)
{
    struct pollfd fd = {.fd = watch->changes, .events = POLLIN};
    while (poll(&fd, 1, WATCH_QUIET_MS) > 0)
        watch_has_changed(watch);
}

/* ---- rounds ---- */

static bool watch_begin(struct watch *watch)
{
    pid_t parent = getpid();
    fflush(NULL);
    watch->pid = fork();
    if (watch->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent)
            _exit(EXIT_COULD_NOT_RUN);
        close(watch->changes);
        close(watch->signals);
        sigprocmask(SIG_SETMASK, &watch->mask_before, NULL);
        exit(streams_end(watch->once(watch->arg)));
    }
    watch->pidfd = watch->pid > 0 ? pidfd_open(watch->pid, 0) : -1;
    return watch->pidfd >= 0;
}

/* Waits for its end, which is near. */
static void watch_reap(struct watch *watch)
{
    while (watch->pid > 0 && waitpid(watch->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (watch->pidfd >= 0)
        close(watch->pidfd);
    watch->pid = watch->pidfd = -1;
}

static void watch_end(struct watch *watch)
{
    if (watch->pid > 0)
        kill(watch->pid, SIGTERM);
    watch_reap(watch);
}

/* Until something has changed. 0, or the signal that we were sent. */
static int watch_wait(struct watch *watch)
{
    struct signalfd_siginfo info;
    for (;;) {
        struct pollfd fds[] = {
            {.fd = watch->changes, .events = POLLIN},
            {.fd = watch->signals, .events = POLLIN},
            {.fd = watch->pidfd, .events = POLLIN},
        };
        if (poll(fds, 3, -1) < 0 && errno != EINTR)
            return SIGTERM;
        if (read(watch->signals, &info, sizeof info) == (ssize_t)sizeof info)
            return (int)info.ssi_signo;
        if (fds[2].revents) {
            watch_reap(watch);
            fputs("mockcloud: waiting for a change\n", stderr);
        }
        if (watch_has_changed(watch))
            return 0;
    }
}

static int watch_rounds(struct watch *watch)
{
    for (;;) {
        if (!watch_begin(watch))
            return cli_error(EXIT_COULD_NOT_RUN, "%s", strerror(errno));
        int signal = watch_wait(watch);
        watch_end(watch);
        if (signal)
            return 128 + signal;
        watch_settle(watch);
    }
}

int watch_loop(char *const *names, int (*once)(void *arg), void *arg)
{
    struct watch watch = {.once = once, .arg = arg, .pid = -1, .pidfd = -1};
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, &watch.mask_before);
    watch.signals = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    watch.changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    int code = watch.signals < 0 || watch.changes < 0
                   ? cli_error(EXIT_COULD_NOT_RUN, "%s", strerror(errno))
                   : watch_files(&watch, names);
    if (code < 0)
        code = watch_rounds(&watch);
    watch_end(&watch);
    if (watch.signals >= 0)
        close(watch.signals);
    if (watch.changes >= 0)
        close(watch.changes);
    return code;
}
