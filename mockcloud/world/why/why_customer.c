/* See why_questions.h. Owns the question about a customer: whether there is one, of which product,
 * and whether a token of theirs is good. */
#include "world/why/why_talk.h"

#include "base/list.h"
#include "cloud/oauth.h"

#include <strings.h>

static bool customer_is(const struct talk_entry *entry, const void *arg)
{
    const char *email = talk_str(entry, "email");
    return email && strcasecmp(email, arg) == 0;
}

/* Nobody of that name is there: whether there was one, who was deleted. */
static void customer_add_history(struct why_case *why, const char *email)
{
    struct talk_entry entry;
    if (!talk_last(why->world, "customer.deleted", 0, customer_is, email, &entry))
        return;
    why_add(why, entry.fact, "a customer of that name was deleted");
    talk_entry_done(&entry);
}

/* How many of the customer's tokens are good, and how many have expired. */
static void customer_count_tokens(const struct why_case *why, const struct customer *customer,
                                  size_t *ret_live, size_t *ret_dead)
{
    int64_t now = vclock_now(why->world->sim.clock);
    const struct list_link *link = customer->belongings.tokens.first;
    *ret_live = *ret_dead = 0;
    for (; link; link = link->next) {
        const struct token *token = LIST_ITEM(link, struct token, of_owner);
        if (token->expires_ms < 0 || now < token->expires_ms)
            ++*ret_live;
        else
            ++*ret_dead;
    }
}

static void customer_answer(struct why_case *why, const struct customer *customer)
{
    size_t live, dead;
    const char *slug = customer->product->slug;
    customer_count_tokens(why, customer, &live, &dead);
    why_add(why, WHY_NOW,
            "customer %s of product %s is there, %s a password; GET "
            "/v1/products/%s/customers lists the customer for the team",
            customer->email, slug, customer->password ? "with" : "without", slug);
    why_add(why, WHY_NOW, "%zu tokens of the customer are good, %zu have expired", live, dead);
    if (live)
        talk_settle(why, WHY_OF_CUSTOMER, NULL, NULL);
    else
        talk_settle(why, WHY_OF_CUSTOMER, dead ? "token-dead" : "no-token",
                    customer->password
                        ? "Log the customer in with a client of product %s: POST /oauth/token, "
                          "grant_type=password."
                        : "Get a token for the customer with a client of product %s: POST "
                          "/oauth/token, grant_type=client_credentials, scope=customer=EMAIL.",
                    slug);
}

struct why_answer why_customer(const struct world *world, const char *email)
{
    struct why_answer answer = {.owned = false};
    struct why_case why = {.world = world, .answer = &answer};
    const struct customer *found = NULL;
    size_t cursor = 0, count = 0;
    void *product;
    customer_add_history(&why, email);
    while (map_next(&world->cloud->products, &cursor, NULL, &product)) {
        const struct customer *one = cloud_customer(world->cloud, product, email);
        if (!one)
            continue;
        found = one;
        if (++count > 1 || map_count(&world->cloud->products) > 1)
            why_add(&why, WHY_NOW, "product %s has a customer %s", one->product->slug, one->email);
    }
    if (count == 1)
        customer_answer(&why, found);
    else if (count)
        talk_settle(&why, WHY_OF_CUSTOMER, "of-several-products",
                    "Name the product with the customer: each is an account of its own.");
    else if (cloud_user(world->cloud, email))
        talk_settle(&why, WHY_OF_CUSTOMER, "a-user",
                    "Use a user's routes, or create the customer: POST /v1/products/P/customers.");
    else
        talk_settle(&why, WHY_OF_CUSTOMER, "no-such-customer",
                    "Create the customer first: POST /v1/products/P/customers with a client of the "
                    "product.");
    return answer;
}
