/* Any template with any data renders or is refused, within its bounds. The first line of the input
 * is the data, the rest the template. */
#include "cloud/webhook/mustache.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define RENDERED_MAX (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf out;
    const char *error = NULL;
    char *text = malloc(size + 1);
    assert(text);
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    char *template = strchr(text, '\n');
    if (template)
        *template ++ = '\0';
    cJSON *context = cJSON_Parse(text);
    const cJSON *stack[] = {context, context ? context->child : NULL};
    size_t steps = 200000;
    buf_init(&out, RENDERED_MAX);
    bool rendered = mustache_render(template ? template : text, stack, 2, &steps, &out, &error);
    assert(rendered == !error);
    assert(out.len <= RENDERED_MAX);
    buf_free(&out);
    cJSON_Delete(context);
    free(text);
    return 0;
}
