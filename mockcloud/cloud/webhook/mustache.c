/*
 * See mustache.h. A template is cut into pieces once (text, tags, with each section's end known),
 * then the pieces are rendered; owns nothing beyond one call, and never looks at what its values
 * mean.
 */
#include "cloud/webhook/mustache.h"

#include "base/jsonw.h"
#include "base/mem.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define DELIMITER_MAX 16
#define PIECES_MAX    ((size_t)2 * MUSTACHE_TAGS)
#define VALUE_DEPTH   32 /* lists in lists, as text */

enum piece_kind {
    PIECE_TEXT,
    PIECE_ESCAPED,
    PIECE_PLAIN,
    PIECE_SECTION,
    PIECE_INVERTED,
    PIECE_END
};

struct piece {
    enum piece_kind kind;
    const char *text; /* or the name */
    size_t len;
    size_t end; /* of a section: its PIECE_END */
};

struct parser {
    const char *template;
    const char *at;
    const char *text; /* where the text that is not a piece yet begins */
    char open[DELIMITER_MAX], close[DELIMITER_MAX];
    struct piece *pieces;
    size_t count, cap;
    size_t sections[MUSTACHE_DEPTH]; /* that are open */
    size_t depth;
    const char *error;
};

/* ---- cutting ---- */

static void piece_add(struct parser *parser, enum piece_kind kind, const char *text, size_t len)
{
    if (parser->count == parser->cap) {
        parser->cap = parser->cap ? parser->cap * 2 : 16;
        parser->pieces = mem_grow(parser->pieces, parser->cap * sizeof *parser->pieces);
    }
    parser->pieces[parser->count++] = (struct piece){.kind = kind, .text = text, .len = len};
    if (parser->count > PIECES_MAX)
        parser->error = "too many tags";
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Whether the tag from `begin` to `end` has its lines for itself, which are then left out of the
 * text: where the first of them begins, and what comes behind the last. */
static bool stands_alone(const struct parser *parser, const char *begin, const char *end,
                         const char **ret_line, const char **ret_behind)
{
    while (begin > parser->template && is_blank(begin[-1]))
        begin--;
    if (begin > parser->template && begin[-1] != '\n')
        return false;
    while (is_blank(*end))
        end++;
    if (end[0] == '\r' && end[1] == '\n')
        end++;
    if (*end && *end != '\n')
        return false;
    *ret_line = begin;
    *ret_behind = *end ? end + 1 : end;
    return true;
}

static void trim(const char **text, size_t *len)
{
    while (*len && strchr(" \t\r\n", **text)) {
        ++*text;
        --*len;
    }
    while (*len && strchr(" \t\r\n", (*text)[*len - 1]))
        --*len;
}

/* {{=<% %>=}}: what stands between the two signs. */
static void take_delimiters(struct parser *parser, const char *text, size_t len)
{
    parser->error = "bad delimiters";
    if (len < 2 || text[len - 1] != '=')
        return;
    len--;
    trim(&text, &len);
    size_t first = 0, gap = 0;
    while (first < len && !strchr(" \t\r\n", text[first]))
        first++;
    while (first + gap < len && strchr(" \t\r\n", text[first + gap]))
        gap++;
    size_t second = len - first - gap;
    if (!first || !gap || !second || first >= DELIMITER_MAX || second >= DELIMITER_MAX ||
        memchr(text, '=', len))
        return;
    memcpy(parser->open, text, first);
    parser->open[first] = '\0';
    memcpy(parser->close, text + first + gap, second);
    parser->close[second] = '\0';
    parser->error = NULL;
}

static void open_section(struct parser *parser, enum piece_kind kind, const char *name, size_t len)
{
    if (parser->depth == MUSTACHE_DEPTH) {
        parser->error = "sections are nested too deep";
        return;
    }
    parser->sections[parser->depth++] = parser->count;
    piece_add(parser, kind, name, len);
}

static void close_section(struct parser *parser, const char *name, size_t len)
{
    if (!parser->depth) {
        parser->error = "a section ends that was not opened";
        return;
    }
    struct piece *section = &parser->pieces[parser->sections[--parser->depth]];
    if (section->len != len || memcmp(section->text, name, len) != 0) {
        parser->error = "a section is not closed";
        return;
    }
    section->end = parser->count;
    piece_add(parser, PIECE_END, name, len);
}

/* What a tag is, by its first sign; `text` is what stands behind that. */
static void take_tag(struct parser *parser, char sign, const char *text, size_t len)
{
    const char *name = text;
    trim(&name, &len);
    switch (sign) {
    case '#':
        open_section(parser, PIECE_SECTION, name, len);
        break;
    case '^':
        open_section(parser, PIECE_INVERTED, name, len);
        break;
    case '/':
        close_section(parser, name, len);
        break;
    case '=':
        take_delimiters(parser, name, len);
        break;
    case '!':
    case '>':
        break;
    default:
        piece_add(parser, sign == '{' || sign == '&' ? PIECE_PLAIN : PIECE_ESCAPED, name, len);
    }
}

/* The tag that begins at `begin`, a delimiter. */
static void parse_tag(struct parser *parser, const char *begin)
{
    const char *text = begin + strlen(parser->open);
    char sign = *text && strchr("#^/={!>&", *text) ? *text : '\0';
    text += sign != '\0';
    char close[DELIMITER_MAX + 1];
    close[0] = '}';
    strcpy(close + (sign == '{'), parser->close);
    const char *stop = strstr(text, close);
    if (!stop) {
        parser->error = "a tag is not closed";
        return;
    }
    const char *end = stop + strlen(close), *line = begin, *behind = end;
    if (sign && sign != '{' && sign != '&')
        stands_alone(parser, begin, end, &line, &behind);
    if (line > parser->text)
        piece_add(parser, PIECE_TEXT, parser->text, (size_t)(line - parser->text));
    take_tag(parser, sign, text, (size_t)(stop - text));
    parser->text = parser->at = behind;
}

static void parse(struct parser *parser)
{
    for (const char *tag; !parser->error && (tag = strstr(parser->at, parser->open));)
        parse_tag(parser, tag);
    if (!parser->error && parser->depth)
        parser->error = "a section is not closed";
    if (*parser->text)
        piece_add(parser, PIECE_TEXT, parser->text, strlen(parser->text));
}

/* ---- values ---- */

static void write_value(const cJSON *value, int depth, struct buf *out)
{
    struct jsonw w;
    if (cJSON_IsString(value)) {
        buf_add_str(out, value->valuestring);
    } else if (cJSON_IsNumber(value)) {
        jsonw_init(&w, out);
        jsonw_double(&w, value->valuedouble);
    } else if (cJSON_IsBool(value)) {
        buf_add_str(out, cJSON_IsTrue(value) ? "true" : "false");
    } else if (cJSON_IsObject(value)) {
        buf_add_str(out, "[object Object]");
    } else if (cJSON_IsArray(value) && depth < VALUE_DEPTH) {
        for (const cJSON *item = value->child; item; item = item->next) {
            write_value(item, depth + 1, out);
            if (item->next)
                buf_add_char(out, ',');
        }
    }
}

void mustache_write_value(const struct cJSON *value, struct buf *out)
{
    write_value(value, 0, out);
}

static void write_escaped(const char *text, struct buf *out)
{
    static const struct {
        char from;
        const char *to;
    } escapes[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
    for (; *text; text++) {
        size_t i = 0;
        while (i < sizeof escapes / sizeof *escapes && escapes[i].from != *text)
            i++;
        if (i < sizeof escapes / sizeof *escapes)
            buf_add_str(out, escapes[i].to);
        else
            buf_add_char(out, *text);
    }
}

static bool is_true(const cJSON *value)
{
    if (!value || cJSON_IsFalse(value) || cJSON_IsNull(value))
        return false;
    if (cJSON_IsNumber(value))
        return value->valuedouble != 0.0;
    if (cJSON_IsString(value))
        return *value->valuestring;
    return !cJSON_IsArray(value) || value->child;
}

/* ---- rendering ---- */

struct render {
    const struct piece *pieces;
    const cJSON *stack[MUSTACHE_STACK + MUSTACHE_DEPTH];
    size_t depth;
    size_t steps; /* that are left */
    struct buf *out;
};

static void spend(struct render *render)
{
    if (render->steps)
        render->steps--;
}

/* The member, or (a number, in a list) the element of that name. */
static const cJSON *member(struct render *render, const cJSON *of, const char *name, size_t len)
{
    size_t index = 0;
    bool by_index = cJSON_IsArray(of) && len && len < 8;
    for (size_t i = 0; by_index && i < len; i++) {
        by_index = name[i] >= '0' && name[i] <= '9';
        index = index * 10 + (size_t)(name[i] - '0');
    }
    if (!cJSON_IsObject(of) && !by_index)
        return NULL;
    for (const cJSON *item = of->child; item; item = item->next) {
        spend(render);
        if (by_index ? !index-- : strncmp(item->string, name, len) == 0 && !item->string[len])
            return item;
    }
    return NULL;
}

/* The first part of a name is looked for in all contexts, the rest in what was found alone. */
static const cJSON *look_up(struct render *render, const char *name, size_t len)
{
    const cJSON *found = NULL;
    if (len == 1 && *name == '.')
        return render->depth ? render->stack[render->depth - 1] : NULL;
    const char *end = name + len;
    const char *dot = memchr(name, '.', len);
    dot = dot ? dot : end;
    if (dot == name && len) /* .name: of the innermost context alone */
        found = render->depth ? render->stack[render->depth - 1] : NULL;
    for (size_t i = render->depth; i-- > 0 && !found && dot > name;)
        found = member(render, render->stack[i], name, (size_t)(dot - name));
    while (found && dot < end) {
        name = dot + 1;
        dot = memchr(name, '.', (size_t)(end - name));
        dot = dot ? dot : end;
        found = member(render, found, name, (size_t)(dot - name));
    }
    return found;
}

static void render_variable(struct render *render, const struct piece *piece)
{
    const cJSON *value = look_up(render, piece->text, piece->len);
    struct buf text;
    if (piece->kind == PIECE_PLAIN) {
        mustache_write_value(value, render->out);
        return;
    }
    buf_init(&text, render->out->max);
    mustache_write_value(value, &text);
    write_escaped(buf_str(&text), render->out);
    buf_free(&text);
}

static bool is_enough(const struct render *render)
{
    return !render->steps || render->out->overflow;
}

static void render_pieces(struct render *render, size_t first, size_t end);

static void render_section(struct render *render, size_t at)
{
    const struct piece *section = &render->pieces[at];
    const cJSON *value = look_up(render, section->text, section->len);
    bool holds = is_true(value);
    if (section->kind == PIECE_INVERTED) {
        if (!holds)
            render_pieces(render, at + 1, section->end);
        return;
    }
    if (!holds)
        return;
    bool list = cJSON_IsArray(value);
    for (const cJSON *item = list ? value->child : value; item && !is_enough(render);
         item = list ? item->next : NULL) {
        spend(render);
        render->stack[render->depth++] = item;
        render_pieces(render, at + 1, section->end);
        render->depth--;
    }
}

static void render_pieces(struct render *render, size_t first, size_t end)
{
    for (size_t i = first; i < end && !is_enough(render); i++) {
        const struct piece *piece = &render->pieces[i];
        spend(render);
        if (piece->kind == PIECE_TEXT) {
            buf_add(render->out, piece->text, piece->len);
        } else if (piece->kind == PIECE_SECTION || piece->kind == PIECE_INVERTED) {
            render_section(render, i);
            i = piece->end;
        } else if (piece->kind != PIECE_END) {
            render_variable(render, piece);
        }
    }
}

bool mustache_render(const char *template, const struct cJSON *const *stack, size_t count,
                     size_t *steps, struct buf *out, const char **ret_error)
{
    struct parser parser = {
        .template = template, .at = template, .text = template, .open = "{{", .close = "}}"};
    struct render render = {.out = out, .steps = *steps};
    parse(&parser);
    render.pieces = parser.pieces;
    for (size_t i = 0; i < count && i < MUSTACHE_STACK; i++)
        if (stack[i])
            render.stack[render.depth++] = stack[i];
    if (!parser.error)
        render_pieces(&render, 0, parser.count);
    if (!parser.error && is_enough(&render))
        parser.error = "there is too much to render";
    *steps = render.steps;
    free(parser.pieces);
    if (parser.error)
        *ret_error = parser.error;
    return !parser.error;
}
