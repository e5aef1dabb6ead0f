/* See etag.h. Owns the hash, which has to tell replies apart, not to withstand anybody. */
#include "api/call/etag.h"

#include "api/call/core.h"
#include "api/call/rules.h"

#include <string.h>

#define ETAG_SIZE 40

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t hash_of(const char *bytes, size_t len)
{
    uint64_t hash = len, word = 0, pair[2];
    for (; len >= sizeof pair; len -= sizeof pair, bytes += sizeof pair) {
        memcpy(pair, bytes, sizeof pair);
        hash = mix(hash, pair[0]) + pair[1] * UINT64_C(0xbf58476d1ce4e5b9);
    }
    if (len >= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        hash = mix(hash, word);
        len -= sizeof word;
        bytes += sizeof word;
    }
    word = 0;
    if (len)
        memcpy(&word, bytes, len);
    return mix(hash, word);
}

/* `number` in hex, behind what is there. By hand: printf took half of what an ETag costs. */
static char *put_hex(char *at, uint64_t number, int digits)
{
    for (int i = digits; i-- > 0; number >>= 4)
        at[i] = "0123456789abcdef"[number & 15];
    return at + digits;
}

/* W/"LENGTH-HASH", as Express writes them. */
static void etag_write(const struct buf *body, char ret_etag[ETAG_SIZE])
{
    int digits = 1;
    while (digits < 16 && body->len >> digits * 4)
        digits++;
    char *at = put_hex(stpcpy(ret_etag, "W/\""), body->len, digits);
    *at++ = '-';
    stpcpy(put_hex(at, hash_of(body->data, body->len), 16), "\"");
}

/* If-None-Match compares weakly: W/ counts for nothing (RFC 9110, 13.1.2). */
static bool matches(const char *given, const char *etag)
{
    const char *opaque = strchr(etag, '"');
    const char *found = given ? strstr(given, opaque) : NULL;
    if (given && strcmp(given, "*") == 0)
        return true;
    return found && strchr(", \t", found[strlen(opaque)]);
}

bool etag_of_route(const struct route *route)
{
    if (strcmp(route->method, "GET") != 0 || route->auth == AUTH_CONTROL ||
        strncmp(route->path, "/__mock", 7) == 0)
        return false;
    for (const struct reply_shape *row = route->replies; row && row->status; row++)
        if (row->status == 200 && row->shape)
            return true;
    return false;
}

void etag_apply(struct call *call)
{
    struct api_reply *reply = call->reply;
    const char *type = headers_get(&reply->headers, "Content-Type");
    char etag[ETAG_SIZE];
    if (!call->route || !etag_of_route(call->route) || reply->status != 200 || !type ||
        strncmp(type, "application/json", 16) != 0)
        return;
    etag_write(&reply->body, etag);
    if (matches(call_header(call, "If-None-Match"), etag)) {
        buf_clear(&reply->body);
        buf_clear(&reply->headers);
        reply_empty(call, 304, &api_rules[API_NOT_MODIFIED]);
    }
    reply_header(reply, "ETag", etag);
}
