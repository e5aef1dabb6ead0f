/* See answer.h. Owns status, body and headers of an expected reply, and JSON Pointers. */
#include "scenario/answer.h"

#include "base/mem.h"
#include "match/compare.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REPLY_SHOWN 300 /* bytes of a body in a report */

static const struct field header_item = {
    .name = "header",
    .type = FIELD_ANY,
    .text = "The header's value, or a matcher.",
};

/* As in enum api_delivery_how; NULL where the reply arrives. */
static const char *const lost_words[] = {[DELIVER_CUT] = "cut",
                                         [DELIVER_CLOSE] = "close",
                                         [DELIVER_RESET] = "reset",
                                         [DELIVER_NEVER] = "never",
                                         [DELIVER_REFUSED] = "refused"};
static const char *const lost_known[] = {"cut", "close", "reset", "never", "refused", NULL};

/* What any reply has. */
#define ANSWER_PARTS                                                                               \
    {.name = "status", .type = FIELD_ANY, .text = "The status: a number, or a matcher."},          \
        {.name = "json",                                                                           \
         .type = FIELD_ANY,                                                                        \
         .text =                                                                                   \
             "The body as JSON. Objects are open, arrays exact; a map of $ keys is a matcher."},   \
        {.name = "body", .type = FIELD_ANY, .text = "The body as text, or a matcher."},            \
    {                                                                                              \
        .name = "headers", .type = FIELD_MAP, .item = &header_item,                                \
        .text = "Headers of the reply; names in any case."                                         \
    }

const struct field answer_fields[] = {
    ANSWER_PARTS,
    {.name = "lost",
     .type = FIELD_WORD,
     .words = lost_known,
     .text = "How the reply gets lost on its way: it is cut, the connection is closed or reset "
             "before it, it never comes, or nobody listens. Without this, a lost reply fails."},
    {0},
};

/* A service that does not answer has failed, whatever a scenario wants: it is what is tested. */
const struct field answer_called_fields[] = {ANSWER_PARTS, {0}};

const struct field answer_save_item = {
    .name = "pointer",
    .type = FIELD_STRING,
    .text = "A JSON Pointer into the reply's body, like /claim_code.",
};

/* ---- while loading ---- */

static bool answer_check_status(struct scenario_load *load, const struct doc_node *status)
{
    int64_t code = 0;
    if (status->kind == DOC_MAP)
        return scenario_load_check_expected(load, status);
    if (doc_as_int(status, &code) && code >= 100 && code <= 599)
        return true;
    char *found = fields_found_dup(status);
    doc_fail(load->doc, status, load->diags, NULL, "expected a status from 100 to 599, found %s",
             found);
    free(found);
    return false;
}

static bool answer_check_pointer(struct scenario_load *load, const struct doc_node *pointer)
{
    if (pointer->len == 0 || pointer->text[0] == '/')
        return true;
    doc_fail(load->doc, pointer, load->diags, NULL,
             "expected a JSON Pointer like /claim_code, found \"%s\"", pointer->text);
    return false;
}

static bool answer_check_name(struct scenario_load *load, const struct doc_node *key)
{
    bool ok = isalpha((unsigned char)key->text[0]) || key->text[0] == '_';
    for (const char *c = key->text; *c && ok; c++)
        ok = isalnum((unsigned char)*c) || *c == '_' || *c == '-';
    ok &= strcmp(key->text, "url") != 0 && strcmp(key->text, "control") != 0;
    if (!ok)
        doc_fail(load->doc, key, load->diags, NULL,
                 "\"%s\" can't be a name: letters, digits, _ and -, and not url or control",
                 key->text);
    return ok;
}

static bool answer_check_save(struct scenario_load *load, const struct doc_node *save)
{
    static char known[] = "";
    bool ok = true;
    for (size_t i = 0; i < save->count; i++) {
        ok &= answer_check_name(load, save->pairs[i].key);
        ok &= answer_check_pointer(load, save->pairs[i].value);
        map_put(&load->saved, save->pairs[i].key->text, known);
    }
    return ok;
}

bool answer_check(struct scenario_load *load, const struct doc_node *step)
{
    const struct doc_node *reply = doc_get(step, "reply");
    const struct doc_node *save = doc_get(step, "save");
    bool ok = true;
    for (size_t i = 0; reply && i < reply->count; i++) {
        const struct doc_node *value = reply->pairs[i].value;
        bool is_status = strcmp(reply->pairs[i].key->text, "status") == 0;
        ok &= is_status ? answer_check_status(load, value)
                        : scenario_load_check_expected(load, value);
    }
    return (!save || answer_check_save(load, save)) && ok;
}

/* ---- while running ---- */

/* "404 {"ok":false,…}": enough of the reply to see what was answered. Yours: free(). */
static char *answer_show_dup(const struct api_reply *reply)
{
    const char *body = buf_str(&reply->body);
    size_t shown = reply->body.len;
    if (shown <= REPLY_SHOWN)
        return mem_printf_dup("%d %s", reply->status, body);
    shown = REPLY_SHOWN;
    while (shown && ((unsigned char)body[shown] & 0xC0) == 0x80)
        shown--;
    return mem_printf_dup("%d %.*s… (%zu bytes)", reply->status, (int)shown, body, reply->body.len);
}

static bool answer_status_holds(struct scenario_run *run, const struct doc_node *want,
                                const struct api_reply *reply)
{
    struct compare_diff diff = {0};
    cJSON *status = cJSON_CreateNumber(reply->status);
    if (!status)
        mem_out(0);
    bool holds = compare_json(&run->interp.vars, want, status, &diff);
    cJSON_Delete(status);
    if (holds)
        return true;
    run_fail(run, "the reply's status is %d, not %s", reply->status, diff.expected);
    run_fail_take(run, mem_printf_dup("status %s", diff.expected), answer_show_dup(reply), NULL);
    compare_diff_free(&diff);
    return false;
}

/* Notes a difference in a part of the reply; takes the strings of `diff`. */
static bool answer_differs(struct scenario_run *run, const char *where, struct compare_diff *diff)
{
    run_fail(run, "%s is not as expected%s%s", where, *diff->path ? " at " : "", diff->path);
    run_fail_take(run, diff->expected, diff->actual, *diff->path ? diff->path : NULL);
    if (!*diff->path)
        free(diff->path);
    return false;
}

static bool answer_json_holds(struct scenario_run *run, const struct doc_node *want,
                              const struct api_reply *reply)
{
    struct compare_diff diff = {0};
    cJSON *json = cJSON_ParseWithLength(buf_str(&reply->body), reply->body.len);
    if (!json && reply->body.len) {
        run_fail(run, "the reply's body is no JSON");
        run_fail_take(run, mem_dup("JSON"), answer_show_dup(reply), NULL);
        return false;
    }
    bool holds = compare_json(&run->interp.vars, want, json, &diff);
    cJSON_Delete(json);
    return holds || answer_differs(run, "the reply's body", &diff);
}

static bool answer_body_holds(struct scenario_run *run, const struct doc_node *want,
                              const struct api_reply *reply)
{
    struct compare_diff diff = {0};
    return compare_text(&run->interp.vars, want, buf_str(&reply->body), &diff) ||
           answer_differs(run, "the reply's body", &diff);
}

static bool answer_headers_hold(struct scenario_run *run, const struct doc_node *want,
                                const struct api_reply *reply)
{
    for (size_t i = 0; i < want->count; i++) {
        const char *name = want->pairs[i].key->text;
        struct compare_diff diff = {0};
        const char *value = headers_get(&reply->headers, name);
        bool holds = value ? compare_text(&run->interp.vars, want->pairs[i].value, value, &diff)
                           : compare_json(&run->interp.vars, want->pairs[i].value, NULL, &diff);
        if (holds)
            continue;
        char *where = mem_printf_dup("the reply's header %s", name);
        answer_differs(run, where, &diff);
        free(where);
        return false;
    }
    return true;
}

static const struct {
    const char *key;
    bool (*holds)(struct scenario_run *run, const struct doc_node *want,
                  const struct api_reply *reply);
} parts[] = {
    {"status", answer_status_holds},
    {"json", answer_json_holds},
    {"body", answer_body_holds},
    {"headers", answer_headers_hold},
};

static bool answer_holds(struct scenario_run *run, const struct doc_node *want,
                         const struct api_reply *reply)
{
    if (!doc_get(want, "status") && reply->status >= 400) {
        run_fail(run, "the reply's status is %d", reply->status);
        run_fail_take(run, mem_dup("a status below 400 (say `reply: {status: …}` for another)"),
                      answer_show_dup(reply), NULL);
        return false;
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const struct doc_node *part = doc_get(want, parts[i].key);
        if (part && !parts[i].holds(run, part, reply))
            return false;
    }
    return true;
}

/* The reference token at *at (behind its slash), unescaped; *at moves behind it. Yours: free(). */
static char *answer_token_dup(const char **at)
{
    struct buf token;
    const char *text = *at;
    buf_init(&token, DOC_MAX_BYTES);
    for (; *text && *text != '/'; text++) {
        if (text[0] == '~' && (text[1] == '0' || text[1] == '1'))
            buf_add_char(&token, *++text == '0' ? '~' : '/');
        else
            buf_add_char(&token, *text);
    }
    *at = text;
    return buf_take(&token);
}

static const cJSON *answer_point(const cJSON *json, const char *pointer)
{
    while (json && *pointer == '/') {
        pointer++;
        char *token = answer_token_dup(&pointer);
        char *end = NULL;
        long index = strtol(token, &end, 10);
        if (cJSON_IsArray(json))
            json = *token && !*end && index >= 0 ? cJSON_GetArrayItem(json, (int)index) : NULL;
        else
            json = cJSON_GetObjectItemCaseSensitive(json, token);
        free(token);
    }
    return json;
}

static bool answer_save(struct scenario_run *run, const struct doc_node *save,
                        const struct api_reply *reply)
{
    cJSON *json = cJSON_ParseWithLength(buf_str(&reply->body), reply->body.len);
    bool ok = true;
    for (size_t i = 0; i < save->count && ok; i++) {
        const char *pointer = save->pairs[i].value->text;
        const cJSON *value = answer_point(json, pointer);
        ok = value != NULL;
        if (ok) {
            char *text =
                cJSON_IsString(value) ? mem_dup(value->valuestring) : cJSON_PrintUnformatted(value);
            free(map_put(&run->saved, save->pairs[i].key->text, text));
        } else {
            run_fail(run, "there is nothing to save at %s of the reply's body", pointer);
            run_fail_take(run, mem_printf_dup("a value at %s", pointer), answer_show_dup(reply),
                          mem_dup(pointer));
        }
    }
    cJSON_Delete(json);
    return ok;
}

/* What a client would see of the reply that it is not to see; NULL: it arrives. */
static const char *answer_lost(const struct api_reply *reply)
{
    const struct api_delivery *delivery = &reply->delivery;
    bool whole = delivery->how == DELIVER_CUT && delivery->bytes >= reply->body.len;
    return whole || (size_t)delivery->how >= sizeof lost_words / sizeof *lost_words
               ? NULL
               : lost_words[delivery->how];
}

static bool answer_fail_lost(struct scenario_run *run, const char *want, const char *lost,
                             const struct api_reply *reply)
{
    switch (lost ? reply->delivery.how : DELIVER_WHOLE) {
    case DELIVER_CUT:
        run_fail(run, "the connection ended behind %zu of the %zu bytes of the reply's body",
                 reply->delivery.bytes, reply->body.len);
        break;
    case DELIVER_CLOSE:
        run_fail(run, "the connection was closed before the reply");
        break;
    case DELIVER_RESET:
        run_fail(run, "the connection was reset before the reply");
        break;
    case DELIVER_NEVER:
        run_fail(run, "no reply comes, and the connection stays open");
        break;
    case DELIVER_REFUSED:
        run_fail(run, "the connection was refused");
        break;
    default:
        run_fail(run, "the reply has come");
        break;
    }
    run_fail_take(run,
                  want ? mem_printf_dup("a lost reply: %s", want)
                       : mem_dup("a reply (say `reply: {lost: …}` for none)"),
                  lost ? mem_printf_dup("a lost reply: %s", lost) : answer_show_dup(reply), NULL);
    return false;
}

bool answer_take(struct scenario_run *run, const struct doc_node *step,
                 const struct api_reply *reply)
{
    const struct doc_node *save = doc_get(step, "save");
    const char *want = fields_str(doc_get(step, "reply"), "lost", NULL);
    const char *lost = answer_lost(reply);
    if (want && lost && strcmp(want, lost) == 0)
        return true;
    if (want || lost)
        return answer_fail_lost(run, want, lost, reply);
    return answer_holds(run, doc_get(step, "reply"), reply) &&
           (!save || answer_save(run, save, reply));
}
