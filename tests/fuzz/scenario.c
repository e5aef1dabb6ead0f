/* A text is either a file of scenarios, each with a name, or a mistake with a position. Scenarios
 * without a client are run, and their results written as JSON. */
#include "scenario/scenario.h"
#include "scenario/report.h"
#include "scenario/run.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <string.h>

#define RUN_MAX    3
#define RESULT_MAX (64u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What would take real time, or a machine's memory: waits on the real clock, fleets. */
static bool is_heavy(const uint8_t *data, size_t size)
{
    return memmem(data, size, "real", strlen("real")) ||
           memmem(data, size, "count", strlen("count"));
}

static void run(const struct scenario *scenario)
{
    const struct scenario_run_options options = {.keep_journal = true};
    struct buf text;
    if (scenario_is_open(scenario) || scenario_skip(scenario))
        return;
    struct scenario_run *run = scenario_run_new(scenario, 0, NULL);
    struct scenario_result result = scenario_run_steps(run, &options);
    buf_init(&text, RESULT_MAX);
    report_json(&result, &text);
    assert(!text.overflow);
    cJSON *json = cJSON_Parse(buf_str(&text));
    assert(json);
    cJSON_Delete(json);
    buf_free(&text);
    scenario_result_free(&result);
    scenario_run_free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct scenario_load_options options = {0};
    struct diags diags = {0};
    struct scenario_file *file =
        scenario_file_new_from_text("input.yaml", (const char *)data, size, &options, &diags);
    assert((file != NULL) == (diags.count == 0));
    for (size_t i = 0; file && i < scenario_count(file); i++) {
        assert(scenario_name(scenario_at(file, i)));
        if (i < RUN_MAX && !is_heavy(data, size))
            run(scenario_at(file, i));
    }
    scenario_file_free(file);
    diags_free(&diags);
    return 0;
}
