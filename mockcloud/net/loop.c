/* See loop.h. Owns the epoll descriptor; knows nothing of what is watched. */
#include "net/loop.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <unistd.h>

#define LOOP_BATCH 64

bool loop_init(struct loop *loop)
{
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return loop->epoll_fd >= 0;
}

void loop_close(struct loop *loop)
{
    if (loop->epoll_fd >= 0)
        close(loop->epoll_fd);
    loop->epoll_fd = -1;
}

bool loop_add(struct loop *loop, struct loop_watch *watch, int fd, uint32_t events)
{
    assert(watch->fd < 0 && watch->happened);
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
        return false;
    watch->fd = fd;
    return true;
}

void loop_remove(struct loop *loop, struct loop_watch *watch)
{
    if (watch->fd < 0)
        return;
    epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    watch->fd = -1;
}

bool loop_wait(struct loop *loop, int timeout_ms)
{
    struct epoll_event events[LOOP_BATCH];
    int count = epoll_wait(loop->epoll_fd, events, LOOP_BATCH, timeout_ms);
    assert(count >= 0 || errno == EINTR);
    for (int i = 0; i < count; i++) {
        struct loop_watch *watch = events[i].data.ptr;
        if (watch->fd >= 0) /* an earlier one of this batch may have taken it out */
            watch->happened(watch, events[i].events);
    }
    return count > 0;
}
