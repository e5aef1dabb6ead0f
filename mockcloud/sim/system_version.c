/* See system_version.h. */
#include "sim/system_version.h"

#include <stddef.h>

/* One number up to 255, without signs, spaces and leading zeros. NULL: there is none. */
static const char *read_number(const char *at, unsigned *ret_number)
{
    unsigned number = 0;
    const char *begin = at;
    while (*at >= '0' && *at <= '9' && at - begin < 3)
        number = number * 10 + (unsigned)(*at++ - '0');
    if (at == begin || number > 255 || (*begin == '0' && at - begin > 1))
        return NULL;
    *ret_number = number;
    return at;
}

bool system_version_parse(const char *text, system_version_t *ret_version)
{
    unsigned numbers[3];
    for (int i = 0; i < 3; i++) {
        text = read_number(text, &numbers[i]);
        if (!text || *text != (i < 2 ? '.' : '\0'))
            return false;
        text++;
    }
    if (!numbers[0] && !numbers[1] && !numbers[2])
        return false;
    *ret_version = SYSTEM_VERSION(numbers[0], numbers[1], numbers[2]);
    return true;
}

/* Up to 255, in decimal. By hand: a reply about a device has three versions, and printf took an
 * eighth of what such a request costs us. */
static char *put_number(char *at, unsigned number)
{
    if (number >= 100)
        *at++ = (char)('0' + number / 100);
    if (number >= 10)
        *at++ = (char)('0' + number / 10 % 10);
    *at++ = (char)('0' + number % 10);
    return at;
}

const char *system_version_text(system_version_t version, char ret_text[static SYSTEM_VERSION_SIZE])
{
    char *at = ret_text;
    for (int shift = 16; version && shift >= 0; shift -= 8) {
        at = put_number(at, version >> shift & 255);
        *at++ = shift ? '.' : '\0';
    }
    if (!version)
        *at = '\0';
    return ret_text;
}

int system_version_major(system_version_t version)
{
    return (int)(version >> 16);
}

int system_version_number(system_version_t version)
{
    return (int)((version >> 16) * 1000 + (version >> 8 & 255) * 100 + (version & 255));
}

system_version_t system_version_of_number(int64_t number)
{
    return SYSTEM_VERSION(number / 1000, number / 100 % 10, number % 100);
}

int system_version_bootloader(system_version_t version)
{
    return version < SYSTEM_VERSION(4, 1, 0) ? 1101 : 1200;
}
