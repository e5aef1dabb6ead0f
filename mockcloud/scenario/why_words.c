/* See why_words.h. Owns the words between what world/why says; asks it nothing but why a request
 * was refused. */
#include "scenario/why_words.h"

#include "cloud/owner.h"
#include "scenario/digest.h"

#include <cjson/cJSON.h>
#include <string.h>

void why_words_begin(struct buf *out)
{
    if (out->len)
        buf_add_char(out, '\n');
}

void why_words_lines(const struct why_answer *answer, int64_t begin_ms, struct buf *out)
{
    for (size_t i = 0; i < answer->evidence_count; i++) {
        const struct why_evidence *evidence = &answer->evidence[i];
        buf_add_str(out, "\n  ");
        if (evidence->n)
            buf_printf(out, "#%llu ", (unsigned long long)evidence->n);
        if (evidence->at_ms >= 0) {
            digest_time(evidence->at_ms, begin_ms, out);
            buf_add_char(out, ' ');
        }
        buf_add_str(out, evidence->text);
    }
    if (answer->advice)
        buf_printf(out, "\n  what to do: %s", answer->advice);
}

void why_words_owner(const struct device *device, const struct why_answer *answer, int64_t begin_ms,
                     struct buf *out)
{
    const char *name = owner_name(&answer->owner);
    why_words_begin(out);
    if (answer->owned)
        buf_printf(out, "%s is owned by %s", device->name, name);
    else
        buf_printf(out, "%s is not owned by %s: %s\n  %s", device->name, name ? name : "anybody",
                   answer->cause, answer->text);
    why_words_lines(answer, begin_ms, out);
}

/* ---- requests ---- */

static const char *words_member(const cJSON *data, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, key));
    return text ? text : "";
}

void why_words_request(const struct world *world, const struct journal_entry *request,
                       int64_t begin_ms, struct buf *out)
{
    struct why_answer answer = why_request(world, request->n);
    cJSON *data = cJSON_ParseWithLength(request->data, request->data_len);
    why_words_begin(out);
    buf_printf(out, "%s's %s %s was refused\n  %s", request->actor, words_member(data, "method"),
               words_member(data, "path"), answer.text);
    why_words_lines(&answer, begin_ms, out);
    cJSON_Delete(data);
    why_free(&answer);
}

static bool words_refuses(const struct journal *journal, const struct journal_entry *reply,
                          const char *actor)
{
    const struct journal_entry *request = journal_get(journal, reply->cause);
    if (!request || strcmp(reply->kind, "http.reply") != 0 ||
        (actor && strcmp(request->actor, actor) != 0))
        return false;
    cJSON *data = cJSON_ParseWithLength(reply->data, reply->data_len);
    cJSON *asked = cJSON_ParseWithLength(request->data, request->data_len);
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(data, "status");
    bool refuses = status && status->valuedouble >= 400 &&
                   strncmp(words_member(asked, "path"), "/__mock", 7) != 0;
    cJSON_Delete(data);
    cJSON_Delete(asked);
    return refuses;
}

const struct journal_entry *why_words_refused(const struct journal *journal, uint64_t *cursor,
                                              const char *actor)
{
    uint64_t next = journal_next(journal);
    for (*cursor = *cursor < next ? *cursor : next; (*cursor)-- > journal_first(journal);) {
        const struct journal_entry *reply = journal_get(journal, *cursor);
        if (reply && words_refuses(journal, reply, actor))
            return journal_get(journal, reply->cause);
    }
    return NULL;
}
