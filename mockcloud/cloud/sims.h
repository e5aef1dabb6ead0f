/*
 * SIM cards: whose they are, whether they are active, and whether the network lets them in: a
 * device whose SIM was deactivated, or never activated, blinks green for ever. No data is counted.
 *
 * Every cellular device has a SIM. As long as nobody has done anything to it, it follows its
 * device: that of a device of a product is the product's, that of a device that a user owns is the
 * user's, and both are active; any other is nobody's. Activating, importing and releasing a SIM
 * gives it a record of its own, and so does an import of an ICCID that no device has.
 *
 * A SIM that nobody has done anything to is let in, whosever it is.
 *
 * Sources: Particle's API reference (SIM cards); Particle's device claiming guide (a SIM that is
 * not activated blinks green). That a SIM follows its device is a guess.
 */
#ifndef CLOUD_SIMS_H
#define CLOUD_SIMS_H

#define SIMS_STATUS_MS     INT64_C(180000)
#define SIMS_STATUS_ASK_MS INT64_C(10450)

enum sim_status { SIM_INACTIVE, SIM_ACTIVE, SIM_DEACTIVATED };

/* A SIM that something was done to. */
#include "cloud/cloud.h"
#include "cloud/record.h"

struct sim_card {
    char *iccid;
    struct cloud_device *device; /* NULL: in no simulated device */
    bool taken;                  /* product and user are its own; else it follows its device */
    struct product *product;
    const struct user *user; /* NULL: no user's; a deleted one is nobody */
    enum sim_status status;
    int64_t activations, deactivations;
    int64_t first_activated_ms, last_activated_ms; /* -1: before the world began, or never */
    int64_t updated_ms;                            /* -1: never */
    const char *activated_via;                     /* static */
    const char *last_action;                       /* static: "activate" …; NULL: none */
    struct fact refused;     /* since when the network does not let it in; n 0: it does */
    int64_t status_asked_ms; /* when the check of its status was begun; -1: none is */
    uint64_t status_asked;   /* checks begun so far */
};

/* A SIM as it stands. Pointers are borrowed until the cloud changes. */
struct sim_view {
    const char *iccid;
    const struct sim_card *card; /* NULL: it follows its device */
    const struct cloud_device *device;
    const struct product *product;
    const struct user *user;
    enum sim_status status;
};

/* 18 to 22 digits that begin with 89. */
bool sims_iccid_valid(const char *iccid);

/* False: there is no such SIM. */
bool sims_view(const struct cloud *cloud, const char *iccid, struct sim_view *ret_view);

/* Walks all SIMs: those of devices in the order of the registry, then the others in the order in
 * which they came. Start with *cursor = 0; false behind the last. */
bool sims_next(const struct cloud *cloud, size_t *cursor, struct sim_view *ret_view);

/* Makes it the user's, or the product's, and active. NULL: there is no room for a record more. */
struct sim_card *sims_take_for_user(struct cloud *cloud, const char *iccid,
                                    const struct user *user);
struct sim_card *sims_take_for_product(struct cloud *cloud, const char *iccid,
                                       struct product *product);

/* Each is of a SIM that is there. */
void sims_deactivate(struct cloud *cloud, const char *iccid);
void sims_reactivate(struct cloud *cloud, const char *iccid);
void sims_release(struct cloud *cloud, const char *iccid);

/* Whether the network lets the device in; always, if it is not cellular. *ret_refused (may be
 * NULL): since when it does not. */
bool sims_carried(const struct cloud *cloud, const struct cloud_device *device,
                  struct fact *ret_refused);

/* The device's SIM has never been activated. */
void sims_begin_inactive(struct cloud *cloud, struct cloud_device *device);

/* The device was imported into a product, which activates its SIM if that is not. */
void sims_imported_with(struct cloud *cloud, struct cloud_device *device);

/* The check of its status: begun when none is under way, or the last one has expired. */
const struct sim_card *sims_check_status(struct cloud *cloud, const char *iccid);

/* ---- of cloud/ alone ---- */

void sims_free(struct cloud *cloud);

#endif
