/*
 * The least that a server with libmicrohttpd can do, in the same mode as mockcloud (one thread,
 * external epoll): it answers 300 bytes to whatever it is asked. What the benchmark compares
 * mockcloud with; it prints its port as a line once it listens.
 */
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#define BODY_LEN 300

static volatile sig_atomic_t ended;

static void on_signal(int number)
{
    (void)number;
    ended = 1;
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *body,
                              size_t *body_len, void **ret_request)
{
    static char text[BODY_LEN];
    static int begun;
    (void)cls, (void)url, (void)method, (void)version, (void)body;
    if (!*ret_request) {
        *ret_request = &begun;
        return MHD_YES;
    }
    *body_len = 0;
    memset(text, 'x', sizeof text);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(sizeof text, text, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, "Content-Type", "application/json; charset=utf-8");
    enum MHD_Result queued = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return queued;
}

static void serve(struct MHD_Daemon *daemon)
{
    int watched = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    int loop = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(loop, EPOLL_CTL_ADD, watched, &event);
    while (!ended) {
        MHD_UNSIGNED_LONG_LONG due = 0;
        int timeout_ms = MHD_get_timeout(daemon, &due) == MHD_YES && due < 1000 ? (int)due : 1000;
        epoll_wait(loop, &event, 1, timeout_ms);
        MHD_run(daemon);
    }
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, answer, NULL,
                                                 MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
    if (!daemon) {
        fprintf(stderr, "bare: can't listen: %s\n", strerror(errno));
        return 1;
    }
    printf("%u\n", (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    serve(daemon);
    MHD_stop_daemon(daemon);
    return 0;
}
