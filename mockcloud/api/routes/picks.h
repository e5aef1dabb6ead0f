/*
 * Picks: the first so many of any number of devices, in an order, found by looking at one device
 * after the other. So that a list in an order for which there is no index can be made some devices
 * at a time (later_wait_turn()), which sorting all of them can't. Of api/ alone.
 *
 * Between the turns devices change, and with them what they are ordered by: then a list may have
 * one at a wrong place, but it has each once.
 */
#ifndef API_ROUTES_PICKS_H
#define API_ROUTES_PICKS_H

#include "api/call/call.h"
#include "cloud/record.h"

/* Below 0: `a` comes first. Never 0 for two devices. `arg` is that of picks_new(). */
typedef int picks_order(const struct cloud_device *a, const struct cloud_device *b,
                        const void *arg);

struct picks {
    struct cloud_device **items; /* a heap, the last of the order at its head */
    size_t count, most;
    picks_order *order;
    const void *arg;
};

/* The first `most` in that order, none yet. Their list is of the call's arena. */
struct picks picks_new(struct call *call, size_t most, picks_order *order, const void *arg);

void picks_add(struct picks *picks, struct cloud_device *device);

/* Takes the last one out, of at least one. */
struct cloud_device *picks_take_last(struct picks *picks);

#endif
