/* See report.h. Owns the result as JSON, which crosses from a scenario's own process to its parent.
 * One table serves both directions. */
#include "scenario/report.h"

#include "base/jsonw.h"
#include "base/mem.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

/* Where each text of the result is. */
static const struct {
    const char *key;
    size_t offset;
} texts[] = {
    {"scenario", offsetof(struct scenario_result, scenario)},
    {"file", offsetof(struct scenario_result, file)},
    {"statement", offsetof(struct scenario_result, statement)},
    {"expected", offsetof(struct scenario_result, expected)},
    {"actual", offsetof(struct scenario_result, actual)},
    {"path", offsetof(struct scenario_result, path)},
    {"message", offsetof(struct scenario_result, message)},
    {"why", offsetof(struct scenario_result, why)},
    {"others", offsetof(struct scenario_result, others)},
    {"journal", offsetof(struct scenario_result, journal)},
    {"client_output", offsetof(struct scenario_result, client_output)},
    {"again", offsetof(struct scenario_result, again)},
    {"findings", offsetof(struct scenario_result, findings)},
    {"guesses", offsetof(struct scenario_result, guesses)},
    {"journal_dump", offsetof(struct scenario_result, journal_dump)},
};

#define TEXT_COUNT (sizeof texts / sizeof *texts)

static const char *const verdicts[] = {
    [VERDICT_PASSED] = "passed",   [VERDICT_FAILED] = "failed",           [VERDICT_ERROR] = "error",
    [VERDICT_TIMEOUT] = "timeout", [VERDICT_INTERRUPTED] = "interrupted",
};

#define VERDICT_COUNT (sizeof verdicts / sizeof *verdicts)

static char **report_text_at(struct scenario_result *result, size_t index)
{
    return (char **)(void *)((char *)result + texts[index].offset);
}

void report_json(const struct scenario_result *result, struct buf *out)
{
    struct scenario_result borrowed = *result;
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_key_str(&w, "verdict", verdicts[result->verdict]);
    jsonw_key_int(&w, "line", result->line);
    jsonw_key_int(&w, "steps", result->steps_run);
    jsonw_key_int(&w, "wall_us", result->wall_us);
    jsonw_key_int(&w, "world_ms", result->world_ms);
    /* As text: a seed has 64 bits, a number of JSON 53. */
    char *seed = mem_printf_dup("%llu", (unsigned long long)result->seed);
    jsonw_key_str(&w, "seed", seed);
    free(seed);
    for (size_t i = 0; i < TEXT_COUNT; i++)
        if (*report_text_at(&borrowed, i))
            jsonw_key_str(&w, texts[i].key, *report_text_at(&borrowed, i));
    jsonw_end_object(&w);
    buf_add_char(out, '\n');
}

static int64_t report_number(const cJSON *json, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
    return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : 0;
}

static bool report_verdict(const cJSON *json, enum verdict *ret_verdict)
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
    bool ok = cJSON_IsObject(root) && report_verdict(root, &result.verdict);
    if (ok) {
        const char *seed = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "seed"));
        result.line = (int)report_number(root, "line");
        result.steps_run = (int)report_number(root, "steps");
        result.wall_us = report_number(root, "wall_us");
        result.world_ms = report_number(root, "world_ms");
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
