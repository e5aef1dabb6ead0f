/* See world.h. */
#include "world/world.h"

void world_schema(struct buf *out)
{
    struct jsonw w;
    const struct field whole = {
        .type = FIELD_OBJECT, .fields = world_fields, .text = "A world file of mockcloud."};
    jsonw_init(&w, out);
    fields_schema_value(&whole, &w);
    buf_add_char(out, '\n');
}
