/* See http.h. Owns the options of a call; knows nothing of what is asked or answered. */
#include "net/http.h"

#include "base/mem.h"
#include "net/libcurl.h"

#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX (256u << 20)

/* A call that is under way. */
struct under_way {
    const struct libcurl *curl;
    CURL *easy;
    const struct http_call *call;
    struct buf *body;
    bool enough; /* no more pieces are wanted */
};

static size_t take(char *bytes, size_t size, size_t count, void *arg)
{
    struct under_way *way = arg;
    long status = 0;
    way->curl->easy_getinfo(way->easy, CURLINFO_RESPONSE_CODE, &status);
    if (way->call->piece && status < 400) {
        way->enough = !way->call->piece(way->call->arg, bytes, size * count);
        return way->enough ? 0 : size * count;
    }
    buf_add(way->body, bytes, size * count);
    return way->body->overflow ? 0 : size * count;
}

static struct curl_slist *header_list(const struct libcurl *curl, const char *const *headers)
{
    struct curl_slist *list = NULL;
    for (; headers && *headers; headers++) {
        struct curl_slist *longer = curl->slist_append(list, *headers);
        if (!longer)
            mem_out(0);
        list = longer;
    }
    return list;
}

static void prepare(struct under_way *way)
{
    const struct libcurl *curl = way->curl;
    const struct http_call *call = way->call;
    CURL *easy = way->easy;
    curl->easy_setopt(easy, CURLOPT_URL, call->url);
    curl->easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call->method);
    curl->easy_setopt(easy, CURLOPT_PROXY, ""); /* whatever the environment says */
    curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl->easy_setopt(easy, CURLOPT_TIMEOUT_MS, call->timeout_ms);
    curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl->easy_setopt(easy, CURLOPT_WRITEDATA, way);
    if (call->ca_file)
        curl->easy_setopt(easy, CURLOPT_CAINFO, call->ca_file);
    if (call->body) {
        curl->easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(call->body));
        curl->easy_setopt(easy, CURLOPT_POSTFIELDS, call->body);
    }
}

/* The call itself; CURLE_OK and an answer, or `reason`, of CURL_ERROR_SIZE bytes, may say why not.
 */
static CURLcode perform(const struct libcurl *curl, const struct http_call *call,
                        struct http_answer *answer, char *reason)
{
    CURL *easy = curl->easy_init();
    if (!easy)
        mem_out(0);
    struct curl_slist *headers = header_list(curl, call->headers);
    struct under_way way = {.curl = curl, .easy = easy, .call = call, .body = &answer->body};
    prepare(&way);
    curl->easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, reason);
    CURLcode code = curl->easy_perform(easy);
    curl->easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer->status);
    curl->slist_free_all(headers);
    curl->easy_cleanup(easy);
    return way.enough ? CURLE_OK : code;
}

bool http_do(const struct http_call *call, struct http_answer *ret_answer, char **ret_error)
{
    struct libcurl curl;
    struct http_answer answer = {0};
    char reason[CURL_ERROR_SIZE] = "";
    if (!libcurl_load(&curl, ret_error))
        return false;
    buf_init(&answer.body, ANSWER_MAX);
    CURLcode code = perform(&curl, call, &answer, reason);
    if (code != CURLE_OK) {
        http_answer_free(&answer);
        *ret_error = mem_printf_dup("no server answers at %s: %s", call->url,
                                    *reason ? reason : curl.easy_strerror(code));
        return false;
    }
    *ret_answer = answer;
    return true;
}

void http_answer_free(struct http_answer *answer)
{
    buf_free(&answer->body);
}
