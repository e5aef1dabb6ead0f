/*
 * Mustache templates, as webhooks use them: variables, sections, inverted sections, dotted names,
 * comments, other delimiters, and the rules for lines that hold nothing but a tag.
 *
 *     {{a}} {{{a}}} {{&a}} {{a.b.0.c}} {{.}} {{#a}}…{{/a}} {{^a}}…{{/a}} {{! … }} {{=<% %>=}}
 *
 * There are no partials here: one renders as nothing. Values are looked up in a stack of contexts,
 * the innermost first. A number, true and false render as in JSON, null and what is not there as
 * nothing, a list as its elements with commas between, an object as "[object Object]". A section is
 * passed over for false, null, 0, "", an empty list, and what is not there.
 *
 * Sources: the public mustache specification (interpolation, sections, inverted, comments,
 * delimiters); Particle's webhook reference (which characters are escaped, indices in dotted
 * names); mustache.js (what lists and objects render as, what is false).
 */
#ifndef CLOUD_WEBHOOK_MUSTACHE_H
#define CLOUD_WEBHOOK_MUSTACHE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

#define MUSTACHE_DEPTH 32    /* sections in sections */
#define MUSTACHE_TAGS  10000 /* of a template */
#define MUSTACHE_STACK 4     /* contexts that a rendering begins with, at most */

struct cJSON;

/*
 * Appends the rendered template to `out`, whose maximum bounds it. `stack` has `count` contexts
 * (NULL ones are passed over), the innermost last. *steps is how much may be done (tags that are
 * met, keys that are passed), and afterwards what is left of that. False: the template is not valid
 * or there was too much to do; *ret_error (static) says why, and `out` holds a part.
 */
bool mustache_render(const char *template, const struct cJSON *const *stack, size_t count,
                     size_t *steps, struct buf *out, const char **ret_error);

/* A value as {{{name}}} would render it. */
void mustache_write_value(const struct cJSON *value, struct buf *out);

#endif
