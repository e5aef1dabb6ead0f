/* A device as REST shows it: one place for all views, in the form of the world's api_year. Of api/
 * alone. */
#ifndef API_ROUTES_DEVICE_JSON_H
#define API_ROUTES_DEVICE_JSON_H

#include "api/call/call.h"
#include "cloud/record.h"

enum device_view {
    DEVICE_LISTED,            /* a row of GET /v1/devices */
    DEVICE_ALONE,             /* GET /v1/devices/ID */
    DEVICE_LISTED_BY_PRODUCT, /* a row of GET /v1/products/P/devices */
    DEVICE_IN_PRODUCT,        /* GET /v1/products/P/devices/ID */
    DEVICE_VIEWS
};

/* Writes the object of that view. */
void device_json(const struct cloud *cloud, const struct cloud_device *device,
                 enum device_view view, struct jsonw *w);

#endif
