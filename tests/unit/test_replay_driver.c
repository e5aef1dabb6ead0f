/* A random driver does to worlds whatever can be done to them, with everything on a tape; the tape,
 * run again, comes to the same journal and the same state, at its end and in the midst.
 *
 * MOCKCLOUD_DRIVER_INPUTS and MOCKCLOUD_DRIVER_SEEDS set how long it goes on. */
#include "suites.h"

#include "unit_replay.h"

#include "base/mem.h"
#include "cloud/webhook/outbox.h"
#include "sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPEN_MAX  40 /* requests under way at a time */
#define SENT_MAX  16
#define FORKS_MAX 12 /* worlds, from which on none is forked */
#define POINTS    50 /* of which the state is kept */
#define TAKES_MAX 4000

static const char world_text[] =
    "seed: 7\n"
    "clock: {mode: %s}\n"
    "users: [{username: dev@example.com, password: not-a-password}]\n"
    "products:\n"
    "  - {id: 6287, slug: acme-pump, name: Acme Pump, platform: e-series, team: "
    "[dev@example.com], clients: [{id: acme-app-4711, secret: not-a-secret}]}\n"
    "customers: [{email: ada@example.com, product: acme-pump}]\n"
    "devices:\n"
    "  - {as: pump, platform: e-series, product: acme-pump, owner: ada@example.com, state: "
    "online}\n"
    "  - {as: lamp, platform: photon, state: listening}\n"
    "  - {as: van, platform: electron, state: offline}\n"
    "tokens:\n"
    "  - {token: ada-token, customer: ada@example.com}\n"
    "  - {token: dev-token, user: dev@example.com}\n"
    "webhooks:\n"
    "  - {user: dev@example.com, event: temp, url: \"http://127.0.0.1:9/a\"}\n"
    "  - {product: acme-pump, event: temp, url: \"http://127.0.0.1:9/b\"}\n";

static struct {
    struct unit_recorded tape;
    struct chance chance;
    struct api_ticket *open[OPEN_MAX];
    struct api_ticket *ready[OPEN_MAX];
    struct {
        struct world *world;
        uint64_t id;
        bool over;
    } sent[SENT_MAX];
    struct unit_point points[POINTS];
    size_t point_count;
} driver;

static size_t below(size_t most)
{
    return (size_t)chance_below(&driver.chance, most);
}

static const char *one_of(const char *const *words, size_t count)
{
    return words[below(count)];
}
#define ONE_OF(...)                                                                                \
    one_of((const char *const[]){__VA_ARGS__},                                                     \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* ---- requests ---- */

static void on_ready(struct api_ticket *ticket)
{
    for (size_t i = 0; ticket->outcome == API_NOW && i < OPEN_MAX; i++)
        if (driver.open[i] == ticket) {
            driver.ready[i] = ticket;
            driver.open[i] = NULL;
        }
}

static void done(struct api_ticket *ticket)
{
    api_ticket_done(driver.tape.api, ticket);
    free(ticket);
}

static void end_ready(void)
{
    for (size_t i = 0; i < OPEN_MAX; i++)
        if (driver.ready[i]) {
            done(driver.ready[i]);
            driver.ready[i] = NULL;
        }
}

static void keep(struct api_ticket *ticket)
{
    for (size_t i = 0; i < OPEN_MAX; i++)
        if (!driver.open[i] && !driver.ready[i]) {
            driver.open[i] = ticket;
            return;
        }
    done(ticket); /* too many: this client leaves at once */
}

static void ask(const char *method, const char *target, const char *type, const char *body)
{
    const struct api_header headers[] = {
        {"Host", "localhost"},
        {"X-Mockcloud-Control", "1"},
        {"Authorization", ONE_OF("Bearer ada-token", "Bearer dev-token", "Bearer nobodys")},
        {"Content-Type", type},
    };
    struct api_ticket *ticket = mem_new(sizeof *ticket);
    struct api_request request = {
        .method = method,
        .target = target,
        .headers = headers,
        .header_count = type ? 4 : 3,
        .body = body,
        .body_len = body ? strlen(body) : 0,
        .address = ONE_OF("127.0.0.1", "127.0.0.2"),
        .connection = 1 + below(8),
    };
    ticket->ready = on_ready;
    if (api_dispatch(driver.tape.api, &request, ticket) == API_NOW)
        done(ticket);
    else
        keep(ticket);
}

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

static const char *some_world(void)
{
    return ONE_OF("default", "default", "default", "default", "w1", "w2", "side");
}

static void call_api(void)
{
    static const struct {
        const char *method, *path, *body;
    } calls[] = {
        {"GET", "/v1/devices", NULL},
        {"GET", "/v1/devices/lamp", NULL},
        {"POST", "/v1/device_claims", ""},
        {"POST", "/v1/products/6287/device_claims", ""},
        {"POST", "/v1/devices/events", "name=temp&data=21&private=true"},
        {"POST", "/v1/devices/events", "name=other&data=1"},
        {"POST", "/oauth/token",
         "grant_type=client_credentials&client_id=acme-app-4711&client_secret=not-a-secret&scope="
         "customer=ada@example.com"},
        {"POST", "/oauth/token", "grant_type=password&username=dev@example.com&password=wrong"},
        {"GET", "/v1/devices/events", NULL},
        {"GET", "/v1/products/6287/events/temp", NULL},
        {"GET", "/v1/products/6287/devices", NULL},
        {"PUT", "/v1/devices/lamp/ping", ""},
        {"GET", "/v1/nowhere", NULL},
        {"POST", "/v1/devices", "id=0123456789abcdef01234567"},
    };
    size_t i = below(sizeof calls / sizeof *calls);
    char *target = mem_printf_dup("/w/%s%s", some_world(), calls[i].path);
    ask(calls[i].method, target, calls[i].body ? FORM : NULL, calls[i].body);
    free(target);
}

static void do_to_device(void)
{
    const char *verb = ONE_OF("power-on", "power-off", "reset", "connect", "disconnect", "listen",
                              "leave-listening", "lose-network", "find-network", "soft-off");
    char *target = mem_printf_dup("/__mock/worlds/%s/devices/%s", some_world(),
                                  ONE_OF("pump", "lamp", "van", "boat"));
    char *body = below(3) ? mem_printf_dup("{\"do\":\"%s\"}", verb)
                          : mem_dup("{\"do\":\"publish\",\"name\":\"temp\",\"data\":\"7\"}");
    ask("POST", target, JSON, body);
    free(target);
    free(body);
}

static void move_clock(void)
{
    char *target = mem_printf_dup("/__mock/worlds/%s/clock", some_world());
    const char *body =
        ONE_OF("{\"advance\":\"1ms\"}", "{\"advance\":\"700ms\"}", "{\"advance\":\"5s\"}",
               "{\"advance\":\"20s\"}", "{\"advance\":\"1h\"}", "{\"mode\":\"real\"}",
               "{\"mode\":\"frozen\"}", "{\"advance\":\"backwards\"}");
    ask("POST", target, JSON, body);
    free(target);
}

static void change_worlds(void)
{
    const char *world = ONE_OF("w1", "w2", "side");
    char *target = mem_printf_dup("/__mock/worlds/%s%s", world, below(2) ? "/reset" : "");
    if (below(3) == 0)
        ask("POST", "/__mock/worlds", JSON,
            ONE_OF("{}", "{\"name\":\"side\",\"users\":[{\"username\":\"eve@example.com\","
                         "\"password\":\"x\"}],\"devices\":[{\"as\":\"pump\",\"platform\":"
                         "\"photon\",\"owner\":\"eve@example.com\",\"state\":\"online\"}]}"));
    else
        ask(strstr(target, "reset") ? "POST" : "DELETE", target, NULL, NULL);
    free(target);
}

static void fork_world(void)
{
    uint64_t next = journal_next(driver.tape.worlds.main->sim.journal);
    char *body = below(3) ? mem_printf_dup("{\"from\":\"default\",\"at\":%zu}", 1 + below(next))
                          : mem_dup("{\"from\":\"side\"}");
    if (map_count(&driver.tape.worlds.by_name) < FORKS_MAX)
        ask("POST", "/__mock/worlds", JSON, body);
    free(body);
}

static void hold_or_fail(void)
{
    static const struct {
        const char *method, *path, *body;
    } calls[] = {
        {"POST", "holds", "{\"as\":\"h\",\"request\":\"GET /v1/devices\",\"times\":2}"},
        {"POST", "holds", "{\"as\":\"r\",\"request\":\"any\",\"at\":\"reply\",\"times\":1}"},
        {"DELETE", "holds/h", NULL},
        {"DELETE", "holds/r", NULL},
        {"POST", "faults", "{\"kind\":\"latency\",\"request\":\"any\",\"ms\":3,\"times\":2}"},
        {"POST", "faults", "{\"kind\":\"twice\",\"request\":\"POST /v1/**\",\"times\":1}"},
        {"DELETE", "faults", NULL},
        {"POST", "streams/cut", "{\"how\":\"end\"}"},
    };
    size_t i = below(sizeof calls / sizeof *calls);
    char *target = mem_printf_dup("/__mock/worlds/%s/%s", some_world(), calls[i].path);
    ask(calls[i].method, target, calls[i].body ? JSON : NULL, calls[i].body);
    free(target);
}

/* ---- clients ---- */

static void read_slowly(void)
{
    struct api_ticket *ticket = driver.open[below(OPEN_MAX)];
    struct api_stream *stream = ticket ? ticket->stream : NULL;
    if (!stream || stream->shared || !stream->queue.len)
        return;
    size_t bytes = 1 + below(TAKES_MAX);
    bytes = bytes < stream->queue.len ? bytes : stream->queue.len;
    buf_drop(&stream->queue, bytes);
    api_stream_took(driver.tape.api, ticket, bytes);
}

static void leave(void)
{
    size_t i = below(OPEN_MAX);
    struct api_ticket *ticket = driver.open[i];
    if (!ticket)
        return;
    if (ticket->stream && !ticket->stream->shared && below(3) == 0) {
        api_drop_stream(driver.tape.api, ticket);
        return;
    }
    driver.open[i] = NULL;
    done(ticket);
}

/* ---- webhooks ---- */

static void on_cancelled(void *arg)
{
    *(bool *)arg = true;
}

static void carry(struct world *world)
{
    const struct delivery_request *request;
    for (size_t i = 0; i < SENT_MAX && (request = outbox_next(world->cloud)); i++) {
        if (!driver.sent[i].over)
            continue;
        driver.sent[i].world = world;
        driver.sent[i].id = request->id;
        driver.sent[i].over = false;
        outbox_sent(world->cloud, request->id, on_cancelled, &driver.sent[i].over);
    }
}

static void answer_webhook(void)
{
    size_t i = below(SENT_MAX);
    const struct delivery_answer answer = {below(4) ? 200 : 500, "text/plain", "done", 4};
    if (driver.sent[i].over)
        return;
    struct cloud *cloud = driver.sent[i].world->cloud;
    switch (below(4)) {
    case 0:
        driver.sent[i].over = true;
        outbox_failed(cloud, driver.sent[i].id, "connect ECONNREFUSED 127.0.0.1");
        break;
    case 1:
        outbox_silent(cloud, driver.sent[i].id);
        break;
    default:
        driver.sent[i].over = true;
        outbox_answered(cloud, driver.sent[i].id, &answer);
    }
}

/* ---- turns ---- */

static void turn(void)
{
    size_t cursor = 0;
    void *world;
    struct worlds *worlds = &driver.tape.worlds;
    if (below(4) == 0)
        worlds->machine.ahead_ms += (int64_t)below(3000);
    worlds_sync(worlds, machine_clock_ms(&worlds->machine));
    api_work(driver.tape.api);
    while (map_next(&worlds->by_name, &cursor, NULL, &world))
        carry(world);
    end_ready();
}

static void input(void)
{
    static const struct {
        void (*enter)(void);
        size_t weight;
    } kinds[] = {
        {call_api, 30},    {do_to_device, 12}, {move_clock, 8}, {change_worlds, 2},
        {hold_or_fail, 4}, {read_slowly, 12},  {leave, 4},      {answer_webhook, 16},
    };
    size_t all = 0, at;
    if (below(150) == 0) {
        fork_world();
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        all += kinds[i].weight;
    at = below(all);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (at < kinds[i].weight) {
            kinds[i].enter();
            break;
        }
        at -= kinds[i].weight;
    }
}

static void begin(uint64_t seed)
{
    memset(&driver, 0, sizeof driver);
    chance_init(&driver.chance, seed, "driver");
    for (size_t i = 0; i < SENT_MAX; i++)
        driver.sent[i].over = true;
    char *text = mem_printf_dup(world_text, seed % 2 ? "real" : "frozen");
    unit_record_begin(&driver.tape, text);
    free(text);
}

static void end(void)
{
    for (size_t i = 0; i < OPEN_MAX; i++)
        if (driver.open[i])
            done(driver.open[i]);
    unit_record_end(&driver.tape);
    for (size_t i = 0; i < driver.point_count; i++)
        free(driver.points[i].state);
}

/* What the main world is after the input that brought its newest entry. */
static void note_point(uint64_t before)
{
    const struct world *world = driver.tape.worlds.main;
    uint64_t next = journal_next(world->sim.journal);
    if (next == before || driver.point_count == POINTS || below(20))
        return;
    driver.points[driver.point_count++] =
        (struct unit_point){next - 1, unit_state_dup(driver.tape.api)};
}

static void drive(uint64_t seed, size_t inputs)
{
    begin(seed);
    for (size_t i = 0; i < inputs; i++) {
        uint64_t before = journal_next(driver.tape.worlds.main->sim.journal);
        input();
        note_point(before);
        turn();
    }
    unit_record_flush(&driver.tape);
    unit_must_replay(&driver.tape);
    for (size_t i = 0; i < driver.point_count; i++)
        unit_must_stand(&driver.tape, &driver.points[i]);
    end();
}

static size_t number_of(const char *variable, size_t usual)
{
    const char *text = getenv(variable);
    return text ? (size_t)strtoul(text, NULL, 10) : usual;
}

START_TEST(whatever_enters_comes_out_the_same)
{
    size_t seeds = number_of("MOCKCLOUD_DRIVER_SEEDS", 6);
    size_t inputs = number_of("MOCKCLOUD_DRIVER_INPUTS", 700);
    for (uint64_t seed = 1; seed <= seeds; seed++)
        drive(seed, inputs);
}
END_TEST

Suite *test_replay_driver(void)
{
    Suite *suite = suite_create("replay_driver");
    TCase *random = tcase_create("random");
    tcase_set_timeout(random, 3600);
    tcase_add_test(random, whatever_enters_comes_out_the_same);
    suite_add_tcase(suite, random);
    return suite;
}
