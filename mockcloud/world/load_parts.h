/*
 * What the parts of a world file's reader share; of load*.c alone. Every mistake goes to `diags`,
 * with its place.
 */
#ifndef WORLD_LOAD_PARTS_H
#define WORLD_LOAD_PARTS_H

#include "world/world.h"

struct load {
    struct world *world;
    struct cloud *cloud;
    struct doc *doc;
    struct diags *diags;
    struct diags *warnings; /* what is no mistake but may be meant otherwise; NULL: nobody asks */
};

/* ---- finding (load_find.c) ---- */

/* The nearest key of a map of known things; NULL: none is near. */
const char *load_nearest(const struct map *known, const char *word);

/* The nearest customer of the product. */
const char *load_nearest_customer(const struct load *load, const struct product *product,
                                  const char *word);

/* "there is no KIND …". `nearest` NULL: none is near. */
void load_unknown(const struct load *load, const struct doc_node *node, const char *nearest,
                  const char *kind);

/* "KIND … is there already". */
void load_duplicate(const struct load *load, const struct doc_node *node, const char *kind,
                    const char *what);

/* The product that `node` names; without a node the only one of the world. NULL: a mistake, shown
 * at `node` or else at `owner`. */
struct product *load_find_product(const struct load *load, const struct doc_node *node,
                                  const struct doc_node *owner);

/* ---- parts of their own (load_item.c, load_token.c, load_limits.c, load_webhook.c) ---- */

void load_device(const struct load *load, const struct doc_node *node, size_t index);
void load_token(const struct load *load, const struct doc_node *node, size_t index);
void load_code(const struct load *load, const struct doc_node *node, size_t index);
void load_limits(const struct load *load, const struct doc_node *map);
void load_webhook(const struct load *load, const struct doc_node *node, size_t index);

#endif
