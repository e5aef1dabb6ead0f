/* See owner.h. */
#include "cloud/owner.h"

#include "cloud/accounts.h"

bool owner_same(const struct owner *a, const struct owner *b)
{
    if (a->kind != b->kind || a->kind == OWNER_NONE)
        return false;
    return a->kind == OWNER_USER ? a->user == b->user : a->customer == b->customer;
}

const char *owner_name(const struct owner *owner)
{
    switch (owner->kind) {
    case OWNER_USER:
        return owner->user->username;
    case OWNER_CUSTOMER:
        return owner->customer->email;
    case OWNER_NONE:
        break;
    }
    return NULL;
}

const char *owner_kind_word(const struct owner *owner)
{
    return owner->kind == OWNER_USER ? "user" : owner->kind == OWNER_CUSTOMER ? "customer" : NULL;
}

const char *owner_id(const struct owner *owner)
{
    switch (owner->kind) {
    case OWNER_USER:
        return owner->user->id;
    case OWNER_CUSTOMER:
        return owner->customer->id;
    case OWNER_NONE:
        break;
    }
    return NULL;
}
