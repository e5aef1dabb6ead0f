/* See report.h. Owns the result as JSON: as it crosses from a scenario's own process to its parent,
 * and as the report `jsonl`. One table serves both directions and the schema. */
#include "scenario/report_inside.h"

#include "base/mem.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

/* Where each text of the result is. */
static const struct {
    const char *key;
    size_t offset;
    const char *text; /* of the schema; NULL: never in a report */
} texts[] = {
    {"scenario", offsetof(struct scenario_result, scenario), "the name of the scenario"},
    {"file", offsetof(struct scenario_result, file), "the file that it is in"},
    {"statement", offsetof(struct scenario_result, statement), "the step that failed, as written"},
    {"expected", offsetof(struct scenario_result, expected), "what was expected"},
    {"actual", offsetof(struct scenario_result, actual), "what was found"},
    {"path", offsetof(struct scenario_result, path), "where in a body the first difference is"},
    {"message", offsetof(struct scenario_result, message),
     "in one line what went wrong, or why it was skipped"},
    {"why", offsetof(struct scenario_result, why), "the diagnosis, with evidence and advice"},
    {"others", offsetof(struct scenario_result, others), "what the other actors were doing"},
    {"journal", offsetof(struct scenario_result, journal), "the last entries of the journal"},
    {"client_output", offsetof(struct scenario_result, client_output),
     "the last lines that clients printed"},
    {"again", offsetof(struct scenario_result, again),
     "the command that runs it again with the same seed"},
    {"moment", offsetof(struct scenario_result, moment),
     "the command that opens the moment of its end, from its tape"},
    {"findings", offsetof(struct scenario_result, findings),
     "what requests had that is not in the OpenAPI document"},
    {"guesses", offsetof(struct scenario_result, guesses), "the guesses that were leaned on"},
    {"journal_dump", offsetof(struct scenario_result, journal_dump), NULL},
    {"client_dump", offsetof(struct scenario_result, client_dump), NULL},
    {"tape", offsetof(struct scenario_result, tape), NULL},
    {"wire_dump", offsetof(struct scenario_result, wire_dump), NULL},
};

#define TEXT_COUNT (sizeof texts / sizeof *texts)

static const char *const verdicts[] = {
    [VERDICT_PASSED] = "passed",   [VERDICT_SKIPPED] = "skipped",
    [VERDICT_FAILED] = "failed",   [VERDICT_ERROR] = "error",
    [VERDICT_TIMEOUT] = "timeout", [VERDICT_INTERRUPTED] = "interrupted",
};

#define VERDICT_COUNT (sizeof verdicts / sizeof *verdicts)

static char **report_text_at(struct scenario_result *result, size_t index)
{
    return (char **)(void *)((char *)result + texts[index].offset);
}

const char *report_verdict(enum verdict verdict)
{
    return verdicts[verdict];
}

void report_members(const struct scenario_result *result, bool with_journal, struct jsonw *w)
{
    struct scenario_result borrowed = *result;
    jsonw_key_str(w, "verdict", verdicts[result->verdict]);
    jsonw_key_int(w, "line", result->line);
    jsonw_key_int(w, "steps", result->steps_run);
    jsonw_key_int(w, "wall_us", result->wall_us);
    jsonw_key_int(w, "world_ms", result->world_ms);
    jsonw_key_int(w, "entries", result->entries);
    /* As text: a seed has 64 bits, a number of JSON 53. */
    char *seed = mem_printf_dup("%llu", (unsigned long long)result->seed);
    jsonw_key_str(w, "seed", seed);
    free(seed);
    for (size_t i = 0; i < TEXT_COUNT; i++)
        if (*report_text_at(&borrowed, i) && (texts[i].text || with_journal))
            jsonw_key_str(w, texts[i].key, *report_text_at(&borrowed, i));
}

void report_json(const struct scenario_result *result, struct buf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    report_members(result, true, &w);
    jsonw_end_object(&w);
    buf_add_char(out, '\n');
}

static int64_t report_number(const cJSON *json, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
    return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : 0;
}

static bool report_read_verdict(const cJSON *json, enum verdict *ret_verdict)
{
    const char *word = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "verdict"));
    for (size_t i = 0; word && i < VERDICT_COUNT; i++) {
        if (strcmp(word, verdicts[i]) != 0)
            continue;
        *ret_verdict = (enum verdict)i;
        return true;
    }
    return false;
}

bool report_from_json(const char *json, struct scenario_result *ret_result)
{
    struct scenario_result result = {0};
    cJSON *root = cJSON_Parse(json);
    bool ok = cJSON_IsObject(root) && report_read_verdict(root, &result.verdict);
    if (ok) {
        const char *seed = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "seed"));
        result.line = (int)report_number(root, "line");
        result.steps_run = (int)report_number(root, "steps");
        result.wall_us = report_number(root, "wall_us");
        result.world_ms = report_number(root, "world_ms");
        result.entries = report_number(root, "entries");
        result.seed = seed ? strtoull(seed, NULL, 10) : 0;
        for (size_t i = 0; i < TEXT_COUNT; i++)
            *report_text_at(&result, i) =
                mem_dup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, texts[i].key)));
        *ret_result = result;
    }
    cJSON_Delete(root);
    return ok;
}

void scenario_result_free(struct scenario_result *result)
{
    for (size_t i = 0; i < TEXT_COUNT; i++)
        free(*report_text_at(result, i));
    *result = (struct scenario_result){0};
}

/* ---- the report ---- */

void report_jsonl_add(struct report *report, const struct report_case *one, struct buf *out)
{
    struct jsonw w;
    (void)report;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_key_str(&w, "type", "scenario");
    report_members(one->result, false, &w);
    jsonw_key_int(&w, "tries", (int64_t)one->tries);
    if (one->before)
        jsonw_key_str(&w, "before", one->before);
    jsonw_end_object(&w);
    buf_add_char(out, '\n');
}

/* The counts of the last line, and what the schema says of them. */
static const struct {
    const char *key, *text;
} totals_keys[] = {
    {"passed", "how many passed, the flaky ones among them"},
    {"failed", "how many did not"},
    {"skipped", "how many have a `skip`"},
    {"flaky", "how many passed, but not at once"},
    {"not_run", "how many were not begun when the run ended"},
    {"real_ms", "real time for all of it, in milliseconds"},
};

void report_jsonl_end(struct report *report, const struct report_totals *totals, struct buf *out)
{
    const int64_t values[] = {
        (int64_t)totals->passed,
        (int64_t)totals->failed,
        (int64_t)totals->skipped,
        (int64_t)totals->flaky,
        (int64_t)(totals->planned - report->number),
        totals->real_ms,
    };
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_key_str(&w, "type", "end");
    for (size_t i = 0; i < sizeof totals_keys / sizeof *totals_keys; i++) {
        jsonw_key_n(&w, totals_keys[i].key, strlen(totals_keys[i].key));
        jsonw_int(&w, values[i]);
    }
    jsonw_end_object(&w);
    buf_add_char(out, '\n');
}

/* ---- its schema ---- */

static void schema_property(struct jsonw *w, const char *key, const char *type, const char *text)
{
    jsonw_key_n(w, key, strlen(key));
    jsonw_object(w);
    jsonw_key_str(w, "type", type);
    if (strcmp(type, "integer") == 0)
        jsonw_key_int(w, "minimum", 0);
    jsonw_key_str(w, "description", text);
    jsonw_end_object(w);
}

static void schema_constant(struct jsonw *w, const char *value)
{
    jsonw_key(w, "type");
    jsonw_object(w);
    jsonw_key_str(w, "const", value);
    jsonw_end_object(w);
}

static void schema_scenario(struct jsonw *w)
{
    jsonw_key_str(w, "type", "object");
    jsonw_key_str(w, "description", "what became of one scenario");
    jsonw_key(w, "properties");
    jsonw_object(w);
    schema_constant(w, "scenario");
    jsonw_key(w, "verdict");
    jsonw_object(w);
    jsonw_key(w, "enum");
    jsonw_array(w);
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        jsonw_str(w, verdicts[i]);
    jsonw_end_array(w);
    jsonw_end_object(w);
    schema_property(w, "line", "integer", "of the scenario, or of the step that failed");
    schema_property(w, "steps", "integer", "how many steps were run");
    schema_property(w, "wall_us", "integer", "real time, in microseconds");
    schema_property(w, "world_ms", "integer", "time that passed in its world, in milliseconds");
    schema_property(w, "entries", "integer", "how many entries its journal had");
    schema_property(w, "seed", "string", "the seed of its world, in decimal digits");
    schema_property(w, "tries", "integer", "how often it was played");
    schema_property(w, "before", "string", "what went wrong the first time, of several");
    for (size_t i = 0; i < TEXT_COUNT; i++)
        if (texts[i].text)
            schema_property(w, texts[i].key, "string", texts[i].text);
    jsonw_end_object(w);
    static const char required[] =
        "[\"type\",\"verdict\",\"scenario\",\"file\",\"line\",\"steps\",\"wall_us\",\"world_ms\","
        "\"seed\",\"tries\"]";
    jsonw_key(w, "required");
    jsonw_raw(w, required, sizeof required - 1);
    jsonw_key_bool(w, "additionalProperties", false);
}

static void schema_end(struct jsonw *w)
{
    size_t count = sizeof totals_keys / sizeof *totals_keys;
    jsonw_key_str(w, "type", "object");
    jsonw_key_str(w, "description", "the last line: what became of all");
    jsonw_key(w, "properties");
    jsonw_object(w);
    schema_constant(w, "end");
    for (size_t i = 0; i < count; i++)
        schema_property(w, totals_keys[i].key, "integer", totals_keys[i].text);
    jsonw_end_object(w);
    jsonw_key(w, "required");
    jsonw_array(w);
    jsonw_str(w, "type");
    for (size_t i = 0; i < count; i++)
        jsonw_str(w, totals_keys[i].key);
    jsonw_end_array(w);
    jsonw_key_bool(w, "additionalProperties", false);
}

void report_schema(struct buf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_key_str(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    jsonw_key_str(&w, "title", "A line of `mockcloud run --report jsonl`");
    jsonw_key(&w, "oneOf");
    jsonw_array(&w);
    jsonw_object(&w);
    schema_scenario(&w);
    jsonw_end_object(&w);
    jsonw_object(&w);
    schema_end(&w);
    jsonw_end_object(&w);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
}
