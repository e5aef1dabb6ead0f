/* See stream.h. Owns how an event looks on the wire, and how the journal tells what a stream asks
 * for. Knows no stream. */
#include "api/call/stream.h"
#include "cloud/owner.h"
#include "cloud/product.h"

#include <stdio.h>

static void write_product_keys(const struct event *event, struct jsonw *w)
{
    jsonw_key_str(w, "userid", event->owner.kind == OWNER_NONE ? "" : owner_id(&event->owner));
    jsonw_key_int(w, "version", event->version);
    jsonw_key_bool(w, "public", !event->is_private);
    jsonw_key_int(w, "productID", event->product->id);
}

static void write_ttl(const struct event *event, bool as_text, struct jsonw *w)
{
    char text[16];
    snprintf(text, sizeof text, "%d", event->ttl_s);
    if (as_text)
        jsonw_key_str(w, "ttl", text);
    else
        jsonw_key_int(w, "ttl", event->ttl_s);
}

void stream_write(const struct event *event, const struct stream_form *form, struct buf *out)
{
    struct jsonw w;
    buf_printf(out, "event: %s\ndata: ", event->name);
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_key_str(&w, "data", event->data);
    write_ttl(event, form->ttl_as_text, &w);
    jsonw_key_time(&w, "published_at", event->at_ms);
    jsonw_key_str(&w, "coreid", event->coreid);
    if (form->of_product && event->product)
        write_product_keys(event, &w);
    jsonw_end_object(&w);
    buf_add_str(out, "\n\n");
}

void stream_write_filter(const struct event_filter *filter, struct jsonw *w)
{
    static const char *const scopes[] = {
        [EVENTS_MINE] = "mine",        [EVENTS_DEVICE] = "device", [EVENTS_PRODUCT] = "product",
        [EVENTS_ORG] = "organization", [EVENTS_PUBLIC] = "public",
    };
    jsonw_key_str(w, "scope", scopes[filter->scope]);
    if (filter->prefix)
        jsonw_key_str(w, "prefix", filter->prefix);
    if (filter->device_id[0])
        jsonw_key_str(w, "device", filter->device_id);
    if (filter->product)
        jsonw_key_int(w, "product", filter->product->id);
    if (filter->org)
        jsonw_key_str(w, "org", filter->org);
    if (filter->owner.kind != OWNER_NONE)
        jsonw_key_str(w, "owner", owner_name(&filter->owner));
}
