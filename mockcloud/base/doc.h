/*
 * Documents: a positioned tree read from YAML (and so from JSON, its subset) with libyaml's events.
 *
 * World files, scenarios and the bodies of the control API that carry a world are read through
 * here, so that each mistake can be shown with file, line and column. The subset is strict: no
 * anchors, aliases, tags, directives, merge keys; no duplicate keys; keys are scalars of up to
 * 1,024 characters on one line; no tab as indentation; no invalid UTF-8, no control characters, no
 * NUL (not even escaped), and U+0085, U+2028 and U+2029 only escaped, because libyaml takes them
 * for line breaks. A JSON surrogate pair ("\ud83d\ude00") is refused, because libyaml does not join
 * it. A byte order mark and CRLF are accepted. Limits: DOC_MAX_BYTES, DOC_MAX_DEPTH, DOC_MAX_NODES.
 *
 * A struct doc owns its nodes and its source text; nodes are borrowed from it and never change.
 */
#ifndef BASE_DOC_H
#define BASE_DOC_H

#include "base/diag.h"
#include "base/jsonw.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOC_MAX_BYTES (8u << 20)
#define DOC_MAX_DEPTH 64
#define DOC_MAX_NODES 1000000

enum doc_kind { DOC_SCALAR, DOC_LIST, DOC_MAP };

struct doc_pair;

struct doc_node {
    enum doc_kind kind;
    int line;   /* from 1, where the node begins */
    int column; /* from 1, in characters */
    /* DOC_SCALAR */
    const char *text; /* NUL-terminated; without the quotes, escapes resolved */
    size_t len;
    bool plain; /* not quoted, not a block scalar: only then is it ever anything but a string */
    /* DOC_LIST: items[count]; DOC_MAP: pairs[count] in the order of the file */
    size_t count;
    struct doc_node **items;
    struct doc_pair *pairs;
};

struct doc_pair {
    struct doc_node *key; /* a scalar */
    struct doc_node *value;
};

struct doc;

/*
 * Reads all documents (`---`) of `text`. `name` is the file's name for messages. Both are copied.
 * Returns NULL when there was a mistake, which is then in `diags`; an empty file, or one of
 * comments only, is a mistake. Yours: doc_unref().
 */
struct doc *doc_new(const char *name, const char *text, size_t len, struct diags *diags);

/* Reads a file of at most DOC_MAX_BYTES. As doc_new; a file that can't be read is a mistake without
 * a position. */
struct doc *doc_new_from_file(const char *path, struct diags *diags);

/* Documents are shared by counting: a world keeps the one it was made from. */
struct doc *doc_ref(struct doc *doc);
void doc_unref(struct doc *doc);

const char *doc_name(const struct doc *doc);

/* The source, from which doc_new() makes the same document again. Borrowed. */
const char *doc_text(const struct doc *doc, size_t *ret_len);
size_t doc_count(const struct doc *doc);
const struct doc_node *doc_root(const struct doc *doc, size_t index);

/* The source line (from 1), without its line break. Borrowed; *ret_len is its length in bytes. NULL
 * when there is no such line. */
const char *doc_line(const struct doc *doc, int line, size_t *ret_len);

/* The value of `key` in a map, or NULL (also when `map` is NULL or no map). */
const struct doc_node *doc_get(const struct doc_node *map, const char *key);
const struct doc_node *doc_get_key(const struct doc_node *map,
                                   const char *key); /* the key's node */

/* Adds a mistake at a node: `file:line:column`, the source line, the caret. `hint` may be NULL. */
void doc_fail(const struct doc *doc, const struct doc_node *at, struct diags *diags,
              const char *hint, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Names in texts, and what they stand for. */
struct doc_fill {
    const char *prefix;            /* "${each.": up to the next "}" it is a name */
    const struct doc_node *values; /* a map */
    size_t row;                    /* which row of several that is, from 1, for messages */
};

/* A copy of `node` inside its document, in which names are filled in; keys stand for themselves. A
 * text that is one name alone becomes its value, with its kind; "$${" stays as it is. Positions are
 * those of the original. NULL after a mistake: a name that there is not, a list in a text, too many
 * nodes. Borrowed from the document. */
const struct doc_node *doc_fill(struct doc *doc, const struct doc_node *node,
                                const struct doc_fill *fill, struct diags *diags);

/* The map `over` without its value `at`, and the keys of `under`, a map of another document, that
 * it does not have itself; those are copied and stand where `at` does. NULL after a mistake: too
 * many nodes. Borrowed from `doc`. */
const struct doc_node *doc_merge(struct doc *doc, const struct doc_node *over,
                                 const struct doc_node *under, const struct doc_node *at,
                                 struct diags *diags);

/* What kind of thing a node is, in words for messages: "a list", "a map", "a string", "a number",
 * "true", "nothing" … Borrowed, static. */
const char *doc_describe(const struct doc_node *node);

/* Plain scalars, by the core schema of YAML 1.2. False, and nothing written, when it is no such
 * thing or does not fit the type. A whole number is a double too. */
bool doc_is_null(const struct doc_node *node);
bool doc_as_bool(const struct doc_node *node, bool *ret);
bool doc_as_int(const struct doc_node *node, int64_t *ret);
bool doc_as_double(const struct doc_node *node, double *ret);

/* Writes a node as JSON; plain scalars by the core schema of YAML 1.2, all others as strings. A
 * number that is one in JSON too keeps its digits; .inf and .nan are written as null. */
void doc_write_json(const struct doc_node *node, struct jsonw *w);

#endif
