/* Any bytes are either a document or a mistake with a position, and a document can be written as
 * JSON. */
#include "base/doc.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <string.h>

#define JSON_MAX (64u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_json(const struct doc_node *root)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, JSON_MAX);
    jsonw_init(&w, &out);
    doc_write_json(root, &w);
    assert(!out.overflow);
    cJSON *json = cJSON_ParseWithOpts(buf_str(&out), NULL, true);
    assert(json);
    cJSON_Delete(json);
    buf_free(&out);
}

static void check_diags(const struct diags *diags)
{
    struct buf out;
    buf_init(&out, JSON_MAX);
    diags_write(diags, &out, true);
    assert(out.len > 0);
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diags diags = {0};
    struct doc *doc = doc_new("input.yaml", (const char *)data, size, &diags);
    assert((doc != NULL) == (diags.count == 0));
    if (!doc)
        check_diags(&diags);
    for (size_t i = 0; doc && i < doc_count(doc); i++)
        check_json(doc_root(doc, i));
    doc_unref(doc);
    diags_free(&diags);
    return 0;
}
