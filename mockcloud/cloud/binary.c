/*
 * Compiled binaries: an id, a target and an expiry; nothing is ever compiled. See cloud.h.
 *
 * Source: Particle's API reference (binary_id, binary_url, expires_at); that one lives for a day is
 * a guess.
 */
#include "cloud/binary.h"
#include "base/mem.h"
#include "cloud/cloud.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>

#define BINARIES_MAX 1000

static void binary_free(void *value)
{
    struct binary *binary = value;
    free(binary->target);
    free(binary);
}

void cloud_binary_digest(const char *bytes, size_t len, char ret_digest[static BINARY_DIGEST + 1])
{
    struct sha256_ctx sha;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&sha);
    sha256_update(&sha, len, (const uint8_t *)bytes);
    sha256_digest(&sha, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(ret_digest + 2 * i, 3, "%02x", digest[i]);
}

/* The oldest goes, so that compiling for ever takes no more memory. */
static void binary_make_room(struct cloud *cloud)
{
    size_t cursor = 0;
    const char *id;
    void *value;
    if (map_count(&cloud->binaries) >= BINARIES_MAX &&
        map_next(&cloud->binaries, &cursor, &id, &value))
        binary_free(map_take(&cloud->binaries, id));
}

const struct binary *cloud_add_binary(struct cloud *cloud, const char *target)
{
    binary_make_room(cloud);
    struct binary *binary = mem_new(sizeof *binary);
    ids_next(&cloud->sim->ids, "binary", binary->id, IDS_OBJECT);
    binary->expires_ms = vclock_now(cloud->sim->clock) + BINARY_LIFE_MS;
    binary->target = mem_dup(target);
    map_put(&cloud->binaries, binary->id, binary);
    return binary;
}

const struct binary *cloud_binary(const struct cloud *cloud, const char *id)
{
    const struct binary *binary = map_get(&cloud->binaries, id);
    return binary && vclock_now(cloud->sim->clock) < binary->expires_ms ? binary : NULL;
}

void cloud_free_binaries(struct cloud *cloud)
{
    map_free(&cloud->binaries, binary_free);
}
