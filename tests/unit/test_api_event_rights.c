/* A stream ends at once when the right by which it was opened does, the journal says why, and
 * others go on. */
#include "suites.h"

#include "unit_api.h"

#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/event.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <stdlib.h>
#include <string.h>

static int ready_count;

static void on_ready(struct api_ticket *ticket)
{
    (void)ticket;
    ready_count++;
}

#define TEAM    "/v1/products/acme-pump/events"
#define MINE    "/v1/devices/events"
#define REVOKED "its token was revoked"

/* Opened with `token` on `path`; what is done; why it ended (NULL: it goes on). */
static const struct {
    const char *token, *path;
    struct api_case done; /* no method: `after_ms` of world time pass */
    int64_t after_ms;
    const char *why;
} rows[] = {
    {"dev-token",
     MINE,
     {"revoked", .method = "DELETE", .target = "/v1/access_tokens/dev-token", .token = "dev-token",
      .basic = NULL, .status = 200},
     0,
     REVOKED},
    {"dev-token",
     TEAM,
     {"revoked", .method = "DELETE", .target = "/v1/access_tokens/dev-token", .token = "dev-token",
      .status = 200},
     0,
     REVOKED},
    {"eve-token",
     MINE,
     {"another's", .method = "DELETE", .target = "/v1/access_tokens/dev-token",
      .token = "dev-token", .status = 200},
     0,
     NULL},
    {"brief-token", MINE, {NULL}, 59999, NULL},
    {"brief-token", MINE, {NULL}, 60000, "its token expired"},
    {"brief-token", TEAM, {NULL}, 60000, "its token expired"},
    {"dev-token", MINE, {NULL}, 60000, NULL},
    {"acme-token",
     TEAM,
     {"client deleted", .method = "DELETE",
      .target = "/v1/products/acme-pump/clients/acme-app-4711", .token = "dev-token",
      .status = 204},
     0,
     "its client was deleted"},
    {"ada-token",
     MINE,
     {"client deleted", .method = "DELETE",
      .target = "/v1/products/acme-pump/clients/acme-app-4711", .token = "dev-token",
      .status = 204},
     0,
     "its client was deleted"},
    {"zoe-token",
     MINE,
     {"another's client", .method = "DELETE",
      .target = "/v1/products/acme-pump/clients/acme-app-4711", .token = "dev-token",
      .status = 204},
     0,
     NULL},
    {"bob-token",
     MINE,
     {"customer deleted", .method = "DELETE",
      .target = "/v1/products/acme-pump/customers/bob@example.com", .token = "dev-token",
      .status = 200},
     0,
     "its owner was deleted"},
    {"dev-token",
     TEAM,
     {"left the team", .method = "DELETE", .target = "/v1/products/acme-pump/team/dev@example.com",
      .token = "dev-token", .status = 200},
     0,
     "its user left the team"},
    {"dev-token",
     "/v1/products/acme-pump/devices/" PUMP "/events",
     {"left the team", .method = "DELETE", .target = "/v1/products/acme-pump/team/dev@example.com",
      .token = "dev-token", .status = 200},
     0,
     "its user left the team"},
    {"dev-token",
     MINE,
     {"left the team", .method = "DELETE", .target = "/v1/products/acme-pump/team/dev@example.com",
      .token = "dev-token", .status = 200},
     0,
     NULL},
};

static void open_stream(const char *path, const char *token, struct api_ticket *ticket)
{
    struct api_case row = {"stream", .method = "GET", .target = path, .token = token};
    *ticket = (struct api_ticket){.ready = on_ready};
    ck_assert_msg(unit_send(&row, ticket) == API_STREAM, "%s: %s", path,
                  buf_str(&ticket->reply.body));
}

static void act(size_t i)
{
    struct vclock *clock = unit_world()->sim.clock;
    if (rows[i].done.method)
        unit_case(&rows[i].done);
    else
        vclock_advance(clock, vclock_now(clock) + rows[i].after_ms);
}

static void expect(size_t i, struct api_ticket *ticket, const char *why)
{
    char *journal = unit_journal_dup();
    char *pattern =
        mem_printf_dup("<any>\"stream.closed\",\"cause\":<any>,\"data\":{\"path\":\"%s\","
                       "\"stream\":<n>,\"reason\":\"%s\"}<any>",
                       rows[i].path, why ? why : "");
    ck_assert_int_eq(ticket->stream->ended, why != NULL);
    ck_assert(!ticket->stream->reset);
    ck_assert_int_eq(
        why ? unit_matches(pattern, journal) : strstr(journal, "stream.closed") == NULL, 1);
    free(pattern);
    free(journal);
}

START_TEST(a_stream_ends_with_its_right)
{
    struct api_ticket ticket;
    unit_begin(NULL);
    open_stream(rows[_i].path, rows[_i].token, &ticket);
    act((size_t)_i);
    expect((size_t)_i, &ticket, rows[_i].why);
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

/* Only what has gone altogether ends a stream then. */
START_TEST(rights_that_are_kept)
{
    struct api_ticket ticket;
    bool gone = rows[_i].why && strcmp(rows[_i].why, "its owner was deleted") == 0;
    unit_begin("stream_rights: kept");
    open_stream(rows[_i].path, rows[_i].token, &ticket);
    act((size_t)_i);
    expect((size_t)_i, &ticket, gone ? rows[_i].why : NULL);
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

START_TEST(nothing_comes_behind_the_end)
{
    struct api_ticket ticket, other;
    unit_begin(NULL);
    open_stream(TEAM, "brief-token", &ticket);
    open_stream(TEAM, "dev-token", &other);
    struct vclock *clock = unit_world()->sim.clock;
    vclock_advance(clock, vclock_now(clock) + 60000);
    struct cloud *cloud = unit_world()->cloud;
    event_of_device(cloud, cloud_device(cloud, PUMP), "late", "x");
    ck_assert_ptr_null(strstr(buf_str(&ticket.stream->queue), "event: late"));
    ck_assert_ptr_nonnull(strstr(buf_str(&other.stream->queue), "event: late"));
    api_work(unit_api());
    ck_assert_int_eq(ready_count, 2);
    api_ticket_done(unit_api(), &ticket);
    api_ticket_done(unit_api(), &other);
    unit_end();
}
END_TEST

/* Its timer goes with it. */
START_TEST(a_stream_that_was_left_before)
{
    struct api_ticket ticket;
    unit_begin(NULL);
    open_stream(MINE, "brief-token", &ticket);
    api_ticket_done(unit_api(), &ticket);
    struct vclock *clock = unit_world()->sim.clock;
    vclock_advance(clock, vclock_now(clock) + 60000);
    unit_case(&(const struct api_case){"revoke", .method = "DELETE",
                                       .target = "/v1/access_tokens/dev-token",
                                       .token = "dev-token", .status = 200});
    char *journal = unit_journal_dup();
    ck_assert_ptr_null(strstr(journal, "its token"));
    free(journal);
    unit_end();
}
END_TEST

Suite *test_api_event_rights(void)
{
    Suite *suite = suite_create("event_rights");
    TCase *tcase = tcase_create("event_rights");
    tcase_add_loop_test(tcase, a_stream_ends_with_its_right, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, rights_that_are_kept, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, nothing_comes_behind_the_end);
    tcase_add_test(tcase, a_stream_that_was_left_before);
    suite_add_tcase(suite, tcase);
    return suite;
}
