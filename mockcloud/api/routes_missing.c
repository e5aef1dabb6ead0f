/*
 * Routes of the real API that are not imitated yet: each answers 501 and says so, never a plausible
 * 200. When one is imitated, its row moves to the file of its family.
 *
 * Source: Particle's API reference, and what particle-api-js 12 and particle-cli call.
 */
#include "api/route.h"

#define MISSING(method, path)                                                                      \
    {                                                                                              \
        method, path, "not-imitated", AUTH_NONE, NULL, NULL, PROVENANCE_DOCUMENTED,                \
            "Particle's API reference; particle-api-js 12", "not imitated yet"                     \
    }

static const struct route rows[] = {
    MISSING("GET", "/v1/diagnostics/:device"),
    MISSING("GET", "/v1/diagnostics/:device/last"),
    MISSING("POST", "/v1/diagnostics/:device/update"),
    MISSING("GET", "/v1/diagnostics/:device/metadata"),
    MISSING("GET", "/v1/products/:product/diagnostics/:device"),
    MISSING("GET", "/v1/products/:product/diagnostics/:device/last"),
    MISSING("POST", "/v1/products/:product/diagnostics/:device/update"),
    MISSING("GET", "/v1/products/:product/diagnostics/:device/metadata"),
    MISSING("GET", "/v1/sims"),
    MISSING("GET", "/v1/sims/:iccid"),
    MISSING("PUT", "/v1/sims/:iccid"),
    MISSING("DELETE", "/v1/sims/:iccid"),
    MISSING("GET", "/v1/sims/:iccid/data_usage"),
    MISSING("GET", "/v1/sims/:iccid/status"),
    MISSING("GET", "/v1/products/:product/sims"),
    MISSING("POST", "/v1/products/:product/sims"),
    MISSING("GET", "/v1/products/:product/sims/:iccid"),
    MISSING("PUT", "/v1/products/:product/sims/:iccid"),
    MISSING("DELETE", "/v1/products/:product/sims/:iccid"),
    MISSING("GET", "/v1/products/:product/groups"),
    MISSING("POST", "/v1/products/:product/groups"),
    MISSING("GET", "/v1/products/:product/groups/:group"),
    MISSING("PUT", "/v1/products/:product/groups/:group"),
    MISSING("DELETE", "/v1/products/:product/groups/:group"),
    MISSING("GET", "/v1/products/:product/config"),
    MISSING("PUT", "/v1/products/:product/config"),
    MISSING("GET", "/v1/products/:product/config/:device"),
    MISSING("PUT", "/v1/products/:product/config/:device"),
    MISSING("GET", "/v1/products/:product/locations"),
    MISSING("GET", "/v1/products/:product/locations/:device"),
    MISSING("GET", "/v1/products/:product/firmware"),
    MISSING("POST", "/v1/products/:product/firmware"),
    MISSING("PUT", "/v1/products/:product/firmware/release"),
    MISSING("GET", "/v1/products/:product/firmware/:version"),
    MISSING("PUT", "/v1/products/:product/firmware/:version"),
    MISSING("DELETE", "/v1/products/:product/firmware/:version"),
    MISSING("GET", "/v1/products/:product/firmware/:version/binary"),
    MISSING("GET", "/v1/libraries"),
    MISSING("POST", "/v1/libraries"),
    MISSING("GET", "/v1/libraries/:library"),
    MISSING("GET", "/v1/libraries/:library/versions"),
    MISSING("PATCH", "/v1/libraries/:library"),
    MISSING("DELETE", "/v1/libraries/:library"),
    MISSING("GET", "/v1/build_targets"),
    MISSING("PUT", "/v1/devices/:device/unprotect"),
    MISSING("PUT", "/v1/devices/:device/backup_files"),
    MISSING("GET", "/v1/device-os/versions"),
    MISSING("GET", "/v1/device-os/versions/:version"),
    MISSING("POST", "/v1/products/:product/device_orders"),
    MISSING("GET", "/v1/secrets"),
    MISSING("POST", "/v1/secrets"),
    MISSING("*", "/v1/products/:product/metrics/*"),
    MISSING("*", "/v1/logic/*"),
    MISSING("*", "/v1/orgs/:org/logic/*"),
    MISSING("*", "/v1/ledgers/*"),
    MISSING("*", "/v1/orgs/:org/ledgers/*"),
    MISSING("*", "/v1/env/*"),
    MISSING("*", "/v1/orgs/:org/env/*"),
    MISSING("*", "/v1/products/:product/env/*"),
};

const struct route_table missing_routes = {rows, sizeof rows / sizeof *rows};
