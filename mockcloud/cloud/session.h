/*
 * The door of the cloud for devices: sessions. It is all that a device sees of the cloud.
 *
 * A device opens a session with a full handshake or by resuming its last one, describes itself
 * after a full one, publishes events, is sent events, is asked (functions, variables, the rainbow,
 * its vitals, whether it is there, an update), and closes the session gracefully, or falls silent:
 * then the cloud finds out by itself, when it has heard nothing for two keep-alive intervals.
 *
 * It goes both ways without the stack: what the cloud asks has a call id, which the device answers
 * with when it can, on the stack of the question or at any time later. An answer that comes when
 * SESSION_TIMEOUT_MS of the world's time have passed, a second one, and one to a session that has
 * ended change nothing, and the journal says so (session.answer-ignored). Simulated devices use
 * this header and nothing else; a real Device OS over TCP can stand behind it in the same way.
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
    const char *modules; /* what its system consists of, a JSON array; NULL: it does not tell */
};

/* What the device is to run from now on. */
enum session_image {
    IMAGE_FILE,    /* a binary that somebody sent: nothing is known of what is in it */
    IMAGE_TINKER,  /* Particle's default application */
    IMAGE_PRODUCT, /* the firmware of the device's product, in `version` */
    IMAGE_MODULE   /* a part of its system, from the safe-mode updater: `name`, `version` */
};

/* What a device can be asked. */
enum session_ask_kind {
    ASK_CALL,   /* a function, with an argument: its value is a SESSION_INT */
    ASK_READ,   /* a variable */
    ASK_SIGNAL, /* the rainbow of its LED, on or off */
    ASK_VITALS, /* to publish its vitals (spark/device/diagnostics/update) */
    ASK_PING,   /* whether it is there */
    ASK_UPDATE  /* to begin an update; how it ended it says with session_updated() */
};

/* What is of no use to its kind is zero. Borrowed until the peer's ask() returns. */
struct session_question {
    enum session_ask_kind kind;
    const char *name;     /* of the function, the variable; "b" or "s", a module */
    const char *argument; /* of the function */
    bool on;              /* the rainbow */
    enum session_image image;
    int64_t product_id, version; /* IMAGE_PRODUCT: to that version of that product's firmware;
                                    IMAGE_MODULE: to that number */
    const char *digest; /* IMAGE_FILE: tells one application from another, at most 64 bytes */
    bool by_itself; /* an update that the cloud wants (a release, a lock with `flash`): spark/status
                       `auto-update` goes before */
};

/* What the cloud calls on the device's side; each may be NULL: nobody hears it. Static. */
struct session_peer {
    /* The cloud sends an event ("spark/device/claim/confirm"). */
    void (*event)(void *device, const char *name, const char *data);
    /* The cloud asks: session_answered() with the call id answers. */
    void (*ask)(void *device, uint64_t call_id, const struct session_question *question);
    /* The cloud has ended the session, because the device asked it to: it is to come back. */
    void (*ended)(void *device);
};

struct session_hello {
    const char *device_id;
    bool resume; /* the device asks for its last session; without one to resume, it is a full
                    handshake */
    int64_t keepalive_ms;        /* of the device's transport */
    int64_t firmware_product_id; /* the product that its application was built for; 0: none */
    int64_t firmware_version;    /* of that application */
    /* Its application does not run (safe mode): the handshake carries version 0. */
    bool without_app;
    uint32_t system_version;         /* of Device OS (sim/system_version.h); 0: it runs Linux */
    const struct session_peer *peer; /* NULL: it neither hears nor answers */
    void *device;                    /* what the peer is called with */
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

/*
 * The device answers what it was asked. `known`: it has that function, that variable, it can take
 * that update now. `value` (borrowed; NULL: none) is what the function returned, or the variable
 * holds.
 */
void session_answered(struct cloud *cloud, uint64_t call_id, bool known,
                      const struct session_value *value);

/* The update that the cloud began has ended, well or badly. */
void session_updated(struct cloud *cloud, uint64_t session, bool success);

/* The application of the update is on the device, but will not run: it was built for a newer Device
 * OS. The device restarts into safe mode, and the update ends when the safe-mode updater has
 * brought what is missing. */
void session_update_goes_on(struct cloud *cloud, uint64_t session);

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

/* What came of a question. */
enum session_answer {
    SESSION_ANSWERED,
    SESSION_UNKNOWN,  /* it has no such function or variable, or can't take an update now */
    SESSION_ABSENT,   /* the cloud knows, at once, that nobody is there to ask; its caller is told
                         so after SESSION_TIMEOUT_MS */
    SESSION_TIMED_OUT /* it was asked, and SESSION_TIMEOUT_MS have passed since */
};

#define SESSION_TIMEOUT_MS INT64_C(30000)
#define SESSION_ASKS       100 /* questions that a device may have open; above it nobody is there */

struct session_result {
    enum session_answer answer;
    struct session_value value; /* SESSION_ANSWERED alone; its text is borrowed for the call */
};

/* Told once what came of a question. */
typedef void session_done(void *arg, const struct session_result *result);

struct session_ask;

/* Asks the device that the record is of; `question->product_id` is filled in here. NULL: it is
 * over, and `done` was called already; else it will be, unless session_forget() comes first. `done`
 * may be NULL. An update that is accepted is told by spark/flash/status. */
struct session_ask *session_ask(struct cloud *cloud, struct cloud_device *device,
                                const struct session_question *question, session_done *done,
                                void *arg);

/* Who asked has gone: `done` will not be called. */
void session_forget(struct session_ask *ask);

/* The number of the session that the cloud believes in, 0: none; when it began. */
uint64_t session_of(const struct cloud_device *device);
int64_t session_began_ms(const struct cloud_device *device);

/* Whether an update that the device has accepted has not ended. */
bool session_updating(const struct cloud_device *device);

/* Sends the device an event, if it is there to hear it. */
void session_tell(struct cloud *cloud, struct cloud_device *device, const char *name,
                  const char *data);

/* What is left of the sessions of a cloud that ends. */
void session_free_all(struct cloud *cloud);

/* Tells a device whether updates are forced on it (particle/device/updates/forced), if it is there
 * to hear it; it says so itself when that is new to it. */
void session_tell_forced(struct cloud *cloud, struct cloud_device *device);

#endif
