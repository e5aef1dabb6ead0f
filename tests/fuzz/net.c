/*
 * Bytes on connections of a server: whatever comes, what it answers begins as HTTP does, and it
 * goes on serving others.
 *
 * The first byte says how many connections there are (1 to 3). Then bytes as they are sent; FF
 * stands between two pieces, and with the byte behind it says what happens there: which connection
 * goes on, whether the server has its turn before that, and whether that connection is half-closed,
 * closed or reset first.
 */
#include "api/api.h"
#include "net/server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS  3
#define PIECES_MAX   64
#define TURNS_MAX    40
#define MARK         0xff
#define HEALTH_EVERY 64 /* inputs after which somebody else asks whether the server is well */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char world_text[] =
    "seed: 7\n"
    "clock: {mode: frozen}\n"
    "users: [{username: grace@example.com, password: not-a-password}]\n"
    "devices: [{as: lamp, id: e00fce68000000000000000b, platform: photon, state: online, owner: "
    "grace@example.com}]\n"
    "tokens: [{token: t, user: grace@example.com}]\n";

static struct {
    struct worlds worlds;
    struct api *api;
    struct server *server;
    uint16_t port;
} bench;

struct connection {
    int fd; /* -1: gone */
    bool answered;
};

static void begin(void)
{
    struct diags diags = {0};
    char *error = NULL;
    struct doc *doc = doc_new("world", world_text, strlen(world_text), &diags);
    struct world *world = world_new(doc, doc_root(doc, 0), &(struct world_options){0}, &diags);
    assert(world);
    doc_unref(doc);
    bool good = worlds_add(&bench.worlds, world);
    bench.api = api_new(&bench.worlds, &(struct api_options){.base_url = "http://127.0.0.1:1"});
    bench.server = server_new(bench.api, &(struct server_options){0}, &error);
    good = good && bench.server &&
           server_listen(bench.server, &(struct listen_options){0}, &bench.port, &error);
    assert(good);
}

static void turn(void)
{
    for (int i = 0; i < 3; i++)
        server_turn(bench.server, NULL, NULL, 0);
}

static struct connection connection_new(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(bench.port)};
    struct connection connection = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int status = connect(connection.fd, (struct sockaddr *)&to, sizeof to);
    assert(status == 0);
    fcntl(connection.fd, F_SETFL, O_NONBLOCK);
    return connection;
}

/* Without waiting for the other end's, so that a run of many inputs does not use up the ports. */
static void connection_reset(struct connection *connection)
{
    if (connection->fd < 0)
        return;
    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1},
               sizeof(struct linger));
    close(connection->fd);
    connection->fd = -1;
}

/* Reads what there is. The first thing that comes is the head of a reply. */
static void connection_read(struct connection *connection)
{
    char bytes[65536];
    ssize_t got;
    while (connection->fd >= 0 && (got = recv(connection->fd, bytes, sizeof bytes, 0)) > 0) {
        size_t len = (size_t)got < 7 ? (size_t)got : 7;
        assert(connection->answered || memcmp(bytes, "HTTP/1.", len) == 0);
        connection->answered = true;
    }
}

static void send_piece(struct connection *connection, const uint8_t *data, size_t len)
{
    if (connection->fd >= 0 && len)
        send(connection->fd, data, len, MSG_NOSIGNAL);
}

/* What stands behind a mark: bits 0-1 the connection that goes on, 2 a turn first, 3-4 what happens
 * to the one before. */
static struct connection *obey(struct connection *all, size_t count, struct connection *now,
                               uint8_t what)
{
    if (what & 4)
        turn();
    if ((what >> 3 & 3) == 1 && now->fd >= 0)
        shutdown(now->fd, SHUT_WR);
    if ((what >> 3 & 3) == 2)
        connection_reset(now);
    connection_read(now);
    return &all[(what & 3) % count];
}

static void converse(struct connection *all, size_t count, const uint8_t *data, size_t size)
{
    struct connection *now = all;
    for (int piece = 0; piece < PIECES_MAX && size; piece++) {
        const uint8_t *mark = memchr(data, MARK, size);
        size_t len = mark ? (size_t)(mark - data) : size;
        send_piece(now, data, len);
        if (mark && len + 1 < size)
            now = obey(all, count, now, mark[1]);
        size_t skip = mark && len + 2 <= size ? len + 2 : size;
        data += skip;
        size -= skip;
    }
}

static void ask_health(void)
{
    static const char request[] = "GET /__mock/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    struct connection connection = connection_new();
    send_piece(&connection, (const uint8_t *)request, strlen(request));
    for (int i = 0; i < TURNS_MAX && !connection.answered; i++) {
        turn();
        connection_read(&connection);
    }
    assert(connection.answered);
    connection_reset(&connection);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned inputs;
    struct connection all[CONNECTIONS];
    if (!bench.server)
        begin();
    if (!size)
        return 0;
    size_t count = *data % CONNECTIONS + 1;
    for (size_t i = 0; i < count; i++)
        all[i] = connection_new();
    converse(all, count, data + 1, size - 1);
    turn();
    for (size_t i = 0; i < count; i++) {
        connection_read(&all[i]);
        connection_reset(&all[i]);
    }
    turn();
    if (++inputs % HEALTH_EVERY == 0) {
        ask_health();
        world_reset(bench.worlds.main); /* what requests have left there must not add up */
    }
    return 0;
}
