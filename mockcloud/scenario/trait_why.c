/* See trait_why.h. Owns the short form, a cause, and the long one, {owner, cause, evidence,
 * advice}; what is true of a device is asked of world/why. */
#include "scenario/trait_why.h"

#include "base/mem.h"
#include "base/text.h"
#include "scenario/question.h"
#include "scenario/who.h"

#include <stdlib.h>
#include <string.h>

static const struct field why_fields[] = {
    {.name = "owner",
     .type = FIELD_ANY,
     .text = "Not owned by whom; without it, the last who tried."},
    {.name = "cause", .type = FIELD_ANY, .required = true, .text = "The cause, or null: owned."},
    {.name = "evidence",
     .type = FIELD_ANY,
     .text = "The lines of evidence as one text, or a matcher of it."},
    {.name = "advice", .type = FIELD_ANY, .text = "What is advised, or a matcher of it."},
    {0},
};

static bool trait_why_check_cause(struct scenario_load *load, const struct doc_node *cause)
{
    if (doc_is_null(cause) || (cause->kind == DOC_SCALAR && why_cause_known(cause->text)))
        return true;
    const char **known = mem_new_array(why_cause_count, sizeof *known);
    for (size_t i = 0; i < why_cause_count; i++)
        known[i] = why_causes[i].name;
    const char *text = cause->kind == DOC_SCALAR ? cause->text : doc_describe(cause);
    doc_fail(load->doc, cause, load->diags, text_nearest(text, known, why_cause_count),
             "expected a cause (mockcloud list causes), found \"%s\"", text);
    free(known);
    return false;
}

bool trait_why_check(struct scenario_load *load, const struct doc_node *want)
{
    if (want->kind != DOC_MAP)
        return trait_why_check_cause(load, want);
    const struct doc_node *owner = doc_get(want, "owner");
    return fields_check(load->doc, want, why_fields, load->diags) &&
           (!owner || who_check(load, owner, WHO_OWNERS & ~(unsigned)WHO_NONE)) &&
           trait_why_check_cause(load, doc_get(want, "cause")) && question_check_rest(load, want);
}

/* Asks for whom `want` names, else for the last who tried. False: nobody has. */
static bool trait_why_ask(const struct scenario_run *run, const struct trait_subject *subject,
                          const struct doc_node *want, struct why_answer *ret_answer)
{
    const struct doc_node *named = want->kind == DOC_MAP ? doc_get(want, "owner") : NULL;
    struct owner owner = {.kind = OWNER_NONE};
    if (named ? !who_owner(run->world, named, &owner)
              : !why_default_owner(run->world, subject->device, &owner))
        return false;
    *ret_answer = why_ask(run->world, subject->device, owner);
    return true;
}

/* What of the answer is not as wanted: "cause", "evidence" or "advice"; NULL: nothing. */
static const char *trait_why_differs(const struct scenario_run *run, const struct doc_node *want,
                                     const struct why_answer *answer)
{
    bool full = want->kind == DOC_MAP;
    const struct doc_node *cause = full ? doc_get(want, "cause") : want;
    if (doc_is_null(cause) ? !answer->owned
                           : answer->owned || strcmp(answer->cause, cause->text) != 0)
        return "cause";
    return full ? question_rest_differs(run, want, answer) : NULL;
}

bool trait_why_holds(const struct scenario_run *run, const struct trait_subject *subject,
                     const struct doc_node *want)
{
    struct why_answer answer;
    if (!trait_why_ask(run, subject, want, &answer))
        return false;
    bool holds = !trait_why_differs(run, want, &answer);
    why_free(&answer);
    return holds;
}

void trait_why_actual(const struct scenario_run *run, const struct trait_subject *subject,
                      const struct doc_node *want, struct buf *out)
{
    struct why_answer answer;
    if (!trait_why_ask(run, subject, want, &answer)) {
        buf_add_str(out, "nobody has tried to claim it (name someone: why: {owner: …, cause: …})");
        return;
    }
    const char *differs = trait_why_differs(run, want, &answer);
    buf_add_str(out, answer.owned ? "null (it is owned)" : answer.cause);
    if (differs && strcmp(differs, "cause") != 0) /* which stands in the report, whole */
        buf_printf(out, ", with another %s", differs);
    why_free(&answer);
}
