/* See picks.h. A binary heap: looking at a device costs one comparison, if it is not picked. */
#include "api/routes/picks.h"

#include <assert.h>

struct picks picks_new(struct call *call, size_t most, picks_order *order, const void *arg)
{
    return (struct picks){
        .items = arena_alloc(&call->arena, (most + 1) * sizeof(struct cloud_device *)),
        .most = most,
        .order = order,
        .arg = arg,
    };
}

static bool behind(const struct picks *picks, size_t a, size_t b)
{
    return picks->order(picks->items[a], picks->items[b], picks->arg) > 0;
}

static void swap(struct picks *picks, size_t a, size_t b)
{
    struct cloud_device *device = picks->items[a];
    picks->items[a] = picks->items[b];
    picks->items[b] = device;
}

/* The one at the head is not the last any more. */
static void sink(struct picks *picks)
{
    size_t at = 0, below;
    while ((below = 2 * at + 1) < picks->count) {
        if (below + 1 < picks->count && behind(picks, below + 1, below))
            below++;
        if (!behind(picks, below, at))
            return;
        swap(picks, at, below);
        at = below;
    }
}

void picks_add(struct picks *picks, struct cloud_device *device)
{
    size_t at = picks->count;
    if (at == picks->most) {
        if (!at || picks->order(device, picks->items[0], picks->arg) > 0)
            return;
        picks->items[0] = device;
        sink(picks);
        return;
    }
    picks->items[picks->count++] = device;
    for (; at && behind(picks, at, (at - 1) / 2); at = (at - 1) / 2)
        swap(picks, at, (at - 1) / 2);
}

struct cloud_device *picks_take_last(struct picks *picks)
{
    assert(picks->count);
    struct cloud_device *last = picks->items[0];
    picks->items[0] = picks->items[--picks->count];
    sink(picks);
    return last;
}
