/*
 * Import of devices into a product: JSON (id or ids), a form, a file of a multipart form, or plain
 * text; a device id or serial number per line in the latter two. Particle's console names an
 * import_method (one, many), which says no more than the body does and is passed over.
 */
#include "api/call/route.h"
#include "api/routes/device_rules.h"
#include "api/routes/product_rules.h"
#include "api/shape/shapes.h"
#include "cloud/accounts.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <ctype.h>
#include <string.h>

struct import {
    const char **ids; /* as given; of a known device its id */
    enum import_result *results;
    size_t count;
    struct user *claim_user; /* NULL: nobody claims */
};

/* Without blanks around it, and without quotes around that. */
static const char *line_text(struct call *call, const char *line, size_t len)
{
    while (len && isspace((unsigned char)line[len - 1]))
        len--;
    while (len && isspace((unsigned char)*line)) {
        line++;
        len--;
    }
    if (len >= 2 && line[0] == '"' && line[len - 1] == '"')
        return arena_text(&call->arena, line + 1, len - 2);
    return arena_text(&call->arena, line, len);
}

/* The first column of each line that is not empty. */
static void read_lines(struct call *call, const char *text, size_t len, struct import *import)
{
    size_t most = 1;
    for (size_t i = 0; i < len; i++)
        most += text[i] == '\n' || text[i] == '\r';
    import->ids = arena_alloc(&call->arena, most * sizeof *import->ids);
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* a byte order mark */
        text += 3;
        len -= 3;
    }
    for (size_t at = 0; at < len;) {
        size_t end = at, column = 0;
        while (end < len && text[end] != '\n' && text[end] != '\r')
            end++;
        while (at + column < end && text[at + column] != ',' && text[at + column] != ';')
            column++;
        const char *id = line_text(call, text + at, column);
        if (*id)
            import->ids[import->count++] = id;
        at = end + 1;
    }
}

static void read_ids(struct call *call, struct import *import)
{
    const struct part *file = call_file(call, NULL);
    const char *one = call_str(call, "id");
    if (file) {
        read_lines(call, file->data, file->len, import);
    } else if (call->body_kind == BODY_OTHER) {
        read_lines(call, call->request->body, call->request->body_len, import);
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
        struct cloud_device *device = cloud_device_by_id_or_serial(cloud, import->ids[i]);
        import->results[i] = cloud_import(cloud, call->product, import->ids[i]);
        bool in = import->results[i] == IMPORT_UPDATED || import->results[i] == IMPORT_EXISTING;
        if (device && in && import->claim_user)
            import_claim(call, device, import->claim_user);
        if (device)
            import->ids[i] = device->id;
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
    jsonw_end_object(w);
}

static const struct route rows[] = {
    {"POST", "/v1/products/:product/devices", "product.device-import", AUTH_PRODUCT,
     product_devices_import, "devices:import", PROVENANCE_OBSERVED,
     "Particle staff's transcript of 2018; Particle's API reference",
     "import devices: id, ids, or a file of ids or serial numbers; claim_user",
     .params = PARAMS(
         {"id", PARAM_BODY, PARAM_STRING, false, "one device"},
         {"ids", PARAM_BODY, PARAM_LIST, false, "several"},
         {"import_method", PARAM_BODY, PARAM_STRING, false, "one or many"},
         {"claim_user", PARAM_BODY, PARAM_STRING, false, "claims them for this member of the team"},
         {"claim_user", PARAM_QUERY, PARAM_STRING, false, "with a file"},
         {"file", PARAM_FORM, PARAM_FILE, false, "ids or serial numbers, one per line"}),
     .replies = REPLIES({200, &shape_imported, NULL}), .leads_to = LEADS_TO_IMPORT},
};

const struct route_table product_import_routes = {rows, sizeof rows / sizeof *rows};
