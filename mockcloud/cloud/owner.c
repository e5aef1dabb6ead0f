/* See owner.h. */
#include "cloud/owner.h"

#include "cloud/accounts.h"

bool owner_same(const struct owner *a, const struct owner *b)
{
    if (a->kind != b->kind || a->kind == OWNER_NONE)
        return false;
    return a->kind == OWNER_USER ? a->user == b->user : a->customer == b->customer;
}

struct belongings *owner_belongings(const struct owner *owner)
{
    switch (owner->kind) {
    case OWNER_USER:
        return &owner->user->belongings;
    case OWNER_CUSTOMER:
        return &owner->customer->belongings;
    case OWNER_NONE:
        break;
    }
    return NULL;
}

bool owner_is_gone(const struct owner *owner)
{
    return owner->kind == OWNER_USER ? owner->user->gone
                                     : owner->kind == OWNER_CUSTOMER && owner->customer->gone;
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
