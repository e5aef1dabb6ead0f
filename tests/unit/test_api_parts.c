/* Handlers that look at many things do so in parts, and others are answered in between. */
#include "cloud/claim.h"
#include "cloud/cloud.h"
#include "cloud/record.h"
#include "suites.h"
#include "unit_api.h"

#include <stdio.h>
#include <string.h>

#define MANY 5000

#define DEV  .method = "GET", .token = "dev-token", .status = 200
#define CTRL .method = "GET", .header = "X-Mockcloud-Control: 1", .status = 200

static const struct api_case one = {"one", DEV, .target = "/v1/devices/pump-7"};

static int ready_count;

static void on_ready(struct api_ticket *ticket)
{
    (void)ticket;
    ready_count++;
}

static void setup(void)
{
    char yaml[400];
    snprintf(yaml, sizeof yaml,
             "clock: {mode: frozen}\n"
             "users: [{username: dev@example.com}]\n"
             "products: [{id: 6287, slug: pumps, platform: boron, team: [dev@example.com]}]\n"
             "tokens: [{token: dev-token, user: dev@example.com}]\n"
             "devices: [{fleet: pump, count: %d, platform: boron, product: pumps,"
             " owner: dev@example.com}]\n",
             MANY);
    ready_count = 0;
    unit_begin_world(yaml);
}

static void begin(const struct api_case *row, struct api_ticket *ticket)
{
    *ticket = (struct api_ticket){.ready = on_ready};
    ck_assert_int_eq(unit_send(row, ticket), API_LATER);
}

/* `shown`: a part of what it answers. `wait`: turns that it takes at least. */
static const struct {
    struct api_case row;
    int turns;
    const char *shown;
} lists[] = {
    {{"search", DEV, .target = "/v1/user/search?query=pump-4999"},
     MANY / 1000,
     "\"name\":\"pump-4999\""},
    {{"filtered", DEV, .target = "/v1/products/pumps/devices?deviceName=pump-499"},
     MANY / 1000,
     "\"name\":\"pump-499\""},
    {{"sorted", DEV, .target = "/v1/products/pumps/devices?sortAttr=deviceName&sortDir=asc"},
     MANY / 1000,
     "{\"devices\":[{\"id\":"},
    {{"all of one owner", DEV, .target = "/v1/devices"}, 3 * MANY / 1000, "\"name\":\"pump-5000\""},
    {{"locations", DEV, .target = "/v1/products/pumps/locations"},
     2 * MANY / 1000 - 1,
     "\"devices_found\":0"},
    {{"impact", DEV,
      .target = "/v1/products/pumps/impact?action=edit_groups_for_firmware&firmware_version=1&"
                "groups=a"},
     MANY / 1000,
     "\"total\":0"},
    {{"state", CTRL, .target = "/__mock/worlds/default"}, MANY / 1000, "\"name\":\"pump-5000\""},
};

START_TEST(others_are_answered_in_between)
{
    struct api_ticket ticket;
    int turns = 2; /* with the one that sent it, and the last */
    setup();
    begin(&lists[_i].row, &ticket);
    unit_case(&one);
    ck_assert_int_eq(api_due_in(unit_api(), sim_real_ms()), 0);
    while (api_work(unit_api()))
        turns++;
    ck_assert_int_eq(ready_count, 1);
    ck_assert_int_ge(turns, lists[_i].turns);
    ck_assert_int_eq(ticket.outcome, API_NOW);
    ck_assert_int_eq(ticket.reply.status, lists[_i].row.status);
    ck_assert_ptr_nonnull(strstr(buf_str(&ticket.reply.body), lists[_i].shown));
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

/* One part per turn, whoever waits: turns stay short. */
START_TEST(many_take_turns)
{
    struct api_ticket tickets[8];
    int turns = 0;
    setup();
    for (int i = 0; i < 8; i++)
        begin(&lists[0].row, &tickets[i]);
    while (api_work(unit_api()))
        turns++;
    ck_assert_int_eq(ready_count, 8);
    ck_assert_int_ge(turns, 8 * (MANY / 1000 - 1) - 1);
    for (int i = 0; i < 8; i++)
        api_ticket_done(unit_api(), &tickets[i]);
    unit_end();
}
END_TEST

/* The pages of a sorted list hold each device once, in order. */
START_TEST(pages_of_a_sorted_list)
{
    struct api_ticket ticket;
    char target[120], before[32] = "", name[32];
    const char *at;
    int seen = 0;
    setup();
    for (int page = 4; page <= 6; page++) {
        snprintf(target, sizeof target,
                 "/v1/products/pumps/devices?sortAttr=deviceName&sortDir=asc&page=%d&perPage=1000",
                 page);
        const struct api_case row = {"page", DEV, .target = target};
        begin(&row, &ticket);
        while (api_work(unit_api()))
            ;
        ck_assert_ptr_nonnull(strstr(buf_str(&ticket.reply.body), "\"total_pages\":5"));
        for (at = buf_str(&ticket.reply.body); (at = strstr(at, "\"name\":\"pump-")); seen++) {
            sscanf(at++, "\"name\":\"%31[^\"]", name);
            ck_assert_msg(strcmp(before, name) < 0, "%s, then %s", before, name);
            strcpy(before, name);
        }
        api_ticket_done(unit_api(), &ticket);
    }
    ck_assert_int_eq(seen, 2000);
    unit_end();
}
END_TEST

START_TEST(what_is_lost_meanwhile_is_not_listed)
{
    struct api_ticket ticket;
    struct cloud *cloud;
    setup();
    cloud = unit_world()->cloud;
    begin(&lists[3].row, &ticket);
    claim_release(cloud, cloud->registry[MANY - 1]);
    while (api_work(unit_api()))
        ;
    ck_assert_ptr_null(strstr(buf_str(&ticket.reply.body), "\"name\":\"pump-5000\""));
    ck_assert_ptr_nonnull(strstr(buf_str(&ticket.reply.body), "\"name\":\"pump-4999\""));
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

START_TEST(a_list_ends_with_its_world_or_its_client)
{
    static const struct api_case end = {"end", .method = "DELETE",
                                        .target = "/__mock/worlds/default",
                                        .header = "X-Mockcloud-Control: 1", .status = 204};
    struct api_ticket left, cut;
    setup();
    begin(&lists[_i].row, &left);
    begin(&lists[_i].row, &cut);
    api_work(unit_api());
    api_ticket_done(unit_api(), &left);
    unit_case(&end);
    ck_assert_int_eq(ready_count, 1);
    ck_assert_int_eq(cut.reply.status, 410);
    api_ticket_done(unit_api(), &cut);
    ck_assert(!api_work(unit_api()));
    unit_end();
}
END_TEST

Suite *test_api_parts(void)
{
    const int count = (int)(sizeof lists / sizeof *lists);
    Suite *suite = suite_create("parts");
    TCase *tcase = tcase_create("parts");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, others_are_answered_in_between, 0, count);
    tcase_add_test(tcase, many_take_turns);
    tcase_add_test(tcase, pages_of_a_sorted_list);
    tcase_add_test(tcase, what_is_lost_meanwhile_is_not_listed);
    tcase_add_loop_test(tcase, a_list_ends_with_its_world_or_its_client, 0, count);
    suite_add_tcase(suite, tcase);
    return suite;
}
