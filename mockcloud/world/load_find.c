/* See load_parts.h. Owns how a reference of a world file is resolved, and what is near to one that
 * is not. */
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/product.h"
#include "world/load_parts.h"

#include "base/text.h"

const char *load_nearest(const struct map *known, const char *word)
{
    const char *keys[64];
    size_t cursor = 0, count = 0;
    void *value;
    while (count < 64 && map_next(known, &cursor, &keys[count], &value))
        count++;
    return text_nearest(word, keys, count);
}

void load_unknown(const struct load *load, const struct doc_node *node, const char *nearest,
                  const char *kind)
{
    doc_fail(load->doc, node, load->diags, nearest, "there is no %s \"%s\" in this world", kind,
             node->text);
}

/* The nearest slug. */
static const char *load_nearest_slug(const struct load *load, const char *word)
{
    const char *slugs[64];
    size_t cursor = 0, count = 0;
    void *value;
    while (count < 64 && map_next(&load->cloud->products, &cursor, NULL, &value))
        slugs[count++] = ((const struct product *)value)->slug;
    return text_nearest(word, slugs, count);
}

const char *load_nearest_customer(const struct load *load, const struct product *product,
                                  const char *word)
{
    const char *emails[64];
    size_t cursor = 0, count = 0;
    void *value;
    while (count < 64 && map_next(&load->cloud->customers, &cursor, NULL, &value)) {
        const struct customer *customer = value;
        if (customer->product == product)
            emails[count++] = customer->email;
    }
    return text_nearest(word, emails, count);
}

void load_duplicate(const struct load *load, const struct doc_node *node, const char *kind,
                    const char *what)
{
    doc_fail(load->doc, node, load->diags, NULL, "%s \"%s\" is there already", kind, what);
}

struct product *load_find_product(const struct load *load, const struct doc_node *node,
                                  const struct doc_node *owner)
{
    size_t cursor = 0;
    void *only = NULL;
    if (node) {
        struct product *product = cloud_product(load->cloud, node->text);
        if (!product)
            load_unknown(load, node, load_nearest_slug(load, node->text), "product");
        return product;
    }
    if (map_count(&load->cloud->products) == 1) {
        map_next(&load->cloud->products, &cursor, NULL, &only);
        return only;
    }
    doc_fail(load->doc, owner, load->diags, NULL,
             "expected product: the world has %zu products, so there is no default",
             map_count(&load->cloud->products));
    return NULL;
}
