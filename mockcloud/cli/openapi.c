/* `mockcloud openapi`: the OpenAPI document, indented for people and for diffs. */
#include "cli/cli.h"

#include "api/api.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <stdio.h>

#define OPENAPI_MAX (16u << 20)

int cli_openapi(const struct options *options)
{
    struct buf out;
    (void)options;
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
