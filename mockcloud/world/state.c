/* A world as JSON, and a device as the control API shows it. See world.h. */
#include "cloud/accounts.h"
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "world/world.h"

#include "base/text.h"
#include "cloud/described.h"
#include "cloud/groups.h"
#include "cloud/sims.h"
#include "cloud/webhook/webhook.h"

#include <string.h>

void world_write_owner(const struct owner *owner, struct jsonw *w)
{
    jsonw_key(w, "owner");
    if (owner->kind == OWNER_NONE) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    jsonw_key_str(w, "kind", owner_kind_word(owner));
    jsonw_key_str(w, "name", owner_name(owner));
    jsonw_end_object(w);
}

static void write_product_key(const struct product *product, struct jsonw *w)
{
    jsonw_key(w, "product");
    if (product)
        jsonw_int(w, product->id);
    else
        jsonw_null(w);
}

/* As in the world file. */
static void write_firmware(const struct firmware *firmware, struct jsonw *w)
{
    jsonw_key(w, "firmware");
    jsonw_object(w);
    if (firmware->product_id)
        jsonw_key_int(w, "product_id", firmware->product_id);
    jsonw_key_int(w, "version", firmware->version);
    jsonw_key(w, "functions");
    jsonw_object(w);
    for (size_t i = 0; i < firmware->function_count; i++) {
        jsonw_key(w, firmware->functions[i].name);
        jsonw_object(w);
        jsonw_key_int(w, "return", firmware->functions[i].returns);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
    jsonw_key(w, "variables");
    jsonw_object(w);
    for (size_t i = 0; i < firmware->variable_count; i++) {
        jsonw_key(w, firmware->variables[i].name);
        described_write_value(&firmware->variables[i].value, w);
    }
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void write_led(const struct device *device, struct jsonw *w)
{
    const struct device_state_row *state = &device_states[device->state];
    jsonw_key(w, "led");
    if (platform_is_linux(device->platform)) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    jsonw_key_str(w, "color", state->colour);
    jsonw_key_str(w, "pattern", state->pattern);
    jsonw_key_int(w, "period_ms", state->period_ms);
    jsonw_end_object(w);
}

static void write_system_version(const struct device *device, struct jsonw *w)
{
    char text[SYSTEM_VERSION_SIZE];
    system_version_text(device->system_version, text);
    jsonw_key_str(w, "system_version", device->system_version ? text : NULL);
}

void world_write_device_keys(const struct world *world, const struct device *device,
                             struct jsonw *w)
{
    static const char *const sessions[] = {
        [SESSION_NONE] = "none", [SESSION_FULL] = "full", [SESSION_RESUMED] = "resumed"};
    const struct device_state_row *state = &device_states[device->state];
    const struct cloud_device *record = world_record(world, device);
    jsonw_key_str(w, "id", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_str(w, "platform", device->platform->name);
    write_system_version(device, w);
    jsonw_key_str(w, "state", state->name);
    write_led(device, w);
    jsonw_key_bool(w, "online", record->online);
    jsonw_key_str(w, "session", sessions[device->session_kind]);
    jsonw_key_str(w, "claim_code_stored",
                  device->past->claim_code[0] ? device->past->claim_code : NULL);
    jsonw_key_bool(w, "claimed_flag", device->claimed);
    world_write_owner(&record->owner, w);
    write_product_key(record->product, w);
    groups_write_device(record, w);
    write_firmware(&device->firmware, w);
}

void world_write_device(const struct world *world, const struct device *device, struct jsonw *w)
{
    jsonw_object(w);
    world_write_device_keys(world, device, w);
    jsonw_end_object(w);
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

static void write_users(const struct world *world, struct world_slice *slice, struct jsonw *w)
{
    size_t cursor = 0;
    void *value;
    jsonw_array(w);
    while (map_next(&world->cloud->users, &cursor, NULL, &value)) {
        const struct user *user = value;
        if (!slice_takes(slice, user->username))
            continue;
        jsonw_object(w);
        jsonw_key_str(w, "id", user->id);
        jsonw_key_str(w, "username", user->username);
        jsonw_key_str(w, "password", user->password);
        if (user->programmatic)
            write_words("scopes", &user->scopes, w);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
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

static void write_products(const struct world *world, struct world_slice *slice, struct jsonw *w)
{
    size_t cursor = 0;
    void *value;
    jsonw_array(w);
    while (map_next(&world->cloud->products, &cursor, NULL, &value)) {
        const struct product *product = value;
        size_t member = 0;
        const char *username;
        void *user;
        if (!slice_takes(slice, product->slug))
            continue;
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
    }
    jsonw_end_array(w);
}

static void write_customers(const struct world *world, struct world_slice *slice, struct jsonw *w)
{
    size_t cursor = 0;
    void *value;
    jsonw_array(w);
    while (map_next(&world->cloud->customers, &cursor, NULL, &value)) {
        const struct customer *customer = value;
        if (!slice_takes(slice, customer->email))
            continue;
        jsonw_object(w);
        jsonw_key_str(w, "id", customer->id);
        jsonw_key_str(w, "email", customer->email);
        jsonw_key_int(w, "product", customer->product->id);
        jsonw_key_bool(w, "password", customer->password);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void write_tokens(const struct world *world, struct world_slice *slice, struct jsonw *w)
{
    size_t cursor = 0;
    void *value;
    jsonw_array(w);
    while (map_next(&world->cloud->tokens, &cursor, NULL, &value)) {
        const struct token *token = value;
        if (!slice_takes(slice, token_whose(token)))
            continue;
        jsonw_object(w);
        jsonw_key_str(w, "token", token->access);
        jsonw_key_str(w, "client", token->client->id);
        world_write_owner(&token->owner, w);
        jsonw_key_time(w, "expires_at", token->expires_ms);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void write_codes(const struct world *world, struct world_slice *slice, struct jsonw *w)
{
    size_t cursor = 0;
    void *value;
    jsonw_array(w);
    while (map_next(&world->cloud->claim_codes, &cursor, NULL, &value)) {
        const struct claim_code *code = value;
        if (!slice_takes(slice, code->code))
            continue;
        jsonw_object(w);
        jsonw_key_str(w, "claim_code", code->code);
        world_write_owner(&code->owner, w);
        write_product_key(code->product, w);
        jsonw_key_time(w, "issued_at", code->issued_ms);
        jsonw_key_time(w, "expires_at", code->expires_ms);
        jsonw_key_str(w, "used_by", code->used.n ? code->used_by : NULL);
        jsonw_key_bool(w, "revoked", code->revoked.n != 0);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
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

static void write_webhooks(const struct world *world, struct world_slice *slice, struct jsonw *w)
{
    size_t cursor = 0;
    const struct webhook *hook;
    jsonw_array(w);
    while ((hook = webhook_next(world->cloud, &cursor)))
        if (slice_takes(slice, hook->event))
            write_webhook(hook, w);
    jsonw_end_array(w);
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

static void write_sims(const struct world *world, struct world_slice *slice, struct jsonw *w)
{
    size_t cursor = 0;
    struct sim_view sim;
    jsonw_array(w);
    while (sims_next(world->cloud, &cursor, &sim))
        if (slice_takes(slice, sim.iccid))
            write_sim(&sim, w);
    jsonw_end_array(w);
}

/* In the order in which they stand in the state of a world, where SIMs have no place. */
static const struct world_part parts[] = {
    {"users", write_users},   {"products", write_products}, {"customers", write_customers},
    {"tokens", write_tokens}, {"claim_codes", write_codes}, {"webhooks", write_webhooks},
    {"sims", write_sims},
};

#define PARTS (sizeof parts / sizeof *parts)

const struct world_part *world_part_find(const char *name)
{
    for (size_t i = 0; i < PARTS; i++)
        if (strcmp(parts[i].name, name) == 0)
            return &parts[i];
    return NULL;
}

const char *world_part_nearest(const char *name)
{
    const char *names[PARTS];
    for (size_t i = 0; i < PARTS; i++)
        names[i] = parts[i].name;
    return text_nearest(name, names, PARTS);
}

void world_write_part(const struct world *world, const struct world_part *part,
                      struct world_slice *slice, struct jsonw *w)
{
    part->write(world, slice, w);
}

/* The whole list, under its name. */
static void write_all(const struct world *world, const char *name, struct jsonw *w)
{
    struct world_slice slice = {.limit = SIZE_MAX};
    jsonw_key(w, name);
    world_write_part(world, world_part_find(name), &slice, w);
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

void world_write_state(const struct world *world, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "name", world->name);
    jsonw_key_int(w, "seed", (int64_t)world->seed);
    jsonw_key(w, "clock");
    jsonw_object(w);
    jsonw_key_str(w, "mode", vclock_mode(world->sim.clock) == VCLOCK_REAL ? "real" : "frozen");
    jsonw_key_time(w, "now", vclock_now(world->sim.clock));
    jsonw_end_object(w);
    write_all(world, "users", w);
    write_all(world, "products", w);
    write_all(world, "customers", w);
    jsonw_key(w, "devices");
    jsonw_array(w);
    for (size_t i = 0; i < fleet_count(world->fleet); i++)
        world_write_device(world, fleet_at(world->fleet, i), w);
    jsonw_end_array(w);
    write_all(world, "tokens", w);
    write_all(world, "claim_codes", w);
    write_all(world, "webhooks", w);
    write_behaviours(world, w);
    jsonw_end_object(w);
}
