/*
 * See call.h. Owns the copy of a request that its call keeps while it waits: the front has its
 * memory back when the dispatch returns. All that was decoded is of the arena, or our own, but what
 * points into the target, the headers and the body.
 */
#include "api/call/call.h"

#include "base/headers.h"

#include <string.h>
#include <strings.h>

/* One walk over the headers for the two that nearly every route reads. */
void call_read_headers(struct call *call)
{
    for (size_t i = 0; i < call->request->header_count; i++) {
        const struct api_header *header = &call->request->headers[i];
        if (headers_named(header->name, "Authorization"))
            call->authorization = header->value;
        else if (headers_named(header->name, "Content-Type"))
            call->content_type = header->value;
    }
}

static const char *copy(struct call *call, const char *text)
{
    return text ? arena_text(&call->arena, text, strlen(text)) : NULL;
}

static const struct api_header *copy_headers(struct call *call, const struct api_request *request)
{
    struct api_header *headers =
        arena_alloc(&call->arena, (request->header_count + 1) * sizeof *headers);
    for (size_t i = 0; i < request->header_count; i++) {
        const char *name = request->headers[i].name, *value = request->headers[i].value;
        headers[i].name = arena_text(&call->arena, name, strlen(name));
        headers[i].value = arena_text(&call->arena, value, strlen(value));
    }
    return headers;
}

/* Files of a form are parts of the body, so they have moved with it. */
static void move_files(struct call *call, const char *from, const char *to)
{
    for (size_t i = 0; i < call->files.count; i++)
        call->files.items[i].data = to + (call->files.items[i].data - from);
}

void call_keep_request(struct call *call)
{
    const struct api_request *given = call->request;
    if (given == &call->kept)
        return;
    call->kept = *given;
    call->kept.method = copy(call, given->method);
    call->kept.target = copy(call, given->target);
    call->kept.actor = copy(call, given->actor);
    call->kept.origin = copy(call, given->origin);
    call->kept.address = copy(call, given->address);
    call->kept.headers = copy_headers(call, given);
    call->kept.body = given->body ? arena_text(&call->arena, given->body, given->body_len) : NULL;
    move_files(call, given->body, call->kept.body);
    if (call->query_text)
        call->query_text = call->kept.target + (call->query_text - given->target);
    call->request = &call->kept;
    call_read_headers(call);
}
