/* `mockcloud openapi`: the OpenAPI document, indented for people and for diffs. */
#include "cli/cli.h"

#include "cli/options.h"

#include "api/api.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <stdio.h>

#define OPENAPI_MAX (16u << 20)

int cli_openapi(const struct cli_command *command, int argc, char **argv)
{
    static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};
    struct buf out;
    options_begin();
    int option = options_next(argc, argv, options, false, NULL);
    if (option == 'h')
        return cli_help(command);
    if (option != -1 || optind < argc)
        return cli_usage(command, "it takes no arguments");
    buf_init(&out, OPENAPI_MAX);
    api_openapi(&out);
    cJSON *document = cJSON_Parse(buf_str(&out));
    assert(document);
    char *text = cJSON_Print(document);
    puts(text);
    cJSON_free(text);
    cJSON_Delete(document);
    buf_free(&out);
    return EXIT_PASSED;
}
