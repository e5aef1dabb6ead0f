/* Versions of Device OS, as numbers that compare as versions do. */
#ifndef SIM_SYSTEM_VERSION_H
#define SIM_SYSTEM_VERSION_H

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t system_version_t; /* 0: none */

#define SYSTEM_VERSION(major, minor, patch)                                                        \
    ((system_version_t)(major) << 16 | (system_version_t)(minor) << 8 | (system_version_t)(patch))
#define SYSTEM_VERSION_SIZE 16 /* bytes of a version's text, its end included */

/* "6.2.0": three numbers up to 255. False: it is none. */
bool system_version_parse(const char *text, system_version_t *ret_version);

/* "6.2.0" again; "" of 0. Answers ret_text. */
const char *system_version_text(system_version_t version,
                                char ret_text[static SYSTEM_VERSION_SIZE]);

/* The first of the three numbers. */
int system_version_major(system_version_t version);

/* The number that modules carry: 4.2.0 is 4200 [inferred: 4.2.0 and 4.0.1 are known]. And back. */
int system_version_number(system_version_t version);
system_version_t system_version_of_number(int64_t number);

/* The version of the boot loader that comes with a Device OS: 1101 with 4006, as was recorded; that
 * it is another one from 4.1.0 on is a guess. */
int system_version_bootloader(system_version_t version);

#endif
