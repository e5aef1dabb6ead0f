/*
 * Lists through their members: a thing that belongs to several others (a token to its owner and to
 * its client) has a link for each, so that what belongs to one is walked, and left, without a look
 * at the rest. In order of joining. The list owns nothing.
 *
 *     for (struct list_link *link = user->tokens.first; link; link = link->next) {
 *         struct token *token = LIST_ITEM(link, struct token, of_owner);
 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stddef.h>
#include <stdint.h>

struct list_link {
    struct list_link *prev, *next;
};

/* A zeroed struct list is empty. */
struct list {
    struct list_link *first, *last;
    size_t count;
};

/* What a link is a member of. */
#define LIST_ITEM(link, type, member) ((type *)((uintptr_t)(link)-offsetof(type, member)))

/* Puts a link, which is in no list, behind the last. */
void list_join(struct list *list, struct list_link *link);

/* Puts a link, which is in no list, where another stands, which is in none then. */
void list_replace(struct list *list, struct list_link *link, struct list_link *by);

/* Takes a link out of the list that it is in. */
void list_leave(struct list *list, struct list_link *link);

#endif
