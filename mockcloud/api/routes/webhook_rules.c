/* See webhook_rules.h. Data. */
#include "api/routes/webhook_rules.h"

#include <stddef.h>

const struct rule webhook_rules[WEBHOOK_RULES] = {
    [WEBHOOK_RULE_CREATED] = {"webhook.created",
                              "A webhook is made, also one that is there already. (2015: 200.)",
                              PROVENANCE_OBSERVED,
                              "particlerb recording of 2018; what was given besides is shown, too",
                              NULL},
    [WEBHOOK_RULE_LIST] = {"webhook.list", "The integrations of the caller, as an array.",
                           PROVENANCE_DOCUMENTED, "Particle's API reference", NULL},
    [WEBHOOK_RULE_GET] = {"webhook.get", "One integration with its logs, errors and counters.",
                          PROVENANCE_OBSERVED,
                          "particlerb recording of 2018; what a log or a counter holds is a guess",
                          NULL},
    [WEBHOOK_RULE_UPDATED] = {"webhook.updated",
                              "What is given changes, the rest stays; the reply is that of its "
                              "creation.",
                              PROVENANCE_DOCUMENTED, "particle-api-js 12; the reply is a guess",
                              NULL},
    [WEBHOOK_RULE_DELETED] = {"webhook.deleted", "A webhook is deleted: 204. (2015: 200.)",
                              PROVENANCE_OBSERVED, "particlerb recording of 2018", NULL},
    [WEBHOOK_RULE_TESTED] = {"webhook.tested",
                             "A webhook is sent once, with a made event of its own name. The "
                             "answer does not wait for the receiver.",
                             PROVENANCE_DOCUMENTED,
                             "Particle's API reference prints the answer, and the defaults of data "
                             "and device_id; that it does not wait is a guess",
                             NULL},
    [WEBHOOK_RULE_NOT_FOUND] = {"webhook.not-found", "A webhook that is not there.",
                                PROVENANCE_OBSERVED, "particlerb recording of 2018", NULL},
    [WEBHOOK_RULE_INTEGRATION_NOT_FOUND] = {"webhook.integration-not-found",
                                            "An integration that is not there.", PROVENANCE_GUESSED,
                                            "by analogy with a webhook; the text is a guess", NULL},
    [WEBHOOK_RULE_BAD] = {"webhook.bad", "No event, no URL, or a request type that there is not.",
                          PROVENANCE_GUESSED, "the real body was never recorded", NULL},
    [WEBHOOK_RULE_TOO_MANY] = {"webhook.too-many", "A world has room for 1000 integrations.",
                               PROVENANCE_GUESSED, "ours", NULL},
};
