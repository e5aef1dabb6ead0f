/* See carrier.h. Owns libcurl, its multi handle, the list of transfers, and the watches of sockets.
 */
#include "net/carrier.h"

#include "base/mem.h"
#include "cloud/webhook/outbox.h"
#include "net/carrier_policy.h"
#include "net/transfer.h"
#include "sim/sim.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* A socket of libcurl's. */
struct carrier_socket {
    struct loop_watch watch; /* first */
    struct carrier_socket *prev, *next;
    uint32_t happened; /* since the last carrier_work() */
};

struct carrier {
    struct loop *loop;
    struct worlds *worlds;
    const char *const *hosts;
    int64_t patience_ms;
    long at_once;
    bool in_order, mute;
    struct libcurl curl;
    CURLM *multi;     /* made with the first transfer, when `curl` is loaded; NULL before */
    int64_t timer_ms; /* real time at which libcurl wants to be called; -1: not */
    struct carrier_socket *sockets;
    struct transfer *transfers; /* the oldest last */
    struct shunned shunned;
};

/* ---- the loop ---- */

/* Only notes it. libcurl is told in carrier_work(): it may drop sockets when it hears of an event,
 * and inside of loop_wait() no watch may be freed (loop.h). */
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

/* The list is linked both ways because libcurl drops sockets in any order. */
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
        carrier->curl.multi_assign(carrier->multi, fd, at);
    }
    loop_remove(carrier->loop, &at->watch);
    uint32_t events = 0;
    if (what & CURL_POLL_IN)
        events |= EPOLLIN;
    if (what & CURL_POLL_OUT)
        events |= EPOLLOUT;
    /* Should that fail, the transfer still ends: by the world's time-out. */
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

/* ---- the list ---- */

static void carrier_add(struct carrier *carrier, struct transfer *transfer)
{
    transfer->carrier = carrier;
    transfer->next = carrier->transfers;
    if (transfer->next)
        transfer->next->prev = transfer;
    carrier->transfers = transfer;
}

static void carrier_drop(struct carrier *carrier, struct transfer *transfer)
{
    if (transfer->easy)
        carrier->curl.multi_remove_handle(carrier->multi, transfer->easy);
    assert(transfer->prev || carrier->transfers == transfer);
    *(transfer->prev ? &transfer->prev->next : &carrier->transfers) = transfer->next;
    if (transfer->next)
        transfer->next->prev = transfer->prev;
    transfer_free(transfer);
}

/* The cloud has given the delivery up: its time is over, or its world. */
static void on_cancelled(void *arg)
{
    struct transfer *transfer = arg;
    carrier_drop(transfer->carrier, transfer);
}

/* Loads libcurl with the first delivery, since most servers never send one. */
static bool carrier_open(struct carrier *carrier, char **ret_error)
{
    const struct libcurl *curl = &carrier->curl;
    if (carrier->multi)
        return true;
    if (!libcurl_load(&carrier->curl, ret_error))
        return false;
    carrier->multi = curl->multi_init();
    if (!carrier->multi)
        mem_out(0);
    curl->multi_setopt(carrier->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl->multi_setopt(carrier->multi, CURLMOPT_SOCKETDATA, carrier);
    curl->multi_setopt(carrier->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl->multi_setopt(carrier->multi, CURLMOPT_TIMERDATA, carrier);
    curl->multi_setopt(carrier->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, carrier->at_once);
    return true;
}

/* Tells the cloud that a delivery doesn't leave; takes `why`. */
static void send_refused(struct cloud *cloud, uint64_t id, bool elsewhere, char *why)
{
    outbox_refused(cloud, id, elsewhere, why);
    free(why);
}

static void send_out(struct carrier *carrier, struct cloud *cloud,
                     const struct delivery_request *request)
{
    uint64_t id = request->id;
    bool elsewhere = false;
    char *refusal = NULL;
    if (!carrier_open(carrier, &refusal)) {
        send_refused(cloud, id, false, refusal);
        return;
    }
    struct transfer *transfer = transfer_new(&carrier->curl, &carrier->shunned, cloud, id);
    refusal = transfer_refusal_dup(transfer, request, carrier->hosts, &elsewhere);
    if (refusal) {
        transfer_free(transfer);
        send_refused(cloud, id, elsewhere, refusal);
        return;
    }
    carrier_add(carrier, transfer);
    transfer_prepare(transfer, request);
    carrier->curl.multi_add_handle(carrier->multi, transfer->easy);
    outbox_sent(cloud, id, on_cancelled, transfer);
}

/* ---- what came of it ---- */

static void report(struct transfer *transfer)
{
    CURLcode code = transfer->code;
    const struct libcurl *curl = transfer->curl;
    struct cloud *cloud = transfer->cloud;
    uint64_t id = transfer->id;
    long status = 0;
    char *type = NULL;
    curl->easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    curl->easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
    /* A write error is on_body()'s: the response was longer than is kept, and counts as it is. What
     * the report needs is copied out and the transfer dropped first, since the cloud may end the
     * world, or send the next delivery, from within the call. */
    if (code == CURLE_OK || code == CURLE_WRITE_ERROR) {
        char *type_dup = mem_dup(type);
        size_t len = transfer->body.len;
        char *body = buf_take(&transfer->body);
        struct delivery_answer answer = {(int)status, type_dup, body, len};
        carrier_drop(transfer->carrier, transfer);
        outbox_answered(cloud, id, &answer);
        free(body);
        free(type_dup);
    } else {
        char *failure = transfer_failure_dup(transfer);
        bool refused = transfer->to_us;
        carrier_drop(transfer->carrier, transfer);
        if (refused)
            outbox_refused(cloud, id, false, failure);
        else
            outbox_failed(cloud, id, failure);
        free(failure);
    }
}

/* Calls libcurl for each socket to which something has happened. A call may free any of them, the
 * next in the list too, so after each one the list is walked from its head. */
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
        carrier->curl.multi_socket_action(carrier->multi, at->watch.fd, what, &running);
        at = carrier->sockets;
    }
}

/* Whether an older one of the same world has to be reported first. Other worlds have journals of
 * their own, and one that is silent must not hold up the rest. */
static bool has_to_wait(const struct transfer *transfer)
{
    if (!transfer->carrier->in_order)
        return false;
    for (const struct transfer *older = transfer->next; older; older = older->next)
        if (older->cloud == transfer->cloud && !older->silent)
            return true;
    return false;
}

/* The oldest that can be reported; NULL: none. The list has the newest first, so the last found is
 * the oldest. */
static struct transfer *next_done(const struct carrier *carrier)
{
    struct transfer *found = NULL;
    for (struct transfer *at = carrier->transfers; at; at = at->next)
        if (at->done && !has_to_wait(at))
            found = at;
    return found;
}

/* All messages are noted before anything is reported: a report removes its handle, and the message
 * dies with it. */
static void note_done(struct carrier *carrier)
{
    int left;
    for (CURLMsg *message; (message = carrier->curl.multi_info_read(carrier->multi, &left));) {
        struct transfer *transfer = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        carrier->curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        transfer->done = true;
        transfer->code = message->data.result;
    }
}

/* Starts anew after each: a report may make the cloud give others up, which frees them. */
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
        carrier->curl.multi_socket_action(carrier->multi, CURL_SOCKET_TIMEOUT, 0, &running);
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

/* ---- ourselves ---- */

void carrier_shun(struct carrier *carrier, const struct sockaddr *bound)
{
    struct shunned *shunned = &carrier->shunned;
    /* Copied by the size of its family: the caller's may be shorter than sockaddr_storage. */
    size_t size =
        bound->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    shunned->at = mem_grow(shunned->at, (shunned->count + 1) * sizeof *shunned->at);
    memcpy(&shunned->at[shunned->count++], bound, size);
}

/* By the addresses of both sockets, which no name, alias or route can disguise. Without a transfer
 * under way there is nothing to compare, and accepting costs no system call. */
bool carrier_is_at_end(const struct carrier *carrier, int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_storage room;
    } end, own;
    socklen_t len = sizeof end;
    if (!carrier->sockets || getpeername(fd, &end.any, &len) < 0)
        return false;
    for (const struct carrier_socket *at = carrier->sockets; at; at = at->next) {
        len = sizeof own;
        if (at->watch.fd >= 0 && getsockname(at->watch.fd, &own.any, &len) == 0 &&
            carrier_policy_is_same(&end.any, &own.any))
            return true;
    }
    return false;
}

/* ---- life ---- */

void carrier_in_order(struct carrier *carrier, bool in_order)
{
    carrier->in_order = in_order;
}

struct carrier *carrier_new(struct loop *loop, struct worlds *worlds, const char *const *hosts,
                            int64_t patience_ms, size_t at_once)
{
    struct carrier *carrier = mem_new(sizeof *carrier);
    *carrier = (struct carrier){
        .loop = loop,
        .worlds = worlds,
        .hosts = hosts,
        .patience_ms = patience_ms ? patience_ms : CARRIER_PATIENCE_MS,
        .at_once = (long)at_once,
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
        carrier_drop(carrier, at);
    }
    if (carrier->multi)
        carrier->curl.multi_cleanup(carrier->multi);
    for (struct carrier_socket *at = carrier->sockets, *next; at; at = next) {
        next = at->next;
        socket_forget(carrier, at);
    }
    free(carrier->shunned.at);
    free(carrier);
}

void carrier_mute(struct carrier *carrier)
{
    carrier->mute = true;
    carrier->worlds->carried = false;
}

void carrier_collect(struct carrier *carrier, struct world *world)
{
    const struct delivery_request *request;
    while (!carrier->mute && (request = outbox_next(world->cloud)))
        send_out(carrier, world->cloud, request);
}

void carrier_collect_all(struct carrier *carrier)
{
    size_t cursor = 0;
    void *world;
    while (map_next(&carrier->worlds->by_name, &cursor, NULL, &world))
        carrier_collect(carrier, world);
}
