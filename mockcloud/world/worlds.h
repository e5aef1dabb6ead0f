/*
 * The worlds of a process, and which of them a request is for.
 */
#ifndef WORLD_WORLDS_H
#define WORLD_WORLDS_H

#include "world/world.h"

#define WORLDS_MAX 1000

struct worlds {
    struct map by_name;      /* struct world *, owned */
    struct world *main;      /* the one for requests that name none; in by_name, too. NULL: none */
    struct machine machine;  /* what they are told of the machine, and who records */
    uint64_t posted;         /* names of posted worlds: w1, w2 … */
    bool (*halt)(void *arg); /* whether no clock may move any more; NULL: nobody asks */
    void *halt_arg;
    bool carried;       /* somebody carries webhooks (cloud/outbox.h): clocks wait for them */
    bool webhook_over;  /* one has ended since somebody has asked (outbox_tell_over()) */
    struct leaned gone; /* what worlds that were ended had leaned on */
};

/* A zeroed struct worlds is empty. */
void worlds_free(struct worlds *worlds);

/* Takes the world. False, and not taken, when its name is in use or there are WORLDS_MAX. The first
 * one is the main one. */
bool worlds_add(struct worlds *worlds, struct world *world);

/* Makes a world (world_new(), with `options` but for their machine), takes it, and has it recorded
 * as something that the program has done by itself. NULL: a mistake, which is then in `diags`, or
 * there was no room. */
struct world *worlds_make(struct worlds *worlds, struct doc *doc, const struct doc_node *node,
                          const struct world_options *options, struct diags *diags);

struct world *worlds_find(const struct worlds *worlds, const char *name);

/* Whether somebody has asked for a halt: nothing more is to happen. */
bool worlds_halt(const struct worlds *worlds);

/* Whether the world's clock has to stand, because a webhook is on its way, or for a halt. */
bool worlds_hold(const struct worlds *worlds, const struct world *world);

/* Ends a world. */
void worlds_remove(struct worlds *worlds, struct world *world);

/* Adds what all worlds, those that are gone, too, have leaned on. `ret_leaned` is zeroed or has
 * leaned on something before; yours: leaned_free(). */
void worlds_leaned(const struct worlds *worlds, struct leaned *ret_leaned);

/* The one world that knows this access token, or this OAuth client id (the public ones select
 * none). *ret_count: how many worlds know it; NULL unless exactly one. */
struct world *worlds_by_token(const struct worlds *worlds, const char *access_token,
                              size_t *ret_count);
struct world *worlds_by_client(const struct worlds *worlds, const char *client_id,
                               size_t *ret_count);

/* Real worlds follow the machine's clock: runs what has fallen due in all of them. */
void worlds_sync(struct worlds *worlds, int64_t mono_ms);

/* The same, as one record of a tape, whether anything has fallen due or not. */
void worlds_follow(struct worlds *worlds, int64_t mono_ms);

/* The machine has been started anew, or the program: its monotonic clock is `ahead_ms` behind the
 * calendar's from now on. Real clocks go on by the calendar: what fell due in between is overdue.
 */
void worlds_rebase(struct worlds *worlds, int64_t ahead_ms);

/* Milliseconds until the earliest timer of a real world; -1: none. */
int64_t worlds_next_due_in(const struct worlds *worlds, int64_t mono_ms);

#endif
