/*
 * The application that runs on a device: what it was built for, its functions and its variables.
 *
 * The values are constant: a function returns the same number whatever its argument is, a variable
 * holds the same value. What is in an application is told to the cloud after each full handshake.
 *
 * Sources: Device OS (describe after a full handshake; no application, and so no functions and
 * variables, in safe mode); Particle's default application Tinker (digitalread, digitalwrite,
 * analogread, analogwrite). An update takes FIRMWARE_UPDATE_MS, as one
 * of 10 KB did in a stream recorded in 2024. An application that was built for a newer Device OS
 * than there is does not run. A product's firmware brings its Device OS along in the same transfer
 * from 3.1.0 on (Gen 3 and newer); else the device boots into safe mode, and the cloud's safe-mode
 * updater brings what is missing (cloud/safe_mode.h).
 */
#ifndef DEVICE_FIRMWARE_H
#define DEVICE_FIRMWARE_H

#include "cloud/session.h"
#include "sim/system_version.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIRMWARE_NAME_MAX  64 /* bytes of a function's or variable's name */
#define FIRMWARE_UPDATE_MS INT64_C(3000)

struct fleet;
struct device;

struct firmware_function {
    char *name;
    int64_t returns;
};

struct firmware_variable {
    char *name;
    struct session_value value; /* its text is owned */
};

/* A zeroed one is an application without a product, functions and variables. */
struct firmware {
    int64_t product_id; /* 0: built for no product */
    int64_t version;
    system_version_t needs;        /* the Device OS that it was built for; 0: the device's */
    system_version_t update_needs; /* the same of what the device is updated to */
    struct firmware_function *functions;
    size_t function_count;
    struct firmware_variable *variables;
    size_t variable_count;
};

/* Adds; the name is not taken. Strings are copied. */
void firmware_add_function(struct firmware *firmware, const char *name, int64_t returns);
void firmware_add_variable(struct firmware *firmware, const char *name,
                           const struct session_value *value);
void firmware_free(struct firmware *firmware);

/* What the cloud asks a device: session_peer.ask, answered at once. `peer` is a struct device. */
void firmware_ask(void *peer, uint64_t call_id, const struct session_question *question);

/* Whether the application runs after the boot that is under way: it was not kept from it (safe
 * mode), and its Device OS is there. */
bool firmware_runs(const struct device *device);

/* The device tells the cloud what it has; in safe mode: nothing. */
void firmware_tell(struct fleet *fleet, struct device *device);

#endif
