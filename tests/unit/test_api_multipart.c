/* multipart/form-data: what is decoded, and what is refused with which words. */
#include "suites.h"

#include "api/call/multipart.h"
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#define TYPE "multipart/form-data; boundary=cut"
#define HEAD "--cut\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"

static const struct {
    const char *type, *body;
    const char *wrong; /* NULL: decoded … */
    const char *parts; /* … into these: name[=filename]:data; each */
} rows[] = {
    {TYPE, HEAD "1\r\n--cut--", NULL, "a:1;"},
    {TYPE, HEAD "1\r\n" HEAD "2\r\n--cut--\r\n", NULL, "a:1;a:2;"},
    {TYPE, HEAD "\r\n--cut--", NULL, "a:;"},
    {TYPE, "preamble\r\n" HEAD "1\r\n--cut--epilogue", NULL, "a:1;"},
    {TYPE, "--cut--", NULL, ""},
    {TYPE, HEAD "x\r\n--cutter\r\n--cut--", NULL, "a:x\r\n--cutter;"},
    {TYPE, HEAD "x--cut--\r\n--cut--", NULL, "a:x--cut--;"},
    {TYPE, "--cut  \r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--cut--", NULL, "a:1;"},
    {"multipart/form-data; charset=utf-8; BOUNDARY=\"cut\"", HEAD "1\r\n--cut--", NULL, "a:1;"},
    {TYPE,
     "--cut\r\nX: y\r\ncontent-disposition: form-data; filename=\"b;\\\"c.txt\"; name=\"f\"\r\n"
     "Content-Type: text/plain\r\n\r\n1\r\n\r\n2\r\n--cut--",
     NULL, "f=b;\"c.txt:1\r\n\r\n2;"},
    {TYPE, "--cut\r\nContent-Disposition: form-data; name=\"\xc3\xa9\"\r\n\r\n1\r\n--cut--", NULL,
     "\xc3\xa9:1;"},
    {TYPE, "", "the boundary is not in it", NULL},
    {TYPE, "--cu", "the boundary is not in it", NULL},
    {TYPE, "--cut", "a boundary is not at the end of its line", NULL},
    {TYPE, "--cutter\r\n", "a boundary is not at the end of its line", NULL},
    {TYPE, "--cut\n", "a boundary is not at the end of its line", NULL},
    {TYPE, "--cut\r\n", "a part has no end of its headers", NULL},
    {TYPE, "--cut\r\nContent-Disposition: form-data; name=\"a\"\r\n",
     "a part has no end of its headers", NULL},
    {TYPE, "--cut\r\n\r\n1\r\n--cut--", "a part has no name", NULL},
    {TYPE, "--cut\r\nContent-Disposition: form-data\r\n\r\n1\r\n--cut--", "a part has no name",
     NULL},
    {TYPE, "--cut\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--cut--",
     "a part's name is not valid", NULL},
    {TYPE, "--cut\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n1\r\n--cut--",
     "a part's name is not valid", NULL},
    {TYPE, HEAD "1", "the last boundary is missing", NULL},
    {TYPE, HEAD "1\r\n--cut", "the last boundary is missing", NULL},
    {TYPE, HEAD "\xff\r\n--cut--", "a field is no UTF-8", NULL},
    {"multipart/form-data", HEAD, "the Content-Type has no valid boundary", NULL},
    {"multipart/form-data; boundary=", HEAD, "the Content-Type has no valid boundary", NULL},
    {"multipart/form-data; boundary=\"cut", HEAD, "the Content-Type has no valid boundary", NULL},
    {"multipart/form-data; "
     "boundary=00000000001111111111222222222233333333334444444444555555555566666666667",
     HEAD, "the Content-Type has no valid boundary", NULL},
};

static char *parts_dup(const struct parts *parts)
{
    struct buf text;
    buf_init(&text, 4096);
    for (size_t i = 0; i < parts->count; i++) {
        const struct part *part = &parts->items[i];
        buf_printf(&text, "%s%s%s:", part->name, part->filename ? "=" : "",
                   part->filename ? part->filename : "");
        buf_add(&text, part->data, part->len);
        buf_add_char(&text, ';');
    }
    return buf_take(&text);
}

START_TEST(row)
{
    struct arena arena;
    struct parts parts = {0};
    size_t len = strlen(rows[_i].body);
    char *exact = malloc(len + 1); /* so that a read behind its end is seen */
    memcpy(exact, rows[_i].body, len);
    exact = realloc(exact, len ? len : 1);
    arena_init(&arena);
    const char *wrong = multipart_decode(&arena, rows[_i].type, exact, len, &parts);
    if (rows[_i].wrong) {
        ck_assert_msg(wrong && strcmp(wrong, rows[_i].wrong) == 0, "row %d: %s", _i, wrong);
    } else {
        char *found = parts_dup(&parts);
        ck_assert_msg(!wrong, "row %d: %s", _i, wrong);
        ck_assert_msg(strcmp(found, rows[_i].parts) == 0, "row %d: %s", _i, found);
        free(found);
    }
    arena_free(&arena);
    free(exact);
}
END_TEST

START_TEST(nul_bytes)
{
    static const char file[] = "--cut\r\nContent-Disposition: form-data; name=f; filename=g\r\n\r\n"
                               "\0\0\r\n--cut--";
    static const char field[] = HEAD "\0\r\n--cut--";
    struct arena arena;
    struct parts parts = {0};
    arena_init(&arena);
    ck_assert_ptr_null(multipart_decode(&arena, TYPE, file, sizeof file - 1, &parts));
    ck_assert_uint_eq(parts.count, 1);
    ck_assert_uint_eq(parts.items[0].len, 2);
    ck_assert_str_eq(multipart_decode(&arena, TYPE, field, sizeof field - 1, &parts),
                     "a field is no UTF-8");
    arena_free(&arena);
}
END_TEST

START_TEST(too_many)
{
    struct buf body;
    struct arena arena;
    struct parts parts = {0};
    buf_init(&body, 1u << 20);
    for (int i = 0; i < MULTIPART_PARTS; i++)
        buf_add_str(&body, HEAD "1\r\n");
    arena_init(&arena);
    buf_add_str(&body, "--cut--");
    ck_assert_ptr_null(multipart_decode(&arena, TYPE, body.data, body.len, &parts));
    ck_assert_uint_eq(parts.count, MULTIPART_PARTS);
    body.len -= strlen("--cut--");
    buf_add_str(&body, HEAD "1\r\n--cut--");
    ck_assert_str_eq(multipart_decode(&arena, TYPE, body.data, body.len, &parts),
                     "it has too many parts");
    arena_free(&arena);
    buf_free(&body);
}
END_TEST

START_TEST(long_headers)
{
    struct buf body;
    struct arena arena;
    struct parts parts = {0};
    buf_init(&body, 1u << 20);
    buf_add_str(&body, "--cut\r\n");
    for (int i = 0; i < MULTIPART_HEAD; i++)
        buf_add_char(&body, 'x');
    buf_add_str(&body, "\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--cut--");
    arena_init(&arena);
    ck_assert_str_eq(multipart_decode(&arena, TYPE, body.data, body.len, &parts),
                     "a part has no end of its headers");
    arena_free(&arena);
    buf_free(&body);
}
END_TEST

Suite *test_api_multipart(void)
{
    Suite *suite = suite_create("multipart");
    TCase *tcase = tcase_create("multipart");
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, nul_bytes);
    tcase_add_test(tcase, too_many);
    tcase_add_test(tcase, long_headers);
    suite_add_tcase(suite, tcase);
    return suite;
}
