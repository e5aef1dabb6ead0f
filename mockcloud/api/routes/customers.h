/* Customers for the legacy paths below /v1/orgs. Of api/ alone. */
#ifndef API_ROUTES_CUSTOMERS_H
#define API_ROUTES_CUSTOMERS_H

#include "api/call/call.h"

/* A page of the customers of a product, or (NULL) of all products of an organization.
 * (customer_list.c) */
void customers_write(struct call *call, const struct rule *rule, struct product *product,
                     const char *org);

/* Creates a customer of the client's product, which is in `org`. (customer.c) */
void customers_create_in_org(struct call *call, const char *org);

#endif
