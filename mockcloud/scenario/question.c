/* See question.h. Owns the table of questions: how each is checked, and whom it asks. */
#include "scenario/question.h"

#include "base/mem.h"
#include "base/text.h"
#include "match/compare.h"
#include "match/request_pattern.h"
#include "scenario/who.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define QUESTION_TEXT (1u << 20)

static const struct field question_fields[] = {
    {.name = "request",
     .type = FIELD_STRING,
     .text = "Why was the last request like this one answered so: POST /v1/devices, or any."},
    {.name = "offline", .type = FIELD_STRING, .text = "Why is the device offline."},
    {.name = "not_listed", .type = FIELD_STRING, .text = "Why is the device in no list of owner."},
    {.name = "no_event", .type = FIELD_STRING, .text = "Why did the event not reach client."},
    {.name = "no_webhook", .type = FIELD_STRING, .text = "Why did the event trigger no webhook."},
    {.name = "customer", .type = FIELD_STRING, .text = "What is with the customer, by e-mail."},
    {.name = "owner", .type = FIELD_ANY, .text = "not_listed: of whom; the last who tried."},
    {.name = "client", .type = FIELD_STRING, .text = "no_event: whose last stream."},
    {.name = "cause",
     .type = FIELD_ANY,
     .required = true,
     .text = "The reason (mockcloud list causes), or null: there is nothing to explain."},
    {.name = "evidence",
     .type = FIELD_ANY,
     .text = "The lines of evidence as one text, or a matcher of it."},
    {.name = "advice", .type = FIELD_ANY, .text = "What is advised, or a matcher of it."},
    {0},
};

/* ---- the questions ---- */

typedef bool question_checks(struct scenario_load *load, const struct doc_node *subject,
                             const struct doc_node *why);
typedef struct why_answer question_asks(const struct scenario_run *run, const char *subject,
                                        const struct doc_node *why);

static bool check_request(struct scenario_load *load, const struct doc_node *subject,
                          const struct doc_node *why)
{
    const char *expected;
    struct request_pattern *pattern = request_pattern_new(subject->text, &expected);
    (void)why;
    if (!pattern)
        doc_fail(load->doc, subject, load->diags, NULL, "expected %s, found \"%s\"", expected,
                 subject->text);
    request_pattern_free(pattern);
    return pattern;
}

static bool meets(const struct journal_entry *entry, const struct request_pattern *pattern)
{
    if (strcmp(entry->kind, "http.request") != 0)
        return false;
    cJSON *data = cJSON_ParseWithLength(entry->data, entry->data_len);
    const char *path = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, "path"));
    const char *method = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, "method"));
    bool met =
        path && strncmp(path, "/__mock", 7) != 0 && request_pattern_meets(pattern, method, path);
    cJSON_Delete(data);
    return met;
}

/* Of none that was sent, or that the journal still has, the answer says so. */
static struct why_answer ask_request(const struct scenario_run *run, const char *subject,
                                     const struct doc_node *why)
{
    const char *expected;
    const struct journal *journal = run->world->sim.journal;
    struct request_pattern *pattern = request_pattern_new(subject, &expected);
    uint64_t n = journal_next(journal), found = 0;
    (void)why;
    while (pattern && !found && n-- > journal_first(journal)) {
        const struct journal_entry *entry = journal_get(journal, n);
        found = entry && meets(entry, pattern) ? n : 0;
    }
    request_pattern_free(pattern);
    return why_request(run->world, found);
}

static bool check_device(struct scenario_load *load, const struct doc_node *subject,
                         const struct doc_node *why)
{
    (void)why;
    return scenario_load_check_device(load, subject);
}

static struct why_answer ask_offline(const struct scenario_run *run, const char *subject,
                                     const struct doc_node *why)
{
    (void)why;
    return why_offline(run->world, fleet_find(run->world->fleet, subject));
}

static bool check_listed(struct scenario_load *load, const struct doc_node *subject,
                         const struct doc_node *why)
{
    const struct doc_node *owner = doc_get(why, "owner");
    bool ok = scenario_load_check_device(load, subject);
    return (!owner || who_check(load, owner, WHO_USER | WHO_CUSTOMER)) && ok;
}

/* Without anybody who has tried: of somebody whom the cloud does not know, who has no list. */
static struct why_answer ask_listed(const struct scenario_run *run, const char *subject,
                                    const struct doc_node *why)
{
    const struct device *device = fleet_find(run->world->fleet, subject);
    const struct doc_node *named = doc_get(why, "owner");
    struct owner owner = {.kind = OWNER_NONE};
    if (named)
        who_owner(run->world, named, &owner);
    else
        why_default_owner(run->world, device, &owner);
    return why_not_listed(run->world, device, owner);
}

static bool check_event(struct scenario_load *load, const struct doc_node *subject,
                        const struct doc_node *why)
{
    const struct doc_node *client = doc_get(why, "client");
    if (client)
        return scenario_load_check_client(load, client);
    doc_fail(load->doc, subject, load->diags, NULL, "on whose stream? Add client");
    return false;
}

static struct why_answer ask_event(const struct scenario_run *run, const char *subject,
                                   const struct doc_node *why)
{
    return why_no_event(run->world, doc_get(why, "client")->text, subject);
}

static struct why_answer ask_webhook(const struct scenario_run *run, const char *subject,
                                     const struct doc_node *why)
{
    (void)why;
    return why_no_webhook(run->world, subject);
}

static struct why_answer ask_customer(const struct scenario_run *run, const char *subject,
                                      const struct doc_node *why)
{
    (void)why;
    return why_customer(run->world, subject);
}

static const struct question {
    const char *name; /* the key */
    enum why_topic topic;
    question_checks *check; /* NULL: any text will do */
    question_asks *ask;
    const char *with; /* the one key of its own that may stand beside; NULL: none */
} questions[] = {
    {"request", WHY_OF_REQUEST, check_request, ask_request, NULL},
    {"offline", WHY_OF_OFFLINE, check_device, ask_offline, NULL},
    {"not_listed", WHY_OF_LISTED, check_listed, ask_listed, "owner"},
    {"no_event", WHY_OF_EVENT, check_event, ask_event, "client"},
    {"no_webhook", WHY_OF_WEBHOOK, NULL, ask_webhook, NULL},
    {"customer", WHY_OF_CUSTOMER, NULL, ask_customer, NULL},
};

#define QUESTIONS (sizeof questions / sizeof *questions)

/* The first question that the map asks; NULL: none. */
static const struct question *question_of(const struct doc_node *why)
{
    for (size_t i = 0; why->kind == DOC_MAP && i < QUESTIONS; i++)
        if (doc_get(why, questions[i].name))
            return &questions[i];
    return NULL;
}

bool question_is(const struct doc_node *why)
{
    return question_of(why) != NULL;
}

/* ---- checking ---- */

static bool check_one(struct scenario_load *load, const struct question *asked,
                      const struct doc_node *why)
{
    static const char *const others[] = {"owner", "client"};
    for (const struct question *other = asked + 1; other < questions + QUESTIONS; other++)
        if (doc_get(why, other->name)) {
            doc_fail(load->doc, doc_get_key(why, other->name), load->diags, NULL,
                     "one question at a time: \"%s\" is asked already", asked->name);
            return false;
        }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (doc_get(why, others[i]) && (!asked->with || strcmp(asked->with, others[i]) != 0)) {
            doc_fail(load->doc, doc_get_key(why, others[i]), load->diags, NULL,
                     "\"%s\" is of no use to \"%s\"", others[i], asked->name);
            return false;
        }
    return true;
}

static bool check_cause(struct scenario_load *load, const struct question *asked,
                        const struct doc_node *cause)
{
    const char **known = mem_new_array(why_reason_count, sizeof *known);
    size_t count = 0;
    const char *text = cause->kind == DOC_SCALAR ? cause->text : doc_describe(cause);
    bool ok = doc_is_null(cause);
    for (size_t i = 0; i < why_reason_count; i++)
        if (why_reasons[i].topic == asked->topic && why_reasons[i].name)
            known[count++] = why_reasons[i].name;
    for (size_t i = 0; i < count; i++)
        ok = ok || (cause->kind == DOC_SCALAR && strcmp(known[i], text) == 0);
    if (!ok)
        doc_fail(load->doc, cause, load->diags, text_nearest(text, known, count),
                 "expected a reason of \"%s\" or null, found \"%s\"; see mockcloud list causes",
                 asked->name, text);
    free(known);
    return ok;
}

bool question_check_rest(struct scenario_load *load, const struct doc_node *why)
{
    const struct doc_node *evidence = doc_get(why, "evidence"), *advice = doc_get(why, "advice");
    bool ok = !evidence || scenario_load_check_expected(load, evidence);
    return (!advice || scenario_load_check_expected(load, advice)) && ok;
}

bool question_check(struct scenario_load *load, const struct doc_node *why)
{
    const struct question *asked = question_of(why);
    if (!fields_check(load->doc, why, question_fields, load->diags) || !check_one(load, asked, why))
        return false;
    const struct doc_node *subject = doc_get(why, asked->name);
    bool ok = interp_check(load, subject) && (!asked->check || asked->check(load, subject, why));
    return check_cause(load, asked, doc_get(why, "cause")) & question_check_rest(load, why) & ok;
}

/* ---- asking ---- */

struct why_answer question_ask(const struct scenario_run *run, const struct doc_node *why,
                               char **ret_subject)
{
    const struct question *asked = question_of(why);
    char *subject = interp_dup(&run->interp, doc_get(why, asked->name)->text);
    *ret_subject = mem_printf_dup("%s %s", asked->name, subject);
    struct why_answer answer = asked->ask(run, subject, why);
    free(subject);
    return answer;
}

static char *evidence_dup(const struct why_answer *answer)
{
    struct buf out;
    buf_init(&out, QUESTION_TEXT);
    for (size_t i = 0; i < answer->evidence_count; i++)
        buf_printf(&out, "%s%s", i ? "\n" : "", answer->evidence[i].text);
    return buf_take(&out);
}

static bool text_holds(const struct scenario_run *run, const struct doc_node *want,
                       const char *text)
{
    struct compare_diff diff = {0};
    bool holds = !want || compare_text(&run->interp.vars, want, text, &diff);
    compare_diff_free(&diff);
    return holds;
}

const char *question_rest_differs(const struct scenario_run *run, const struct doc_node *why,
                                  const struct why_answer *answer)
{
    char *evidence = evidence_dup(answer);
    bool holds = text_holds(run, doc_get(why, "evidence"), evidence);
    const char *advice = answer->advice ? answer->advice : "";
    free(evidence);
    if (!holds)
        return "evidence";
    return text_holds(run, doc_get(why, "advice"), advice) ? NULL : "advice";
}

const char *question_differs(const struct scenario_run *run, const struct doc_node *why,
                             const struct why_answer *answer)
{
    const struct doc_node *cause = doc_get(why, "cause");
    bool same = doc_is_null(cause) ? !answer->cause
                                   : answer->cause && strcmp(answer->cause, cause->text) == 0;
    return same ? question_rest_differs(run, why, answer) : "cause";
}
