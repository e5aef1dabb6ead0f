/* See unit_api_pattern.h. */
#include "unit_api_pattern.h"

#include "base/buf.h"
#include "base/mem.h"

#include <check.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_MAX 32

static char *names[KEPT_MAX];
static char *texts[KEPT_MAX];
static size_t kept;

static void keep(const char *name, size_t name_len, const char *text, size_t len)
{
    ck_assert_uint_lt(kept, KEPT_MAX);
    names[kept] = mem_dup_n(name, name_len);
    texts[kept++] = mem_dup_n(text, len);
}

void unit_forget(void)
{
    while (kept--) {
        free(names[kept]);
        free(texts[kept]);
    }
    kept = 0;
}

const char *unit_kept(const char *name)
{
    for (size_t i = kept; i-- > 0;)
        if (strcmp(names[i], name) == 0)
            return texts[i];
    ck_abort_msg("nothing was kept as \"%s\"", name);
    return NULL;
}

/* With each {{name}} replaced; NULL stays NULL. Yours: free(). */
char *unit_fill_dup(const char *text)
{
    struct buf out;
    if (!text)
        return NULL;
    buf_init(&out, 16u << 20);
    for (const char *open; (open = strstr(text, "{{"));) {
        const char *close = strstr(open, "}}");
        if (!close || !isalpha((unsigned char)open[2])) {
            buf_add(&out, text, (size_t)(open + 1 - text)); /* two braces of JSON */
            text = open + 1;
            continue;
        }
        char *name = mem_dup_n(open + 2, (size_t)(close - open - 2));
        buf_add(&out, text, (size_t)(open - text));
        buf_add_str(&out, unit_kept(name));
        free(name);
        text = close + 2;
    }
    buf_add_str(&out, text);
    return buf_take(&out);
}

/* ---- patterns ---- */

static size_t span_hex(const char *text)
{
    return strspn(text, "0123456789abcdef");
}

static size_t span_code(const char *text)
{
    size_t len = 0;
    while (isalnum((unsigned char)text[len]) || text[len] == '+' || text[len] == '/')
        len++;
    return len;
}

/* "2026-01-01T00:00:00.000Z" */
static size_t span_time(const char *text)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";
    for (size_t i = 0; form[i]; i++)
        if (form[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != form[i])
            return 0;
    return sizeof form - 1;
}

static size_t span_base64(const char *text)
{
    size_t len = span_code(text);
    return len + strspn(text + len, "=");
}

/* How much of `text` the placeholder `word` takes; 0: it does not fit. */
static size_t placeholder_len(const char *word, size_t len, const char *text)
{
    size_t wanted = isdigit((unsigned char)*word) ? (size_t)atoi(word) : 0;
    if (len == 1 && *word == 'n')
        return strspn(text, "0123456789");
    if (len == 4 && memcmp(word, "time", 4) == 0)
        return span_time(text);
    if (len == 6 && memcmp(word, "base64", 6) == 0)
        return span_base64(text);
    size_t found = wanted == 63 ? span_code(text) : span_hex(text);
    return found == wanted ? found : 0;
}

static bool is_placeholder(const char *word, size_t len)
{
    return (len == 2 && isdigit((unsigned char)word[0]) && isdigit((unsigned char)word[1])) ||
           (len == 1 && *word == 'n') || (len == 4 && memcmp(word, "time", 4) == 0) ||
           (len == 6 && memcmp(word, "base64", 6) == 0);
}

bool unit_matches(const char *pattern, const char *text)
{
    for (; *pattern; pattern++, text++) {
        size_t word_len = strcspn(pattern + 1, ":>");
        const char *end = strchr(pattern, '>');
        if (*pattern == '<' && end && strncmp(pattern, "<any>", 5) == 0) {
            do
                if (unit_matches(end + 1, text))
                    return true;
            while (*text++);
            return false;
        }
        if (*pattern != '<' || !end || !is_placeholder(pattern + 1, word_len)) {
            if (*pattern != *text)
                return false;
            continue;
        }
        size_t len = placeholder_len(pattern + 1, word_len, text);
        if (!len)
            return false;
        if (pattern[1 + word_len] == ':')
            keep(pattern + 2 + word_len, (size_t)(end - pattern) - 2 - word_len, text, len);
        pattern = end;
        text += len - 1;
    }
    return !*text;
}
