/*
 * What the sources of doc.h share among themselves, and nobody else includes: the inside of a
 * document.
 *
 *     doc.c          life, lines, messages
 *     doc_scan.c     the bytes before libyaml sees them
 *     doc_parse.c    libyaml's events -> the tree
 *     doc_explain.c  libyaml's complaints -> plain words with a position
 *     doc_value.c    what a scalar means
 *     doc_copy.c     copies with something filled in, maps put together
 */
#ifndef BASE_DOC_TREE_H
#define BASE_DOC_TREE_H

#include "base/doc.h"

#include <yaml.h>

struct doc_chunk;

struct doc {
    unsigned refs;
    char *name;
    char *text; /* without a byte order mark */
    size_t len;
    uint32_t *lines; /* the offset at which each line begins; lines[line_count] is `len` */
    size_t line_count;
    struct doc_chunk *chunks; /* all nodes, their text and arrays live and die with the document */
    size_t copied;            /* how many nodes are copies */
    struct doc_node **roots;
    size_t root_count;
};

/* A place in the source. */
struct doc_place {
    int line;   /* from 1 */
    int column; /* from 1, in characters */
};

/* `size` zeroed bytes that live as long as the document. Borrowed. */
void *doc_room(struct doc *doc, size_t size);

/* Adds a mistake at a place. `hint` may be NULL. */
void doc_fail_at(const struct doc *doc, struct doc_place place, struct diags *diags,
                 const char *hint, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* libyaml's mark as a place that exists: the end of the file is the end of its last line. */
struct doc_place doc_place(const struct doc *doc, yaml_mark_t mark);

/* The offset in `text` of a place; `len` when it is the end of the file. */
size_t doc_offset(const struct doc *doc, struct doc_place place);

/* Finds the lines. */
void doc_scan_lines(struct doc *doc);

/* Whether `text` is UTF-8 without the characters that the subset refuses; if not, the first bad one
 * is added to `diags`. Needs the lines. */
bool doc_scan_bytes(const struct doc *doc, struct diags *diags);

/* Reads `text` into `roots`. False when there was a mistake, which is then in `diags`. */
bool doc_parse(struct doc *doc, struct diags *diags);

/* A quoted text of several lines: a quote that was left open ends at the next one, and what follows
 * is the mistake that libyaml sees. */
struct doc_quoted {
    struct doc_place place; /* of its opening quote; line 0: there was none */
    int end_line;
};

/* Adds what `yaml` stopped at. `quoted` is the last such text that was read. */
void doc_explain(const struct doc *doc, const yaml_parser_t *yaml, const struct doc_quoted *quoted,
                 struct diags *diags);

#endif
