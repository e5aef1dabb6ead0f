/* See multipart.h. Reads each byte a bounded number of times; copies names alone. */
#include "api/call/multipart.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* What is left to be read. */
struct rest {
    const char *at;
    size_t len;
};

static void rest_skip(struct rest *rest, size_t len)
{
    rest->at += len;
    rest->len -= len;
}

static bool rest_begins(const struct rest *rest, const char *text, size_t len)
{
    return rest->len >= len && memcmp(rest->at, text, len) == 0;
}

/* "--BOUNDARY" of a content type into ret_delimiter, with CRLF in front. False: it has none that is
 * valid. */
static bool find_delimiter(const char *content_type, char *ret_delimiter, size_t *ret_len)
{
    const char *at = strcasestr(content_type, "boundary=");
    if (!at)
        return false;
    at += strlen("boundary=");
    bool quoted = *at == '"';
    size_t len = quoted ? strcspn(++at, "\"") : strcspn(at, "; \t,");
    if (!len || len > MULTIPART_BOUNDARY || (quoted && at[len] != '"'))
        return false;
    memcpy(ret_delimiter, "\r\n--", 4);
    memcpy(ret_delimiter + 4, at, len);
    *ret_len = len + 4;
    return true;
}

/* ---- one part ---- */

static bool is_clean(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return false;
    return text_utf8_valid(text, len);
}

/* The value of a parameter of Content-Disposition, at `value`: a token or a quoted string with
 * backslashes. NULL: it is not valid; *ret_len is how much of the line it took. */
static char *param_value(struct arena *arena, const char *value, size_t len, size_t *ret_len)
{
    char *text = arena_alloc(arena, len + 1);
    size_t used = 0, count = 0;
    bool quoted = len && value[0] == '"';
    for (used = quoted; used < len && value[used] != (quoted ? '"' : ';'); used++) {
        bool escaped = quoted && value[used] == '\\' && used + 1 < len &&
                       (value[used + 1] == '"' || value[used + 1] == '\\');
        used += escaped;
        text[count++] = value[used];
    }
    if (quoted && used == len)
        return NULL;
    while (!quoted && count && text[count - 1] == ' ')
        count--;
    text[count] = '\0';
    *ret_len = used + quoted;
    return is_clean(text, count) ? text : NULL;
}

/* `form-data; name="a"; filename="b.txt"`. NULL: fine; else what is wrong. */
static const char *read_disposition(struct arena *arena, const char *line, size_t len,
                                    struct part *part)
{
    const char *end = line + len;
    const char *at = memchr(line, ';', len);
    while (at && at < end) {
        size_t used;
        at++;
        while (at < end && (*at == ' ' || *at == '\t' || *at == ';'))
            at++;
        const char *equals = memchr(at, '=', (size_t)(end - at));
        if (!equals)
            break;
        size_t key_len = (size_t)(equals - at);
        char *value = param_value(arena, equals + 1, (size_t)(end - equals - 1), &used);
        if (!value)
            return "a part's name is not valid";
        if (key_len == 4 && strncasecmp(at, "name", 4) == 0)
            part->name = value;
        else if (key_len == 8 && strncasecmp(at, "filename", 8) == 0)
            part->filename = value;
        at = memchr(equals + 1 + used, ';', (size_t)(end - (equals + 1 + used)));
    }
    return NULL;
}

/* The headers of a part, up to the empty line. NULL: fine; else what is wrong. */
static const char *read_head(struct arena *arena, struct rest *rest, struct part *part)
{
    static const char wanted[] = "Content-Disposition:";
    size_t left = rest->len < MULTIPART_HEAD ? rest->len : MULTIPART_HEAD;
    while (!rest_begins(rest, "\r\n", 2)) {
        const char *end = memmem(rest->at, left, "\r\n", 2);
        if (!end)
            return "a part has no end of its headers";
        size_t len = (size_t)(end - rest->at);
        if (len > sizeof wanted && strncasecmp(rest->at, wanted, sizeof wanted - 1) == 0) {
            const char *wrong = read_disposition(arena, rest->at + sizeof wanted - 1,
                                                 len - (sizeof wanted - 1), part);
            if (wrong)
                return wrong;
        }
        rest_skip(rest, len + 2);
        left -= len + 2;
    }
    rest_skip(rest, 2);
    return part->name ? NULL : "a part has no name";
}

/* Where the next delimiter begins: followed by its line's end or by --. NULL: there is none. */
static const char *next_delimiter(const struct rest *rest, const char *delimiter, size_t len)
{
    const char *at = rest->at, *end = rest->at + rest->len;
    while ((at = memmem(at, (size_t)(end - at), delimiter, len))) {
        const char *after = at + len;
        if (end - after >= 2 && (memcmp(after, "--", 2) == 0 || memcmp(after, "\r\n", 2) == 0 ||
                                 *after == ' ' || *after == '\t'))
            return at;
        at++;
    }
    return NULL;
}

/* ---- all of it ---- */

/* Behind a delimiter: true when another part follows; false at the end. */
static bool part_follows(struct rest *rest, const char **ret_wrong)
{
    if (rest_begins(rest, "--", 2))
        return false;
    while (rest->len && (*rest->at == ' ' || *rest->at == '\t'))
        rest_skip(rest, 1);
    if (!rest_begins(rest, "\r\n", 2)) {
        *ret_wrong = "a boundary is not at the end of its line";
        return false;
    }
    rest_skip(rest, 2);
    return true;
}

static const char *read_part(struct arena *arena, struct rest *rest, const char *delimiter,
                             size_t delimiter_len, struct parts *parts)
{
    struct part part = {0};
    const char *wrong = read_head(arena, rest, &part);
    if (wrong)
        return wrong;
    /* An empty part: its delimiter's CRLF is the one that ended the headers. */
    struct rest content = {rest->at - 2, rest->len + 2};
    const char *end = next_delimiter(&content, delimiter, delimiter_len);
    if (!end)
        return "the last boundary is missing";
    part.data = rest->at;
    part.len = end > rest->at ? (size_t)(end - rest->at) : 0;
    rest_skip(rest, (size_t)(end + delimiter_len - rest->at));
    if (!part.filename &&
        (memchr(part.data, '\0', part.len) || !text_utf8_valid(part.data, part.len)))
        return "a field is no UTF-8";
    if (parts->count == MULTIPART_PARTS)
        return "it has too many parts";
    parts->items[parts->count++] = part;
    return NULL;
}

const char *multipart_decode(struct arena *arena, const char *content_type, const char *body,
                             size_t len, struct parts *ret_parts)
{
    char delimiter[MULTIPART_BOUNDARY + 4];
    size_t delimiter_len;
    struct rest rest = {body, len};
    const char *wrong = NULL;
    struct parts parts = {0};
    if (!find_delimiter(content_type, delimiter, &delimiter_len))
        return "the Content-Type has no valid boundary";
    if (rest_begins(&rest, delimiter + 2, delimiter_len - 2)) {
        rest_skip(&rest, delimiter_len - 2);
    } else {
        const char *first = next_delimiter(&rest, delimiter, delimiter_len);
        if (!first)
            return "the boundary is not in it";
        rest_skip(&rest, (size_t)(first + delimiter_len - rest.at));
    }
    parts.items = arena_alloc(arena, MULTIPART_PARTS * sizeof *parts.items);
    while (!wrong && part_follows(&rest, &wrong))
        wrong = read_part(arena, &rest, delimiter, delimiter_len, &parts);
    if (!wrong)
        *ret_parts = parts;
    return wrong;
}
