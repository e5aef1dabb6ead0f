/*
 * A client socket in the thread of the server under test: what it sends is sent at once, what has
 * come in is read whenever it is asked for. Nothing here waits but client_expect() and
 * client_closed(), which turn the server meanwhile.
 */
#ifndef TESTS_NET_CLIENT_H
#define TESTS_NET_CLIENT_H

#include "base/buf.h"
#include "net/server.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLIENT_PATIENCE_MS 5000

struct client {
    int fd;
    void *tls; /* its gnutls_session_t; NULL: it speaks no TLS */
    struct buf got;
    bool closed; /* the server has ended the connection */
};

/* From now on clients speak TLS with this server, which is turned while they shake hands; NULL:
 * they don't, as at first. */
void client_speak_tls(struct server *server);

struct client client_connect(uint16_t port);

/* The same, and its handshake is the caller's. */
struct client client_connect_plain(uint16_t port);
void client_close(struct client *client);

/* Sends all of it; `client_send` adds nothing to the text. False when the server has closed or
 * takes no more. */
bool client_send(struct client *client, const char *text);
bool client_send_n(struct client *client, const void *bytes, size_t len);

/* "GET path HTTP/1.1" with a good Host. */
void client_get(struct client *client, const char *path);

/* Reads what is there. */
void client_read(struct client *client);

/* Whether `text` has come in so far; reads first. */
bool client_has(struct client *client, const char *text);

/* Turns the server until `text` has come in. False after CLIENT_PATIENCE_MS, or when the connection
 * ended without it. */
bool client_expect(struct server *server, struct client *client, const char *text);

/* Turns the server until it has closed the connection. */
bool client_closed(struct server *server, struct client *client);

/* Turns the server until `until` holds. */
bool client_turn_until(struct server *server, bool (*until)(void *arg), void *arg);

/* Lets the server do whatever there is to do at once, without waiting. */
void client_settle(struct server *server);

#endif
