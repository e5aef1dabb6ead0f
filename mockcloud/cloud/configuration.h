/*
 * Configuration: the values that a product sets for its devices, those of one device, and the JSON
 * Schema that says what there is to set.
 *
 * A configuration is an object of sections ({"location":{…},"imu_trig":{…}}). A device that is
 * online takes it at once; for one that is offline it is pending until the next time that it
 * connects. With a schema that was set, a device refuses sections that the schema does not have,
 * and those whose type is another one; it takes the others.
 *
 * Source: Particle's API reference (configuration, asset tracking). That a simulated device decides
 * by the schema is ours.
 */
#ifndef CLOUD_CONFIGURATION_H
#define CLOUD_CONFIGURATION_H

#include "cloud/cloud.h"
#include "cloud/record.h"

#include <cjson/cJSON.h>

/* Of a product, or of a device. Each text is a JSON object, or NULL: never set. */
struct configuration {
    char *values;
    char *pending; /* of a device: waits for it */
    char *schema;
    uint64_t pending_n; /* the journal's next number when it began to wait */
};

/* As it stands, with what was pending taken by a device that has connected since. NULL: nothing was
 * ever set. */
const struct configuration *configuration_of_product(const struct cloud *cloud,
                                                     const struct product *product);
const struct configuration *configuration_of_device(struct cloud *cloud,
                                                    const struct cloud_device *device);

/* What is in force on the device: its own values, else those of its product, else {}. */
const char *configuration_values(struct cloud *cloud, const struct cloud_device *device);

/* Its own schema, else that of its product; NULL: none was set. `device` may be NULL. */
const char *configuration_schema(struct cloud *cloud, const struct product *product,
                                 const struct cloud_device *device);

void configuration_set_product(struct cloud *cloud, const struct product *product,
                               const cJSON *values);

enum configuration_result { CONFIGURATION_TAKEN, CONFIGURATION_PENDING, CONFIGURATION_REJECTED };

/* Sets what the device is to have; an empty object: what its product has. With
 * CONFIGURATION_REJECTED ret_rejected and ret_taken hold the names of the sections, separated by
 * ", ", the rejected ones with the error: "location: -19". */
enum configuration_result configuration_set_device(struct cloud *cloud,
                                                   const struct product *product,
                                                   const struct cloud_device *device,
                                                   const cJSON *values, struct buf *ret_rejected,
                                                   struct buf *ret_taken);

/* NULL: takes it away. `device` NULL: the product's. */
void configuration_set_schema(struct cloud *cloud, const struct product *product,
                              const struct cloud_device *device, const cJSON *schema);

/* ---- of cloud/ alone ---- */

void configuration_free(struct cloud *cloud);

#endif
