/* See delivery_rules.h. Data. */
#include "cloud/webhook/delivery_rules.h"

#include <stddef.h>

#define DOCS "Particle's webhook reference"

const struct rule delivery_rules[DELIVERY_RULES] = {
    [DELIVERY_RULE_MATCH] = {"webhook.match",
                             "An event whose name begins with the hook's triggers it, in the same "
                             "case; events of hooks never do.",
                             PROVENANCE_DOCUMENTED, DOCS, NULL},
    [DELIVERY_RULE_DEFAULT_BODY] = {"webhook.default-body",
                                    "event, data, published_at and coreid are sent: as a form, in "
                                    "json beside what is there, with a GET in the query.",
                                    PROVENANCE_DOCUMENTED, DOCS, NULL},
    [DELIVERY_RULE_TEMPLATES] = {"webhook.templates",
                                 "URL, headers, query, form, json, body and topics are templates; "
                                 "one that is not valid ends in a hook-error.",
                                 PROVENANCE_DOCUMENTED, DOCS "; the error is a guess", NULL},
    [DELIVERY_RULE_RESPONSE] = {"webhook.response",
                                "The response comes back in events of 512 bytes, of 100 KB at "
                                "most; an empty one in none.",
                                PROVENANCE_OBSERVED,
                                DOCS "; a user's log of 2016 has hook-sent alone for an empty 201",
                                NULL},
    [DELIVERY_RULE_ERROR] = {"webhook.error",
                             "A status other than 2xx comes back as hook-error. Redirects are not "
                             "followed.",
                             PROVENANCE_DOCUMENTED, DOCS "; 3xx is a guess", NULL},
    [DELIVERY_RULE_NO_ANSWER] = {"webhook.no-answer",
                                 "No answer within 20 s, or no connection, is an error too; its "
                                 "text is that of Node.",
                                 PROVENANCE_DOCUMENTED, DOCS "; the texts are a guess", NULL},
    [DELIVERY_RULE_SKIPPED] = {"webhook.skipped",
                               "A host that answers with more errors than successes is left alone; "
                               "what is skipped is tried again after 30 s and after 1 min, then "
                               "dropped.",
                               PROVENANCE_DOCUMENTED, DOCS "; when it begins and ends is a guess",
                               "webhook_skipping"},
    [DELIVERY_RULE_LOOPBACK] = {"webhook.loopback-only",
                                "Another host than this machine is not called, unless "
                                "--allow-outbound names it.",
                                PROVENANCE_GUESSED, "ours", NULL},
};
