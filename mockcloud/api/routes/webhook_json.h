/* Webhooks in requests and replies: reading what is given, writing what there is. Of api/ alone. */
#ifndef API_ROUTES_WEBHOOK_JSON_H
#define API_ROUTES_WEBHOOK_JSON_H

#include "api/call/call.h"
#include "cloud/owner.h"
#include "cloud/webhook/webhook.h"

/* Whose integrations a path is about, and which one. */
struct webhook_scope {
    struct owner owner;
    struct product *product;
    const char *org;
    bool integrations; /* /integrations, else /webhooks */
    const char *id;    /* NULL: the path names none */
};

/* ---- replies (webhook_json.c) ---- */

/* The members of an integration, without the braces. `always`: with the request type, though none
 * was given. */
void webhook_json_members(const struct webhook *hook, bool always, struct jsonw *w);

/* The whole reply to its making or its change. */
void webhook_json_made(struct call *call, const struct webhook_scope *scope,
                       const struct webhook *hook, int status, const struct rule *rule);

/* "key":[…], the newest first. */
void webhook_json_logs(const struct webhook_logs *logs, const char *key, struct jsonw *w);

/* "counters":[…]: days on which something was sent, the oldest first. */
void webhook_json_counters(const struct call *call, const struct webhook *hook, struct jsonw *w);

/* ---- requests (webhook_given.c) ---- */

/* Reads a webhook out of the request, over `old` (NULL: none). False: the refusal is in the reply.
 * All of it is of the call or of `old`. */
bool webhook_given(struct call *call, const struct webhook_scope *scope, const struct webhook *old,
                   struct webhook_spec *ret_spec);

#endif
