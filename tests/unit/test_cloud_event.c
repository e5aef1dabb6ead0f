/* Events: who sees which, in which order, and what subscribers may do meanwhile. */
#include "cloud/accounts.h"
#include "cloud/record.h"
#include "suites.h"

#include "unit_cloud.h"

#include "base/mem.h"
#include "cloud/event.h"

#include <stdio.h>
#include <string.h>

/* What was delivered, "who:name " each. */
static char seen[4096];

static void see(void *arg, const struct event *event)
{
    size_t len = strlen(seen);
    snprintf(seen + len, sizeof seen - len, "%s:%s ", (const char *)arg, event->name);
}

static char name_a[] = "a", name_b[] = "b", name_c[] = "c";

static void setup(void)
{
    bench_setup();
    seen[0] = '\0';
}

static struct event_subscription *subscribe(const struct event_filter *filter, char *who)
{
    return event_subscribe(bench.cloud, filter, see, who);
}

/* Of aa, owned by ada in pump, unless `how` says otherwise. */
static void publish(const char *name, bool is_private)
{
    struct event event = {
        .name = name,
        .data = "1",
        .is_private = is_private,
        .device = bench.aa,
        .owner = bench.aa->owner,
        .product = bench.aa->product,
    };
    event_publish(bench.cloud, &event);
}

static const struct {
    const char *name;
    enum event_scope scope;
    const char *subscriber, *product; /* of the filter */
    const char *device;               /* "aa", "bb"; NULL: none */
    const char *prefix;
    const char *owner, *device_product; /* of the device that publishes, aa */
    bool private_passes, public_passes;
} scopes[] = {
    {"mine", EVENTS_MINE, "ada", NULL, NULL, NULL, "ada", "pump", true, true},
    {"of a user", EVENTS_MINE, "dev", NULL, NULL, NULL, "dev", NULL, true, true},
    {"somebody's", EVENTS_MINE, "ada", NULL, NULL, NULL, "dev", "pump", false, false},
    {"the team has no share in it", EVENTS_MINE, "dev", NULL, NULL, NULL, "ada", "pump", false,
     false},
    {"a device of mine", EVENTS_DEVICE, "ada", NULL, "aa", NULL, "ada", "pump", true, true},
    {"another one of mine", EVENTS_DEVICE, "ada", NULL, "bb", NULL, "ada", "pump", false, false},
    {"a device of somebody", EVENTS_DEVICE, "ada", NULL, "aa", NULL, "dev", "pump", false, true},
    {"a device of nobody", EVENTS_DEVICE, "ada", NULL, "aa", NULL, "none", NULL, false, false},
    {"a product", EVENTS_PRODUCT, NULL, "pump", NULL, NULL, "ada", "pump", true, true},
    {"a product's device of nobody", EVENTS_PRODUCT, NULL, "pump", NULL, NULL, "none", "pump", true,
     true},
    {"another product", EVENTS_PRODUCT, NULL, "lamp", NULL, NULL, "ada", "pump", false, false},
    {"no product", EVENTS_PRODUCT, NULL, "pump", NULL, NULL, "ada", NULL, false, false},
    {"a product's device", EVENTS_PRODUCT, NULL, "pump", "aa", NULL, "ada", "pump", true, true},
    {"another of the product", EVENTS_PRODUCT, NULL, "pump", "bb", NULL, "ada", "pump", false,
     false},
    {"public and mine", EVENTS_PUBLIC, "ada", NULL, NULL, "te", "ada", "pump", true, true},
    {"public", EVENTS_PUBLIC, "ben", NULL, NULL, "te", "ada", "pump", false, true},
    {"public, without an owner", EVENTS_PUBLIC, NULL, NULL, NULL, "te", "ada", "pump", false, true},
    {"nobody's", EVENTS_PUBLIC, "ada", NULL, NULL, "te", "none", NULL, false, false},
    {"a prefix", EVENTS_MINE, "ada", NULL, NULL, "temp", "ada", NULL, true, true},
    {"the whole name", EVENTS_MINE, "ada", NULL, NULL, "temperature", "ada", NULL, true, true},
    {"more than the name", EVENTS_MINE, "ada", NULL, NULL, "temperatures", "ada", NULL, false,
     false},
    {"another case", EVENTS_MINE, "ada", NULL, NULL, "Temp", "ada", NULL, false, false},
    {"an empty prefix", EVENTS_MINE, "ada", NULL, NULL, "", "ada", NULL, true, true},
};

START_TEST(who_may_see_what)
{
    struct event_filter filter = {
        .scope = scopes[_i].scope,
        .owner = bench_owner(scopes[_i].subscriber),
        .product = bench_product(scopes[_i].product),
        .prefix = scopes[_i].prefix,
    };
    if (scopes[_i].device)
        strcpy(filter.device_id, scopes[_i].device[0] == 'a' ? bench.aa->id : bench.bb->id);
    bench_own(bench.aa, bench_owner(scopes[_i].owner));
    bench_place(bench.aa, bench_product(scopes[_i].device_product));
    subscribe(&filter, name_a);
    publish("temperature", true);
    ck_assert_msg(!!*seen == scopes[_i].private_passes, "%s: private", scopes[_i].name);
    seen[0] = '\0';
    publish("temperature", false);
    ck_assert_msg(!!*seen == scopes[_i].public_passes, "%s: public", scopes[_i].name);
    ck_assert_msg(strlen(seen) <= strlen("a:temperature "), "%s: twice", scopes[_i].name);
}
END_TEST

/* Of the products of the organization those whose team the user is on. */
START_TEST(an_organization_sees_its_products)
{
    struct event_filter filter = {.scope = EVENTS_ORG, .owner = bench.dev, .org = "acme"};
    struct event_filter bens = {.scope = EVENTS_ORG, .owner = bench.ben, .org = "acme"};
    struct event_filter others = {.scope = EVENTS_ORG, .owner = bench.dev, .org = "acme-2"};
    subscribe(&filter, name_a);
    subscribe(&bens, name_b);
    subscribe(&others, name_c);
    bench_place(bench.aa, bench.pump);
    publish("before", true);
    bench.pump->org = mem_dup("acme");
    publish("in", true);
    bench_place(bench.aa, bench.lamp);
    bench.lamp->org = mem_dup("acme");
    publish("not on its team", true);
    ck_assert_str_eq(seen, "a:in ");
}
END_TEST

/* The organization itself: without a user of all its products, and what was published to it. */
START_TEST(an_organization_is_published_to)
{
    struct event_filter devs = {.scope = EVENTS_ORG, .owner = bench.dev, .org = "acme"};
    struct event_filter whole = {.scope = EVENTS_ORG, .org = "acme"};
    struct event_filter others = {.scope = EVENTS_ORG, .org = "acme-2"};
    struct event event = {.name = "told", .org = "acme", .is_private = true};
    subscribe(&devs, name_a);
    subscribe(&whole, name_b);
    subscribe(&others, name_c);
    event_publish(bench.cloud, &event);
    ck_assert_str_eq(seen, "a:told b:told ");
    seen[0] = '\0';
    bench_place(bench.aa, bench.lamp);
    bench.lamp->org = mem_dup("acme");
    publish("of a product", true);
    ck_assert_str_eq(seen, "b:of a product ");
}
END_TEST

START_TEST(it_is_decided_when_it_happens)
{
    struct event_filter filter = {.scope = EVENTS_MINE, .owner = bench.ada};
    subscribe(&filter, name_a);
    publish("before", true);
    cloud_set_owner(bench.cloud, bench.aa, bench.ada);
    publish("owned", true);
    cloud_set_owner(bench.cloud, bench.aa, bench.ben);
    publish("after", true);
    ck_assert_str_eq(seen, "a:owned ");
}
END_TEST

START_TEST(what_the_api_publishes_reaches_its_publisher)
{
    struct event_filter mine = {.scope = EVENTS_MINE, .owner = bench.ada};
    struct event_filter device = {.scope = EVENTS_DEVICE, .owner = bench.ada};
    strcpy(device.device_id, bench.aa->id);
    subscribe(&mine, name_a);
    subscribe(&device, name_b);
    struct event event = {.name = "told", .owner = bench.ada, .is_private = true};
    event_publish(bench.cloud, &event);
    ck_assert_str_eq(seen, "a:told ");
    ck_assert_str_eq(event.coreid, "api");
    ck_assert_int_eq(event.ttl_s, 60);
    ck_assert_int_eq(event.at_ms, BENCH_START);
    ck_assert_uint_eq(event.n, journal_next(bench.sim.journal) - 1);
    ck_assert_uint_eq(bench_noted("event.published",
                                  "{\"name\":\"told\",\"data\":null,\"coreid\":\"api\","
                                  "\"owner\":\"ada@example.com\",\"receivers\":[],"
                                  "\"received\":1}"),
                      1);
}
END_TEST

START_TEST(the_journal_tells_what_is_public_and_whose)
{
    struct event event = {.name = "told", .data = "x", .product = bench.pump};
    event_publish(bench.cloud, &event);
    ck_assert_uint_eq(bench_noted("event.published",
                                  "{\"name\":\"told\",\"data\":\"x\",\"coreid\":\"api\","
                                  "\"public\":true,\"product\":6287}"),
                      1);
}
END_TEST

/* The folders of an event are merged. */
START_TEST(subscribers_are_served_in_the_order_of_subscription)
{
    struct event_filter mine = {.scope = EVENTS_MINE, .owner = bench.ada};
    struct event_filter all = {.scope = EVENTS_PUBLIC};
    struct event_filter product = {.scope = EVENTS_PRODUCT, .product = bench.pump};
    bench_own(bench.aa, bench.ada);
    bench_place(bench.aa, bench.pump);
    subscribe(&product, name_c);
    subscribe(&mine, name_a);
    subscribe(&all, name_b);
    subscribe(&product, name_a);
    subscribe(&mine, name_c);
    publish("x", false);
    ck_assert_str_eq(seen, "c:x a:x b:x a:x c:x ");
}
END_TEST

START_TEST(who_has_left_sees_nothing)
{
    struct event_filter mine = {.scope = EVENTS_MINE, .owner = bench.ada};
    bench_own(bench.aa, bench.ada);
    struct event_subscription *first = subscribe(&mine, name_a);
    subscribe(&mine, name_b);
    event_unsubscribe(bench.cloud, first);
    event_unsubscribe(bench.cloud, NULL);
    ck_assert_uint_eq(event_subscriptions(bench.cloud), 1);
    publish("x", true);
    ck_assert_str_eq(seen, "b:x ");
}
END_TEST

/* ---- within a delivery ---- */

static struct event_subscription *others[2];
static char action;

static void act(void *arg, const struct event *event)
{
    struct event_filter mine = {.scope = EVENTS_MINE, .owner = bench.ada};
    see(arg, event);
    if (action == '-') {
        event_unsubscribe(bench.cloud, others[0]);
        event_unsubscribe(bench.cloud, others[1]);
    } else if (action == '+') {
        subscribe(&mine, name_c);
    } else if (action == '!') {
        action = ' ';
        publish("y", true);
    }
    action = ' ';
}

START_TEST(subscribers_may_act_within_a_delivery)
{
    static const struct {
        char action;
        const char *first, *then;
    } rows[] = {
        {'-', "a:x ", ""},                 /* itself and the next one */
        {'+', "a:x b:x ", "a:z b:z c:z "}, /* a new one does not see this one */
        {'!', "a:x b:x a:y b:y ", "a:z b:z "},
    };
    struct event_filter mine = {.scope = EVENTS_MINE, .owner = bench.ada};
    bench_own(bench.aa, bench.ada);
    action = rows[_i].action;
    others[0] = event_subscribe(bench.cloud, &mine, act, name_a);
    others[1] = subscribe(&mine, name_b);
    publish("x", true);
    ck_assert_str_eq(seen, rows[_i].first);
    seen[0] = '\0';
    publish("z", true);
    ck_assert_str_eq(seen, rows[_i].then);
}
END_TEST

/* ---- deleted owners ---- */

static void ended(void *arg, const char *why)
{
    (void)why;
    size_t len = strlen(seen);
    snprintf(seen + len, sizeof seen - len, "%s:ended ", (const char *)arg);
}

START_TEST(a_deleted_owner_takes_its_subscriptions_along)
{
    struct event_filter mine = {.scope = EVENTS_MINE, .owner = bench.cleo};
    struct event_filter adas = {.scope = EVENTS_MINE, .owner = bench.ada};
    event_when_ended(subscribe(&mine, name_a), ended);
    subscribe(&mine, name_b);
    subscribe(&adas, name_c);
    cloud_delete_customer(bench.cloud, bench.cleo.customer);
    ck_assert_str_eq(seen, "a:ended ");
    ck_assert_uint_eq(event_subscriptions(bench.cloud), 1);
}
END_TEST

START_TEST(what_can_be_published)
{
    char name[EVENT_NAME_MAX + 2], data[EVENT_DATA_MAX + 2];
    memset(name, 'n', sizeof name);
    memset(data, 'd', sizeof data);
    name[EVENT_NAME_MAX + 1] = data[EVENT_DATA_MAX + 1] = '\0';
    ck_assert_ptr_nonnull(event_fault(name, NULL));
    ck_assert_ptr_nonnull(event_fault("x", data));
    name[EVENT_NAME_MAX] = data[EVENT_DATA_MAX] = '\0';
    ck_assert_ptr_null(event_fault(name, data));
    ck_assert_ptr_null(event_fault("a b/ü", ""));
    ck_assert_ptr_nonnull(event_fault("", NULL));
    ck_assert_ptr_nonnull(event_fault("a\nb", NULL));
    ck_assert_ptr_nonnull(event_fault("a\rb", NULL));
}
END_TEST

Suite *test_cloud_event(void)
{
    Suite *suite = suite_create("event");
    TCase *tcase = tcase_create("event");
    tcase_add_checked_fixture(tcase, setup, bench_teardown);
    tcase_add_loop_test(tcase, who_may_see_what, 0, sizeof scopes / sizeof *scopes);
    tcase_add_test(tcase, an_organization_sees_its_products);
    tcase_add_test(tcase, an_organization_is_published_to);
    tcase_add_test(tcase, it_is_decided_when_it_happens);
    tcase_add_test(tcase, what_the_api_publishes_reaches_its_publisher);
    tcase_add_test(tcase, the_journal_tells_what_is_public_and_whose);
    tcase_add_test(tcase, subscribers_are_served_in_the_order_of_subscription);
    tcase_add_test(tcase, who_has_left_sees_nothing);
    tcase_add_loop_test(tcase, subscribers_may_act_within_a_delivery, 0, 3);
    tcase_add_test(tcase, a_deleted_owner_takes_its_subscriptions_along);
    tcase_add_test(tcase, what_can_be_published);
    suite_add_tcase(suite, tcase);
    return suite;
}
