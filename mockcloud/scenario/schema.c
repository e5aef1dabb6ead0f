/* See scenario.h. Owns the JSON Schema of scenario files, which is made of the same rows that check
 * them. */
#include "base/fields.h"
#include "base/jsonw.h"
#include "scenario/scenario.h"
#include "scenario/steps.h"
#include "world/world.h"

static void schema_string_list(struct jsonw *w, const char *key, const char *a, const char *b)
{
    jsonw_key(w, key);
    jsonw_array(w);
    jsonw_str(w, a);
    if (b)
        jsonw_str(w, b);
    jsonw_end_array(w);
}

static void schema_name(struct jsonw *w)
{
    jsonw_key(w, "scenario");
    jsonw_object(w);
    jsonw_key_str(w, "description", "What it shows, in words.");
    schema_string_list(w, "type", "string", "number");
    jsonw_end_object(w);
}

static void schema_tags(struct jsonw *w)
{
    jsonw_key(w, "tags");
    jsonw_object(w);
    jsonw_key_str(w, "description", "Words to choose it by.");
    jsonw_key_str(w, "type", "array");
    jsonw_key(w, "items");
    jsonw_object(w);
    schema_string_list(w, "type", "string", "number");
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void schema_clients(struct jsonw *w)
{
    jsonw_key(w, "clients");
    jsonw_object(w);
    jsonw_key_str(w, "description", "The clients under test, by name.");
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
    jsonw_key(w, "steps");
    jsonw_object(w);
    jsonw_key_str(w, "description", "What happens, in order.");
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
    jsonw_key(&w, "world");
    fields_schema(world_fields, &w);
    schema_clients(&w);
    schema_steps(&w);
    jsonw_end_object(&w);
    jsonw_end_object(&w);
    buf_add_char(out, '\n');
}
