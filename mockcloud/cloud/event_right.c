/*
 * See event.h. Owns by whose right a subscriber listens. It is never asked when an event is
 * delivered: what ends a right says so, and the subscriptions that hang on the token end at once,
 * so that delivering costs nothing more.
 */
#include "cloud/event.h"
#include "cloud/event_file.h"
#include "cloud/oauth.h"
#include "cloud/product.h"

#include <string.h>

static bool rights_followed(const struct cloud *cloud)
{
    return sim_behaves(cloud->sim, BEHAVIOUR_STREAM_RIGHTS, "followed");
}

static void event_expired(void *owner, uint64_t arg)
{
    struct event_subscription *subscription = owner;
    (void)arg;
    subscription->expiry = 0;
    if (rights_followed(subscription->cloud))
        event_end(subscription, "its token expired");
}

void event_by_token(struct event_subscription *subscription, struct token *token)
{
    subscription->token = token;
    list_join(&token->listeners, &subscription->of_token);
    if (token->expires_ms >= 0)
        subscription->expiry =
            vclock_add(subscription->cloud->sim->clock, token->expires_ms,
                       &(struct timer_row){TIMER_BACKGROUND, "cloud", "end of a stream's token",
                                           event_expired, subscription, 0});
}

void event_drop_token(struct event_subscription *subscription)
{
    if (!subscription->token)
        return;
    list_leave(&subscription->token->listeners, &subscription->of_token);
    subscription->token = NULL;
    vclock_cancel(subscription->cloud->sim->clock, subscription->expiry);
    subscription->expiry = 0;
}

void event_end_token(struct token *token, const char *why)
{
    while (token->listeners.first) {
        struct event_subscription *subscription =
            LIST_ITEM(token->listeners.first, struct event_subscription, of_token);
        if (rights_followed(subscription->cloud))
            event_end(subscription, why);
        else
            event_drop_token(subscription);
    }
}

void event_end_owner(const struct owner *owner, const char *why)
{
    const struct list *tokens = &owner_belongings(owner)->tokens;
    for (struct list_link *link = tokens->first; link; link = link->next)
        event_end_token(LIST_ITEM(link, struct token, of_owner), why);
}

/* Whether an organization has a product that the user is on the team of. */
static bool is_in_org(const struct cloud *cloud, const char *org, const struct user *user)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&cloud->products, &cursor, NULL, &value)) {
        const struct product *product = value;
        if (product->org && strcmp(product->org, org) == 0 && cloud_on_team(product, user))
            return true;
    }
    return false;
}

/* Whether what it listens to is the team's of that product. */
static bool is_of_team(const struct event_subscription *subscription, const struct product *product,
                       const struct user *user)
{
    const struct event_filter *filter = &subscription->filter;
    if (filter->scope == EVENTS_ORG)
        return product->org && strcmp(product->org, filter->org) == 0 &&
               !is_in_org(subscription->cloud, filter->org, user);
    return filter->scope == EVENTS_PRODUCT && filter->product == product;
}

void event_end_member(struct cloud *cloud, const struct product *product, const struct user *user)
{
    if (!rights_followed(cloud))
        return;
    for (struct list_link *link = user->belongings.tokens.first; link; link = link->next) {
        struct token *token = LIST_ITEM(link, struct token, of_owner);
        for (struct list_link *at = token->listeners.first, *next; at; at = next) {
            struct event_subscription *subscription =
                LIST_ITEM(at, struct event_subscription, of_token);
            next = at->next;
            if (is_of_team(subscription, product, user))
                event_end(subscription, "its user left the team");
        }
    }
}
