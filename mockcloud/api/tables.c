/* See tables.h. Data: the order of routes is the order in which they are asked. */
#include "api/tables.h"

#include "api/call/rate_limit.h"
#include "api/call/rules.h"
#include "api/control/tables.h"
#include "api/gates/fault.h"
#include "api/routes/account_rules.h"
#include "api/routes/customer_rules.h"
#include "api/routes/device_rules.h"
#include "api/routes/event_rules.h"
#include "api/routes/fleet_rules.h"
#include "api/routes/product_rules.h"
#include "api/routes/registry_rules.h"
#include "api/routes/tables.h"
#include "api/routes/webhook_rules.h"
#include "cloud/claim.h"
#include "cloud/claim_code.h"
#include "cloud/oauth.h"
#include "cloud/system_event.h"
#include "cloud/webhook/delivery_rules.h"
#include "device/announce.h"

/* A table per line. */
/* clang-format off */
const struct route_table *const route_tables[] = {
    &account_token_routes,
    &account_routes,
    &account_mfa_routes,
    &client_routes,
    &team_routes,
    &org_routes,
    &event_routes, /* before device_routes: "events" is no device */
    &device_routes,
    &token_routes,
    &claim_code_routes,
    &product_routes,
    &product_create_routes,
    &device_protection_routes,
    &customer_routes,
    &customer_list_routes,
    &control_routes,
    &control_clock_routes,
    &control_device_routes,
    &control_why_routes,
    &control_event_routes,
    &control_exchange_routes,
    &control_harness_routes,
    &control_console_routes,
    &control_journal_routes,
    &control_list_routes,
    &control_restart_routes,
    &control_steps_routes,
    &openapi_routes,
    &device_update_routes,
    &device_flash_routes,
    &product_device_routes,
    &product_import_routes,
    &webhook_routes,
    &group_routes,
    &firmware_routes,
    &sim_routes,
    &diagnostics_routes,
    &config_routes,
    &location_routes,
    &environment_routes,
    &registration_routes,
    &search_routes,
    &agreement_routes,
    &missing_routes,
    &device_call_routes, /* last: any word may be the name of a function */
};
/* clang-format on */

const size_t route_table_count = sizeof route_tables / sizeof *route_tables;

const struct route *tables_route(size_t index)
{
    for (size_t t = 0; t < route_table_count; t++) {
        if (index < route_tables[t]->count)
            return &route_tables[t]->rows[index];
        index -= route_tables[t]->count;
    }
    return NULL;
}

bool api_route_info(size_t index, struct api_route_info *ret_info)
{
    const struct route *route = tables_route(index);
    if (!route)
        return false;
    *ret_info = (struct api_route_info){
        .method = route->method,
        .path = route->path,
        .name = route->name,
        .imitated = route->handle,
        .control = route->auth == AUTH_CONTROL,
        .scope = route->scope,
        .provenance = route->provenance,
        .source = route->source,
        .text = route->text,
    };
    return true;
}

/* ---- rules ---- */

#define TABLE(name, rules, count)                                                                  \
    static const struct rule_table name = {rules, count, sizeof(struct rule)}

TABLE(claim_table, claim_rules, CLAIM_RULES);
TABLE(device_table, device_rules, DEVICE_RULES);
TABLE(product_table, product_rules, PRODUCT_RULES);
TABLE(customer_table, customer_rules, CUSTOMER_RULES);
TABLE(event_table, event_rules, EVENT_RULES);
TABLE(account_table, account_rules, ACCOUNT_RULES);
TABLE(webhook_table, webhook_rules, WEBHOOK_RULES);
TABLE(delivery_table, delivery_rules, DELIVERY_RULES);
TABLE(registry_table, registry_rules, REGISTRY_RULES);
TABLE(fleet_table, fleet_rules, FLEET_RULES);
TABLE(api_table, api_rules, API_RULES);
static const struct rule_table system_event_table = {&system_events[0].rule, SYSTEM_EVENTS,
                                                     sizeof *system_events};
TABLE(fault_table, &fault_rule, 1);
static const struct rule_table rate_limit_table = {&rate_limit_errors[0].rule, RATE_LIMIT_RULES,
                                                   sizeof *rate_limit_errors};

static const struct rule_table *const rule_tables[] = {
    &claim_table,        &claim_code_rule_table,   &oauth_error_table, &oauth_grant_rule_table,
    &device_table,       &product_table,           &customer_table,    &event_table,
    &account_table,      &webhook_table,           &delivery_table,    &rate_limit_table,
    &fleet_table,        &registry_table,          &api_table,         &fault_table,
    &system_event_table, &announcement_rule_table,
};

const struct rule *api_rule(size_t index)
{
    return rule_at(rule_tables, sizeof rule_tables / sizeof *rule_tables, index);
}
