/* See fields_inside.h. Owns what is said of a value that does not fit, and what it was probably
 * meant to be. */
#include "base/fields_inside.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/timefmt.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FIELDS_FOUND_MAX 40 /* bytes that are quoted of what was found */
#define FIELDS_MEANT_MAX 80

static_assert(FIELDS_MEANT_MAX > TIMEFMT_MEANT_SIZE, "a duration and its clock");

char *fields_found_dup(const struct doc_node *node)
{
    if (node->kind != DOC_SCALAR || doc_is_null(node))
        return mem_dup(doc_describe(node));
    bool bare = node->plain && strcmp(doc_describe(node), "a string") != 0;
    size_t shown = text_utf8_prefix(node->text, node->len, FIELDS_FOUND_MAX);
    return mem_printf_dup("%s%s%.*s%s%s", node->plain ? "" : "the string ", bare ? "" : "\"",
                          (int)shown, node->text, shown < node->len ? "…" : "", bare ? "" : "\"");
}

/* "5min virtual" for "5m virtual" and for "5 min": a clock that is not named is the world's. */
static bool fields_meant_wait(const char *text, char ret_meant[FIELDS_MEANT_MAX])
{
    char duration[TIMEFMT_MEANT_SIZE];
    const char *clock = "virtual";
    const char *space = strrchr(text, ' ');
    bool named = space && (strcmp(space, " real") == 0 || strcmp(space, " virtual") == 0);
    char *before = mem_dup_n(text, named ? (size_t)(space - text) : strlen(text));
    bool meant = timefmt_duration_meant(before, duration);
    free(before);
    if (meant)
        snprintf(ret_meant, FIELDS_MEANT_MAX, "%s %s", duration, named ? space + 1 : clock);
    return meant;
}

static bool fields_meant_hex(const struct field *field, const struct doc_node *node,
                             char ret_meant[FIELDS_MEANT_MAX])
{
    char lower[FIELDS_MEANT_MAX] = "";
    struct doc_node same = *node;
    if (node->len >= sizeof lower)
        return false;
    for (size_t i = 0; i < node->len; i++)
        lower[i] = (char)tolower((unsigned char)node->text[i]);
    same.text = lower;
    if (strcmp(lower, node->text) == 0 || !fields_fits_hex(field, &same))
        return false;
    memcpy(ret_meant, lower, sizeof lower);
    return true;
}

/* What was probably meant, borrowed from the row or written to `room`; or NULL. */
static const char *fields_hint(const struct field *field, const struct doc_node *node,
                               char room[FIELDS_MEANT_MAX])
{
    static const char *const old_bools[] = {"no", "yes", "off", "on", "n", "y"};
    if (node->kind != DOC_SCALAR)
        return NULL;
    if (field->type == FIELD_WORD)
        return text_nearest(node->text, field->words, fields_count_words(field));
    if ((field->type == FIELD_DURATION && timefmt_duration_meant(node->text, room)) ||
        (field->type == FIELD_WAIT && fields_meant_wait(node->text, room)) ||
        (field->type == FIELD_HEX && fields_meant_hex(field, node, room)))
        return room;
    for (size_t i = 0; field->type == FIELD_BOOL && i < sizeof old_bools / sizeof *old_bools; i++)
        if (strcasecmp(node->text, old_bools[i]) == 0)
            return i % 2 ? "true" : "false";
    return NULL;
}

/* Whether minutes are written as "5m". */
static bool fields_has_m(const char *text)
{
    for (const char *m = strchr(text, 'm'); m; m = strchr(m + 1, 'm'))
        if (m > text && isdigit((unsigned char)m[-1]) && !isalpha((unsigned char)m[1]))
            return true;
    return false;
}

/* Whether a quoted scalar would fit if it were not quoted. */
static bool fields_fits_unquoted(const struct field *field, const struct doc_node *node)
{
    struct doc_node plain = *node;
    plain.plain = true;
    return node->kind == DOC_SCALAR && !node->plain &&
           fields_types[field->type].fits(field, &plain);
}

/* What else there is to say, "" for nothing. */
static const char *fields_remark(const struct field *field, const struct doc_node *node)
{
    int64_t ms;
    bool is_time = field->type == FIELD_WAIT || field->type == FIELD_DURATION;
    if (node->kind != DOC_SCALAR)
        return "";
    if (field->type == FIELD_WAIT && timefmt_parse_duration(node->text, &ms))
        return "; real or virtual?";
    if (is_time && fields_has_m(node->text))
        return "; minutes are min";
    return fields_fits_unquoted(field, node) ? "; take the quotes away" : "";
}

void fields_fail(const struct doc *doc, const struct doc_node *node, const struct field *field,
                 const char *expected, struct diags *diags)
{
    bool scalar = field->type < FIELD_SCALARS;
    char room[FIELDS_MEANT_MAX];
    char *found = fields_found_dup(node);
    doc_fail(doc, node, diags, scalar ? fields_hint(field, node, room) : NULL,
             "expected %s%s%s%s%s%s%s, found %s%s", expected, field->name ? " for \"" : "",
             field->name ? field->name : "", field->name ? "\"" : "", field->like ? " (" : "",
             field->like ? field->like : "", field->like ? ")" : "", found,
             scalar ? fields_remark(field, node) : "");
    free(found);
}
