/*
 * The inside of a session: session.c, session_ask.c, safe_mode.c and restart.c alone include this.
 */
#ifndef CLOUD_SESSION_INSIDE_H
#define CLOUD_SESSION_INSIDE_H

#include "cloud/record.h"
#include "cloud/session.h"

/* Made when a device connects: the many that are off have none. */
struct session {
    uint64_t number;
    enum session_kind kind;
    bool updating;    /* an update was accepted and has not ended … */
    bool module;      /* … which brings a module of the system … */
    bool last_module; /* … and it is the last one that is missing */
    bool quiet;       /* the next session begins without an `offline` for this one */
    int64_t keepalive_ms;
    int64_t began_ms;
    int64_t silent_ms;  /* when the device went without a word; -1: it has not */
    int64_t traffic_ms; /* the last message that is no keep-alive */
    uint64_t drop_timer;
    const struct session_peer *peer;
    void *device;
    uint64_t asks_before;     /* questions of the cloud before it began */
    struct session_ask *asks; /* the newest first; open ones, and the last few that are over */
    unsigned ask_count;
};

/* The device of a session that still is; NULL when it has ended. */
struct cloud_device *session_device(const struct cloud *cloud, uint64_t session);

/* Whether the device hears what is sent to it; that it answers is traffic. */
bool session_reaches(const struct cloud *cloud, const struct cloud_device *device);

/* The cloud has been restarted and knows the session no more. The device learns of it at once. */
void session_lose(struct cloud *cloud, struct cloud_device *device, struct fact when);

/* The session ends: its open questions wait for their time-outs, the others are forgotten. */
void session_orphan_asks(struct cloud *cloud, struct session *session);
void session_free_orphans(struct cloud *cloud);

#endif
