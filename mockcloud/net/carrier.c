/* See carrier.h. Owns libcurl's multi handle, a transfer per delivery, and the watches of its
 * sockets. It never looks into what is delivered. */
#include "net/carrier.h"

#include "base/mem.h"
#include "cloud/outbox.h"
#include "net/carrier_policy.h"
#include "sim/sim.h"

#include <assert.h>
#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <unistd.h>

/* A socket of libcurl's. */
struct carrier_socket {
    struct loop_watch watch; /* first */
    struct carrier_socket *prev, *next;
    uint32_t happened; /* since the last carrier_work() */
};

struct transfer {
    struct transfer *prev, *next;
    struct carrier *carrier;
    struct cloud *cloud;
    uint64_t id; /* of its delivery */
    CURL *easy;
    CURLU *url;
    struct curl_slist *headers, *resolve;
    struct buf body;
    char *host;
    bool listed; /* --allow-outbound names its host: it may be anywhere */
    bool silent;
    bool done;
    CURLcode code;   /* when it is done */
    int64_t sent_ms; /* real time */
};

struct carrier {
    struct loop *loop;
    struct worlds *worlds;
    const char *const *hosts;
    int64_t patience_ms;
    bool in_order;
    CURLM *multi;     /* made with the first transfer */
    int64_t timer_ms; /* real time at which libcurl wants to be called; -1: not */
    struct carrier_socket *sockets;
    struct transfer *transfers; /* the oldest last */
};

/* ---- the loop ---- */

/* Inside of loop_wait() nothing may be freed, so libcurl hears of it later. */
static void socket_happened(struct loop_watch *watch, uint32_t events)
{
    ((struct carrier_socket *)watch)->happened |= events;
}

static void socket_forget(struct carrier *carrier, struct carrier_socket *at)
{
    if (!at)
        return;
    loop_remove(carrier->loop, &at->watch);
    *(at->prev ? &at->prev->next : &carrier->sockets) = at->next;
    if (at->next)
        at->next->prev = at->prev;
    free(at);
}

static struct carrier_socket *socket_new(struct carrier *carrier)
{
    struct carrier_socket *at = mem_new(sizeof *at);
    at->watch = (struct loop_watch){.fd = -1, .happened = socket_happened};
    at->next = carrier->sockets;
    if (at->next)
        at->next->prev = at;
    carrier->sockets = at;
    return at;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
    struct carrier *carrier = arg;
    struct carrier_socket *at = known;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        socket_forget(carrier, at);
        return 0;
    }
    if (!at) {
        at = socket_new(carrier);
        curl_multi_assign(carrier->multi, fd, at);
    }
    loop_remove(carrier->loop, &at->watch);
    uint32_t events = 0;
    if (what & CURL_POLL_IN)
        events |= EPOLLIN;
    if (what & CURL_POLL_OUT)
        events |= EPOLLOUT;
    /* When the machine refuses, libcurl's timer still ends the transfer. */
    loop_add(carrier->loop, &at->watch, fd, events);
    return 0;
}

static int on_timer(CURLM *multi, long in_ms, void *arg)
{
    struct carrier *carrier = arg;
    (void)multi;
    carrier->timer_ms = in_ms < 0 ? -1 : sim_real_ms() + in_ms;
    return 0;
}

/* ---- a transfer ---- */

/* The last look, at the address itself. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    const struct transfer *transfer = arg;
    (void)purpose;
    if (!transfer->listed && !carrier_policy_is_loopback(&address->addr))
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void transfer_free(struct transfer *transfer)
{
    struct carrier *carrier = transfer->carrier;
    if (transfer->easy) {
        curl_multi_remove_handle(carrier->multi, transfer->easy);
        curl_easy_cleanup(transfer->easy);
    }
    assert(transfer->prev || carrier->transfers == transfer);
    if (transfer->prev)
        transfer->prev->next = transfer->next;
    else
        carrier->transfers = transfer->next;
    if (transfer->next)
        transfer->next->prev = transfer->prev;
    curl_url_cleanup(transfer->url);
    curl_slist_free_all(transfer->headers);
    curl_slist_free_all(transfer->resolve);
    buf_free(&transfer->body);
    free(transfer->host);
    free(transfer);
}

/* The cloud has given it up. */
static void on_cancelled(void *arg)
{
    transfer_free(arg);
}

/* Takes a response up to its limit; more ends the transfer, with what there is. */
static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct buf *body = arg;
    size_t len = size * count;
    size_t room = body->max - body->len;
    buf_add(body, bytes, len < room ? len : room);
    return len <= room ? len : 0;
}

static void list_add(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (!longer)
        mem_out(0);
    *list = longer;
}

static bool names(const char *line, const char *name)
{
    size_t len = strlen(name);
    return strncasecmp(line, name, len) == 0 && line[len] == ':';
}

/* libcurl's own headers are taken out, but for Host and the length. */
static struct curl_slist *header_list(const struct delivery_request *request)
{
    static const char *const own[] = {"Accept", "Content-Type", "Expect"};
    struct curl_slist *list = NULL;
    for (const char *const *line = request->headers; line && *line; line++) {
        size_t len = strlen(*line);
        if (len > 2 && strcmp(*line + len - 2, ": ") == 0) { /* libcurl's way to send it empty */
            char *empty = mem_printf_dup("%.*s;", (int)len - 2, *line);
            list_add(&list, empty);
            free(empty);
        } else {
            list_add(&list, *line);
        }
    }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        bool given = false;
        for (const char *const *line = request->headers; line && *line; line++)
            given |= names(*line, own[i]);
        char *without = mem_printf_dup("%s:", own[i]);
        if (!given)
            list_add(&list, without);
        free(without);
    }
    return list;
}

/* "localhost" without a look-up. */
static void know_loopback(struct transfer *transfer)
{
    char *port = NULL;
    if (curl_url_get(transfer->url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
        return;
    char *line = mem_printf_dup("%s:%s:127.0.0.1,::1", transfer->host, port);
    list_add(&transfer->resolve, line);
    curl_easy_setopt(transfer->easy, CURLOPT_RESOLVE, transfer->resolve);
    free(line);
    curl_free(port);
}

static void prepare(struct transfer *transfer, const struct delivery_request *request)
{
    CURL *easy = transfer->easy;
    transfer->headers = header_list(request);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_CURLU, transfer->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* whatever the environment says */
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 0x7fffffffL); /* the world's clock decides */
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, request->verify ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, request->verify ? 2L : 0L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer->body);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    if (request->body) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)request->body_len);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    if (carrier_policy_is_local_name(transfer->host))
        know_loopback(transfer);
}

/* libcurl, as late as possible: most servers never send a webhook. */
static void carrier_open(struct carrier *carrier)
{
    if (carrier->multi)
        return;
    carrier->multi = curl_multi_init();
    if (!carrier->multi)
        mem_out(0);
    curl_multi_setopt(carrier->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(carrier->multi, CURLMOPT_SOCKETDATA, carrier);
    curl_multi_setopt(carrier->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(carrier->multi, CURLMOPT_TIMERDATA, carrier);
    curl_multi_setopt(carrier->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, CARRIER_AT_ONCE);
}

static struct transfer *transfer_new(struct carrier *carrier, struct cloud *cloud, uint64_t id)
{
    struct transfer *transfer = mem_new(sizeof *transfer);
    transfer->carrier = carrier;
    transfer->cloud = cloud;
    transfer->id = id;
    transfer->sent_ms = sim_real_ms();
    buf_init(&transfer->body, OUTBOX_RESPONSE_MAX);
    transfer->next = carrier->transfers;
    if (transfer->next)
        transfer->next->prev = transfer;
    carrier->transfers = transfer;
    return transfer;
}

static bool url_is_http(CURLU *url)
{
    char *scheme = NULL;
    bool http = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    curl_free(scheme);
    return http;
}

/* Reads the URL. NULL: it may be called; else why not (yours: free()). */
static char *refusal_dup(struct transfer *transfer, const struct delivery_request *request,
                         bool *ret_elsewhere)
{
    char *host = NULL;
    const char *method = request->method;
    transfer->url = curl_url();
    if (!transfer->url)
        mem_out(0);
    if (curl_url_set(transfer->url, CURLUPART_URL, request->url, 0) != CURLUE_OK ||
        !url_is_http(transfer->url) ||
        curl_url_get(transfer->url, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        return mem_dup("Invalid URI");
    transfer->host = mem_dup(host);
    curl_free(host);
    while (isupper((unsigned char)*method))
        method++;
    if (*method || method == request->method)
        return mem_dup("Invalid method");
    transfer->listed = carrier_policy_is_listed(transfer->carrier->hosts, transfer->host);
    if (transfer->listed || carrier_policy_is_local(transfer->host))
        return NULL;
    *ret_elsewhere = true;
    return mem_printf_dup("mockcloud sends webhooks to this machine only; --allow-outbound %s lets "
                          "them go there",
                          transfer->host);
}

static void send_out(struct carrier *carrier, struct cloud *cloud,
                     const struct delivery_request *request)
{
    struct transfer *transfer = transfer_new(carrier, cloud, request->id);
    uint64_t id = request->id;
    bool elsewhere = false;
    char *refusal = refusal_dup(transfer, request, &elsewhere);
    if (refusal) {
        transfer_free(transfer);
        outbox_refused(cloud, id, elsewhere, refusal);
        free(refusal);
        return;
    }
    transfer->easy = curl_easy_init();
    if (!transfer->easy)
        mem_out(0);
    carrier_open(carrier);
    prepare(transfer, request);
    curl_multi_add_handle(carrier->multi, transfer->easy);
    outbox_sent(cloud, id, on_cancelled, transfer);
}

/* ---- what came of it ---- */

/* In the words of Node, which the real cloud runs on, and without a port. */
static char *failure_dup(const struct transfer *transfer, CURLcode code)
{
    long reason = 0;
    switch (code) {
    case CURLE_COULDNT_CONNECT:
        curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &reason);
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
    default:
        return mem_dup(curl_easy_strerror(code));
    }
}

static void report(struct transfer *transfer)
{
    CURLcode code = transfer->code;
    struct cloud *cloud = transfer->cloud;
    uint64_t id = transfer->id;
    long status = 0;
    char *type = NULL;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
    if (code == CURLE_OK || code == CURLE_WRITE_ERROR) {
        char *type_dup = mem_dup(type);
        size_t len = transfer->body.len;
        char *body = buf_take(&transfer->body);
        struct delivery_answer answer = {(int)status, type_dup, body, len};
        transfer_free(transfer);
        outbox_answered(cloud, id, &answer);
        free(body);
        free(type_dup);
    } else {
        char *failure = failure_dup(transfer, code);
        transfer_free(transfer);
        outbox_failed(cloud, id, failure);
        free(failure);
    }
}

/* Calls libcurl for each socket that something has happened to; a call may forget any of them. */
static void tell_sockets(struct carrier *carrier)
{
    int running;
    for (struct carrier_socket *at = carrier->sockets; at;) {
        uint32_t events = at->happened;
        if (!events) {
            at = at->next;
            continue;
        }
        int what = 0;
        if (events & EPOLLIN)
            what |= CURL_CSELECT_IN;
        if (events & EPOLLOUT)
            what |= CURL_CSELECT_OUT;
        if (events & (EPOLLERR | EPOLLHUP))
            what |= CURL_CSELECT_ERR;
        at->happened = 0;
        curl_multi_socket_action(carrier->multi, at->watch.fd, what, &running);
        at = carrier->sockets;
    }
}

/* Whether an older one of the same world has to be reported before. */
static bool has_to_wait(const struct transfer *transfer)
{
    if (!transfer->carrier->in_order)
        return false;
    for (const struct transfer *older = transfer->next; older; older = older->next)
        if (older->cloud == transfer->cloud && !older->silent)
            return true;
    return false;
}

/* The oldest that can be reported; NULL: none. */
static struct transfer *next_done(const struct carrier *carrier)
{
    struct transfer *found = NULL;
    for (struct transfer *at = carrier->transfers; at; at = at->next)
        if (at->done && !has_to_wait(at))
            found = at;
    return found;
}

static void note_done(struct carrier *carrier)
{
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(carrier->multi, &left));) {
        struct transfer *transfer = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        transfer->done = true;
        transfer->code = message->data.result;
    }
}

/* A report may make the cloud give others up. */
static void report_all(struct carrier *carrier)
{
    note_done(carrier);
    for (struct transfer *at; (at = next_done(carrier));)
        report(at);
}

void carrier_work(struct carrier *carrier, int64_t now_ms)
{
    int running;
    if (!carrier->multi)
        return;
    tell_sockets(carrier);
    if (carrier->timer_ms >= 0 && now_ms >= carrier->timer_ms) {
        carrier->timer_ms = -1;
        curl_multi_socket_action(carrier->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    for (struct transfer *at = carrier->transfers; at; at = at->next)
        if (!at->silent && !at->done && now_ms - at->sent_ms >= carrier->patience_ms) {
            at->silent = true;
            outbox_silent(at->cloud, at->id);
        }
    report_all(carrier);
}

int64_t carrier_due_in(const struct carrier *carrier, int64_t now_ms)
{
    int64_t due_ms = carrier->timer_ms;
    for (const struct transfer *at = carrier->transfers; at; at = at->next) {
        int64_t patience_ms = at->sent_ms + carrier->patience_ms;
        if (!at->silent && (due_ms < 0 || patience_ms < due_ms))
            due_ms = patience_ms;
    }
    if (due_ms < 0)
        return -1;
    return due_ms > now_ms ? due_ms - now_ms : 0;
}

/* ---- life ---- */

void carrier_in_order(struct carrier *carrier, bool in_order)
{
    carrier->in_order = in_order;
}

struct carrier *carrier_new(struct loop *loop, struct worlds *worlds, const char *const *hosts,
                            int64_t patience_ms)
{
    struct carrier *carrier = mem_new(sizeof *carrier);
    *carrier = (struct carrier){
        .loop = loop,
        .worlds = worlds,
        .hosts = hosts,
        .patience_ms = patience_ms ? patience_ms : CARRIER_PATIENCE_MS,
        .timer_ms = -1,
    };
    worlds->carried = true;
    return carrier;
}

void carrier_free(struct carrier *carrier)
{
    if (!carrier)
        return;
    carrier->worlds->carried = false;
    for (struct transfer *at = carrier->transfers, *next; at; at = next) {
        next = at->next;
        outbox_forget(at->cloud, at->id);
        transfer_free(at);
    }
    if (carrier->multi)
        curl_multi_cleanup(carrier->multi);
    for (struct carrier_socket *at = carrier->sockets, *next; at; at = next) {
        next = at->next;
        socket_forget(carrier, at);
    }
    free(carrier);
}

void carrier_collect(struct carrier *carrier, struct world *world)
{
    const struct delivery_request *request;
    while ((request = outbox_next(world->cloud)))
        send_out(carrier, world->cloud, request);
}

void carrier_collect_all(struct carrier *carrier)
{
    size_t cursor = 0;
    void *world;
    while (map_next(&carrier->worlds->by_name, &cursor, NULL, &world))
        carrier_collect(carrier, world);
}
