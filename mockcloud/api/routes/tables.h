/* The tables of routes of the imitated API, one for each file of this room. Of api/ alone. */
#ifndef API_ROUTES_TABLES_H
#define API_ROUTES_TABLES_H

#include "api/call/route.h"

extern const struct route_table event_routes;
extern const struct route_table token_routes;
extern const struct route_table device_routes;
extern const struct route_table device_update_routes;
extern const struct route_table device_flash_routes;
extern const struct route_table device_call_routes; /* last: any word may be a function's name */
extern const struct route_table product_device_routes;
extern const struct route_table product_import_routes;
extern const struct route_table claim_code_routes;
extern const struct route_table product_routes;
extern const struct route_table product_create_routes;
extern const struct route_table device_protection_routes;
extern const struct route_table customer_routes;
extern const struct route_table customer_list_routes;
extern const struct route_table account_token_routes;
extern const struct route_table account_routes;
extern const struct route_table account_mfa_routes;
extern const struct route_table client_routes;
extern const struct route_table team_routes;
extern const struct route_table org_routes;
extern const struct route_table webhook_routes;
extern const struct route_table group_routes;
extern const struct route_table firmware_routes;
extern const struct route_table sim_routes;
extern const struct route_table diagnostics_routes;
extern const struct route_table config_routes;
extern const struct route_table location_routes;
extern const struct route_table environment_routes;
extern const struct route_table registration_routes;
extern const struct route_table search_routes;
extern const struct route_table agreement_routes;
extern const struct route_table missing_routes; /* of the real API, not imitated yet */

#endif
