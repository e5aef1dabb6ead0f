/* See fleet_rules.h. Data. */
#include "api/routes/fleet_rules.h"

#include <stddef.h>

#define DOCUMENTED PROVENANCE_DOCUMENTED
#define STAFF      PROVENANCE_STAFF
#define INFERRED   PROVENANCE_INFERRED
#define GUESSED    PROVENANCE_GUESSED

#define REFERENCE  "Particle's API reference"
#define SDK        "types of particle-api-js 12"
#define NEVER_SEEN "the real body was never recorded"

const struct rule fleet_rules[FLEET_RULES] = {
    [ENV_LIST] = {"environment.list",
                  "The variables of a scope: its own, those that it inherits, those of the last "
                  "rollout, and of a device what it took.",
                  INFERRED, SDK "; particle-cli's fixtures of 2025", NULL},
    [ENV_CHANGED] = {"environment.changed", "Variables are set or taken away.", INFERRED,
                     SDK "; particle-cli", NULL},
    [ENV_BAD_KEY] = {"environment.bad-key",
                     "A name with other characters than upper-case letters, digits and _, or that "
                     "begins with a digit.",
                     STAFF, "particle-cli's fixtures of 2025", NULL},
    [ENV_BAD] = {"environment.bad", "No operations, one that is none, a value that is no text.",
                 GUESSED, NEVER_SEEN, NULL},
    [ENV_RENDERED] = {"environment.rendered", "What a device of the scope would see.", INFERRED,
                      SDK, NULL},
    [ENV_REVIEWED] = {"environment.reviewed", "What a rollout would change.", INFERRED, SDK, NULL},
    [ENV_ROLLED_OUT] = {"environment.rolled-out",
                        "What is set reaches the devices of the scope when they connect, or at "
                        "once.",
                        INFERRED, SDK "; particle-cli; that Immediate is the other word is a guess",
                        NULL},
    [REGISTRATION_CODE] = {"device.registration-code",
                           "A code with which a Linux device of the product registers.", INFERRED,
                           "particle-cli, the set-up of a Tachyon; the code's form is a guess",
                           NULL},
    [REGISTRATION_BAD] = {"device.registration-bad", "A registration without device_id.", GUESSED,
                          NEVER_SEEN, NULL},
    [TARGET_PROFILE] = {"device.target-profile", "The country that a device is set up for.",
                        INFERRED, "particle-cli, the set-up of a Tachyon; the body is a guess",
                        NULL},
    [TARGET_PROFILE_BAD] = {"device.target-profile-bad",
                            "A target profile without a country of two letters.", GUESSED,
                            NEVER_SEEN, NULL},
    [DEVICE_ORDERS] = {"device-order.list", "A product's orders of devices: there are none.",
                       DOCUMENTED, REFERENCE "; the body is a guess", NULL},
    [SEARCH] = {"search",
                "At most 10 each of the devices, products and SIMs that the caller sees, by a part "
                "of a name or a number.",
                DOCUMENTED, REFERENCE "; the keys of the body are a guess", NULL},
    [SERVICE_AGREEMENTS] = {"service-agreement.list",
                            "The one agreement that a user has, or an organization: its plan, its "
                            "limits, and what is used of them.",
                            DOCUMENTED, REFERENCE "; the numbers are ours", "sandbox_limit"},
    [SERVICE_NOTIFICATIONS] = {"service-agreement.notifications",
                               "What was told of an agreement's limits: nothing was.", DOCUMENTED,
                               REFERENCE, NULL},
};
