/* See refusals.h. Owns the books and their bounds; which requests are worth remembering is api/'s
 * to say. */
#include "cloud/refusals.h"

#include "base/mem.h"
#include "base/text.h"
#include "cloud/cloud.h"
#include "cloud/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_SIZE (2 * IDS_OBJECT + 8)

struct refusals {
    struct map books; /* struct refusal_book, by owner and device */
};

static void refusals_key(const struct owner *owner, const struct cloud_device *device,
                         char *ret_key)
{
    const char *id = owner_id(owner);
    snprintf(ret_key, KEY_SIZE, "%s/%s", id ? id : "", device ? device->id : "");
}

/* Of a book: there the texts are its own. */
static void refusal_clear(struct refusal *refusal)
{
    const char *const texts[] = {refusal->caller, refusal->request, refusal->named, refusal->place};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free((void *)(uintptr_t)texts[i]);
    *refusal = (struct refusal){0};
}

static void book_free(void *value)
{
    struct refusal_book *book = value;
    for (size_t i = 0; i < REFUSALS_KEPT; i++)
        refusal_clear(&book->items[i]);
    free(book);
}

/* Many at a time. Taking entries from the front of a map leaves holes, over which every later
 * search for the oldest has to walk. */
static void refusals_drop_oldest(struct refusals *refusals)
{
    size_t cursor = 0, dropped = 0;
    const char *key;
    void *value;
    while (dropped++ < REFUSALS_BOOKS / 4 && map_next(&refusals->books, &cursor, &key, &value)) {
        map_take(&refusals->books, key);
        book_free(value);
    }
}

static struct refusal_book *refusals_book_of(struct cloud *cloud, const struct refusal *refusal)
{
    char key[KEY_SIZE];
    refusals_key(&refusal->owner, refusal->device, key);
    if (!cloud->refusals)
        cloud->refusals = mem_new(sizeof *cloud->refusals);
    struct refusal_book *book = map_get(&cloud->refusals->books, key);
    if (book)
        return book;
    if (map_count(&cloud->refusals->books) == REFUSALS_BOOKS)
        refusals_drop_oldest(cloud->refusals);
    book = mem_new(sizeof *book);
    map_put(&cloud->refusals->books, key, book);
    return book;
}

static char *refusal_text_dup(const char *text)
{
    return text ? mem_dup_n(text, text_utf8_prefix(text, strlen(text), REFUSALS_TEXT)) : NULL;
}

void refusals_note(struct cloud *cloud, const struct refusal *refusal)
{
    if (refusal->owner.kind == OWNER_NONE && !refusal->device)
        return;
    struct refusal_book *book = refusals_book_of(cloud, refusal);
    struct refusal *place = &book->items[book->count++ % REFUSALS_KEPT];
    refusal_clear(place);
    *place = *refusal;
    place->caller = refusal_text_dup(refusal->caller);
    place->request = refusal_text_dup(refusal->request);
    place->named = refusal_text_dup(refusal->named);
    place->place = refusal_text_dup(refusal->place);
}

const struct refusal_book *refusals_book(const struct cloud *cloud, const struct owner *owner,
                                         const struct cloud_device *device)
{
    char key[KEY_SIZE];
    refusals_key(owner, device, key);
    return cloud->refusals ? map_get(&cloud->refusals->books, key) : NULL;
}

const struct refusal_book *refusals_next(const struct cloud *cloud, size_t *cursor)
{
    void *value;
    if (!cloud->refusals || !map_next(&cloud->refusals->books, cursor, NULL, &value))
        return NULL;
    return value;
}

size_t refusals_count(const struct refusal_book *book)
{
    return book->count < REFUSALS_KEPT ? book->count : REFUSALS_KEPT;
}

const struct refusal *refusals_at(const struct refusal_book *book, size_t i)
{
    return &book->items[(book->count - refusals_count(book) + i) % REFUSALS_KEPT];
}

void refusals_forget_owner(struct cloud *cloud, const struct owner *owner)
{
    size_t cursor = 0;
    const char *key;
    void *value;
    while (cloud->refusals && map_next(&cloud->refusals->books, &cursor, &key, &value)) {
        struct refusal_book *book = value;
        if (!owner_same(&book->items[0].owner, owner))
            continue;
        map_take(&cloud->refusals->books, key);
        book_free(book);
    }
}

void refusals_free(struct cloud *cloud)
{
    if (cloud->refusals)
        map_free(&cloud->refusals->books, book_free);
    free(cloud->refusals);
    cloud->refusals = NULL;
}
