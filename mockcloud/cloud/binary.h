/*
 * Compiled binaries: what POST /v1/binaries makes, for a day. Nothing is compiled. (binary.c)
 */
#ifndef CLOUD_BINARY_H
#define CLOUD_BINARY_H

#include "sim/ids.h"

#include <stddef.h>
#include <stdint.h>

struct cloud;

#define BINARY_LIFE_MS INT64_C(86400000)

struct binary {
    char id[IDS_OBJECT + 1];
    int64_t expires_ms;
    char *target; /* the Device OS that it was built for */
};

#define BINARY_DIGEST 64

/* What tells one binary from another: SHA-256 in hex. */
void cloud_binary_digest(const char *bytes, size_t len, char ret_digest[static BINARY_DIGEST + 1]);

/* Makes one; nothing is compiled. */
const struct binary *cloud_add_binary(struct cloud *cloud, const char *target);

/* NULL: there is none, or it has expired. */
const struct binary *cloud_binary(const struct cloud *cloud, const char *id);
void cloud_free_binaries(struct cloud *cloud);

#endif
