/*
 * The one epoll of the program, and who waits in it.
 *
 * A watch is embedded in what it belongs to and has to be out of the loop (loop_remove) before that
 * goes away. Its function runs inside loop_wait() and takes note of what has happened; it frees no
 * watch, since there may be news of that one in the same batch.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop {
    int epoll_fd;
};

struct loop_watch {
    int fd; /* -1: not in the loop */
    void (*happened)(struct loop_watch *watch, uint32_t events);
};

/* False, and errno, when the machine refuses. */
bool loop_init(struct loop *loop);
void loop_close(struct loop *loop);

/* Waits for `events` (EPOLLIN …) on `fd`; false, and errno, when the machine refuses.
 * `watch->happened` is set by the caller. */
bool loop_add(struct loop *loop, struct loop_watch *watch, int fd, uint32_t events);

/* Takes it out; one that is not in the loop is passed over. The descriptor stays open. */
void loop_remove(struct loop *loop, struct loop_watch *watch);

/* Waits for at most `timeout_ms` (-1: no limit) and calls the watches to which something has
 * happened. False when nothing has. */
bool loop_wait(struct loop *loop, int timeout_ms);

#endif
