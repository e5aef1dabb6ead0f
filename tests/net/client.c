/* See client.h. Owns client sockets; asserts nothing. */
#include "client.h"

#include "sim/sim.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SETTLE_TURNS 8

/* One server at a time, as the fixture has it. */
static struct server *tls_server;
static gnutls_certificate_credentials_t tls_credentials;

void client_speak_tls(struct server *server)
{
    if (!tls_credentials && gnutls_certificate_allocate_credentials(&tls_credentials) < 0)
        abort();
    tls_server = server;
}

/* Whether a call has to be made again, once the server has had its turn. */
static bool again(ssize_t result)
{
    bool waits = result == GNUTLS_E_AGAIN || result == GNUTLS_E_INTERRUPTED;
    if (waits)
        server_turn(tls_server, NULL, NULL, 0);
    return waits;
}

/* A handshake that fails is seen as a connection that was closed. */
static void shake_hands(struct client *client)
{
    gnutls_session_t session;
    int64_t end_ms = sim_real_ms() + CLIENT_PATIENCE_MS;
    fcntl(client->fd, F_SETFL, O_NONBLOCK);
    gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
    gnutls_set_default_priority(session);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, tls_credentials);
    gnutls_transport_set_int2(session, client->fd, client->fd);
    int result;
    do
        result = gnutls_handshake(session);
    while (again(result) && sim_real_ms() < end_ms);
    client->tls = session;
    client->closed = result < 0;
}

struct client client_connect(uint16_t port)
{
    struct client client = client_connect_plain(port);
    if (tls_server)
        shake_hands(&client);
    return client;
}

struct client client_connect_plain(uint16_t port)
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
    if (client->tls)
        gnutls_deinit(client->tls);
    client->tls = NULL;
    buf_free(&client->got);
}

/* GnuTLS has to be given the same bytes again until it has sent them. */
static bool send_tls(struct client *client, const char *bytes, size_t len)
{
    int64_t end_ms = sim_real_ms() + CLIENT_PATIENCE_MS;
    while (len) {
        ssize_t sent = gnutls_record_send(client->tls, bytes, len);
        if (sent > 0) {
            bytes += sent;
            len -= (size_t)sent;
        } else if (!again(sent) || sim_real_ms() > end_ms) {
            client->closed = true;
            return false;
        }
    }
    return true;
}

bool client_send_n(struct client *client, const void *bytes, size_t len)
{
    if (client->tls)
        return send_tls(client, bytes, len);
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

static void read_tls(struct client *client)
{
    char bytes[65536];
    for (;;) {
        ssize_t len = gnutls_record_recv(client->tls, bytes, sizeof bytes);
        if (len == GNUTLS_E_AGAIN || len == GNUTLS_E_INTERRUPTED)
            return;
        if (len <= 0) {
            client->closed = true;
            return;
        }
        buf_add(&client->got, bytes, (size_t)len);
    }
}

void client_read(struct client *client)
{
    char bytes[65536];
    if (client->tls && !client->closed)
        read_tls(client);
    if (client->tls)
        return;
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
