/* `mockcloud schema`: prints the JSON Schema of scenario or world files, or of a report. */
#include "cli/cli.h"

#include "cli/options.h"
#include "scenario/report.h"
#include "scenario/scenario.h"
#include "world/world.h"

#include <stdio.h>
#include <string.h>

#define SCHEMA_MAX (4u << 20)

static const struct {
    const char *name;
    void (*write)(struct buf *out);
} schema_rows[] = {
    {"scenario", scenario_schema},
    {"world", world_schema},
    {"report", report_schema},
};

#define SCHEMA_COUNT (sizeof schema_rows / sizeof *schema_rows)

bool cli_schema_word(size_t index, struct command_word *ret_word)
{
    if (index >= SCHEMA_COUNT)
        return false;
    *ret_word = (struct command_word){.name = schema_rows[index].name};
    return true;
}

int cli_schema(const struct options *options)
{
    const char *name = options->argument_count ? options->arguments[0] : schema_rows[0].name;
    struct buf out;
    size_t i = 0;
    while (i < SCHEMA_COUNT && strcmp(schema_rows[i].name, name) != 0)
        i++;
    if (i == SCHEMA_COUNT)
        return cli_no_word(options->command, "schema", name);
    buf_init(&out, SCHEMA_MAX);
    schema_rows[i].write(&out);
    fputs(buf_str(&out), stdout);
    buf_free(&out);
    return EXIT_PASSED;
}
