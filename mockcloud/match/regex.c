/* See regex.h. The one file that sees PCRE2. Its bounds keep a catastrophic expression of a
 * scenario, or of a control call, from holding up the loop for longer than some milliseconds. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "match/regex.h"

#include "base/mem.h"

#include <assert.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#define REGEX_MATCH_LIMIT 1000000
#define REGEX_DEPTH_LIMIT 10000

struct regex {
    pcre2_code *code;
};

static struct regex *regex_compile(const char *text, uint32_t options, char **ret_error,
                                   size_t *ret_offset)
{
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, options, &error, &offset, NULL);
    if (!code) {
        PCRE2_UCHAR words[256] = "";
        pcre2_get_error_message(error, words, sizeof words);
        if (ret_error)
            *ret_error = mem_printf_dup("%s", (const char *)words);
        if (ret_offset)
            *ret_offset = offset;
        return NULL;
    }
    struct regex *regex = mem_new(sizeof *regex);
    regex->code = code;
    return regex;
}

struct regex *regex_new(const char *text, char **ret_error, size_t *ret_offset)
{
    return regex_compile(text, PCRE2_UTF, ret_error, ret_offset);
}

struct regex *regex_new_strict(const char *text)
{
    struct regex *regex = regex_compile(text, PCRE2_UTF | PCRE2_DOLLAR_ENDONLY, NULL, NULL);
    assert(regex);
    return regex;
}

void regex_free(struct regex *regex)
{
    if (!regex)
        return;
    pcre2_code_free(regex->code);
    free(regex);
}

bool regex_finds(const struct regex *regex, const char *text)
{
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    if (!data || !context)
        mem_out(0);
    pcre2_set_match_limit(context, REGEX_MATCH_LIMIT);
    pcre2_set_depth_limit(context, REGEX_DEPTH_LIMIT);
    int found = pcre2_match(regex->code, (PCRE2_SPTR)text, strlen(text), 0, 0, data, context);
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
    return found >= 0;
}
