/* Device groups of a product. */
#include "suites.h"

#include "unit_api.h"

#define GET(path)    .method = "GET", .target = path, .token = "dev-token"
#define POST(path)   .method = "POST", .target = path, .token = "dev-token"
#define PUT(path)    .method = "PUT", .target = path, .token = "dev-token"
#define DELETE(path) .method = "DELETE", .target = path, .token = "dev-token"
#define ERROR(text)  "{\"ok\":false,\"error\":\"" text "\"}"
#define GROUPS       "/v1/products/6287/groups"
#define GROUP(rest)  "{\"group\":{" rest "}}"
#define A            "\"name\":\"group_a\",\"description\":\"first group A\",\"color\":\"#e74c3c\""
#define MADE(name)   "\"name\":\"" name "\",\"description\":\"\",\"color\":\"#34495e\""
#define UNKNOWN      ERROR("Group not found")
#define NAME         ERROR("name must only contain lowercase letters, numbers, dashes, and underscores")
#define COLOR        ERROR("color has to be a hex value like #34495e")

static const struct api_case life[] = {
    {"none", NULL, GET(GROUPS), .status = 200, .reply = "{\"groups\":[]}", .rule = "group.list",
     .mark = "D"},
    {"made", NULL, POST(GROUPS), .type = FORM,
     .body = "name=group_a&description=first+group+A&color=%23e74c3c", .status = 201,
     .reply = GROUP(A), .rule = "group.created", .mark = "D"},
    {"made, with nothing but a name", NULL, POST(GROUPS), .type = JSON,
     .body = "{\"name\":\"field-2\"}", .status = 201, .reply = GROUP(MADE("field-2"))},
    {"made again", NULL, POST(GROUPS), .type = FORM, .body = "name=group_a", .status = 400,
     .reply = ERROR("Group already exists"), .rule = "group.exists"},
    {"list", NULL, GET(GROUPS), .status = 200,
     .reply = "{\"groups\":[{" A "},{" MADE("field-2") "}]}"},
    {"list, by a part of the name", NULL, GET(GROUPS "?name=gr"), .status = 200,
     .reply = "{\"groups\":[{" A "}]}", .mark = "D"},
    {"of the product", NULL, GET("/v1/products/6287"), .status = 200,
     .reply = "<any>,\"groups\":[\"group_a\",\"field-2\"],<any>"},
    {"get", NULL, GET(GROUPS "/group_a"), .status = 200, .reply = GROUP(A ",\"device_count\":0"),
     .rule = "group.get", .mark = "D"},
    {"a device joins it and one that is not there", NULL, PUT("/v1/products/6287/devices/" PUMP),
     .type = JSON, .body = "{\"groups\":[\"group_a\",\"Odd one\"]}", .status = 200},
    {"others too", NULL, PUT("/v1/products/6287/devices"), .type = JSON,
     .body = "{\"action\":\"groups\",\"devices\":[\"" COLD "\"],\"metadata\":{\"add\":[\"group_a\","
             "\"late\"]}}",
     .status = 200},
    {"two are in it", NULL, GET(GROUPS "/group_a"), .status = 200,
     .reply = GROUP(A ",\"device_count\":2")},
    {"those came by themselves", NULL, GET(GROUPS), .status = 200,
     .reply =
         "{\"groups\":[{" A "},{" MADE("field-2") "},{" MADE("Odd one") "},{" MADE("late") "}]}",
     .mark = "D"},
    {"another name", NULL, PUT(GROUPS "/group_a"), .type = FORM, .body = "name=double_agent",
     .status = 200,
     .reply = GROUP("\"name\":\"double_agent\",\"description\":\"first group A\",\"color\":"
                    "\"#e74c3c\",\"device_count\":2"),
     .rule = "group.updated", .mark = "D"},
    {"the old one is gone", NULL, GET(GROUPS "/group_a"), .status = 404, .reply = UNKNOWN,
     .rule = "group.unknown"},
    {"the device has the new one", NULL, GET("/v1/products/6287/devices/" PUMP), .status = 200,
     .reply = "<any>,\"groups\":[\"Odd one\",\"double_agent\"],<any>"},
    {"a name that is taken", NULL, PUT(GROUPS "/double_agent"), .type = FORM, .body = "name=late",
     .status = 400, .reply = ERROR("Group already exists")},
    {"its own name", NULL, PUT(GROUPS "/double_agent"), .type = FORM,
     .body = "name=double_agent&color=abc&description=", .status = 200,
     .reply = GROUP("\"name\":\"double_agent\",\"description\":\"\",\"color\":\"abc\","
                    "\"device_count\":2")},
    {"removed", NULL, DELETE(GROUPS "/double_agent"), .status = 204, .reply = "",
     .rule = "group.removed", .mark = "D"},
    {"its devices have left it", NULL, GET("/v1/products/6287/devices/" PUMP), .status = 200,
     .reply = "<any>,\"groups\":[\"Odd one\"],<any>", .mark = "D"},
    {"removed again", NULL, DELETE(GROUPS "/double_agent"), .status = 404, .reply = UNKNOWN},
    {"by slug", NULL, GET("/v1/products/acme-pump/groups/late"), .status = 200,
     .reply = GROUP(MADE("late") ",\"device_count\":1")},
};

START_TEST(a_group_lives)
{
    unit_begin(NULL);
    UNIT_STORY(life);
    unit_end();
}
END_TEST

static const struct api_case rows[] = {
    {"no name", NULL, POST(GROUPS), .status = 400, .reply = ERROR("name is missing"),
     .rule = "group.bad"},
    {"capitals", NULL, POST(GROUPS), .type = FORM, .body = "name=Group", .status = 400,
     .reply = NAME},
    {"an empty name", NULL, POST(GROUPS), .type = FORM, .body = "name=", .status = 400,
     .reply = NAME},
    {"a number for a name", NULL, POST(GROUPS), .type = JSON, .body = "{\"name\":5}", .status = 400,
     .reply = NAME},
    {"a bad colour", NULL, POST(GROUPS), .type = FORM, .body = "name=a&color=red", .status = 400,
     .reply = COLOR},
    {"a colour that is no text", NULL, POST(GROUPS), .type = JSON,
     .body = "{\"name\":\"a\",\"color\":{}}", .status = 400, .reply = COLOR},
    {"a description that is no text", NULL, POST(GROUPS), .type = JSON,
     .body = "{\"name\":\"a\",\"description\":[]}", .status = 400,
     .reply = ERROR("description has to be a text of at most 1000 bytes")},
    {"nothing to change, of none", NULL, PUT(GROUPS "/a"), .status = 404, .reply = UNKNOWN},
    {"a customer", NULL, .method = "GET", .target = GROUPS, .token = "ada-token", .status = 403},
    {"another team", NULL, .method = "GET", .target = GROUPS, .token = "eve-token", .status = 403},
    {"impact of nothing", NULL, GET("/v1/products/6287/impact"), .status = 400,
     .reply = ERROR("action has to be edit_groups_for_firmware, with a firmware_version"),
     .rule = "group.impact-bad"},
};

START_TEST(row)
{
    unit_case_alone(&rows[_i]);
}
END_TEST

static const struct api_case conflict[] = {
    {"made", NULL, POST(GROUPS), .type = FORM, .body = "name=a", .status = 201},
    {"nothing to change", NULL, PUT(GROUPS "/a"), .status = 400,
     .reply = ERROR("You must pass one of name, color, or description")},
    {"made again", NULL, POST(GROUPS), .type = FORM, .body = "name=a", .status = 409,
     .reply = ERROR("Group already exists")},
};

START_TEST(a_duplicate_is_a_conflict_when_switched)
{
    unit_begin("duplicate_group: conflict-409");
    UNIT_STORY(conflict);
    unit_end();
}
END_TEST

#define WORLD                                                                                      \
    "users: [{username: dev@example.com}]\n"                                                       \
    "products: [{id: 6287, platform: e-series, team: [dev@example.com], groups: [north, "          \
    "south]}]\n"                                                                                   \
    "devices:\n"                                                                                   \
    "  - {as: a, product: '6287', groups: [north, west], firmware: {product_id: 6287, version: "   \
    "1},"                                                                                          \
    "     state: online}\n"                                                                        \
    "  - {as: b, product: '6287', groups: [north, south], firmware: {product_id: 6287,"            \
    "     version: 2}, state: online}\n"                                                           \
    "  - {as: c, product: '6287', groups: [south]}\n"                                              \
    "  - {as: d, product: '6287', groups: [north], development: true}\n"                           \
    "  - {as: e, product: '6287', groups: [north], desired_firmware_version: 1}\n"                 \
    "tokens: [{token: dev-token, user: dev@example.com}]\n"

#define IMPACT(query) GET("/v1/products/6287/impact?action=edit_groups_for_firmware&" query)
#define COUNTED(n, versions)                                                                       \
    "{\"devices\":{\"firmware_update\":{\"total\":" n ",\"by_version\":[" versions "]}}}"

static const struct api_case written[] = {
    {"groups of the file and of its devices", NULL, GET(GROUPS), .status = 200,
     .reply = "{\"groups\":[{" MADE("north") "},{" MADE("south") "},{" MADE("west") "}]}"},
    {"the impact of a version", NULL, IMPACT("groups=north,south&firmware_version=2"),
     .status = 200, .rule = "group.impact", .mark = "D",
     .reply = COUNTED("2", "{\"version\":1,\"total\":1},{\"version\":null,\"total\":1}")},
    {"half a name is none", NULL, IMPACT("groups=nort,outh&firmware_version=2"), .status = 200,
     .reply = COUNTED("0", "")},
    {"of all", NULL, IMPACT("product_default=true&firmware_version=3"), .status = 200,
     .reply = COUNTED("3", "{\"version\":1,\"total\":1},{\"version\":2,\"total\":1},{\"version\":"
                           "null,\"total\":1}")},
};

START_TEST(groups_of_a_world_file)
{
    unit_begin_world(WORLD);
    UNIT_STORY(written);
    unit_end();
}
END_TEST

Suite *test_api_group(void)
{
    Suite *suite = suite_create("group");
    TCase *tcase = tcase_create("group");
    tcase_add_test(tcase, a_group_lives);
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, a_duplicate_is_a_conflict_when_switched);
    tcase_add_test(tcase, groups_of_a_world_file);
    suite_add_tcase(suite, tcase);
    return suite;
}
