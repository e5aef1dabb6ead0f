/*
 * The life of a claim code: 63 characters of the base64 alphabet, one hour, one device, once, bound
 * to the user, or to the customer and the product, who asked for it. Nothing that goes wrong with a
 * code is ever told to the device or to the one who asked for it. (claim_code.c)
 *
 * Sources: the rows of claim_code_rules.
 */
#ifndef CLOUD_CLAIM_CODE_H
#define CLOUD_CLAIM_CODE_H

#include "base/list.h"
#include "base/rule.h"
#include "cloud/fact.h"
#include "cloud/owner.h"
#include "sim/ids.h"

#include <stdbool.h>
#include <stdint.h>

#define CLAIM_CODE_LEN     63 /* HAL: CLAIM_CODE_SIZE */
#define CLAIM_CODE_LIFE_MS INT64_C(3600000)
#define CLAIM_CODES_BEFORE 8 /* void codes of the same SIM or modem that are remembered */

struct cloud;
struct cloud_device;
struct product;

/* What became of a claim code that a device presented. */
enum code_verdict {
    CODE_ACCEPTED,
    CODE_UNKNOWN,
    CODE_USED,
    CODE_EXPIRED,
    CODE_NOT_IN_PRODUCT,
    CODE_OWNED_BY_OTHER,
    CODE_OF_TEAM /* confirmed, but it claims nothing */
};

enum code_life {
    CODE_ALIVE,     /* it can still claim */
    CODE_DEAD,      /* it can't; kept so that a refusal can tell what became of it */
    CODE_PRESENTED, /* dead, and what some device presented last: `why` tells of it */
    CODE_LIVES,
    CODE_ASIDE = CODE_LIVES /* the same SIM's or modem's was issued anew: in no list of lives */
};

struct claim_code {
    char *code;
    enum code_life life;
    struct list_link of_life;    /* in cloud->lives, oldest first */
    struct list_link of_owner;   /* in no list when it is nobody's */
    struct list_link of_product; /* of the product's codes, or of those of no product */
    uint64_t expiry;             /* the timer; 0: it has fired */
    uint32_t presented;          /* how many devices presented it last */
    struct owner owner;
    struct product *product; /* NULL: a user's code */
    int64_t issued_ms;
    int64_t expires_ms;
    uint64_t issued_n;   /* journal number */
    struct fact used;    /* n 0: not used */
    struct fact expired; /* n 0: it has not, or was used or revoked before */
    struct fact revoked; /* its owner was deleted, or a newer one cancelled it; n 0: it was not */
    char used_by[IDS_OBJECT + 1];
    struct claim_code *before; /* of an ICCID or IMEI: as it was issued before, which is void now;
                                  at most CLAIM_CODES_BEFORE of them. NULL: for the first time */
};

/* Where codes stand beside the map that finds them. */
struct claim_code_lives {
    struct list of[CODE_LIVES];
    struct list of_users; /* those of no product, by of_product */
};

/* What each verdict on a presented code follows. By enum code_verdict. */
extern const struct rule claim_code_rules[];
extern const struct rule_table claim_code_rule_table;

/* Issues a claim code for `owner`; `product` NULL: a user's own. Borrowed. NULL: the world has no
 * room for another. */
struct claim_code *claim_code_issue(struct cloud *cloud, const struct owner *owner,
                                    struct product *product);

/* The same for one cellular device: its ICCID or IMEI is the code, and it claims that device at the
 * device's next full handshake. What was issued for it before is void. */
struct claim_code *claim_code_issue_radio(struct cloud *cloud, const struct owner *owner,
                                          struct product *product, const char *radio_id);

/* 15 to 22 decimal digits: what an ICCID or an IMEI looks like. */
bool claim_code_is_radio_id(const char *text);

/* The device shook hands in full: a code that was made for its ICCID or IMEI claims it. */
void claim_code_of_radio(struct cloud *cloud, struct cloud_device *device);

/* A device presents a code after a full handshake. Silent but for the journal and, when accepted,
 * the confirmation. The number of another device's SIM or modem is no code for it. */
enum code_verdict claim_code_offer(struct cloud *cloud, struct cloud_device *device,
                                   const char *code);

/* The codes of a product, or (NULL) those of no product, oldest first: by of_product. */
const struct list *claim_code_list(const struct cloud *cloud, const struct product *product);

/* An owner is going: those that are not used are revoked, and all are nobody's. `gone`:
 * its deletion. */
void claim_code_forget_owner(struct cloud *cloud, const struct owner *owner, struct fact gone);

/* With the cloud. */
/* All that could still claim are lost with a restart. */
void claim_code_lose_all(struct cloud *cloud, struct fact when);

void claim_code_free_all(struct cloud *cloud);

/* Whether the code could still claim something at this moment. */
bool claim_code_alive(const struct cloud *cloud, const struct claim_code *code);

/* Whether a live code of somebody else takes the device over from its owner: a developer device,
 * and with the switch a product's, too. */
bool claim_code_takes_over(const struct cloud *cloud, const struct cloud_device *device);

/* Whether a text is the number of the device's SIM or modem. */
bool claim_code_is_radio_id_of(const struct cloud_device *device, const char *text);

#endif
