/*
 * Ids made from a world's seed and name: named UUIDs (RFC 9562, version 5, by libuuid) in the
 * namespace of the world, written as hex digits. The same world gives the same ids, whatever else
 * was made before.
 */
#ifndef SIM_IDS_H
#define SIM_IDS_H

#include <stddef.h>
#include <stdint.h>

/* Length of the hex forms that the real cloud uses. */
#define IDS_OBJECT 24 /* users, customers, devices, webhooks */
#define IDS_TOKEN  40 /* access and refresh tokens, client secrets */

struct ids {
    unsigned char space[16]; /* the world's namespace */
    uint64_t made;           /* ids without a name so far */
};

void ids_init(struct ids *ids, uint64_t seed, const char *world_name);

/* The id of the thing called `name` of this `kind` ("device", "pump"). ret_text: digits + 1 bytes.
 */
void ids_named(const struct ids *ids, const char *kind, const char *name, char *ret_text,
               size_t digits);

/* The next id for a thing without a name. */
void ids_next(struct ids *ids, const char *kind, char *ret_text, size_t digits);

#endif
