/* What requests leave in the journal: the request, what it caused, the reply; who it was; what is
 * cut; and that one seed gives the same bytes. */
#include "suites.h"

#include "unit_api.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ON    .header = "X-Mockcloud-Control: 1"
#define AT    "\"at\":\"2026-01-01T00:00:00.000Z\",\"actor\":"
#define CLOUD AT "\"cloud\",\"kind\":"

/* Sends a row and compares the entries that it added, each in a line. */
static void expect_entries(const struct api_case *row, const char *pattern)
{
    char *before = unit_journal_dup();
    unit_case(row);
    char *after = unit_journal_dup();
    ck_assert_msg(unit_matches(pattern, after + strlen(before)), "%s:\nexpected %s\nfound    %s",
                  row->name, pattern, after + strlen(before));
    free(before);
    free(after);
}

/* Those of the control API have no id; a token that is shown is told with whose it is. */
#define REQUEST_OF(actor, data)                                                                    \
    "{\"n\":<n>," AT "\"" actor "\",\"kind\":\"http.request\",\"cause\":null,\"data\":{" data "}}" \
    "\n"
#define REQUEST(actor, data, caller) REQUEST_OF(actor, data ",\"request_id\":\"<32>\"" caller)
#define LIVE(kind, name)             ",\"token\":\"live\",\"" kind "\":\"" name "\""
#define REPLY(status, rule, rest)                                                                  \
    "{\"n\":<n>," CLOUD "\"http.reply\",\"cause\":<n>,\"data\":{\"status\":" status                \
    ",\"rule\":\"" rule "\"" rest "}}\n"

static const struct {
    struct api_case row;
    const char *entries;
} entries[] = {
    {{"GET with a query", .method = "GET", .target = "/v1/devices?access_token=nobody&x=%20",
      .status = 401},
     REQUEST("client:unknown",
             "\"method\":\"GET\",\"path\":\"/v1/devices\",\"query\":\"access_"
             "token=nobody&x=%20\"",
             ",\"token\":\"unknown\"")
         REPLY("401", "token.unknown",
               ",\"json\":{\"error\":\"invalid_token\",\"error_description\":\"<any>\"}")},
    {{"the client of the token", .method = "GET", .target = "/v1/products/123456",
      .token = "acme-token", .status = 404},
     REQUEST("client:acme-app-4711", "\"method\":\"GET\",\"path\":\"/v1/products/123456\"",
             ",\"token\":\"live\"") REPLY("404", "product.not-found", ",\"json\":{<any>}")},
    {{"a form", .method = "POST", .target = "/w/default/v1/devices", .type = FORM,
      .body = "id=a%20b&access_token=eve-token", .status = 404},
     REQUEST("client:particle",
             "\"method\":\"POST\",\"path\":\"/v1/devices\",\"form\":{\"id\":\"a "
             "b\",\"access_token\":\"eve-token\"}",
             LIVE("user", "eve@example.com"))
         REPLY("404", "claim.unknown-device", ",\"json\":{<any>}")},
    {{"JSON", .method = "POST", .target = "/v1/devices", .token = "eve-token", .type = JSON,
      .body = " { \"id\" : null , \"x\" : [ 1 , \"\\u00fc\" ] } ", .status = 404},
     REQUEST("client:particle",
             "\"method\":\"POST\",\"path\":\"/v1/devices\",\"json\":{\"id\":"
             "null,\"x\":[1,\"\xc3\xbc\"]}",
             LIVE("user", "eve@example.com"))
         REPLY("404", "claim.missing-id", ",\"json\":{<any>}")},
    {{"no JSON", .method = "POST", .target = "/v1/devices", .token = "eve-token", .type = JSON,
      .body = "{\"\x01\xff", .status = 400},
     REQUEST("client:unknown",
             "\"method\":\"POST\",\"path\":\"/v1/devices\",\"body\":\"{\\\"\\u0001\xef\xbf\xbd\"",
             LIVE("user", "eve@example.com")) REPLY("400", "api.bad-json", ",\"json\":{<any>}")},
    {{"another type", .method = "POST", .target = "/v1/device_claims", .token = "ada-token",
      .type = "text/plain", .body = "hello", .status = 403},
     REQUEST("client:acme-app-4711",
             "\"method\":\"POST\",\"path\":\"/v1/device_claims\",\"body\":\"hello\"",
             LIVE("customer", "ada@example.com"))
         REPLY("403", "claim-code.caller", ",\"json\":{<any>}")},
    {{"no reply body", .method = "DELETE", .target = "/v1/products/6287/devices/" PUMP,
      .token = "acme-token", .status = 204},
     REQUEST("client:acme-app-4711",
             "\"method\":\"DELETE\",\"path\":\"/v1/products/6287/devices/" PUMP "\"",
             ",\"token\":\"live\"") "{\"n\":<n>," CLOUD
                                    "\"device.removed\",\"cause\":<n>,\"data\":{<any>}}\n" REPLY(
                                        "204", "product.device-removed", "")},
    {{"a path that can't be decoded", .method = "GET", .target = "/v1/%zz", .status = 400},
     REQUEST("client:unknown", "\"method\":\"GET\",\"path\":\"/v1/%zz\"", "")
         REPLY("400", "api.bad-encoding", ",\"json\":{<any>}")},
    {{"control, a read", .method = "GET", .target = "/__mock/worlds/default", .status = 200}, ""},
    {{"control, a read of nothing", .method = "GET", .target = "/__mock/worlds/default/nothing",
      .status = 404},
     ""},
    {{"control, unknown device", .method = "GET", .target = "/__mock/worlds/default/devices/x",
      .status = 404},
     ""},
    {{"control", .method = "POST", .target = "/__mock/worlds/default/clock", ON, .type = JSON,
      .body = "{\"mode\":\"frozen\"}", .status = 200},
     REQUEST_OF("control",
                "\"method\":\"POST\",\"path\":\"/__mock/worlds/default/clock\",\"json\":{"
                "\"mode\":\"frozen\"}") "{\"n\":<n>," CLOUD
                                        "\"http.reply\",\"cause\":<n>,\"data\":{\"status\":"
                                        "200,\"rule\":null,"
                                        "\"json\":{<any>}}}\n"},
};

START_TEST(entry)
{
    unit_begin(NULL);
    expect_entries(&entries[_i].row, entries[_i].entries);
    unit_end();
}
END_TEST

/* What a request causes names the request; so does the reply; what a timer does later names the
 * entry that set it. */
START_TEST(causes)
{
    static const struct api_case claim = {"claim",
                                          .method = "POST",
                                          .target = "/v1/devices",
                                          .token = "dev-token",
                                          .type = FORM,
                                          .body = "id=" LAMP,
                                          .status = 200};
    uint64_t n = journal_next(unit_world()->sim.journal);
    unit_case(&claim);
    const struct journal *journal = unit_world()->sim.journal;
    static const char *const kinds[] = {"http.request", "claim.decided", "device.claimed",
                                        "http.reply"};
    ck_assert_uint_eq(journal_next(journal), n + 4);
    for (size_t i = 0; i < 4; i++) {
        const struct journal_entry *found = journal_get(journal, n + i);
        ck_assert_str_eq(found->kind, kinds[i]);
        ck_assert_uint_eq(found->cause, i ? n : 0);
    }
}
END_TEST

START_TEST(what_comes_later_names_its_cause)
{
    static const struct api_case told = {
        "power",      .method = "POST", .target = "/__mock/worlds/default/devices/cold",
        ON,           .type = JSON,     .body = "{\"do\":\"power-on\"}",
        .status = 200};
    static const struct api_case later = {
        "clock",      .method = "POST", .target = "/__mock/worlds/default/clock",
        ON,           .type = JSON,     .body = "{\"advance\":\"1min\"}",
        .status = 200};
    const struct journal *journal = unit_world()->sim.journal;
    uint64_t n = journal_next(journal), chain = 0;
    unit_case(&told);
    unit_case(&later);
    for (uint64_t i = n; i < journal_next(journal); i++)
        if (strcmp(journal_get(journal, i)->kind, "session.opened") == 0)
            chain = i;
    ck_assert_uint_ne(chain, 0);
    while (chain > n)
        chain = journal_get(journal, chain)->cause;
    ck_assert_uint_eq(chain, n); /* the request that switched it on */
}
END_TEST

static struct api_case huge_request(char **ret_body, size_t len)
{
    *ret_body = mem_new(len + 1);
    memset(*ret_body, 'a', len);
    memcpy(*ret_body, "id=", 3);
    return (struct api_case){.name = "huge",
                             .method = "POST",
                             .target = "/v1/devices",
                             .token = "dev-token",
                             .type = FORM,
                             .body = *ret_body,
                             .status = 404};
}

START_TEST(long_bodies_are_cut)
{
    char *body;
    struct api_case huge = huge_request(&body, 5000);
    unit_case(&huge);
    free(body);
    char *journal = unit_journal_dup();
    const char *cut = strstr(journal, "\"body\":\"id=aaa");
    ck_assert_ptr_nonnull(cut);
    cut += strlen("\"body\":\"");
    ck_assert_uint_eq(strcspn(cut, "\""), 4096);
    ck_assert_int_eq(strncmp(cut + 4096, "\",\"body_len\":5000,", 18), 0);
    free(journal);
}
END_TEST

START_TEST(bodies_of_4_kib_are_whole)
{
    char *body;
    struct api_case huge = huge_request(&body, 4096);
    unit_case(&huge);
    free(body);
    char *journal = unit_journal_dup();
    ck_assert_ptr_nonnull(strstr(journal, "\"form\":{\"id\":\"aaa"));
    ck_assert_ptr_null(strstr(journal, "body_len"));
    free(journal);
}
END_TEST

/* Not inside of a character: 4,096 is in the middle of one. */
START_TEST(cut_between_characters)
{
    char *body = mem_new(6001);
    for (int i = 0; i < 6000; i += 3)
        memcpy(body + i, "\xe2\x82\xac", 3);
    struct api_case euros = {.name = "euros",
                             .method = "POST",
                             .target = "/v1/devices",
                             .token = "dev-token",
                             .type = "text/plain",
                             .body = body,
                             .status = 404};
    unit_case(&euros);
    free(body);
    char *journal = unit_journal_dup();
    const char *cut = strstr(journal, "\"body\":\"");
    ck_assert_ptr_nonnull(cut);
    ck_assert_uint_eq(strcspn(cut + 8, "\""), 4095);
    ck_assert_ptr_null(strstr(journal, "\xef\xbf\xbd"));
    free(journal);
}
END_TEST

/* Twenty devices are more than 4 KiB. */
START_TEST(a_long_reply_is_cut)
{
    static const struct api_case list = {
        "list", .method = "GET", .target = "/v1/products/1/devices", .token = "t", .status = 200};
    struct buf yaml;
    char tail[50];
    unit_end();
    buf_init(&yaml, 10000);
    buf_add_str(&yaml, "products: [{id: 1, clients: [{id: app}]}]\n"
                       "tokens: [{token: t, client: app}]\ndevices:\n");
    for (int i = 0; i < 20; i++)
        buf_printf(&yaml, "  - {as: d%d, product: '1'}\n", i);
    unit_begin_world(buf_str(&yaml));
    buf_free(&yaml);
    unit_case(&list);
    snprintf(tail, sizeof tail, "\"body_len\":%zu}}\n", strlen(unit_reply()));
    ck_assert_uint_gt(strlen(unit_reply()), 4096);
    char *journal = unit_journal_dup();
    ck_assert_ptr_nonnull(strstr(journal, tail));
    ck_assert_ptr_nonnull(strstr(journal, "\"body\":\"{\\\"devices\\\":[{"));
    free(journal);
}
END_TEST

START_TEST(since)
{
    static const struct api_case refused = {"x", .method = "GET", .target = "/v1/devices",
                                            .status = 400};
    char target[100], reply[200];
    uint64_t next = journal_next(unit_world()->sim.journal);
    struct api_case ask = {
        .name = "since", .method = "GET", .target = target, .status = 200, .reply = reply};
    unit_case(&refused);
    snprintf(target, sizeof target, "/__mock/worlds/default/journal?since=%llu",
             (unsigned long long)next);
    snprintf(reply, sizeof reply,
             "{\"entries\":[{\"n\":%llu,<any>\"http.reply\"<any>}],\"first\":1,\"next\":%llu}",
             (unsigned long long)next + 1, (unsigned long long)next + 2);
    unit_case(&ask);
    snprintf(target, sizeof target, "/__mock/worlds/default/journal?since=%llu",
             (unsigned long long)next + 1);
    snprintf(reply, sizeof reply, "{\"entries\":[],\"first\":1,\"next\":%llu}",
             (unsigned long long)next + 2);
    unit_case(&ask);
    snprintf(target, sizeof target, "/__mock/worlds/default/journal?since=9223372036854775807");
    unit_case(&ask);
    snprintf(target, sizeof target, "/__mock/worlds/default/journal?since=-5");
    snprintf(reply, sizeof reply, "{\"entries\":[{\"n\":1,<any>}],\"first\":1,\"next\":%llu}",
             (unsigned long long)next + 2);
    unit_case(&ask);
}
END_TEST

/* A journal of more than 32 MiB comes in parts that fit together. */
START_TEST(a_long_journal_comes_in_parts)
{
    size_t len = 1u << 20, parts = 0;
    char *target = mem_new(len + 1);
    char ask[100];
    memset(target, 'q', len);
    memcpy(target, "/v1/devices?", 12);
    struct api_case big = {.name = "big", .method = "GET", .target = target, .status = 400};
    struct api_case page = {.name = "page", .method = "GET", .target = ask, .status = 200};
    for (int i = 0; i < 40; i++)
        unit_case(&big);
    free(target);
    unsigned long long next = 1, end = journal_next(unit_world()->sim.journal);
    for (; next < end && parts < 10; parts++) {
        snprintf(ask, sizeof ask, "/__mock/worlds/default/journal?since=%llu", next - 1);
        unit_case(&page);
        char first[50];
        snprintf(first, sizeof first, "{\"entries\":[{\"n\":%llu,", next);
        ck_assert_int_eq(strncmp(unit_reply(), first, strlen(first)), 0);
        next = strtoull(strstr(unit_reply(), "],\"first\":1,\"next\":") + 19, NULL, 10);
    }
    ck_assert_uint_eq(next, end);
    ck_assert_uint_eq(parts, 2);
}
END_TEST

/* ---- one seed, one journal ---- */

static const struct api_case sequence[] = {
    {"login", .method = "POST", .target = "/oauth/token", .type = FORM,
     .body = "grant_type=client_credentials&client_id=acme-app-4711&client_secret=acme-secret",
     .status = 200, .reply = "{\"token_type\":\"bearer\",\"access_token\":\"<40:own>\",<any>}"},
    {"customer", .method = "POST", .target = "/v1/products/6287/customers",
     .basic = "acme-app-4711:acme-secret", .type = FORM,
     .body = "email=new@example.com&no_password=true", .status = 201,
     .reply = "{\"token_type\":\"bearer\",\"access_token\":\"<40:new>\",<any>}"},
    {"code", .method = "POST", .target = "/v1/products/6287/device_claims", .token = "{{new}}",
     .status = 200, .reply = "{\"claim_code\":\"<63:code>\",<any>}"},
    {"on", .method = "POST", .target = "/__mock/worlds/default/devices/cold", ON, .type = JSON,
     .body = "{\"do\":\"power-on\"}", .status = 200},
    {"store", .method = "POST", .target = "/__mock/worlds/default/devices/cold", ON, .type = JSON,
     .body = "{\"do\":\"usb\",\"set_claim_code\":\"{{code}}\"}", .status = 200},
    {"wait", .method = "POST", .target = "/__mock/worlds/default/clock", ON, .type = JSON,
     .body = "{\"advance\":\"2h\"}", .status = 200},
    {"look", .method = "GET", .target = "/v1/devices", .token = "{{new}}", .status = 200,
     .reply = "[{\"id\":\"" COLD "\",<any>}]"},
    {"product", .method = "GET", .target = "/v1/products/6287/devices", .token = "{{own}}",
     .status = 200},
};

/* What the sequence leaves in a world; yours: free(). */
static char *run_dup(const char *head)
{
    char *yaml = mem_printf_dup(
        "%susers: [{username: dev@example.com}]\n"
        "products: [{id: 6287, platform: e-series, clients: [{id: acme-app-4711, secret: "
        "acme-secret}]}]\ndevices: [{as: cold, id: '" COLD "', product: '6287'}]\n",
        head);
    unit_begin_world(yaml);
    free(yaml);
    UNIT_STORY(sequence);
    char *journal = unit_journal_dup();
    unit_end();
    return journal;
}

START_TEST(one_seed_one_journal)
{
    unit_end();
    char *first = run_dup("seed: 5\n");
    char *second = run_dup("seed: 5\n");
    char *other = run_dup("seed: 6\n");
    ck_assert_str_eq(first, second);
    ck_assert_str_ne(first, other);
    ck_assert_ptr_nonnull(strstr(first, "\"claim-code.confirmed\""));
    ck_assert_ptr_nonnull(strstr(other, "\"claim-code.confirmed\""));
    free(first);
    free(second);
    free(other);
    unit_begin(NULL);
}
END_TEST

static void setup(void)
{
    unit_begin(NULL);
}

Suite *test_api_journal(void)
{
    Suite *suite = suite_create("journal");
    TCase *alone = tcase_create("entries");
    tcase_add_loop_test(alone, entry, 0, sizeof entries / sizeof *entries);
    suite_add_tcase(suite, alone);
    TCase *tcase = tcase_create("journal");
    tcase_add_checked_fixture(tcase, setup, unit_end);
    tcase_add_test(tcase, causes);
    tcase_add_test(tcase, what_comes_later_names_its_cause);
    tcase_add_test(tcase, long_bodies_are_cut);
    tcase_add_test(tcase, bodies_of_4_kib_are_whole);
    tcase_add_test(tcase, cut_between_characters);
    tcase_add_test(tcase, a_long_reply_is_cut);
    tcase_add_test(tcase, since);
    tcase_add_test(tcase, a_long_journal_comes_in_parts);
    tcase_add_test(tcase, one_seed_one_journal);
    suite_add_tcase(suite, tcase);
    return suite;
}
