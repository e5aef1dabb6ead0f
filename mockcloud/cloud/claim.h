/*
 * Claiming by id, and the way back: the decision table of POST /v1/devices. By claim code it is
 * claim_code.h. Sources: the rows of claim_rules.
 */
#ifndef CLOUD_CLAIM_H
#define CLOUD_CLAIM_H

#include "base/rule.h"
#include "cloud/owner.h"
#include "cloud/record.h"

#include <stdbool.h>

struct cloud;
struct cloud_device;

enum claim_rule {
    CLAIM_MISSING_ID,
    CLAIM_UNREADABLE_BODY, /* of api/ alone: an id can't be read out of it */
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

/*
 * Claims a device by id for `owner` (a user or a customer), in the order of the table. `id` NULL:
 * none was given, or no string. The device is remembered as tried by `owner`. *ret_device is set
 * when the rule is about a device that exists.
 */
enum claim_rule claim_by_id(struct cloud *cloud, const struct owner *owner, const char *id,
                            bool request_transfer, struct cloud_device **ret_device);

/* Whether this owner's claim of the device by id is refused while the cloud believes it offline. */
bool claim_needs_online(const struct cloud *cloud, const struct owner *owner,
                        const struct cloud_device *device);

/* `owner` asks for somebody else's device; answers the id of that transfer, the same for who asks
 * again. The ownership stays as it is. Borrowed. */
const char *claim_request_transfer(struct cloud *cloud, struct cloud_device *device,
                                   const struct owner *owner);

/* Unclaims; works while offline; the device stays in its product. */
void claim_release(struct cloud *cloud, struct cloud_device *device);

#endif
