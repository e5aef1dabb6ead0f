/*
 * See device_json.h. A field is a function that writes it; what a view shows, and in which order,
 * is a list of those functions. Knows no route.
 *
 * Sources: GET /v1/devices: recordings of 2015, April 2018; Particle's API reference since 2020;
 * rows that a client stores today (`connected` came back, the build targets with it). A product's
 * rows: Particle's API reference, and a third party's notes of 879 real ones (August 2026), which
 * have `connected`, `current_build_target`, `user_id` and `device_protection` beside. One device of
 * a product: particle-cli's end-to-end tests, the same notes.
 */
#include "api/routes/device_json.h"

#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/described.h"
#include "cloud/firmware_store.h"
#include "cloud/groups.h"
#include "cloud/lag.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <stdio.h>
#include <string.h>

/* What is shown, and to whom. */
struct shown {
    const struct cloud *cloud;
    const struct cloud_device *device;
    bool in_product;
    bool online; /* what a reader is shown: the truth, unless something lags (cloud/lag.h) */
    struct owner owner;
    const char *system_version; /* NULL: it runs Linux */
};

typedef void write_field(const struct shown *shown, struct jsonw *w);

/* ---- fields ---- */

static void write_id(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_str(w, "id", shown->device->id);
}

static void write_name(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_str(w, "name", shown->device->name);
}

/* An application that was flashed from Particle's old web IDE had a name; nobody does so here. */
static void write_last_app(const struct shown *shown, struct jsonw *w)
{
    (void)shown;
    jsonw_key_null(w, "last_app");
}

static void write_last_ip(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_str(w, "last_ip_address", shown->device->last_handshake_ms >= 0 ? "127.0.0.1" : NULL);
}

static void write_last_heard(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_time(w, "last_heard", cloud_last_heard(shown->cloud, shown->device));
}

static void write_last_handshake(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_time(w, "last_handshake_at", shown->device->last_handshake_ms);
}

/* A device in quarantine is in its platform's product still: its own firmware alone says another.
 */
static void write_product_id(const struct shown *shown, struct jsonw *w)
{
    const struct product *product = shown->device->product;
    jsonw_key_int(w, "product_id", product ? product->id : shown->device->platform->id);
}

static void write_online(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_bool(w, "online", shown->online);
}

static void write_connected(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_bool(w, "connected", shown->online);
}

static void write_platform_id(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_int(w, "platform_id", shown->device->platform->id);
}

static void write_cellular(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_bool(w, "cellular", shown->device->platform->cellular);
}

static void write_notes(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_str(w, "notes", shown->device->notes);
}

/* In 2015 an offline device had null in place of what it had told last. */
static bool forgotten(const struct shown *shown)
{
    return !shown->online && sim_api_year(shown->cloud->sim) < 2018;
}

static void write_functions(const struct shown *shown, struct jsonw *w)
{
    const struct described *described = &shown->device->described;
    if (forgotten(shown)) {
        jsonw_key_null(w, "functions");
        return;
    }
    jsonw_key(w, "functions");
    jsonw_array(w);
    for (size_t i = 0; i < described->function_count; i++)
        jsonw_str(w, described->functions[i]);
    jsonw_end_array(w);
}

static void write_variables(const struct shown *shown, struct jsonw *w)
{
    const struct described *described = &shown->device->described;
    if (forgotten(shown)) {
        jsonw_key_null(w, "variables");
        return;
    }
    jsonw_key(w, "variables");
    jsonw_object(w);
    for (size_t i = 0; i < described->variable_count; i++)
        jsonw_key_str(w, described->variables[i].name,
                      described_type_word(described->variables[i].type));
    jsonw_end_object(w);
}

/* Safe mode is what the last handshake told: an offline device keeps it until the next. */
static void write_status(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_str(w, "status", shown->device->without_app ? "safe_mode" : "normal");
}

static void write_serial_number(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_str(w, "serial_number", cloud_serial_number(shown->device));
}

/* The Wi-Fi address is the end of a P2's id; of the others it is made up from theirs. */
static void write_mac(const struct cloud_device *device, struct jsonw *w)
{
    char text[19];
    const char *digits = device->id + IDS_OBJECT - 12;
    for (size_t i = 0; i < 6; i++)
        snprintf(text + 3 * i, 4, "%.2s:", digits + 2 * i);
    text[17] = '\0';
    jsonw_key_str(w, "mac_wifi", text);
}

/* A cellular device has no mac_wifi, says Particle's API reference. */
static void write_radio(const struct shown *shown, struct jsonw *w)
{
    if (!shown->device->platform->cellular) {
        write_mac(shown->device, w);
        return;
    }
    jsonw_key_str(w, "iccid", cloud_iccid(shown->device));
    jsonw_key_str(w, "imei", cloud_imei(shown->device));
}

static void write_last_iccid(const struct shown *shown, struct jsonw *w)
{
    if (shown->device->platform->cellular)
        jsonw_key_str(w, "last_iccid",
                      shown->device->last_handshake_ms >= 0 ? cloud_iccid(shown->device) : NULL);
}

static void write_system_version(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_str(w, "system_firmware_version", shown->system_version);
}

static void write_current_target(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_str(w, "current_build_target", shown->system_version);
}

static void write_default_target(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_str(w, "default_build_target", shown->system_version);
}

/* Nobody can pin one here. */
static void write_pinned_target(const struct shown *shown, struct jsonw *w)
{
    (void)shown;
    jsonw_key_null(w, "pinned_build_target");
}

static void write_updates_enabled(const struct shown *shown, struct jsonw *w)
{
    (void)shown;
    jsonw_key_bool(w, "firmware_updates_enabled", true);
}

static void write_updates_forced(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_bool(w, "firmware_updates_forced", shown->device->updates_forced);
}

static void write_mobile_secret(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_str(w, "mobile_secret", cloud_mobile_secret(shown->device));
}

static void write_protection(const struct shown *shown, struct jsonw *w)
{
    jsonw_key(w, "device_protection");
    jsonw_object(w);
    jsonw_key_str(w, "status", shown->device->protection ? "active" : "disabled");
    jsonw_end_object(w);
}

/* ---- fields that a device in quarantine does not have, says Particle's API reference ---- */

static bool in_quarantine(const struct shown *shown)
{
    return shown->in_product && shown->device->quarantined_in;
}

static void write_groups(const struct shown *shown, struct jsonw *w)
{
    if (!in_quarantine(shown))
        groups_write_device(shown->device, w);
}

static void write_owner(const struct shown *shown, struct jsonw *w)
{
    if (!in_quarantine(shown))
        jsonw_key_str(w, "owner", owner_name(&shown->owner));
}

static void write_owner_id(const struct shown *shown, struct jsonw *w)
{
    const struct owner *owner = &shown->owner;
    if (in_quarantine(shown))
        return;
    if (owner->kind == OWNER_USER)
        jsonw_key_str(w, "user_id", owner->user->id);
    else if (owner->kind == OWNER_CUSTOMER)
        jsonw_key_str(w, "customer_id", owner->customer->id);
}

/* A version, or null. */
static void write_version(const char *key, int64_t version, struct jsonw *w)
{
    if (version < 0)
        jsonw_key_null(w, key);
    else
        jsonw_key_int(w, key, version);
}

static void write_firmware_version(const struct shown *shown, struct jsonw *w)
{
    if (!in_quarantine(shown))
        write_version("firmware_version", shown->device->firmware_version, w);
}

/* ---- fields of a product's view ---- */

static void write_firmware_product(const struct shown *shown, struct jsonw *w)
{
    const struct cloud_device *device = shown->device;
    const struct product *listed_in = cloud_listed_in(device);
    int64_t built_for = device->firmware_product_id;
    jsonw_key_int(w, "firmware_product_id",
                  built_for   ? built_for
                  : listed_in ? listed_in->id
                              : device->platform->id);
}

/* The key is there while the device is locked to a version, and else not. */
static void write_desired(const struct shown *shown, struct jsonw *w)
{
    if (shown->device->desired_firmware >= 0)
        jsonw_key_int(w, "desired_firmware_version", shown->device->desired_firmware);
}

static void write_targeted(const struct shown *shown, struct jsonw *w)
{
    write_version("targeted_firmware_release_version",
                  firmware_store_target(shown->cloud, shown->device), w);
}

static void write_development(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_bool(w, "development", shown->device->development);
}

static void write_quarantined(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_bool(w, "quarantined", shown->device->quarantined_in);
}

static void write_denied(const struct shown *shown, struct jsonw *w)
{
    jsonw_key_bool(w, "denied", shown->device->denied_by);
}

/* ---- views: each a list that NULL ends ---- */

#define LIST_2015                                                                                  \
    write_id, write_name, write_last_app, write_last_ip, write_last_heard, write_product_id,       \
        write_connected
#define MORE_2018                                                                                  \
    write_platform_id, write_cellular, write_notes, write_status, write_current_target,            \
        write_system_version, write_default_target
#define HEAD_2020                                                                                  \
    write_id, write_name, write_last_ip, write_last_heard, write_last_handshake, write_product_id, \
        write_online
#define LIST_2020                                                                                  \
    HEAD_2020, write_platform_id, write_cellular, write_notes, write_functions, write_variables,   \
        write_status, write_serial_number, write_radio, write_system_version
#define LIST_NOW                                                                                   \
    HEAD_2020, write_connected, write_platform_id, write_cellular, write_notes,                    \
        write_updates_enabled, write_updates_forced, write_status, write_serial_number,            \
        write_radio, write_system_version, write_current_target, write_pinned_target,              \
        write_default_target, write_functions, write_variables

static write_field *const listed_2015[] = {LIST_2015, NULL};
static write_field *const listed_2018[] = {LIST_2015, MORE_2018, NULL};
static write_field *const listed_2020[] = {LIST_2020, NULL};
static write_field *const listed_now[] = {LIST_NOW, NULL};

/* One device tells its functions and variables in any year, and since 2020 whose it is. */
static write_field *const alone_2015[] = {LIST_2015, write_functions, write_variables, NULL};
static write_field *const alone_2018[] = {LIST_2015, MORE_2018, write_functions, write_variables,
                                          NULL};
static write_field *const alone_2020[] = {LIST_2020, write_groups, write_mobile_secret, write_owner,
                                          NULL};
static write_field *const alone_now[] = {
    LIST_NOW,         write_last_iccid, write_groups,   write_mobile_secret,
    write_protection, write_owner,      write_owner_id, NULL};

#define MIDDLE_PRODUCT                                                                             \
    write_platform_id, write_cellular, write_functions, write_variables, write_status,             \
        write_serial_number, write_radio, write_mobile_secret, write_system_version
#define TAIL_PRODUCT                                                                               \
    write_firmware_product, write_groups, write_firmware_version, write_desired, write_targeted,   \
        write_development, write_quarantined, write_denied
#define ALONE_PRODUCT write_notes, write_default_target, write_updates_enabled, write_updates_forced

static write_field *const in_product_2020[] = {HEAD_2020, MIDDLE_PRODUCT, TAIL_PRODUCT, write_owner,
                                               NULL};
static write_field *const in_product_now[] = {
    HEAD_2020,    write_connected,  MIDDLE_PRODUCT, write_current_target,
    TAIL_PRODUCT, write_protection, write_owner,    write_owner_id,
    NULL};
static write_field *const in_product_alone[] = {
    HEAD_2020,    write_connected,  MIDDLE_PRODUCT, write_current_target, ALONE_PRODUCT,
    TAIL_PRODUCT, write_protection, write_owner,    write_owner_id,       NULL};

/* Each view from its year on. A product's rows of before 2020 are not known: they are those of
 * 2020.
 */
static const struct {
    int since;
    write_field *const *of[DEVICE_VIEWS];
} years[] = {
    {API_YEAR_CURRENT, {listed_now, alone_now, in_product_now, in_product_alone}},
    {2020, {listed_2020, alone_2020, in_product_2020, in_product_alone}},
    {2018, {listed_2018, alone_2018, in_product_2020, in_product_alone}},
    {0, {listed_2015, alone_2015, in_product_2020, in_product_alone}},
};

void device_json(const struct cloud *cloud, const struct cloud_device *device,
                 enum device_view view, struct jsonw *w)
{
    char version[SYSTEM_VERSION_SIZE];
    bool in_list = view == DEVICE_LISTED || view == DEVICE_LISTED_BY_PRODUCT;
    struct shown shown = {
        .cloud = cloud,
        .device = device,
        .in_product = view == DEVICE_LISTED_BY_PRODUCT || view == DEVICE_IN_PRODUCT,
        .online = lag_online(device, in_list),
        .owner = lag_owner(device, in_list),
        .system_version =
            device->system_version ? system_version_text(device->system_version, version) : NULL};
    int year = sim_api_year(cloud->sim);
    size_t row = 0;
    while (years[row].since > year)
        row++;
    jsonw_object(w);
    for (write_field *const *field = years[row].of[view]; *field; field++)
        (*field)(&shown, w);
    jsonw_end_object(w);
}
