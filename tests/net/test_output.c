/* Output of the loop: whoever does not read, or can't be written to, stops nothing, and each line
 * is either there or counted. */
#include "fixture.h"

#include "base/buf.h"
#include "net/output.h"
#include "sim/sim.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define LINES     100000
#define LINE_TEXT ": a line of which there are very many"
#define LINE_LEN  (8 + (int)sizeof LINE_TEXT - 1)
#define READ_MAX  (16u << 20)

static bool never(void *arg)
{
    (void)arg;
    return false;
}

/* A turn that does not wait. */
static void turn(void)
{
    server_turn(fx.server, never, NULL, 0);
}

static void add_lines(struct output *output, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        output_printf(output, "%08zu" LINE_TEXT "\n", i);
        if (i % 100 == 0)
            turn();
    }
}

/* What can be read now. */
static void drain(int fd, struct buf *read_so_far)
{
    char bytes[65536];
    ssize_t n;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while ((n = read(fd, bytes, sizeof bytes)) > 0)
        buf_add(read_so_far, bytes, (size_t)n);
}

/* Lines that were read whole; *ret_noted: those that notes tell of. */
static uint64_t whole_lines(const char *text, uint64_t *ret_noted)
{
    uint64_t lines = 0;
    *ret_noted = 0;
    for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
        if (*text == '(')
            *ret_noted += strtoull(text + 1, NULL, 10);
        else if (end - text == LINE_LEN + (end[-1] == '\r'))
            lines++;
    }
    return lines;
}

struct ends {
    int read_fd, write_fd;
};

static struct ends open_pipe(void)
{
    int fds[2];
    ck_assert_int_eq(pipe(fds), 0);
    return (struct ends){fds[0], fds[1]};
}

static struct ends open_socket(void)
{
    int fds[2];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    return (struct ends){fds[0], fds[1]};
}

static struct ends open_terminal(void)
{
    int master, slave;
    ck_assert_int_eq(openpty(&master, &slave, NULL, NULL, NULL), 0);
    return (struct ends){master, slave};
}

static struct ends (*const openers[])(void) = {open_pipe, open_socket, open_terminal};

#define OPENERS (sizeof openers / sizeof *openers)

START_TEST(unread)
{
    struct ends ends = openers[_i]();
    struct output *output = output_new(fx.server, ends.write_fd);
    struct buf text;
    uint64_t noted;
    int64_t from_ms = sim_real_ms();
    buf_init(&text, READ_MAX);
    add_lines(output, LINES);
    struct output_end end = output_free(output, 50);
    ck_assert_int_lt(sim_real_ms() - from_ms, 20000);
    drain(ends.read_fd, &text);
    uint64_t lines = whole_lines(buf_str(&text), &noted);
    ck_assert_uint_eq(lines + end.dropped, LINES);
    ck_assert_uint_gt(end.dropped, LINES / 2);
    ck_assert_int_eq(end.reason, 0);
    buf_free(&text);
    close(ends.read_fd);
    close(ends.write_fd);
}
END_TEST

/* Nothing is dropped while somebody reads; what was is told in its place. */
START_TEST(read_late)
{
    struct ends ends = openers[_i]();
    struct output *output = output_new(fx.server, ends.write_fd);
    struct buf text;
    uint64_t noted;
    buf_init(&text, READ_MAX);
    for (int round = 0; round < 3; round++) {
        add_lines(output, LINES / 2);
        for (int i = 0; i < 1000; i++) {
            drain(ends.read_fd, &text);
            turn();
        }
        output_printf(output, "%-*s\n", LINE_LEN, "after it");
        turn();
        drain(ends.read_fd, &text);
    }
    struct output_end end = output_free(output, 50);
    uint64_t lines = whole_lines(buf_str(&text), &noted);
    ck_assert_uint_gt(noted, 0);
    ck_assert_uint_eq(noted, end.dropped);
    ck_assert_uint_eq(lines + noted, 3 * (LINES / 2 + 1));
    ck_assert_ptr_nonnull(strstr(buf_str(&text), " lines were dropped here: nobody read them)"));
    buf_free(&text);
    close(ends.read_fd);
    close(ends.write_fd);
}
END_TEST

START_TEST(reader_left)
{
    struct ends ends = openers[_i]();
    struct output *output = output_new(fx.server, ends.write_fd);
    close(ends.read_fd);
    add_lines(output, 1000);
    struct output_end end = output_free(output, 50);
    ck_assert_uint_eq(end.dropped, 1000);
    ck_assert_int_ne(end.reason, 0);
    close(ends.write_fd);
}
END_TEST

/* The descriptor that we were given stays as it is: it is others', too. */
START_TEST(stays_blocking)
{
    struct ends ends = openers[_i]();
    int before = fcntl(ends.write_fd, F_GETFL);
    struct output *output = output_new(fx.server, ends.write_fd);
    add_lines(output, 10);
    output_free(output, 50);
    ck_assert_int_eq(fcntl(ends.write_fd, F_GETFL), before);
    ck_assert_int_eq(before & O_NONBLOCK, 0);
    close(ends.read_fd);
    close(ends.write_fd);
}
END_TEST

/* A pipe that can't be opened once more (it is another user's, or there is no /proc) is asked
 * before each write. */
START_TEST(asked_first)
{
    struct ends ends = open_pipe();
    struct buf text;
    uint64_t noted;
    buf_init(&text, READ_MAX);
    ck_assert_int_eq(fchmod(ends.write_fd, 0), 0);
    bool was_root = geteuid() == 0;
    ck_assert(!was_root || seteuid(65534) == 0);
    struct output *output = output_new(fx.server, ends.write_fd);
    ck_assert(!was_root || seteuid(0) == 0);
    add_lines(output, LINES);
    struct output_end end = output_free(output, 50);
    drain(ends.read_fd, &text);
    ck_assert_uint_eq(whole_lines(buf_str(&text), &noted) + end.dropped, LINES);
    ck_assert_uint_gt(text.len, 16384);
    buf_free(&text);
    close(ends.read_fd);
    close(ends.write_fd);
}
END_TEST

START_TEST(device_full)
{
    int fd = open("/dev/full", O_WRONLY);
    ck_assert_int_ge(fd, 0);
    struct output *output = output_new(fx.server, fd);
    add_lines(output, LINES);
    struct output_end end = output_free(output, 50);
    ck_assert_uint_eq(end.dropped, LINES);
    ck_assert_int_eq(end.reason, ENOSPC);
    close(fd);
}
END_TEST

START_TEST(closed)
{
    struct output *output = output_new(fx.server, 9999);
    add_lines(output, 1000);
    struct output_end end = output_free(output, 50);
    ck_assert_uint_eq(end.dropped, 1000);
    ck_assert_int_eq(end.reason, EBADF);
}
END_TEST

/* A device that has room again goes on, and says what is missing. */
START_TEST(room_again)
{
    char path[] = "/tmp/mockcloud-output-XXXXXX";
    int file = mkstemp(path), full = open("/dev/full", O_WRONLY), fd = dup(full);
    struct buf text;
    struct output *output = output_new(fx.server, fd);
    buf_init(&text, READ_MAX);
    add_lines(output, 10);
    turn();
    dup2(file, fd);
    output_printf(output, "and on\n");
    ck_assert_uint_eq(output_free(output, 50).dropped, 10);
    lseek(file, 0, SEEK_SET);
    drain(file, &text);
    ck_assert_str_eq(buf_str(&text),
                     "(10 lines were dropped here: they could not be written)\nand on\n");
    buf_free(&text);
    unlink(path);
    close(file);
    close(full);
    close(fd);
}
END_TEST

/* What was added after the last turn is written at the end, the server gone or not. */
START_TEST(flushed)
{
    struct ends ends = open_pipe();
    struct buf text;
    struct output *output = output_new(_i ? fx.server : NULL, ends.write_fd);
    buf_init(&text, READ_MAX);
    output_printf(output, "the end\n");
    if (_i) {
        fixture_teardown();
        fixture_setup();
    }
    ck_assert_uint_eq(output_free(output, 1000).dropped, 0);
    drain(ends.read_fd, &text);
    ck_assert_str_eq(buf_str(&text), "the end\n");
    buf_free(&text);
    close(ends.read_fd);
    close(ends.write_fd);
}
END_TEST

/* It is written before the loop waits, and waits for room without spinning. */
START_TEST(waits_for_room)
{
    struct ends ends = open_pipe();
    struct output *output = output_new(fx.server, ends.write_fd);
    struct buf text;
    buf_init(&text, READ_MAX);
    add_lines(output, 5000); /* more than a pipe holds, less than the queue */
    int64_t from_ms = sim_real_ms();
    ck_assert_int_eq(server_turn(fx.server, never, NULL, from_ms + 50), TURN_DEADLINE);
    for (int i = 0; i < 100; i++) {
        drain(ends.read_fd, &text);
        turn();
    }
    uint64_t noted;
    ck_assert_uint_eq(whole_lines(buf_str(&text), &noted), 5000);
    ck_assert_uint_eq(output_free(output, 50).dropped, 0);
    buf_free(&text);
    close(ends.read_fd);
    close(ends.write_fd);
}
END_TEST

Suite *test_output(void)
{
    Suite *suite = suite_create("output");
    TCase *tcase = tcase_create("output");
    tcase_add_checked_fixture(tcase, fixture_setup, fixture_teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, unread, 0, OPENERS);
    tcase_add_loop_test(tcase, read_late, 0, OPENERS);
    tcase_add_loop_test(tcase, reader_left, 0, OPENERS);
    tcase_add_loop_test(tcase, stays_blocking, 0, OPENERS);
    tcase_add_test(tcase, asked_first);
    tcase_add_test(tcase, device_full);
    tcase_add_test(tcase, closed);
    tcase_add_test(tcase, room_again);
    tcase_add_loop_test(tcase, flushed, 0, 2);
    tcase_add_test(tcase, waits_for_room);
    suite_add_tcase(suite, tcase);
    return suite;
}
