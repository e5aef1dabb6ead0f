/* See vclock.h. Owns the timers: a binary heap of slots, ordered by time and then by when a timer
 * was made, so that equal times fire in the same order in each run. An id is a slot and its
 * generation: cancelling finds the place at once, and the id of a timer that has fired does
 * nothing, also when its slot has been used again. */
#include "sim/vclock.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

struct timer {
    int64_t due_ms;
    uint64_t order;
    uint64_t cause;
    uint64_t arg;
    void *owner;
    vclock_fire *fire;
    const char *actor;
    const char *what;
    enum timer_kind kind;
    uint32_t generation;
    size_t heap_at; /* index into heap + 1; 0: the slot is free */
};

struct vclock {
    enum vclock_mode mode;
    int64_t now_ms;
    int64_t offset_ms; /* real mode: now - monotonic */
    bool running;      /* real mode: offset_ms is known */
    uint64_t cause;
    uint64_t made; /* timers ever made: the order among equal times */
    uint64_t fired;
    size_t foreground;
    struct timer *slots;
    size_t slots_cap;
    size_t *heap; /* of slot numbers */
    size_t *free_slots;
    size_t heap_len;
    size_t free_len;
};

struct vclock *vclock_new(enum vclock_mode mode, int64_t at_ms)
{
    struct vclock *clock = mem_new(sizeof *clock);
    clock->mode = mode;
    clock->now_ms = at_ms;
    return clock;
}

void vclock_free(struct vclock *clock)
{
    if (!clock)
        return;
    free(clock->slots);
    free(clock->heap);
    free(clock->free_slots);
    free(clock);
}

int64_t vclock_now(const struct vclock *clock)
{
    return clock->now_ms;
}

enum vclock_mode vclock_mode(const struct vclock *clock)
{
    return clock->mode;
}

void vclock_set_mode(struct vclock *clock, enum vclock_mode mode)
{
    clock->mode = mode;
    clock->running = false;
}

static bool timer_before(const struct vclock *clock, size_t a, size_t b)
{
    const struct timer *x = &clock->slots[clock->heap[a]], *y = &clock->slots[clock->heap[b]];
    return x->due_ms != y->due_ms ? x->due_ms < y->due_ms : x->order < y->order;
}

static void heap_swap(struct vclock *clock, size_t a, size_t b)
{
    size_t slot = clock->heap[a];
    clock->heap[a] = clock->heap[b];
    clock->heap[b] = slot;
    clock->slots[clock->heap[a]].heap_at = a + 1;
    clock->slots[clock->heap[b]].heap_at = b + 1;
}

static void heap_up(struct vclock *clock, size_t at)
{
    while (at > 0 && timer_before(clock, at, (at - 1) / 2)) {
        heap_swap(clock, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static void heap_down(struct vclock *clock, size_t at)
{
    for (;;) {
        size_t first = at, left = 2 * at + 1, right = left + 1;
        if (left < clock->heap_len && timer_before(clock, left, first))
            first = left;
        if (right < clock->heap_len && timer_before(clock, right, first))
            first = right;
        if (first == at)
            return;
        heap_swap(clock, at, first);
        at = first;
    }
}

static void vclock_grow(struct vclock *clock)
{
    size_t cap = clock->slots_cap ? clock->slots_cap * 2 : 16;
    clock->slots = mem_grow(clock->slots, cap * sizeof *clock->slots);
    clock->heap = mem_grow(clock->heap, cap * sizeof *clock->heap);
    clock->free_slots = mem_grow(clock->free_slots, cap * sizeof *clock->free_slots);
    /* From the top, so that the lowest slot is taken first; generations begin at 1, so that no id
     * is 0, which stands for "no timer". */
    for (size_t slot = cap; slot-- > clock->slots_cap;) {
        clock->slots[slot] = (struct timer){.generation = 1};
        clock->free_slots[clock->free_len++] = slot;
    }
    clock->slots_cap = cap;
}

uint64_t vclock_add(struct vclock *clock, int64_t at_ms, const struct timer_row *row)
{
    if (!clock->free_len)
        vclock_grow(clock);
    size_t slot = clock->free_slots[--clock->free_len];
    struct timer *timer = &clock->slots[slot];
    *timer = (struct timer){
        .due_ms = at_ms,
        .order = clock->made++,
        .cause = clock->cause,
        .arg = row->arg,
        .owner = row->owner,
        .fire = row->fire,
        .actor = row->actor,
        .what = row->what,
        .kind = row->kind,
        .generation = timer->generation,
        .heap_at = clock->heap_len + 1,
    };
    clock->heap[clock->heap_len++] = slot;
    heap_up(clock, clock->heap_len - 1);
    clock->foreground += row->kind == TIMER_FOREGROUND;
    return (uint64_t)timer->generation << 32 | slot;
}

static void vclock_remove(struct vclock *clock, size_t slot)
{
    struct timer *timer = &clock->slots[slot];
    size_t at = timer->heap_at - 1;
    heap_swap(clock, at, clock->heap_len - 1);
    clock->heap_len--;
    /* The last one has come from another branch, so it may belong above its new place or below. */
    if (at < clock->heap_len) {
        heap_up(clock, at);
        heap_down(clock, at);
    }
    clock->foreground -= timer->kind == TIMER_FOREGROUND;
    timer->heap_at = 0;
    timer->generation++;
    clock->free_slots[clock->free_len++] = slot;
}

void vclock_cancel(struct vclock *clock, uint64_t id)
{
    size_t slot = id & UINT32_MAX;
    if (!id || slot >= clock->slots_cap)
        return;
    const struct timer *timer = &clock->slots[slot];
    if (timer->heap_at && timer->generation == id >> 32)
        vclock_remove(clock, slot);
}

bool vclock_next(const struct vclock *clock, const char **ret_actor, const char **ret_what,
                 int64_t *ret_due_ms)
{
    if (!clock->heap_len)
        return false;
    const struct timer *first = &clock->slots[clock->heap[0]];
    *ret_actor = first->actor;
    *ret_what = first->what;
    *ret_due_ms = first->due_ms;
    return true;
}

int64_t vclock_next_due(const struct vclock *clock)
{
    return clock->heap_len ? clock->slots[clock->heap[0]].due_ms : VCLOCK_NEVER;
}

size_t vclock_foreground_count(const struct vclock *clock)
{
    return clock->foreground;
}

/* Looks at all of them, since only the first of all kinds is on top of the heap. It is asked for a
 * message when settling has failed, never in the course of things. */
bool vclock_foreground_first(const struct vclock *clock, const char **ret_actor,
                             const char **ret_what, int64_t *ret_due_ms)
{
    const struct timer *first = NULL;
    for (size_t i = 0; i < clock->heap_len; i++) {
        const struct timer *timer = &clock->slots[clock->heap[i]];
        if (timer->kind != TIMER_FOREGROUND)
            continue;
        if (!first || timer->due_ms < first->due_ms ||
            (timer->due_ms == first->due_ms && timer->order < first->order))
            first = timer;
    }
    if (!first)
        return false;
    *ret_actor = first->actor;
    *ret_what = first->what;
    *ret_due_ms = first->due_ms;
    return true;
}

bool vclock_run_next(struct vclock *clock, int64_t until_ms)
{
    if (!clock->heap_len)
        return false;
    size_t slot = clock->heap[0];
    struct timer timer =
        clock->slots[slot]; /* a copy: firing may reuse the slot, or move them all */
    if (timer.due_ms > until_ms)
        return false;
    vclock_remove(clock, slot);
    /* Time never goes back: a timer that was made for the past fires now. */
    vclock_move(clock, timer.due_ms > clock->now_ms ? timer.due_ms : clock->now_ms);
    uint64_t cause = clock->cause;
    clock->cause = timer.cause;
    clock->fired++;
    timer.fire(timer.owner, timer.arg);
    clock->cause = cause;
    return true;
}

void vclock_move(struct vclock *clock, int64_t at_ms)
{
    assert(at_ms >= clock->now_ms);
    clock->offset_ms += at_ms - clock->now_ms;
    clock->now_ms = at_ms;
}

void vclock_advance(struct vclock *clock, int64_t at_ms)
{
    while (vclock_run_next(clock, at_ms))
        ;
    if (at_ms > clock->now_ms)
        vclock_move(clock, at_ms);
}

void vclock_sync(struct vclock *clock, int64_t mono_ms)
{
    if (clock->mode == VCLOCK_FROZEN)
        return;
    if (!clock->running) {
        clock->offset_ms = clock->now_ms - mono_ms;
        clock->running = true;
    }
    int64_t target = mono_ms + clock->offset_ms;
    int64_t offset = clock->offset_ms;
    vclock_advance(clock, target > clock->now_ms ? target : clock->now_ms);
    /* vclock_move() has added each step to the offset, as it should when somebody moves the clock
     * ahead of the machine's. Here the clock only followed the machine. */
    clock->offset_ms = offset;
}

int64_t vclock_due_in(const struct vclock *clock, int64_t mono_ms)
{
    int64_t due_ms = vclock_next_due(clock);
    if (clock->mode == VCLOCK_FROZEN || due_ms == VCLOCK_NEVER)
        return -1;
    if (!clock->running)
        return 0;
    int64_t in_ms = due_ms - clock->offset_ms - mono_ms;
    return in_ms > 0 ? in_ms : 0;
}

uint64_t vclock_fired(const struct vclock *clock)
{
    return clock->fired;
}

bool vclock_follows(const struct vclock *clock)
{
    return clock->mode == VCLOCK_REAL && clock->running;
}

void vclock_rebase(struct vclock *clock, int64_t behind_ms)
{
    clock->offset_ms += behind_ms;
}

uint64_t vclock_cause(const struct vclock *clock)
{
    return clock->cause;
}

void vclock_set_cause(struct vclock *clock, uint64_t cause)
{
    clock->cause = cause;
}
