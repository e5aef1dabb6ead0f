/* Products, for other files of this room. (product.c) Of api/ alone. */
#ifndef API_ROUTES_PRODUCT_H
#define API_ROUTES_PRODUCT_H

#include "api/call/call.h"
#include "cloud/product.h"

/* Whether the caller sees a product: a team's products for a user; its own for a product's client;
 * none for a customer. */
bool product_seen(const struct call *call, const struct product *product);

/* A product as its routes show it. */
void product_json(const struct cloud *cloud, const struct product *product, struct jsonw *w);

#endif
