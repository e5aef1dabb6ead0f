/*
 * The door of the cloud for devices: sessions. It is all that a device sees of the cloud.
 *
 * A device opens a session with a full handshake or by resuming its last one, publishes events, is
 * sent events, and closes the session gracefully, or falls silent: then the cloud finds out by
 * itself, when it has heard nothing for two keep-alive intervals. Simulated devices use this
 * header; a real Device OS over TCP can use it too.
 *
 * Sources: Device OS 2.3.0-6.2.0, system_cloud_internal.cpp (what is sent after which handshake);
 * Particle's API reference (spark/status online at once, offline after two keep-alives).
 */
#ifndef CLOUD_SESSION_H
#define CLOUD_SESSION_H

#include <stdbool.h>
#include <stdint.h>

struct cloud;

enum session_kind { SESSION_NONE, SESSION_FULL, SESSION_RESUMED };

/* Why a device says goodbye; the numbers are those of Device OS. */
enum session_goodbye {
    GOODBYE_USER = 2,
    GOODBYE_NETWORK_DISCONNECT = 3,
    GOODBYE_LISTENING = 4,
    GOODBYE_SYSTEM_RESET = 5
};

/* What the cloud calls on the device's side. */
struct session_peer {
    /* The cloud sends an event ("spark/device/claim/confirm"). */
    void (*event)(void *device, const char *name, const char *data);
    void *device;
};

struct session_hello {
    const char *device_id;
    bool resume; /* the device asks for its last session; without one to resume, it is a full
                    handshake */
    int64_t keepalive_ms; /* of the device's transport */
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

/* The device publishes a private event. Events of the system ("spark/device/claim/code") are
 * handled here. A session that has ended is passed over, as a packet of an unknown session is. */
void session_publish(struct cloud *cloud, uint64_t session, const char *name, const char *data);

/* The device says goodbye: offline at once. */
void session_close(struct cloud *cloud, uint64_t session, enum session_goodbye why);

/* The device has gone without a word (its power was cut, its network is lost, its RESET button was
 * pressed). The cloud goes on believing it online until two keep-alive intervals have passed since
 * it was last heard. */
void session_silence(struct cloud *cloud, uint64_t session);

#endif
