/* A device as the control API shows it, and whose something is. See world.h. */
#include "cloud/described.h"
#include "cloud/groups.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "world/world.h"

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
    jsonw_key(w, "product");
    if (record->product)
        jsonw_int(w, record->product->id);
    else
        jsonw_null(w);
    groups_write_device(record, w);
    write_firmware(&device->firmware, w);
}

void world_write_device(const struct world *world, const struct device *device, struct jsonw *w)
{
    jsonw_object(w);
    world_write_device_keys(world, device, w);
    jsonw_end_object(w);
}
