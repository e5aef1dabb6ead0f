/* See why.h. Owns the order of asking and the answer; the causes themselves are in why_causes.c. */
#include "world/why.h"

#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <stdlib.h>
#include <string.h>

bool why_cause_known(const char *name)
{
    for (size_t i = 0; i < why_cause_count; i++)
        if (strcmp(why_causes[i].name, name) == 0)
            return true;
    return false;
}

struct owner why_default_owner(const struct world *world, const struct device *device)
{
    const struct cloud_device *record = world_record(world, device);
    struct owner last = record->released_by;
    uint64_t last_n = record->released.n;
    for (size_t i = 0; i < CLOUD_CLAIM_TRIES; i++) {
        const struct claim_try *attempt = &record->tries[i];
        if (attempt->owner.kind != OWNER_NONE && attempt->n > last_n) {
            last = attempt->owner;
            last_n = attempt->n;
        }
    }
    size_t cursor = 0;
    void *value;
    while (map_next(&world->cloud->claim_codes, &cursor, NULL, &value)) {
        const struct claim_code *code = value;
        bool presented = record->offer_code && strcmp(record->offer_code, code->code) == 0;
        bool meant = code->product == record->product ||
                     (!code->product && cloud_on_team(record->product, code->owner.user));
        uint64_t n = presented ? record->offer.n : meant ? code->issued_n : 0;
        if (code->owner.kind != OWNER_NONE && n > last_n) {
            last = code->owner;
            last_n = n;
        }
    }
    return last.kind == OWNER_NONE ? record->owner : last;
}

struct why_answer why_ask(const struct world *world, const struct device *device,
                          struct owner owner)
{
    struct why_answer answer = {.owner = owner};
    struct why_question question = {world, device, world_record(world, device), owner};
    if (owner_same(&question.record->owner, &owner)) {
        answer.owned = true;
        why_owned(&question, &answer);
        return answer;
    }
    for (size_t i = 0; i < why_cause_count; i++) {
        answer.advice = why_causes[i].advice;
        answer.cause = why_causes[i].name;
        if (why_causes[i].holds(&question, &answer))
            break; /* the last one always holds */
    }
    return answer;
}

void why_free(struct why_answer *answer)
{
    for (size_t i = 0; i < answer->evidence_count; i++)
        free(answer->evidence[i].text);
    *answer = (struct why_answer){0};
}

void why_write(const struct why_answer *answer, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_bool(w, "owned", answer->owned);
    world_write_owner(&answer->owner, w);
    jsonw_key_str(w, "cause", answer->cause);
    jsonw_key(w, "evidence");
    jsonw_array(w);
    for (size_t i = 0; i < answer->evidence_count; i++) {
        const struct why_evidence *evidence = &answer->evidence[i];
        jsonw_object(w);
        jsonw_key(w, "n");
        if (evidence->n)
            jsonw_int(w, (int64_t)evidence->n);
        else
            jsonw_null(w);
        jsonw_key_time(w, "at", evidence->at_ms);
        jsonw_key_str(w, "text", evidence->text);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_key_str(w, "advice", answer->advice);
    jsonw_end_object(w);
}
