/* The way of a device from one state to the next; of device/ alone. */
#ifndef DEVICE_CONNECT_H
#define DEVICE_CONNECT_H

#include "base/ranking.h"
#include "device/fleet.h"

/* Devices of the fleet that are powered on one after another. */
struct fleet_wave {
    size_t first, count; /* which */
    size_t next;         /* 0: the first one is next … */
    int64_t begin_ms, spread_ms;
};

struct fleet {
    struct sim *sim;
    struct cloud *cloud;
    struct device **devices;
    size_t count;
    size_t cap;
    struct ranking names; /* by which they are found: keys of their names … */
    struct ranking ids;   /* … and ids */
    struct fleet_wave *waves;
    size_t wave_count;
};

/* The device's past, to be changed: its own from now on. */
struct device_past *fleet_past(struct device *device);

/* Puts the device into a state: journals it, drops the transition that was under way, arms what the
 * state enters by itself (the next stage to the cloud, the listening time-out). */
void connect_enter(struct fleet *fleet, struct device *device, enum device_state state);

/* There is no network any more: a device that has one, or looks for one, looks for it from now on.
 * There is one again: a device that looks for one goes on. */
void connect_lose_network(struct fleet *fleet, struct device *device);
void connect_find_network(struct fleet *fleet, struct device *device);

/* Opens a session now and hands the claim code over if it is due; the device is then in `state`
 * (STATE_ONLINE or STATE_SAFE_MODE). */
void connect_session(struct fleet *fleet, struct device *device, enum device_state state);

/* The session ends with a goodbye, or without a word. Without a session: nothing. */
void connect_close(struct fleet *fleet, struct device *device, enum session_goodbye why);
void connect_silence(struct fleet *fleet, struct device *device);

#endif
