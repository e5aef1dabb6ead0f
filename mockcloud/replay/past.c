/* See past.h. Owns the bytes of the past, and how a world is taken out of a replay of them. */
#include "replay/past.h"

#include "base/mem.h"
#include "cloud/webhook/outbox.h"
#include "replay/replay.h"
#include "tape/tape_frame.h"

#include <stdio.h>
#include <stdlib.h>

struct past {
    struct tape_sink sink; /* first */
    struct worlds *worlds;
    struct tape_recorder *recorder;
    struct buf bytes; /* a tape; with `overflow` it is no past any more */
};

static void add(struct tape_sink *sink, const char *record, size_t len)
{
    struct past *past = (struct past *)sink;
    unsigned char head[TAPE_FRAME_HEAD];
    if (past->bytes.overflow)
        return;
    tape_frame_head(record, len, head);
    buf_add(&past->bytes, head, sizeof head);
    buf_add(&past->bytes, record, len);
    if (past->bytes.overflow) {
        buf_free(&past->bytes);
        past->bytes.overflow = true;
    }
}

struct past *past_new(struct worlds *worlds, struct tape_recorder *recorder)
{
    struct past *past = mem_new(sizeof *past);
    past->sink.add = add;
    past->worlds = worlds;
    past->recorder = recorder;
    buf_init(&past->bytes, PAST_BYTES);
    buf_add(&past->bytes, TAPE_MAGIC, TAPE_MAGIC_LEN);
    tape_recorder_add(recorder, &past->sink);
    return past;
}

void past_free(struct past *past)
{
    if (!past)
        return;
    tape_recorder_take(past->recorder, &past->sink);
    buf_free(&past->bytes);
    free(past);
}

void past_add(struct past *past, const char *record, size_t len)
{
    add(&past->sink, record, len);
}

/* ---- a fork ---- */

/* Webhooks that it had under way are the other's. */
static void forget_webhooks(struct world *world, struct worlds *worlds)
{
    const struct delivery_request *queued;
    uint64_t id;
    while ((queued = outbox_next(world->cloud)))
        outbox_forget(world->cloud, queued->id);
    while ((id = outbox_under_way(world->cloud)))
        outbox_forget(world->cloud, id);
    outbox_tell_over(world->cloud, &worlds->webhook_over);
}

static struct world *take(struct past *past, struct replay *replay, const char *name,
                          const char *as)
{
    struct world *world = replay_take_world(replay, name);
    if (!world)
        return NULL;
    world_adopt(world, as, NULL); /* what it forgets now is on no tape */
    forget_webhooks(world, past->worlds);
    world_adopt(world, as, &past->worlds->machine);
    return world;
}

static struct world *fork_world(void *arg, const char *name, uint64_t at, const char *as,
                                char **ret_refusal)
{
    struct past *past = arg;
    if (past->bytes.overflow) {
        *ret_refusal = mem_printf_dup("more has entered this server than it keeps in memory: %u "
                                      "bytes, from which a fork is made",
                                      PAST_BYTES);
        return NULL;
    }
    FILE *file = fmemopen(past->bytes.data, past->bytes.len, "rb");
    struct tape_reader *reader = file ? tape_reader_new(file, "past", ret_refusal) : NULL;
    if (!reader)
        return NULL;
    const struct replay_options how = {.until_world = name, .until_n = at, .only_world = name};
    struct replay *replay = replay_new(reader, &how);
    enum replay_end end = replay_go(replay);
    struct world *world = NULL;
    if (end == REPLAY_PARTED || end == REPLAY_DAMAGED)
        *ret_refusal = mem_printf_dup("it can't be had again: %s", replay_message(replay));
    else if (at && end != REPLAY_UNTIL)
        *ret_refusal = mem_printf_dup("its journal has no entry %llu", (unsigned long long)at);
    else if (!(world = take(past, replay, name, as)))
        *ret_refusal = mem_dup("it is a fork itself, or leans on another world");
    replay_free(replay);
    tape_reader_free(reader);
    return world;
}

struct api_fork past_fork(struct past *past)
{
    return (struct api_fork){.make = fork_world, .arg = past};
}
