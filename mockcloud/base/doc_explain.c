/* See doc_tree.h. Owns the words for a mistake at which libyaml stops: where it is (which is not
 * always where libyaml notices it), what was found, what was expected. None of libyaml's own
 * phrases reaches the user: "did not find expected key" helps nobody who doesn't know the parser.
 */
#include "base/doc_tree.h"
#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DOC_FOUND_MAX 24 /* characters of a word that are quoted */

#define DOC_KEY_LAW "a key is on one line and has at most 1,024 characters"

enum doc_where {
    DOC_AT_PROBLEM, /* where libyaml stopped */
    DOC_AT_ESCAPE,  /* two characters before, where the backslash is */
    DOC_AT_CONTEXT, /* where the thing began that it was reading */
};

struct doc_complaint {
    const char *context; /* how libyaml's context begins; NULL: any */
    const char *problem; /* how libyaml's problem begins; NULL: any */
    enum doc_where where;
    const char *message;  /* the whole message; NULL: it is made of `expected` and `advice` */
    const char *expected; /* "expected EXPECTED, found …ADVICE" */
    const char *advice;   /* or NULL */
};

/* The first row that fits counts, so rows with a `problem` stand before those of the same `context`
 * without one. */
static const struct doc_complaint complaints[] = {
    {.context = "while scanning a quoted scalar",
     .problem = "found unexpected end of stream",
     .where = DOC_AT_CONTEXT,
     .message = "found a quote that is opened here and never closed"},
    {.context = "while scanning a quoted scalar",
     .problem = "found unexpected document indicator",
     .where = DOC_AT_CONTEXT,
     .message = "found a quote that is opened here and not closed before the next --- or ..."},
    {.problem = "found unknown escape character",
     .expected = "an escape that YAML knows",
     .advice = "; write \\\\ for a backslash, or use single quotes"},
    {.problem = "did not find expected hexdecimal number",
     .where = DOC_AT_ESCAPE,
     .expected = "hex digits in the escape (2 for \\x, 4 for \\u, 8 for \\U)"},
    {.problem = "found invalid Unicode character escape code",
     .where = DOC_AT_ESCAPE,
     .expected = "the escape of one character",
     .advice = "; write the character itself, or \\U and 8 digits, for a pair of surrogates"},
    {.context = "while scanning a simple key",
     .where = DOC_AT_CONTEXT,
     .expected = "a key and \":\" (" DOC_KEY_LAW ")"},
    {.problem = "block sequence entries are not allowed",
     .message = "a list item (\"- …\") can't stand here; it begins on a line of its own, indented "
                "like its neighbours"},
    {.problem = "mapping keys are not allowed",
     .message = "a key (\"? …\") can't stand here; put text that begins with ? in quotes"},
    {.problem = "mapping values are not allowed",
     .message = "a \":\" can't stand here; put text that holds \": \" in quotes; a key is indented "
                "like its neighbours, is on one line and has at most 1,024 characters"},
    {.problem = "found character that cannot start any token",
     .expected = "a value",
     .advice = "; put text that begins with this character in quotes"},
    {.problem = "found unexpected ':'",
     .expected = "text",
     .advice = "; put text that holds \":\" in quotes"},
    {.context = "while scanning a block scalar",
     .problem = "did not find expected comment or line break",
     .expected = "the end of the line after | or >"},
    {.context = "while scanning a block scalar",
     .expected = "an indentation of 1 to 9 after | or >"},
    {.context = "while scanning an anchor",
     .where = DOC_AT_CONTEXT,
     .expected = "a value",
     .advice = "; put text that begins with & in quotes"},
    {.context = "while scanning an alias",
     .where = DOC_AT_CONTEXT,
     .expected = "a value",
     .advice = "; put text that begins with * in quotes"},
    {.context = "while scanning a tag",
     .where = DOC_AT_CONTEXT,
     .expected = "a value",
     .advice = "; put text that begins with ! in quotes"},
    {.context = "while parsing a tag",
     .where = DOC_AT_CONTEXT,
     .expected = "a value",
     .advice = "; put text that begins with ! in quotes"},
    {.problem = "found undefined tag handle",
     .expected = "a value",
     .advice = "; put text that begins with ! in quotes"},
    {.context = "while parsing a flow sequence",
     .expected = "\",\" or \"]\" after an item of a list"},
    {.context = "while parsing a flow mapping",
     .expected = "\",\" or \"}\" after a value of a map (" DOC_KEY_LAW ")"},
    {.problem = "did not find expected node content", .expected = "a value"},
    {.context = "while parsing a block collection",
     .expected = "the next item (\"- …\") of the list"},
    {.context = "while parsing a block mapping", .expected = "the next key of the map"},
    {.problem = "did not find expected <document start>",
     .expected = "the end of the document, or --- and the next one"},
};

static bool doc_begins(const char *text, const char *start)
{
    return !start || (text && strncmp(text, start, strlen(start)) == 0);
}

static const struct doc_complaint *doc_find_complaint(const yaml_parser_t *yaml)
{
    static const struct doc_complaint other = {.expected = "something else"};
    for (size_t i = 0; i < sizeof complaints / sizeof *complaints; i++)
        if (doc_begins(yaml->context, complaints[i].context) &&
            doc_begins(yaml->problem, complaints[i].problem))
            return &complaints[i];
    return &other;
}

static bool doc_is_end(const struct doc *doc, size_t at)
{
    while (at < doc->len && strchr(" \t\r\n", doc->text[at]))
        at++;
    return at == doc->len;
}

/* Whether nothing but blanks is left of an offset in its line. */
static bool doc_begins_line(const struct doc *doc, size_t at)
{
    while (at > 0 && (doc->text[at - 1] == ' ' || doc->text[at - 1] == '\t'))
        at--;
    return at == 0 || doc->text[at - 1] == '\n' || doc->text[at - 1] == '\r';
}

/* What stands at an offset: a word, a sign, an end. Yours: free(). */
static char *doc_found_dup(const struct doc *doc, size_t at)
{
    const char *text = doc->text + at;
    size_t left = doc->len - at, len = 0;
    if (doc_is_end(doc, at))
        return mem_dup("the end of the file");
    if (*text == '\n' || *text == '\r')
        return mem_dup("the end of the line");
    if (strchr("[]{},:-?", *text))
        return mem_printf_dup("\"%c\"", *text);
    for (int chars = 0; chars < DOC_FOUND_MAX && len < left; chars++) {
        if (isspace((unsigned char)text[len]) || (len && strchr(":,[]{}\"'", text[len])))
            return mem_printf_dup("\"%.*s\"", (int)len, text);
        len += text_utf8_len(text + len, left - len);
    }
    return mem_printf_dup("\"%.*s%s\"", (int)len, text, len < left ? "…" : "");
}

/* A line above that begins with %, with nothing but blank lines and comments between: a directive
 * that has no `---`. 0 when there is none. */
static int doc_directive_above(const struct doc *doc, int line)
{
    while (--line > 0) {
        size_t len = 0, blanks = 0;
        const char *text = doc_line(doc, line, &len);
        while (blanks < len && (text[blanks] == ' ' || text[blanks] == '\t'))
            blanks++;
        if (blanks < len && text[blanks] != '#')
            return *text == '%' ? line : 0;
    }
    return 0;
}

/* The line of the directive that is the mistake, 0 when the mistake is something else. */
static int doc_directive(const struct doc *doc, const yaml_parser_t *yaml, int line)
{
    if (doc_begins(yaml->problem, "found incompatible YAML document") ||
        doc_begins(yaml->problem, "found duplicate %") ||
        (yaml->context && strstr(yaml->context, "directive")))
        return line;
    if (doc_begins(yaml->problem, "did not find expected <document start>"))
        return doc_directive_above(doc, line);
    return 0;
}

/* Mistakes that show only in the text, since libyaml describes them as something else; true when it
 * was one of them. */
static bool doc_explain_special(const struct doc *doc, const yaml_parser_t *yaml,
                                struct doc_place problem, struct diags *diags)
{
    size_t at = doc_offset(doc, problem);
    int directive = doc_directive(doc, yaml, problem.line);
    if (at < doc->len && doc->text[at] == '\t') {
        doc_fail_at(doc, problem, diags, NULL, "found a tab; expected spaces: tabs can't indent");
    } else if (directive) {
        doc_fail_at(doc, (struct doc_place){directive, 1}, diags, NULL,
                    "found a directive (%%…), which this subset of YAML does not have");
    } else if (doc_is_end(doc, at) && doc_begins(yaml->context, "while parsing a flow ")) {
        struct doc_place open = doc_place(doc, yaml->context_mark);
        doc_fail_at(doc, open, diags, NULL, "found a \"%c\" that is never closed",
                    doc->text[doc_offset(doc, open)]);
    } else if (at < doc->len && doc->text[at] == ':' &&
               (doc_begins(yaml->context, "while parsing a block mapping") ||
                doc_begins(yaml->problem, "did not find expected node content"))) {
        doc_fail_at(doc, problem, diags, NULL, "expected a key before \":\"");
    } else {
        return false;
    }
    return true;
}

/* The likely cause, where it lies above the place that is shown: a quote that ended elsewhere than
 * was meant, a bracket left open, the indentation. "" when there is nothing to say. Yours: free().
 */
static char *doc_remark_dup(const struct doc *doc, const yaml_parser_t *yaml,
                            struct doc_place problem, const struct doc_quoted *quoted)
{
    struct doc_place context = doc_place(doc, yaml->context_mark);
    size_t at = doc_offset(doc, problem);
    if (quoted->place.line && quoted->end_line == problem.line)
        return mem_printf_dup("; the quoted text before it begins in line %d", quoted->place.line);
    if (doc_begins(yaml->context, "while parsing a flow ") && context.line < problem.line)
        return mem_printf_dup("; it is opened in line %d", context.line);
    if (!doc_begins(yaml->problem, "did not find expected <document start>") &&
        !doc_begins(yaml->context, "while parsing a block mapping") &&
        !doc_begins(yaml->context, "while parsing a block collection"))
        return mem_dup("");
    if (doc_begins_line(doc, at))
        return mem_dup("; is this line indented like its neighbours?");
    return mem_dup(strchr("]},", doc->text[at]) ? "" : "; put all of a text in quotes, or none");
}

void doc_explain(const struct doc *doc, const yaml_parser_t *yaml, const struct doc_quoted *quoted,
                 struct diags *diags)
{
    struct doc_place place = doc_place(doc, yaml->problem_mark);
    if (doc_explain_special(doc, yaml, place, diags))
        return;
    const struct doc_complaint *complaint = doc_find_complaint(yaml);
    char *remark = doc_remark_dup(doc, yaml, place, quoted);
    if (complaint->where == DOC_AT_CONTEXT)
        place = doc_place(doc, yaml->context_mark);
    else if (complaint->where == DOC_AT_ESCAPE)
        place.column -= 2;
    char *found = doc_found_dup(doc, doc_offset(doc, place));
    if (complaint->message)
        doc_fail_at(doc, place, diags, NULL, "%s", complaint->message);
    else
        doc_fail_at(doc, place, diags, NULL, "expected %s, found %s%s%s", complaint->expected,
                    found, complaint->advice ? complaint->advice : "", remark);
    free(found);
    free(remark);
}
