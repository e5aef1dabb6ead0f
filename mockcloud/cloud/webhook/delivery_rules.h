/*
 * The rules that the deliveries of webhooks follow. No reply of the API follows one: each is noted
 * where it decides (sim_lean()), in webhook_send.c, webhook_render.c and outbox.c. Data.
 */
#ifndef CLOUD_WEBHOOK_DELIVERY_RULES_H
#define CLOUD_WEBHOOK_DELIVERY_RULES_H

#include "base/rule.h"

enum {
    DELIVERY_RULE_MATCH,
    DELIVERY_RULE_DEFAULT_BODY,
    DELIVERY_RULE_TEMPLATES,
    DELIVERY_RULE_RESPONSE,
    DELIVERY_RULE_ERROR,
    DELIVERY_RULE_NO_ANSWER,
    DELIVERY_RULE_SKIPPED,
    DELIVERY_RULE_LOOPBACK,
    DELIVERY_RULES
};

extern const struct rule delivery_rules[DELIVERY_RULES];

#endif
