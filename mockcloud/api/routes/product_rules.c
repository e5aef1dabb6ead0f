/* See product_rules.h. Data. */
#include "api/routes/product_rules.h"

#include <stddef.h>

#define DOCUMENTED PROVENANCE_DOCUMENTED
#define OBSERVED   PROVENANCE_OBSERVED
#define STAFF      PROVENANCE_STAFF

const struct rule product_rules[PRODUCT_RULES] = {
    [PRODUCT_NOT_FOUND] = {"product.not-found", "GET of a product that is not there.", OBSERVED,
                           "particlerb recording of 2018", NULL},
    [PRODUCT_LIST] = {"product.list", "The products of the caller.", DOCUMENTED,
                      "Particle's API reference; particlerb recording of 2018", "api_year"},
    [PRODUCT_GET] = {"product.get", "One product.", DOCUMENTED,
                     "Particle's API reference; recording of 2019", "api_year"},
    [PRODUCT_DEVICE_LIST] =
        {"product.device-list",
         "The devices of a product, by pages; one in quarantine is of its platform's product "
         "still, "
         "and has no owner, groups or firmware_version.",
         DOCUMENTED, "Particle's API reference; a third party's notes of 879 devices, August 2026",
         "api_year"},
    [PRODUCT_DEVICE_GET] = {"product.device-get", "One device of a product.", DOCUMENTED,
                            "Particle's API reference; particle-cli end-to-end tests; a third "
                            "party's notes of August 2026",
                            NULL},
    [PRODUCT_DEVICE_NOT_CALLED] = {"product.device-not-called",
                                   "A function or a variable of a device that is not in the "
                                   "product.",
                                   PROVENANCE_OBSERVED, "a reply recorded about 2022", NULL},
    [PRODUCT_DEVICE_NOT_FOUND] = {"product.device-not-found",
                                  "A device that is not in the product.", STAFF,
                                  "particle-cli end-to-end tests; the status is a guess", NULL},
    [PRODUCT_IMPORT] =
        {"product.import",
         "Devices are imported by device id, serial number, IMEI or ICCID; the reply "
         "repeats each as it was sent.",
         DOCUMENTED,
         "Particle's API reference; Particle staff's transcript of 2018; "
         "particle-cli end-to-end tests",
         NULL},
    [PRODUCT_DEVICE_REMOVED] = {"product.device-removed",
                                "A device leaves its product; a customer's is unclaimed with it.",
                                DOCUMENTED, "Particle's API reference", NULL},
    [PRODUCT_OWNER_REMOVED] = {"product.owner-removed", "A team member unclaims for the owner.",
                               DOCUMENTED, "Particle's API reference", NULL},
};
