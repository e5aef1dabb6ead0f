/* A device as REST shows it. Of api/ alone. */
#ifndef API_ROUTES_DEVICE_JSON_H
#define API_ROUTES_DEVICE_JSON_H

#include "api/call/call.h"
#include "cloud/record.h"

/* The object of GET /v1/devices/ID. With `in_product` also the fields that only a product's routes
 * show. */
void device_json(const struct cloud *cloud, const struct cloud_device *device, bool in_product,
                 struct jsonw *w);

#endif
