/* A text is either a file of scenarios, each with a name, or a mistake with a position. Nothing is
 * run. */
#include "scenario/scenario.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct scenario_load_options options = {0};
    struct diags diags = {0};
    struct scenario_file *file =
        scenario_file_new_from_text("input.yaml", (const char *)data, size, &options, &diags);
    assert((file != NULL) == (diags.count == 0));
    for (size_t i = 0; file && i < scenario_count(file); i++)
        assert(scenario_name(scenario_at(file, i)));
    scenario_file_free(file);
    diags_free(&diags);
    return 0;
}
