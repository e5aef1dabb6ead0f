/*
 * What the cloud knows of a device: its record, and how records are found and changed. (registry.c,
 * registry_product.c)
 *
 * A record is made once and never leaves: whoever keeps one keeps its id.
 *
 * Sources: Particle's API reference; particle-cli's end-to-end tests (import).
 */
#ifndef CLOUD_RECORD_H
#define CLOUD_RECORD_H

#include "cloud/fact.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/registry_index.h"
#include "cloud/session.h"
#include "sim/ids.h"
#include "sim/platform.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLOUD_SANDBOX_MAX 100 /* devices of a user in the free plan */
#define CLOUD_GROUPS_MAX  100 /* groups that a device is in */
#define UNPROTECT_NONCE   32  /* bytes */
#define CLOUD_SERIAL_MAX  64  /* bytes of a serial number, and of a mobile secret */
#define CLOUD_ICCID_MAX   22
#define CLOUD_IMEI_MAX    17

struct attempts;
struct cloud;
struct numbers;
struct session;

/* What a device told of its application after its last full handshake. */
struct described_variable {
    char *name;
    enum session_type type;
};

struct described {
    bool known; /* it has told at least once */
    char **functions;
    size_t function_count;
    struct described_variable *variables;
    size_t variable_count;
    char *modules; /* a JSON array; NULL: not told */
};

/* Somebody has asked for the device. */
struct device_transfer {
    char id[IDS_OBJECT + 1];
    char by[IDS_OBJECT + 1]; /* the id of the user or customer who asked */
};

/* There may be millions, so the small fields stand side by side: without holes between them. */
struct cloud_device {
    char id[IDS_OBJECT + 1];
    bool update_goes_on; /* an update's application came, and waits for a newer Device OS */
    bool heals;          /* the safe-mode updater has begun, and it is not over */
    uint32_t index;      /* place in cloud->registry */
    struct cloud *cloud;
    char *name; /* the name in REST, NULL: none yet */
    const struct platform *platform;
    struct product *product; /* NULL: a developer device */
    struct owner owner;
    struct numbers *numbers; /* registry.c's own; NULL: not asked for yet */
    char *notes;             /* NULL: none */
    char **groups;           /* group_count names */
    size_t group_count;
    bool development;
    bool protection;          /* Device Protection is on */
    bool updates_forced;      /* firmware_updates_forced */
    bool forced_said;         /* it was set once, so the device is told at each handshake */
    bool online;              /* what the cloud believes */
    bool resumable;           /* a full handshake was made and the session was not discarded */
    bool without_app;         /* its application does not run: it said so in the last handshake */
    bool taken;               /* its last owner lost it to somebody who took it over */
    int64_t desired_firmware; /* -1: not locked to a version */
    struct product *quarantined_in; /* its firmware says that it belongs there, nobody has imported
                                       it; then `product` is NULL */
    struct product *denied_by;      /* does not come back into quarantine by itself; `product` is
                                       NULL */
    struct described described;
    int64_t firmware_product_id;      /* as the device said; 0: none */
    int64_t firmware_version;         /* -1: none */
    system_version_t system_version;  /* the Device OS that it runs; 0: it runs Linux */
    struct device_transfer *transfer; /* what was asked for; NULL: none was */
    char *unprotect_nonce;            /* handed out to open it; NULL: none was */

    struct session *session;   /* session.c's own; NULL: none */
    int64_t last_handshake_ms; /* -1: never */
    int64_t last_heard_ms; /* of the last session; -1: never. cloud_last_heard() for the truth */

    /* facts, for `why` */
    struct fact handshake; /* the last full one */
    struct fact resume;
    struct fact ended;         /* when the last session ended … */
    const char *ended_how;     /* … static: in words */
    struct fact owned;         /* when the present owner got it */
    struct fact released;      /* when the last one lost it … */
    struct owner released_by;  /* … and who that was */
    struct fact left;          /* when it was taken out of a product, or denied, last … */
    struct product *left_from; /* … which one */
    struct fact quarantined;   /* when it came into quarantine last */
    struct attempts *attempts; /* attempts.h; NULL: nothing was tried yet */
};

/* ---- the registry (registry.c) ---- */

/* `id` is 24 lower-case hex digits and not taken. What is not given is made from the seed. */
struct cloud_device *cloud_add_device(struct cloud *cloud, const char *id,
                                      const struct platform *platform);
struct cloud_device *cloud_device(const struct cloud *cloud, const char *id);
/* By whatever an import may name it by: id (any case), serial number, IMEI or ICCID; NULL: none. */
struct cloud_device *cloud_device_identified(const struct cloud *cloud, const char *text);

/* What is printed on a device. Made from the seed when it is asked for, unless the world's file has
 * it: most devices of a large fleet are never asked. NULL: a device without a modem has no ICCID
 * and no IMEI. Borrowed until it is set. */
const char *cloud_serial_number(const struct cloud_device *device);
const char *cloud_mobile_secret(const struct cloud_device *device);
const char *cloud_iccid(const struct cloud_device *device);
const char *cloud_imei(const struct cloud_device *device);

/* `secret` has up to CLOUD_SERIAL_MAX bytes. */
void cloud_set_mobile_secret(struct cloud_device *device, const char *secret);

/* Gives the device another name (NULL: none). */
void cloud_set_name(struct cloud *cloud, struct cloud_device *device, const char *name);

/* Gives the SIM of a cellular device another number, of up to CLOUD_ICCID_MAX digits. */
void cloud_set_iccid(struct cloud *cloud, struct cloud_device *device, const char *iccid);
void cloud_set_imei(struct cloud *cloud, struct cloud_device *device, const char *imei);

/* Gives the device another serial number; false: it is taken. */
bool cloud_set_serial(struct cloud *cloud, struct cloud_device *device, const char *serial_number);

/* Whether another device of the same owner has that name, in any case. */
bool cloud_name_taken(const struct cloud *cloud, const struct cloud_device *device,
                      const char *name);

void cloud_set_groups(struct cloud *cloud, struct cloud_device *device, const char *const *names,
                      size_t count);
bool cloud_in_group(const struct cloud_device *device, const char *name);

/* Adds to, or takes out of, the groups that it is in; one more than CLOUD_GROUPS_MAX is passed
 * over.
 */
void cloud_join_group(struct cloud *cloud, struct cloud_device *device, const char *name);
void cloud_leave_group(struct cloud *cloud, struct cloud_device *device, const char *name);

/* By id (any case), or by the name that it has for that owner; NULL: none. `owner` may be NULL: ids
 * only. */
struct cloud_device *cloud_device_by_id_or_name(const struct cloud *cloud, const char *id_or_name,
                                                const struct owner *owner);

/* Sets, or with OWNER_NONE clears, the owner; journals it. */
void cloud_set_owner(struct cloud *cloud, struct cloud_device *device, struct owner owner);

/* When the cloud last heard the device, keep-alives included; -1: never. Computed, so that a
 * healthy session needs no timer. */
int64_t cloud_last_heard(const struct cloud *cloud, const struct cloud_device *device);

/* Where a device stands towards products: in one, or in the quarantine of one; NULL: not. Nobody is
 * told: this is how a world begins, and what the functions below are made of. */
struct device_place {
    struct product *product;
    struct product *quarantined_in;
    struct product *denied_by;
};

void cloud_place(struct cloud *cloud, struct cloud_device *device, struct device_place place);

enum import_result {
    IMPORT_UPDATED,
    IMPORT_EXISTING,
    IMPORT_NON_MEMBER,
    IMPORT_INVALID,
    IMPORT_PROTECTED
};

/*
 * Imports one device, by any of its identifiers, into a product; out of its quarantine, and though
 * it was denied. Unknown, wrong platform or already in another product: IMPORT_INVALID; owned by a
 * user who is not on the team: IMPORT_NON_MEMBER; protected, and the product is not:
 * IMPORT_PROTECTED. Each but IMPORT_EXISTING is journalled, and tried. (particle-cli's end-to-end
 * tests; Particle's API reference.)
 */
enum import_result cloud_import(struct cloud *cloud, struct product *product, const char *id);

/* Takes a device out of its product, or out of its quarantine; a customer's device is unclaimed
 * with it. */
void cloud_remove_from_product(struct cloud *cloud, struct cloud_device *device);

/* The same, and it does not come back into quarantine. */
void cloud_deny(struct cloud *cloud, struct cloud_device *device);

/* The product that lists the device: the one that it is in, or whose quarantine it is in; NULL. */
struct product *cloud_listed_in(const struct cloud_device *device);

/* After a full handshake: the device's firmware was built for a product that it was not imported
 * into. With Device OS 3 and before it is put into that product's quarantine, or, when the product
 * has none, into the product. */
void cloud_see_firmware(struct cloud *cloud, struct cloud_device *device);

#endif
