/*
 * See parent.h. A pidfd in the loop, and not PR_SET_PDEATHSIG: that signal comes when the thread
 * that started us ends, and the threads of a test runner come and go.
 */
#include "net/parent.h"

#include "base/mem.h"
#include "net/inside.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

struct parent {
    struct server *server;
    struct loop_watch watch;
    int fd; /* a pidfd; -1: it had gone before we looked */
};

static void on_end(struct loop_watch *watch, uint32_t events)
{
    struct parent *parent = (struct parent *)((char *)watch - offsetof(struct parent, watch));
    (void)events;
    parent->server->signal = SIGTERM;
    loop_remove(&parent->server->loop, watch);
}

struct parent *parent_new(struct server *server, pid_t pid, char **ret_error)
{
    struct parent *parent = mem_new(sizeof *parent);
    parent->server = server;
    parent->watch = (struct loop_watch){.fd = -1, .happened = on_end};
    parent->fd = (int)syscall(SYS_pidfd_open, pid, 0);
    int reason = errno;
    /* Whoever has the number now, it is our parent no longer. */
    bool gone = getppid() != pid || (parent->fd < 0 && reason == ESRCH);
    if (gone)
        server->signal = SIGTERM;
    if (gone || (parent->fd >= 0 && loop_add(&server->loop, &parent->watch, parent->fd, EPOLLIN)))
        return parent;
    *ret_error = mem_printf_dup("the parent process can't be watched: %s", strerror(reason));
    parent_free(parent);
    return NULL;
}

void parent_free(struct parent *parent)
{
    if (!parent)
        return;
    loop_remove(&parent->server->loop, &parent->watch);
    if (parent->fd >= 0)
        close(parent->fd);
    free(parent);
}
