/*
 * The simulated devices of a world.
 *
 * A device is a party of its own: it talks to the cloud through cloud/session.h alone, and what it
 * does follows two tables, its states (device/state.h) and its transitions (device_verbs). Nobody
 * outside this layer changes a device but through fleet_do() and its kin.
 *
 * Sources: Device OS 2.3.0-6.2.0 as named in device/state.h and sim/platform.h; for the claim code:
 * HAL_Set_Claim_Code (63 bytes, no clock, the claimed flag is sticky), system_cloud_internal.cpp
 * Spark_Handshake (sent after a full handshake only, whatever the flag says).
 */
#ifndef DEVICE_FLEET_H
#define DEVICE_FLEET_H

#include "cloud/session.h"
#include "device/firmware.h"
#include "device/state.h"
#include "sim/platform.h"
#include "sim/sim.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEVICE_CODES_HELD 16 /* hand-overs of claim codes that are remembered */
#define DEVICE_CODE_SHOWN 80
#define DEVICE_APP_HASH   64 /* hex digits */

/* Times and journal numbers of what a device did last, for `why`; n 0: never. */
struct device_fact {
    uint64_t n;
    int64_t at_ms;
};

struct fleet;
struct device;
struct channel_row;

/* A claim code that came over a setup channel, for `why`. */
struct device_handed {
    struct device_fact at; /* device.code-stored or device.code-refused */
    char *code; /* its first DEVICE_CODE_SHOWN bytes: one that is refused may have any length */
    size_t len; /* of all of it */
    const struct channel_row *channel;
    bool stored; /* false: the device refused it */
};

/* What came of a device's life so far: a device that was never touched has none of it, and shares
 * one that is empty. There may be millions of those. */
struct device_past {
    char claim_code[64];          /* "" when none is stored */
    struct device_handed *handed; /* the codes that it was handed last, the newest last */
    size_t handed_count;          /* at most DEVICE_CODES_HELD */
    struct device_fact stored;    /* the present code was stored */
    struct device_fact entered;   /* the present state; n 0: it has been in it for ever */
    struct device_fact offered;   /* a code was sent last */
    const char *boot_cause; /* static: why it booted, until a connection has told; else NULL */
    int64_t booted_ms;
    char app_told[DEVICE_APP_HASH + 1]; /* the application that the cloud was told of; "": none */
    char app[DEVICE_APP_HASH + 1];      /* what was flashed, if it is no product's; "": nothing */
    bool updates_forced;                /* as the cloud has said since the last boot */
    bool told_safe;                     /* the cloud was told last that no application runs */
    enum session_image update_image;    /* of the update that is under way */
    int64_t update_product_id, update_version;
    bool update_loader; /* IMAGE_MODULE: it is the boot loader, else the system part */
    int bootloader;     /* its version, when it was updated; 0: that of the Device OS */
    char update_app[DEVICE_APP_HASH + 1];
};

struct device {
    char *actor;      /* "device:pump" … */
    const char *name; /* … of which this is a part: the name in the world file, "pump" */
    char id[IDS_OBJECT + 1];
    bool network;        /* there is a network to be found */
    bool connect_wanted; /* it will go on to the cloud by itself */
    bool safe_boot;      /* the boot that is under way ends in safe mode */
    bool resumable;      /* a session is kept that the next connection resumes */
    bool claimed;        /* the sticky flag: nothing sets it back */
    bool is_protected;   /* Device Protection is on: fewer channels are there */
    uint8_t interface;   /* enum interface: by which it is on the network; a byte, there are many */
    const struct platform *platform;
    uint32_t index; /* place in the fleet */
    enum device_state state;
    enum session_kind session_kind;  /* the truth: SESSION_NONE while there is none */
    uint32_t connect_ms;             /* power-on to online */
    system_version_t system_version; /* 0: it runs Linux */
    unsigned lacks;                  /* of enum lack */
    uint64_t timer;                  /* the transition that is under way, 0: none */
    uint64_t session;                /* the number of the present one, 0: none */
    struct device_fact connected;    /* a session began last, of whichever kind */
    struct fleet *fleet;
    struct firmware firmware;
    const struct device_past *past; /* never NULL; changed through device_past() */
};

/* An empty fleet that talks to `cloud`. Both are borrowed. Yours: fleet_free(). */
struct fleet *fleet_new(struct sim *sim, struct cloud *cloud);
void fleet_free(struct fleet *fleet);

/* Adds a device that is off. `name` is not taken. `connect_ms` < 0: the platform's. Borrowed. */
struct device *fleet_add(struct fleet *fleet, const char *name, const char *id,
                         const struct platform *platform, int64_t connect_ms);

size_t fleet_count(const struct fleet *fleet);
struct device *fleet_at(const struct fleet *fleet, size_t index);

/* By name in the world file or by id; NULL: none. */
struct device *fleet_find(const struct fleet *fleet, const char *name_or_id);

/* Puts a device into one of the states in which a world may begin (off, online, listening, offline)
 * at once, as if it had been there for ever: online is a full handshake now. */
void fleet_begin(struct fleet *fleet, struct device *device, enum device_state state);

/*
 * Powers on the `count` (> 0) devices from index `first`, one after another, evenly over the next
 * `spread_ms` of the world's time: the first one now, as soon as timers run. One that is not off
 * when its turn comes is left alone. One timer for all of them, a background one.
 */
void fleet_spread(struct fleet *fleet, size_t first, size_t count, int64_t spread_ms);

/* ---- what can be done to a device (verbs) ---- */

struct device_verb {
    const char *name; /* "power-on" */
    uint32_t from;    /* bit s: allowed in state s */
    bool device_os;   /* a thing of Device OS: nothing that runs Linux has it */
    const char *text;
    void (*act)(struct fleet *fleet, struct device *device);
};

extern const struct device_verb device_verbs[];

/* Whatever `do` can be, for a field of words: the names of the verbs, of the channels, and publish.
 * NULL-terminated. */
extern const char *const device_do_words[];
extern const size_t device_verb_count;

const struct device_verb *device_verb_find(const char *name);

/* Whether the device's platform has such a thing at all, whatever its state is. */
bool device_verb_fits(const struct device *device, const struct device_verb *verb);

/* What the LED shows, in words; "none" of a device that has none. */
const char *device_led(const struct device *device);

/* Whether the mobile network lets the device in, or it is on another one. */
bool device_carried(const struct device *device);

/* Does `verb` to the device; false, and nothing done, when its state does not have that transition.
 */
bool fleet_do(struct fleet *fleet, struct device *device, const struct device_verb *verb);

/* What the device's application publishes. False, and nothing done, when the device has no session.
 * name and data are good (event_fault() of cloud/event.h). */
bool fleet_publish(struct fleet *fleet, struct device *device, const struct session_event *event);

/* ---- setup channels ---- */

struct channel_row {
    const char *name; /* "serial" */
    enum channel bit;
    const char *text;
};

extern const struct channel_row device_channels[];
extern const size_t device_channel_count;

const struct channel_row *device_channel_find(const char *name);

/* Whether the device has the channel at all, in whichever state. */
bool device_channel_had(const struct device *device, const struct channel_row *channel);

/* Whether it answers on the channel in its present state. */
bool device_channel_open(const struct device *device, const struct channel_row *channel);

/*
 * Hands a claim code to the device through a channel that is open. The device stores any code of 63
 * characters (over USB and SoftAP, shorter ones too) and answers success, good or bad. Appends to
 * `ret_answer` what the device answers, as JSON: serial {"text": "Claim code set to: …"}, usb
 * {"result": 0}, softap {"r": 0}. True when the code was stored.
 */
bool fleet_set_claim_code(struct fleet *fleet, struct device *device,
                          const struct channel_row *channel, const char *code,
                          struct buf *ret_answer);

/* Whether the code was ever stored on the device (of the last DEVICE_CODES_HELD). */
bool device_held_code(const struct device *device, const char *code);

#endif
