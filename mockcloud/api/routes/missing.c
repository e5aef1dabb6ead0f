/*
 * Routes of the real API that are not imitated yet: each answers 501 and says so, never a plausible
 * 200. When one is imitated, its row moves to the file of its family.
 *
 * Source: Particle's API reference, and what particle-api-js 12 and particle-cli call.
 */
#include "api/call/route.h"

#define MISSING(method, path)                                                                      \
    {                                                                                              \
        method, path, "not-imitated", AUTH_NONE, NULL, NULL, PROVENANCE_DOCUMENTED,                \
            "Particle's API reference; particle-api-js 12", "not imitated yet"                     \
    }

static const struct route rows[] = {
    MISSING("GET", "/v1/libraries"),
    MISSING("POST", "/v1/libraries"),
    MISSING("GET", "/v1/libraries/:library"),
    MISSING("GET", "/v1/libraries/:library/versions"),
    MISSING("PATCH", "/v1/libraries/:library"),
    MISSING("DELETE", "/v1/libraries/:library"),
    MISSING("GET", "/v1/device-os/versions"),
    MISSING("GET", "/v1/device-os/versions/:version"),
    MISSING("POST", "/v1/products/:product/device_orders"),
    MISSING("GET", "/v1/products/:product/fleet_locations"),
    MISSING("POST", "/v1/user/service_agreements/:agreement/usage_reports"),
    MISSING("POST", "/v1/orgs/:org/service_agreements/:agreement/usage_reports"),
    MISSING("GET", "/v1/user/usage_reports/:report"),
    MISSING("GET", "/v1/orgs/:org/usage_reports/:report"),
    MISSING("GET", "/v1/orgs/:org/team/provision/Users/:user"),
    MISSING("PATCH", "/v1/orgs/:org/team/provision/Users/:user"),
    MISSING("GET", "/v1/secrets"),
    MISSING("POST", "/v1/secrets"),
    MISSING("*", "/v1/secrets/:secret"),
    MISSING("*", "/v1/orgs/:org/secrets/*"),
    MISSING("*", "/v1/products/:product/devices/:device/docs/*"),
    MISSING("*", "/v1/products/:product/metrics/*"),
    MISSING("*", "/v1/logic/*"),
    MISSING("*", "/v1/orgs/:org/logic/*"),
    MISSING("*", "/v1/ledgers/*"),
    MISSING("*", "/v1/orgs/:org/ledgers/*"),
};

const struct route_table missing_routes = {rows, sizeof rows / sizeof *rows};
