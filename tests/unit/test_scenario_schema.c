/* The schema is valid JSON and knows each step word with its fields. */
#include "suites.h"

#include "scenario/steps.h"
#include "unit_scenario.h"

#include <cjson/cJSON.h>

static cJSON *schema_new(void)
{
    struct buf out;
    buf_init(&out, 4u << 20);
    scenario_schema(&out);
    cJSON *schema = cJSON_Parse(buf_str(&out));
    buf_free(&out);
    ck_assert_ptr_nonnull(schema);
    return schema;
}

START_TEST(each_step_stands_in_it)
{
    cJSON *schema = schema_new();
    const cJSON *properties = cJSON_GetObjectItem(schema, "properties");
    const cJSON *steps = cJSON_GetObjectItem(properties, "steps");
    const cJSON *any = cJSON_GetObjectItem(cJSON_GetObjectItem(steps, "items"), "anyOf");
    int index = 0;
    for (const struct step_word *word = step_words; word->name; word++) {
        const cJSON *step = cJSON_GetArrayItem(any, index++);
        const cJSON *required = cJSON_GetObjectItem(step, "required");
        const cJSON *fields = cJSON_GetObjectItem(step, "properties");
        ck_assert_str_eq(cJSON_GetArrayItem(required, 0)->valuestring, word->name);
        for (const struct field *field = word->fields; field->name; field++)
            ck_assert_msg(cJSON_HasObjectItem(fields, field->name), "%s", field->name);
    }
    ck_assert_int_eq(cJSON_GetArraySize(any), index);
    ck_assert(cJSON_HasObjectItem(
        cJSON_GetObjectItem(cJSON_GetObjectItem(properties, "world"), "properties"), "devices"));
    cJSON_Delete(schema);
}
END_TEST

START_TEST(each_step_is_listed)
{
    const char *name = NULL, *text = NULL;
    const struct field *fields = NULL;
    size_t count = 0;
    while (scenario_step_info(count, &name, &text, &fields)) {
        ck_assert_str_eq(name, step_words[count].name);
        ck_assert_str_eq(text, step_words[count].text);
        ck_assert_ptr_eq(fields, step_words[count].fields);
        count++;
    }
    ck_assert_ptr_null(step_words[count].name);
}
END_TEST

Suite *test_scenario_schema(void)
{
    Suite *suite = suite_create("scenario_schema");
    TCase *tcase = tcase_create("schema");
    tcase_add_test(tcase, each_step_stands_in_it);
    tcase_add_test(tcase, each_step_is_listed);
    suite_add_tcase(suite, tcase);
    return suite;
}
