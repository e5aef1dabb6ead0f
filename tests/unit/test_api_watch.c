/* Whoever watches replies: what is wrong with a reply that is not what its route's row says. */
#include "suites.h"

#include "api/api.h"
#include "api/call/route.h"
#include "api/call/watch.h"
#include "api/shape/shapes.h"
#include "base/mem.h"

#include <stdlib.h>

static void handle(struct call *call)
{
    (void)call;
}

static const struct route route = {
    .method = "GET",
    .path = "/v1/things/:thing",
    .name = "thing.get",
    .handle = handle,
    .replies = REPLIES({200, &shape_ok, NULL}, {200, NULL, "text/plain"}, {204, NULL, NULL},
                       {409, &shape_ok_message, NULL}),
};

static const struct route silent = {
    .method = "GET", .path = "/v1/silent", .name = "silent.get", .handle = handle};

#define SAYS(status) "GET /v1/things/:thing answered " status " with a wrong shape: "

static const struct {
    const struct route *route;
    bool control;
    int status;
    const char *type; /* NULL: no body */
    const char *body;
    const char *wrong; /* NULL: nothing is */
} cases[] = {
    {&route, false, 200, "application/json; charset=utf-8", "{\"ok\":true}", NULL},
    {&route, false, 200, "application/json; charset=utf-8", "{\"ok\":1}",
     SAYS("200") "/ok: expected true or false, found 1; or expected text/plain, found "
                 "application/json; charset=utf-8"},
    {&route, false, 200, "text/plain; charset=utf-8", "42", NULL},
    {&route, false, 200, NULL, "",
     SAYS("200") "expected JSON, found none; or expected text/plain, "
                 "found no body"},
    {&route, false, 204, NULL, "", NULL},
    {&route, false, 204, "application/json", "{}",
     SAYS("204") "expected no body, found application/json"},
    {&route, false, 201, "application/json", "{\"ok\":true}",
     SAYS("201") "this route's row names no such status"},
    {&route, false, 409, "application/json", "{\"ok\":true,\"message\":\"x\"}", NULL},
    {&route, false, 409, "application/json", "{\"ok\":false,\"error\":\"x\"}", NULL},
    {&route, false, 404, "application/json", "{\"ok\":false,\"error\":\"x\"}", NULL},
    {&route, false, 404, "application/json", "{\"message\":\"x\"}",
     SAYS("404") "/: expected one of the shapes of ApiError, found {\"message\":\"x\"}"},
    {&route, true, 404, "application/json", "{\"error\":\"unknown-thing\",\"message\":\"x\"}",
     NULL},
    {&route, true, 404, "application/json", "{\"ok\":false,\"error\":\"x\"}",
     SAYS("404") "/ok: this key is not in the shape"},
    {&silent, false, 200, "application/json", "[]", NULL},
    {NULL, false, 404, "application/json", "{}",
     "? (no route) answered 404 with a wrong shape: /: expected one of the shapes of ApiError, "
     "found {}"},
    {NULL, false, 204, NULL, "", NULL},
};

/* An api to which the suite's own dump does not listen: these replies are of no real route. */
static struct api *unheard_api(struct worlds *worlds, const struct api_options *options)
{
    static const char *const variables[] = {"MOCKCLOUD_DUMP_REPLIES", "MOCKCLOUD_DUMP_COVERAGE"};
    char *kept[2];
    for (size_t i = 0; i < 2; i++) {
        kept[i] = mem_dup(getenv(variables[i]));
        unsetenv(variables[i]);
    }
    struct api *api = api_new(worlds, options);
    for (size_t i = 0; i < 2; i++) {
        if (kept[i])
            setenv(variables[i], kept[i], 1);
        free(kept[i]);
    }
    return api;
}

static void keep_wrong(void *arg, const char *text)
{
    buf_add_str(arg, text);
}

START_TEST(what_is_wrong_with_a_reply)
{
    struct worlds worlds = {0};
    struct buf wrong;
    buf_init(&wrong, 65536);
    struct api *api = unheard_api(
        &worlds, &(struct api_options){.reply_wrong = keep_wrong, .reply_wrong_arg = &wrong});
    struct api_reply reply = {.status = cases[_i].status};
    buf_init(&reply.body, 4096);
    buf_add_str(&reply.body, cases[_i].body);
    if (cases[_i].type)
        reply_header(&reply, "Content-Type", cases[_i].type);
    watch_reply(api, NULL, cases[_i].route, cases[_i].control, &reply);
    ck_assert_str_eq(buf_str(&wrong), cases[_i].wrong ? cases[_i].wrong : "");
    buf_free(&reply.body);
    buf_free(&reply.headers);
    buf_free(&wrong);
    api_free(api);
    worlds_free(&worlds);
}
END_TEST

Suite *test_api_watch(void)
{
    Suite *suite = suite_create("watch");
    TCase *tcase = tcase_create("replies");
    tcase_add_loop_test(tcase, what_is_wrong_with_a_reply, 0, sizeof cases / sizeof *cases);
    suite_add_tcase(suite, tcase);
    return suite;
}
