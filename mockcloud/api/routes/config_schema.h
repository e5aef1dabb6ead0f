/*
 * Whether a JSON document is a schema (JSON Schema, draft 7) that Particle takes as the schema of a
 * configuration. Of api/ alone.
 *
 * Source: Particle's API reference (the shape of the refusal, which is that of the validator ajv 6,
 * and that a whole schema has no other keys); JSON Schema draft 7 (the keywords).
 */
#ifndef API_ROUTES_CONFIG_SCHEMA_H
#define API_ROUTES_CONFIG_SCHEMA_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#define SCHEMA_PATH_MAX 200

/* The first thing that is wrong. */
struct schema_violation {
    const char *keyword;               /* static: "type", "additionalProperties" … */
    char data_path[SCHEMA_PATH_MAX];   /* ".properties.level.type"; what is longer is cut */
    char schema_path[SCHEMA_PATH_MAX]; /* "#/properties/type/enum" */
    const char *param;                 /* static: its name in `params` … */
    const char *value;                 /* … and its value; static, or borrowed from the schema */
    const char *message;               /* static: "should be object" */
};

/* Whether something is wrong with a schema. */
bool schema_violated(const cJSON *schema, struct schema_violation *ret_violation);

#endif
