/*
 * Claiming: by id, by claim code, and the way back.
 *
 * The decision table of POST /v1/devices and the life of a claim code: 63 characters of the base64
 * alphabet, one hour, one device, once, bound to the user, or to the customer and the product, who
 * asked for it. Nothing that goes wrong with a code is ever told to the device or to the one who
 * asked for it. Sources: the rows of claim_rules.
 */
#ifndef CLOUD_CLAIM_H
#define CLOUD_CLAIM_H

#include "cloud/cloud.h"

enum claim_rule {
    CLAIM_MISSING_ID,
    CLAIM_UNKNOWN_DEVICE,
    CLAIM_UPPERCASE_ID,
    CLAIM_ALREADY_YOURS,
    CLAIM_FOREIGN_CUSTOMER,
    CLAIM_NON_MEMBER,
    CLAIM_OFFLINE,
    CLAIM_OFFLINE_CUSTOMER,
    CLAIM_OFFLINE_MEMBER,
    CLAIM_TRANSFER,
    CLAIM_OWNED_BY_OTHER,
    CLAIM_SANDBOX_FULL,
    CLAIM_ACCEPTED_USER,
    CLAIM_ACCEPTED_CUSTOMER,
    CLAIM_ACCEPTED_OFFLINE,
    CLAIM_RULES
};

extern const struct rule claim_rules[CLAIM_RULES];

/* What each verdict on a presented code follows. By enum code_verdict. */
extern const struct rule claim_code_rules[];
extern const size_t claim_code_rule_count;

/*
 * Claims a device by id for `owner` (a user or a customer), in the order of the table. `id` NULL:
 * none was given, or no string. The device is remembered as tried by `owner`. *ret_device is set
 * when the rule is about a device that exists.
 */
enum claim_rule claim_by_id(struct cloud *cloud, const struct owner *owner, const char *id,
                            bool request_transfer, struct cloud_device **ret_device);

/* Issues a claim code for `owner`; `product` NULL: a user's own. Borrowed. */
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
 * the confirmation. */
enum code_verdict claim_code_offer(struct cloud *cloud, struct cloud_device *device,
                                   const char *code);

/* Whether the code could still claim something at this moment. */
bool claim_code_alive(const struct cloud *cloud, const struct claim_code *code);

/* `owner` asks for somebody else's device; answers the id of that transfer, the same for who asks
 * again. The ownership stays as it is. Borrowed. */
const char *claim_request_transfer(struct cloud *cloud, struct cloud_device *device,
                                   const struct owner *owner);

/* Unclaims; works while offline; the device stays in its product. */
void claim_release(struct cloud *cloud, struct cloud_device *device);

#endif
