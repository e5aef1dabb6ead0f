/*
 * The firmware of a product: upload, release, download; and the Device OS that code can be built
 * for. Which device gets what is decided by cloud/firmware_store.c.
 */
#include "api/call/route.h"
#include "api/routes/build_target.h"
#include "api/routes/registry_rules.h"
#include "api/shape/shapes.h"
#include "cloud/cloud.h"
#include "cloud/firmware_store.h"
#include "cloud/groups.h"
#include "cloud/owner.h"
#include "sim/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERSION_MAX 65535
#define TEXT_MAX    10000

/* ---- how a version looks ---- */

static void write_uploader(const struct firmware_version *firmware, struct jsonw *w)
{
    jsonw_key(w, "uploaded_by");
    if (!firmware->uploaded_by) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    jsonw_key_str(w, "id", firmware->uploaded_by_id);
    jsonw_key_str(w, "username", firmware->uploaded_by);
    jsonw_end_object(w);
}

static void write_groups(const struct firmware_version *firmware, struct jsonw *w)
{
    size_t cursor = 0;
    const char *name;
    void *value;
    jsonw_key(w, "groups");
    jsonw_array(w);
    while (map_next(&firmware->groups, &cursor, &name, &value))
        jsonw_str(w, name);
    jsonw_end_array(w);
}

/* `current` and `uploaded_at` are what the SDK's type calls product_default and uploaded_on. */
static void firmware_json(const struct cloud *cloud, const struct firmware_version *firmware,
                          struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "_id", firmware->id);
    jsonw_key_int(w, "version", firmware->version);
    jsonw_key_str(w, "title", firmware->title);
    jsonw_key_str(w, "description", firmware->description);
    jsonw_key_str(w, "name", firmware->name);
    jsonw_key_int(w, "size", (int64_t)firmware->size);
    jsonw_key_bool(w, "product_default", firmware->product_default);
    jsonw_key_bool(w, "current", firmware->product_default);
    jsonw_key_time(w, "uploaded_on", firmware->uploaded_ms);
    jsonw_key_time(w, "uploaded_at", firmware->uploaded_ms);
    jsonw_key_int(w, "product_id", firmware->product->id);
    jsonw_key_bool(w, "mandatory", false);
    write_uploader(firmware, w);
    write_groups(firmware, w);
    jsonw_key_int(
        w, "device_count",
        (int64_t)firmware_store_device_count(cloud, firmware->product, firmware->version));
    jsonw_end_object(w);
}

/* The version that a text names; NULL, and the refusal in the reply, when there is none. */
static struct firmware_version *firmware_named(struct call *call, int64_t version)
{
    struct firmware_version *firmware =
        version < 0 ? NULL : firmware_store_find(call->world->cloud, call->product, version);
    if (!firmware)
        reply_error(call, 404, &registry_rules[FIRMWARE_UNKNOWN], "Firmware not found");
    return firmware;
}

static struct firmware_version *firmware_find(struct call *call)
{
    const char *text = call->params[1];
    bool number = strlen(text) <= 5 && strspn(text, "0123456789") == strlen(text);
    return firmware_named(call, number ? strtol(text, NULL, 10) : -1);
}

/* ---- reading ---- */

static void firmware_list(struct call *call)
{
    const struct cloud *cloud = call->world->cloud;
    size_t cursor = 0;
    void *value;
    struct jsonw *w = reply_json(call, 200, &registry_rules[FIRMWARE_LIST]);
    jsonw_array(w);
    while (map_next(&cloud->firmware, &cursor, NULL, &value))
        if (((const struct firmware_version *)value)->product == call->product)
            firmware_json(cloud, value, w);
    jsonw_end_array(w);
}

static void firmware_get(struct call *call)
{
    const struct firmware_version *firmware = firmware_find(call);
    if (firmware)
        firmware_json(call->world->cloud, firmware,
                      reply_json(call, 200, &registry_rules[FIRMWARE_GET]));
}

static void firmware_binary(struct call *call)
{
    const struct firmware_version *firmware = firmware_find(call);
    if (firmware)
        reply_body(call, 200, &registry_rules[FIRMWARE_BINARY], "application/octet-stream",
                   firmware->bytes, firmware->size);
}

/* ---- changing ---- */

static bool text_fits(const struct call *call, const char *key)
{
    const char *text = call_str(call, key);
    return text ? strlen(text) <= TEXT_MAX : !call_has(call, key);
}

/* What is wrong with an upload, in words; NULL: nothing. */
static const char *upload_fault(const struct call *call, const struct part *file, int64_t version)
{
    if (!file)
        return "There is no file";
    if (version < 0 || version > VERSION_MAX)
        return "version has to be a number from 0 to 65535";
    if (!text_fits(call, "title") || !text_fits(call, "description"))
        return "title and description have to be texts of at most 10000 bytes";
    return NULL;
}

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

static void firmware_upload(struct call *call)
{
    struct cloud *cloud = call->world->cloud;
    const struct part *file = call_file(call, NULL);
    int64_t version = call_int(call, "version", -1);
    const char *wrong = upload_fault(call, file, version);
    if (wrong) {
        reply_error(call, 400, &registry_rules[FIRMWARE_BAD], "%s", wrong);
        return;
    }
    if (firmware_store_find(cloud, call->product, version)) {
        reply_text(
            call, 400, &registry_rules[FIRMWARE_EXISTS],
            "{\"error\":\"invalid_request\",\"error_description\":\"Firmware version already "
            "exists\"}");
        return;
    }
    struct firmware_upload upload = {
        .version = version,
        .title = text_or_empty(call_str(call, "title")),
        .description = text_or_empty(call_str(call, "description")),
        .name = file->filename,
        .bytes = file->data,
        .size = file->len,
        .user = call->owner.kind == OWNER_USER ? call->owner.user : NULL,
    };
    const struct firmware_version *firmware = firmware_store_add(cloud, call->product, &upload);
    if (firmware)
        firmware_json(cloud, firmware, reply_json(call, 201, &registry_rules[FIRMWARE_UPLOADED]));
    else
        reply_error(call, 400, &registry_rules[FIRMWARE_FULL],
                    "There is no room for more firmware in this world");
}

static void firmware_update(struct call *call)
{
    struct firmware_version *firmware = firmware_find(call);
    const char *title = call_str(call, "title"), *description = call_str(call, "description");
    if (!firmware)
        return;
    if ((!title && !description) || !text_fits(call, "title") || !text_fits(call, "description")) {
        reply_error(call, 400, &registry_rules[FIRMWARE_BAD],
                    "title or description has to be a text of at most 10000 bytes");
        return;
    }
    firmware_store_describe(call->world->cloud, firmware, title, description);
    firmware_json(call->world->cloud, firmware,
                  reply_json(call, 200, &registry_rules[FIRMWARE_UPDATED]));
}

static void firmware_remove(struct call *call)
{
    struct firmware_version *firmware = firmware_find(call);
    if (!firmware)
        return;
    if (firmware->released) {
        reply_error(call, 400, &registry_rules[FIRMWARE_IN_USE],
                    "Version %lld was released and can't be deleted", (long long)firmware->version);
        return;
    }
    firmware_store_remove(call->world->cloud, firmware);
    reply_empty(call, 204, &registry_rules[FIRMWARE_REMOVED]);
}

/* ---- release ---- */

static void release_json(struct call *call, const struct firmware_version *firmware)
{
    struct jsonw *w = reply_json(call, 200, &registry_rules[FIRMWARE_RELEASED]);
    jsonw_object(w);
    jsonw_key_time(w, "updated_at", firmware->updated_ms);
    jsonw_key_int(w, "version", firmware->version);
    jsonw_key_str(w, "title", firmware->title);
    jsonw_key_int(w, "size", (int64_t)firmware->size);
    jsonw_key_bool(w, "product_default", firmware->product_default);
    jsonw_key_time(w, "uploaded_on", firmware->uploaded_ms);
    jsonw_key_int(w, "product_id", firmware->product->id);
    write_uploader(firmware, w);
    write_groups(firmware, w);
    jsonw_key_bool(w, "intelligent", firmware->intelligent);
    jsonw_end_object(w);
}

/* False: the refusal is in the reply. */
static bool release_allowed(struct call *call, const struct firmware_version *firmware,
                            const struct firmware_release *release)
{
    const struct cloud *cloud = call->world->cloud;
    bool tested = firmware->released ||
                  firmware_store_device_count(cloud, call->product, firmware->version) ||
                  sim_behaves(&call->world->sim, BEHAVIOUR_UNTESTED_RELEASE, "accept");
    if (!tested) {
        reply_error(call, 400, &registry_rules[FIRMWARE_UNTESTED],
                    "Version %lld does not run on any device of the product yet",
                    (long long)firmware->version);
        return false;
    }
    for (size_t i = 0; i < release->group_count; i++) {
        if (groups_find(cloud, call->product, release->groups[i]))
            continue;
        reply_error(call, 400, &registry_rules[FIRMWARE_RELEASE_BAD], "There is no group %.100s",
                    release->groups[i]);
        return false;
    }
    return true;
}

static void firmware_release(struct call *call)
{
    const char **groups;
    size_t count = call_list(call, "groups", &groups);
    struct firmware_release release = {
        .product_default = call_flag(call, "product_default") || !count,
        .intelligent = call_flag(call, "intelligent"),
        .groups = groups,
        .group_count = count,
        .user = call->owner.kind == OWNER_USER ? call->owner.user : NULL,
    };
    struct firmware_version *firmware = firmware_named(call, call_int(call, "version", -1));
    if (!firmware || !release_allowed(call, firmware, &release))
        return;
    firmware_store_release(call->world->cloud, firmware, &release);
    release_json(call, firmware);
}

/* ---- rows ---- */

#define REFERENCE PROVENANCE_DOCUMENTED, "Particle's API reference"

static const struct route rows[] = {
    {"GET", "/v1/products/:product/firmware", "firmware.list", AUTH_PRODUCT, firmware_list,
     "firmware:list", REFERENCE, "all versions of a product's firmware", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_firmwares, NULL})},
    {"POST", "/v1/products/:product/firmware", "firmware.upload", AUTH_PRODUCT, firmware_upload,
     "firmware:create", REFERENCE, "upload a version",
     .params = PARAMS({"file", PARAM_FORM, PARAM_FILE, true, "the binary"},
                      {"version", PARAM_BODY, PARAM_INT, true, "0 to 65535"},
                      {"title", PARAM_BODY, PARAM_STRING, false, NULL},
                      {"description", PARAM_BODY, PARAM_STRING, false, NULL}),
     .replies = REPLIES({201, &shape_firmware, NULL})},
    {"PUT", "/v1/products/:product/firmware/release", "firmware.release", AUTH_PRODUCT,
     firmware_release, "firmware:release", REFERENCE, "release a version to all, or to groups",
     .params = PARAMS({"version", PARAM_BODY, PARAM_INT, true, NULL},
                      {"product_default", PARAM_BODY, PARAM_BOOL, false, "to all"},
                      {"groups", PARAM_BODY, PARAM_LIST, false, "to these groups"},
                      {"intelligent", PARAM_BODY, PARAM_BOOL, false, "at once"}),
     .replies = REPLIES({200, &shape_firmware_release, NULL})},
    {"GET", "/v1/products/:product/firmware/:version", "firmware.get", AUTH_PRODUCT, firmware_get,
     "firmware:get", REFERENCE, "one version", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_firmware, NULL})},
    {"PUT", "/v1/products/:product/firmware/:version", "firmware.update", AUTH_PRODUCT,
     firmware_update, "firmware:update", REFERENCE, "another title or description",
     .params = PARAMS({"title", PARAM_BODY, PARAM_STRING, false, NULL},
                      {"description", PARAM_BODY, PARAM_STRING, false, NULL}),
     .replies = REPLIES({200, &shape_firmware, NULL})},
    {"DELETE", "/v1/products/:product/firmware/:version", "firmware.remove", AUTH_PRODUCT,
     firmware_remove, "firmware:remove", REFERENCE, "remove a version that was never released",
     .params = NO_PARAMS, .replies = REPLIES({204, NULL, NULL})},
    {"GET", "/v1/products/:product/firmware/:version/binary", "firmware.binary", AUTH_PRODUCT,
     firmware_binary, "firmware.binary:get", REFERENCE, "the bytes that were uploaded",
     .params = NO_PARAMS, .replies = REPLIES({200, NULL, "application/octet-stream"})},
    {"GET", "/v1/build_targets", "build-target.list", AUTH_NONE, build_targets, NULL, REFERENCE,
     "the Device OS that code can be built for",
     .params = PARAMS({"featured", PARAM_QUERY, PARAM_BOOL, false, "the newest alone"}),
     .replies = REPLIES({200, &shape_build_targets, NULL})},
};

const struct route_table firmware_routes = {rows, sizeof rows / sizeof *rows};
