/*
 * What the tests of cloud/ share: a small cloud with a few people, made before each test.
 *
 * Users dev (on the team of pump) and ben; customers ada of pump and cleo of lamp; products pump
 * (6287, E-Series) and lamp (7000, Photon); devices "aa…" and "bb…" (E-Series) and "cc…" (Photon),
 * offline and nobody's, in no product.
 */
#ifndef UNIT_CLOUD_H
#define UNIT_CLOUD_H

#include "cloud/claim.h"
#include "cloud/owner.h"
#include "cloud/record.h"
#include "sim/sim.h"

#define BENCH_START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define KEEPALIVE   INT64_C(25000)

struct bench {
    struct sim sim;
    struct cloud *cloud;
    struct product *pump, *lamp;
    struct owner dev, ben, ada, cleo, nobody;
    struct cloud_device *aa, *bb, *cc;
};

extern struct bench bench;

void bench_setup(void);
void bench_teardown(void);

/* By name: "dev", "ben", "ada", "cleo", NULL or "none". */
struct owner bench_owner(const char *name);

/* The device begins as that owner's, or in that product: nothing is journalled. */
void bench_own(struct cloud_device *device, struct owner owner);
void bench_place(struct cloud_device *device, struct product *product);

/* By name: "pump", "lamp", NULL. */
struct product *bench_product(const char *name);

/* Sets a switch; NULL: none. */
void bench_switch(const char *name, const char *value);

/* Moves the clock on, timers and all. */
void bench_advance(int64_t ms);

/* What the cloud has sent to devices: the name of the last event, and how many there were. */
extern const char *bench_event;
extern size_t bench_events;

/* Opens a session for the device and answers its number. */
uint64_t bench_open(struct cloud_device *device, bool resume, enum session_kind *ret_kind);

/* How many entries of this kind the journal has whose data holds `piece`, and the newest of them
 * (NULL: none). */
size_t bench_noted(const char *kind, const char *piece);
const struct journal_entry *bench_newest(const char *kind, const char *piece);

#endif
