/* See client.h. Owns client sockets; asserts nothing. */
#include "client.h"

#include "sim/sim.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SETTLE_TURNS 8

struct client client_connect(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct client client = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    int on = 1;
    buf_init(&client.got, 64u << 20);
    setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* sends are small and many */
    if (client.fd < 0 || connect(client.fd, (struct sockaddr *)&address, sizeof address) < 0)
        abort();
    return client;
}

void client_close(struct client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
    buf_free(&client->got);
}

bool client_send_n(struct client *client, const void *bytes, size_t len)
{
    const char *next = bytes;
    while (len) {
        ssize_t sent = send(client->fd, next, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent <= 0)
            return false;
        next += sent;
        len -= (size_t)sent;
    }
    return true;
}

bool client_send(struct client *client, const char *text)
{
    return client_send_n(client, text, strlen(text));
}

void client_get(struct client *client, const char *path)
{
    client_send(client, "GET ");
    client_send(client, path);
    client_send(client, " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
}

void client_read(struct client *client)
{
    char bytes[65536];
    for (;;) {
        ssize_t len = recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (len < 0 && errno == EAGAIN)
            return;
        if (len <= 0) {
            client->closed = true;
            return;
        }
        buf_add(&client->got, bytes, (size_t)len);
    }
}

bool client_has(struct client *client, const char *text)
{
    client_read(client);
    return strstr(buf_str(&client->got), text) != NULL;
}

/* In slices, since the server's loop does not know of our socket. */
bool client_turn_until(struct server *server, bool (*until)(void *arg), void *arg)
{
    int64_t end = sim_real_ms() + CLIENT_PATIENCE_MS;
    while (sim_real_ms() < end)
        if (server_turn(server, until, arg, sim_real_ms() + 10) == TURN_MET)
            return true;
    return false;
}

struct expected {
    struct client *client;
    const char *text;
};

static bool has_or_ended(void *arg)
{
    const struct expected *expected = arg;
    return client_has(expected->client, expected->text) || expected->client->closed;
}

bool client_expect(struct server *server, struct client *client, const char *text)
{
    struct expected expected = {client, text};
    return client_turn_until(server, has_or_ended, &expected) && client_has(client, text);
}

static bool is_closed(void *arg)
{
    struct client *client = arg;
    client_read(client);
    return client->closed;
}

bool client_closed(struct server *server, struct client *client)
{
    return client_turn_until(server, is_closed, client);
}

void client_settle(struct server *server)
{
    for (int i = 0; i < SETTLE_TURNS; i++)
        server_turn(server, NULL, NULL, 0);
}
