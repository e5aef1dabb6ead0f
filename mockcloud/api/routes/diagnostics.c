/* Remote diagnostics: the vitals that devices told, and asking for new ones. */
#include "cloud/diagnostics.h"
#include "api/call/route.h"
#include "api/routes/devices.h"
#include "api/routes/diagnostics_csv.h"
#include "api/routes/registry_rules.h"
#include "api/shape/shapes.h"
#include "base/timefmt.h"
#include "cloud/record.h"

#include <string.h>

static void record_json(const struct cloud_device *device, const struct diagnostics_record *record,
                        struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_time(w, "updated_at", record->at_ms);
    jsonw_key_str(w, "deviceID", device->id);
    jsonw_key(w, "payload");
    jsonw_raw(w, record->payload, strlen(record->payload));
    jsonw_end_object(w);
}

/* ---- a span of time ---- */

static void dates_wrong(struct call *call, const char *description)
{
    bool ok = sim_behaves(&call->world->sim, BEHAVIOUR_DIAGNOSTICS_DATE_ERROR, "ok-200");
    struct jsonw *w = reply_json(call, ok ? 200 : 400, &registry_rules[VITALS_DATES]);
    jsonw_object(w);
    jsonw_key_str(w, "error", "bad_request");
    jsonw_key_str(w, "description", description);
    jsonw_end_object(w);
}

/* False: the refusal is in the reply. */
static bool dates_read(struct call *call, int64_t *ret_start_ms, int64_t *ret_end_ms)
{
    const char *start = call_str(call, "start_date"), *end = call_str(call, "end_date");
    int64_t start_ms = INT64_MIN, end_ms = INT64_MAX;
    if ((start && !timefmt_parse_iso(start, &start_ms)) ||
        (end && !timefmt_parse_iso(end, &end_ms))) {
        dates_wrong(call, "start_date and end_date must be ISO8601 formatted");
        return false;
    }
    if (start && start_ms < vclock_now(call->world->sim.clock) - DIAGNOSTICS_LIFE_MS) {
        dates_wrong(call, "start_date must not be more than than 30 days ago");
        return false;
    }
    *ret_start_ms = start_ms;
    *ret_end_ms = end_ms;
    return true;
}

/* ---- handlers ---- */

static void vitals_list(struct call *call)
{
    const struct cloud *cloud = call->world->cloud;
    const struct cloud_device *device = devices_find(call);
    int64_t start_ms, end_ms;
    if (!device || !dates_read(call, &start_ms, &end_ms))
        return;
    if (diagnostics_csv_wanted(call)) {
        diagnostics_csv(call, device, start_ms, end_ms);
        return;
    }
    const struct diagnostics *diagnostics = diagnostics_of(cloud, device);
    struct jsonw *w = reply_json(call, 200, &registry_rules[VITALS_LIST]);
    jsonw_object(w);
    jsonw_key(w, "diagnostics");
    jsonw_array(w);
    for (size_t i = diagnostics ? diagnostics->count : 0; i-- > 0;)
        if (diagnostics_in(cloud, &diagnostics->records[i], start_ms, end_ms))
            record_json(device, &diagnostics->records[i], w);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void vitals_last(struct call *call)
{
    const struct cloud *cloud = call->world->cloud;
    const struct cloud_device *device = devices_find(call);
    if (!device)
        return;
    const struct diagnostics *diagnostics = diagnostics_of(cloud, device);
    const struct diagnostics_record *last =
        diagnostics ? &diagnostics->records[diagnostics->count - 1] : NULL;
    if (!last || !diagnostics_in(cloud, last, INT64_MIN, INT64_MAX)) {
        reply_error(call, 404, &registry_rules[VITALS_NONE], "No diagnostics for this device");
        return;
    }
    struct jsonw *w = reply_json(call, 200, &registry_rules[VITALS_LAST]);
    jsonw_object(w);
    jsonw_key(w, "diagnostics");
    record_json(device, last, w);
    jsonw_end_object(w);
}

static void vitals_answer(struct call *call, const void *with)
{
    const struct session_result *result = with;
    if (result->answer == SESSION_ANSWERED)
        reply_text(call, 202, &registry_rules[VITALS_REFRESH], "{\"ok\":true}");
    else if (sim_behaves(&call->world->sim, BEHAVIOUR_DIAGNOSTICS_REFRESH, "accept"))
        reply_text(call, 202, &registry_rules[VITALS_ABSENT], "{\"ok\":true}");
    else
        reply_error(call, 404, &registry_rules[VITALS_ABSENT], "The device is not online");
}

static void vitals_refresh(struct call *call)
{
    struct cloud_device *device = devices_find(call);
    if (device)
        devices_ask(call, device, &(struct session_question){.kind = ASK_VITALS}, vitals_answer);
}

/* ---- metadata ---- */

#define VITAL(key, title, priority, unit, more)                                                    \
    "\"" key "\":{\"title\":\"" title "\",\"type\":\"number\",\"priority\":" priority              \
    ",\"units\":{\"title\":\"" unit "\"}" more "}"
#define MESSAGES(description)                                                                      \
    ",\"messages\":{\"description\":\"" description                                                \
    "\",\"healthy\":\"As it should be.\",\"warning\":\"Worth a look.\"}"

/* Of those vitals that simulated devices tell. */
static const char metadata[] =
    "{\"diagnostics_metadata\":{\"device\":{"
    "\"network\":{\"signal\":{" VITAL(
        "strength", "signal strength", "2", "percent",
        ",\"ranges\":{\"type\":\"below\",\"warning\":20}" MESSAGES(
            "How strong the device's radio link is.")) "}},"
                                                       "\"system\":{\"memory\":{" VITAL(
                                                           "used", "RAM used", "6", "kB",
                                                           ",\"ranges\":{\"type\":\"ratio_above\","
                                                           "\"ratio\":0.9,\"param1\":\"device."
                                                           "system.memory."
                                                           "used\",\"param2\":\"device.system."
                                                           "memory.total\"}" MESSAGES(
                                                               "How much of its memory the device "
                                                               "uses.")) ",\"total\":{\"title\":"
                                                                         "\"\",\"type\":"
                                                                         "\"number\",\"units\":{"
                                                                         "\"title\":\"kB\"},"
                                                                         "\"describes\":\"device."
                                                                         "system.memory."
                                                                         "used\"}}}},"
                                                                         "\"service\":{\"cloud\":{"
                                                                         "\"uptime\":{\"title\":"
                                                                         "\"session\",\"type\":"
                                                                         "\"number\",\"units\":{"
                                                                         "\"title\":\"s\"}}}}}}";

static void vitals_metadata(struct call *call)
{
    if (devices_find(call))
        reply_text(call, 200, &registry_rules[VITALS_METADATA], metadata);
}

/* ---- rows ---- */

static const struct shape record = {
    .type = SHAPE_OBJECT,
    .name = "Vitals",
    .text = "What a device told of its health, and when.",
    .fields = (const struct shape_field[]){{"updated_at", &shape_time, 0},
                                           {"deviceID", &shape_id, 0},
                                           {"payload", &shape_object, 0},
                                           {0}},
};

static const struct shape records = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"diagnostics", SHAPE_LIST(record), 0}, {0}},
};

static const struct shape last_record = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"diagnostics", &record, 0}, {0}},
};

static const struct shape wrong_dates = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"error", &shape_string, 0},
                                           {"description", &shape_string, 0},
                                           {0}},
};

static const struct shape metadata_shape = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"diagnostics_metadata", &shape_object, 0}, {0}},
};

#define REFERENCE PROVENANCE_DOCUMENTED, "Particle's API reference"
#define DATES                                                                                      \
    PARAMS({"start_date", PARAM_QUERY, PARAM_STRING, false, "ISO 8601, at most 30 days ago"},      \
           {"end_date", PARAM_QUERY, PARAM_STRING, false, "ISO 8601"})
#define ROWS(base, auth, suffix)                                                                   \
    {"GET",                                                                                        \
     base "/diagnostics/:device",                                                                  \
     "diagnostics.list" suffix,                                                                    \
     auth,                                                                                         \
     vitals_list,                                                                                  \
     "devices.diagnostics:get",                                                                    \
     REFERENCE,                                                                                    \
     "the vitals of a device in the last 30 days; Accept: text/csv for CSV",                       \
     .params = DATES,                                                                              \
     .replies =                                                                                    \
         REPLIES({200, &records, NULL}, {200, &wrong_dates, NULL}, {200, NULL, "text/csv"})},      \
        {"GET",                                                                                    \
         base "/diagnostics/:device/last",                                                         \
         "diagnostics.last" suffix,                                                                \
         auth,                                                                                     \
         vitals_last,                                                                              \
         "devices.diagnostics:get",                                                                \
         REFERENCE,                                                                                \
         "the last vitals of a device",                                                            \
         .params = NO_PARAMS,                                                                      \
         .replies = REPLIES({200, &last_record, NULL})},                                           \
        {"POST",                                                                                   \
         base "/diagnostics/:device/update",                                                       \
         "diagnostics.refresh" suffix,                                                             \
         auth,                                                                                     \
         vitals_refresh,                                                                           \
         "devices.diagnostics:update",                                                             \
         REFERENCE,                                                                                \
         "ask a device for its vitals",                                                            \
         .params = NO_PARAMS,                                                                      \
         .replies = REPLIES({202, &shape_ok, NULL})},                                              \
    {                                                                                              \
        "GET", base "/diagnostics/:device/metadata", "diagnostics.metadata" suffix, auth,          \
            vitals_metadata, "devices.diagnostics.metadata:get", REFERENCE,                        \
            "what the vitals mean", .params = NO_PARAMS,                                           \
                                    .replies = REPLIES({200, &metadata_shape, NULL})               \
    }

static const struct route rows[] = {
    ROWS("/v1", AUTH_OWNER, ""),
    ROWS("/v1/products/:product", AUTH_PRODUCT, "-of-product"),
};

const struct route_table diagnostics_routes = {rows, sizeof rows / sizeof *rows};
