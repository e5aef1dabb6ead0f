/*
 * See firmware.h. Owns what the cloud may ask of a device, and the way of an update: `updating`,
 * a restart without a goodbye, with a full handshake, because the new application has to be told.
 */
#include "device/firmware.h"

#include "base/mem.h"
#include "device/announce.h"
#include "device/connect.h"
#include "device/vitals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRMWARE_MODULES_MAX 4096

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
    system_version_t update_needs = firmware->update_needs;
    firmware_free(firmware);
    firmware->update_needs = update_needs;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        firmware_add_function(firmware, functions[i], 1);
}

static void tell_modules(const struct fleet *fleet, const struct device *device, struct buf *out)
{
    char app[DEVICE_APP_HASH + 1];
    announce_app_hash(fleet, device, app);
    vitals_write_modules(device, app, out);
}

bool firmware_runs(const struct device *device)
{
    return !device->safe_boot && device->firmware.needs <= device->system_version;
}

/* The modules of its system are told in safe mode only: nobody looks at them otherwise. */
void firmware_tell(struct fleet *fleet, struct device *device)
{
    const struct firmware *firmware = &device->firmware;
    bool runs = firmware_runs(device);
    fleet_past(device)->told_safe = !runs;
    const char **functions = mem_new_array(firmware->function_count + 1, sizeof *functions);
    struct session_variable *variables =
        mem_new_array(firmware->variable_count + 1, sizeof *variables);
    for (size_t i = 0; i < firmware->function_count; i++)
        functions[i] = firmware->functions[i].name;
    for (size_t i = 0; i < firmware->variable_count; i++)
        variables[i] = (struct session_variable){firmware->variables[i].name,
                                                 firmware->variables[i].value.type};
    struct buf modules;
    buf_init(&modules, FIRMWARE_MODULES_MAX);
    if (!runs)
        tell_modules(fleet, device, &modules);
    session_describe(fleet->cloud, device->session,
                     &(struct session_describe){
                         .modules = modules.len ? buf_str(&modules) : NULL,
                         .functions = functions,
                         .function_count = runs ? firmware->function_count : 0,
                         .variables = variables,
                         .variable_count = runs ? firmware->variable_count : 0,
                     });
    buf_free(&modules);
    free(functions);
    free(variables);
}

/* ---- what the cloud asks ---- */

typedef void firmware_answer(struct device *device, uint64_t call_id,
                             const struct session_question *question);

static void firmware_call(struct device *device, uint64_t call_id,
                          const struct session_question *question)
{
    const struct firmware_function *function = NULL;
    for (size_t i = 0; i < device->firmware.function_count && !function; i++)
        if (strcmp(device->firmware.functions[i].name, question->name) == 0)
            function = &device->firmware.functions[i];
    if (!function) {
        session_answered(device->fleet->cloud, call_id, false, NULL);
        return;
    }
    struct jsonw *w = sim_note(device->fleet->sim);
    jsonw_key_str(w, "function", question->name);
    jsonw_key_str(w, "argument", question->argument);
    jsonw_key_int(w, "returned", function->returns);
    sim_noted(device->fleet->sim, device->actor, "device.called");
    session_answered(device->fleet->cloud, call_id, true,
                     &(struct session_value){.type = SESSION_INT, .number = function->returns});
}

static void firmware_read(struct device *device, uint64_t call_id,
                          const struct session_question *question)
{
    const struct firmware *firmware = &device->firmware;
    const struct session_value *value = NULL;
    for (size_t i = 0; i < firmware->variable_count && !value; i++)
        if (strcmp(firmware->variables[i].name, question->name) == 0)
            value = &firmware->variables[i].value;
    session_answered(device->fleet->cloud, call_id, value != NULL, value);
}

static void firmware_signal(struct device *device, uint64_t call_id,
                            const struct session_question *question)
{
    struct jsonw *w = sim_note(device->fleet->sim);
    jsonw_key_bool(w, "signaling", question->on);
    sim_noted(device->fleet->sim, device->actor, "device.signal");
    session_answered(device->fleet->cloud, call_id, true, NULL);
}

static void firmware_vitals(struct device *device, uint64_t call_id,
                            const struct session_question *question)
{
    (void)question;
    announce_vitals_again(device);
    session_answered(device->fleet->cloud, call_id, true, NULL);
}

static void firmware_ping(struct device *device, uint64_t call_id,
                          const struct session_question *question)
{
    (void)question;
    session_answered(device->fleet->cloud, call_id, true, NULL);
}

/* ---- an update ---- */

/* Whether its Device OS comes in the same transfer as the application. */
static bool firmware_in_one(const struct device *device)
{
    return device->past->update_image == IMAGE_PRODUCT && device->platform->generation >= 3 &&
           device->system_version >= SYSTEM_VERSION(3, 1, 0);
}

static void firmware_install_module(struct device *device)
{
    int64_t number = device->past->update_version;
    if (device->past->update_loader)
        fleet_past(device)->bootloader = (int)number;
    else
        device->system_version = system_version_of_number(number);
    session_updated(device->fleet->cloud, device->session, true);
}

/* That the application is another one is not told later, when it runs. */
static void firmware_install_unmet(struct device *device)
{
    char hash[DEVICE_APP_HASH + 1];
    announce_app_hash(device->fleet, device, hash);
    memcpy(fleet_past(device)->app_told, hash, sizeof hash);
    session_update_goes_on(device->fleet->cloud, device->session);
}

static void firmware_install_app(struct device *device)
{
    struct firmware *firmware = &device->firmware;
    struct device_past *past = fleet_past(device);
    if (past->update_image == IMAGE_TINKER)
        firmware_set_tinker(firmware);
    if (past->update_image == IMAGE_PRODUCT) {
        firmware->product_id = past->update_product_id;
        firmware->version = past->update_version;
    }
    memcpy(past->app, past->update_app, sizeof past->app);
    firmware->needs = firmware->update_needs;
    bool unmet = firmware->needs > device->system_version;
    if (unmet && firmware_in_one(device)) {
        device->system_version = firmware->needs;
        unmet = false;
    }
    if (unmet)
        firmware_install_unmet(device);
    else
        session_updated(device->fleet->cloud, device->session, true);
}

static void firmware_updated(void *owner, uint64_t index)
{
    struct fleet *fleet = owner;
    struct device *device = fleet->devices[index];
    device->timer = 0;
    if (device->past->update_image == IMAGE_MODULE)
        firmware_install_module(device);
    else
        firmware_install_app(device);
    connect_silence(fleet, device); /* it resets before it could say goodbye */
    device->resumable = false;
    device->safe_boot = false;
    struct device_past *past = fleet_past(device);
    past->boot_cause = "update";
    past->updates_forced = false;
    device->connect_wanted = true;
    connect_enter(fleet, device, STATE_STARTING);
}

static bool firmware_takes_update(const struct device *device)
{
    return device->state == STATE_ONLINE || device->state == STATE_SAFE_MODE;
}

static void firmware_update(struct device *device, uint64_t call_id,
                            const struct session_question *question)
{
    struct fleet *fleet = device->fleet;
    if (!firmware_takes_update(device)) {
        session_answered(fleet->cloud, call_id, false, NULL);
        return;
    }
    struct device_past *past = fleet_past(device);
    past->update_image = question->image;
    past->update_product_id = question->product_id;
    past->update_version = question->version;
    past->update_loader = question->name && strcmp(question->name, "b") == 0;
    snprintf(past->update_app, sizeof past->update_app, "%s",
             question->image == IMAGE_TINKER                     ? "tinker"
             : question->image == IMAGE_FILE && question->digest ? question->digest
                                                                 : "");
    connect_enter(fleet, device, STATE_UPDATING);
    device->timer =
        vclock_add(fleet->sim->clock, vclock_now(fleet->sim->clock) + FIRMWARE_UPDATE_MS,
                   &(struct timer_row){TIMER_FOREGROUND, device->actor, "firmware update",
                                       firmware_updated, fleet, device->index});
    session_answered(fleet->cloud, call_id, true, NULL);
}

void firmware_ask(void *peer, uint64_t call_id, const struct session_question *question)
{
    static firmware_answer *const answers[] = {
        [ASK_CALL] = firmware_call,     [ASK_READ] = firmware_read, [ASK_SIGNAL] = firmware_signal,
        [ASK_VITALS] = firmware_vitals, [ASK_PING] = firmware_ping, [ASK_UPDATE] = firmware_update,
    };
    answers[question->kind](peer, call_id, question);
}
