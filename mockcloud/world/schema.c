/* See world.h. */
#include "world/world.h"

void world_schema(struct buf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_key_str(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    jsonw_key_str(&w, "title", "mockcloud world");
    fields_schema_members(world_fields, &w);
    jsonw_end_object(&w);
    buf_add_char(out, '\n');
}
