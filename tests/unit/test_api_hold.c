/* Holds over the control API: parked before the handler and behind the reply, released in order,
 * left by clients, gone with their world. */
#include "suites.h"

#include "unit_api.h"

#include <stdlib.h>
#include <string.h>

#define CONTROL "X-Mockcloud-Control: 1"
#define HOLDS   "/__mock/worlds/default/holds"

static char order[10]; /* which tickets were answered: "ab" */

static void on_ready(struct api_ticket *ticket)
{
    strncat(order, ticket->front, 1);
}

static void set(const char *body, int status)
{
    const struct api_case row = {"set a hold", .method = "POST", .target = HOLDS, .header = CONTROL,
                                 .type = JSON, .body = body,     .status = status};
    unit_case(&row);
}

static void release(const char *name, int status)
{
    char target[100] = HOLDS "/";
    const struct api_case row = {"release", .method = "DELETE", .target = strcat(target, name),
                                 .header = CONTROL, .status = status};
    unit_case(&row);
}

static enum api_outcome send_claim(struct api_ticket *ticket, const char *who)
{
    static const struct api_case claim = {
        "claim",      .method = "POST",  .target = "/v1/devices", .token = "dev-token",
        .type = FORM, .body = "id=" LAMP};
    *ticket = (struct api_ticket){.ready = on_ready, .front = (void *)(uintptr_t)who};
    return unit_send(&claim, ticket);
}

static bool journal_has(const char *kind)
{
    char *journal = unit_journal_dup();
    bool has = strstr(journal, kind) != NULL;
    free(journal);
    return has;
}

static bool lamp_is_owned(void)
{
    static const struct api_case get = {"whose", .method = "GET", .target = "/v1/devices",
                                        .token = "dev-token", .status = 200};
    unit_case(&get);
    return strstr(unit_reply(), LAMP) != NULL;
}

static void begin(void)
{
    unit_begin(NULL);
    order[0] = '\0';
}

/* What is parked before its handler is handled by the rights of when it is let go; what is parked
 * with its reply was handled. */
static const struct {
    const char *hold;
    int status;
} revoked[] = {
    {"{\"request\":\"POST /v1/devices\",\"as\":\"h1\"}", 401},
    {"{\"request\":\"POST /v1/devices\",\"as\":\"h1\",\"at\":\"reply\"}", 200},
};

START_TEST(its_token_may_be_revoked_meanwhile)
{
    static const struct api_case revoke = {"revoke", .method = "DELETE",
                                           .target = "/v1/access_tokens/current",
                                           .token = "dev-token", .status = 200};
    struct api_ticket a;
    begin();
    set(revoked[_i].hold, 201);
    ck_assert_int_eq(send_claim(&a, "a"), API_LATER);
    unit_case(&revoke);
    release("h1", 200);
    ck_assert_str_eq(order, "a");
    ck_assert_int_eq(a.reply.status, revoked[_i].status);
    api_ticket_done(unit_api(), &a);
    unit_end();
}
END_TEST

START_TEST(there_is_an_end_to_them)
{
    begin();
    for (size_t i = 0; i < 1000; i++)
        set("{\"request\":\"GET /v1/none\"}", 201);
    set("{\"request\":\"GET /v1/none\"}", 409);
    ck_assert_ptr_nonnull(strstr(unit_reply(), "too-many"));
    unit_end();
}
END_TEST

START_TEST(it_is_parked_before_its_handler)
{
    struct api_ticket a;
    begin();
    set("{\"request\":\"POST /v1/devices\"}", 201);
    ck_assert_str_eq(unit_reply(),
                     "{\"name\":\"h1\",\"at\":\"arrival\",\"times\":1,\"parked\":[]}");
    ck_assert_int_eq(send_claim(&a, "a"), API_LATER);
    ck_assert_uint_eq(api_held(unit_api(), unit_world(), "h1"), 1);
    ck_assert(!lamp_is_owned());
    ck_assert(journal_has("hold.parked"));
    release("h1", 200);
    ck_assert_str_eq(unit_reply(), "{\"released\":1}");
    ck_assert_str_eq(order, "a");
    ck_assert_int_eq(a.reply.status, 200);
    ck_assert(lamp_is_owned());
    api_ticket_done(unit_api(), &a);
    release("h1", 404);
    unit_end();
}
END_TEST

START_TEST(it_is_parked_with_its_reply_made)
{
    struct api_ticket a;
    begin();
    set("{\"request\":\"POST /v1/devices\",\"at\":\"reply\",\"with\":{\"status\":200}}", 201);
    ck_assert_int_eq(send_claim(&a, "a"), API_LATER);
    ck_assert(lamp_is_owned());
    ck_assert_str_eq(order, "");
    release("h1", 200);
    ck_assert_str_eq(order, "a");
    ck_assert_int_eq(a.reply.status, 200);
    api_ticket_done(unit_api(), &a);
    unit_end();
}
END_TEST

START_TEST(they_are_released_in_order_and_later_ones_pass)
{
    struct api_ticket a, b, c;
    begin();
    set("{\"request\":\"any /v1/devices\",\"times\":2,\"as\":\"two\"}", 201);
    ck_assert_int_eq(send_claim(&a, "a"), API_LATER);
    ck_assert_int_eq(send_claim(&b, "b"), API_LATER);
    ck_assert_int_eq(send_claim(&c, "c"), API_NOW);
    release("two", 200);
    ck_assert_str_eq(unit_reply(), "{\"released\":2}");
    ck_assert_str_eq(order, "ab");
    api_ticket_done(unit_api(), &a);
    api_ticket_done(unit_api(), &b);
    api_ticket_done(unit_api(), &c);
    unit_end();
}
END_TEST

/* Of many, each turn lets some go, in order: nobody else waits for all of them. */
#define MANY 120

START_TEST(many_are_let_go_in_several_turns)
{
    struct api_ticket tickets[MANY];
    size_t let_go = 0, turns = 0;
    begin();
    set("{\"request\":\"POST /v1/devices\",\"times\":1000,\"as\":\"many\"}", 201);
    for (size_t i = 0; i < MANY; i++)
        ck_assert_int_eq(send_claim(&tickets[i], ""), API_LATER);
    release("many", 200);
    ck_assert_str_eq(unit_reply(), "{\"released\":120}");
    ck_assert_uint_eq(api_held(unit_api(), unit_world(), "many"), 0);
    for (bool more = true; more; turns++) {
        size_t before = let_go;
        while (let_go < MANY && tickets[let_go].reply.status)
            let_go++;
        for (size_t i = let_go; i < MANY; i++)
            ck_assert_int_eq(tickets[i].reply.status, 0);
        ck_assert_uint_le(let_go - before, 50);
        more = let_go < MANY;
        ck_assert_int_eq(api_due_in(unit_api(), sim_real_ms()), more ? 0 : -1);
        api_work(unit_api());
    }
    ck_assert_uint_eq(let_go, MANY);
    ck_assert_uint_eq(turns, 3);
    for (size_t i = 0; i < MANY; i++)
        api_ticket_done(unit_api(), &tickets[i]);
    unit_end();
}
END_TEST

/* A client that leaves meanwhile is forgotten, and so are all when the world goes. */
START_TEST(many_may_leave_before_their_turn)
{
    static const struct api_case reset = {"reset", .method = "POST",
                                          .target = "/__mock/worlds/default/reset",
                                          .header = CONTROL, .status = 200};
    struct api_ticket tickets[MANY];
    begin();
    set("{\"request\":\"POST /v1/devices\",\"times\":1000,\"as\":\"many\"}", 201);
    for (size_t i = 0; i < MANY; i++)
        ck_assert_int_eq(send_claim(&tickets[i], ""), API_LATER);
    release("many", 200);
    api_ticket_done(unit_api(), &tickets[100]);
    unit_case(&reset);
    ck_assert_int_eq(tickets[119].reply.status, 410);
    for (size_t i = 0; i < MANY; i++)
        if (i != 100)
            api_ticket_done(unit_api(), &tickets[i]);
    unit_end();
}
END_TEST

START_TEST(an_empty_one_is_not_released)
{
    struct api_ticket a;
    begin();
    set("{\"request\":\"any /v1/devices\",\"times\":2}", 201);
    release("h1", 409);
    ck_assert_ptr_nonnull(strstr(unit_reply(), "nothing-held"));
    ck_assert_int_eq(send_claim(&a, "a"), API_LATER);
    release("h1", 200);
    release("h1", 409);
    api_ticket_done(unit_api(), &a);
    unit_end();
}
END_TEST

START_TEST(a_client_that_leaves_is_noticed)
{
    struct api_ticket a;
    begin();
    set("{\"request\":\"any\"}", 201);
    send_claim(&a, "a");
    api_ticket_done(unit_api(), &a);
    ck_assert_uint_eq(api_held(unit_api(), unit_world(), "h1"), 0);
    ck_assert(journal_has("hold.left"));
    ck_assert(!lamp_is_owned());
    unit_end();
}
END_TEST

START_TEST(a_refused_request_is_held_with_its_refusal)
{
    static const struct api_case refused = {"refused", .method = "GET", .target = "/v1/devices",
                                            .token = "no-token"};
    struct api_ticket a = {.ready = on_ready, .front = (void *)(uintptr_t) "a"};
    begin();
    set("{\"request\":\"any\"}", 201);
    ck_assert_int_eq(unit_send(&refused, &a), API_LATER);
    release("h1", 200);
    ck_assert_int_eq(a.reply.status, 401);
    api_ticket_done(unit_api(), &a);
    unit_end();
}
END_TEST

START_TEST(it_goes_with_its_world)
{
    static const struct api_case reset = {"reset", .method = "POST",
                                          .target = "/__mock/worlds/default/reset",
                                          .header = CONTROL, .status = 200};
    struct api_ticket a;
    begin();
    set("{\"request\":\"any\",\"times\":5}", 201);
    send_claim(&a, "a");
    unit_case(&reset);
    ck_assert_str_eq(order, "a");
    ck_assert_int_eq(a.reply.status, 410);
    api_ticket_done(unit_api(), &a);
    release("h1", 404);
    unit_end();
}
END_TEST

START_TEST(the_list_tells_what_is_parked)
{
    static const struct api_case list = {"holds", .method = "GET", .target = HOLDS, .status = 200};
    struct api_ticket a;
    begin();
    unit_case(&list);
    ck_assert_str_eq(unit_reply(), "{\"holds\":[]}");
    set("{\"request\":\"POST /v1/**\",\"as\":\"x\"}", 201);
    set("{\"request\":\"POST /v1/**\",\"as\":\"x\"}", 409);
    send_claim(&a, "a");
    unit_case(&list);
    const char *parked = strstr(unit_reply(), "\"parked\":[");
    ck_assert_ptr_nonnull(parked);
    ck_assert_int_ge(parked[10], '1');
    release("x", 200);
    api_ticket_done(unit_api(), &a);
    unit_end();
}
END_TEST

Suite *test_api_hold(void)
{
    Suite *suite = suite_create("api_hold");
    TCase *tcase = tcase_create("hold");
    tcase_add_test(tcase, it_is_parked_before_its_handler);
    tcase_add_test(tcase, there_is_an_end_to_them);
    tcase_add_loop_test(tcase, its_token_may_be_revoked_meanwhile, 0,
                        (int)(sizeof revoked / sizeof *revoked));
    tcase_add_test(tcase, it_is_parked_with_its_reply_made);
    tcase_add_test(tcase, they_are_released_in_order_and_later_ones_pass);
    tcase_add_test(tcase, many_are_let_go_in_several_turns);
    tcase_add_test(tcase, many_may_leave_before_their_turn);
    tcase_add_test(tcase, an_empty_one_is_not_released);
    tcase_add_test(tcase, a_client_that_leaves_is_noticed);
    tcase_add_test(tcase, a_refused_request_is_held_with_its_refusal);
    tcase_add_test(tcase, it_goes_with_its_world);
    tcase_add_test(tcase, the_list_tells_what_is_parked);
    suite_add_tcase(suite, tcase);
    return suite;
}
