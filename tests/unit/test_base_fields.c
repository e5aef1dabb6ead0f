/* Fields: what a row lets pass, what is said of the rest, and the schema of the same rows. */
#include "suites.h"

#include "base/fields.h"

#include <string.h>

static struct diags diags;
static struct buf out;

static void setup(void)
{
    buf_init(&out, 1 << 20);
}

static void teardown(void)
{
    diags_free(&diags);
    buf_free(&out);
}

static const char *const platforms[] = {"e-series", "boron", "photon", NULL};
static const struct field tag = {.name = "tag", .type = FIELD_STRING};
static const struct field level = {.name = "level", .type = FIELD_INT, .min = 1, .max = 9};
static const struct field client_fields[] = {
    {.name = "id", .type = FIELD_STRING, .required = true, .text = "How the client is called."},
    {.name = "secret", .type = FIELD_STRING},
    {0},
};
static const struct field client = {
    .name = "client", .type = FIELD_OBJECT, .fields = client_fields};

static const struct field rows[] = {
    {.name = "name", .type = FIELD_STRING, .min = 1, .max = 8},
    {.name = "text", .type = FIELD_STRING},
    {.name = "code", .type = FIELD_STRING, .min = 3, .max = 3},
    {.name = "port", .type = FIELD_INT, .min = 1, .max = 65535},
    {.name = "number", .type = FIELD_INT},
    {.name = "online", .type = FIELD_BOOL},
    {.name = "platform", .type = FIELD_WORD, .words = platforms},
    {.name = "ttl", .type = FIELD_DURATION},
    {.name = "within", .type = FIELD_WAIT},
    {.name = "at", .type = FIELD_TIME},
    {.name = "device_id", .type = FIELD_HEX, .min = 4, .max = 4},
    {.name = "serial", .type = FIELD_HEX, .min = 2, .max = 6},
    {.name = "data", .type = FIELD_HEX},
    {.name = "tags", .type = FIELD_LIST, .item = &tag},
    {.name = "clients", .type = FIELD_LIST, .item = &client},
    {.name = "levels", .type = FIELD_MAP, .item = &level},
    {.name = "client", .type = FIELD_OBJECT, .fields = client_fields},
    {.name = "json", .type = FIELD_ANY},
    {0},
};

static struct doc *read_text(const char *text)
{
    struct doc *doc = doc_new("f.yaml", text, strlen(text), &diags);
    ck_assert_msg(doc, "%s: %s", text, diags.count ? diags.items[0].message : "?");
    return doc;
}

static bool check_text(const char *text, const struct field *fields)
{
    struct doc *doc = read_text(text);
    bool ok = fields_check(doc, doc_root(doc, 0), fields, &diags);
    ck_assert_int_eq(ok, diags.count == 0);
    doc_unref(doc);
    return ok;
}

static const char *const goods[] = {
    "{}",
    "name: abc",
    "name: '12345678'",
    "text: ''",
    "text: 123",
    "text: true",
    "text: 'null'",
    "text: |\n  block\n",
    "port: 1",
    "port: 65535",
    "port: 0x10",
    "number: -9223372036854775808",
    "online: true",
    "online: FALSE",
    "platform: boron",
    "platform: 'boron'",
    "ttl: 5min",
    "ttl: '0ms'",
    "within: 5s real",
    "within: \"30s virtual\"",
    "at: 2026-01-01",
    "at: 2026-01-01T00:00:00Z",
    "device_id: 00ff",
    "device_id: 1234",
    "device_id: 12e4",
    "serial: ab",
    "serial: abcdef",
    "data: ''",
    "data: 0123456789abcdef",
    "tags: []",
    "tags: [a, 1, 'b']",
    "clients: [{id: a}, {id: b, secret: c}]",
    "levels: {}",
    "levels: {any: 1, 'key at all': 9}",
    "client: {id: x}",
    "json: null",
    "json: [1, {a: b}]",
    "json:",
};

START_TEST(what_passes)
{
    ck_assert_msg(check_text(goods[_i], rows), "%s: %s", goods[_i], diags.items[0].message);
}
END_TEST

static const struct {
    const char *text;
    int line, column;
    const char *message, *hint;
} bads[] = {
    /* keys */
    {"plattform: boron", 1, 1, "unknown key \"plattform\"", "platform"},
    {"Name: x", 1, 1, "unknown key \"Name\"", "name"},
    {"a: 1\n", 1, 1,
     "unknown key \"a\"; known keys: name, text, code, port, number, online, platform, ttl, "
     "within, at, "
     "device_id, serial, data, tags, clients, levels, client, json",
     NULL},
    {"client:\n  id: x\n  secert: y\n", 3, 3, "unknown key \"secert\"", "secret"},
    {"client: {id: x, foo: y}", 1, 17, "unknown key \"foo\"; known keys: id, secret", NULL},
    {"client: {secret: x}", 1, 9, "the key \"id\" is missing (How the client is called)", NULL},
    {"clients:\n- id: x\n- {}\n", 3, 3, "the key \"id\" is missing (How the client is called)",
     NULL},
    /* the whole */
    {"[a]", 1, 1, "expected a map, found a list", NULL},
    {"text", 1, 1, "expected a map, found \"text\"", NULL},
    {"--- \n", 1, 5, "expected a map, found nothing", NULL},
    /* text */
    {"text:", 1, 6, "expected text for \"text\", found nothing", NULL},
    {"text: null", 1, 7, "expected text for \"text\", found nothing", NULL},
    {"text: [a]", 1, 7, "expected text for \"text\", found a list", NULL},
    {"text: {a: b}", 1, 7, "expected text for \"text\", found a map", NULL},
    {"name: ''", 1, 7, "expected text from 1 to 8 bytes for \"name\", found the string \"\"", NULL},
    {"name: 123456789", 1, 7, "expected text from 1 to 8 bytes for \"name\", found 123456789",
     NULL},
    {"code: ab", 1, 7, "expected text of 3 bytes for \"code\", found \"ab\"", NULL},
    /* numbers */
    {"port: abc", 1, 7, "expected a whole number from 1 to 65535 for \"port\", found \"abc\"",
     NULL},
    {"port: 0", 1, 7, "expected a whole number from 1 to 65535 for \"port\", found 0", NULL},
    {"port: 65536", 1, 7, "expected a whole number from 1 to 65535 for \"port\", found 65536",
     NULL},
    {"port: '80'", 1, 7,
     "expected a whole number from 1 to 65535 for \"port\", found the string \"80\"; take the "
     "quotes away",
     NULL},
    {"port: '0'", 1, 7,
     "expected a whole number from 1 to 65535 for \"port\", found the string \"0\"", NULL},
    {"number: 1.0", 1, 9, "expected a whole number for \"number\", found 1.0", NULL},
    {"number: 9223372036854775808", 1, 9,
     "expected a whole number for \"number\", found 9223372036854775808", NULL},
    {"number: true", 1, 9, "expected a whole number for \"number\", found true", NULL},
    {"number:\n  a: 1\n", 2, 3, "expected a whole number for \"number\", found a map", NULL},
    /* truths */
    {"online: yes", 1, 9, "expected true or false for \"online\", found \"yes\"", "true"},
    {"online: Off", 1, 9, "expected true or false for \"online\", found \"Off\"", "false"},
    {"online: 1", 1, 9, "expected true or false for \"online\", found 1", NULL},
    {"online: 'true'", 1, 9,
     "expected true or false for \"online\", found the string \"true\"; take the quotes away",
     NULL},
    {"online: [yes]", 1, 9, "expected true or false for \"online\", found a list", NULL},
    /* words */
    {"platform: bron", 1, 11,
     "expected one of e-series, boron, photon for \"platform\", found \"bron\"", "boron"},
    {"platform: Boron", 1, 11,
     "expected one of e-series, boron, photon for \"platform\", found \"Boron\"", "boron"},
    {"platform: xenon", 1, 11,
     "expected one of e-series, boron, photon for \"platform\", found \"xenon\"", NULL},
    {"platform: 10", 1, 11, "expected one of e-series, boron, photon for \"platform\", found 10",
     NULL},
    {"platform:", 1, 10, "expected one of e-series, boron, photon for \"platform\", found nothing",
     NULL},
    {"platform: [boron]", 1, 11,
     "expected one of e-series, boron, photon for \"platform\", found a list", NULL},
    /* durations and times */
    {"ttl: 5", 1, 6,
     "expected a duration (a whole number with ms, s, min, h or d, like 5min) for \"ttl\", found 5",
     NULL},
    {"ttl: 5 min", 1, 6,
     "expected a duration (a whole number with ms, s, min, h or d, like 5min) for \"ttl\", found "
     "\"5 min\"",
     "5min"},
    {"ttl: 5m", 1, 6,
     "expected a duration (a whole number with ms, s, min, h or d, like 5min) for \"ttl\", found "
     "\"5m\"; minutes are min",
     "5min"},
    {"ttl: 90 Minutes", 1, 6,
     "expected a duration (a whole number with ms, s, min, h or d, like 5min) for \"ttl\", found "
     "\"90 Minutes\"",
     "90min"},
    {"within: 5s", 1, 9,
     "expected a duration with its clock (like 5s real, or 30s virtual) for \"within\", found "
     "\"5s\"; real or virtual?",
     "5s virtual"},
    {"within: 5m virtual", 1, 9,
     "expected a duration with its clock (like 5s real, or 30s virtual) for \"within\", found "
     "\"5m virtual\"; minutes are min",
     "5min virtual"},
    {"within: 5 min real", 1, 9,
     "expected a duration with its clock (like 5s real, or 30s virtual) for \"within\", found "
     "\"5 min real\"",
     "5min real"},
    {"within: soon", 1, 9,
     "expected a duration with its clock (like 5s real, or 30s virtual) for \"within\", found "
     "\"soon\"",
     NULL},
    {"within: 5s  real", 1, 9,
     "expected a duration with its clock (like 5s real, or 30s virtual) for \"within\", found \"5s "
     " "
     "real\"",
     "5s real"},
    {"at: tomorrow", 1, 5,
     "expected a time (like 2026-01-01T00:00:00Z) for \"at\", found \"tomorrow\"", NULL},
    {"at: 2026-02-30", 1, 5,
     "expected a time (like 2026-01-01T00:00:00Z) for \"at\", found \"2026-02-30\"", NULL},
    /* hex digits */
    {"device_id: 00FF", 1, 12, "expected 4 lower-case hex digits for \"device_id\", found \"00FF\"",
     "00ff"},
    {"device_id: 00f", 1, 12, "expected 4 lower-case hex digits for \"device_id\", found \"00f\"",
     NULL},
    {"serial: a", 1, 9, "expected 2 to 6 lower-case hex digits for \"serial\", found \"a\"", NULL},
    {"serial: '1234567'", 1, 9,
     "expected 2 to 6 lower-case hex digits for \"serial\", found the string \"1234567\"", NULL},
    {"data: 0xff", 1, 7, "expected lower-case hex digits for \"data\", found 0xff", NULL},
    {"data:", 1, 6, "expected lower-case hex digits for \"data\", found nothing", NULL},
    /* what holds others */
    {"tags: a", 1, 7, "expected a list for \"tags\", found \"a\"", NULL},
    {"tags: {a: b}", 1, 7, "expected a list for \"tags\", found a map", NULL},
    {"tags:", 1, 6, "expected a list for \"tags\", found nothing", NULL},
    {"tags:\n  - a\n  - [b]\n", 3, 5, "expected text for \"tag\", found a list", NULL},
    {"clients: [x]", 1, 11, "expected a map for \"client\", found \"x\"", NULL},
    {"levels: [1]", 1, 9, "expected a map for \"levels\", found a list", NULL},
    {"levels: {a: 1, b: 10}", 1, 19, "expected a whole number from 1 to 9 for \"level\", found 10",
     NULL},
    {"client: x", 1, 9, "expected a map for \"client\", found \"x\"", NULL},
    /* what is found is shortened, and not in the middle of a character */
    {"port: \xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
     "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9x\xc3\xa9\xc3\xa9",
     1, 7,
     "expected a whole number from 1 to 65535 for \"port\", found "
     "\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
     "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9x…\"",
     NULL},
};

START_TEST(what_does_not_pass)
{
    ck_assert_msg(!check_text(bads[_i].text, rows), "%s", bads[_i].text);
    ck_assert_uint_eq(diags.count, 1);
    const struct diag *diag = &diags.items[0];
    ck_assert_str_eq(diag->message, bads[_i].message);
    ck_assert_msg(diag->line == bads[_i].line && diag->column == bads[_i].column, "%d:%d",
                  diag->line, diag->column);
    ck_assert_pstr_eq(diag->hint, bads[_i].hint);
}
END_TEST

START_TEST(all_mistakes_are_found)
{
    ck_assert(!check_text("nam: x\n"
                          "port: x\n"
                          "tags: [[], ok, {}]\n"
                          "clients:\n"
                          "- {secret: []}\n"
                          "levels: {a: 0, b: 1, c: x}\n",
                          rows));
    static const int lines[] = {1, 2, 3, 3, 5, 5, 6, 6};
    ck_assert_uint_eq(diags.count, 8);
    for (size_t i = 0; i < 8; i++)
        ck_assert_int_eq(diags.items[i].line, lines[i]);
}
END_TEST

START_TEST(no_fields_at_all)
{
    static const struct field none[] = {{0}};
    ck_assert(check_text("{}", none));
    ck_assert(!check_text("a: 1", none));
    ck_assert_str_eq(diags.items[0].message, "unknown key \"a\"; known keys: none");
}
END_TEST

START_TEST(value_against_one_row)
{
    struct doc *doc = read_text("[80, 0]");
    const struct doc_node *list = doc_root(doc, 0);
    const struct field *port = &rows[3];
    ck_assert(fields_check_value(doc, list->items[0], port, &diags));
    ck_assert(!fields_check_value(doc, list->items[1], port, &diags));
    ck_assert_uint_eq(diags.count, 1);
    doc_unref(doc);
}
END_TEST

START_TEST(many_unknown_keys_are_quick_and_counted)
{
    for (int i = 0; i < 20000; i++)
        buf_printf(&out, "plattform-%d: 1\n", i);
    ck_assert(!check_text(buf_str(&out), rows));
    ck_assert_uint_eq(diags.count + diags.dropped, 20000);
}
END_TEST

START_TEST(values_and_their_defaults)
{
    struct doc *doc = read_text("text: 123\nnumber: -5\nonline: true\nttl: 5min\n"
                                "at: 2026-01-01T00:00:00Z\n");
    const struct doc_node *map = doc_root(doc, 0);
    ck_assert(fields_check(doc, map, rows, &diags));
    ck_assert_str_eq(fields_str(map, "text", "x"), "123");
    ck_assert_int_eq(fields_int(map, "number", 1), -5);
    ck_assert_int_eq(fields_bool(map, "online", false), true);
    ck_assert_int_eq(fields_duration(map, "ttl", 1), 300000);
    ck_assert_int_eq(fields_time(map, "at", 1), 1767225600000);
    ck_assert_str_eq(fields_str(map, "name", "x"), "x");
    ck_assert_ptr_null(fields_str(map, "name", NULL));
    ck_assert_int_eq(fields_int(map, "port", 80), 80);
    ck_assert_int_eq(fields_bool(map, "nope", true), true);
    ck_assert_int_eq(fields_duration(map, "nope", -1), -1);
    ck_assert_int_eq(fields_time(map, "nope", 7), 7);
    ck_assert_int_eq(fields_int(NULL, "number", 9), 9);
    doc_unref(doc);
}
END_TEST

static const struct {
    const char *text;
    bool ok;
    int64_t ms;
    bool is_virtual;
} waits[] = {
    {"5s real", true, 5000, false},
    {"30s virtual", true, 30000, true},
    {"0ms real", true, 0, false},
    {"1h30min virtual", true, 5400000, true},
    {"36500d virtual", true, 3153600000000, true},
    {"", false, 0, false},
    {"5s", false, 0, false},
    {"real", false, 0, false},
    {" real", false, 0, false},
    {"5 real", false, 0, false},
    {"5s Real", false, 0, false},
    {"5s  real", false, 0, false},
    {"5s real ", false, 0, false},
    {" 5s real", false, 0, false},
    {"5s real virtual", false, 0, false},
    {"5s\treal", false, 0, false},
    {"-5s real", false, 0, false},
    {"00000000000000000000000000000000000000005s real", false, 0, false},
};

START_TEST(waits_name_their_clock)
{
    int64_t ms = -7;
    bool is_virtual = false, untouched = true;
    ck_assert_int_eq(fields_parse_wait(waits[_i].text, &ms, &is_virtual), waits[_i].ok);
    ck_assert_int_eq(ms, waits[_i].ok ? waits[_i].ms : -7);
    ck_assert_int_eq(is_virtual, waits[_i].is_virtual);
    if (!waits[_i].ok)
        fields_parse_wait(waits[_i].text, &ms, &untouched);
    ck_assert(untouched);
}
END_TEST

/* ---- schema ---- */

#define PATTERN(text) "\"type\":\"string\",\"pattern\":\"" text "\"}"

static const struct {
    struct field field;
    const char *json;
} schemas[] = {
    {{.type = FIELD_STRING}, "{\"type\":[\"string\",\"number\",\"boolean\"]}"},
    {{.type = FIELD_STRING, .text = "A \"name\"."},
     "{\"description\":\"A \\\"name\\\".\",\"type\":[\"string\",\"number\",\"boolean\"]}"},
    {{.type = FIELD_STRING, .min = 1, .max = 63},
     "{\"type\":[\"string\",\"number\",\"boolean\"],\"minLength\":1,\"maxLength\":63}"},
    /* 5 bytes can be 2 characters */
    {{.type = FIELD_STRING, .min = 5, .max = 5},
     "{\"type\":[\"string\",\"number\",\"boolean\"],\"minLength\":2,\"maxLength\":5}"},
    {{.type = FIELD_INT}, "{\"type\":\"integer\"}"},
    {{.type = FIELD_INT, .min = -1, .max = 5},
     "{\"type\":\"integer\",\"minimum\":-1,\"maximum\":5}"},
    {{.type = FIELD_BOOL}, "{\"type\":\"boolean\"}"},
    {{.type = FIELD_WORD, .words = platforms}, "{\"enum\":[\"e-series\",\"boron\",\"photon\"]}"},
    {{.type = FIELD_DURATION}, "{" PATTERN("^([0-9]+(ms|s|min|m|h|d))+$")},
    {{.type = FIELD_WAIT}, "{" PATTERN("^([0-9]+(ms|s|min|m|h|d))+ (real|virtual)$")},
    {{.type = FIELD_TIME},
     "{" PATTERN("^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}"
                 "(\\\\.[0-9]{3})?Z?)?$")},
    {{.type = FIELD_HEX, .min = 24, .max = 24},
     "{\"type\":[\"string\",\"number\"],\"pattern\":\"^[0-9a-f]{24,24}$\"}"},
    {{.type = FIELD_HEX}, "{\"type\":[\"string\",\"number\"],\"pattern\":\"^[0-9a-f]*$\"}"},
    {{.type = FIELD_ANY}, "{}"},
    {{.type = FIELD_ANY, .text = "t"}, "{\"description\":\"t\"}"},
    {{.type = FIELD_LIST, .item = &level},
     "{\"type\":\"array\",\"items\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":9}}"},
    {{.type = FIELD_MAP, .item = &level},
     "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\",\"minimum\":1,"
     "\"maximum\":9}}"},
    {{.type = FIELD_OBJECT, .fields = client_fields, .text = "c"},
     "{\"description\":\"c\",\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
     "\"id\":{\"description\":\"How the client is called.\",\"type\":[\"string\",\"number\","
     "\"boolean\"]},\"secret\":{\"type\":[\"string\",\"number\",\"boolean\"]}},\"required\":["
     "\"id\"]}"},
};

START_TEST(schema_of_a_value)
{
    struct jsonw w;
    jsonw_init(&w, &out);
    fields_schema_value(&schemas[_i].field, &w);
    ck_assert_str_eq(buf_str(&out), schemas[_i].json);
}
END_TEST

START_TEST(schema_of_a_map)
{
    static const struct field two[] = {
        {.name = "a", .type = FIELD_ANY, .required = true},
        {.name = "b", .type = FIELD_BOOL},
        {.name = "c", .type = FIELD_ANY, .required = true},
        {0},
    };
    static const struct field none[] = {{0}};
    struct jsonw w;
    jsonw_init(&w, &out);
    fields_schema(two, &w);
    ck_assert_str_eq(buf_str(&out),
                     "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"a\":{},"
                     "\"b\":{\"type\":\"boolean\"},\"c\":{}},\"required\":[\"a\",\"c\"]}");
    buf_clear(&out);
    jsonw_init(&w, &out);
    fields_schema(none, &w);
    ck_assert_str_eq(buf_str(&out),
                     "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{}}");
}
END_TEST

#define LOOP(tcase, test, table)                                                                   \
    tcase_add_loop_test(tcase, test, 0, sizeof(table) / sizeof *(table))

Suite *test_base_fields(void)
{
    Suite *suite = suite_create("fields");
    TCase *tcase = tcase_create("fields");
    tcase_add_checked_fixture(tcase, setup, teardown);
    LOOP(tcase, what_passes, goods);
    LOOP(tcase, what_does_not_pass, bads);
    tcase_add_test(tcase, all_mistakes_are_found);
    tcase_add_test(tcase, no_fields_at_all);
    tcase_add_test(tcase, value_against_one_row);
    tcase_add_test(tcase, many_unknown_keys_are_quick_and_counted);
    tcase_add_test(tcase, values_and_their_defaults);
    LOOP(tcase, waits_name_their_clock, waits);
    LOOP(tcase, schema_of_a_value, schemas);
    tcase_add_test(tcase, schema_of_a_map);
    suite_add_tcase(suite, tcase);
    return suite;
}
