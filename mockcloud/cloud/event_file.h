/*
 * The file of subscriptions: under which keys a subscriber is found, so that an event meets those
 * alone that it may be for. Of cloud/ alone; see event.h.
 *
 * A subscription is filed under its device, or else its product, or its owner; one for public
 * events under "public" and its owner. Each folder is in the order of subscription, and a walk
 * merges the (at most five) folders of an event.
 */
#ifndef CLOUD_EVENT_FILE_H
#define CLOUD_EVENT_FILE_H

#include "cloud/event.h"

#define EVENT_FOLDERS     5 /* that an event may concern */
#define EVENT_SHELVES     2 /* folders that one subscription is in */
#define EVENT_FOLDER_NAME (IDS_OBJECT + 8)

struct event_folder;

struct event_shelf {
    struct event_subscription *subscription;
    struct event_folder *folder; /* NULL: not in use */
    struct event_shelf *prev, *next;
};

struct event_subscription {
    struct event_filter filter;
    char *prefix;    /* the filter's own copy */
    uint64_t number; /* in order of subscription */
    void (*deliver)(void *arg, const struct event *event);
    void (*ended)(void *arg, const char *why);
    void *arg;
    char label[EVENT_LABEL]; /* who it is in the journal; "": nobody that it names */
    struct cloud *cloud;
    struct token *token;       /* by whose right it listens; NULL: by nobody's … */
    struct list_link of_token; /* … then it is in no list of the token's */
    uint64_t expiry;           /* timer of that right's end, 0: none */
    bool dead;                 /* unsubscribed within a delivery: goes when that has ended */
    struct event_shelf shelves[EVENT_SHELVES];
    struct event_subscription *prev, *next;
};

/* A zeroed one is empty. */
struct event_file {
    struct map folders; /* by key; empty ones go */
    struct event_subscription *first, *last;
    uint64_t made;
    size_t live;
    size_t dead;
};

struct event_subscription *event_file_add(struct event_file *file,
                                          const struct event_filter *filter,
                                          void (*deliver)(void *arg, const struct event *event),
                                          void *arg);

/* With `later` it stays where it is, dead, until event_file_sweep(). */
void event_file_remove(struct event_file *file, struct event_subscription *subscription,
                       bool later);
void event_file_sweep(struct event_file *file);
void event_file_free(struct event_file *file);

/* A walk over those that an event may be for, in order of subscription, each once. Subscriptions
 * that are made meanwhile are not met, dead ones neither. */
struct event_walk {
    struct event_shelf *next[EVENT_FOLDERS];
    size_t count;
    uint64_t end;
};

void event_walk_begin(struct event_walk *walk, const struct event_file *file,
                      const struct event *event);
struct event_subscription *event_walk_next(struct event_walk *walk);

#endif
