/*
 * Names of owners and tokens in a scenario (law 5).
 *
 * A name stands for the one user, customer or client that has it; if several do, loading refuses it
 * and lists the long forms {user: E}, {customer: E, product: P}, {client: ID}; {value: T} is a raw
 * token. Whoever comes into being during the run is written in the long form, which is looked up
 * then.
 */
#ifndef SCENARIO_WHO_H
#define SCENARIO_WHO_H

#include "scenario/interp.h"

/* What may be named where. */
enum who_kind { WHO_NONE = 1, WHO_USER = 2, WHO_CUSTOMER = 4, WHO_CLIENT = 8, WHO_VALUE = 16 };

#define WHO_OWNERS (WHO_NONE | WHO_USER | WHO_CUSTOMER)
#define WHO_TOKENS (WHO_USER | WHO_CUSTOMER | WHO_CLIENT | WHO_VALUE)

/* Checks a name or a long form. True when it can be resolved, or nothing can be said without a
 * world. */
bool who_check(struct scenario_load *load, const struct doc_node *node, unsigned allowed);

/* The owner that a checked node stands for. False: there is none (any more, or yet). `none` is an
 * owner of kind OWNER_NONE. */
bool who_owner(const struct world *world, const struct doc_node *node, struct owner *ret_owner);

/*
 * A token for whom a checked node names; made in the world by oauth_issue() if `tokens` (its key ->
 * char *) has none that is still good. Borrowed from `tokens`. NULL: there is no such user,
 * customer or client.
 */
const char *who_token(const struct interp *interp, struct cloud *cloud, struct map *tokens,
                      const struct doc_node *node);

#endif
