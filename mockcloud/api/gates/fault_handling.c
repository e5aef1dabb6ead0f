/* Faults of how a request is handled. See fault.h. */
#include "api/gates/fault_kinds.h"

#include "api/call/later.h"
#include "api/call/route.h"
#include "cloud/oauth.h"

/* Whether the route answers at once, with a whole reply: a stream can't be opened twice by one
 * request, and a handler that waits is still at it. What was refused would be refused again. The
 * first handling may have ended the token: the second finds it so. */
void fault_twice(struct call *call, struct fault *fault)
{
    (void)fault;
    if (!call->admitted || !call->route || !call->route->handle)
        return;
    call->route->handle(call);
    if (call->waiting || call->outcome != API_NOW)
        return;
    call_reply_anew(call);
    (void)auth_again(call);
}

/* The rest of its way is that of any request with a dead token. */
void fault_revoke_token(struct call *call, struct fault *fault)
{
    (void)fault;
    struct token *token = (struct token *)(uintptr_t)call->token;
    if (!token)
        return;
    oauth_revoke(call->world->cloud, token);
    call_reply_anew(call); /* it may have been refused for another reason */
    (void)auth_again(call);
}
