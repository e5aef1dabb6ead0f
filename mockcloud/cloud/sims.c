/* See sims.h. */
#include "cloud/sims.h"

#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <stdlib.h>
#include <string.h>

static void card_free(void *value)
{
    struct sim_card *card = value;
    free(card->iccid);
    free(card);
}

void sims_free(struct cloud *cloud)
{
    map_free(&cloud->sims, card_free);
}

bool sims_iccid_valid(const char *iccid)
{
    size_t len = strlen(iccid);
    return len >= 18 && len <= 22 && strspn(iccid, "0123456789") == len &&
           strncmp(iccid, "89", 2) == 0;
}

static struct sim_view view_of(const char *iccid, const struct sim_card *card,
                               const struct cloud_device *device)
{
    struct sim_view view = {.iccid = iccid, .card = card, .device = device};
    if (card && card->taken) {
        view.product = card->product;
        view.user = card->user && !card->user->gone ? card->user : NULL;
    } else if (device && device->product) {
        view.product = device->product;
    } else if (device && device->owner.kind == OWNER_USER) {
        view.user = device->owner.user;
    }
    if (card)
        view.status = card->status;
    else
        view.status = view.product || view.user ? SIM_ACTIVE : SIM_INACTIVE;
    return view;
}

bool sims_view(const struct cloud *cloud, const char *iccid, struct sim_view *ret_view)
{
    const struct sim_card *card = map_get(&cloud->sims, iccid);
    const struct cloud_device *device = card ? card->device : registry_by_iccid(cloud, iccid);
    if (!card && !device)
        return false;
    *ret_view = view_of(card ? card->iccid : cloud_iccid(device), card, device);
    return true;
}

bool sims_next(const struct cloud *cloud, size_t *cursor, struct sim_view *ret_view)
{
    size_t devices = cloud->device_count, at;
    void *value;
    while (*cursor < devices) {
        const struct cloud_device *device = cloud->registry[(*cursor)++];
        if (!cloud_iccid(device))
            continue;
        *ret_view =
            view_of(cloud_iccid(device), map_get(&cloud->sims, cloud_iccid(device)), device);
        return true;
    }
    at = *cursor - devices;
    while (map_next(&cloud->sims, &at, NULL, &value)) {
        const struct sim_card *card = value;
        *cursor = devices + at;
        if (card->device)
            continue;
        *ret_view = view_of(card->iccid, card, NULL);
        return true;
    }
    return false;
}

/* The record of the device's SIM; NULL: nothing was done to it. When there are no records at all,
 * the ICCID is not even made. */
static struct sim_card *card_in(const struct cloud *cloud, const struct cloud_device *device)
{
    bool may_have = map_count(&cloud->sims) && device->platform->cellular;
    return may_have ? map_get(&cloud->sims, cloud_iccid(device)) : NULL;
}

/* ---- what is done to them ---- */

/* The record of a SIM, made when it has none; it then still follows its device. */
static struct sim_card *card_for(struct cloud *cloud, const char *iccid)
{
    struct sim_card *card = map_get(&cloud->sims, iccid);
    struct sim_view view = {0};
    if (card || limits_reached(cloud, LIMIT_SIMS, map_count(&cloud->sims)))
        return card;
    sims_view(cloud, iccid, &view);
    card = mem_new(sizeof *card);
    card->iccid = mem_dup(iccid);
    card->device = registry_by_iccid(cloud, iccid);
    card->status = view.status;
    card->activations = view.status == SIM_ACTIVE;
    card->first_activated_ms = card->last_activated_ms = -1;
    card->updated_ms = card->status_asked_ms = -1;
    card->activated_via = card->activations ? "user_setup" : NULL;
    card->last_action = card->activations ? "activate" : NULL;
    map_put(&cloud->sims, iccid, card);
    return card;
}

/* Whether the network lets it in may have changed with entry `n`: then its device hears of it. */
static void see_carried(struct cloud *cloud, struct sim_card *card, uint64_t n)
{
    bool refused = card->status != SIM_ACTIVE;
    if (refused == (card->refused.n != 0))
        return;
    card->refused = refused ? (struct fact){n, card->updated_ms} : (struct fact){0};
    if (card->device && cloud->carried_changed)
        cloud->carried_changed(cloud->carried_arg, card->device->id);
}

/* Something was done to it. */
static void note(struct cloud *cloud, struct sim_card *card, const char *kind)
{
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "iccid", card->iccid);
    jsonw_key_str(w, "device", card->device ? card->device->id : NULL);
    uint64_t n = sim_noted(cloud->sim, "cloud", kind);
    card->updated_ms = vclock_now(cloud->sim->clock);
    see_carried(cloud, card, n);
}

static void activate(struct cloud *cloud, struct sim_card *card, const char *action)
{
    if (card->status == SIM_ACTIVE)
        return;
    card->status = SIM_ACTIVE;
    card->activations++;
    card->last_action = action;
    card->last_activated_ms = vclock_now(cloud->sim->clock);
    if (card->first_activated_ms < 0 && card->activations == 1)
        card->first_activated_ms = card->last_activated_ms;
}

static struct sim_card *take(struct cloud *cloud, const char *iccid, struct product *product,
                             const struct user *user)
{
    struct sim_card *card = card_for(cloud, iccid);
    if (!card)
        return NULL;
    card->taken = true;
    card->product = product;
    card->user = user;
    card->activated_via = product ? "import" : "user_setup";
    activate(cloud, card, "activate");
    note(cloud, card, product ? "sim.imported" : "sim.activated");
    return card;
}

struct sim_card *sims_take_for_user(struct cloud *cloud, const char *iccid, const struct user *user)
{
    return take(cloud, iccid, NULL, user);
}

struct sim_card *sims_take_for_product(struct cloud *cloud, const char *iccid,
                                       struct product *product)
{
    return take(cloud, iccid, product, NULL);
}

static void deactivate(struct sim_card *card)
{
    if (card->status != SIM_ACTIVE)
        return;
    card->status = SIM_DEACTIVATED;
    card->deactivations++;
    card->last_action = "deactivate";
}

void sims_deactivate(struct cloud *cloud, const char *iccid)
{
    struct sim_card *card = card_for(cloud, iccid);
    if (!card)
        return;
    deactivate(card);
    note(cloud, card, "sim.deactivated");
}

void sims_reactivate(struct cloud *cloud, const char *iccid)
{
    struct sim_card *card = card_for(cloud, iccid);
    if (!card)
        return;
    activate(cloud, card, "reactivate");
    note(cloud, card, "sim.reactivated");
}

void sims_release(struct cloud *cloud, const char *iccid)
{
    struct sim_card *card = card_for(cloud, iccid);
    if (!card)
        return;
    deactivate(card);
    card->taken = true;
    card->product = NULL;
    card->user = NULL;
    note(cloud, card, "sim.released");
}

bool sims_carried(const struct cloud *cloud, const struct cloud_device *device,
                  struct fact *ret_refused)
{
    const struct sim_card *card = card_in(cloud, device);
    if (card && card->refused.n && ret_refused)
        *ret_refused = card->refused;
    return !card || !card->refused.n;
}

void sims_begin_inactive(struct cloud *cloud, struct cloud_device *device)
{
    struct sim_card *card = card_for(cloud, cloud_iccid(device));
    if (!card)
        return;
    card->status = SIM_INACTIVE;
    card->activations = 0;
    card->activated_via = card->last_action = NULL;
    note(cloud, card, "sim.inactive");
}

void sims_imported_with(struct cloud *cloud, struct cloud_device *device)
{
    struct sim_card *card = card_in(cloud, device);
    if (!card || card->taken || card->status == SIM_ACTIVE)
        return;
    card->activated_via = "import";
    activate(cloud, card, "activate");
    note(cloud, card, "sim.activated");
}

const struct sim_card *sims_check_status(struct cloud *cloud, const char *iccid)
{
    int64_t now = vclock_now(cloud->sim->clock);
    struct sim_card *card = card_for(cloud, iccid);
    if (card && (card->status_asked_ms < 0 || now >= card->status_asked_ms + SIMS_STATUS_MS)) {
        card->status_asked_ms = now;
        card->status_asked++;
    }
    return card;
}
