/* See har.h. Owns the form; what an exchange was is the caller's. */
#include "base/har.h"

#include "base/headers.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "base/timefmt.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define HAR_QUERY_MAX (1u << 20)

void har_begin(struct buf *out, const char *program)
{
    buf_printf(
        out,
        "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"mockcloud\",\"version\":\"%s\"},"
        "\"entries\":[",
        program);
}

void har_end(struct buf *out)
{
    buf_add_str(out, "]}}\n");
}

void har_end_with_pages(struct buf *out, const char *pages)
{
    buf_printf(out, "],\"pages\":[%s]}}\n", pages);
}

void har_page(struct buf *out, const char *id, const char *title, int64_t began_ms)
{
    char began[TIMEFMT_ISO_SIZE];
    struct jsonw w;
    jsonw_init(&w, out);
    timefmt_iso(began_ms, began);
    jsonw_object(&w);
    jsonw_key_str(&w, "startedDateTime", began);
    jsonw_key_str(&w, "id", id);
    jsonw_key_str(&w, "title", title);
    jsonw_key(&w, "pageTimings");
    jsonw_raw(&w, "{}", 2);
    jsonw_end_object(&w);
}

static void write_pair(struct jsonw *w, const char *name, const char *value)
{
    jsonw_object(w);
    jsonw_key_str(w, "name", name);
    jsonw_key_str(w, "value", value);
    jsonw_end_object(w);
}

static void write_headers(struct jsonw *w, const struct har_headers *headers)
{
    const char *name, *value;
    jsonw_key(w, "headers");
    jsonw_array(w);
    for (size_t i = 0; headers->next && headers->next(headers->list, i, &name, &value); i++)
        write_pair(w, name, value);
    jsonw_end_array(w);
}

static const char *content_type(const struct har_headers *headers)
{
    const char *name, *value;
    for (size_t i = 0; headers->next && headers->next(headers->list, i, &name, &value); i++)
        if (headers_named(name, "Content-Type"))
            return value;
    return "";
}

/* As it was sent; what stands between two & and is empty is nothing. */
static void write_query(struct jsonw *w, const char *target)
{
    const char *at = strchr(target, '?');
    struct buf name, value;
    buf_init(&name, HAR_QUERY_MAX);
    buf_init(&value, HAR_QUERY_MAX);
    jsonw_key(w, "queryString");
    jsonw_array(w);
    for (at = at ? at + 1 : ""; *at; at += strspn(at, "&")) {
        size_t len = strcspn(at, "&"), name_len = strcspn(at, "=&");
        buf_clear(&name);
        buf_clear(&value);
        buf_add(&name, at, name_len);
        if (name_len < len)
            buf_add(&value, at + name_len + 1, len - name_len - 1);
        write_pair(w, buf_str(&name), buf_str(&value));
        at += len;
    }
    jsonw_end_array(w);
    buf_free(&name);
    buf_free(&value);
}

/* Text as it is, anything else as base64. */
static void write_text(struct jsonw *w, const struct har_message *message)
{
    struct buf encoded;
    if (message->cut)
        jsonw_key_str(w, "comment", "only the beginning was kept");
    if (text_utf8_valid(message->body, message->body_len)) {
        jsonw_key(w, "text");
        jsonw_str_n(w, message->body, message->body_len);
        return;
    }
    buf_init(&encoded, 2 * message->body_len + 4);
    text_base64_encode(message->body, message->body_len, &encoded);
    jsonw_key_str(w, "text", buf_str(&encoded));
    jsonw_key_str(w, "encoding", "base64");
    buf_free(&encoded);
}

/* Appends a target as a URI has to be written: what a client has sent raw is escaped. */
static void add_escaped(const char *target, struct buf *out)
{
    for (const char *at = target; *at; at++) {
        bool escaped =
            *at == '%' && isxdigit((unsigned char)at[1]) && isxdigit((unsigned char)at[2]);
        if (escaped || isalnum((unsigned char)*at) || strchr("-._~:/?#[]@!$&'()*+,;=", *at))
            buf_add_char(out, *at);
        else
            buf_printf(out, "%%%02X", (unsigned char)*at);
    }
}

static void write_request(struct jsonw *w, const struct har_exchange *exchange)
{
    const struct har_message *request = &exchange->request;
    struct buf url;
    buf_init(&url, HAR_QUERY_MAX);
    buf_add_str(&url, exchange->base_url);
    add_escaped(exchange->target, &url);
    jsonw_key(w, "request");
    jsonw_object(w);
    jsonw_key_str(w, "method", exchange->method);
    jsonw_key_str(w, "url", buf_str(&url));
    jsonw_key_str(w, "httpVersion", "HTTP/1.1");
    jsonw_key(w, "cookies");
    jsonw_raw(w, "[]", 2);
    write_headers(w, &request->headers);
    write_query(w, exchange->target);
    if (request->body) {
        jsonw_key(w, "postData");
        jsonw_object(w);
        jsonw_key_str(w, "mimeType", content_type(&request->headers));
        write_text(w, request);
        jsonw_end_object(w);
    }
    jsonw_key_int(w, "headersSize", -1);
    jsonw_key_int(w, "bodySize", (int64_t)(request->body_len + request->cut));
    jsonw_end_object(w);
    buf_free(&url);
}

static void write_response(struct jsonw *w, const struct har_exchange *exchange)
{
    const struct har_message *reply = &exchange->reply;
    jsonw_key(w, "response");
    jsonw_object(w);
    jsonw_key_int(w, "status", exchange->status);
    jsonw_key_str(w, "statusText", "");
    jsonw_key_str(w, "httpVersion", "HTTP/1.1");
    jsonw_key(w, "cookies");
    jsonw_raw(w, "[]", 2);
    write_headers(w, &reply->headers);
    jsonw_key(w, "content");
    jsonw_object(w);
    jsonw_key_int(w, "size", (int64_t)(reply->body_len + reply->cut));
    jsonw_key_str(w, "mimeType", content_type(&reply->headers));
    if (reply->body)
        write_text(w, reply);
    jsonw_end_object(w);
    jsonw_key_str(w, "redirectURL", "");
    jsonw_key_int(w, "headersSize", -1);
    jsonw_key_int(w, "bodySize", (int64_t)(reply->body_len + reply->cut));
    jsonw_end_object(w);
}

void har_add(struct buf *out, const struct har_exchange *exchange)
{
    char began[TIMEFMT_ISO_SIZE], connection[24];
    struct jsonw w;
    jsonw_init(&w, out);
    timefmt_iso(exchange->began_ms, began);
    jsonw_object(&w);
    jsonw_key_str(&w, "startedDateTime", began);
    jsonw_key_int(&w, "time", exchange->took_ms);
    write_request(&w, exchange);
    write_response(&w, exchange);
    jsonw_key(&w, "cache");
    jsonw_raw(&w, "{}", 2);
    jsonw_key(&w, "timings");
    jsonw_object(&w);
    jsonw_key_int(&w, "send", 0);
    jsonw_key_int(&w, "wait", exchange->took_ms);
    jsonw_key_int(&w, "receive", 0);
    jsonw_end_object(&w);
    snprintf(connection, sizeof connection, "%llu", (unsigned long long)exchange->connection);
    if (exchange->connection)
        jsonw_key_str(&w, "connection", connection);
    if (exchange->comment)
        jsonw_key_str(&w, "comment", exchange->comment);
    jsonw_end_object(&w);
}
