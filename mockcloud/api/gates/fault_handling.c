/* Faults of how a request is handled. See fault.h. */
#include "api/gates/fault_kinds.h"

#include "api/call/later.h"
#include "api/call/route.h"
#include "cloud/oauth.h"

/* Whether handling it twice makes sense: the route answers at once, with a whole reply. A stream
 * can't be opened twice by one request, a handler that waits is not done yet, and what was refused
 * would only be refused again. (The first handling may have ended the token; then the second finds
 * it so.) */
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
