/*
 * Crowds, against the program itself in a process of its own: whether it still listens when all of
 * them have left, and what it keeps of them. Turning a server in the test's own loop would hide a
 * listener that nothing wakes.
 *
 * MOCKCLOUD_BIN is the program.
 */
#include <arpa/inet.h>
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define READY_FD    3
#define PATIENCE_MS 2000
#define HALVES      20000 /* half-closed clients, in all */
#define OWN_FDS     600   /* descriptors of each side that are not for them */
#define KEPT_KB     8192  /* resident memory that may stay */

static const char request[] = "GET /__mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n";

static pid_t server;
static uint16_t port;

/* ---- the server ---- */

_Noreturn static void become_server(int ready, rlim_t descriptors)
{
    const char *program = getenv("MOCKCLOUD_BIN");
    struct rlimit limit = {descriptors, descriptors};
    if (ready == READY_FD)
        fcntl(READY_FD, F_SETFD, 0);
    else
        dup2(ready, READY_FD);
    if (descriptors)
        setrlimit(RLIMIT_NOFILE, &limit);
    execl(program, program, "serve", "--listen", "127.0.0.1:0", "--ready-fd", "3", "--quiet",
          (char *)NULL);
    _exit(127);
}

static void start(rlim_t descriptors)
{
    int ready[2];
    char url[100];
    ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
    server = fork();
    if (server == 0)
        become_server(ready[1], descriptors);
    close(ready[1]);
    ssize_t len = read(ready[0], url, sizeof url - 1);
    ck_assert_int_gt(len, 0);
    url[len] = '\0';
    port = (uint16_t)strtoul(strrchr(url, ':') + 1, NULL, 10);
    close(ready[0]);
}

static void teardown(void)
{
    int status;
    kill(server, SIGTERM);
    ck_assert_int_eq(waitpid(server, &status, 0), server);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "its status is %d", status);
}

static size_t descriptors_of_server(void)
{
    char path[64];
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)server);
    DIR *dir = opendir(path);
    ck_assert_ptr_nonnull(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static long resident_kb(void)
{
    char path[64];
    char line[200];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)server);
    FILE *file = fopen(path, "re");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "VmRSS: %ld", &kb) == 1)
            break;
    fclose(file);
    return kb;
}

/* ---- clients ---- */

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int call(void)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void ask(int fd)
{
    ssize_t sent = send(fd, request, sizeof request - 1, MSG_NOSIGNAL);
    (void)sent; /* one that was turned away sees that by its reply */
}

/* The status of the reply, 0: none came in time. */
static int status_of(int fd)
{
    char reply[2000];
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    if (poll(&readable, 1, PATIENCE_MS) != 1)
        return 0;
    ssize_t len = recv(fd, reply, sizeof reply - 1, 0);
    if (len < 12)
        return 0;
    reply[len] = '\0';
    return atoi(reply + 9);
}

static int status_of_a_new_client(void)
{
    int fd = call();
    ask(fd);
    int status = status_of(fd);
    close(fd);
    return status;
}

/* The same, of the first that is not one too many beside those that are about to go. */
static int status_in_the_end(void)
{
    int64_t end_ms = now_ms() + PATIENCE_MS;
    int status;
    do
        status = status_of_a_new_client();
    while (status == 503 && now_ms() < end_ms);
    return status;
}

/* ---- everybody leaves at once ---- */

#define CROWD 100
#define RUNS  10

static void come(int *crowd, bool asking)
{
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = call();
        if (asking)
            ask(crowd[i]);
    }
}

/* The server sleeps meanwhile, so that all is gone in one turn of it. */
static void leave_at_once(const int *crowd)
{
    kill(server, SIGSTOP);
    for (int i = 0; i < CROWD; i++)
        close(crowd[i]);
    kill(server, SIGCONT);
}

START_TEST(it_listens_when_a_crowd_beyond_its_descriptors_has_left)
{
    int crowd[CROWD];
    start(64);
    for (int run = 0; run < RUNS; run++) {
        come(crowd, run % 2);
        /* Nobody is left without an answer. */
        for (int i = 0; run % 2 && i < CROWD; i++) {
            int status = status_of(crowd[i]);
            ck_assert_msg(status == 200 || status == 503, "client %d: %d", i, status);
        }
        leave_at_once(crowd);
        ck_assert_int_eq(status_in_the_end(), 200);
    }
}
END_TEST

/* ---- half-closed clients ---- */

static int halves[HALVES];

static size_t room_for(size_t wanted)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    size_t room = limit.rlim_max > 2 * OWN_FDS ? limit.rlim_max - OWN_FDS : OWN_FDS;
    return room < wanted ? room : wanted;
}

/* Each asks, ends what it sends, and is there until all have their replies. Everybody else is
 * served meanwhile. */
static void half_close_all(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        halves[i] = call();
        ask(halves[i]);
        shutdown(halves[i], SHUT_WR);
        if (i % 1000 == 0)
            ck_assert_int_eq(status_of_a_new_client(), 200);
    }
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(status_of(halves[i]), 200);
        close(halves[i]);
    }
}

START_TEST(half_closed_clients_leave_nothing_behind)
{
    start(0);
    size_t at_once = room_for(HALVES);
    ck_assert_int_eq(status_of_a_new_client(), 200);
    size_t descriptors = descriptors_of_server();
    long kb = resident_kb();
    for (size_t left = HALVES; left;) {
        size_t count = left < at_once ? left : at_once;
        half_close_all(count);
        left -= count;
    }
    int64_t end_ms = now_ms() + PATIENCE_MS;
    while (descriptors_of_server() > descriptors && now_ms() < end_ms)
        ck_assert_int_eq(status_of_a_new_client(), 200);
    ck_assert_uint_le(descriptors_of_server(), descriptors + 1);
    if (!getenv("CK_FORK")) /* sanitizers keep what is freed */
        ck_assert_int_le(resident_kb(), kb + KEPT_KB);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crowds");
    TCase *tc = tcase_create("crowds");
    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, it_listens_when_a_crowd_beyond_its_descriptors_has_left);
    tcase_add_test(tc, half_closed_clients_leave_nothing_behind);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
