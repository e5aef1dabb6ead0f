/* The control API: why a device is not somebody's, and the other questions of world/why. It only
 * finds out what is asked about; the answers are given there. */
#include "api/call/route.h"
#include "api/control/control.h"
#include "api/shape/shapes.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "world/why/why_questions.h"

#include <stdlib.h>
#include <string.h>

/* ---- whom is asked about ---- */

/* ?user=E */
static struct owner asked_user(struct call *call, const char *name)
{
    struct user *user = cloud_user(call->world->cloud, name);
    if (!user)
        control_refuse(call, 404, "unknown-owner", NULL, "there is no user \"%s\"", name);
    return (struct owner){user ? OWNER_USER : OWNER_NONE, .user = user};
}

/* ?customer=E&product=P */
static struct owner asked_customer(struct call *call, const char *email, const char *slug)
{
    const struct product *product = slug ? cloud_product(call->world->cloud, slug) : NULL;
    struct customer *customer = product ? cloud_customer(call->world->cloud, product, email) : NULL;
    if (!slug)
        control_refuse(call, 400, "no-product", NULL,
                       "a customer is one of a product: add product=PRODUCT");
    else if (!customer)
        control_refuse(call, 404, "unknown-owner", NULL,
                       product ? "product \"%s\" has no customer \"%s\""
                               : "there is no product \"%s\", of which \"%s\" could be a customer",
                       slug, email);
    return (struct owner){customer ? OWNER_CUSTOMER : OWNER_NONE, .customer = customer};
}

/* ?owner=E: of several that have the name, the one of the device's own product. */
static struct owner asked_owner(struct call *call, const struct device *device, const char *name)
{
    size_t count;
    struct product *product = world_record(call->world, device)->product;
    struct owner owner = world_owner(call->world, name, &count);
    struct customer *own = product ? cloud_customer(call->world->cloud, product, name) : NULL;
    if (count > 1 && own)
        return (struct owner){OWNER_CUSTOMER, .customer = own};
    if (!count)
        control_refuse(call, 404, "unknown-owner", NULL, "there is no user or customer \"%s\"",
                       name);
    else if (count > 1)
        control_refuse(call, 400, "ambiguous-owner", NULL,
                       "\"%s\" stands for more than one user or customer: say user=%s, or "
                       "customer=%s&product=PRODUCT",
                       name, name, name);
    return owner;
}

/* Whom the query names. False: nobody; if it named somebody, the refusal is in the reply. */
static bool asked_who(struct call *call, const struct device *device, struct owner *ret_owner)
{
    const char *owner = args_get(&call->query, "owner"), *user = args_get(&call->query, "user");
    const char *customer = args_get(&call->query, "customer");
    if (user)
        *ret_owner = asked_user(call, user);
    else if (customer)
        *ret_owner = asked_customer(call, customer, args_get(&call->query, "product"));
    else if (owner)
        *ret_owner = asked_owner(call, device, owner);
    else
        return false;
    return ret_owner->kind != OWNER_NONE;
}

/* The same; without a name, the last who tried. False: the refusal is in the reply. */
static bool asked_or_tried(struct call *call, const struct device *device, struct owner *ret_owner)
{
    if (asked_who(call, device, ret_owner))
        return true;
    if (call->reply->status)
        return false;
    if (why_default_owner(call->world, device, ret_owner))
        return true;
    control_refuse(call, 400, "nobody-tried", NULL,
                   "nobody has tried to claim \"%s\": ask for somebody by name (owner=NAME; "
                   "mockcloud ctl why %s NAME)",
                   device->name, device->name);
    return false;
}

/* ---- the questions ---- */

static void why_get(struct call *call)
{
    const struct device *device = control_device(call);
    struct owner owner;
    if (!device || !asked_or_tried(call, device, &owner))
        return;
    struct why_answer answer = why_ask(call->world, device, owner);
    why_write(&answer, reply_json(call, 200, NULL));
    why_free(&answer);
}

static void reply_reason(struct call *call, struct why_answer answer, enum why_topic topic,
                         const char *subject)
{
    why_write_reason(&answer, topic, subject, reply_json(call, 200, NULL));
    why_free(&answer);
}

static void why_request_get(struct call *call)
{
    char *end;
    unsigned long long n = strtoull(call->params[1], &end, 10);
    if (!control_world_known(call))
        return;
    if (*end || !n)
        control_refuse(call, 400, "bad-number", NULL,
                       "expected the number of an entry of the journal, found \"%s\"",
                       call->params[1]);
    else
        reply_reason(call, why_request(call->world, n), WHY_OF_REQUEST, call->params[1]);
}

static void why_offline_get(struct call *call)
{
    const struct device *device = control_device(call);
    if (device)
        reply_reason(call, why_offline(call->world, device), WHY_OF_OFFLINE, device->name);
}

static void why_not_listed_get(struct call *call)
{
    const struct device *device = control_device(call);
    struct owner owner;
    if (!device || !asked_or_tried(call, device, &owner))
        return;
    reply_reason(call, why_not_listed(call->world, device, owner), WHY_OF_LISTED, device->name);
}

static void why_no_event_get(struct call *call)
{
    const char *name = args_get(&call->query, "name");
    if (!control_world_known(call))
        return;
    if (!name)
        control_refuse(call, 400, "no-name", NULL, "which event? Add name=NAME");
    else
        reply_reason(call, why_no_event(call->world, call->params[1], name), WHY_OF_EVENT, name);
}

/* The name of an event may have slashes. */
static void why_no_webhook_get(struct call *call)
{
    if (control_world_known(call))
        reply_reason(call, why_no_webhook(call->world, call->params[1]), WHY_OF_WEBHOOK,
                     call->params[1]);
}

static void why_customer_get(struct call *call)
{
    if (control_world_known(call))
        reply_reason(call, why_customer(call->world, call->params[1]), WHY_OF_CUSTOMER,
                     call->params[1]);
}

#define OURS NULL, PROVENANCE_DOCUMENTED, "mockcloud's own"

#define WHO                                                                                        \
    {"owner", PARAM_QUERY, PARAM_STRING, false,                                                    \
     "a user or customer; without: whoever tried last"},                                           \
        {"user", PARAM_QUERY, PARAM_STRING, false, "a user"},                                      \
        {"customer", PARAM_QUERY, PARAM_STRING, false, "a customer …"},                            \
    {                                                                                              \
        "product", PARAM_QUERY, PARAM_STRING, false, "… of this product"                         \
    }

#define REASON REPLIES({200, &shape_control_reason, NULL})

static const struct route rows[] = {
    {"GET", "/__mock/worlds/:world/why/:device", "control.why", AUTH_CONTROL, why_get, OURS,
     "why is it not owned by owner=NAME?", .params = PARAMS(WHO),
     .replies = REPLIES({200, &shape_control_why, NULL})},
    {"GET", "/__mock/worlds/:world/why-request/:n", "control.why-request", AUTH_CONTROL,
     why_request_get, OURS, "why was the request of that journal entry answered so?",
     .params = NO_PARAMS, .replies = REASON},
    {"GET", "/__mock/worlds/:world/why-offline/:device", "control.why-offline", AUTH_CONTROL,
     why_offline_get, OURS, "why is it offline?", .params = NO_PARAMS, .replies = REASON},
    {"GET", "/__mock/worlds/:world/why-not-listed/:device", "control.why-not-listed", AUTH_CONTROL,
     why_not_listed_get, OURS, "why is it in no list of owner=NAME?", .params = PARAMS(WHO),
     .replies = REASON},
    {"GET", "/__mock/worlds/:world/why-no-event/:stream", "control.why-no-event", AUTH_CONTROL,
     why_no_event_get, OURS,
     "why did the event name=NAME not reach the stream (the number of its stream.opened, or the "
     "name of its client)?",
     .params = PARAMS({"name", PARAM_QUERY, PARAM_STRING, true, "the event's"}), .replies = REASON},
    {"GET", "/__mock/worlds/:world/why-no-webhook/*event", "control.why-no-webhook", AUTH_CONTROL,
     why_no_webhook_get, OURS, "why did the event trigger no webhook?", .params = NO_PARAMS,
     .replies = REASON},
    {"GET", "/__mock/worlds/:world/why-customer/:email", "control.why-customer", AUTH_CONTROL,
     why_customer_get, OURS, "what is with the customer of that e-mail address?",
     .params = NO_PARAMS, .replies = REASON},
};

const struct route_table control_why_routes = {rows, sizeof rows / sizeof *rows};
