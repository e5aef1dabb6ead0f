/*
 * Service agreements: the plan of a user (Sandbox) or of an organization (Enterprise), its limits
 * and what is used of them. The limit of devices is the one that sandbox_limit enforces. Nothing is
 * ever billed, told or reported.
 *
 * Source: Particle's API reference; the numbers of what is used are ours.
 */
#include "api/call/route.h"
#include "api/routes/fleet_rules.h"
#include "api/routes/orgs.h"
#include "api/shape/shapes.h"
#include "base/timefmt.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "cloud/registry_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

/* Whose agreement. */
struct party {
    const struct cloud *cloud;
    const char *org;   /* NULL: the user's */
    struct owner user; /* OWNER_USER, unless of an organization */
};

static bool is_theirs(const struct party *party, const struct cloud_device *device)
{
    if (party->org)
        return cloud_in_org(device->product, party->org);
    return owner_same(&device->owner, &party->user);
}

struct usage {
    int64_t wifi, cellular, tracker;
};

static struct usage usage_of(const struct party *party)
{
    struct usage usage = {0};
    for (size_t i = 0; i < party->cloud->device_count; i++) {
        const struct cloud_device *device = party->cloud->registry[i];
        if (!is_theirs(party, device))
            continue;
        if (strncmp(device->platform->name, "tracker", 7) == 0)
            usage.tracker++;
        else if (device->platform->cellular)
            usage.cellular++;
        else
            usage.wifi++;
    }
    return usage;
}

/* Months of the world's clock; the API has them as dates. `months` on from the present one. */
static void write_month(const char *key, int64_t now_ms, int months, bool last_day, struct jsonw *w)
{
    char text[TIMEFMT_ISO_SIZE], date[40];
    timefmt_iso(now_ms, text);
    int year = (int)strtol(text, NULL, 10), month = (int)strtol(text + 5, NULL, 10);
    month += months - 1 + (last_day ? 1 : 0);
    year += month / 12;
    month %= 12;
    snprintf(date, sizeof date, "%04d-%02d-01", year, month + 1);
    if (last_day) {
        int64_t at;
        char first[64];
        snprintf(first, sizeof first, "%sT00:00:00.000Z", date);
        if (!timefmt_parse_iso(first, &at))
            return;
        timefmt_iso(at - DAY_MS, text);
        snprintf(date, sizeof date, "%.10s", text);
    }
    jsonw_key_str(w, key, date);
}

/* Wi-Fi moves no data that would be counted. */
static void write_connectivity(const char *key, int64_t devices, bool data, struct jsonw *w)
{
    jsonw_key(w, key);
    jsonw_object(w);
    jsonw_key_int(w, "owned_devices", devices);
    jsonw_key_int(w, "billable_devices", devices);
    if (data)
        jsonw_key_int(w, "device_data", 0);
    else
        jsonw_key_null(w, "device_data");
    jsonw_key_int(w, "device_messages", 0);
    jsonw_end_object(w);
}

static void write_usage(const struct party *party, struct jsonw *w)
{
    struct usage usage = usage_of(party);
    int64_t all = usage.wifi + usage.cellular + usage.tracker;
    jsonw_key(w, "current_usage_summary");
    jsonw_object(w);
    jsonw_key_bool(w, "device_limit_reached", !party->org && all >= CLOUD_SANDBOX_MAX);
    jsonw_key(w, "connectivity");
    jsonw_object(w);
    write_connectivity("all", all, true, w);
    write_connectivity("wifi", usage.wifi, false, w);
    write_connectivity("cellular", usage.cellular, true, w);
    write_connectivity("asset_tracker", usage.tracker, true, w);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void write_rate(const char *key, struct jsonw *w)
{
    jsonw_key(w, key);
    jsonw_object(w);
    jsonw_key_str(w, "duration", "monthly");
    jsonw_key_int(w, "per_block", 0);
    jsonw_end_object(w);
}

static void write_limits(struct jsonw *w)
{
    jsonw_key(w, "device");
    jsonw_object(w);
    jsonw_key_str(w, "name", "commercial_model:developer:device");
    jsonw_key_str(w, "duration", "monthly");
    jsonw_key_int(w, "max_devices", CLOUD_SANDBOX_MAX);
    jsonw_end_object(w);
    jsonw_key(w, "messaging");
    jsonw_object(w);
    jsonw_key_str(w, "duration", "monthly");
    jsonw_key_int(w, "max_messages", 100000);
    jsonw_end_object(w);
    jsonw_key(w, "device_data");
    jsonw_object(w);
    jsonw_key_str(w, "uom", "bytes");
    jsonw_key_str(w, "duration", "monthly");
    jsonw_key_int(w, "max_data", 45000000);
    jsonw_key_int(w, "device_data", 45000000);
    jsonw_key_int(w, "devices_cap", 45000000);
    jsonw_key_bool(w, "cap_exception", true);
    jsonw_end_object(w);
}

static void write_terms(const struct party *party, struct jsonw *w)
{
    jsonw_key(w, "pricing_terms");
    jsonw_object(w);
    jsonw_key(w, "rates");
    jsonw_object(w);
    if (party->org) {
        write_rate("wifi", w);
        write_rate("cellular", w);
        write_rate("asset_tracker", w);
    } else {
        write_rate("all_platforms", w);
    }
    jsonw_end_object(w);
    jsonw_key_str(w, "pricing_model_version", "tier2021.1");
    if (party->org) {
        jsonw_key(w, "support");
        jsonw_raw(w, "{\"account_rep\":null}", 20);
    } else {
        write_limits(w);
    }
    jsonw_end_object(w);
}

static void write_agreement(const struct party *party, const char *owner_id, struct jsonw *w)
{
    int64_t now = vclock_now(party->cloud->sim->clock);
    jsonw_object(w);
    jsonw_key_str(w, "id", "1");
    jsonw_key_str(w, "type", "service_agreement");
    jsonw_key(w, "attributes");
    jsonw_object(w);
    jsonw_key_str(w, "owner_id", owner_id);
    jsonw_key_str(w, "owner_type", party->org ? "organization" : "individual");
    jsonw_key_str(w, "name", party->org ? "Enterprise Plan" : "Sandbox");
    jsonw_key_str(w, "agreement_type", party->org ? "enterprise" : "developer");
    jsonw_key_str(w, "duration", party->org ? "annual" : "monthly");
    jsonw_key_str(w, "state", "active");
    write_month("starts_on", now, 0, false, w);
    if (party->org)
        write_month("ends_on", now, 11, true, w);
    else
        jsonw_key_null(w, "ends_on");
    write_month("current_billing_period_start", now, 0, false, w);
    write_month("current_billing_period_end", now, 0, true, w);
    write_month("next_billing_period_start", now, 1, false, w);
    write_usage(party, w);
    write_terms(party, w);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void reply(struct call *call, const struct party *party, const char *owner_id)
{
    struct jsonw *w = reply_json(call, 200, &fleet_rules[SERVICE_AGREEMENTS]);
    jsonw_object(w);
    jsonw_key(w, "data");
    jsonw_array(w);
    write_agreement(party, owner_id, w);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void agreements_of_user(struct call *call)
{
    struct party party = {.cloud = call->world->cloud, .user = call->owner};
    reply(call, &party, call->owner.user->id);
}

static void agreements_of_org(struct call *call)
{
    char id[IDS_OBJECT + 1];
    struct party party = {.cloud = call->world->cloud, .org = org_of_member(call)};
    if (!party.org)
        return;
    accounts_org_id(call->world->cloud, party.org, id);
    reply(call, &party, id);
}

static void notifications_of_user(struct call *call)
{
    reply_text(call, 200, &fleet_rules[SERVICE_NOTIFICATIONS], "{\"data\":[]}");
}

static void notifications_of_org(struct call *call)
{
    if (org_of_member(call))
        notifications_of_user(call);
}

/* ---- rows ---- */

static const struct shape attributes = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"owner_id", &shape_id, 0},
                                           {"owner_type", &shape_string, 0},
                                           {"name", &shape_string, 0},
                                           {"agreement_type", &shape_string, 0},
                                           {"duration", &shape_string, 0},
                                           {"state", &shape_string, 0},
                                           {"starts_on", &shape_string, 0},
                                           {"ends_on", &shape_string, SHAPE_NULLABLE},
                                           {"current_billing_period_start", &shape_string, 0},
                                           {"current_billing_period_end", &shape_string, 0},
                                           {"next_billing_period_start", &shape_string, 0},
                                           {"current_usage_summary", &shape_object, 0},
                                           {"pricing_terms", &shape_object, 0},
                                           {0}},
};

static const struct shape agreement = {
    .type = SHAPE_OBJECT,
    .name = "ServiceAgreement",
    .fields = (const struct shape_field[]){{"id", &shape_string, 0},
                                           {"type", &shape_string, 0},
                                           {"attributes", &attributes, 0},
                                           {0}},
};

static const struct shape agreements = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"data", SHAPE_LIST(agreement), 0}, {0}},
};

static const struct shape notifications = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"data", SHAPE_LIST(shape_object), 0}, {0}},
};

#define REFERENCE PROVENANCE_DOCUMENTED, "Particle's API reference"
#define SCOPE     "service_agreements.usage_summary:get"

static const struct route rows[] = {
    {"GET", "/v1/user/service_agreements", "service-agreement.list", AUTH_USER, agreements_of_user,
     SCOPE, REFERENCE, "the user's plan, its limits, what is used of them", .params = NO_PARAMS,
     .replies = REPLIES({200, &agreements, NULL})},
    {"GET", "/v1/user/service_agreements/:agreement/notifications",
     "service-agreement.notifications", AUTH_USER, notifications_of_user, SCOPE, REFERENCE,
     "what was told of its limits", .params = NO_PARAMS,
     .replies = REPLIES({200, &notifications, NULL})},
    {"GET", "/v1/orgs/:org/service_agreements", "org.service-agreement.list", AUTH_USER,
     agreements_of_org, SCOPE, REFERENCE, "the same of an organization", .params = NO_PARAMS,
     .replies = REPLIES({200, &agreements, NULL})},
    {"GET", "/v1/orgs/:org/service_agreements/:agreement/notifications",
     "org.service-agreement.notifications", AUTH_USER, notifications_of_org, SCOPE, REFERENCE,
     "what was told of its limits", .params = NO_PARAMS,
     .replies = REPLIES({200, &notifications, NULL})},
};

const struct route_table agreement_routes = {rows, sizeof rows / sizeof *rows};
