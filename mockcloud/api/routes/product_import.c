/*
 * Import of devices into a product: JSON (id or ids), a form, a file of a multipart form, or plain
 * text; by device id, serial number, IMEI or ICCID, each identifier for itself. The reply repeats
 * each as it was sent. Particle's console names an import_method (one, many), which says no more
 * than the body does and is passed over.
 */
#include "api/call/route.h"
#include "api/routes/device_rules.h"
#include "api/routes/import_text.h"
#include "api/routes/product_rules.h"
#include "api/shape/shapes.h"
#include "cloud/accounts.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

struct import {
    const char **ids; /* as given */
    enum import_result *results;
    size_t count;
    struct user *claim_user; /* NULL: nobody claims */
};

static void read_ids(struct call *call, struct import *import)
{
    const struct part *file = call_file(call, NULL);
    const char *one = call_str(call, "id");
    if (file) {
        import->count = import_text(call, file->data, file->len, &import->ids);
    } else if (call->body_kind == BODY_OTHER) {
        import->count =
            import_text(call, call->request->body, call->request->body_len, &import->ids);
    } else if (one) {
        import->ids = arena_alloc(&call->arena, sizeof *import->ids);
        import->ids[import->count++] = one;
    } else {
        import->count = call_list(call, "ids", &import->ids);
    }
}

/* False: the refusal is in the reply. */
static bool import_read(struct call *call, struct import *import)
{
    const char *claim_user = call_str(call, "claim_user");
    if (call_has(call, "claim_user")) {
        import->claim_user = claim_user ? cloud_user(call->world->cloud, claim_user) : NULL;
        if (!import->claim_user || !cloud_on_team(call->product, import->claim_user)) {
            reply_error(call, 400, &device_rules[DEVICE_IMPORT_CLAIM_USER],
                        "claim_user is not on the product's team");
            return false;
        }
    }
    read_ids(call, import);
    if (!import->count && !cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(call->json, "ids"))) {
        reply_error(call, 400, &device_rules[DEVICE_IMPORT_EMPTY],
                    "There are no devices to import: id, ids or file is missing");
        return false;
    }
    return true;
}

/* A device that somebody owns stays theirs. */
static void import_claim(struct call *call, struct cloud_device *device, struct user *user)
{
    if (device->owner.kind == OWNER_NONE)
        cloud_set_owner(call->world->cloud, device, (struct owner){OWNER_USER, .user = user});
}

static void import_run(struct call *call, struct import *import)
{
    struct cloud *cloud = call->world->cloud;
    import->results = arena_alloc(&call->arena, (import->count + 1) * sizeof *import->results);
    for (size_t i = 0; i < import->count; i++) {
        struct cloud_device *device = cloud_device_identified(cloud, import->ids[i]);
        import->results[i] = cloud_import(cloud, call->product, import->ids[i]);
        bool in = import->results[i] == IMPORT_UPDATED || import->results[i] == IMPORT_EXISTING;
        if (device && in && import->claim_user)
            import_claim(call, device, import->claim_user);
    }
}

static void write_ids(const struct import *import, const char *key, enum import_result wanted,
                      struct jsonw *w)
{
    jsonw_key(w, key);
    jsonw_array(w);
    for (size_t i = 0; i < import->count; i++)
        if (import->results[i] == wanted)
            jsonw_str(w, import->ids[i]);
    jsonw_end_array(w);
}

static void product_devices_import(struct call *call)
{
    struct import import = {0};
    int64_t updated = 0;
    if (!import_read(call, &import))
        return;
    import_run(call, &import);
    for (size_t i = 0; i < import.count; i++)
        updated += import.results[i] == IMPORT_UPDATED;
    struct jsonw *w = reply_json(call, 200, &product_rules[PRODUCT_IMPORT]);
    jsonw_object(w);
    jsonw_key_int(w, "updated", updated);
    write_ids(&import, "updatedDeviceIds", IMPORT_UPDATED, w);
    write_ids(&import, "existingDeviceIds", IMPORT_EXISTING, w);
    write_ids(&import, "nonmemberDeviceIds", IMPORT_NON_MEMBER, w);
    write_ids(&import, "invalidDeviceIds", IMPORT_INVALID, w);
    write_ids(&import, "protectedDeviceIds", IMPORT_PROTECTED, w);
    jsonw_end_object(w);
}

static const struct route rows[] = {
    {"POST", "/v1/products/:product/devices", "product.device-import", AUTH_PRODUCT,
     product_devices_import, "devices:import", PROVENANCE_OBSERVED,
     "Particle staff's transcript of 2018; Particle's API reference",
     "import devices: id, ids, or a file, by device id, serial number, IMEI or ICCID",
     .params = PARAMS(
         {"id", PARAM_BODY, PARAM_STRING, false, "one device"},
         {"ids", PARAM_BODY, PARAM_LIST, false, "several"},
         {"import_method", PARAM_BODY, PARAM_STRING, false, "one or many"},
         {"claim_user", PARAM_BODY, PARAM_STRING, false, "claims them for this member of the team"},
         {"claim_user", PARAM_QUERY, PARAM_STRING, false, "with a file"},
         {"import_sims", PARAM_BODY, PARAM_BOOL, false, "their SIMs come along, whatever it says"},
         {"file", PARAM_FORM, PARAM_FILE, false,
          "device ids, serial numbers, IMEIs or ICCIDs: a column, or a table with titles"}),
     .replies = REPLIES({200, &shape_imported, NULL}), .leads_to = LEADS_TO_IMPORT},
};

const struct route_table product_import_routes = {rows, sizeof rows / sizeof *rows};
