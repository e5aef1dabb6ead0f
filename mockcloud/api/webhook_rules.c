/* See routes_webhook.h. Data. */
#include "api/routes_webhook.h"

#include <stddef.h>

#define DOCS "Particle's webhook reference"

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
                             "A webhook is sent once, with a made event of its own name.",
                             PROVENANCE_GUESSED, "no source tells what it sends or answers", NULL},
    [WEBHOOK_RULE_NOT_FOUND] = {"webhook.not-found", "A webhook that is not there.",
                                PROVENANCE_OBSERVED, "particlerb recording of 2018", NULL},
    [WEBHOOK_RULE_INTEGRATION_NOT_FOUND] = {"webhook.integration-not-found",
                                            "An integration that is not there.", PROVENANCE_GUESSED,
                                            "by analogy with a webhook; the text is a guess", NULL},
    [WEBHOOK_RULE_BAD] = {"webhook.bad", "No event, no URL, or a request type that there is not.",
                          PROVENANCE_GUESSED, "the real body was never recorded", NULL},
    [WEBHOOK_RULE_TOO_MANY] = {"webhook.too-many", "A world has room for 1000 integrations.",
                               PROVENANCE_GUESSED, "ours", NULL},
    [WEBHOOK_RULE_MATCH] = {"webhook.match",
                            "An event whose name begins with the hook's triggers it, in the same "
                            "case; events of hooks never do.",
                            PROVENANCE_DOCUMENTED, DOCS, NULL},
    [WEBHOOK_RULE_DEFAULT_BODY] = {"webhook.default-body",
                                   "Without more, a form of event, data, published_at and coreid; "
                                   "a GET has them in the query.",
                                   PROVENANCE_DOCUMENTED, DOCS, NULL},
    [WEBHOOK_RULE_TEMPLATES] = {"webhook.templates",
                                "URL, headers, query, form, json, body and topics are templates; "
                                "one that is not valid ends in a hook-error.",
                                PROVENANCE_DOCUMENTED, DOCS "; the error is a guess", NULL},
    [WEBHOOK_RULE_RESPONSE] = {"webhook.response",
                               "The response comes back in events of 512 bytes, of 100 KB at "
                               "most; an empty one in one empty event.",
                               PROVENANCE_DOCUMENTED, DOCS "; the empty event is a guess", NULL},
    [WEBHOOK_RULE_ERROR] = {"webhook.error",
                            "A status other than 2xx comes back as hook-error. Redirects are not "
                            "followed.",
                            PROVENANCE_DOCUMENTED, DOCS "; 3xx is a guess", NULL},
    [WEBHOOK_RULE_NO_ANSWER] = {"webhook.no-answer",
                                "No answer within 20 s, or no connection, is an error too; its "
                                "text is that of Node.",
                                PROVENANCE_DOCUMENTED, DOCS "; the texts are a guess", NULL},
    [WEBHOOK_RULE_SKIPPED] = {"webhook.skipped",
                              "A host that answers with more errors than successes is left alone; "
                              "what is skipped is tried again after 30 s and after 1 min, then "
                              "dropped.",
                              PROVENANCE_DOCUMENTED, DOCS "; when it begins and ends is a guess",
                              "webhook_skipping"},
    [WEBHOOK_RULE_LOOPBACK] = {"webhook.loopback-only",
                               "Another host than this machine is not called, unless "
                               "--allow-outbound names it.",
                               PROVENANCE_GUESSED, "ours", NULL},
};
