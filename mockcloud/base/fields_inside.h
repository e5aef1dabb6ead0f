/*
 * What the sources of fields.h share among themselves, and nobody else includes.
 */
#ifndef BASE_FIELDS_INSIDE_H
#define BASE_FIELDS_INSIDE_H

#include "base/fields.h"

#define FIELD_SCALARS   FIELD_OBJECT /* the types before it are scalars */
#define FIELDS_LIST_MAX 4096         /* bytes of a list of known words */

/* How one type of scalar is checked. */
struct fields_type {
    bool (*fits)(const struct field *field, const struct doc_node *node);
    void (*expect)(const struct field *field, struct buf *out); /* "expected …" */
};

extern const struct fields_type fields_types[FIELD_SCALARS];

size_t fields_count_words(const struct field *field);
bool fields_fits_hex(const struct field *field, const struct doc_node *node);

/* "expected …, found …", with what was probably meant. */
void fields_fail(const struct doc *doc, const struct doc_node *node, const struct field *field,
                 const char *expected, struct diags *diags);

#endif
