/*
 * The past of devices, for readers to whom it is shown in place of the present: whether a device is
 * online, whose it is, and which product lists it, as they were some time ago. The truth is
 * elsewhere (record.h) and never waits: claims, sessions and `why` don't look here.
 *
 * Changes are kept from lag_keep() on, so that nothing from before a lag began is late; who keeps
 * none pays one comparison for each change. A view is set for as long as one request is handled;
 * without one every reader here answers the present. (lag.c)
 */
#ifndef CLOUD_LAG_H
#define CLOUD_LAG_H

#include "cloud/owner.h"
#include "cloud/record.h"

#include <stdbool.h>
#include <stdint.h>

enum lag_kind {
    LAG_ONLINE, /* whether a device is online */
    LAG_OWNER,  /* whose it is */
    LAG_LIST    /* all of that, and which product lists it, but in lists alone */
};

/* One thing that lags, of a view. Of whoever set the view. */
struct lag {
    enum lag_kind kind;
    int64_t ms;            /* of the world's time, above 0 */
    const char *device_id; /* of this device alone; NULL: of all */
    const char *name;      /* whoever set it knows it by that */
    bool shown;            /* something was shown that is no more so */
    struct lag *next;
};

/* From now on changes are kept; and they are needed by one less. */
void lag_keep(struct cloud *cloud);
void lag_forget(struct cloud *cloud);

/* The device is about to change in one of these. Of cloud/ alone. */
void lag_note(struct cloud *cloud, const struct cloud_device *device);

/* What readers are shown from now on; NULL: the present. Borrowed until the next. */
void lag_look(struct cloud *cloud, struct lag *view);
bool lag_looks(const struct cloud *cloud);

/* ---- readers; `in_list`: as an item of a list ---- */

bool lag_online(const struct cloud_device *device, bool in_list);
struct owner lag_owner(const struct cloud_device *device, bool in_list);
/* In a list: cloud_listed_in(). */
struct product *lag_listed_in(const struct cloud_device *device);

/* The index-th device, in the order of the registry and from *index on, that a list of the owner's
 * shows; *index is then behind it. NULL: there is none any more. */
struct cloud_device *lag_next_owned(const struct cloud *cloud, const struct owner *owner,
                                    size_t *index);

void lag_free(struct cloud *cloud);

#endif
