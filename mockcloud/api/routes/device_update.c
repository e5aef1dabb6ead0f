/*
 * PUT of a device, in both namespaces: its record (name, notes, groups …), the rainbow of its LED,
 * a flash; and ping. A field of the wrong type changes nothing.
 */
#include "api/call/route.h"
#include "api/routes/device_rules.h"
#include "api/routes/devices.h"
#include "api/shape/shapes.h"
#include "base/mem.h"
#include "cloud/groups.h"
#include "cloud/owner.h"
#include "cloud/record.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 200
#define GROUP_MAX      100

/* What the body may hold, in the order in which it is told back. */
enum updatable { NAME, NOTES, FORCED, DEVELOPMENT, DESIRED, FLASH, GROUPS, SIGNAL, FIELDS };

struct update {
    bool given[FIELDS];
    size_t count;
    const char *name, *notes;
    bool forced, development, flash, signal;
    int64_t desired;
    const char **groups;
    size_t group_count;
};

static const cJSON *json_of(const struct call *call, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(call->json, name);
}

/* Text; with `nullable` null, too, as NULL. */
static bool read_text(const struct call *call, const char *name, bool nullable, size_t max,
                      const char **ret_text)
{
    const char *text = call_str(call, name);
    *ret_text = text;
    return text ? strlen(text) <= max : nullable && cJSON_IsNull(json_of(call, name));
}

/* true, false, 1, 0; as text, too. */
static bool read_bool(const struct call *call, const char *name, bool *ret_truth)
{
    const cJSON *item = json_of(call, name);
    const char *text = call_str(call, name);
    *ret_truth = call_flag(call, name);
    if (text)
        return *ret_truth || strcmp(text, "false") == 0 || strcmp(text, "0") == 0;
    return cJSON_IsBool(item) ||
           (cJSON_IsNumber(item) && (item->valuedouble == 0 || item->valuedouble == 1));
}

/* A version, or null for none. */
static bool read_version(const struct call *call, const char *name, int64_t *ret_version)
{
    const char *text = call_str(call, name);
    *ret_version = cJSON_IsNull(json_of(call, name)) || (text && (!*text || !strcmp(text, "null")))
                       ? -1
                       : call_int(call, name, -2);
    return *ret_version >= -1 && *ret_version <= 65535;
}

static bool read_groups(struct call *call, struct update *update)
{
    const cJSON *item = json_of(call, "groups");
    update->group_count = call_list(call, "groups", &update->groups);
    for (size_t i = 0; i < update->group_count; i++)
        if (!*update->groups[i] || strlen(update->groups[i]) > GROUP_MAX)
            return false;
    return update->group_count <= CLOUD_GROUPS_MAX &&
           (!item || cJSON_IsArray(item) || cJSON_IsString(item));
}

static bool read_field(struct call *call, struct update *update, enum updatable field,
                       const char *key)
{
    switch (field) {
    case NAME:
        return read_text(call, key, false, NAME_MAX_BYTES, &update->name) && *update->name;
    case NOTES:
        return read_text(call, key, true, API_BODY_MAX, &update->notes);
    case FORCED:
        return read_bool(call, key, &update->forced);
    case DEVELOPMENT:
        return read_bool(call, key, &update->development);
    case DESIRED:
        return read_version(call, key, &update->desired);
    case FLASH:
        return read_bool(call, key, &update->flash);
    case GROUPS:
        return read_groups(call, update);
    case SIGNAL:
        return read_bool(call, key, &update->signal);
    case FIELDS:
        break;
    }
    return false;
}

/* The fields of a product's namespace alone are passed over in a user's. */
static const struct {
    const char *key;
    bool of_product;
    const char *expected;
} fields[FIELDS] = {
    [NAME] = {"name", false, "a text of 1 to 200 bytes"},
    [NOTES] = {"notes", false, "a text or null"},
    [FORCED] = {"firmware_updates_forced", false, "true or false"},
    [DEVELOPMENT] = {"development", true, "true or false"},
    [DESIRED] = {"desired_firmware_version", true, "a version from 0 to 65535, or null"},
    [FLASH] = {"flash", true, "true or false"},
    [GROUPS] = {"groups", true, "a list of names of 1 to 100 bytes"},
    [SIGNAL] = {"signal", false, "1 or 0"},
};

static bool field_is_given(struct call *call, enum updatable field)
{
    const char **items;
    if (fields[field].of_product && !call->product)
        return false;
    return call_has(call, fields[field].key) ||
           (field == GROUPS && call_list(call, fields[field].key, &items));
}

/* False: the refusal is in the reply. */
static bool update_read(struct call *call, struct update *update)
{
    bool first = sim_behaves(&call->world->sim, BEHAVIOUR_SEVERAL_UPDATES, "first");
    for (int i = 0; i < FIELDS; i++) {
        enum updatable field = (enum updatable)i;
        if (!field_is_given(call, field) || (first && update->count))
            continue;
        if (!read_field(call, update, field, fields[i].key)) {
            reply_error(call, 400, &device_rules[DEVICE_BAD_FIELD], "%s has to be %s",
                        fields[i].key, fields[i].expected);
            return false;
        }
        update->given[i] = true;
        update->count++;
    }
    if (!update->count)
        reply_text(call, 400, &device_rules[DEVICE_NOTHING], "{\"error\":\"Nothing to do?\"}");
    return update->count;
}

static void replace_text(char **text, const char *value)
{
    free(*text);
    *text = mem_dup(value);
}

static void update_apply(struct call *call, struct cloud_device *device,
                         const struct update *update)
{
    if (update->given[NAME])
        cloud_set_name(call->world->cloud, device, update->name);
    if (update->given[NOTES])
        replace_text(&device->notes, update->notes);
    if (update->given[FORCED]) {
        device->updates_forced = update->forced;
        device->forced_said = true;
        session_tell_forced(call->world->cloud, device);
    }
    if (update->given[DEVELOPMENT])
        device->development = update->development;
    if (update->given[DESIRED])
        device->desired_firmware = update->desired;
    if (update->given[GROUPS])
        cloud_set_groups(call->world->cloud, device, update->groups, update->group_count);
    groups_see(call->world->cloud, device);
    if (update->given[FLASH] && update->flash && device->desired_firmware >= 0)
        session_ask(call->world->cloud, device,
                    &(struct session_question){.kind = ASK_UPDATE,
                                               .image = IMAGE_PRODUCT,
                                               .version = device->desired_firmware,
                                               .by_itself = true},
                    NULL, NULL);
}

static void write_fields(const struct cloud_device *device, const struct update *update,
                         struct jsonw *w)
{
    if (update->given[NAME])
        jsonw_key_str(w, "name", device->name);
    if (update->given[NOTES])
        jsonw_key_str(w, "notes", device->notes);
    if (update->given[FORCED])
        jsonw_key_bool(w, "firmware_updates_forced", device->updates_forced);
    if (update->given[DEVELOPMENT])
        jsonw_key_bool(w, "development", device->development);
    if (update->given[DESIRED] && device->desired_firmware < 0)
        jsonw_key_null(w, "desired_firmware_version");
    else if (update->given[DESIRED])
        jsonw_key_int(w, "desired_firmware_version", device->desired_firmware);
    if (update->given[FLASH] && !update->given[DESIRED])
        jsonw_key_bool(w, "flash", update->flash);
    if (update->given[GROUPS])
        groups_write_device(device, w);
    if (!update->given[SIGNAL])
        return;
    jsonw_key_bool(w, "connected", device->online);
    jsonw_key_bool(w, "signaling", update->signal);
}

static const struct rule *update_rule(const struct update *update)
{
    if (update->count > 1)
        return &device_rules[DEVICE_SEVERAL];
    if (update->given[SIGNAL])
        return &device_rules[DEVICE_SIGNALED];
    if (update->given[FORCED])
        return &device_rules[DEVICE_FORCED];
    return &device_rules[update->given[NAME] ? DEVICE_RENAMED : DEVICE_UPDATED];
}

static void update_reply(struct call *call, const struct cloud_device *device,
                         const struct update *update)
{
    bool alone = update->count == 1;
    bool old_name = alone && update->given[NAME] && sim_api_year(&call->world->sim) < 2018;
    struct jsonw *w = reply_json(call, 200, update_rule(update));
    jsonw_object(w);
    if (!old_name)
        jsonw_key_str(w, "id", device->id);
    write_fields(device, update, w);
    if (old_name)
        jsonw_key_str(w, "id", device->id);
    else if (!alone || !(update->given[SIGNAL] || update->given[FORCED]))
        jsonw_key_time(w, "updated_at", vclock_now(call->world->sim.clock));
    jsonw_end_object(w);
}

static void signal_answer(struct call *call, const void *with)
{
    const struct session_result *result = with;
    struct update update = {0};
    if (result->answer != SESSION_ANSWERED) {
        devices_silent(call, result, 500, &device_rules[DEVICE_SIGNAL_ABSENT],
                       "{\"ok\":false,\"code\":500,\"errors\":[{\"error\":\"Timed out, didn't hear "
                       "back from device service\"}]}");
        return;
    }
    update_read(call, &update); /* once more: it was good before */
    update_apply(call, devices_asked(call), &update);
    update_reply(call, devices_asked(call), &update);
}

static void device_update(struct call *call)
{
    struct cloud_device *device = devices_find(call);
    struct update update = {0};
    if (!device)
        return;
    if (call->body_kind == BODY_MULTIPART || call_has(call, "app")) {
        devices_flash(call, device);
        return;
    }
    if (!update_read(call, &update))
        return;
    if (update.given[FORCED] && call->owner.kind == OWNER_CUSTOMER) {
        reply_error(call, 403, &device_rules[DEVICE_FLASH_CUSTOMER], "Permission denied");
        return;
    }
    if (update.given[NAME] && cloud_name_taken(call->world->cloud, device, update.name)) {
        reply_text(call, 403, &device_rules[DEVICE_NAME_TAKEN],
                   "{\"ok\":false,\"code\":403,\"errors\":[{}]}");
        return;
    }
    if (update.given[SIGNAL]) {
        devices_ask(call, device,
                    &(struct session_question){.kind = ASK_SIGNAL, .on = update.signal},
                    signal_answer);
        return;
    }
    update_apply(call, device, &update);
    update_reply(call, device, &update);
}

/* A ping asks the device; one that the cloud knows to be offline is not asked, and so not waited
 * for. */
static void ping_answer(struct call *call, const void *with)
{
    static const char absent[] = "{\"online\":false,\"ok\":true}";
    const struct session_result *result = with;
    if (result->answer == SESSION_ANSWERED)
        reply_text(call, 200, &device_rules[DEVICE_PING], "{\"online\":true,\"ok\":true}");
    else
        devices_silent(call, result, 200, &device_rules[DEVICE_PING_ABSENT], absent);
}

static void device_ping(struct call *call)
{
    struct cloud_device *device = devices_find(call);
    if (device)
        devices_ask(call, device, &(struct session_question){.kind = ASK_PING}, ping_answer);
}

static const struct route rows[] = {
    {"PUT", "/v1/devices/:device", "device.update", AUTH_OWNER, device_update, "devices:update",
     PROVENANCE_DOCUMENTED, "Particle's API reference; particlerb recordings of 2015",
     "name, notes, signal, firmware_updates_forced; or a flash: files, or app=tinker",
     .params =
         PARAMS({"name", PARAM_BODY, PARAM_STRING, false, NULL},
                {"notes", PARAM_BODY, PARAM_STRING, false, "or null"},
                {"signal", PARAM_BODY, PARAM_ANY, false, "1 or 0"},
                {"firmware_updates_forced", PARAM_BODY, PARAM_BOOL, false, NULL},
                {"app", PARAM_BODY, PARAM_STRING, false, "tinker"},
                {"latest", PARAM_BODY, PARAM_BOOL, false, "of a flash"},
                {"build_target_version", PARAM_BODY, PARAM_STRING, false, "of a flash"},
                {"file_type", PARAM_BODY, PARAM_STRING, false, "binary"},
                {"file", PARAM_FORM, PARAM_FILE, false, "of a flash; more are called file1 …"}),
     .replies = REPLIES({200, &shape_device_updated, NULL}, {200, &shape_update_started, NULL})},
    {"PUT", "/v1/products/:product/devices/:device", "product.device-update", AUTH_PRODUCT,
     device_update, "devices:update", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "the same, and development, desired_firmware_version, flash, groups",
     .params =
         PARAMS({"name", PARAM_BODY, PARAM_STRING, false, NULL},
                {"notes", PARAM_BODY, PARAM_STRING, false, "or null"},
                {"signal", PARAM_BODY, PARAM_ANY, false, "1 or 0"},
                {"firmware_updates_forced", PARAM_BODY, PARAM_BOOL, false, NULL},
                {"app", PARAM_BODY, PARAM_STRING, false, "tinker"},
                {"latest", PARAM_BODY, PARAM_BOOL, false, "of a flash"},
                {"build_target_version", PARAM_BODY, PARAM_STRING, false, "of a flash"},
                {"file_type", PARAM_BODY, PARAM_STRING, false, "binary"},
                {"file", PARAM_FORM, PARAM_FILE, false, "of a flash; more are called file1 …"},
                {"development", PARAM_BODY, PARAM_BOOL, false, NULL},
                {"desired_firmware_version", PARAM_BODY, PARAM_INT, false, "or null"},
                {"flash", PARAM_BODY, PARAM_BOOL, false, NULL},
                {"groups", PARAM_BODY, PARAM_LIST, false, NULL}),
     .replies = REPLIES({200, &shape_device_updated, NULL}, {200, &shape_update_started, NULL})},
    {"PUT", "/v1/devices/:device/ping", "device.ping", AUTH_OWNER, device_ping, "devices:ping",
     PROVENANCE_OBSERVED, "particlerb recording of 2017", "whether the device answers",
     .params = NO_PARAMS, .replies = REPLIES({200, &shape_pinged, NULL})},
    {"PUT", "/v1/products/:product/devices/:device/ping", "product.device-ping", AUTH_PRODUCT,
     device_ping, "devices:ping", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "whether the device answers", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_pinged, NULL})},
};

const struct route_table device_update_routes = {rows, sizeof rows / sizeof *rows};
