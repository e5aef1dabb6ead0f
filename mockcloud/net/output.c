/*
 * See output.h. Owns how a descriptor is written to without waiting for it, whatever it is.
 *
 * O_NONBLOCK can't be set on a descriptor that we were given: it belongs to the open file, which a
 * shell, or the command of `exec`, shares with us. So a pipe or a terminal is opened once more, for
 * us alone; a socket is asked not to wait, call by call; a file or a device such as /dev/full does
 * not make anybody wait.
 */
#include "net/output.h"

#include "base/mem.h"
#include "net/inside.h"
#include "sim/sim.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define OUTPUT_NOTE 100 /* the most bytes of the line that tells of dropped ones */

enum output_way {
    OUTPUT_PLAIN,  /* write() does not wait */
    OUTPUT_SOCKET, /* send() is told not to wait */
    OUTPUT_ASKED   /* write() might wait: poll() is asked first, and little is written at a time */
};

struct output {
    struct output *next;   /* of the server */
    struct server *server; /* NULL: none, or gone */
    struct loop_watch watch;
    int fd;
    bool own_fd;
    enum output_way way;
    struct buf queue;
    bool broken_line; /* the last thing written was the beginning of a line */
    bool dead;        /* nobody will ever read */
    uint64_t untold;  /* lines dropped since the last note about dropped ones */
    size_t note_end;  /* where such a note ends in the queue; 0: none waits there */
    uint64_t noted;   /* how many lines that note tells of */
    struct output_end end;
};

/* ---- opening ---- */

/* The descriptor's file, opened for us alone; -1: it can't be (no /proc, no right, nobody reads).
 */
static int open_again(int fd)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static void choose_way(struct output *output, int fd)
{
    struct stat info;
    output->fd = fd;
    if (fstat(fd, &info) != 0)
        return;
    if (S_ISSOCK(info.st_mode)) {
        output->way = OUTPUT_SOCKET;
    } else if (S_ISFIFO(info.st_mode) || isatty(fd)) {
        int own = open_again(fd);
        output->own_fd = own >= 0;
        output->fd = output->own_fd ? own : fd;
        output->way = output->own_fd ? OUTPUT_PLAIN : OUTPUT_ASKED;
    }
}

/* There is room again. Nothing to do: the wait has ended, and each turn writes. */
static void on_room(struct loop_watch *watch, uint32_t events)
{
    (void)watch;
    (void)events;
}

struct output *output_new(struct server *server, int fd)
{
    struct output *output = mem_new(sizeof *output);
    buf_init(&output->queue, OUTPUT_MAX);
    output->watch = (struct loop_watch){.fd = -1, .happened = on_room};
    choose_way(output, fd);
    output->server = server;
    if (server) {
        output->next = server->outputs;
        server->outputs = output;
    }
    return output;
}

/* ---- adding ---- */

static uint64_t count_lines(const char *text, size_t len)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n';
    return lines;
}

static void drop(struct output *output, const char *text, size_t len)
{
    uint64_t lines = count_lines(text, len);
    output->untold += lines;
    output->end.dropped += lines;
}

/* Drops what waits behind its first `written` bytes, which have left. If a note about dropped lines
 * is among it, the note itself is not counted as a lost line; the lines it spoke of have to be told
 * again. */
static void drop_rest(struct output *output, size_t written)
{
    drop(output, output->queue.data + written, output->queue.len - written);
    if (output->note_end > written) {
        output->untold += output->noted - 1;
        output->end.dropped--;
    }
    output->note_end = 0;
    buf_clear(&output->queue);
}

/* Puts a note where the dropped lines would have been. There is never a second one in the queue:
 * before that one is due, the queue has to be full again and half of it read, and this note with
 * it. So one `note_end` is enough. */
static void tell_dropped(struct output *output)
{
    if (!output->untold)
        return;
    buf_printf(&output->queue, "%s(%llu lines were dropped here: %s)\n",
               output->broken_line && !output->queue.len ? "\n" : "",
               (unsigned long long)output->untold,
               output->end.reason ? "they could not be written" : "nobody read them");
    output->note_end = output->queue.len;
    output->noted = output->untold;
    output->untold = 0;
}

void output_add(struct output *output, const char *text, size_t len)
{
    assert(len && text[len - 1] == '\n');
    /* Once one line has been dropped, all are until half of the queue has been read. Otherwise a
     * slow reader would get a note for every line or two. */
    size_t room = output->untold ? OUTPUT_MAX / 2 : OUTPUT_MAX;
    if (output->dead || output->queue.len + len + OUTPUT_NOTE > room) {
        drop(output, text, len);
        return;
    }
    tell_dropped(output);
    buf_add(&output->queue, text, len);
}

void output_printf(struct output *output, const char *format, ...)
{
    struct buf text;
    va_list args;
    buf_init(&text, OUTPUT_MAX);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    output_add(output, buf_str(&text), text.len);
    buf_free(&text);
}

/* ---- writing ---- */

/* As many whole lines as fit into PIPE_BUF, which a pipe takes at once or not at all: so the
 * command of `exec`, which may print to the same pipe, never ends up in the middle of a line of
 * ours. Only a line longer than that is cut. */
static size_t next_piece(const char *text, size_t len)
{
    if (len <= PIPE_BUF)
        return len;
    const char *end = memrchr(text, '\n', PIPE_BUF);
    return end ? (size_t)(end - text) + 1 : PIPE_BUF;
}

static ssize_t write_piece(const struct output *output, const char *text, size_t len)
{
    struct pollfd room = {.fd = output->fd, .events = POLLOUT};
    if (output->way == OUTPUT_SOCKET)
        return send(output->fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (output->way == OUTPUT_ASKED && poll(&room, 1, 0) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return write(output->fd, text, len);
}

/* What waits can't be written. A full disk is worth another try with the next line; a pipe without
 * a reader, or a closed descriptor, is not. */
static void fail(struct output *output, size_t written, int reason)
{
    output->end.reason = reason;
    output->dead = reason == EPIPE || reason == ECONNRESET || reason == EBADF;
    drop_rest(output, written);
}

void output_write(struct output *output)
{
    struct buf *queue = &output->queue;
    size_t written = 0;
    while (written < queue->len) {
        const char *text = queue->data + written;
        ssize_t n = write_piece(output, text, next_piece(text, queue->len - written));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN) {
            fail(output, written, errno);
            return;
        }
        if (n < 0)
            break;
        written += (size_t)n;
        output->broken_line = n > 0 ? text[n - 1] != '\n' : output->broken_line;
    }
    if (written)
        buf_drop(queue, written);
    output->note_end = output->note_end > written ? output->note_end - written : 0;
}

/* epoll doesn't take files, and loop_add() fails for one; but a file takes everything at once, so
 * there is nothing to wait for. */
static void watch_room(struct output *output)
{
    struct loop *loop = &output->server->loop;
    if (!output->queue.len)
        loop_remove(loop, &output->watch);
    else if (output->watch.fd < 0)
        loop_add(loop, &output->watch, output->fd, EPOLLOUT);
}

void output_write_all(struct server *server)
{
    for (struct output *output = server->outputs; output; output = output->next) {
        if (!output->queue.len && output->watch.fd < 0)
            continue;
        output_write(output);
        watch_room(output);
    }
}

/* ---- the end ---- */

static void leave(struct output *output)
{
    if (!output->server)
        return;
    struct output **link = &output->server->outputs;
    while (*link != output)
        link = &(*link)->next;
    *link = output->next;
    loop_remove(&output->server->loop, &output->watch);
    output->server = NULL; /* output_free() may come after the server's end */
}

void output_leave_all(struct server *server)
{
    while (server->outputs)
        leave(server->outputs);
}

static void write_within(struct output *output, int64_t within_ms)
{
    int64_t end_ms = sim_real_ms() + within_ms;
    for (;;) {
        struct pollfd room = {.fd = output->fd, .events = POLLOUT};
        output_write(output);
        int64_t left_ms = end_ms - sim_real_ms();
        if (!output->queue.len || left_ms <= 0)
            return;
        poll(&room, 1, (int)left_ms);
    }
}

/* ppoll() with no signal blocked: otherwise Ctrl-C could not end a program that waits for a reader
 * that never comes. */
static bool wait_for_room(const struct output *output, int64_t until_ms)
{
    struct pollfd room = {.fd = output->fd, .events = POLLOUT};
    int64_t left_ms = until_ms - sim_real_ms();
    struct timespec left = {.tv_sec = left_ms / 1000, .tv_nsec = left_ms % 1000 * 1000000};
    sigset_t none;
    sigemptyset(&none);
    if (until_ms >= 0 && left_ms <= 0)
        return false;
    ppoll(&room, 1, until_ms >= 0 ? &left : NULL, &none);
    return true;
}

int output_whole(int fd, const char *text, size_t len, int64_t until_ms)
{
    struct output output = {.fd = -1};
    int reason = 0;
    if (!len)
        return 0;
    choose_way(&output, fd);
    for (size_t written = 0; written < len && !reason;) {
        ssize_t n = write_piece(&output, text + written, next_piece(text + written, len - written));
        if (n >= 0)
            written += (size_t)n;
        else if (errno != EAGAIN)
            reason = errno == EINTR ? 0 : errno;
        else if (!wait_for_room(&output, until_ms))
            reason = EAGAIN;
    }
    if (output.own_fd)
        close(output.fd);
    return reason;
}

struct output_end output_free(struct output *output, int64_t within_ms)
{
    struct output_end end = {0};
    if (!output)
        return end;
    leave(output);
    if (!output->dead) /* the last chance to tell: there is no further line before which to do it */
        tell_dropped(output);
    write_within(output, within_ms);
    if (output->queue.len)
        drop_rest(output, 0);
    end = output->end;
    if (output->own_fd)
        close(output->fd);
    buf_free(&output->queue);
    free(output);
    return end;
}
