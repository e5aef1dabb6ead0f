/* See configuration.h. Owns the texts of configurations and of their schemas, and what a simulated
 * device makes of them. */
#include "cloud/configuration.h"

#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REJECTED (-19) /* the error of the example in Particle's API reference */

static void configuration_free_one(void *value)
{
    struct configuration *configuration = value;
    free(configuration->values);
    free(configuration->pending);
    free(configuration->schema);
    free(configuration);
}

void configuration_free(struct cloud *cloud)
{
    map_free(&cloud->configurations, configuration_free_one);
}

/* ---- finding ---- */

/* One map for both, devices by id and products by number: an id has 24 digits, and no number has.
 */
static const char *product_key(const struct product *product, char ret_key[24])
{
    snprintf(ret_key, 24, "%lld", (long long)product->id);
    return ret_key;
}

static struct configuration *configuration_for(struct cloud *cloud, const struct product *product,
                                               const struct cloud_device *device)
{
    char number[24];
    const char *key = device ? device->id : product_key(product, number);
    struct configuration *configuration = map_get(&cloud->configurations, key);
    if (!configuration) {
        configuration = mem_new(sizeof *configuration);
        map_put(&cloud->configurations, key, configuration);
    }
    return configuration;
}

const struct configuration *configuration_of_product(const struct cloud *cloud,
                                                     const struct product *product)
{
    char number[24];
    return map_get(&cloud->configurations, product_key(product, number));
}

static void replace(char **text, char *value)
{
    free(*text);
    *text = value;
}

/* A device takes what is pending when it connects. Nobody notes that moment here: whether it has
 * connected since is looked at when somebody asks. */
const struct configuration *configuration_of_device(struct cloud *cloud,
                                                    const struct cloud_device *device)
{
    struct configuration *configuration = map_get(&cloud->configurations, device->id);
    bool connected = configuration && (device->handshake.n >= configuration->pending_n ||
                                       device->resume.n >= configuration->pending_n);
    if (connected && configuration->pending) {
        bool empty = strcmp(configuration->pending, "{}") == 0;
        replace(&configuration->values, empty ? NULL : mem_dup(configuration->pending));
        replace(&configuration->pending, NULL);
    }
    return configuration;
}

const char *configuration_values(struct cloud *cloud, const struct cloud_device *device)
{
    const struct configuration *own = configuration_of_device(cloud, device);
    const struct product *product = cloud_listed_in(device);
    const struct configuration *shared = product ? configuration_of_product(cloud, product) : NULL;
    if (own && own->values)
        return own->values;
    return shared && shared->values ? shared->values : "{}";
}

const char *configuration_schema(struct cloud *cloud, const struct product *product,
                                 const struct cloud_device *device)
{
    const struct configuration *own = device ? configuration_of_device(cloud, device) : NULL;
    const struct configuration *shared = configuration_of_product(cloud, product);
    if (own && own->schema)
        return own->schema;
    return shared ? shared->schema : NULL;
}

/* ---- setting ---- */

/* Yours. */
static char *text_dup(const cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);
    char *copy = mem_dup(text);
    cJSON_free(text);
    return copy;
}

void configuration_set_product(struct cloud *cloud, const struct product *product,
                               const cJSON *values)
{
    replace(&configuration_for(cloud, product, NULL)->values, text_dup(values));
}

void configuration_set_schema(struct cloud *cloud, const struct product *product,
                              const struct cloud_device *device, const cJSON *schema)
{
    replace(&configuration_for(cloud, product, device)->schema, schema ? text_dup(schema) : NULL);
}

/* Whether a value is of the type that its part of the schema names; no type, or one that is not a
 * word, allows all. */
static bool fits(const cJSON *value, const cJSON *schema)
{
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(schema, "type"));
    if (!type)
        return true;
    if (strcmp(type, "object") == 0)
        return cJSON_IsObject(value);
    if (strcmp(type, "array") == 0)
        return cJSON_IsArray(value);
    if (strcmp(type, "string") == 0)
        return cJSON_IsString(value);
    if (strcmp(type, "boolean") == 0)
        return cJSON_IsBool(value);
    if (strcmp(type, "number") == 0 || strcmp(type, "integer") == 0)
        return cJSON_IsNumber(value);
    return true;
}

/* What the device takes out of `values`; the rest is named. */
static cJSON *sections_taken(const cJSON *values, const cJSON *schema, struct buf *ret_rejected,
                             struct buf *ret_taken)
{
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(schema, "properties"), *section;
    cJSON *taken = cJSON_CreateObject();
    cJSON_ArrayForEach(section, values)
    {
        const cJSON *part = cJSON_GetObjectItemCaseSensitive(properties, section->string);
        bool good = !properties || (part && fits(section, part));
        struct buf *names = good ? ret_taken : ret_rejected;
        buf_printf(names, "%s%s", names->len ? ", " : "", section->string);
        if (!good)
            buf_printf(names, ": %d", REJECTED);
        else
            cJSON_AddItemToObject(taken, section->string, cJSON_Duplicate(section, true));
    }
    return taken;
}

/* The sections that the device has, with those that it takes now in their place. Yours. */
static char *merged_dup(const char *before, const cJSON *taken)
{
    cJSON *values = cJSON_Parse(before);
    const cJSON *section;
    cJSON_ArrayForEach(section, taken)
    {
        cJSON_DeleteItemFromObjectCaseSensitive(values, section->string);
        cJSON_AddItemToObject(values, section->string, cJSON_Duplicate(section, true));
    }
    char *text = text_dup(values);
    cJSON_Delete(values);
    return text;
}

static enum configuration_result set_online(struct cloud *cloud, const struct product *product,
                                            const struct cloud_device *device, const cJSON *values,
                                            struct buf *ret_rejected, struct buf *ret_taken)
{
    const char *text = configuration_schema(cloud, product, device);
    struct configuration *configuration = configuration_for(cloud, product, device);
    cJSON *schema = text ? cJSON_Parse(text) : NULL;
    cJSON *taken = sections_taken(values, schema, ret_rejected, ret_taken);
    if (ret_rejected->len)
        replace(&configuration->values, merged_dup(configuration_values(cloud, device), taken));
    else
        replace(&configuration->values, values->child ? text_dup(values) : NULL);
    replace(&configuration->pending, NULL);
    cJSON_Delete(taken);
    cJSON_Delete(schema);
    return ret_rejected->len ? CONFIGURATION_REJECTED : CONFIGURATION_TAKEN;
}

enum configuration_result configuration_set_device(struct cloud *cloud,
                                                   const struct product *product,
                                                   const struct cloud_device *device,
                                                   const cJSON *values, struct buf *ret_rejected,
                                                   struct buf *ret_taken)
{
    if (device->online)
        return set_online(cloud, product, device, values, ret_rejected, ret_taken);
    configuration_of_device(
        cloud, device); /* asks first: what was pending before may have been taken since */
    struct configuration *configuration = configuration_for(cloud, product, device);
    replace(&configuration->pending, text_dup(values));
    configuration->pending_n = journal_next(cloud->sim->journal);
    return CONFIGURATION_PENDING;
}
