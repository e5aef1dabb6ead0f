/* See doc.h. Owns what a node means: the core schema of YAML 1.2 (chapter 10.3.2) for plain
 * scalars, and the way into JSON. Reads nodes only; no document, no positions. */
#include "base/doc.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct doc_pair *doc_find(const struct doc_node *map, const char *key)
{
    if (!map || map->kind != DOC_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->pairs[i].key->text, key) == 0)
            return &map->pairs[i];
    return NULL;
}

const struct doc_node *doc_get(const struct doc_node *map, const char *key)
{
    const struct doc_pair *pair = doc_find(map, key);
    return pair ? pair->value : NULL;
}

const struct doc_node *doc_get_key(const struct doc_node *map, const char *key)
{
    const struct doc_pair *pair = doc_find(map, key);
    return pair ? pair->key : NULL;
}

static bool doc_is_plain(const struct doc_node *node)
{
    return node && node->kind == DOC_SCALAR && node->plain;
}

/* Whether `text` is one of three spellings: null, Null, NULL. */
static bool doc_is_word(const char *text, const char *const words[3])
{
    for (int i = 0; i < 3; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

bool doc_is_null(const struct doc_node *node)
{
    static const char *const nulls[3] = {"null", "Null", "NULL"};
    return doc_is_plain(node) &&
           (node->len == 0 || strcmp(node->text, "~") == 0 || doc_is_word(node->text, nulls));
}

bool doc_as_bool(const struct doc_node *node, bool *ret)
{
    static const char *const trues[3] = {"true", "True", "TRUE"};
    static const char *const falses[3] = {"false", "False", "FALSE"};
    if (!doc_is_plain(node))
        return false;
    bool truth = doc_is_word(node->text, trues);
    if (!truth && !doc_is_word(node->text, falses))
        return false;
    *ret = truth;
    return true;
}

/* The base of the whole number that `text` is, 0 when it is none. */
static int doc_int_base(const char *text)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    if (strncmp(text, "0x", 2) == 0)
        return text[2] && text[2 + strspn(text + 2, hex)] == '\0' ? 16 : 0;
    if (strncmp(text, "0o", 2) == 0)
        return text[2] && text[2 + strspn(text + 2, "01234567")] == '\0' ? 8 : 0;
    text += *text == '-' || *text == '+';
    return *text && text[strspn(text, "0123456789")] == '\0' ? 10 : 0;
}

bool doc_as_int(const struct doc_node *node, int64_t *ret)
{
    int base = doc_is_plain(node) ? doc_int_base(node->text) : 0;
    if (!base)
        return false;
    errno = 0;
    long long number = strtoll(node->text + (base == 10 ? 0 : 2), NULL, base);
    if (errno == ERANGE)
        return false;
    *ret = number;
    return true;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool doc_is_float(const char *text)
{
    static const char digits[] = "0123456789";
    text += *text == '-' || *text == '+';
    size_t whole = strspn(text, digits), part = 0;
    text += whole;
    if (*text == '.') {
        part = strspn(++text, digits);
        text += part;
    }
    if (whole + part == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '-' || *text == '+';
        size_t exponent = strspn(text, digits);
        if (!exponent)
            return false;
        text += exponent;
    }
    return *text == '\0';
}

/* .inf and .nan, which JSON does not have. */
static bool doc_is_special(const char *text, double *ret)
{
    static const char *const infs[3] = {".inf", ".Inf", ".INF"};
    static const char *const nans[3] = {".nan", ".NaN", ".NAN"};
    bool minus = *text == '-';
    if (doc_is_word(text, nans))
        *ret = NAN;
    else if (doc_is_word(text + (minus || *text == '+'), infs))
        *ret = minus ? -INFINITY : INFINITY;
    else
        return false;
    return true;
}

bool doc_as_double(const struct doc_node *node, double *ret)
{
    if (!doc_is_plain(node))
        return false;
    int base = doc_int_base(node->text);
    if (base == 8 || base == 16) {
        int64_t number = 0;
        bool fits = doc_as_int(node, &number);
        if (fits)
            *ret = (double)number;
        return fits;
    }
    if (!doc_is_float(node->text))
        return doc_is_special(node->text, ret);
    double number = strtod(node->text, NULL);
    if (!isfinite(number))
        return false;
    *ret = number;
    return true;
}

static bool doc_is_number(const struct doc_node *node)
{
    double ignored = 0;
    return doc_is_plain(node) && (doc_int_base(node->text) != 0 || doc_is_float(node->text) ||
                                  doc_is_special(node->text, &ignored));
}

const char *doc_describe(const struct doc_node *node)
{
    bool truth = false;
    if (!node || doc_is_null(node))
        return "nothing";
    if (node->kind == DOC_LIST)
        return "a list";
    if (node->kind == DOC_MAP)
        return "a map";
    if (doc_as_bool(node, &truth))
        return truth ? "true" : "false";
    return doc_is_number(node) ? "a number" : "a string";
}

/* Whether the text of a number is one in JSON too: no plus, no leading zero, digits around the dot.
 */
static bool doc_is_json_number(const char *text)
{
    if (!doc_is_float(text) || *text == '+')
        return false;
    text += *text == '-';
    const char *dot = strchr(text, '.');
    if (*text < '0' || *text > '9' || (*text == '0' && text[1] >= '0' && text[1] <= '9'))
        return false;
    return !dot || (dot[1] >= '0' && dot[1] <= '9');
}

static void doc_write_scalar(const struct doc_node *node, struct jsonw *w)
{
    bool truth = false;
    int64_t whole = 0;
    double number = 0;
    if (doc_is_null(node))
        jsonw_null(w);
    else if (doc_as_bool(node, &truth))
        jsonw_bool(w, truth);
    else if (doc_is_plain(node) && doc_is_json_number(node->text))
        jsonw_raw(w, node->text, node->len); /* as written: a double could not hold every digit */
    else if (doc_as_int(node, &whole))
        jsonw_int(w, whole);
    else if (doc_as_double(node, &number))
        jsonw_double(w, number);
    else
        jsonw_str_n(w, node->text, node->len);
}

void doc_write_json(const struct doc_node *node, struct jsonw *w)
{
    switch (node->kind) {
    case DOC_LIST:
        jsonw_array(w);
        for (size_t i = 0; i < node->count; i++)
            doc_write_json(node->items[i], w);
        jsonw_end_array(w);
        break;
    case DOC_MAP:
        jsonw_object(w);
        for (size_t i = 0; i < node->count; i++) {
            jsonw_key(w, node->pairs[i].key->text);
            doc_write_json(node->pairs[i].value, w);
        }
        jsonw_end_object(w);
        break;
    default:
        assert(node->kind == DOC_SCALAR);
        doc_write_scalar(node, w);
    }
}
