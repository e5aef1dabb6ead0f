/* The parts of a device in a world file that are its own: the record's fields and the firmware; of
 * world/ alone. */
#ifndef WORLD_LOAD_DEVICE_H
#define WORLD_LOAD_DEVICE_H

#include "cloud/record.h"
#include "world/world.h"

/* Reads what the device is made of: its Device OS, what it lacks. */
void load_device_make(struct world *world, const struct doc_node *node, struct device *device,
                      struct cloud_device *record, struct diags *diags);

/* Reads groups, notes, serial number, ICCID, IMEI, quarantine … of `node` into the record; what
 * makes no sense is added to `diags`. `product` is the device's; NULL: none. */
void load_device_record(struct world *world, const struct doc_node *node, struct product *product,
                        struct cloud_device *record, struct diags *diags);

/* Reads `firmware:` of `node` into the device, whose record is read already: firmware that says no
 * product says the one that the device is in quarantine of. */
void load_device_firmware(struct world *world, const struct doc_node *node,
                          const struct cloud_device *record, struct device *device,
                          struct diags *diags);

#endif
