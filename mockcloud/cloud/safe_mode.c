/* See safe_mode.h. Owns the data of the cloud's event and which module comes next; the modules
 * themselves are only numbers, which the device takes for installed. */
#include "cloud/safe_mode.h"

#include "cloud/cloud.h"
#include "cloud/session_inside.h"
#include "cloud/sims.h"
#include "cloud/system_event.h"

#include <cjson/cJSON.h>
#include <string.h>

#define SAFE_MODE_DATA_MAX 8192
#define SAFE_MODE_MS       INT64_C(1800) /* after `online` */

static const char *safe_mode_modules(const struct cloud_device *device)
{
    return device->described.modules ? device->described.modules : "[]";
}

static void safe_mode_tell(struct cloud *cloud, const struct cloud_device *device)
{
    const char *modules = safe_mode_modules(device);
    struct buf data;
    struct jsonw w;
    buf_init(&data, SAFE_MODE_DATA_MAX);
    jsonw_init(&w, &data);
    jsonw_object(&w);
    jsonw_key_int(&w, "p", device->platform->id);
    if (cloud_iccid(device)) {
        jsonw_key_str(&w, "imei", cloud_imei(device));
        jsonw_key_str(&w, "iccid", cloud_iccid(device));
        jsonw_key_str(&w, "cellfw", "L0.0.00.00.05.06,A.02.00");
    }
    jsonw_key(&w, "m");
    jsonw_raw(&w, modules, strlen(modules));
    jsonw_end_object(&w);
    system_event_tell(cloud, device, SYSTEM_SAFE_MODE, buf_str(&data));
    buf_free(&data);
}

/* ---- the updater ---- */

static int64_t safe_mode_number(const cJSON *module, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(module, key);
    return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : 0;
}

static bool safe_mode_is(const cJSON *module, const char *function)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(module, "f"));
    return text && strcmp(text, function) == 0;
}

/* The version of the module with that function in a list; 0: there is none. */
static int64_t safe_mode_version(const cJSON *list, const char *function)
{
    const cJSON *module;
    cJSON_ArrayForEach(module, list)
    {
        if (safe_mode_is(module, function))
            return safe_mode_number(module, "v");
    }
    return 0;
}

/* The system that a module needs and that is not there, as the device itself has found; 0: all
 * modules have what they need. */
static int64_t safe_mode_needed(const cJSON *modules)
{
    const cJSON *module;
    int64_t system = safe_mode_version(modules, "s");
    cJSON_ArrayForEach(module, modules)
    {
        int64_t needed = safe_mode_version(cJSON_GetObjectItemCaseSensitive(module, "d"), "s");
        if (safe_mode_number(module, "vv") != safe_mode_number(module, "vc") && needed > system)
            return needed;
    }
    return 0;
}

/* What the device lacks first; false: nothing. */
static bool safe_mode_next(const struct cloud_device *device, struct session_question *ret_module)
{
    cJSON *modules = cJSON_Parse(safe_mode_modules(device));
    int64_t needed = safe_mode_needed(modules);
    int64_t loader = system_version_bootloader(system_version_of_number(needed));
    bool loader_first = safe_mode_version(modules, "b") < loader;
    cJSON_Delete(modules);
    *ret_module = (struct session_question){.kind = ASK_UPDATE, .image = IMAGE_MODULE};
    ret_module->name = loader_first ? "b" : "s";
    ret_module->version = loader_first ? loader : needed;
    return needed;
}

static void safe_mode_update(struct cloud *cloud, struct cloud_device *device)
{
    struct session_question module;
    if (device->session->updating || !safe_mode_next(device, &module))
        return;
    if (!device->heals)
        system_event_tell(cloud, device, SYSTEM_SAFE_MODE_UPDATING, NULL);
    device->heals = true;
    device->session->last_module = strcmp(module.name, "s") == 0;
    session_ask(cloud, device, &module, NULL, NULL);
}

static void safe_mode_due(void *owner, uint64_t session)
{
    struct cloud *cloud = owner;
    struct cloud_device *device = session_device(cloud, session);
    if (!device || device->session->silent_ms >= 0)
        return;
    safe_mode_tell(cloud, device);
    safe_mode_update(cloud, device);
}

void safe_mode_said(struct cloud *cloud, struct cloud_device *device)
{
    vclock_add(cloud->sim->clock, device->session->began_ms + SAFE_MODE_MS,
               &(struct timer_row){TIMER_FOREGROUND, "cloud", "what to do about safe mode",
                                   safe_mode_due, cloud, device->session->number});
}

void safe_mode_module_came(struct cloud *cloud, struct cloud_device *device)
{
    device->session->updating = false;
    if (!device->session->last_module) {
        device->session->quiet = true;
        return;
    }
    if (device->update_goes_on)
        system_event_tell(cloud, device, SYSTEM_FLASH_SUCCESS, NULL);
    device->update_goes_on = device->heals = false;
}
