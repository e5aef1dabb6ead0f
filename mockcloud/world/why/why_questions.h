/*
 * The other questions: why a request was answered so, why a device is offline, why it is in no list
 * of somebody, why an event did not come, why a webhook was not sent, what is with a customer.
 *
 * Each answers with a reason out of why_reasons, evidence and advice, as why_ask() does; `cause` is
 * NULL when there is nothing to explain: the device is online, the event did come. They read what
 * is so now, and the journal: of what fell out of its ring they know nothing, and say so.
 */
#ifndef WORLD_WHY_WHY_QUESTIONS_H
#define WORLD_WHY_WHY_QUESTIONS_H

#include "world/why/why.h"

enum why_topic {
    WHY_OF_REQUEST,
    WHY_OF_OFFLINE,
    WHY_OF_LISTED,
    WHY_OF_EVENT,
    WHY_OF_WEBHOOK,
    WHY_OF_CUSTOMER,
    WHY_TOPICS
};

struct why_reason {
    enum why_topic topic;
    const char *name; /* "no-network"; NULL: there is nothing to explain */
    const char *text;
};

extern const struct why_reason why_reasons[];
extern const size_t why_reason_count;

/* "request", "offline" … */
const char *why_topic_word(enum why_topic topic);

/* Each answer is yours: why_free(). */

/* Why the request of that entry of the journal (or the one that caused it) was answered as it was.
 */
struct why_answer why_request(const struct world *world, uint64_t n);

/* The rules that advice is known for: the index-th, by its whole name or all of one kind
 * ("token."); NULL behind the last. For a test that holds them against the rules that there are. */
const char *why_request_knows(size_t index);

/* Why the cloud believes the device offline. */
struct why_answer why_offline(const struct world *world, const struct device *device);

/* Why the device stands in no list of the owner's (not OWNER_NONE). */
struct why_answer why_not_listed(const struct world *world, const struct device *device,
                                 struct owner owner);

/* Why the last event of that name did not reach a stream: of the journal entry `who` ("34"), or the
 * last one of a client ("app"). */
struct why_answer why_no_event(const struct world *world, const char *who, const char *name);

/* Why the last event of that name triggered no webhook, or what came of it. */
struct why_answer why_no_webhook(const struct world *world, const char *name);

/* What is with a customer of that e-mail address. */
struct why_answer why_customer(const struct world *world, const char *email);

/* {"question":"offline","subject":"pump","cause":"no-network","text":"…","evidence":[…],
 * "advice":"…"} */
void why_write_reason(const struct why_answer *answer, enum why_topic topic, const char *subject,
                      struct jsonw *w);

#endif
