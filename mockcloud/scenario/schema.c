/* See scenario.h. Owns the JSON Schema of scenario files, which is made of the same rows that check
 * them. */
#include "base/fields.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "scenario/scenario.h"
#include "scenario/steps.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>

static void schema_string_list(struct jsonw *w, const char *key, const char *a, const char *b)
{
    jsonw_key(w, key);
    jsonw_array(w);
    jsonw_str(w, a);
    if (b)
        jsonw_str(w, b);
    jsonw_end_array(w);
}

/* A key of the file, its description, and the rest of its schema to come. */
static void schema_begin(struct jsonw *w, const char *name)
{
    jsonw_key(w, name);
    jsonw_object(w);
    for (const struct field *field = scenario_fields; field->name; field++)
        if (strcmp(field->name, name) == 0)
            jsonw_key_str(w, "description", field->text);
}

static void schema_name(struct jsonw *w)
{
    schema_begin(w, "scenario");
    schema_string_list(w, "type", "string", "number");
    jsonw_end_object(w);
}

static void schema_tags(struct jsonw *w)
{
    schema_begin(w, "tags");
    jsonw_key_str(w, "type", "array");
    jsonw_key(w, "items");
    jsonw_object(w);
    schema_string_list(w, "type", "string", "number");
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void schema_clients(struct jsonw *w)
{
    schema_begin(w, "clients");
    jsonw_key_str(w, "type", "object");
    jsonw_key(w, "additionalProperties");
    jsonw_object(w);
    jsonw_key(w, "anyOf");
    jsonw_array(w);
    fields_schema(scenario_client_fields, w);
    jsonw_object(w);
    jsonw_key_str(w, "type", "null");
    jsonw_end_object(w);
    jsonw_end_array(w);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void schema_step(const struct step_word *word, struct jsonw *w)
{
    const struct field whole = {.type = FIELD_OBJECT, .fields = word->fields, .text = word->text};
    fields_schema_value(&whole, w);
}

static void schema_steps(struct jsonw *w)
{
    schema_begin(w, "steps");
    jsonw_key_str(w, "type", "array");
    jsonw_key_int(w, "minItems", 1);
    jsonw_key(w, "items");
    jsonw_object(w);
    jsonw_key(w, "anyOf");
    jsonw_array(w);
    for (const struct step_word *word = step_words; word->name; word++)
        schema_step(word, w);
    jsonw_end_array(w);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void schema_each(struct jsonw *w)
{
    schema_begin(w, "each");
    jsonw_key_str(w, "type", "array");
    jsonw_key(w, "items");
    jsonw_object(w);
    jsonw_key_str(w, "type", "object");
    jsonw_end_object(w);
    jsonw_end_object(w);
}

/* The keys of a world file, and `from`. */
static void schema_world(struct jsonw *w)
{
    const struct field from = {.name = "from",
                               .type = FIELD_STRING,
                               .text = "A world file, relative to this one: its keys, but for "
                                       "those that stand here."};
    size_t count = 0;
    while (world_fields[count].name)
        count++;
    struct field *fields = mem_new_array(count + 2, sizeof *fields);
    fields[0] = from;
    memcpy(fields + 1, world_fields, (count + 1) * sizeof *fields);
    schema_begin(w, "world");
    fields_schema_members(fields, w);
    jsonw_end_object(w);
    free(fields);
}

void scenario_schema(struct buf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_key_str(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    jsonw_key_str(&w, "title", "mockcloud scenario");
    jsonw_key_str(&w, "type", "object");
    jsonw_key_bool(&w, "additionalProperties", false);
    schema_string_list(&w, "required", "scenario", "steps");
    jsonw_key(&w, "properties");
    jsonw_object(&w);
    schema_name(&w);
    schema_tags(&w);
    schema_begin(&w, "skip");
    schema_string_list(&w, "type", "string", "number");
    jsonw_end_object(&w);
    schema_each(&w);
    schema_world(&w);
    schema_clients(&w);
    schema_steps(&w);
    jsonw_end_object(&w);
    jsonw_end_object(&w);
    buf_add_char(out, '\n');
}
