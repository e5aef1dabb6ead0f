/*
 * What the cloud keeps of a device's describe message: the names of its functions, the names and
 * types of its variables. Of cloud/ and api/. The structs are in cloud.h; the copies are owned
 * here.
 *
 * Source: Device OS sends the describe after each full handshake (system_cloud_internal.cpp).
 */
#ifndef CLOUD_DESCRIBED_H
#define CLOUD_DESCRIBED_H

#include "base/jsonw.h"
#include "cloud/cloud.h"
#include "cloud/record.h"
#include "cloud/session.h"

/* Copies what the device said, in place of what it said before. */
void described_set(struct described *described, const struct session_describe *describe);
void described_free(struct described *described);

bool described_has_function(const struct described *described, const char *name);

/* NULL: it has no such variable. */
const struct described_variable *described_variable(const struct described *described,
                                                    const char *name);

/* "int32", "double", "string", "bool". */
const char *described_type_word(enum session_type type);

/* A variable's value as JSON. */
void described_write_value(const struct session_value *value, struct jsonw *w);

#endif
