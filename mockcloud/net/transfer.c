/* See transfer.h. Owns the options of a request; it never looks into what is delivered. */
#include "net/transfer.h"

#include "base/mem.h"
#include "net/carrier_policy.h"
#include "sim/sim.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct transfer *transfer_new(const struct libcurl *curl, const struct shunned *shunned,
                              struct cloud *cloud, uint64_t id)
{
    struct transfer *transfer = mem_new(sizeof *transfer);
    transfer->curl = curl;
    transfer->shunned = shunned;
    transfer->cloud = cloud;
    transfer->id = id;
    transfer->sent_ms = sim_real_ms();
    buf_init(&transfer->body, OUTBOX_RESPONSE_MAX);
    return transfer;
}

void transfer_free(struct transfer *transfer)
{
    if (!transfer)
        return;
    const struct libcurl *curl = transfer->curl;
    if (transfer->easy)
        curl->easy_cleanup(transfer->easy);
    curl->url_cleanup(transfer->url);
    curl->slist_free_all(transfer->headers);
    curl->slist_free_all(transfer->resolve);
    buf_free(&transfer->body);
    free(transfer->host);
    free(transfer);
}

/* ---- where it may go ---- */

static bool url_is_http(const struct libcurl *curl, CURLU *url)
{
    char *scheme = NULL;
    bool http = curl->url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    curl->free(scheme);
    return http;
}

/* Whether it may go there is decided by the host as written, since no name is looked up; what it
 * turns out to be is checked once more in open_socket(). */
char *transfer_refusal_dup(struct transfer *transfer, const struct delivery_request *request,
                           const char *const *hosts, bool *ret_elsewhere)
{
    const struct libcurl *curl = transfer->curl;
    char *host = NULL;
    const char *method = request->method;
    transfer->url = curl->url();
    if (!transfer->url)
        mem_out(0);
    if (curl->url_set(transfer->url, CURLUPART_URL, request->url, 0) != CURLUE_OK ||
        !url_is_http(curl, transfer->url) ||
        curl->url_get(transfer->url, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        return mem_dup("Invalid URI");
    transfer->host = mem_dup(host);
    curl->free(host);
    while (isupper((unsigned char)*method))
        method++;
    if (*method || method == request->method)
        return mem_dup("Invalid method");
    transfer->listed = carrier_policy_is_listed(hosts, transfer->host);
    if (transfer->listed || carrier_policy_is_local(transfer->host))
        return NULL;
    *ret_elsewhere = true;
    return mem_printf_dup("mockcloud sends webhooks to this machine only; --allow-outbound %s lets "
                          "them go there",
                          transfer->host);
}

/* ---- the request ---- */

static bool reaches_us(const struct transfer *transfer, const struct sockaddr *target)
{
    for (size_t i = 0; i < transfer->shunned->count; i++)
        if (carrier_policy_reaches((const struct sockaddr *)&transfer->shunned->at[i], target))
            return true;
    return false;
}

/* The last check, of the address itself: whatever the host is called, this is where libcurl says
 * what it is about to connect to. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *transfer = arg;
    (void)purpose;
    transfer->to_us |= reaches_us(transfer, &address->addr);
    if (transfer->to_us || (!transfer->listed && !carrier_policy_is_loopback(&address->addr)))
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Takes a response up to its limit. Returning less than was offered makes libcurl end the transfer,
 * with what there is (see report() in carrier.c). */
static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct buf *body = arg;
    size_t len = size * count;
    size_t room = body->max - body->len;
    buf_add(body, bytes, len < room ? len : room);
    return len <= room ? len : 0;
}

static void list_add(const struct libcurl *curl, struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl->slist_append(*list, line);
    if (!longer)
        mem_out(0);
    *list = longer;
}

static bool names(const char *line, const char *name)
{
    size_t len = strlen(name);
    return strncasecmp(line, name, len) == 0 && line[len] == ':';
}

/* The delivery's headers, and of libcurl's own only Host and the length: a line "Name:" takes one
 * of its headers out. A receiver must see what the real cloud sends, not what libcurl likes. */
static struct curl_slist *header_list(const struct libcurl *curl,
                                      const struct delivery_request *request)
{
    static const char *const own[] = {"Accept", "Content-Type", "Expect"};
    struct curl_slist *list = NULL;
    for (const char *const *line = request->headers; line && *line; line++) {
        size_t len = strlen(*line);
        if (len > 2 && strcmp(*line + len - 2, ": ") == 0) { /* libcurl's way to send it empty */
            char *empty = mem_printf_dup("%.*s;", (int)len - 2, *line);
            list_add(curl, &list, empty);
            free(empty);
        } else {
            list_add(curl, &list, *line);
        }
    }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        bool given = false;
        for (const char *const *line = request->headers; line && *line; line++)
            given |= names(*line, own[i]);
        char *without = mem_printf_dup("%s:", own[i]);
        if (!given)
            list_add(curl, &list, without);
        free(without);
    }
    return list;
}

/* Makes "localhost" known without a look-up, which would block the loop, and could be answered with
 * any address. */
static void know_loopback(struct transfer *transfer)
{
    const struct libcurl *curl = transfer->curl;
    char *port = NULL;
    if (curl->url_get(transfer->url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
        return;
    char *line = mem_printf_dup("%s:%s:127.0.0.1,::1", transfer->host, port);
    list_add(curl, &transfer->resolve, line);
    curl->easy_setopt(transfer->easy, CURLOPT_RESOLVE, transfer->resolve);
    free(line);
    curl->free(port);
}

void transfer_prepare(struct transfer *transfer, const struct delivery_request *request)
{
    const struct libcurl *curl = transfer->curl;
    CURL *easy = transfer->easy = curl->easy_init();
    if (!easy)
        mem_out(0);
    transfer->headers = header_list(curl, request);
    curl->easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl->easy_setopt(easy, CURLOPT_CURLU, transfer->url);
    curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl->easy_setopt(easy, CURLOPT_PROXY, ""); /* even if http_proxy is set: it would see all */
    curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L); /* the next host would go unchecked */
    curl->easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 0x7fffffffL); /* the world's clock decides */
    curl->easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, request->verify ? 1L : 0L);
    curl->easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, request->verify ? 2L : 0L);
    curl->easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl->easy_setopt(easy, CURLOPT_WRITEDATA, &transfer->body);
    curl->easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl->easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    if (request->body) {
        curl->easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)request->body_len);
        curl->easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
    }
    curl->easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    if (carrier_policy_is_local_name(transfer->host))
        know_loopback(transfer);
}

/* ---- what came of it ---- */

char *transfer_failure_dup(const struct transfer *transfer)
{
    const struct libcurl *curl = transfer->curl;
    long reason = 0;
    if (transfer->to_us)
        return mem_dup("mockcloud sends no webhooks to itself");
    switch (transfer->code) {
    case CURLE_COULDNT_CONNECT:
        curl->easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &reason);
        if (reason == ECONNRESET) /* it was connected, and reset before libcurl looked */
            return mem_dup("read ECONNRESET");
        return mem_printf_dup("connect %s %s",
                              reason == ECONNREFUSED || !reason ? "ECONNREFUSED" : "EHOSTUNREACH",
                              transfer->host);
    case CURLE_COULDNT_RESOLVE_HOST:
        return mem_printf_dup("getaddrinfo ENOTFOUND %s", transfer->host);
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
        return mem_dup("socket hang up");
    case CURLE_RECV_ERROR:
        return mem_dup("read ECONNRESET");
    case CURLE_SEND_ERROR:
        return mem_dup("write EPIPE");
    case CURLE_PEER_FAILED_VERIFICATION:
        return mem_dup("unable to verify the first certificate");
    case CURLE_OUT_OF_MEMORY: /* what libcurl says of a head that is too large, too */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return mem_dup("Parse Error");
    default:
        return mem_dup(curl->easy_strerror(transfer->code));
    }
}
