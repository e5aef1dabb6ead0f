/*
 * The console's page: the files of console/, as they are.
 *
 * They need no control token, since they hold nothing of any world: the page asks for the token,
 * and every question that it then has goes through the gate of the control API as anybody's.
 */
#include "api/call/route.h"
#include "api/control/control.h"
#include "api/shape/shapes.h"
#include "console/console.h"

#include <string.h>

static bool is_current(const struct call *call, const struct console_file *file)
{
    const char *known = call_header(call, "If-None-Match");
    return known && strstr(known, file->etag);
}

/* no-cache: kept by the browser, but asked about each time, so that a newer program shows its own
 * page. */
static void reply_file(struct call *call, const struct console_file *file)
{
    if (is_current(call, file))
        reply_empty(call, 304, NULL);
    else
        reply_body(call, 200, NULL, console_type(file), file->bytes, file->len);
    reply_header(call->reply, "ETag", file->etag);
    reply_header(call->reply, "Cache-Control", "no-cache");
    reply_header(call->reply, "Content-Security-Policy", console_policy);
    reply_header(call->reply, "X-Content-Type-Options", "nosniff");
    reply_header(call->reply, "Referrer-Policy", "no-referrer");
    reply_header(call->reply, "Cross-Origin-Resource-Policy", "same-origin");
}

static void page_get(struct call *call)
{
    reply_file(call, console_find("index.html"));
}

static void file_get(struct call *call)
{
    const struct console_file *file = console_find(call->params[0]);
    if (file)
        reply_file(call, file);
    else
        reply_control_error(call, 404, "unknown-file", "the console has no file \"%.200s\"",
                            call->params[0]);
}

#define OURS NULL, PROVENANCE_DOCUMENTED, "mockcloud's own"

static const struct route rows[] = {
    {"GET", "/__mock", "control.page", AUTH_NONE, page_get, OURS, "the console, a page for people",
     .params = NO_PARAMS, .replies = REPLIES({200, NULL, "text/html"}, {304, NULL, NULL})},
    {"GET", "/__mock/console/*file", "control.page-file", AUTH_NONE, file_get, OURS,
     "a file of the console", .params = NO_PARAMS,
     .replies =
         REPLIES({200, NULL, "text/javascript"}, {200, NULL, "text/css"},
                 {200, NULL, "image/svg+xml"}, {200, NULL, "text/plain"}, {304, NULL, NULL})},
};

const struct route_table control_console_routes = {rows, sizeof rows / sizeof *rows};
