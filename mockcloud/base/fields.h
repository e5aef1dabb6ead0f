/*
 * Fields: the rows that say which keys a map may have, of which type, and what each is for.
 *
 * One table serves three readers: fields_check() holds a document against it (unknown key, wrong
 * type, missing key, unknown word), fields_schema() prints it as JSON Schema for editors, and the
 * reference pages are made from `text`. A world file and every scenario step is such a table.
 */
#ifndef BASE_FIELDS_H
#define BASE_FIELDS_H

#include "base/doc.h"

enum field_type {
    FIELD_STRING, /* any scalar but null is taken as its text: 123 is "123" */
    FIELD_INT,    /* a whole number, min..max */
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
    /* Both 0: no bounds. FIELD_INT: of the number; FIELD_STRING: of its length in bytes; FIELD_HEX:
     * of the number of digits. */
    int64_t min, max;
    const char *const *words;   /* FIELD_WORD: NULL-terminated */
    const struct field *fields; /* FIELD_OBJECT: ends with a row without name */
    const struct field *item;   /* FIELD_LIST, FIELD_MAP: one row; its name is the singular */
    const char *text;           /* one sentence: what it is for, its unit, its default */
    const char
        *like; /* what to write, for who has written a value of another kind; NULL: nothing */
};

/* Rows end with a zeroed one: `{0}`. */

/*
 * Holds `map` against `fields`. Every mistake is added to `diags` with its position. True when
 * there was none. A node that is no map is a mistake ("expected a map"). null is a mistake wherever
 * a row is not FIELD_ANY: a key without a value is not an absent key.
 */
bool fields_check(const struct doc *doc, const struct doc_node *map, const struct field *fields,
                  struct diags *diags);

/* The same for one value against one row. */
bool fields_check_value(const struct doc *doc, const struct doc_node *value,
                        const struct field *field, struct diags *diags);

/* Appends what a value has to be, in words: "text from 3 to 40 bytes", "a list of text". */
/* What was found in place of something else, in words: a list, 20, "often". Yours: free(). */
char *fields_found_dup(const struct doc_node *node);

void fields_describe(const struct field *field, struct buf *out);

/* Values of a map that passed fields_check(); the default when the key is absent. Asking for
 * another type than the row's is a bug of ours (assert). Strings are borrowed from the document. */
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

/* The same, into an object that is open already. */
void fields_schema_members(const struct field *fields, struct jsonw *w);

/* The schema of one value. Never stricter than fields_check_value(). */
void fields_schema_value(const struct field *field, struct jsonw *w);

#endif
