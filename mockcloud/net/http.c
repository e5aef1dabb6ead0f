/* See http.h. Owns the use of libcurl; knows nothing of what is asked or answered. */
#include "net/http.h"

#include "base/mem.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX (256u << 20)

static size_t take(char *bytes, size_t size, size_t count, void *arg)
{
    struct buf *body = arg;
    buf_add(body, bytes, size * count);
    return body->overflow ? 0 : size * count;
}

static struct curl_slist *header_list(const char *const *headers)
{
    struct curl_slist *list = NULL;
    for (; headers && *headers; headers++) {
        struct curl_slist *longer = curl_slist_append(list, *headers);
        if (!longer)
            mem_out(0);
        list = longer;
    }
    return list;
}

static void prepare(CURL *curl, const struct http_call *call, struct buf *body)
{
    curl_easy_setopt(curl, CURLOPT_URL, call->url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, call->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    if (call->body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(call->body));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body);
    }
}

bool http_do(const struct http_call *call, struct http_answer *ret_answer, char **ret_error)
{
    CURL *curl = curl_easy_init();
    if (!curl)
        mem_out(0);
    struct http_answer answer = {0};
    char reason[CURL_ERROR_SIZE] = "";
    struct curl_slist *headers = header_list(call->headers);
    buf_init(&answer.body, ANSWER_MAX);
    prepare(curl, call, &answer.body);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    if (code != CURLE_OK) {
        http_answer_free(&answer);
        *ret_error = mem_dup(*reason ? reason : curl_easy_strerror(code));
        return false;
    }
    *ret_answer = answer;
    return true;
}

void http_answer_free(struct http_answer *answer)
{
    buf_free(&answer->body);
}
