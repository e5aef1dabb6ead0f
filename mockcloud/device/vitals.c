/* See vitals.h. Owns keys, their order and their values. */
#include "device/vitals.h"

#include "base/jsonw.h"
#include "device/fleet.h"

#include <string.h>

static void key_object(struct jsonw *w, const char *key)
{
    jsonw_key(w, key);
    jsonw_object(w);
}

static void key_double(struct jsonw *w, const char *key, double number)
{
    jsonw_key(w, key);
    jsonw_double(w, number);
}

/* How a radio measures: a row per way of being on the network. */
struct radio {
    const char *access; /* `at`; the first row that begins so */
    const char *technology;
    double strength;
    int strengthv;
    const char *strengthv_type;
    double quality;
    int qualityv;
    const char *qualityv_type;
};

static const struct radio radios[] = {
    {"LTE", "LTE", 88.33, -77, "RSRP", 45.83, -11, "RSRQ"},
    {"UMTS", "3G", 71.42, -77, "RSCP", 54.16, -12, "ECN0"},
    {"Wi-Fi", NULL, 46, -77, "RSSI", 12.9, 13, "SNR"},
    {"", NULL, 46, -77, "RSSI", 12.9, 13, "SNR"}, /* what has neither */
};

/* How it is on the network. What it says of Ethernet is a guess: nobody has recorded it. */
static const char *access_of(const struct device *device)
{
    static const char *const others[] = {
        [INTERFACE_WIFI] = "Wi-Fi", [INTERFACE_ETHERNET] = "Ethernet"};
    return device->interface == platform_interface(device->platform) ? device->platform->access
                                                                     : others[device->interface];
}

static const struct radio *radio_of(const struct device *device)
{
    const struct radio *radio = radios;
    const char *access = access_of(device);
    while (strncmp(radio->access, access, strlen(radio->access)) != 0)
        radio++;
    return radio;
}

static void write_cellular(const struct radio *radio, struct jsonw *w)
{
    key_object(w, "cellular");
    jsonw_key_str(w, "radio_access_technology", radio->technology);
    jsonw_key_str(w, "operator", "AT&T Wireless Inc.");
    key_object(w, "cell_global_identity");
    jsonw_key_int(w, "mobile_country_code", 310);
    jsonw_key_str(w, "mobile_network_code", "410"); /* a string, since some begin with zeros */
    jsonw_key_int(w, "location_area_code", 3339);
    jsonw_key_int(w, "cell_id", 205999999);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void write_signal(const struct device *device, const struct radio *radio, struct jsonw *w)
{
    key_object(w, "signal");
    jsonw_key_str(w, "at", access_of(device));
    key_double(w, "strength", radio->strength);
    jsonw_key_str(w, "strength_units", "%");
    jsonw_key_int(w, "strengthv", radio->strengthv);
    jsonw_key_str(w, "strengthv_units", "dBm");
    jsonw_key_str(w, "strengthv_type", radio->strengthv_type);
    key_double(w, "quality", radio->quality);
    jsonw_key_str(w, "quality_units", "%");
    jsonw_key_int(w, "qualityv", radio->qualityv);
    jsonw_key_str(w, "qualityv_units", "dB");
    jsonw_key_str(w, "qualityv_type", radio->qualityv_type);
    jsonw_end_object(w);
}

/* Of the network, or of the cloud. */
static void write_connection(const char *reason, struct jsonw *w)
{
    key_object(w, "connection");
    jsonw_key_str(w, "status", "connected");
    jsonw_key_int(w, "error", 0);
    jsonw_key_int(w, "attempts", 1);
    jsonw_key_int(w, "disconnects", 0);
    jsonw_key_str(w, "disconnect_reason", reason);
    jsonw_end_object(w);
}

static void write_network(const struct device *device, struct jsonw *w)
{
    const struct radio *radio = radio_of(device);
    key_object(w, "network");
    if (device->interface == INTERFACE_CELLULAR)
        write_cellular(radio, w);
    write_signal(device, radio, w);
    write_connection("unknown", w);
    jsonw_end_object(w);
}

static void write_cloud(struct jsonw *w)
{
    key_object(w, "cloud");
    write_connection("none", w);
    key_object(w, "coap");
    jsonw_key_int(w, "transmit", 10);
    jsonw_key_int(w, "retransmit", 0);
    jsonw_key_int(w, "unack", 0);
    jsonw_key_int(w, "round_trip", 872);
    jsonw_end_object(w);
    key_object(w, "publish");
    jsonw_key_int(w, "rate_limited", 0);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void write_power(struct jsonw *w)
{
    key_object(w, "power");
    key_object(w, "battery");
    key_double(w, "charge", 87.12);
    jsonw_key_str(w, "state", "charging");
    jsonw_end_object(w);
    jsonw_key_str(w, "source", "USB host");
    jsonw_end_object(w);
}

static void write_system(const struct device *device, int64_t uptime_s, struct jsonw *w)
{
    bool large = device->platform->generation >= 4;
    key_object(w, "system");
    jsonw_key_int(w, "uptime", uptime_s);
    key_object(w, "memory");
    jsonw_key_int(w, "used", large ? 328356 : 73976);
    jsonw_key_int(w, "total", large ? 3235716 : 167688);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

void vitals_write(const struct device *device, int64_t uptime_s, struct buf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    key_object(&w, "device");
    write_network(device, &w);
    write_cloud(&w);
    if (device->platform->power)
        write_power(&w);
    write_system(device, uptime_s, &w);
    jsonw_end_object(&w);
    jsonw_end_object(&w);
}

/* ---- modules ---- */

#define RADIO_VERSION 202

/* Bits of the checks that a module has passed, as Device OS has them: what it depends on is there,
 * or it isn't. */
#define CHECKS_ALL   30
#define CHECKS_UNMET 26

/* `function`: "b" boot loader, "s" system, "u" user, "a" radio stack. */
static void write_need(const char *function, const char *name, int version, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "f", function);
    jsonw_key_str(w, "n", name);
    jsonw_key_int(w, "v", version);
    jsonw_end_object(w);
}

/* Size, place (the main one), which checks there are and which of them it has passed. */
static void write_module_begin(int64_t size, int passed, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_int(w, "s", size);
    jsonw_key_str(w, "l", "m");
    jsonw_key_int(w, "vc", CHECKS_ALL);
    jsonw_key_int(w, "vv", passed);
}

static void write_module_name(const char *function, const char *name, int version, struct jsonw *w)
{
    jsonw_key_str(w, "f", function);
    jsonw_key_str(w, "n", name);
    jsonw_key_int(w, "v", version);
    jsonw_key(w, "d");
    jsonw_array(w);
}

static void write_module_end(struct jsonw *w)
{
    jsonw_end_array(w);
    jsonw_end_object(w);
}

void vitals_write_modules(const struct device *device, const char *app, struct buf *out)
{
    system_version_t needs = device->firmware.needs;
    bool met = needs <= device->system_version;
    int system = system_version_number(device->system_version);
    int needed_loader = system_version_bootloader(device->system_version);
    int loader = device->past->bootloader ? device->past->bootloader : needed_loader;
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_array(&w);
    write_module_begin(49152, CHECKS_ALL, &w);
    write_module_name("b", "0", loader, &w);
    write_module_end(&w);
    write_module_begin(671744, CHECKS_ALL, &w);
    write_module_name("s", "1", system, &w);
    write_need("b", "0", needed_loader, &w);
    write_need("a", "0", RADIO_VERSION, &w);
    write_module_end(&w);
    write_module_begin(262144, met ? CHECKS_ALL : CHECKS_UNMET, &w);
    jsonw_key_str(&w, "u", app);
    write_module_name("u", "2", 6, &w);
    write_need("s", "1", needs ? system_version_number(needs) : system, &w);
    write_module_end(&w);
    write_module_begin(192512, CHECKS_ALL, &w);
    write_module_name("a", "0", RADIO_VERSION, &w);
    write_module_end(&w);
    jsonw_end_array(&w);
}
