/*
 * See firmware.h. Owns what the cloud may ask of a device, and the way of an update: `updating`,
 * a restart without a goodbye, with a full handshake, because the new application has to be told.
 */
#include "device/firmware.h"

#include "base/mem.h"
#include "device/connect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void firmware_add_function(struct firmware *firmware, const char *name, int64_t returns)
{
    size_t count = firmware->function_count++;
    firmware->functions = mem_grow(firmware->functions, (count + 1) * sizeof *firmware->functions);
    firmware->functions[count] = (struct firmware_function){mem_dup(name), returns};
}

void firmware_add_variable(struct firmware *firmware, const char *name,
                           const struct session_value *value)
{
    size_t count = firmware->variable_count++;
    firmware->variables = mem_grow(firmware->variables, (count + 1) * sizeof *firmware->variables);
    firmware->variables[count] = (struct firmware_variable){mem_dup(name), *value};
    firmware->variables[count].value.text = mem_dup(value->text);
}

void firmware_free(struct firmware *firmware)
{
    for (size_t i = 0; i < firmware->function_count; i++)
        free(firmware->functions[i].name);
    for (size_t i = 0; i < firmware->variable_count; i++) {
        free(firmware->variables[i].name);
        free((void *)(uintptr_t)firmware->variables[i].value.text);
    }
    free(firmware->functions);
    free(firmware->variables);
    *firmware = (struct firmware){0};
}

static void firmware_set_tinker(struct firmware *firmware)
{
    static const char *const functions[] = {"digitalread", "digitalwrite", "analogread",
                                            "analogwrite"};
    firmware_free(firmware);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        firmware_add_function(firmware, functions[i], 1);
}

void firmware_tell(struct fleet *fleet, struct device *device)
{
    const struct firmware *firmware = &device->firmware;
    bool runs = !device->safe_boot;
    device->told_safe = device->safe_boot;
    const char **functions = mem_new_array(firmware->function_count + 1, sizeof *functions);
    struct session_variable *variables =
        mem_new_array(firmware->variable_count + 1, sizeof *variables);
    for (size_t i = 0; i < firmware->function_count; i++)
        functions[i] = firmware->functions[i].name;
    for (size_t i = 0; i < firmware->variable_count; i++)
        variables[i] = (struct session_variable){firmware->variables[i].name,
                                                 firmware->variables[i].value.type};
    session_describe(fleet->cloud, device->session,
                     &(struct session_describe){
                         .functions = functions,
                         .function_count = runs ? firmware->function_count : 0,
                         .variables = variables,
                         .variable_count = runs ? firmware->variable_count : 0,
                     });
    free(functions);
    free(variables);
}

/* ---- what the cloud asks ---- */

static bool firmware_call(void *peer, const char *name, const char *argument, int64_t *ret_value)
{
    const struct device_peer *mine = peer;
    const struct device *device = mine->device;
    for (size_t i = 0; i < device->firmware.function_count; i++) {
        const struct firmware_function *function = &device->firmware.functions[i];
        if (strcmp(function->name, name) != 0)
            continue;
        struct jsonw *w = sim_note(mine->fleet->sim);
        jsonw_key_str(w, "function", name);
        jsonw_key_str(w, "argument", argument);
        jsonw_key_int(w, "returned", function->returns);
        sim_noted(mine->fleet->sim, device->actor, "device.called");
        *ret_value = function->returns;
        return true;
    }
    return false;
}

static bool firmware_read(void *peer, const char *name, struct session_value *ret_value)
{
    const struct device_peer *mine = peer;
    const struct firmware *firmware = &mine->device->firmware;
    for (size_t i = 0; i < firmware->variable_count; i++) {
        if (strcmp(firmware->variables[i].name, name) != 0)
            continue;
        *ret_value = firmware->variables[i].value;
        return true;
    }
    return false;
}

static void firmware_signal(void *peer, bool on)
{
    const struct device_peer *mine = peer;
    struct jsonw *w = sim_note(mine->fleet->sim);
    jsonw_key_bool(w, "signaling", on);
    sim_noted(mine->fleet->sim, mine->device->actor, "device.signal");
}

/* ---- an update ---- */

static void firmware_updated(void *owner, uint64_t index)
{
    struct fleet *fleet = owner;
    struct device *device = fleet->devices[index];
    struct firmware *firmware = &device->firmware;
    device->timer = 0;
    if (device->update_image == IMAGE_TINKER)
        firmware_set_tinker(firmware);
    if (device->update_image == IMAGE_PRODUCT) {
        firmware->product_id = device->update_product_id;
        firmware->version = device->update_version;
    }
    session_updated(fleet->cloud, device->session, true);
    connect_silence(fleet, device); /* it resets before it could say goodbye */
    device->resumable = false;
    device->safe_boot = false;
    device->boot_cause = "update";
    device->updates_forced = false;
    memcpy(device->app, device->update_app, sizeof device->app);
    device->connect_wanted = true;
    connect_enter(fleet, device, STATE_STARTING);
}

static bool firmware_update(void *peer, enum session_image image, int64_t product_id,
                            int64_t version, const char *digest)
{
    const struct device_peer *mine = peer;
    struct fleet *fleet = mine->fleet;
    struct device *device = mine->device;
    if (device->state != STATE_ONLINE && device->state != STATE_SAFE_MODE)
        return false;
    device->update_image = image;
    device->update_product_id = product_id;
    device->update_version = version;
    snprintf(device->update_app, sizeof device->update_app, "%s",
             image == IMAGE_TINKER           ? "tinker"
             : image == IMAGE_FILE && digest ? digest
                                             : "");
    connect_enter(fleet, device, STATE_UPDATING);
    device->timer = vclock_add(
        fleet->sim->clock, vclock_now(fleet->sim->clock) + FIRMWARE_UPDATE_MS, TIMER_FOREGROUND,
        device->actor, "firmware update", firmware_updated, fleet, device->index);
    return true;
}

struct session_peer firmware_peer(struct device *device)
{
    return (struct session_peer){
        .call = firmware_call,
        .read = firmware_read,
        .signal = firmware_signal,
        .update = firmware_update,
        .device = &device->peer,
    };
}
