/*
 * The door of the cloud for devices: sessions. It is all that a device sees of the cloud.
 *
 * A device opens a session with a full handshake or by resuming its last one, describes itself
 * after a full one, publishes events, is sent events, is called (functions, variables, the rainbow,
 * an update), and closes the session gracefully, or falls silent: then the cloud finds out by
 * itself, when it has heard nothing for two keep-alive intervals. Simulated devices use this
 * header; a real Device OS over TCP can use it too.
 *
 * Sources: Device OS 2.3.0-6.2.0, system_cloud_internal.cpp (what is sent after which handshake);
 * Particle's API reference (spark/status online at once, offline after two keep-alives).
 */
#ifndef CLOUD_SESSION_H
#define CLOUD_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cloud;
struct cloud_device;

enum session_kind { SESSION_NONE, SESSION_FULL, SESSION_RESUMED };

/* Why a device says goodbye; the numbers are those of Device OS. */
enum session_goodbye {
    GOODBYE_USER = 2,
    GOODBYE_NETWORK_DISCONNECT = 3,
    GOODBYE_LISTENING = 4,
    GOODBYE_SYSTEM_RESET = 5
};

/* Types of variables; REST calls them int32, double, string and bool. */
enum session_type { SESSION_INT, SESSION_DOUBLE, SESSION_STRING, SESSION_BOOL };

struct session_value {
    enum session_type type;
    int64_t number;   /* SESSION_INT; SESSION_BOOL: 0 or 1 */
    double real;      /* SESSION_DOUBLE */
    const char *text; /* SESSION_STRING; borrowed until the device is called again */
};

struct session_variable {
    const char *name;
    enum session_type type;
};

/* What a device tells of its application (the describe message). Copied by the cloud. */
struct session_describe {
    const char *const *functions;
    size_t function_count;
    const struct session_variable *variables;
    size_t variable_count;
};

/* What the device is to run from now on. */
enum session_image {
    IMAGE_FILE,   /* a binary that somebody sent: nothing is known of what is in it */
    IMAGE_TINKER, /* Particle's default application */
    IMAGE_PRODUCT /* the firmware of the device's product, in `version` */
};

/* What the cloud calls on the device's side. Each but `device` may be NULL: no answer. */
struct session_peer {
    /* The cloud sends an event ("spark/device/claim/confirm"). */
    void (*event)(void *device, const char *name, const char *data);
    /* Calls a function; false: the device does not have it. */
    bool (*call)(void *device, const char *name, const char *argument, int64_t *ret_value);
    /* Reads a variable; false: the device does not have it. */
    bool (*read)(void *device, const char *name, struct session_value *ret_value);
    /* The rainbow of its LED, on or off. */
    void (*signal)(void *device, bool on);
    /* Publishes its vitals (spark/device/diagnostics/update). */
    void (*vitals)(void *device);
    /* Begins an update, with IMAGE_PRODUCT to that version of that product's firmware, with
     * IMAGE_FILE to the application of that digest (borrowed); false: it can't take one now. The
     * device says how it ended with session_updated(). */
    bool (*update)(void *device, enum session_image image, int64_t product_id, int64_t version,
                   const char *digest);
    void *device;
};

struct session_hello {
    const char *device_id;
    bool resume; /* the device asks for its last session; without one to resume, it is a full
                    handshake */
    int64_t keepalive_ms;        /* of the device's transport */
    int64_t firmware_product_id; /* the product that its application was built for; 0: none */
    int64_t firmware_version;    /* of that application */
    bool
        without_app; /* it does not run (safe mode): the handshake carries version 0 in its place */
    struct session_peer peer;
};

/*
 * Opens a session; a session of the same device that the cloud still believes in ends. The device
 * is online when this returns. Answers the session's number, 0 when the cloud knows no such device.
 * *ret_kind tells what came of it: after SESSION_FULL the device sends what it sends after a full
 * handshake.
 */
uint64_t session_open(struct cloud *cloud, const struct session_hello *hello,
                      enum session_kind *ret_kind);

/* After a full handshake the device says what its application has. */
void session_describe(struct cloud *cloud, uint64_t session,
                      const struct session_describe *describe);

/* The update that the cloud began has ended, well or badly. */
void session_updated(struct cloud *cloud, uint64_t session, bool success);

struct session_event {
    const char *name; /* 1-64 bytes, no control characters */
    const char *data; /* at most 1024 bytes; NULL: none */
    bool is_public;
    int ttl_s; /* 0: the default, 60 */
};

/* The device publishes an event. Events of the system ("spark/device/claim/code") are handled here.
 * A session that has ended is passed over, as a packet of an unknown session is. */
void session_publish_event(struct cloud *cloud, uint64_t session,
                           const struct session_event *event);

/* The same, for a private one. */
void session_publish(struct cloud *cloud, uint64_t session, const char *name, const char *data);

/* The device says goodbye: offline at once. */
void session_close(struct cloud *cloud, uint64_t session, enum session_goodbye why);

/* The device has gone without a word (its power was cut, its network is lost, its RESET button was
 * pressed). The cloud goes on believing it online until two keep-alive intervals have passed since
 * it was last heard. */
void session_silence(struct cloud *cloud, uint64_t session);

/* Whether the mobile network lets a device in: not with a SIM that is not active. One that is not
 * cellular, or unknown, is let in. */
bool session_carried(const struct cloud *cloud, const char *device_id);

/* Whenever that changes for a device, `changed` is called. One at a time. */
void session_when_carried(struct cloud *cloud, void (*changed)(void *arg, const char *device_id),
                          void *arg);

/* ---- the cloud's side: for api/ ---- */

/* What came of a call to a device. SESSION_ABSENT: the cloud knows that it is offline, or it does
 * not answer: the caller is told so after SESSION_TIMEOUT_MS. */
enum session_answer { SESSION_ANSWERED, SESSION_UNKNOWN, SESSION_ABSENT };

#define SESSION_TIMEOUT_MS INT64_C(30000)

/* Each asks the device that the record is of. *ret_value is set with SESSION_ANSWERED alone. */
enum session_answer session_call(struct cloud *cloud, struct cloud_device *device, const char *name,
                                 const char *argument, int64_t *ret_value);
enum session_answer session_read(struct cloud *cloud, struct cloud_device *device, const char *name,
                                 struct session_value *ret_value);
enum session_answer session_signal(struct cloud *cloud, struct cloud_device *device, bool on);
enum session_answer session_vitals(struct cloud *cloud, struct cloud_device *device);
enum session_answer session_ping(struct cloud *cloud, struct cloud_device *device);

/* Begins an update (`digest`: what tells one IMAGE_FILE from another, at most 64 bytes):
 * spark/flash/status `started`, and when the device is done `success` (or `failed`, when its
 * session ends before). SESSION_UNKNOWN: the device can't take one now. */
enum session_answer session_update(struct cloud *cloud, struct cloud_device *device,
                                   enum session_image image, int64_t version, const char *digest);

/* The same, to a version of the device's product, because the cloud wants it so (a release, a lock
 * with `flash`): spark/status `auto-update` goes before. */
enum session_answer session_auto_update(struct cloud *cloud, struct cloud_device *device,
                                        int64_t version);

/* Tells a device whether updates are forced on it (particle/device/updates/forced), if it is there
 * to hear it; it says so itself when that is new to it. */
void session_tell_forced(struct cloud *cloud, struct cloud_device *device);

#endif
