/* See condition.h. Owns what a map of traits asks as a whole: its subject, the first trait that
 * does not hold, both sides in words. */
#include "scenario/condition.h"

#include "base/mem.h"
#include "cloud/owner.h"
#include "scenario/clients.h"
#include "scenario/who.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define CONDITION_SHOWN 400

static const struct trait *condition_find(const char *name)
{
    const struct trait *trait = trait_rows;
    while (trait->name && strcmp(trait->name, name) != 0)
        trait++;
    return trait->name ? trait : NULL;
}

/* The one subject of a map; NULL, with a mistake, when there is none or there are two. */
static const struct doc_node *condition_check_subject(struct scenario_load *load,
                                                      const struct doc_node *map)
{
    const struct doc_node *device = doc_get(map, "device");
    const struct doc_node *client = doc_get(map, "client");
    if (!device == !client) {
        doc_fail(load->doc, map, load->diags, NULL, "expected one of \"device\" and \"client\"%s",
                 device ? ", found both" : "");
        return NULL;
    }
    if (device)
        return scenario_load_check_device(load, device) ? device : NULL;
    if (!scenario_load_check_client(load, client))
        return NULL;
    /* Not after a `start` was refused: the client may be missing only for that mistake. */
    if (map_get(&load->started, client->text) || map_count(&load->unknown))
        return client;
    doc_fail(load->doc, client, load->diags, NULL, "the client \"%s\" has not been started here",
             client->text);
    return NULL;
}

bool condition_check(struct scenario_load *load, const struct doc_node *map)
{
    bool ok = condition_check_subject(load, map) != NULL;
    bool of_client = doc_get(map, "client") != NULL;
    size_t asked = 0;
    for (size_t i = 0; i < map->count; i++) {
        const struct doc_pair *pair = &map->pairs[i];
        const struct trait *trait = condition_find(pair->key->text);
        if (!trait)
            continue;
        asked++;
        if (trait->of_client != of_client) {
            doc_fail(load->doc, pair->key, load->diags, NULL, "a %s has no \"%s\"",
                     of_client ? "client" : "device", trait->name);
            ok = false;
        } else if (trait->check) {
            ok &= trait->check(load, pair->value);
        }
    }
    if (!asked)
        doc_fail(load->doc, map, load->diags, NULL, "nothing is asked of the %s: add %s",
                 of_client ? "client" : "device",
                 of_client ? "exits or output" : "state, led, owner, online, session …");
    return ok && asked;
}

struct trait_subject condition_subject(struct scenario_run *run, const struct doc_node *map)
{
    const struct doc_node *device = doc_get(map, "device");
    const struct doc_node *client = doc_get(map, "client");
    return (struct trait_subject){
        .device = device ? run_device(run, device->text) : NULL,
        .client = client ? clients_find(run, client->text) : NULL,
    };
}

const struct doc_pair *condition_differ(const struct scenario_run *run,
                                        const struct trait_subject *subject,
                                        const struct doc_node *map)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct trait *trait = condition_find(map->pairs[i].key->text);
        if (trait && !trait->holds(run, subject, map->pairs[i].value))
            return &map->pairs[i];
    }
    return NULL;
}

char *condition_expected_dup(const struct scenario_run *run, const struct doc_pair *pair)
{
    const struct doc_node *want = pair->value;
    char *value = want->kind == DOC_SCALAR ? interp_dup(&run->interp, want->text)
                                           : interp_json_dup(&run->interp, want, CONDITION_SHOWN);
    char *words = mem_printf_dup("%s %s", pair->key->text, value);
    free(value);
    return words;
}

char *condition_actual_dup(const struct scenario_run *run, const struct trait_subject *subject,
                           const struct doc_pair *pair)
{
    struct buf out;
    buf_init(&out, 1u << 20);
    const struct trait *trait = condition_find(pair->key->text);
    assert(trait);
    trait->actual(run, subject, pair->value, &out);
    char *words =
        trait->bare ? buf_take(&out) : mem_printf_dup("%s %s", trait->name, buf_str(&out));
    buf_free(&out);
    return words;
}

struct owner condition_owner(const struct scenario_run *run, const struct doc_node *map)
{
    const struct doc_node *why = doc_get(map, "why");
    const struct doc_node *owner = doc_get(map, "owner");
    struct owner who = {.kind = OWNER_NONE};
    if (why && why->kind == DOC_MAP)
        owner = doc_get(why, "owner");
    if (owner)
        who_owner(run->world, owner, &who);
    return who;
}
