/* See dial.h. Each call has a multi handle of its own, since there is one at a time; libcurl then
 * never has more than one socket, so the watch is part of the call. */
#include "net/dial.h"

#include "base/headers.h"
#include "base/mem.h"
#include "net/inside.h"
#include "net/libcurl.h"
#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>

#define DIAL_HEADERS_MAX (64u << 10)

struct dial {
    struct loop_watch watch; /* first: of libcurl's socket */
    struct dial *next;       /* of its server */
    struct loop *loop;
    struct libcurl curl;
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    char *body;
    uint32_t happened; /* since the last dials_work() */
    int64_t timer_ms;  /* real time at which libcurl wants to be called; -1: not */
    struct api_reply reply;
    bool over;
    CURLcode code; /* when it is over */
};

/* ---- libcurl and the loop ---- */

/* Only notes it: libcurl is told in dials_work(), since it may drop the watch when it hears of an
 * event, and inside of loop_wait() none may go (loop.h). */
static void dial_happened(struct loop_watch *watch, uint32_t events)
{
    ((struct dial *)watch)->happened |= events;
}

static int dial_on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
    struct dial *dial = arg;
    uint32_t events = 0;
    (void)easy, (void)known;
    loop_remove(dial->loop, &dial->watch);
    if (what == CURL_POLL_REMOVE)
        return 0;
    if (what & CURL_POLL_IN)
        events |= EPOLLIN;
    if (what & CURL_POLL_OUT)
        events |= EPOLLOUT;
    loop_add(dial->loop, &dial->watch, fd, events);
    return 0;
}

static int dial_on_timer(CURLM *multi, long in_ms, void *arg)
{
    (void)multi;
    ((struct dial *)arg)->timer_ms = in_ms < 0 ? -1 : sim_real_ms() + in_ms;
    return 0;
}

/* ---- the answer ---- */

static size_t dial_on_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct buf *body = arg;
    buf_add(body, bytes, size * count);
    return body->overflow ? 0 : size * count;
}

/* A status line begins again: what stood before it was an interim answer (100). */
/* A line that begins with HTTP/ begins a new head: the one before it was a 100 Continue or the
 * like, whose headers are not the reply's. */
static size_t dial_on_header(char *line, size_t size, size_t count, void *arg)
{
    struct buf *headers = arg;
    size_t len = size * count;
    char *name = mem_dup_n(line, len);
    char *colon = strchr(name, ':');
    name[strcspn(name, "\r\n")] = '\0';
    if (strncasecmp(name, "HTTP/", 5) == 0) {
        buf_clear(headers);
    } else if (colon) {
        *colon = '\0';
        headers_add(headers, name, colon + 1 + strspn(colon + 1, " \t"));
    }
    free(name);
    return len;
}

/* ---- the request ---- */

static void dial_set_headers(struct dial *dial, const struct dial_request *request)
{
    const struct libcurl *curl = &dial->curl;
    for (size_t i = 0; i < request->header_count; i++) {
        const struct api_header *header = &request->headers[i];
        char *line =
            mem_printf_dup(*header->value ? "%s: %s" : "%s;%s", header->name, header->value);
        dial->headers = curl->slist_append(dial->headers, line);
        free(line);
    }
    /* Without this libcurl would ask for a "100 Continue" before a larger body, and wait for it. */
    dial->headers = curl->slist_append(dial->headers, "Expect:");
    curl->easy_setopt(dial->easy, CURLOPT_HTTPHEADER, dial->headers);
}

static void dial_set_body(struct dial *dial, const struct dial_request *request)
{
    const struct libcurl *curl = &dial->curl;
    if (request->body) {
        dial->body = mem_dup_n(request->body, request->body_len);
        curl->easy_setopt(dial->easy, CURLOPT_POSTFIELDS, dial->body);
        curl->easy_setopt(dial->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
    } else if (strcmp(request->method, "HEAD") == 0) {
        curl->easy_setopt(dial->easy, CURLOPT_NOBODY, 1L);
    } else if (strcmp(request->method, "POST") == 0 || strcmp(request->method, "PUT") == 0) {
        curl->easy_setopt(dial->easy, CURLOPT_POSTFIELDS, "");
        curl->easy_setopt(dial->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)0);
    }
    curl->easy_setopt(dial->easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static void dial_prepare(struct dial *dial, const struct dial_request *request)
{
    const struct libcurl *curl = &dial->curl;
    curl->easy_setopt(dial->easy, CURLOPT_URL, request->url);
    curl->easy_setopt(dial->easy, CURLOPT_PATH_AS_IS, 1L); /* a scenario may mean its "/../" */
    curl->easy_setopt(dial->easy, CURLOPT_PROXY, "");      /* even if http_proxy is set */
    curl->easy_setopt(dial->easy, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(dial->easy, CURLOPT_WRITEFUNCTION, dial_on_body);
    curl->easy_setopt(dial->easy, CURLOPT_WRITEDATA, &dial->reply.body);
    curl->easy_setopt(dial->easy, CURLOPT_HEADERFUNCTION, dial_on_header);
    curl->easy_setopt(dial->easy, CURLOPT_HEADERDATA, &dial->reply.headers);
    dial_set_body(dial, request);
    dial_set_headers(dial, request);
    curl->multi_setopt(dial->multi, CURLMOPT_SOCKETFUNCTION, dial_on_socket);
    curl->multi_setopt(dial->multi, CURLMOPT_SOCKETDATA, dial);
    curl->multi_setopt(dial->multi, CURLMOPT_TIMERFUNCTION, dial_on_timer);
    curl->multi_setopt(dial->multi, CURLMOPT_TIMERDATA, dial);
}

struct dial *dial_new(struct server *server, const struct dial_request *request, char **ret_error)
{
    struct dial *dial = mem_new(sizeof *dial);
    dial->watch = (struct loop_watch){.fd = -1, .happened = dial_happened};
    dial->loop = &server->loop;
    dial->timer_ms = -1;
    buf_init(&dial->reply.headers, DIAL_HEADERS_MAX);
    buf_init(&dial->reply.body, DIAL_BODY_MAX);
    if (!libcurl_load(&dial->curl, ret_error)) {
        free(dial);
        return NULL;
    }
    dial->multi = dial->curl.multi_init();
    dial->easy = dial->curl.easy_init();
    if (!dial->multi || !dial->easy)
        mem_out(0);
    dial->next = server->dials;
    server->dials = dial;
    dial_prepare(dial, request);
    dial->curl.multi_add_handle(dial->multi, dial->easy);
    return dial;
}

void dial_free(struct server *server, struct dial *dial)
{
    struct dial **link = &server->dials;
    if (!dial)
        return;
    while (*link != dial)
        link = &(*link)->next;
    *link = dial->next;
    dial->curl.multi_remove_handle(dial->multi, dial->easy);
    dial->curl.easy_cleanup(dial->easy);
    dial->curl.multi_cleanup(dial->multi);
    dial->curl.slist_free_all(dial->headers);
    loop_remove(dial->loop, &dial->watch);
    buf_free(&dial->reply.headers);
    buf_free(&dial->reply.body);
    free(dial->body);
    free(dial);
}

/* ---- turns ---- */

static void dial_note_end(struct dial *dial)
{
    int left;
    long status = 0;
    for (CURLMsg *message; (message = dial->curl.multi_info_read(dial->multi, &left));) {
        if (message->msg != CURLMSG_DONE)
            continue;
        dial->over = true;
        dial->code = message->data.result;
        dial->curl.easy_getinfo(dial->easy, CURLINFO_RESPONSE_CODE, &status);
        dial->reply.status = (int)status;
    }
}

static int dial_action(uint32_t events)
{
    return (events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
           (events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
}

void dials_work(struct server *server, int64_t now_ms)
{
    int running;
    for (struct dial *dial = server->dials; dial; dial = dial->next) {
        uint32_t events = dial->happened;
        dial->happened = 0;
        if (events && dial->watch.fd >= 0)
            dial->curl.multi_socket_action(dial->multi, dial->watch.fd, dial_action(events),
                                           &running);
        if (dial->timer_ms >= 0 && now_ms >= dial->timer_ms) {
            dial->timer_ms = -1;
            dial->curl.multi_socket_action(dial->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        }
        dial_note_end(dial);
    }
}

int64_t dials_due_ms(const struct server *server)
{
    int64_t due_ms = -1;
    for (const struct dial *dial = server->dials; dial; dial = dial->next)
        if (dial->timer_ms >= 0 && (due_ms < 0 || dial->timer_ms < due_ms))
            due_ms = dial->timer_ms;
    return due_ms;
}

bool dial_over(const struct dial *dial, const struct api_reply **ret_reply,
               const char **ret_failure)
{
    if (!dial->over)
        return false;
    bool failed = dial->code != CURLE_OK;
    *ret_reply = failed ? NULL : &dial->reply;
    *ret_failure = !failed                     ? NULL
                   : dial->reply.body.overflow ? "the answer is over 8 MiB"
                                               : dial->curl.easy_strerror(dial->code);
    return true;
}
