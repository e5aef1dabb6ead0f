/* Products that are made while the world lives. See accounts.h. */
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/product.h"

#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>

#define NUMBER_MAX 32 /* bytes of what is put before and behind a slug */

/* A slug that no product has; one that begins with a digit could read as an id. Yours: free(). */
static char *free_slug_dup(const struct cloud *cloud, const char *name)
{
    struct buf slug, named;
    buf_init(&slug, ACCOUNTS_NAME_MAX + NUMBER_MAX);
    buf_init(&named, ACCOUNTS_NAME_MAX);
    text_slug(name, "product", &named);
    if (isdigit((unsigned char)*buf_str(&named)))
        buf_add_str(&slug, "product-");
    buf_add_str(&slug, buf_str(&named));
    buf_free(&named);
    size_t len = slug.len;
    for (int n = 2; cloud_product(cloud, buf_str(&slug)); n++) {
        slug.len = len;
        buf_printf(&slug, "-%d", n);
    }
    return buf_take(&slug);
}

struct product *accounts_make_product(struct cloud *cloud, const struct account_product *spec)
{
    if (limits_reached(cloud, LIMIT_PRODUCTS, map_count(&cloud->products)))
        return NULL;
    char *slug = free_slug_dup(cloud, spec->name);
    struct product *product = cloud_add_product(cloud, cloud_free_product_id(cloud, slug), slug,
                                                spec->name, spec->platform);
    free(slug);
    product->description = mem_dup(spec->description);
    product->org = mem_dup(spec->org);
    cloud_add_team_member(product, spec->user);
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_int(w, "product", product->id);
    jsonw_key_str(w, "slug", product->slug);
    jsonw_key_str(w, "org", product->org);
    sim_noted(cloud->sim, "cloud", "product.created");
    return product;
}
