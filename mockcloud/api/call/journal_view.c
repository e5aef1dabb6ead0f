/* See journal_view.h. Reads and compares; it changes nothing. */
#include "api/call/journal_view.h"

#include "device/fleet.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is asked for ---- */

static bool refuse(struct call *call, const char *name, const char *expected)
{
    reply_control_error(call, 400, "bad-view", "expected %s for %s", expected, name);
    return false;
}

static bool read_word(struct call *call, const char *name, char ret_word[JOURNAL_VIEW_TEXT])
{
    const char *given = args_get(&call->query, name);
    if (given && strlen(given) >= JOURNAL_VIEW_TEXT)
        return refuse(call, name, "at most 255 bytes");
    strcpy(ret_word, given ? given : "");
    return true;
}

/* "404", "4xx" or "4". */
static bool read_status(struct call *call, char ret_status[4])
{
    const char *given = args_get(&call->query, "status");
    if (!given || !*given)
        return true;
    size_t digits = strspn(given, "0123456789");
    bool whole = digits == 3 && !given[3];
    bool family = digits == 1 && (!given[1] || strcmp(given + 1, "xx") == 0);
    if (!whole && !family)
        return refuse(call, "status", "a number, or a family (4xx)");
    snprintf(ret_status, 4, "%.*s", (int)digits, given);
    return true;
}

/* By its name or its id; one that is not there has entries all the same, if anybody named it. */
static bool read_device(struct call *call, struct journal_view *view)
{
    if (!read_word(call, "device", view->device) || !*view->device)
        return !call->reply->status;
    const struct device *device = call->world ? fleet_find(call->world->fleet, view->device) : NULL;
    snprintf(view->device_actor, sizeof view->device_actor, "device:%.240s",
             device ? device->name : view->device);
    if (device)
        strcpy(view->device, device->id);
    return true;
}

bool journal_view_read(struct call *call, struct journal_view *ret_view)
{
    struct journal_view view = {0};
    if (!read_word(call, "actor", view.actor) || !read_word(call, "kind", view.kind) ||
        !read_word(call, "text", view.text) || !read_status(call, view.status) ||
        !read_device(call, &view))
        return false;
    for (char *at = view.text; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    *ret_view = view;
    return true;
}

bool journal_view_asks(const struct journal_view *view)
{
    return *view->actor || *view->kind || *view->status || *view->text || *view->device;
}

/* ---- comparing ---- */

/* Whether `text` is `asked`, or begins with it and goes on behind `stop`. */
static bool is_or_below(const char *text, const char *asked, char stop)
{
    size_t len = strlen(asked);
    return strncmp(text, asked, len) == 0 && (!text[len] || text[len] == stop);
}

/* Whether `len` bytes hold `asked`, which is in lower case. */
static bool holds(const char *bytes, size_t len, const char *asked)
{
    size_t size = strlen(asked);
    for (size_t at = 0; at + size <= len; at++) {
        size_t same = 0;
        while (same < size && tolower((unsigned char)bytes[at + same]) == asked[same])
            same++;
        if (same == size)
            return true;
    }
    return false;
}

static bool meets_text(const struct journal_view *view, const struct journal_entry *entry)
{
    return !*view->text || holds(entry->data, entry->data_len, view->text) ||
           holds(entry->kind, strlen(entry->kind), view->text) ||
           holds(entry->actor, strlen(entry->actor), view->text);
}

static bool meets_device(const struct journal_view *view, const struct journal_entry *entry)
{
    return !*view->device || strcmp(entry->actor, view->device_actor) == 0 ||
           memmem(entry->data, entry->data_len, view->device, strlen(view->device));
}

/* A reply's data begin with its status (trace.c). */
static bool meets_status(const struct journal_view *view, const struct journal_entry *entry)
{
    static const char begin[] = "{\"status\":";
    size_t len = sizeof begin - 1, digits = strlen(view->status);
    if (!digits)
        return true;
    return strcmp(entry->kind, "http.reply") == 0 && entry->data_len > len + digits &&
           memcmp(entry->data, begin, len) == 0 &&
           memcmp(entry->data + len, view->status, digits) == 0;
}

bool journal_view_meets(const struct journal_view *view, const struct journal_entry *entry)
{
    return (!*view->actor || is_or_below(entry->actor, view->actor, ':')) &&
           (!*view->kind || is_or_below(entry->kind, view->kind, '.')) &&
           meets_status(view, entry) && meets_device(view, entry) && meets_text(view, entry);
}
