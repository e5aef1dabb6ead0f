/* Requests as bytes: what is no HTTP/1.1, or could be read in two ways, is refused once and its
 * connection closed; what only looks odd passes. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

#define HOST "Host: localhost\r\n"
#define END  "\r\n"
#define ROW(name, bytes, status)                                                                   \
    {                                                                                              \
        name, bytes, sizeof bytes - 1, status                                                      \
    }

static const struct {
    const char *name, *bytes;
    size_t len;
    int status;
} refused[] = {
    ROW("two lengths",
        "POST /a HTTP/1.1\r\n" HOST "Content-Length: 2\r\nContent-Length: 5\r\n\r\nabcde", 400),
    ROW("one length twice",
        "POST /a HTTP/1.1\r\n" HOST "Content-Length: 2\r\ncontent-length: 2\r\n\r\nab", 400),
    ROW("a list of lengths", "POST /a HTTP/1.1\r\n" HOST "Content-Length: 2, 2\r\n\r\nab", 400),
    ROW("+15", "POST /a HTTP/1.1\r\n" HOST "Content-Length: +15\r\n\r\n0123456789abcde", 400),
    ROW("-1", "POST /a HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 400),
    ROW("no length", "POST /a HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", 400),
    ROW("a length in hex", "POST /a HTTP/1.1\r\n" HOST "Content-Length: 0x5\r\n\r\nabcde", 400),
    ROW("a length beyond 64 bits",
        "POST /a HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999999\r\n\r\n", 413),
    ROW("length and coding",
        "POST /a HTTP/1.1\r\n" HOST
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
        400),
    ROW("coding and length",
        "POST /a HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
        400),
    ROW("gzip", "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\nabc", 400),
    ROW("gzip, chunked",
        "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
    ROW("identity", "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n", 400),
    ROW("chunked twice",
        "POST /a HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400),
    ROW("chunked in HTTP/1.0",
        "POST /a HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ROW("bare LF", "GET /a HTTP/1.1\nHost: localhost\n\n", 400),
    ROW("one bare LF", "GET /a HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n", 400),
    ROW("one bare LF and much space", "GET /a HTTP/1.1\r\nHost:      localhost\nX: y\r\n\r\n", 400),
    ROW("a bare LF at the end", "GET /a HTTP/1.1\r\nHost: localhost\r\n\n", 400),
    ROW("a bare LF behind the first line", "GET /a HTTP/1.1\nHost: localhost\r\n\r\n", 400),
    ROW("a bare CR", "GET /a HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n", 400),
    ROW("a NUL in the method", "GE\0T /a HTTP/1.1\r\n" HOST END, 400),
    ROW("a NUL behind the method", "GET\0 /a HTTP/1.1\r\n" HOST END, 400),
    ROW("a NUL in the target", "GET /a\0b HTTP/1.1\r\n" HOST END, 400),
    ROW("a NUL in the query", "GET /a?b=\0c HTTP/1.1\r\n" HOST END, 400),
    ROW("a NUL in a value", "GET /a HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n", 400),
    ROW("a folded line", "GET /a HTTP/1.1\r\n" HOST "X-Mock: 1\r\n cloud\r\n\r\n", 400),
    ROW("a first line that is folded", "GET /a HTTP/1.1\r\n X: a\r\n" HOST END, 400),
    ROW("a space before the colon", "GET /a HTTP/1.1\r\n" HOST "X : a\r\n\r\n", 400),
    ROW("no name", "GET /a HTTP/1.1\r\n" HOST ": a\r\n\r\n", 400),
    ROW("no colon", "GET /a HTTP/1.1\r\n" HOST "X\r\n\r\n", 400),
    ROW("a name with brackets", "GET /a HTTP/1.1\r\n" HOST "X(a): b\r\n\r\n", 400),
    ROW("a name with an umlaut", "GET /a HTTP/1.1\r\n" HOST "X\xc3\xa4: b\r\n\r\n", 400),
    ROW("a value with a control character", "GET /a HTTP/1.1\r\n" HOST "X: a\x01\r\n\r\n", 400),
    ROW("a value with DEL", "GET /a HTTP/1.1\r\n" HOST "X: a\x7f\r\n\r\n", 400),
    ROW("two hosts", "GET /a HTTP/1.1\r\n" HOST HOST END, 400),
    ROW("an odd method", "G@T /a HTTP/1.1\r\n" HOST END, 400),
    ROW("two spaces", "GET  /a HTTP/1.1\r\n" HOST END, 400),
    ROW("two spaces behind the target", "GET /a  HTTP/1.1\r\n" HOST END, 400),
    ROW("a space in the target", "GET /a b HTTP/1.1\r\n" HOST END, 400),
    ROW("a control character in the target", "GET /a\x01 HTTP/1.1\r\n" HOST END, 400),
    ROW("a control character in the query", "GET /a?b\x1f HTTP/1.1\r\n" HOST END, 400),
    ROW("a version to come", "GET /a HTTP/2.0\r\n" HOST END, 505),
    ROW("no version", "GET /a\r\n" HOST END, 400),
    ROW("a chunk of no size",
        "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        400),
    ROW("a chunk of +5",
        "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n+5\r\nabcde\r\n0\r\n\r\n",
        400),
    ROW("a chunk that is longer",
        "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n5\r\nabcdeXX0\r\n\r\n", 400),
};

static const struct {
    const char *name, *bytes;
    size_t len;
    const char *reply;
} passed[] = {
    ROW("no space", "GET /a HTTP/1.1\r\nHost:localhost\r\nX:y\r\n\r\n", "GET /a 0"),
    ROW("much space", "GET /a HTTP/1.1\r\nHost: \t localhost\r\nX:   y \t \r\n\r\n", "GET /a 0"),
    ROW("empty values", "GET /a HTTP/1.1\r\n" HOST "X:\r\nY: \r\nZ:\r\n\r\n", "GET /a 0"),
    ROW("all characters of a name", "GET /a HTTP/1.1\r\n" HOST "!#$%&'*+-.^_`|~09azAZ: b\r\n\r\n",
        "GET /a 0"),
    ROW("an umlaut and a tab in a value", "GET /a HTTP/1.1\r\n" HOST "X: \xc3\xa4\tb\r\n\r\n",
        "GET /a 0"),
    ROW("an umlaut in the target", "GET /\xc3\xa4 HTTP/1.1\r\n" HOST END, "GET /\xc3\xa4 0"),
    ROW("a method of one's own", "M-SEARCH /a HTTP/1.1\r\n" HOST END, "M-SEARCH /a 0"),
    ROW("no headers", "GET /a HTTP/1.0\r\n\r\n", "GET /a 0"),
    ROW("empty lines before", "\r\n\r\nGET /a HTTP/1.1\r\n" HOST END, "GET /a 0"),
    ROW("a query", "GET /a?b=c&d&%20=e HTTP/1.1\r\n" HOST END, "GET /a?b=c&d&%20=e 0"),
    ROW("zeros before the length", "POST /a HTTP/1.1\r\n" HOST "Content-Length: 005\r\n\r\nabcde",
        "POST /a 5"),
    ROW("CHUNKED",
        "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: CHUNKED\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
        "POST /a 5"),
    ROW("a cookie", "GET /a HTTP/1.1\r\nCookie: a=b; c=\"d\"\r\n" HOST END, "GET /a 0"),
};

static struct client client;

static void setup(void)
{
    fixture_setup();
    client = client_connect(fx.port);
}

static void teardown(void)
{
    client_close(&client);
    fixture_teardown();
}

/* How many heads of replies have come in. */
static size_t heads(void)
{
    size_t count = 0;
    for (const char *at = buf_str(&client.got); (at = strstr(at, "HTTP/1.1 ")); at++)
        count++;
    return count;
}

START_TEST(is_refused_once)
{
    char line[32];
    client_send_n(&client, refused[_i].bytes, refused[_i].len);
    ck_assert_msg(client_closed(fx.server, &client), "%s: not closed", refused[_i].name);
    snprintf(line, sizeof line, "HTTP/1.1 %d ", refused[_i].status);
    ck_assert_msg(strncmp(buf_str(&client.got), line, strlen(line)) == 0 && heads() == 1, "%s: %s",
                  refused[_i].name, buf_str(&client.got));
    ck_assert_uint_eq(double_dispatched(fx.api), 0);
}
END_TEST

/* A length that is none is refused while other heads are coming in; those go on. */
START_TEST(only_its_own_connection)
{
    struct client others[3];
    for (int i = 0; i < 3; i++) {
        others[i] = client_connect(fx.port);
        client_send(&others[i], "POST /other HTTP/1.1\r\nContent-Length: 2\r\nX: ");
        client_settle(fx.server);
    }
    client_send(&client, "POST /a HTTP/1.1\r\n" HOST "Content-Length: +2\r\n\r\nab");
    ck_assert(client_closed(fx.server, &client));
    ck_assert(client_has(&client, "Content-Length is not a number"));
    for (int i = 0; i < 3; i++) {
        client_send(&others[i], "y\r\n" HOST "\r\nab");
        ck_assert(client_expect(fx.server, &others[i], "POST /other 2"));
        client_close(&others[i]);
    }
}
END_TEST

static void expect(const char *name, const char *text)
{
    ck_assert_msg(client_expect(fx.server, &client, text), "%s: %s", name, buf_str(&client.got));
}

START_TEST(passes)
{
    client_send_n(&client, passed[_i].bytes, passed[_i].len);
    expect(passed[_i].name, passed[_i].reply);
}
END_TEST

/* In whatever pieces it comes, and whatever came before on the connection. */
START_TEST(passes_in_pieces)
{
    client_send(&client, "POST /1 HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabcGET /2");
    expect("the first", "POST /1 3");
    for (size_t i = 0; i < passed[_i].len; i++) {
        if (i == 0)
            client_send(&client, " HTTP/1.1\r\n" HOST "\r\n");
        client_send_n(&client, passed[_i].bytes + i, 1);
        client_settle(fx.server);
    }
    expect("the second", "GET /2 0");
    expect(passed[_i].name, passed[_i].reply);
}
END_TEST

/* libmicrohttpd's buffer grows while it comes in. */
START_TEST(passes_with_many_headers)
{
    client_send(&client, "GET /a HTTP/1.1\r\n" HOST);
    for (int i = 0; i < 60; i++) {
        char header[128];
        snprintf(header, sizeof header, "X-%d: %0100d\r\n", i, i);
        client_send(&client, header);
        if (i % 20 == 0)
            client_settle(fx.server);
    }
    client_send(&client, "\r\n");
    expect("many headers", "GET /a 0");
}
END_TEST

/* Not even the last, empty chunk. */
START_TEST(the_head_of_a_stream_is_all)
{
    client_send(&client, "HEAD /stream HTTP/1.1\r\n" HOST "\r\n");
    ck_assert(client_closed(fx.server, &client));
    const char *got = buf_str(&client.got);
    ck_assert_msg(strncmp(got, "HTTP/1.1 200 ", 13) == 0, "%s", got);
    ck_assert_str_eq(strstr(got, "\r\n\r\n"), "\r\n\r\n");
    ck_assert_ptr_null(strstr(got, "chunked"));
    ck_assert_uint_eq(double_open(fx.api), 0);
}
END_TEST

Suite *test_wire(void)
{
    Suite *suite = suite_create("wire");
    TCase *tc = tcase_create("wire");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, is_refused_once, 0, sizeof refused / sizeof *refused);
    tcase_add_test(tc, only_its_own_connection);
    tcase_add_loop_test(tc, passes, 0, sizeof passed / sizeof *passed);
    tcase_add_loop_test(tc, passes_in_pieces, 0, sizeof passed / sizeof *passed);
    tcase_add_test(tc, passes_with_many_headers);
    tcase_add_test(tc, the_head_of_a_stream_is_all);
    suite_add_tcase(suite, tc);
    return suite;
}
