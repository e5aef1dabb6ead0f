/* The checker of shapes: a value, its shape, and the line that says what is wrong. */
#include "suites.h"

#include "api/api.h"
#include "api/shape/shapes.h"

#include <string.h>

static const struct shape pump = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"id", &shape_id, 0},
                                           {"at", &shape_time, SHAPE_OPTIONAL | SHAPE_NULLABLE},
                                           {"count", &shape_int, SHAPE_OPTIONAL},
                                           {"names", &shape_strings, SHAPE_OPTIONAL},
                                           {0}},
};

static const struct shape colour = {.type = SHAPE_STRING, .words = SHAPE_WORDS("red", "green")};

static const struct shape either = {
    .type = SHAPE_UNION,
    .name = "Either",
    .any_of = (const struct shape *const[]){&pump, &shape_ok, NULL},
};

#define ID "\"id\":\"310000000000000000000001\""

static const struct {
    const struct shape *shape;
    const char *json;
    const char *wrong; /* NULL: nothing is */
} cases[] = {
    {&pump, "{" ID "}", NULL},
    {&pump, "{" ID ",\"at\":null,\"count\":2,\"names\":[\"a\",\"b\"]}", NULL},
    {&pump, "{" ID ",\"at\":\"2026-01-01T00:00:00.000Z\"}", NULL},
    {&pump, "{}", "/: this key is missing: id, found {}"},
    {&pump, "[]", "/: expected an object, found []"},
    {&pump, "{\"id\":\"31\"}", "/id: expected a string like ^[0-9a-f]{24}$, found \"31\""},
    {&pump, "{\"id\":null}", "/id: expected a string, found null"},
    {&pump, "{" ID ",\"odd\":1}", "/odd: this key is not in the shape"},
    {&pump, "{" ID ",\"count\":1.5}", "/count: expected a whole number, found 1.5"},
    {&pump, "{" ID ",\"count\":\"1\"}", "/count: expected a whole number, found \"1\""},
    {&pump, "{" ID ",\"names\":[\"a\",2]}", "/names/1: expected a string, found 2"},
    {&pump, "{" ID ",\"names\":{}}", "/names: expected an array, found {}"},
    {&colour, "\"green\"", NULL},
    {&colour, "\"blue\"", "/: expected one of the known words, found \"blue\""},
    {&either, "{\"ok\":true}", NULL},
    {&either, "{" ID "}", NULL},
    {&either, "{\"ok\":1}", "/: expected one of the shapes of Either, found {\"ok\":1}"},
    {&shape_any, "[null]", NULL},
    {&shape_object, "{\"anything\":[1]}", NULL},
    {&shape_empty, "{\"anything\":1}", "/anything: this key is not in the shape"},
    {&shape_bool, "0", "/: expected true or false, found 0"},
    {&shape_number, "1.25", NULL},
    {&shape_api_error, "{\"ok\":false,\"error\":\"Permission denied\"}", NULL},
    {&shape_api_error, "{\"ok\":false,\"errors\":[[\"Core isn't online\",404]]}", NULL},
    {&shape_api_error, "{\"error\":\"invalid_token\",\"error_description\":\"x\"}", NULL},
    {&shape_api_error, "{\"message\":\"x\"}",
     "/: expected one of the shapes of ApiError, found {\"message\":\"x\"}"},
};

START_TEST(a_value_and_its_shape)
{
    struct buf wrong;
    buf_init(&wrong, 4096);
    cJSON *value = cJSON_Parse(cases[_i].json);
    ck_assert(value);
    bool good = shape_check(cases[_i].shape, value, &wrong);
    ck_assert_str_eq(buf_str(&wrong), cases[_i].wrong ? cases[_i].wrong : "");
    ck_assert_int_eq(good, !cases[_i].wrong);
    cJSON_Delete(value);
    buf_free(&wrong);
}
END_TEST

Suite *test_api_shape(void)
{
    Suite *suite = suite_create("shape");
    TCase *tcase = tcase_create("values");
    tcase_add_loop_test(tcase, a_value_and_its_shape, 0, sizeof cases / sizeof *cases);
    suite_add_tcase(suite, tcase);
    return suite;
}
