/*
 * Configuration of products and devices, and its schema. A request is about the schema when its
 * Accept (GET) or its Content-Type (PUT, DELETE) says application/schema+json.
 */
#include "api/call/core.h"
#include "api/call/route.h"
#include "api/routes/config_schema.h"
#include "api/routes/devices.h"
#include "api/routes/registry_rules.h"
#include "api/shape/shapes.h"
#include "cloud/configuration.h"
#include "cloud/record.h"

#include <string.h>

#define SECTIONS_MAX 1000
#define BYTES_MAX    (256 << 10)
#define NAMES_MAX    ((size_t)4000)

/* The device of a device's route. False: the refusal is in the reply. */
static bool config_device(struct call *call, struct cloud_device **ret_device)
{
    *ret_device = NULL;
    if (call->params[1])
        *ret_device = devices_find(call);
    return *ret_device || !call->params[1];
}

/* ---- reading ---- */

static const char no_schema[] = "{\"$schema\":\"http://json-schema.org/draft-07/"
                                "schema\",\"type\":\"object\",\"properties\":{}}";

static void config_json(struct call *call, const struct cloud_device *device, struct jsonw *w)
{
    struct cloud *cloud = call->world->cloud;
    const struct configuration *configuration =
        device ? configuration_of_device(cloud, device)
               : configuration_of_product(cloud, call->product);
    const char *values = configuration && configuration->values ? configuration->values : "{}";
    const char *pending = device && configuration ? configuration->pending : NULL;
    if (device)
        values = configuration_values(cloud, device);
    jsonw_object(w);
    jsonw_key(w, "configuration");
    if (device) {
        jsonw_object(w);
        jsonw_key(w, "current");
    }
    jsonw_raw(w, values, strlen(values));
    if (pending) {
        jsonw_key(w, "pending");
        jsonw_raw(w, pending, strlen(pending));
    }
    if (device)
        jsonw_end_object(w);
    jsonw_end_object(w);
}

/* Whether there are values: the device's own, or those of its product. */
static bool config_was_set(struct call *call, const struct cloud_device *device)
{
    struct cloud *cloud = call->world->cloud;
    const struct configuration *of_product = configuration_of_product(cloud, call->product);
    const struct configuration *own = device ? configuration_of_device(cloud, device) : NULL;
    return (of_product && of_product->values) || (own && (own->values || own->pending));
}

static void config_get(struct call *call)
{
    const char *accept = call_header(call, "Accept");
    struct cloud_device *device;
    if (!config_device(call, &device))
        return;
    if (accept && strstr(accept, SCHEMA_TYPE)) {
        const char *schema = configuration_schema(call->world->cloud, call->product, device);
        reply_text(call, 200, &registry_rules[CONFIG_SCHEMA], schema ? schema : no_schema);
    } else if (!config_was_set(call, device)) {
        reply_text(call, 404, &registry_rules[CONFIG_NONE], "{}");
    } else {
        config_json(call, device, reply_json(call, 200, &registry_rules[CONFIG_GET]));
    }
}

/* ---- schema ---- */

static void schema_refuse(struct call *call, const struct schema_violation *violation)
{
    struct buf description;
    struct jsonw *w = reply_json(call, 422, &registry_rules[CONFIG_SCHEMA_BAD]);
    buf_init(&description, SCHEMA_PATH_MAX + 200);
    buf_printf(&description, "data%s %s", violation->data_path, violation->message);
    jsonw_object(w);
    jsonw_key_str(w, "message", "Invalid Schema");
    jsonw_key_str(w, "description", buf_str(&description));
    jsonw_key(w, "violations");
    jsonw_array(w);
    jsonw_object(w);
    jsonw_key_str(w, "keyword", violation->keyword);
    jsonw_key_str(w, "dataPath", violation->data_path);
    jsonw_key_str(w, "schemaPath", violation->schema_path);
    jsonw_key(w, "params");
    jsonw_object(w);
    jsonw_key_str(w, violation->param, violation->value);
    jsonw_end_object(w);
    jsonw_key_str(w, "message", violation->message);
    jsonw_end_object(w);
    jsonw_end_array(w);
    jsonw_end_object(w);
    buf_free(&description);
}

static void schema_set(struct call *call, const struct cloud_device *device)
{
    static const cJSON no_object = {.type = cJSON_NULL};
    struct schema_violation violation;
    if (schema_violated(call->json ? call->json : &no_object, &violation)) {
        schema_refuse(call, &violation);
        return;
    }
    configuration_set_schema(call->world->cloud, call->product, device, call->json);
    reply_text(call, 200, &registry_rules[CONFIG_SCHEMA_SET],
               configuration_schema(call->world->cloud, call->product, device));
}

static void schema_remove(struct call *call)
{
    struct cloud_device *device;
    if (!config_device(call, &device))
        return;
    configuration_set_schema(call->world->cloud, call->product, device, NULL);
    reply_empty(call, 204, &registry_rules[CONFIG_SCHEMA_REMOVED]);
}

/* ---- values ---- */

static void config_rejected(struct call *call, const struct buf *rejected, const struct buf *taken)
{
    struct buf text;
    struct jsonw *w = reply_json(call, 400, &registry_rules[CONFIG_REJECTED]);
    buf_init(&text, 3 * NAMES_MAX);
    buf_printf(&text,
               "Configuration updates failed for some sections: {%s}, these sections were "
               "successful: %s",
               buf_str(rejected), buf_str(taken));
    jsonw_object(w);
    jsonw_key_str(w, "error", "device_rejected_configuration");
    jsonw_key_str(w, "error_description", buf_str(&text));
    jsonw_end_object(w);
    buf_free(&text);
}

static void config_set_device(struct call *call, const struct cloud_device *device,
                              const cJSON *values)
{
    struct buf rejected, taken;
    buf_init(&rejected, NAMES_MAX);
    buf_init(&taken, NAMES_MAX);
    switch (configuration_set_device(call->world->cloud, call->product, device, values, &rejected,
                                     &taken)) {
    case CONFIGURATION_TAKEN:
        reply_text(call, 200, &registry_rules[CONFIG_SET], "{}");
        break;
    case CONFIGURATION_PENDING:
        reply_text(call, 202, &registry_rules[CONFIG_PENDING], "{}");
        break;
    case CONFIGURATION_REJECTED:
        config_rejected(call, &rejected, &taken);
        break;
    }
    buf_free(&rejected);
    buf_free(&taken);
}

static void config_set(struct call *call)
{
    static const cJSON nothing = {.type = cJSON_Object};
    const char *type = call->content_type;
    const cJSON *values = call->json ? call->json : &nothing;
    struct cloud_device *device;
    if (!config_device(call, &device))
        return;
    if (call->request->body_len > BYTES_MAX || cJSON_GetArraySize(call->json) > SECTIONS_MAX) {
        reply_error(call, 400, &registry_rules[CONFIG_BAD],
                    "A configuration, or its schema, has %d sections and %d bytes at most",
                    SECTIONS_MAX, BYTES_MAX);
        return;
    }
    if (call->body_kind != BODY_NONE && type &&
        strncmp(type, SCHEMA_TYPE, strlen(SCHEMA_TYPE)) == 0) {
        schema_set(call, device);
    } else if (!call->json && call->body_kind != BODY_NONE) {
        reply_error(call, 400, &registry_rules[CONFIG_BAD], "The configuration has to be JSON");
    } else if (device) {
        config_set_device(call, device, values);
    } else {
        configuration_set_product(call->world->cloud, call->product, values);
        config_json(call, NULL, reply_json(call, 200, &registry_rules[CONFIG_PRODUCT_SET]));
    }
}

/* ---- rows ---- */

static const struct shape product_config = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"configuration", &shape_object, 0}, {0}},
};

static const struct shape standing = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"current", &shape_object, 0},
                                           {"pending", &shape_object, SHAPE_OPTIONAL},
                                           {0}},
};

static const struct shape device_config = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"configuration", &standing, 0}, {0}},
};

static const struct shape violation_shape = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"keyword", &shape_string, 0},
                                           {"dataPath", &shape_string, 0},
                                           {"schemaPath", &shape_string, 0},
                                           {"params", &shape_object, 0},
                                           {"message", &shape_string, 0},
                                           {0}},
};

static const struct shape bad_schema = {
    .type = SHAPE_OBJECT,
    .name = "InvalidSchema",
    .fields = (const struct shape_field[]){{"message", &shape_string, 0},
                                           {"description", &shape_string, 0},
                                           {"violations", SHAPE_LIST(violation_shape), 0},
                                           {0}},
};

#define REFERENCE PROVENANCE_DOCUMENTED, "Particle's API reference"
#define CONFIG    "/v1/products/:product/config"

/* No parameters are named: any key may be a section. */
static const struct route rows[] = {
    {"GET", CONFIG, "configuration.get", AUTH_PRODUCT, config_get, "configuration:get", REFERENCE,
     "the configuration of a product, or its schema",
     .replies = REPLIES({200, &product_config, NULL}, {200, &shape_object, NULL},
                        {404, &shape_empty, NULL}, {404, &shape_api_error, NULL})},
    {"PUT", CONFIG, "configuration.set", AUTH_PRODUCT, config_set, "configuration:update",
     REFERENCE, "set the configuration of a product, or its schema",
     .replies = REPLIES({200, &product_config, NULL}, {200, &shape_object, NULL},
                        {422, &bad_schema, NULL})},
    {"DELETE", CONFIG, "configuration.schema-remove", AUTH_PRODUCT, schema_remove,
     "configuration:update", REFERENCE, "take a product's schema away",
     .replies = REPLIES({204, NULL, NULL})},
    {"GET", CONFIG "/:device", "configuration.get-of-device", AUTH_PRODUCT, config_get,
     "configuration:get", REFERENCE, "the configuration of a device, or its schema",
     .replies = REPLIES({200, &device_config, NULL}, {200, &shape_object, NULL},
                        {404, &shape_empty, NULL}, {404, &shape_api_error, NULL})},
    {"PUT", CONFIG "/:device", "configuration.set-of-device", AUTH_PRODUCT, config_set,
     "configuration:update", REFERENCE, "set the configuration of a device, or its schema",
     .replies =
         REPLIES({200, &shape_object, NULL}, {202, &shape_empty, NULL}, {422, &bad_schema, NULL})},
    {"DELETE", CONFIG "/:device", "configuration.schema-remove-of-device", AUTH_PRODUCT,
     schema_remove, "configuration:update", REFERENCE, "take a device's schema away",
     .replies = REPLIES({204, NULL, NULL})},
};

const struct route_table config_routes = {rows, sizeof rows / sizeof *rows};
