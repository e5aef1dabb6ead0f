/*
 * One question while it is being answered: the device, the owner, and what was tried. Of world/why/
 * alone.
 */
#ifndef WORLD_WHY_WHY_CASE_H
#define WORLD_WHY_WHY_CASE_H

#include "cloud/accounts.h"
#include "cloud/attempts.h"
#include "cloud/claim.h"
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "cloud/refusals.h"
#include "world/why/why.h"

enum why_kind {
    WHY_CLAIM,     /* a claim by id that the claim rules decided */
    WHY_REQUEST,   /* a request that was refused before */
    WHY_ASKED,     /* a claim code was asked for */
    WHY_HANDED,    /* a claim code came over a setup channel of the device */
    WHY_PRESENTED, /* the device presented a code, or its SIM's was found */
    WHY_IMPORT     /* an import into the owner's product: evidence, never the last word */
};

/* All pointers are borrowed from cloud/ and device/. */
struct why_attempt {
    enum why_kind kind;
    struct fact at;
    const struct claim_try *claim;
    const struct refusal *refusal;
    const struct claim_code *code; /* as it was issued; NULL: the cloud knows no such code */
    const char *code_text;         /* of WHY_ASKED, WHY_HANDED and WHY_PRESENTED */
    const struct device_handed *handed;
    const struct code_offer *offer;
    const struct import_try *import;
};

struct why_case {
    const struct world *world;
    const struct device *device;
    const struct cloud_device *record;
    struct owner owner;
    struct why_attempt *attempts; /* by number */
    size_t count, cap;
    const struct why_attempt *newest; /* the one that counts; NULL: nobody has tried */
    struct why_answer *answer;
};

/* Gathers what was tried and finds the newest. Ended by why_case_close(). */
void why_case_open(struct why_case *why);
void why_case_close(struct why_case *why);

/* The newest attempt, if it is of that kind, else NULL. */
const struct why_attempt *why_newest(const struct why_case *why, enum why_kind kind);

/* ---- evidence (why_evidence.c) ---- */

/* Claim codes are shown by their first characters. */
#define WHY_CODE "%.6s…"

/* Adds a line. `fact` with n 0: true now, or nothing that the journal has. */
void why_add(struct why_case *why, struct fact fact, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define WHY_NOW ((struct fact){0})

/* Adds a line for each attempt: of the newest that there is room for. */
void why_add_attempts(struct why_case *why);

/* What the cloud has seen of the device last. */
void why_add_presence(struct why_case *why);

/* What has become of a code that can claim nothing any more; false: it can. */
bool why_add_death(struct why_case *why, const struct claim_code *code);

/* In order of number, what has none at the end; nothing twice. */
void why_sort_evidence(struct why_answer *answer);

/* ---- codes (why_code_facts.c) ---- */

/* What the cloud has issued under that text; NULL: nothing. */
const struct claim_code *why_code(const struct why_case *why, const char *text);

/* Whether the code is the owner's, or may be: one that the cloud never issued is whose it looks
 * like, or anybody's. */
bool why_code_is_about(const struct why_case *why, const struct claim_code *code, const char *text);

/* The issued code that differs from the text in one character, or is all but the rest of it; NULL:
 * none does. */
const struct claim_code *why_near_code(const struct why_case *why, const char *text);

/* The other device that the code went to: it used the code, or stored it and this one never did.
 * NULL: none. *ret_fact tells when. */
const struct device *why_code_went_to(const struct why_case *why, const struct claim_code *code,
                                      struct fact *ret_fact);

/* Whether the code is the number of a SIM or modem. */
bool why_code_is_radio(const struct claim_code *code);

bool why_code_lives(const struct why_case *why, const struct claim_code *code);

/* The code for the owner that the device holds and that the cloud has not refused for good; NULL:
 * none. */
const struct why_attempt *why_held_code(const struct why_case *why);

/* ---- advice (why_advice.c): the device as it is now ---- */

/* What gets the device online, or that it is: a sentence with a blank before it. */
void why_say_online(const struct why_case *why, struct buf *out);

/* What makes it shake hands in full: a sentence with a blank before it. */
void why_say_handshake(const struct why_case *why, struct buf *out);

/* The channels by which a code reaches this device now: a sentence with a blank before it. */
void why_say_channels(const struct why_case *why, struct buf *out);

/* The path at which this owner asks for a code: "POST /v1/products/valve/device_claims". */
void why_say_code_route(const struct why_case *why, struct buf *out);

/* ---- causes, by family ---- */

/* why_obstacles.c: what stands in the way of any attempt. */
bool why_owned_by_other(struct why_case *why);
bool why_not_in_product(struct why_case *why);
bool why_sim_not_active(struct why_case *why);

/* Whether the device's SIM keeps it from its network; *ret_refused (may be NULL): since when. Not
 * of one that is on another network. */
bool why_sim_bars(const struct why_case *why, struct fact *ret_refused);
bool why_released(struct why_case *why);
void why_advise_owned(const struct why_case *why, struct buf *out);
void why_advise_product(const struct why_case *why, struct buf *out);
void why_advise_sim(const struct why_case *why, struct buf *out);
void why_advise_released(const struct why_case *why, struct buf *out);
void why_add_product(struct why_case *why);

/* why_claims.c: claims by id, refused requests. */
bool why_offline_when_claimed(struct why_case *why);
bool why_claim_refused(struct why_case *why);
bool why_request_refused(struct why_case *why);
bool why_never_claimed(struct why_case *why);
void why_advise_offline(const struct why_case *why, struct buf *out);
void why_advise_refused(const struct why_case *why, struct buf *out);
void why_advise_request(const struct why_case *why, struct buf *out);
void why_advise_never(const struct why_case *why, struct buf *out);

/* why_codes.c: codes of the setup channels. */
bool why_code_expired(struct why_case *why);
bool why_code_used(struct why_case *why);
bool why_code_unknown(struct why_case *why);
bool why_code_of_team(struct why_case *why);
bool why_code_refused_by_device(struct why_case *why);
bool why_code_overwritten(struct why_case *why);
bool why_session_resumed(struct why_case *why);
bool why_not_sent_yet(struct why_case *why);
bool why_code_went_elsewhere(struct why_case *why);
bool why_code_not_on_device(struct why_case *why);
void why_advise_new_code(const struct why_case *why, struct buf *out);
void why_advise_unknown_code(const struct why_case *why, struct buf *out);
void why_advise_team_code(const struct why_case *why, struct buf *out);
void why_advise_refused_code(const struct why_case *why, struct buf *out);
void why_advise_send(const struct why_case *why, struct buf *out);
void why_advise_hand_over(const struct why_case *why, struct buf *out);

/* why_radio.c: codes of a SIM or modem. */
bool why_radio_waits(struct why_case *why);
bool why_radio_superseded(struct why_case *why);
bool why_radio_other_sim(struct why_case *why);
bool why_radio_ignored(struct why_case *why);
void why_advise_radio(const struct why_case *why, struct buf *out);
void why_advise_ignored(const struct why_case *why, struct buf *out);
void why_advise_radio_again(const struct why_case *why, struct buf *out);

#endif
