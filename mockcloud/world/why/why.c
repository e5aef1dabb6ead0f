/* See why.h. Owns the order of asking and the answer; the causes are rows of why_causes.c. */
#include "world/why/why_case.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

bool why_cause_known(const char *name)
{
    for (size_t i = 0; i < why_cause_count; i++)
        if (strcmp(why_causes[i].name, name) == 0)
            return true;
    return false;
}

/* ---- who is asked about, when nobody is named ---- */

/* The last of those who tried and whom the cloud knows. */
struct trier {
    struct owner owner; /* OWNER_NONE: there is none */
    uint64_t n;
    bool anybody; /* somebody has tried, known or not */
    bool meant;   /* and has named this very device, or handed it a code */
};

static void trier_see(struct trier *last, uint64_t n, const struct owner *owner)
{
    last->anybody = last->anybody || n;
    if (n > last->n && owner->kind != OWNER_NONE) {
        last->owner = *owner;
        last->n = n;
    }
}

static void trier_see_record(struct trier *last, const struct cloud_device *record)
{
    const struct attempts *known = record->attempts;
    for (size_t i = 0; known && i < ATTEMPTS_KEPT; i++) {
        trier_see(last, known->tries[i].at.n, &known->tries[i].owner);
        trier_see(last, known->offers[i].at.n, &known->offers[i].owner);
    }
    last->meant = last->anybody;
}

/* Whether a product's code, or a user's, may be meant for the device. */
static bool trier_means(const struct owner *owner, const struct product *product,
                        const struct cloud_device *record)
{
    if (owner->kind == OWNER_NONE)
        return false;
    return product == record->product || (!product && cloud_on_team(record->product, owner->user));
}

/* The last code of a product, or of none, whose owner is still there. */
static void trier_see_last_code(struct trier *last, const struct list *codes)
{
    for (const struct list_link *link = codes->last; link; link = link->prev) {
        const struct claim_code *code = LIST_ITEM(link, struct claim_code, of_product);
        if (code->owner.kind == OWNER_NONE)
            continue;
        trier_see(last, code->issued_n, &code->owner);
        return;
    }
}

/* The last code that a user asked for outside of any product. */
static void trier_see_own_code(struct trier *last, const struct user *user)
{
    const struct list_link *link = user->belongings.claim_codes.last;
    for (; link; link = link->prev) {
        const struct claim_code *code = LIST_ITEM(link, struct claim_code, of_owner);
        if (code->product)
            continue;
        trier_see(last, code->issued_n, &code->owner);
        return;
    }
}

static void trier_see_codes(struct trier *last, const struct world *world,
                            const struct device *device, const struct cloud_device *record)
{
    const struct product *product = record->product;
    size_t cursor = 0;
    void *member;
    trier_see_last_code(last, claim_code_list(world->cloud, product));
    while (product && map_next(&product->team, &cursor, NULL, &member))
        trier_see_own_code(last, member);
    last->meant = last->meant || device->past->handed_count;
    for (size_t i = 0; i < device->past->handed_count; i++) {
        const struct claim_code *code =
            map_get(&world->cloud->claim_codes, device->past->handed[i].code);
        trier_see(last, device->past->handed[i].at.n, code ? &code->owner : &(struct owner){0});
    }
}

static bool trier_asks_here(const struct refusal *refusal, const struct cloud_device *record)
{
    if (refusal->device)
        return refusal->device == record;
    if (refusal->owner.kind == OWNER_CUSTOMER)
        return refusal->owner.customer->product == record->product;
    return trier_means(&refusal->owner, NULL, record) || !record->product;
}

static void trier_see_refusals(struct trier *last, const struct world *world,
                               const struct cloud_device *record)
{
    const struct refusal_book *book;
    size_t cursor = 0;
    while ((book = refusals_next(world->cloud, &cursor)))
        for (size_t i = 0; i < refusals_count(book); i++) {
            const struct refusal *refusal = refusals_at(book, i);
            if (refusal->kind == REFUSED_IMPORT || !trier_asks_here(refusal, record))
                continue;
            trier_see(last, refusal->at.n, &refusal->owner);
            last->meant = last->meant || refusal->device == record;
        }
}

static struct trier trier_find(const struct world *world, const struct device *device)
{
    struct cloud_device *record = world_record(world, device);
    struct trier last = {.n = 0};
    attempts_forget_gone(record);
    trier_see_record(&last, record);
    trier_see_codes(&last, world, device, record);
    trier_see_refusals(&last, world, record);
    return last;
}

enum why_trial why_trial(const struct world *world, const struct device *device,
                         struct owner *ret_owner)
{
    struct trier last = trier_find(world, device);
    *ret_owner = last.owner;
    return last.meant ? WHY_TRIED : last.anybody ? WHY_PERHAPS_TRIED : WHY_UNTRIED;
}

bool why_default_owner(const struct world *world, const struct device *device,
                       struct owner *ret_owner)
{
    const struct cloud_device *record = world_record(world, device);
    struct trier last = trier_find(world, device);
    *ret_owner = last.n ? last.owner : record->owner;
    return last.anybody || record->owner.kind != OWNER_NONE;
}

/* ---- the answer ---- */

static void why_answer_owned(struct why_case *why)
{
    const struct owner *owner = &why->record->owner;
    why->answer->owned = true;
    why_add(why, why->record->owned, "%s %s owns the device", owner_kind_word(owner),
            owner_name(owner));
}

static char *why_advice_dup(const struct why_case *why, const struct why_cause *cause)
{
    struct buf out;
    if (!cause->advise)
        return mem_dup(cause->advice);
    buf_init(&out, 4000);
    cause->advise(why, &out);
    return buf_take(&out);
}

static void why_answer_cause(struct why_case *why)
{
    const struct why_cause *cause = why_causes;
    why_case_open(why);
    why_add_attempts(why);
    while (!cause->holds(why)) /* the last one always holds */
        cause++;
    why->answer->cause = cause->name;
    why->answer->text = cause->text;
    why->answer->advice = why_advice_dup(why, cause);
    why_sort_evidence(why->answer);
    why_case_close(why);
}

struct why_answer why_ask(const struct world *world, const struct device *device,
                          struct owner owner)
{
    struct why_answer answer = {.owner = owner};
    struct why_case why = {
        .world = world,
        .device = device,
        .record = world_record(world, device),
        .owner = owner,
        .answer = &answer,
    };
    attempts_forget_gone(world_record(world, device));
    if (owner_same(&why.record->owner, &owner))
        why_answer_owned(&why);
    else
        why_answer_cause(&why);
    return answer;
}

void why_free(struct why_answer *answer)
{
    for (size_t i = 0; i < answer->evidence_count; i++)
        free(answer->evidence[i].text);
    free(answer->advice);
    *answer = (struct why_answer){0};
}

void why_write_rest(const struct why_answer *answer, struct jsonw *w)
{
    jsonw_key_str(w, "text", answer->text);
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
}

void why_write(const struct why_answer *answer, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_bool(w, "owned", answer->owned);
    world_write_owner(&answer->owner, w);
    jsonw_key_str(w, "cause", answer->cause);
    why_write_rest(answer, w);
    jsonw_end_object(w);
}
