/*
 * A world: one isolated cloud with its devices on one clock, made from a world file.
 *
 * A process holds many (world/worlds.h). The world owns everything in it; world_reset() makes it
 * anew from the same file, seed and name, and so with the same ids.
 */
#ifndef WORLD_WORLD_H
#define WORLD_WORLD_H

#include "base/doc.h"
#include "base/fields.h"
#include "cloud/owner.h"
#include "cloud/record.h"
#include "device/fleet.h"
#include "sim/sim.h"

#define WORLD_SETTLE_MS INT64_C(900000) /* settle: 15 minutes of world time at most */

struct world {
    char *name;
    bool pinned; /* a scenario stands on it: a client can neither end nor reset it */
    uint64_t seed;
    struct machine *machine; /* borrowed; NULL: none (sim/machine.h) */
    struct sim sim;
    struct cloud *cloud;
    struct fleet *fleet;
    uint64_t generation; /* counts resets: whoever kept something of the world can tell that it is
                            gone */
    uint64_t requests;   /* dispatched so far */
    /* Lets webhooks and event streams that are on their way arrive, before a timer is run by
     * world_run_until() or world_settle(). True: none is on its way any more; false: the run has to
     * end, and the world may have gone. NULL: nobody carries webhooks, they time out. */
    bool (*carry)(void *arg);
    bool (*held)(void *arg); /* whether there is something to carry; NULL: never */
    void *carry_arg;
    /* what it was made from: a part of a scenario, which is referenced … */
    struct doc *doc;
    const struct doc_node *node;
    /* … or a whole document, of which the text alone is kept: read, a fleet of 100,000 devices
     * takes ten times as much; then doc and node are there only while it is made */
    char *source; /* NULL: not so */
    size_t source_len;
    char *source_name;
    size_t source_root; /* the number of the document in the text */
    uint64_t seed_default;
    enum vclock_mode mode_default;
    bool frozen_at_default; /* the time comes from the file or is the default of frozen worlds */
};

struct world_options {
    const char *name;        /* when the file has none; NULL: "default" */
    uint64_t seed;           /* when the file has none; 0: 1 */
    uint64_t force_seed;     /* wins over the file (--seed); 0: does not */
    enum vclock_mode mode;   /* when the file has none */
    struct machine *machine; /* of the worlds that it will be added to; NULL: it stands alone */
    struct diags *warnings;  /* what is no mistake but may be meant otherwise; NULL: nobody asks */
};

/* The fields of a world file: what is documented, checked and printed as schema. Ends with a zeroed
 * row. */
extern const struct field world_fields[];

/* Prints their JSON Schema (draft 2020-12). */
void world_schema(struct buf *out);

/*
 * Makes a world from a node of `doc` (which it references). `node` NULL: an empty world. Returns
 * NULL when there was a mistake (unknown key, wrong type, unknown reference, duplicate …), which is
 * then in `diags`. Yours: world_free().
 */
struct world *world_new(struct doc *doc, const struct doc_node *node,
                        const struct world_options *options, struct diags *diags);
void world_free(struct world *world);

/* Whether a world may be called that. */
bool world_name_valid(const char *name);

/* It was another's, and is `name` from now on, in worlds with this machine (NULL: none, yet). A
 * real clock goes on from where it stands. */
void world_adopt(struct world *world, const char *name, struct machine *machine);

/* Makes everything anew; the pointer stays, `generation` grows. */
void world_reset(struct world *world);

/* The example that `serve` shows when it is given no world: a product, a customer, a Photon, an
 * E-Series. Static. */
const char *world_example_text(void);

/* ---- time (settle.c) ---- */

/* Whether the clock may not move on before something has been carried; never without `carry`. */
bool world_in_flight(const struct world *world);

/* Asked between timers; true ends the run. */
typedef bool world_until(void *arg);

enum run_end {
    RUN_MET,   /* `until` holds */
    RUN_BOUND, /* what is left is due later: the clock stands at the bound */
    RUN_STUCK, /* no timer is left at all: nothing can change any more (the clock has not moved to
                  the bound) */
};

/* Runs timers of both kinds, in order, until `until` holds or none is left at or before `bound_ms`.
 * `until` is asked first, before any timer. When `carry` ends it: RUN_STUCK, and the world may have
 * gone. */
enum run_end world_run_until(struct world *world, int64_t bound_ms, world_until *until, void *arg);

/* Runs all timers in order until no foreground timer is left; WORLD_SETTLE_MS of world time at
 * most. False: something still runs, *ret_actor and *ret_what name it (borrowed). When `carry` ends
 * it: true, and the world may have gone. */
bool world_settle(struct world *world, const char **ret_actor, const char **ret_what);

/* ---- what a client is told by environment (env.c) ---- */

/* Calls `each` for MOCKCLOUD_WORLD, MOCKCLOUD_PRODUCT, MOCKCLOUD_CLIENT_ID,
 * MOCKCLOUD_CLIENT_SECRET, MOCKCLOUD_CUSTOMER, MOCKCLOUD_USER, MOCKCLOUD_DEVICE_ID (the first of
 * each kind, when there is one) and MOCKCLOUD_DEVICE_<NAME> for each device. */
void world_environment(const struct world *world,
                       void (*each)(void *arg, const char *name, const char *value), void *arg);

/* ---- as JSON (state.c) ---- */

/* The whole state: clock, behaviours, users, products, clients, customers, tokens, devices, claim
 * codes, webhooks. */
void world_write_state(const struct world *world, struct jsonw *w);

/* Where the writing of a state stands; zeroed, before its beginning. */
struct world_state_place {
    bool begun, in_list;
    size_t part, cursor;
};

/* The whole state, bit by bit: `most` (> 0) devices, accounts, tokens … in each call. True: there
 * is more to write. What changes in between is told as it is when its turn comes; what is taken out
 * meanwhile may cost another its place in the list. */
bool world_write_state_on(const struct world *world, struct world_state_place *place, size_t most,
                          struct jsonw *w);

/* Its lists, one at a time and in slices: users, products, customers, tokens, claim_codes,
 * webhooks, sims. */
struct world_slice {
    const char *search;   /* what stands in the names, in any case; NULL: all */
    size_t offset, limit; /* of those: which are written */
    size_t seen;          /* out: how many those are; zeroed by the caller */
};

struct world_part;

/* NULL: there is no such list; the name that was probably meant, or NULL. */
const struct world_part *world_part_find(const char *name);
const char *world_part_nearest(const char *name);

/* A JSON array. */
void world_write_part(const struct world *world, const struct world_part *part,
                      struct world_slice *slice, struct jsonw *w);

/* One device, as GET /__mock/worlds/W/devices/D answers it. */
void world_write_device(const struct world *world, const struct device *device, struct jsonw *w);

/* The same without its braces, for whoever has more to say of it. */
void world_write_device_keys(const struct world *world, const struct device *device,
                             struct jsonw *w);

/* "owner":{"kind","name"}, or null. */
void world_write_owner(const struct owner *owner, struct jsonw *w);

/* ---- names ---- */

/*
 * Finds an owner by name: a username or a customer's email. *ret_count tells how many there are;
 * the owner is returned when it is exactly one, else OWNER_NONE.
 */
struct owner world_owner(const struct world *world, const char *name, size_t *ret_count);

/* The cloud's record of a simulated device. */
struct cloud_device *world_record(const struct world *world, const struct device *device);

#endif
