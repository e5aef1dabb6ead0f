/* See event_file.h. Owns the folders and the keys; it decides nothing about who may see an event.
 */
#include "cloud/event_file.h"

#include "base/mem.h"
#include "cloud/owner.h"
#include "cloud/product.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct event_folder {
    struct event_shelf *first, *last;
    char key[EVENT_FOLDER_NAME];
};

#define PUBLIC_KEY "public"

static void key_of_owner(const struct owner *owner, char ret_key[EVENT_FOLDER_NAME])
{
    const char *kind = owner->kind == OWNER_USER ? "user" : "cust";
    snprintf(ret_key, EVENT_FOLDER_NAME, "%s/%s", kind, owner_id(owner));
}

static void key_of_device(const char *id, char ret_key[EVENT_FOLDER_NAME])
{
    snprintf(ret_key, EVENT_FOLDER_NAME, "dev/%s", id);
}

static void key_of_product(const struct product *product, char ret_key[EVENT_FOLDER_NAME])
{
    snprintf(ret_key, EVENT_FOLDER_NAME, "prod/%lld", (long long)product->id);
}

/* A name that is too long is cut. Two organizations may then share a folder; that costs time, but
 * the filters still tell them apart. */
static void key_of_org(const char *org, char ret_key[EVENT_FOLDER_NAME])
{
    snprintf(ret_key, EVENT_FOLDER_NAME, "org/%.20s", org);
}

/* ---- filing ---- */

static void file_under(struct event_file *file, const char *key, struct event_shelf *shelf)
{
    struct event_folder *folder = map_get(&file->folders, key);
    if (!folder) {
        folder = mem_new(sizeof *folder);
        snprintf(folder->key, sizeof folder->key, "%s", key);
        map_put(&file->folders, key, folder);
    }
    shelf->folder = folder;
    shelf->prev = folder->last;
    if (folder->last)
        folder->last->next = shelf;
    else
        folder->first = shelf;
    folder->last = shelf;
}

static void file_subscription(struct event_file *file, struct event_subscription *subscription)
{
    const struct event_filter *filter = &subscription->filter;
    char key[EVENT_FOLDER_NAME];
    size_t shelves = 0;
    for (size_t i = 0; i < EVENT_SHELVES; i++)
        subscription->shelves[i].subscription = subscription;
    if (filter->device_id[0]) {
        key_of_device(filter->device_id, key);
        file_under(file, key, &subscription->shelves[shelves++]);
        return;
    }
    if (filter->scope == EVENTS_PUBLIC)
        file_under(file, PUBLIC_KEY, &subscription->shelves[shelves++]);
    if (filter->scope == EVENTS_PRODUCT) {
        key_of_product(filter->product, key);
        file_under(file, key, &subscription->shelves[shelves++]);
    } else if (filter->scope == EVENTS_ORG) {
        key_of_org(filter->org, key);
        file_under(file, key, &subscription->shelves[shelves++]);
    } else if (filter->owner.kind != OWNER_NONE) {
        key_of_owner(&filter->owner, key);
        file_under(file, key, &subscription->shelves[shelves++]);
    }
}

struct event_subscription *event_file_add(struct event_file *file,
                                          const struct event_filter *filter,
                                          void (*deliver)(void *arg, const struct event *event),
                                          void *arg)
{
    struct event_subscription *subscription = mem_new(sizeof *subscription);
    assert(filter->scope != EVENTS_PRODUCT || filter->product);
    assert(filter->scope != EVENTS_DEVICE || filter->device_id[0]);
    subscription->filter = *filter;
    subscription->filter.prefix = subscription->prefix = mem_dup(filter->prefix);
    subscription->deliver = deliver;
    subscription->arg = arg;
    subscription->number = file->made++;
    subscription->prev = file->last;
    if (file->last)
        file->last->next = subscription;
    else
        file->first = subscription;
    file->last = subscription;
    file->live++;
    file_subscription(file, subscription);
    return subscription;
}

static void unfile(struct event_file *file, struct event_shelf *shelf)
{
    struct event_folder *folder = shelf->folder;
    if (!folder)
        return;
    if (shelf->prev)
        shelf->prev->next = shelf->next;
    else
        folder->first = shelf->next;
    if (shelf->next)
        shelf->next->prev = shelf->prev;
    else
        folder->last = shelf->prev;
    if (!folder->first)
        free(map_take(&file->folders, folder->key));
}

static void subscription_free(struct event_subscription *subscription)
{
    free(subscription->prefix);
    free(subscription);
}

static void take_out(struct event_file *file, struct event_subscription *subscription)
{
    for (size_t i = 0; i < EVENT_SHELVES; i++)
        unfile(file, &subscription->shelves[i]);
    if (subscription->prev)
        subscription->prev->next = subscription->next;
    else
        file->first = subscription->next;
    if (subscription->next)
        subscription->next->prev = subscription->prev;
    else
        file->last = subscription->prev;
    subscription_free(subscription);
}

void event_file_remove(struct event_file *file, struct event_subscription *subscription, bool later)
{
    assert(!subscription->dead);
    file->live--;
    if (later) {
        subscription->dead = true;
        file->dead++;
    } else {
        take_out(file, subscription);
    }
}

void event_file_sweep(struct event_file *file)
{
    struct event_subscription *next;
    for (struct event_subscription *s = file->first; s && file->dead; s = next) {
        next = s->next;
        if (!s->dead)
            continue;
        take_out(file, s);
        file->dead--;
    }
}

void event_file_free(struct event_file *file)
{
    for (struct event_subscription *s = file->first, *next; s; s = next) {
        next = s->next;
        subscription_free(s);
    }
    map_free(&file->folders, free);
    *file = (struct event_file){0};
}

/* ---- walking ---- */

static void walk_add(struct event_walk *walk, const struct event_file *file, const char *key)
{
    const struct event_folder *folder = map_get(&file->folders, key);
    if (folder)
        walk->next[walk->count++] = folder->first;
}

void event_walk_begin(struct event_walk *walk, const struct event_file *file,
                      const struct event *event)
{
    char key[EVENT_FOLDER_NAME];
    const char *org = event->product ? event->product->org : event->org;
    walk->count = 0;
    walk->end = file->made;
    if (!event->is_private)
        walk_add(walk, file, PUBLIC_KEY);
    if (event->owner.kind != OWNER_NONE) {
        key_of_owner(&event->owner, key);
        walk_add(walk, file, key);
    }
    if (event->device) {
        key_of_device(event->device->id, key);
        walk_add(walk, file, key);
    }
    if (event->product) {
        key_of_product(event->product, key);
        walk_add(walk, file, key);
    }
    if (org) {
        key_of_org(org, key);
        walk_add(walk, file, key);
    }
}

/* The oldest one that is next in any folder; NULL: none is left. */
static struct event_subscription *walk_oldest(const struct event_walk *walk)
{
    struct event_subscription *oldest = NULL;
    for (size_t i = 0; i < walk->count; i++)
        if (walk->next[i] && (!oldest || walk->next[i]->subscription->number < oldest->number))
            oldest = walk->next[i]->subscription;
    return oldest && oldest->number < walk->end ? oldest : NULL;
}

struct event_subscription *event_walk_next(struct event_walk *walk)
{
    struct event_subscription *oldest;
    while ((oldest = walk_oldest(walk))) {
        for (size_t i = 0; i < walk->count; i++)
            if (walk->next[i] && walk->next[i]->subscription == oldest)
                walk->next[i] = walk->next[i]->next;
        if (!oldest->dead)
            return oldest;
    }
    return NULL;
}
