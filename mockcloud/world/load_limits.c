/* `limits:` of a world file: lower bounds than the default ones. See load_parts.h. */
#include "world/load_parts.h"

#include "base/text.h"
#include "cloud/cloud.h"

static void load_limit(const struct load *load, const struct doc_pair *pair)
{
    int which = limits_find(pair->key->text);
    int64_t most;
    if (which < 0) {
        const char *names[LIMITS];
        for (size_t i = 0; i < LIMITS; i++)
            names[i] = limit_rows[i].name;
        doc_fail(load->doc, pair->key, load->diags, text_nearest(pair->key->text, names, LIMITS),
                 "there is no limit \"%s\"", pair->key->text);
    } else if (!doc_as_int(pair->value, &most) || most < 0 || most > limit_rows[which].most) {
        doc_fail(load->doc, pair->value, load->diags, NULL,
                 "expected a whole number from 0 to %u, found %s", limit_rows[which].most,
                 pair->value->text);
    } else {
        load->cloud->limits[which] = (uint32_t)most;
    }
}

void load_limits(const struct load *load, const struct doc_node *map)
{
    for (size_t i = 0; map && i < map->count; i++)
        load_limit(load, &map->pairs[i]);
}
