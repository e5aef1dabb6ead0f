/* A world as JSON: its lists, one at a time or all of them (a device: state_device.c). See world.h.
 */
#include "cloud/accounts.h"
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "world/world.h"

#include "base/text.h"
#include "cloud/groups.h"
#include "cloud/sims.h"
#include "cloud/webhook/webhook.h"

#include <string.h>

static void write_product_key(const struct product *product, struct jsonw *w)
{
    jsonw_key(w, "product");
    if (product)
        jsonw_int(w, product->id);
    else
        jsonw_null(w);
}

static void write_words(const char *key, const struct map *words, struct jsonw *w)
{
    size_t cursor = 0;
    const char *word;
    void *value;
    jsonw_key(w, key);
    jsonw_array(w);
    while (map_next(words, &cursor, &word, &value))
        jsonw_str(w, word);
    jsonw_end_array(w);
}

/* ---- lists ---- */

/* Counts an item of that name; whether it is to be written. */
static bool slice_takes(struct world_slice *slice, const char *name)
{
    if (slice->search && !strcasestr(name, slice->search))
        return false;
    size_t at = slice->seen++;
    return at >= slice->offset && at - slice->offset < slice->limit;
}

/* By what a token is looked for. */
static const char *token_whose(const struct token *token)
{
    return token->owner.kind == OWNER_NONE ? token->client->id : owner_name(&token->owner);
}

static bool write_user(const struct world *world, size_t *cursor, struct world_slice *slice,
                       struct jsonw *w)
{
    void *value;
    if (!map_next(&world->cloud->users, cursor, NULL, &value))
        return false;
    const struct user *user = value;
    if (!slice_takes(slice, user->username))
        return true;
    jsonw_object(w);
    jsonw_key_str(w, "id", user->id);
    jsonw_key_str(w, "username", user->username);
    jsonw_key_str(w, "password", user->password);
    if (user->programmatic)
        write_words("scopes", &user->scopes, w);
    jsonw_end_object(w);
    return true;
}

static void write_product_clients(const struct world *world, const struct product *product,
                                  struct jsonw *w)
{
    size_t cursor = 0;
    void *value;
    jsonw_key(w, "clients");
    jsonw_array(w);
    while (map_next(&world->cloud->clients, &cursor, NULL, &value)) {
        const struct oauth_client *client = value;
        if (client->product != product)
            continue;
        jsonw_object(w);
        jsonw_key_str(w, "id", client->id);
        jsonw_key_str(w, "secret", client->secret);
        jsonw_key_str(w, "scope", client->scope == CLIENT_FULL ? "full" : "create_customer");
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static bool write_product(const struct world *world, size_t *cursor, struct world_slice *slice,
                          struct jsonw *w)
{
    void *value;
    if (!map_next(&world->cloud->products, cursor, NULL, &value))
        return false;
    const struct product *product = value;
    size_t member = 0;
    const char *username;
    void *user;
    if (!slice_takes(slice, product->slug))
        return true;
    jsonw_object(w);
    jsonw_key_int(w, "id", product->id);
    jsonw_key_str(w, "slug", product->slug);
    jsonw_key_str(w, "name", product->name);
    jsonw_key_str(w, "platform", product->platform->name);
    jsonw_key_str(w, "org", product->org);
    jsonw_key(w, "groups");
    groups_write_names(world->cloud, product, w);
    jsonw_key(w, "settings");
    jsonw_object(w);
    jsonw_key_bool(w, "quarantine", product->quarantine);
    jsonw_end_object(w);
    jsonw_key(w, "team");
    jsonw_array(w);
    while (map_next(&product->team, &member, &username, &user))
        jsonw_str(w, username);
    jsonw_end_array(w);
    write_product_clients(world, product, w);
    jsonw_end_object(w);
    return true;
}

static bool write_customer(const struct world *world, size_t *cursor, struct world_slice *slice,
                           struct jsonw *w)
{
    void *value;
    if (!map_next(&world->cloud->customers, cursor, NULL, &value))
        return false;
    const struct customer *customer = value;
    if (!slice_takes(slice, customer->email))
        return true;
    jsonw_object(w);
    jsonw_key_str(w, "id", customer->id);
    jsonw_key_str(w, "email", customer->email);
    jsonw_key_int(w, "product", customer->product->id);
    jsonw_key_bool(w, "password", customer->password);
    jsonw_end_object(w);
    return true;
}

static bool write_token(const struct world *world, size_t *cursor, struct world_slice *slice,
                        struct jsonw *w)
{
    void *value;
    if (!map_next(&world->cloud->tokens, cursor, NULL, &value))
        return false;
    const struct token *token = value;
    if (!slice_takes(slice, token_whose(token)))
        return true;
    jsonw_object(w);
    jsonw_key_str(w, "token", token->access);
    jsonw_key_str(w, "client", token->client->id);
    world_write_owner(&token->owner, w);
    jsonw_key_time(w, "expires_at", token->expires_ms);
    jsonw_end_object(w);
    return true;
}

static bool write_code(const struct world *world, size_t *cursor, struct world_slice *slice,
                       struct jsonw *w)
{
    void *value;
    if (!map_next(&world->cloud->claim_codes, cursor, NULL, &value))
        return false;
    const struct claim_code *code = value;
    if (!slice_takes(slice, code->code))
        return true;
    jsonw_object(w);
    jsonw_key_str(w, "claim_code", code->code);
    world_write_owner(&code->owner, w);
    write_product_key(code->product, w);
    jsonw_key_time(w, "issued_at", code->issued_ms);
    jsonw_key_time(w, "expires_at", code->expires_ms);
    jsonw_key_str(w, "used_by", code->used.n ? code->used_by : NULL);
    jsonw_key_bool(w, "revoked", code->revoked.n != 0);
    jsonw_end_object(w);
    return true;
}

/* Its owner stands under the key that a world file has for it: org, product or user. */
static void write_webhook(const struct webhook *hook, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "id", hook->id);
    jsonw_key_str(w, "type", hook->type);
    jsonw_key_str(w, "event", hook->event);
    jsonw_key_str(w, "device", hook->device);
    if (hook->org)
        jsonw_key_str(w, "org", hook->org);
    else if (hook->product)
        jsonw_key_int(w, "product", hook->product->id);
    else
        jsonw_key_str(w, "user", owner_name(&hook->owner));
    jsonw_key_bool(w, "disabled", hook->disabled);
    jsonw_key(w, "settings");
    jsonw_raw(w, hook->settings, strlen(hook->settings));
    jsonw_end_object(w);
}

static bool write_next_webhook(const struct world *world, size_t *cursor, struct world_slice *slice,
                               struct jsonw *w)
{
    const struct webhook *hook = webhook_next(world->cloud, cursor);
    if (hook && slice_takes(slice, hook->event))
        write_webhook(hook, w);
    return hook;
}

static void write_sim(const struct sim_view *sim, struct jsonw *w)
{
    static const char *const words[] = {
        [SIM_INACTIVE] = "inactive", [SIM_ACTIVE] = "active", [SIM_DEACTIVATED] = "deactivated"};
    jsonw_object(w);
    jsonw_key_str(w, "iccid", sim->iccid);
    jsonw_key_str(w, "status", words[sim->status]);
    jsonw_key_str(w, "device", sim->device ? sim->device->id : NULL);
    write_product_key(sim->product, w);
    jsonw_key_str(w, "user", sim->user ? sim->user->username : NULL);
    jsonw_end_object(w);
}

static bool write_next_sim(const struct world *world, size_t *cursor, struct world_slice *slice,
                           struct jsonw *w)
{
    struct sim_view sim;
    if (!sims_next(world->cloud, cursor, &sim))
        return false;
    if (slice_takes(slice, sim.iccid))
        write_sim(&sim, w);
    return true;
}

static bool write_device(const struct world *world, size_t *cursor, struct world_slice *slice,
                         struct jsonw *w)
{
    (void)slice; /* the control API has a list of devices of its own */
    if (*cursor >= fleet_count(world->fleet))
        return false;
    world_write_device(world, fleet_at(world->fleet, (*cursor)++), w);
    return true;
}

struct world_part {
    const char *name;
    /* Writes the item behind *cursor, if the slice takes it; false: there is none. */
    bool (*write)(const struct world *world, size_t *cursor, struct world_slice *slice,
                  struct jsonw *w);
    bool beside; /* it has no place in the state of a world */
    bool within; /* it is in there alone */
};

/* In the order in which they stand in the state. */
static const struct world_part parts[] = {
    {"users", write_user},
    {"products", write_product},
    {"customers", write_customer},
    {"devices", write_device, .within = true},
    {"tokens", write_token},
    {"claim_codes", write_code},
    {"webhooks", write_next_webhook},
    {"sims", write_next_sim, .beside = true},
};

#define PARTS (sizeof parts / sizeof *parts)

const struct world_part *world_part_find(const char *name)
{
    for (size_t i = 0; i < PARTS; i++)
        if (!parts[i].within && strcmp(parts[i].name, name) == 0)
            return &parts[i];
    return NULL;
}

const char *world_part_nearest(const char *name)
{
    const char *names[PARTS];
    size_t count = 0;
    for (size_t i = 0; i < PARTS; i++)
        if (!parts[i].within)
            names[count++] = parts[i].name;
    return text_nearest(name, names, count);
}

void world_write_part(const struct world *world, const struct world_part *part,
                      struct world_slice *slice, struct jsonw *w)
{
    size_t cursor = 0;
    jsonw_array(w);
    while (part->write(world, &cursor, slice, w))
        ;
    jsonw_end_array(w);
}

static void write_behaviours(const struct world *world, struct jsonw *w)
{
    jsonw_key(w, "behaviour");
    jsonw_object(w);
    for (int i = 0; i < BEHAVIOUR_COUNT; i++)
        jsonw_key_str(w, behaviour_rows[i].name,
                      behaviour_rows[i].values[world->sim.behaviours.value[i]]);
    jsonw_end_object(w);
}

static void begin_state(const struct world *world, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "name", world->name);
    jsonw_key_int(w, "seed", (int64_t)world->seed);
    jsonw_key(w, "clock");
    jsonw_object(w);
    jsonw_key_str(w, "mode", vclock_mode(world->sim.clock) == VCLOCK_REAL ? "real" : "frozen");
    jsonw_key_time(w, "now", vclock_now(world->sim.clock));
    jsonw_end_object(w);
}

/* Writes up to *most items of the list at which the writing stands; false: it has more. */
static bool write_some(const struct world *world, struct world_state_place *place, size_t *most,
                       struct jsonw *w)
{
    struct world_slice all = {.limit = SIZE_MAX};
    const struct world_part *part = &parts[place->part];
    if (!place->in_list) {
        jsonw_key(w, part->name);
        jsonw_array(w);
    }
    place->in_list = true;
    for (; *most; --*most)
        if (!part->write(world, &place->cursor, &all, w)) {
            jsonw_end_array(w);
            *place = (struct world_state_place){.begun = true, .part = place->part + 1};
            return true;
        }
    return false;
}

bool world_write_state_on(const struct world *world, struct world_state_place *place, size_t most,
                          struct jsonw *w)
{
    if (!place->begun)
        begin_state(world, w);
    place->begun = true;
    while (place->part < PARTS && !parts[place->part].beside)
        if (!write_some(world, place, &most, w))
            return true;
    write_behaviours(world, w);
    jsonw_end_object(w);
    return false;
}

void world_write_state(const struct world *world, struct jsonw *w)
{
    struct world_state_place place = {0};
    world_write_state_on(world, &place, SIZE_MAX, w);
}
