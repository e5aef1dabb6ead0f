/*
 * Fields: the rows that say which keys a map may have, of which type, and what each is for.
 *
 * One table serves three readers: fields_check() holds a document against it (unknown key, wrong
 * type, missing key, unknown word), fields_schema() prints it as JSON Schema for editors, and the reference pages
 * are made from `text`. A world file and every scenario step is such a table.
 */
#ifndef BASE_FIELDS_H
#define BASE_FIELDS_H

#include "base/doc.h"

enum field_type {
    FIELD_STRING,   /* any scalar is taken as its text */
    FIELD_INT,      /* a whole number, min..max */
    FIELD_BOOL,
    FIELD_WORD,     /* one of `words` */
    FIELD_DURATION, /* "5min"; see timefmt.h */
    FIELD_WAIT,     /* a duration with its clock: "5s real", "30s virtual" */
    FIELD_TIME,     /* "2026-01-01T00:00:00Z" */
    FIELD_HEX,      /* a string of lower-case hex digits, min..max of them */
    FIELD_OBJECT,   /* a map with `fields` */
    FIELD_LIST,     /* a list of what `item` describes */
    FIELD_MAP,      /* a map from any key to what `item` describes */
    FIELD_ANY       /* any value: the owner of the field reads it by itself */
};

struct field {
    const char *name;
    enum field_type type;
    bool required;
    int64_t min, max;           /* FIELD_INT: bounds, both 0: none. FIELD_HEX: number of digits, both 0: any. FIELD_STRING: length in bytes, both 0: any */
    const char *const *words;   /* FIELD_WORD: NULL-terminated */
    const struct field *fields; /* FIELD_OBJECT: ends with a row without name */
    const struct field *item;   /* FIELD_LIST, FIELD_MAP: one row; its name is the singular, for messages */
    const char *text;           /* one sentence: what it is for, its unit, its default */
};

/* Rows end with a zeroed one: `{0}`. */

/*
 * Holds `map` against `fields`. Every mistake is added to `diags` with its position. True when there was none.
 * A node that is no map is a mistake ("expected a map").
 */
bool fields_check(const struct doc *doc, const struct doc_node *map, const struct field *fields,
                  struct diags *diags);

/* The same for one value against one row. */
bool fields_check_value(const struct doc *doc, const struct doc_node *value,
                        const struct field *field, struct diags *diags);

/* Values of a map that passed fields_check(); the default when the key is absent. Strings are borrowed from the document. */
const char *fields_str(const struct doc_node *map, const char *key, const char *fallback);
int64_t fields_int(const struct doc_node *map, const char *key, int64_t fallback);
bool fields_bool(const struct doc_node *map, const char *key, bool fallback);
int64_t fields_duration(const struct doc_node *map, const char *key, int64_t fallback_ms);
int64_t fields_time(const struct doc_node *map, const char *key, int64_t fallback_ms);

/* Reads "5s real" / "30s virtual". False, and nothing written, when it is anything else. */
bool fields_parse_wait(const char *text, int64_t *ret_ms, bool *ret_virtual);

/* Writes the JSON Schema (draft 2020-12) of a map with these fields: an object with
 * `additionalProperties: false`, `description` from `text`, `required`. */
void fields_schema(const struct field *fields, struct jsonw *w);

/* The schema of one value. */
void fields_schema_value(const struct field *field, struct jsonw *w);

#endif
