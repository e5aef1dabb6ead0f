/*
 * What was tried on a device, for `why`: claims by id, codes that it presented or that were made
 * for its SIM, imports. Each kind is a ring of its newest ATTEMPTS_KEPT, made when the first comes,
 * so that a device that nobody touches costs nothing.
 *
 * A fact is written where it happens, with the number of its journal entry; it is never changed
 * afterwards, and it outlives the entry.
 */
#ifndef CLOUD_ATTEMPTS_H
#define CLOUD_ATTEMPTS_H

#include "cloud/claim_code.h"
#include "cloud/fact.h"
#include "cloud/owner.h"
#include "cloud/record.h"

#define ATTEMPTS_KEPT 16 /* of each kind */

/* A claim by id. */
struct claim_try {
    struct fact at; /* claim.decided */
    struct owner owner;
    const struct rule *rule; /* what decided */
};

/* A code that the device presented, or one that was found to be made for its SIM or modem. */
struct code_offer {
    struct fact at; /* claim-code.presented or claim-code.matched */
    char *code;     /* whole */
    enum code_verdict verdict;
    bool matched;       /* the device presented nothing: its SIM or modem was recognised */
    uint64_t issued_n;  /* of the code as it was then; 0: the cloud knows no such code */
    struct owner owner; /* of the code; OWNER_NONE: nobody's */
};

/* An import into a product. */
struct import_try {
    struct fact at; /* device.imported or import.refused */
    struct product *product;
    enum import_result result;
    const char *reason; /* static: why it was refused; NULL: it was not */
};

struct attempts {
    struct claim_try tries[ATTEMPTS_KEPT]; /* rings: number i at i % ATTEMPTS_KEPT */
    struct code_offer offers[ATTEMPTS_KEPT];
    struct import_try imports[ATTEMPTS_KEPT];
    size_t tries_count, offers_count, imports_count; /* ever; only the newest are there */
};

/* Each notes one. `code` is copied, into the place of offer->code; all else is borrowed for ever.
 */
void attempts_note_try(struct cloud_device *device, const struct claim_try *attempt);
void attempts_note_offer(struct cloud_device *device, const struct code_offer *offer,
                         const char *code);
void attempts_note_import(struct cloud_device *device, const struct import_try *attempt);

/* The code that the device presented last, or that was matched last; NULL: none. Borrowed. */
const struct code_offer *attempts_last_offer(const struct cloud_device *device);

/* The claim by id that came last, whoever's; NULL: none. Borrowed. */
const struct claim_try *attempts_last_try(const struct cloud_device *device);

/* What was tried by an account that was deleted since is nobody's: to be called before a device's
 * attempts are read. (Not when the account goes: that would be a look at every device.) */
void attempts_forget_gone(struct cloud_device *device);

void attempts_free(struct cloud_device *device);

#endif
