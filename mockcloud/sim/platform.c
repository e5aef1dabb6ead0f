/* See platform.h. Data. */
#include "sim/platform.h"

#include <stdio.h>
#include <string.h>

#define MINUTE INT64_C(60000)

const struct platform platforms[] = {
    {
        .id = 10,
        .name = "e-series",
        .display_name = "E-Series",
        .generation = 2,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = 23 * MINUTE,
        .connect_ms = 40000,
        .listening_timeout_ms = 5 * MINUTE,
        .channels = CHANNEL_SERIAL | CHANNEL_USB,
        .id_form = ID_STM32F2,
        .system_version = "3.3.1",
    },
    {
        .id = 10,
        .name = "electron",
        .display_name = "Electron",
        .generation = 2,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = 23 * MINUTE,
        .connect_ms = 40000,
        .listening_timeout_ms = 5 * MINUTE,
        .channels = CHANNEL_SERIAL | CHANNEL_USB,
        .id_form = ID_STM32F2,
        .system_version = "3.3.1",
    },
    {
        .id = 13,
        .name = "boron",
        .display_name = "Boron",
        .generation = 3,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = 23 * MINUTE,
        .connect_ms = 40000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB,
        .id_form = ID_NRF52840,
        .system_version = "6.2.0",
    },
    {
        .id = 23,
        .name = "b-som",
        .display_name = "B-SoM",
        .generation = 3,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = 23 * MINUTE,
        .connect_ms = 40000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB,
        .id_form = ID_NRF52840,
        .system_version = "6.2.0",
    },
    {
        .id = 25,
        .name = "b5-som",
        .display_name = "B5-SoM",
        .generation = 3,
        .cellular = true,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = 23 * MINUTE,
        .connect_ms = 40000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB,
        .id_form = ID_NRF52840,
        .system_version = "6.2.0",
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
        .id_form = ID_STM32F2,
        .system_version = "3.3.1",
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
        .id_form = ID_STM32F2,
        .system_version = "3.3.1",
    },
    {
        .id = 12,
        .name = "argon",
        .display_name = "Argon",
        .generation = 3,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = 25000,
        .connect_ms = 10000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB,
        .id_form = ID_NRF52840,
        .system_version = "6.2.0",
    },
    {
        .id = 32,
        .name = "p2",
        .display_name = "P2 / Photon 2",
        .generation = 4,
        .transport = TRANSPORT_UDP,
        .keepalive_ms = 25000,
        .connect_ms = 10000,
        .channels = CHANNEL_SERIAL | CHANNEL_USB,
        .id_form = ID_RTL872X,
        .system_version = "6.2.0",
    },
};

const size_t platform_count = sizeof platforms / sizeof *platforms;

const struct platform *platform_by_name(const char *name)
{
    for (size_t i = 0; i < platform_count; i++)
        if (strcmp(platforms[i].name, name) == 0)
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

/* STM32F2: bytes 5 to 12 of the unique id are ASCII digits, the first ones small binary numbers. */
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
    case ID_STM32F2:
        shape_stm32(hex, ret_id);
        break;
    }
}
