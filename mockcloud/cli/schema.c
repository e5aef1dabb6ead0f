/* `mockcloud schema`: prints the JSON Schema of scenario or world files. */
#include "cli/cli.h"

#include "base/buf.h"
#include "scenario/scenario.h"
#include "world/world.h"

#include <stdio.h>
#include <string.h>

#define SCHEMA_MAX (4u << 20)

int cli_schema(const struct cli_command *command, int argc, char **argv)
{
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return cli_help(command);
    bool world = argc > 1 && strcmp(argv[1], "world") == 0;
    if (argc > 2 || (argc > 1 && !world && strcmp(argv[1], "scenario") != 0))
        return cli_usage(command, "\"%s\": expected scenario or world", argv[argc - 1]);
    struct buf out;
    buf_init(&out, SCHEMA_MAX);
    if (world)
        world_schema(&out);
    else
        scenario_schema(&out);
    fputs(buf_str(&out), stdout);
    buf_free(&out);
    return fflush(stdout) == 0 ? EXIT_PASSED : cli_error(EXIT_COULD_NOT_RUN, "can't write");
}
