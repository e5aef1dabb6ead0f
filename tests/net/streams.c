/*
 * Event streams over real sockets, with the real api/: many readers, readers that leave, that are
 * cut, that take nothing. A program of its own, since the others have a double in place of api/.
 */
#include "client.h"
#include "cloud/cloud.h"

#include "cloud/event.h"
#include "net/server.h"
#include "sim/sim.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define READERS 1000
#define EVENTS  500
#define BATCH   10 /* events between two turns */

static const char world_text[] = "clock: {mode: frozen}\n"
                                 "users: [{username: dev@example.com}]\n"
                                 "devices: [{as: lamp, platform: photon, state: online,\n"
                                 "           owner: dev@example.com}]\n"
                                 "tokens: [{token: dev-token, user: dev@example.com}]\n";

static struct worlds worlds;
static struct api *api;
static struct server *server;
static struct world *world;
static uint16_t port;
static struct client readers[READERS];

static void add_world(void)
{
    struct diags diags = {0};
    struct world_options options = {.mode = VCLOCK_FROZEN};
    struct doc *doc = doc_new("world.yaml", world_text, strlen(world_text), &diags);
    world = world_new(doc, doc_root(doc, 0), &options, &diags);
    ck_assert_ptr_nonnull(world);
    doc_unref(doc);
    ck_assert(worlds_add(&worlds, world));
}

static void setup(void)
{
    const struct server_options options = {.lag_max_ms = 200};
    char *error = NULL;
    worlds = (struct worlds){0};
    add_world();
    api = api_new(&worlds, NULL);
    server = server_new(api, &options, &error);
    ck_assert_msg(server, "%s", error);
    ck_assert(server_listen(server, &(struct listen_options){0}, &port, &error));
    for (size_t i = 0; i < READERS; i++)
        readers[i].fd = -1;
}

static void teardown(void)
{
    for (size_t i = 0; i < READERS; i++)
        if (readers[i].fd >= 0)
            client_close(&readers[i]);
    server_free(server);
    api_free(api);
    worlds_free(&worlds);
}

/* ---- readers ---- */

static size_t opened;

static bool all_open(void *arg)
{
    (void)arg;
    return event_subscriptions(world->cloud) == opened;
}

static void open_reader(size_t i, const char *path)
{
    char head[300];
    readers[i] = client_connect(port);
    snprintf(head, sizeof head,
             "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer dev-token\r\n\r\n", path);
    ck_assert(client_send(&readers[i], head));
}

static void wait_open(size_t count)
{
    opened = count;
    ck_assert_msg(client_turn_until(server, all_open, NULL), "%zu are open, not %zu",
                  event_subscriptions(world->cloud), count);
}

static void open_readers(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        open_reader(i, "/v1/devices/events/tick");
        if (i % 100 == 99)
            client_settle(server);
    }
    wait_open(count);
}

static void publish(size_t number)
{
    char data[24];
    snprintf(data, sizeof data, "%zu", number);
    event_of_device(world->cloud, world->cloud->registry[0], "tick", data);
}

static void read_all(size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        client_read(&readers[i]);
}

/* The body without its chunks' frames, which may stand anywhere in an event. Yours: buf_free(). */
static struct buf body_of(const struct client *reader)
{
    struct buf body;
    buf_init(&body, SIZE_MAX);
    const char *end = buf_str(&reader->got) + reader->got.len;
    const char *at = strstr(buf_str(&reader->got), "\r\n\r\n");
    at = at ? at + 4 : end;
    while (at < end) {
        char *data;
        size_t len = strtoul(at, &data, 16);
        if (data == at || end - data < 2 || (size_t)(end - data - 2) < len)
            break; /* the rest of it is still to come */
        buf_add(&body, data + 2, len);
        at = data + 2 + len + 2;
    }
    return body;
}

/* Whether the text has all events from the first on, in order, each once. */
static bool has_events(const char *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char data[64];
        at = strstr(at, "event: tick\ndata: {\"data\":\"");
        snprintf(data, sizeof data, "event: tick\ndata: {\"data\":\"%zu\",", i);
        if (!at || strncmp(at, data, strlen(data)) != 0)
            return false;
        at += strlen(data);
    }
    return !strstr(at, "event:");
}

static bool complete(const struct client *reader, size_t count)
{
    struct buf body = body_of(reader);
    bool all = has_events(buf_str(&body), count);
    buf_free(&body);
    return all;
}

static size_t first_reader;

static bool all_complete(void *arg)
{
    const size_t *count = arg;
    read_all(first_reader, READERS);
    for (size_t i = first_reader; i < READERS; i++)
        if (!complete(&readers[i], *count))
            return false;
    return true;
}

static size_t descriptors(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    ck_assert_ptr_nonnull(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* ---- tests ---- */

/* Half of the readers leave midway: the others miss nothing, and nothing is left of those. */
START_TEST(a_thousand_readers_get_it_all)
{
    size_t count = EVENTS;
    client_settle(server);
    size_t before = descriptors();
    open_readers(READERS);
    for (size_t i = 0; i < EVENTS; i++) {
        if (i == EVENTS / 2) {
            for (size_t r = 0; r < READERS / 2; r++)
                client_close(&readers[r]);
            wait_open(READERS / 2);
            client_settle(server);
            ck_assert_uint_eq(descriptors(), before + READERS);
        }
        publish(i);
        if (i % BATCH == BATCH - 1) {
            client_settle(server);
            read_all(i < EVENTS / 2 ? 0 : READERS / 2, READERS);
        }
    }
    first_reader = READERS / 2;
    ck_assert(client_turn_until(server, all_complete, &count));
    for (size_t r = READERS / 2; r < READERS; r++)
        client_close(&readers[r]);
    wait_open(0);
    client_settle(server);
    ck_assert_uint_eq(descriptors(), before);
}
END_TEST

START_TEST(a_burst_reaches_a_reader_whole)
{
    size_t count = EVENTS;
    first_reader = READERS - 1;
    open_reader(READERS - 1, "/v1/devices/events");
    wait_open(1);
    ck_assert(client_expect(server, &readers[READERS - 1], "\r\n:ok\n\n"));
    ck_assert(client_has(&readers[READERS - 1], "Content-Type: text/event-stream\r\n"));
    for (size_t i = 0; i < EVENTS; i++)
        publish(i);
    ck_assert(client_turn_until(server, all_complete, &count));
}
END_TEST

static void cut(const char *how)
{
    char head[400], body[100];
    struct client control = client_connect(port);
    snprintf(body, sizeof body, "{\"how\":\"%s\",\"match\":\"/v1/devices\"}", how);
    snprintf(head, sizeof head,
             "POST /__mock/worlds/default/streams/cut HTTP/1.1\r\nHost: 127.0.0.1\r\n"
             "X-Mockcloud-Control: 1\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             strlen(body), body);
    ck_assert(client_send(&control, head));
    ck_assert(client_expect(server, &control, "{\"streams\":1}"));
    client_close(&control);
}

START_TEST(a_clean_end)
{
    open_reader(0, "/v1/devices/events");
    wait_open(1);
    publish(0);
    cut("end");
    ck_assert(client_expect(server, &readers[0], "\"data\":\"0\""));
    ck_assert(client_expect(server, &readers[0], "\r\n0\r\n\r\n"));
    wait_open(0);
}
END_TEST

static bool is_reset(void *arg)
{
    struct client *reader = arg;
    char bytes[4096];
    ssize_t len;
    while ((len = recv(reader->fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
        ;
    return len < 0 && errno == ECONNRESET;
}

START_TEST(a_reset)
{
    open_reader(0, "/v1/devices/events");
    wait_open(1);
    ck_assert(client_expect(server, &readers[0], ":ok\n\n"));
    cut("reset");
    ck_assert(client_turn_until(server, is_reset, &readers[0]));
    wait_open(0);
}
END_TEST

START_TEST(silence)
{
    open_reader(0, "/v1/devices/events");
    wait_open(1);
    ck_assert(client_expect(server, &readers[0], ":ok\n\n"));
    cut("silent");
    size_t len = readers[0].got.len;
    publish(0);
    client_settle(server);
    client_read(&readers[0]);
    ck_assert_uint_eq(readers[0].got.len, len);
    ck_assert(!readers[0].closed);
    cut("end");
    ck_assert(client_expect(server, &readers[0], "\r\n0\r\n\r\n"));
}
END_TEST

static bool dropped(void *arg)
{
    const struct journal *journal = world->sim.journal;
    (void)arg;
    for (uint64_t n = journal_first(journal); n < journal_next(journal); n++)
        if (strcmp(journal_get(journal, n)->kind, "stream.dropped") == 0)
            return true;
    return false;
}

/* One that takes nothing does not hold up one that does. */
START_TEST(a_slow_reader_is_dropped)
{
    char data[1001];
    memset(data, 'x', 1000);
    data[1000] = '\0';
    open_reader(0, "/v1/devices/events");
    open_reader(1, "/v1/devices/events");
    wait_open(2);
    for (size_t i = 0; i < 20000 && !dropped(NULL); i++) {
        event_of_device(world->cloud, world->cloud->registry[0], "big", data);
        if (i % 50)
            continue;
        client_settle(server);
        client_read(&readers[1]);
        buf_clear(&readers[1].got);
    }
    ck_assert(dropped(NULL));
    wait_open(1);
    publish(0);
    ck_assert(client_expect(server, &readers[1], "event: tick\ndata: {\"data\":\"0\""));
}
END_TEST

/* Its queue is not full, but long: after a while the clock would wait for it for ever. */
START_TEST(a_reader_that_takes_nothing_is_dropped)
{
    char data[1001];
    memset(data, 'x', 1000);
    data[1000] = '\0';
    open_reader(0, "/v1/devices/events");
    wait_open(1);
    for (size_t i = 0; i < 20000 && !dropped(NULL); i++) {
        event_of_device(world->cloud, world->cloud->registry[0], "big", data);
        if (i % 20 == 0)
            server_turn(server, NULL, NULL, 0);
        if (i % 200 == 0)
            server_turn(server, dropped, NULL, sim_real_ms() + 250);
    }
    wait_open(0);
    ck_assert(dropped(NULL));
}
END_TEST

START_TEST(idle_streams_cost_no_turns)
{
    open_readers(100);
    client_settle(server);
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    server_turn(server, NULL, NULL, sim_real_ms() + 100);
    getrusage(RUSAGE_SELF, &after);
    int64_t us = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000 +
                 (after.ru_utime.tv_usec - before.ru_utime.tv_usec);
    ck_assert_int_lt(us, 20000);
}
END_TEST

static Suite *suite(void)
{
    Suite *made = suite_create("streams");
    TCase *tc = tcase_create("streams");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_thousand_readers_get_it_all);
    tcase_add_test(tc, a_burst_reaches_a_reader_whole);
    tcase_add_test(tc, a_clean_end);
    tcase_add_test(tc, a_reset);
    tcase_add_test(tc, silence);
    tcase_add_test(tc, a_slow_reader_is_dropped);
    tcase_add_test(tc, a_reader_that_takes_nothing_is_dropped);
    tcase_add_test(tc, idle_streams_cost_no_turns);
    suite_add_tcase(made, tc);
    return made;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
