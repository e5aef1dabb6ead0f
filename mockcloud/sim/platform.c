/* See platform.h. Data. */
#include "sim/platform.h"

#include <stdio.h>
#include <string.h>

#define MINUTE INT64_C(60000)

#define KEEPALIVE_CELLULAR_MS (23 * MINUTE)
#define KEEPALIVE_LAN_MS      INT64_C(25000) /* UDP over Wi-Fi or Ethernet */

/* The platforms that people claim most stand first. Of those whose Device OS is in none of the tags
 * that were read (electron2, sulu), keep-alive and channels are those of their relatives, from what
 * official clients do, and the version of Device OS is a guess. */
const struct platform platforms[] = {
    {
        .id = 10,
        .name = "e-series",
        .display_name = "E-Series",
        .generation = 2,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_CELLULAR_MS,
        .connect_ms = 40000,
        .listening_timeout_ms = 5 * MINUTE,
        .channels = CHANNEL_SERIAL | CHANNEL_USB,
        .listens = LACKS_SIM,
        .id_form = ID_STM32F2,
        .access = "LTE Cat-M1",
        .power = true,
        .first = SYSTEM_VERSION(0, 4, 4),
        .newest = SYSTEM_VERSION(3, 3, 1),
        .ended = true,
    },
    {
        .id = 10,
        .name = "electron",
        .display_name = "Electron",
        .generation = 2,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_CELLULAR_MS,
        .connect_ms = 40000,
        .listening_timeout_ms = 5 * MINUTE,
        .channels = CHANNEL_SERIAL | CHANNEL_USB,
        .listens = LACKS_SIM,
        .id_form = ID_STM32F2,
        .access = "UMTS",
        .power = true,
        .first = SYSTEM_VERSION(0, 4, 4),
        .newest = SYSTEM_VERSION(3, 3, 1),
        .ended = true,
    },
    {
        .id = 13,
        .name = "boron",
        .display_name = "Boron",
        .generation = 3,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_CELLULAR_MS,
        .connect_ms = 40000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE,
        .listens = LACKS_SETUP,
        .id_form = ID_NRF52840,
        .access = "LTE Cat-M1",
        .power = true,
        .first = SYSTEM_VERSION(0, 9, 0),
        .newest = SYSTEM_VERSION(6, 2, 0),
    },
    {
        .id = 23,
        .name = "bsom",
        .also = "b-som",
        .display_name = "B-SoM",
        .generation = 3,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_CELLULAR_MS,
        .connect_ms = 40000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE,
        .listens = LACKS_SETUP,
        .id_form = ID_NRF52840,
        .access = "LTE Cat-M1",
        .power = true,
        .first = SYSTEM_VERSION(1, 1, 0),
        .newest = SYSTEM_VERSION(6, 2, 0),
    },
    {
        .id = 25,
        .name = "b5som",
        .also = "b5-som",
        .display_name = "B5-SoM",
        .generation = 3,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_CELLULAR_MS,
        .connect_ms = 40000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE,
        .listens = LACKS_SETUP,
        .id_form = ID_NRF52840,
        .access = "LTE",
        .power = true,
        .first = SYSTEM_VERSION(1, 5, 0),
        .newest = SYSTEM_VERSION(6, 2, 0),
    },
    {
        .id = 6,
        .name = "photon",
        .display_name = "Photon",
        .generation = 2,
        .transport = TRANSPORT_TCP,
        .keepalive_ms = 15000,
        .connect_ms = 10000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_SOFTAP,
        .listens = LACKS_CREDENTIALS,
        .id_form = ID_STM32F2,
        .access = "Wi-Fi",
        .first = SYSTEM_VERSION(0, 4, 0),
        .newest = SYSTEM_VERSION(3, 3, 1),
        .ended = true,
    },
    {
        .id = 8,
        .name = "p1",
        .display_name = "P1",
        .generation = 2,
        .transport = TRANSPORT_TCP,
        .keepalive_ms = 15000,
        .connect_ms = 10000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_SOFTAP,
        .listens = LACKS_CREDENTIALS,
        .id_form = ID_STM32F2,
        .access = "Wi-Fi",
        .first = SYSTEM_VERSION(0, 5, 3),
        .newest = SYSTEM_VERSION(3, 3, 1),
        .ended = true,
    },
    {
        .id = 12,
        .name = "argon",
        .display_name = "Argon",
        .generation = 3,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_LAN_MS,
        .connect_ms = 10000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE,
        .listens = LACKS_CREDENTIALS | LACKS_SETUP,
        .id_form = ID_NRF52840,
        .access = "Wi-Fi",
        .first = SYSTEM_VERSION(0, 9, 0),
        .newest = SYSTEM_VERSION(6, 2, 0),
    },
    {
        .id = 32,
        .name = "p2",
        .also = "photon2",
        .display_name = "P2 / Photon 2",
        .generation = 4,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_LAN_MS,
        .connect_ms = 10000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE,
        .listens = LACKS_CREDENTIALS,
        .id_form = ID_RTL872X,
        .access = "Wi-Fi",
        .first = SYSTEM_VERSION(5, 0, 0),
        .newest = SYSTEM_VERSION(6, 2, 0),
    },
    {
        .id = 0,
        .name = "core",
        .display_name = "Core",
        .generation = 1,
        .transport = TRANSPORT_TCP,
        .keepalive_ms = 15000,
        .connect_ms = 10000,
        .channels = CHANNEL_SERIAL,
        .listens = LACKS_CREDENTIALS,
        .id_form = ID_STM32F1,
        .access = "Wi-Fi",
        .first = SYSTEM_VERSION(0, 4, 0),
        .newest = SYSTEM_VERSION(1, 4, 4),
        .ended = true,
    },
    {
        .id = 14,
        .name = "xenon",
        .display_name = "Xenon",
        .generation = 3,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_LAN_MS,
        .connect_ms = 10000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE,
        .listens = LACKS_SETUP,
        .id_form = ID_NRF52840,
        .access = "Mesh",
        .first = SYSTEM_VERSION(0, 9, 0),
        .newest = SYSTEM_VERSION(1, 5, 2),
        .ended = true,
    },
    {
        .id = 15,
        .name = "esomx",
        .display_name = "E-SoM-X",
        .generation = 3,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_CELLULAR_MS,
        .connect_ms = 40000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE,
        .id_form = ID_NRF52840,
        .access = "LTE Cat-M1",
        .power = true,
        .first = SYSTEM_VERSION(4, 0, 0),
        .newest = SYSTEM_VERSION(6, 2, 0),
    },
    {
        .id = 26,
        .name = "tracker",
        .display_name = "Asset Tracker / Monitor One",
        .generation = 3,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_CELLULAR_MS,
        .connect_ms = 40000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE,
        .listens = LACKS_SETUP,
        .id_form = ID_NRF52840,
        .access = "LTE Cat-M1",
        .power = true,
        .first = SYSTEM_VERSION(2, 0, 0),
        .newest = SYSTEM_VERSION(6, 2, 0),
    },
    {
        .id = 28,
        .name = "trackerm",
        .display_name = "Tracker-M",
        .generation = 4,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_CELLULAR_MS,
        .connect_ms = 40000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE,
        .id_form = ID_RTL872X,
        .access = "LTE Cat-M1",
        .power = true,
        .first = SYSTEM_VERSION(5, 0, 0),
        .newest = SYSTEM_VERSION(6, 2, 0),
    },
    {
        .id = 35,
        .name = "msom",
        .display_name = "M-SoM",
        .generation = 4,
        .cellular = true,
        .both = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_CELLULAR_MS,
        .connect_ms = 40000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE,
        .id_form = ID_RTL872X,
        .access = "LTE",
        .power = true,
        .first = SYSTEM_VERSION(5, 5, 0),
        .newest = SYSTEM_VERSION(6, 2, 0),
    },
    {
        .id = 37,
        .name = "electron2",
        .display_name = "Electron 2",
        .generation = 3,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_CELLULAR_MS,
        .connect_ms = 40000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE,
        .listens = LACKS_SETUP,
        .id_form = ID_NRF52840,
        .access = "LTE Cat-M1",
        .power = true,
        .first = SYSTEM_VERSION(6, 3, 0),
        .newest = SYSTEM_VERSION(6, 3, 0),
    },
    {
        .id = 38,
        .name = "sulu",
        .display_name = "Sulu",
        .generation = 4,
        .cellular = true,
        .both = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_CELLULAR_MS,
        .connect_ms = 40000,
        .channels = CHANNEL_USB | CHANNEL_BLE,
        .id_form = ID_RTL872X,
        .access = "LTE",
        .power = true,
        .first = SYSTEM_VERSION(6, 3, 0),
        .newest = SYSTEM_VERSION(6, 3, 0),
    },
    {
        .id = 42,
        .name = "tachyon",
        .display_name = "Tachyon",
        .generation = 4,
        .cellular = true,
        .both = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_CELLULAR_MS,
        .connect_ms = 40000,
        .id_form = ID_LINUX,
        .linux_id = 6,
        .access = "LTE",
    },
    {
        .id = 43,
        .name = "linux",
        .display_name = "Linux",
        .generation = 4,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = KEEPALIVE_LAN_MS,
        .connect_ms = 10000,
        .id_form = ID_LINUX,
        .linux_id = 2,
        .access = "Wi-Fi",
    },
};

const size_t platform_count = sizeof platforms / sizeof *platforms;

const struct platform *platform_by_name(const char *name)
{
    for (size_t i = 0; i < platform_count; i++)
        if (strcmp(platforms[i].name, name) == 0 ||
            (platforms[i].also && strcmp(platforms[i].also, name) == 0))
            return &platforms[i];
    return NULL;
}

const struct platform *platform_by_id(int id)
{
    for (size_t i = 0; i < platform_count; i++)
        if (platforms[i].id == id)
            return &platforms[i];
    return NULL;
}

bool platform_is_linux(const struct platform *platform)
{
    return platform->id_form == ID_LINUX;
}

enum interface platform_interface(const struct platform *platform)
{
    return platform->cellular ? INTERFACE_CELLULAR : INTERFACE_WIFI;
}

bool platform_has_interface(const struct platform *platform, enum interface interface)
{
    switch (interface) {
    case INTERFACE_CELLULAR:
        return platform->cellular;
    case INTERFACE_WIFI:
        return !platform->cellular || platform->both;
    case INTERFACE_ETHERNET:
        return platform->generation >= 3 && !platform_is_linux(platform);
    }
    return false;
}

int64_t platform_keepalive_ms(const struct platform *platform, enum interface interface)
{
    if (interface == platform_interface(platform))
        return platform->keepalive_ms;
    return interface == INTERFACE_CELLULAR ? KEEPALIVE_CELLULAR_MS : KEEPALIVE_LAN_MS;
}

bool platform_runs(const struct platform *platform, system_version_t version)
{
    return platform->first && version >= platform->first &&
           (!platform->ended || version <= platform->newest);
}

/* An STM32F2 makes its id of its unique id, of which bytes 5 to 12 are ASCII digits, and those
 * before them small numbers. */
static void shape_stm32(const char *hex, char *ret_id)
{
    snprintf(ret_id, 9, "%.2s00%.2s00", hex, hex + 2);
    for (int i = 0; i < 8; i++) {
        int digit = hex[8 + i] <= '9' ? hex[8 + i] - '0' : hex[8 + i] - 'a';
        ret_id[8 + i * 2] = '3';
        ret_id[9 + i * 2] = (char)('0' + digit);
    }
    ret_id[24] = '\0';
}

void platform_shape_id(const struct platform *platform, const char *hex, char *ret_id)
{
    switch (platform->id_form) {
    case ID_NRF52840:
        snprintf(ret_id, 25, "e00fce68%.16s", hex);
        break;
    case ID_RTL872X: /* the last 12 digits are the Wi-Fi address */
        snprintf(ret_id, 25, "0a10aced202194944a%.6s", hex);
        break;
    case ID_STM32F1: /* Cores begin with 48ff to 55ff */
        snprintf(ret_id, 25, "53ff%.20s", hex);
        break;
    case ID_STM32F2:
        shape_stm32(hex, ret_id);
        break;
    case ID_LINUX: /* platform, kind of machine id, the machine id cut to 18 digits */
        snprintf(ret_id, 25, "42%02x%02x%.18s", platform->id, platform->linux_id, hex);
        break;
    }
}
