/*
 * ${name} and ${device.field} in strings: what a scenario saved, and what its world made up.
 *
 * `$${` is a literal `${`. There is nothing else in it, on purpose: no defaults, no expressions. A
 * name that is unknown, or not saved yet, is found when the scenario is loaded, so that expanding
 * can't fail.
 */
#ifndef SCENARIO_INTERP_H
#define SCENARIO_INTERP_H

#include "base/doc.h"
#include "base/map.h"
#include "match/compare.h"
#include "world/world.h"

struct scenario_load;

/* What names stand for. All borrowed. */
struct interp {
    struct compare_vars vars;  /* .fill_dup = interp_fill_dup */
    const struct world *world; /* NULL: unknown while loading; every ${device.field} is taken */
    const struct map *saved;   /* name -> char * */
    const char *url;           /* what ${url} is: in `run` and `env` of a client; else NULL */
    const char *control;       /* what ${control} is, likewise */
    const struct run_client *clients; /* NULL: none runs yet */
    size_t client_count;
};

/* Checks a string; every mistake is added with its position. True when there was none. */
bool interp_check(struct scenario_load *load, const struct doc_node *node);

/* The same for all strings of a tree (keys stand for themselves). */
bool interp_check_tree(struct scenario_load *load, const struct doc_node *node);

/* For struct interp's vars: interp_dup() of the interp that they are in. */
char *interp_fill_dup(const struct compare_vars *vars, const char *text);

/* `text` with everything filled in. Yours: free(). */
char *interp_dup(const struct interp *interp, const char *text);

/* Writes a tree as JSON with its strings filled in; plain scalars follow YAML 1.2's core schema. */
void interp_write_json(const struct interp *interp, const struct doc_node *node, struct jsonw *w);

/* The same as text, of at most `max` bytes, cut with "…". Yours: free(). */
char *interp_json_dup(const struct interp *interp, const struct doc_node *node, size_t max);

#endif
