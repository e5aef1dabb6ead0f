/* See call_view.h. */
#include "api/gates/call_view.h"

#include "api/call/trace.h"
#include "api/gates/secrets.h"
#include "cloud/oauth.h"

#include <string.h>

static const struct call *call_of(const struct request_view *view)
{
    return ((const struct call_view *)view)->call;
}

static const char *view_text(const struct request_view *view, enum request_part part,
                             const char *name)
{
    const struct call *call = call_of(view);
    if (part == REQUEST_HEADER)
        return call_header(call, name);
    if (part == REQUEST_QUERY)
        return args_get(&call->query, name);
    const char *text = args_get(&call->form, name);
    return text ? text : args_get(&call->fields, name);
}

static bool view_has_token_of(const struct request_view *view, const char *who)
{
    const struct token *token = call_of(view)->token;
    const char *name = token ? owner_name(&token->owner) : NULL;
    if (name)
        return strcmp(name, who) == 0;
    return token && token->client && strcmp(token->client->id, who) == 0;
}

static bool view_has_secret(const struct request_view *view, const char *kind)
{
    const struct call *call = call_of(view);
    return secrets_in_request(call->world->cloud, kind, call->request);
}

struct call_view call_view_of(struct call *call, bool answered)
{
    const char *actor = trace_actor(call);
    bool client = strncmp(actor, "client:", 7) == 0;
    return (struct call_view){
        .view =
            {
                .method = call->request->method,
                .path = call->path,
                .client = client ? actor + 7 : NULL,
                .status = answered ? call->reply->status : 0,
                .json = call->json,
                .text = view_text,
                .has_token_of = view_has_token_of,
                .has_secret = view_has_secret,
            },
        .call = call,
    };
}
