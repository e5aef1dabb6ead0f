/*
 * What every suite of this folder begins with: a server on a free port, over a double of api/. One
 * at a time.
 */
#ifndef TESTS_NET_FIXTURE_H
#define TESTS_NET_FIXTURE_H

#include "client.h"
#include "double.h"
#include "net/server.h"

#include <check.h>

struct fixture {
    struct api *api;
    struct server *server;
    uint16_t port;
    struct tls_identity *identity; /* with TLS alone */
};

/* Whether the server speaks TLS: main() runs most suites once more with it, since nothing that
 * holds for a connection may be different then. */
extern bool fixture_tls;

extern struct fixture fx;

/* `options` NULL: the defaults. */
void fixture_start(const struct server_options *options);
void fixture_setup(void);    /* the same, without options */
void fixture_teardown(void); /* also ends what was served */

/* A listener more. */
uint16_t fixture_listen(const struct listen_options *options);

Suite *test_child(void);
Suite *test_deliver(void);
Suite *test_doors(void);
Suite *test_front(void);
Suite *test_inbox(void);
Suite *test_limits(void);
Suite *test_output(void);
Suite *test_suspended(void);
Suite *test_tls(void);
Suite *test_wire(void);

#endif
