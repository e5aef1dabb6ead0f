/* See list.h. */
#include "base/list.h"

void list_join(struct list *list, struct list_link *link)
{
    *link = (struct list_link){.prev = list->last};
    if (list->last)
        list->last->next = link;
    else
        list->first = link;
    list->last = link;
    list->count++;
}

void list_replace(struct list *list, struct list_link *link, struct list_link *by)
{
    *by = *link;
    if (by->prev)
        by->prev->next = by;
    else
        list->first = by;
    if (by->next)
        by->next->prev = by;
    else
        list->last = by;
    *link = (struct list_link){0};
}

void list_leave(struct list *list, struct list_link *link)
{
    if (link->prev)
        link->prev->next = link->next;
    else
        list->first = link->next;
    if (link->next)
        link->next->prev = link->prev;
    else
        list->last = link->prev;
    *link = (struct list_link){0};
    list->count--;
}
