/*
 * Owners of devices, integrations, tokens and claim codes, and the words for them.
 *
 * A user and a customer of a product are never mixed: user_id and customer_id are different fields
 * of the real API. An owner is a value; it is borrowed by whoever keeps one. A deleted account
 * stays readable until its world ends; whoever keeps an owner for history asks owner_is_gone().
 */
#ifndef CLOUD_OWNER_H
#define CLOUD_OWNER_H

#include "base/list.h"

#include <stdbool.h>

struct customer;
struct user;

/* An owner is a user or a customer of a product, never mixed: user_id and customer_id are different
 * fields of the real API. */
enum owner_kind { OWNER_NONE, OWNER_USER, OWNER_CUSTOMER };

struct owner {
    enum owner_kind kind;
    struct user *user;
    struct customer *customer;
};

/* What is an account's, each in the order in which it came. */
struct belongings {
    struct list tokens;      /* struct token, by of_owner */
    struct list claim_codes; /* struct claim_code, by of_owner */
};

/* NULL without an owner. */
struct belongings *owner_belongings(const struct owner *owner);

/* Whether the account was deleted: what still names it is about nobody. */
bool owner_is_gone(const struct owner *owner);

bool owner_same(const struct owner *a, const struct owner *b);
/* The username or the email; NULL without an owner. */
const char *owner_name(const struct owner *owner);
/* "user", "customer", NULL. */
const char *owner_kind_word(const struct owner *owner);
/* The 24 digits, or NULL. */
const char *owner_id(const struct owner *owner);

#endif
