/*
 * A server that ends when its parent does.
 */
#ifndef NET_PARENT_H
#define NET_PARENT_H

#include <stdbool.h>
#include <sys/types.h>

struct parent;
struct server;

/*
 * From now on the end of the process `pid`, which started us, is to the server what SIGTERM is:
 * server_turn() ends with TURN_SIGNAL. One that is gone already counts. `server` is borrowed.
 * Yours: parent_free(), before the server goes. NULL when the process can't be watched, with the
 * reason in *ret_error (yours: free()).
 */
struct parent *parent_new(struct server *server, pid_t pid, char **ret_error);
void parent_free(struct parent *parent);

#endif
