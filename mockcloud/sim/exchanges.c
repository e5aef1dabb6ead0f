/* See exchanges.h. Owns the ring and the bytes of the messages: a block for each request, and one
 * for each reply, since the two come at different times and the ring is bounded in bytes as well as
 * in number. */
#include "sim/exchanges.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct slot {
    struct exchange_record record;
    char *request, *reply; /* the blocks */
    size_t bytes;
};

struct exchanges {
    struct slot *ring; /* grows up to `most` */
    size_t cap, most;
    size_t first, count; /* the oldest is at first % cap */
    size_t bytes, most_bytes;
};

struct exchanges *exchanges_new(size_t most, size_t bytes)
{
    struct exchanges *exchanges = mem_new(sizeof *exchanges);
    assert(most > 0);
    exchanges->most = most;
    exchanges->most_bytes = bytes;
    return exchanges;
}

static struct slot *slot_at(const struct exchanges *exchanges, size_t index)
{
    return &exchanges->ring[(exchanges->first + index) % exchanges->cap];
}

static void drop_first(struct exchanges *exchanges)
{
    struct slot *slot = slot_at(exchanges, 0);
    exchanges->bytes -= slot->bytes;
    free(slot->request);
    free(slot->reply);
    exchanges->first = (exchanges->first + 1) % exchanges->cap;
    exchanges->count--;
}

void exchanges_free(struct exchanges *exchanges)
{
    if (!exchanges)
        return;
    while (exchanges->count)
        drop_first(exchanges);
    free(exchanges->ring);
    free(exchanges);
}

/* Grows from small: most worlds see a few requests, and each scenario has a world of its own. */
static void grow(struct exchanges *exchanges)
{
    size_t cap = exchanges->cap ? exchanges->cap * 4 : 64;
    cap = cap < exchanges->most ? cap : exchanges->most;
    struct slot *ring = mem_new_array(cap, sizeof *ring);
    for (size_t i = 0; i < exchanges->count; i++)
        ring[i] = *slot_at(exchanges, i);
    free(exchanges->ring);
    exchanges->ring = ring;
    exchanges->cap = cap;
    exchanges->first = 0;
}

static void make_room(struct exchanges *exchanges, size_t bytes)
{
    while (exchanges->count && exchanges->bytes + bytes > exchanges->most_bytes)
        drop_first(exchanges);
}

static char *put(char *at, const void *bytes, size_t len)
{
    if (len)
        memcpy(at, bytes, len);
    return at + len;
}

static size_t kept_of(const struct exchange_message *message)
{
    return message->body_len < EXCHANGES_BODY ? message->body_len : EXCHANGES_BODY;
}

/* Copies the message to `at`, which has room for it. */
static struct exchange_message copy(const struct exchange_message *message, char *at)
{
    struct exchange_message mine = *message;
    mine.kept = kept_of(message);
    mine.headers = at;
    mine.body = put(at, message->headers, message->headers_len);
    put(at + message->headers_len, message->body, mine.kept);
    return mine;
}

void exchanges_add(struct exchanges *exchanges, uint64_t n, const char *method, const char *target,
                   const struct exchange_message *request)
{
    size_t method_len = strlen(method) + 1, target_len = strlen(target) + 1;
    size_t bytes = method_len + target_len + request->headers_len + kept_of(request);
    make_room(exchanges, bytes);
    if (exchanges->count == exchanges->cap) {
        if (exchanges->cap < exchanges->most)
            grow(exchanges);
        else
            drop_first(exchanges);
    }
    struct slot *slot = slot_at(exchanges, exchanges->count++);
    char *at = mem_grow(NULL, bytes);
    *slot = (struct slot){.request = at, .bytes = bytes};
    slot->record = (struct exchange_record){.n = n, .method = at, .target = at + method_len};
    at = put(put(at, method, method_len), target, target_len);
    slot->record.request = copy(request, at);
    exchanges->bytes += bytes;
}

/* The numbers of requests grow from one to the next, but other entries stand between them. */
static struct slot *find(const struct exchanges *exchanges, uint64_t n)
{
    size_t low = 0, high = exchanges->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slot_at(exchanges, middle)->record.n < n)
            low = middle + 1;
        else
            high = middle;
    }
    struct slot *slot = low < exchanges->count ? slot_at(exchanges, low) : NULL;
    return slot && slot->record.n == n ? slot : NULL;
}

void exchanges_answer(struct exchanges *exchanges, uint64_t n, uint64_t reply_n, int status,
                      const struct exchange_message *reply)
{
    size_t bytes = reply->headers_len + kept_of(reply);
    make_room(exchanges, bytes);
    struct slot *slot = find(exchanges, n);
    if (!slot)
        return;
    assert(!slot->reply);
    slot->reply = mem_grow(NULL, bytes + !bytes);
    slot->record.reply_n = reply_n;
    slot->record.status = status;
    slot->record.reply = copy(reply, slot->reply);
    slot->bytes += bytes;
    exchanges->bytes += bytes;
}

const struct exchange_record *exchanges_find(const struct exchanges *exchanges, uint64_t n)
{
    const struct slot *slot = find(exchanges, n);
    return slot ? &slot->record : NULL;
}

uint64_t exchanges_first(const struct exchanges *exchanges)
{
    return exchanges->count ? slot_at(exchanges, 0)->record.n : 0;
}
