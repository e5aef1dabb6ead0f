/* Webhooks and other integrations of a world file. See load_parts.h. */
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "world/load_parts.h"

#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/webhook/webhook.h"

#include <stdlib.h>

#define SETTINGS_MAX (8u << 20)

/* Whose it is: exactly one of user, product and org. */
static bool load_whose(const struct load *load, const struct doc_node *node,
                       struct webhook_spec *spec)
{
    const struct doc_node *user = doc_get(node, "user"), *product = doc_get(node, "product");
    const struct doc_node *org = doc_get(node, "org");
    if (!user + !product + !org != 2) {
        doc_fail(load->doc, node, load->diags, NULL,
                 "expected one of user, product and org: whose is it?");
        return false;
    }
    if (product)
        return (spec->product = load_find_product(load, product, node)) != NULL;
    if (org) {
        spec->org = accounts_org(load->cloud, org->text);
        if (!spec->org)
            doc_fail(load->doc, org, load->diags, NULL, "no product names the organization \"%s\"",
                     org->text);
        return spec->org;
    }
    struct user *found = cloud_user(load->cloud, user->text);
    if (!found)
        load_unknown(load, user, load_nearest(&load->cloud->users, user->text), "user");
    spec->owner = (struct owner){OWNER_USER, .user = found};
    return found;
}

static bool load_of_device(const struct load *load, const struct doc_node *node,
                           struct webhook_spec *spec)
{
    const struct doc_node *named = doc_get(node, "device");
    const struct device *device = named ? fleet_find(load->world->fleet, named->text) : NULL;
    if (named && !device)
        doc_fail(load->doc, named, load->diags, NULL, "there is no device \"%s\" in this world",
                 named->text);
    spec->device = device ? device->id : NULL;
    return device || !named;
}

/* The settings as a client would have sent them to the API: one reader of settings is enough. */
static char *settings_dup(const struct doc_node *node)
{
    const struct doc_node *settings = doc_get(node, "settings");
    const char *url = fields_str(node, "url", NULL);
    struct buf text;
    struct jsonw w;
    buf_init(&text, SETTINGS_MAX);
    jsonw_init(&w, &text);
    jsonw_object(&w);
    if (url)
        jsonw_key_str(&w, "url", url);
    for (size_t i = 0; settings && i < settings->count; i++) {
        jsonw_key(&w, settings->pairs[i].key->text);
        doc_write_json(settings->pairs[i].value, &w);
    }
    jsonw_end_object(&w);
    return buf_take(&text);
}

void load_webhook(const struct load *load, const struct doc_node *node, size_t index)
{
    const struct doc_node *settings = doc_get(node, "settings");
    struct webhook_spec spec = {
        .type = doc_get(node, "type") ? doc_get(node, "type")->text : NULL,
        .event = fields_str(node, "event", ""),
    };
    (void)index;
    if (settings && settings->kind != DOC_MAP) {
        doc_fail(load->doc, settings, load->diags, NULL, "expected a map, found %s",
                 doc_describe(settings));
        return;
    }
    if (!load_whose(load, node, &spec) || !load_of_device(load, node, &spec))
        return;
    char *text = settings_dup(node);
    spec.settings = text;
    const char *fault = webhook_fault(&spec);
    if (fault)
        doc_fail(load->doc, settings ? settings : node, load->diags, NULL, "%s", fault);
    else if (!webhook_add(load->cloud, &spec))
        doc_fail(load->doc, node, load->diags, NULL, "a world has at most %u integrations",
                 load->cloud->limits[LIMIT_WEBHOOKS]);
    free(text);
}
