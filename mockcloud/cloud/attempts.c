/* See attempts.h. Owns the rings; who notes what is decided in claim.c, claim_code.c and
 * registry_product.c. */
#include "cloud/attempts.h"

#include "base/mem.h"

#include <stdlib.h>

static struct attempts *attempts_of(struct cloud_device *device)
{
    if (!device->attempts)
        device->attempts = mem_new(sizeof *device->attempts);
    return device->attempts;
}

void attempts_note_try(struct cloud_device *device, const struct claim_try *attempt)
{
    struct attempts *attempts = attempts_of(device);
    attempts->tries[attempts->tries_count++ % ATTEMPTS_KEPT] = *attempt;
}

void attempts_note_offer(struct cloud_device *device, const struct code_offer *offer,
                         const char *code)
{
    struct attempts *attempts = attempts_of(device);
    struct code_offer *place = &attempts->offers[attempts->offers_count++ % ATTEMPTS_KEPT];
    char *copy = mem_dup(code); /* before the old one goes: it may be that very text */
    free(place->code);
    *place = *offer;
    place->code = copy;
}

void attempts_note_import(struct cloud_device *device, const struct import_try *attempt)
{
    struct attempts *attempts = attempts_of(device);
    attempts->imports[attempts->imports_count++ % ATTEMPTS_KEPT] = *attempt;
}

const struct code_offer *attempts_last_offer(const struct cloud_device *device)
{
    const struct attempts *attempts = device->attempts;
    if (!attempts || !attempts->offers_count)
        return NULL;
    return &attempts->offers[(attempts->offers_count - 1) % ATTEMPTS_KEPT];
}

const struct claim_try *attempts_last_try(const struct cloud_device *device)
{
    const struct attempts *attempts = device->attempts;
    if (!attempts || !attempts->tries_count)
        return NULL;
    return &attempts->tries[(attempts->tries_count - 1) % ATTEMPTS_KEPT];
}

void attempts_forget_gone(struct cloud_device *device)
{
    struct attempts *attempts = device->attempts;
    for (size_t i = 0; attempts && i < ATTEMPTS_KEPT; i++) {
        if (owner_is_gone(&attempts->tries[i].owner))
            attempts->tries[i].owner = (struct owner){0};
        if (owner_is_gone(&attempts->offers[i].owner))
            attempts->offers[i].owner = (struct owner){0};
    }
}

void attempts_free(struct cloud_device *device)
{
    for (size_t i = 0; device->attempts && i < ATTEMPTS_KEPT; i++)
        free(device->attempts->offers[i].code);
    free(device->attempts);
    device->attempts = NULL;
}
