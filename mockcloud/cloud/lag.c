/* See lag.h. Owns what was kept of the past, by device, and the view of the moment. */
#include "cloud/lag.h"

#include "base/map.h"
#include "base/mem.h"
#include "cloud/cloud.h"

#include <stdlib.h>
#include <string.h>

#define CHANGES_MAX 256 /* changes that are kept of a device; with another the oldest goes */

/* What a device was until `until_ms`. */
struct past {
    int64_t until_ms;
    bool online;
    struct owner owner;
    struct product *listed_in;
};

struct history {
    size_t count;
    struct past past[CHANGES_MAX]; /* the oldest first */
};

struct lags {
    int keepers;
    struct map histories; /* struct history, by the device's id */
    struct lag *view;
};

void lag_keep(struct cloud *cloud)
{
    if (!cloud->lags)
        cloud->lags = mem_new(sizeof *cloud->lags);
    cloud->lags->keepers++;
}

void lag_forget(struct cloud *cloud)
{
    if (cloud->lags && --cloud->lags->keepers == 0)
        lag_free(cloud);
}

void lag_free(struct cloud *cloud)
{
    if (!cloud->lags)
        return;
    map_free(&cloud->lags->histories, free);
    free(cloud->lags);
    cloud->lags = NULL;
}

static struct past present_of(const struct cloud_device *device)
{
    return (struct past){
        .online = device->online, .owner = device->owner, .listed_in = cloud_listed_in(device)};
}

static struct history *history_grown(struct cloud *cloud, const struct cloud_device *device)
{
    struct history *history = map_get(&cloud->lags->histories, device->id);
    if (!history) {
        history = mem_new(sizeof *history);
        map_put(&cloud->lags->histories, device->id, history);
    } else if (history->count == CHANGES_MAX) {
        history->count--;
        memmove(history->past, history->past + 1, history->count * sizeof *history->past);
    }
    return history;
}

void lag_note(struct cloud *cloud, const struct cloud_device *device)
{
    if (!cloud->lags)
        return;
    struct history *history = history_grown(cloud, device);
    struct past *past = &history->past[history->count++];
    *past = present_of(device);
    past->until_ms = vclock_now(cloud->sim->clock);
}

void lag_look(struct cloud *cloud, struct lag *view)
{
    if (cloud->lags)
        cloud->lags->view = view;
}

bool lag_looks(const struct cloud *cloud)
{
    return cloud->lags && cloud->lags->view;
}

/* ---- readers ---- */

static bool concerns(const struct lag *lag, enum lag_kind kind, bool in_list,
                     const struct cloud_device *device)
{
    bool of_kind = lag->kind == kind || (in_list && lag->kind == LAG_LIST);
    return of_kind && (!lag->device_id || strcmp(lag->device_id, device->id) == 0);
}

/* The longest lag of the view that concerns a reader; NULL: none does. */
static struct lag *longest(const struct cloud_device *device, enum lag_kind kind, bool in_list)
{
    const struct lags *lags = device->cloud->lags;
    struct lag *found = NULL;
    for (struct lag *lag = lags ? lags->view : NULL; lag; lag = lag->next)
        if (concerns(lag, kind, in_list, device) && (!found || lag->ms > found->ms))
            found = lag;
    return found;
}

/* What the device was at that time: what it was until the first change behind it. */
static struct past past_of(const struct cloud_device *device, int64_t at_ms)
{
    const struct history *history = map_get(&device->cloud->lags->histories, device->id);
    for (size_t i = 0; history && i < history->count; i++)
        if (history->past[i].until_ms > at_ms)
            return history->past[i];
    return present_of(device);
}

static struct past seen_through(const struct lag *lag, const struct cloud_device *device)
{
    return lag ? past_of(device, vclock_now(device->cloud->sim->clock) - lag->ms)
               : present_of(device);
}

bool lag_online(const struct cloud_device *device, bool in_list)
{
    struct lag *lag = longest(device, LAG_ONLINE, in_list);
    bool online = seen_through(lag, device).online;
    if (lag && online != device->online)
        lag->shown = true;
    return online;
}

struct owner lag_owner(const struct cloud_device *device, bool in_list)
{
    struct lag *lag = longest(device, LAG_OWNER, in_list);
    struct owner owner = seen_through(lag, device).owner;
    bool nobody = owner.kind == OWNER_NONE && device->owner.kind == OWNER_NONE;
    if (lag && !nobody && !owner_same(&owner, &device->owner))
        lag->shown = true;
    return owner;
}

struct product *lag_listed_in(const struct cloud_device *device)
{
    struct lag *lag = longest(device, LAG_LIST, true);
    struct product *product = seen_through(lag, device).listed_in;
    if (lag && product != cloud_listed_in(device))
        lag->shown = true;
    return product;
}

/* Without a view the index of owners is walked. The index knows the present only, so with a view
 * all devices are looked at, also those that the owner has now but had not then: `shown` has to be
 * true when one is left out. */
struct cloud_device *lag_next_owned(const struct cloud *cloud, const struct owner *owner,
                                    size_t *index)
{
    while (*index < cloud->device_count) {
        struct cloud_device *device = cloud->registry[(*index)++];
        struct lag *lag = longest(device, LAG_OWNER, true);
        struct owner past = seen_through(lag, device).owner;
        bool is_owned = owner_same(&past, owner);
        if (lag && is_owned != owner_same(&device->owner, owner))
            lag->shown = true;
        if (is_owned)
            return device;
    }
    return NULL;
}
