/* See diagnostics_csv.h. Owns columns and quotes; which records there are is diagnostics.c's. */
#include "api/routes/diagnostics_csv.h"

#include "api/routes/registry_rules.h"
#include "base/timefmt.h"
#include "cloud/diagnostics.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define CSV_TYPE "text/csv"

bool diagnostics_csv_wanted(const struct call *call)
{
    const char *accept = call_header(call, "Accept");
    return accept && strstr(accept, CSV_TYPE);
}

static void csv_text(const char *text, struct buf *out)
{
    if (!strpbrk(text, ",\"\r\n")) {
        buf_add_str(out, text);
        return;
    }
    buf_add_char(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *text);
    }
    buf_add_char(out, '"');
}

/* Text as it is, anything else as JSON; nothing of what is not there. */
static void csv_value(const cJSON *value, struct buf *out)
{
    const char *text = cJSON_GetStringValue(value);
    char *json = value && !text ? cJSON_PrintUnformatted(value) : NULL;
    buf_add_char(out, ',');
    if (text || json)
        csv_text(text ? text : json, out);
    cJSON_free(json);
}

/* The columns of `model`: their names (`path`: of the model itself), or, with a path of NULL, their
 * values in `record`. */
static void csv_columns(const cJSON *model, const cJSON *record, const char *path, struct buf *out)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, model)
    {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(record, item->string);
        char name[200];
        if (path)
            snprintf(name, sizeof name, "%s%s%s", path, *path ? "." : "", item->string);
        if (cJSON_IsObject(item) && item->child) {
            csv_columns(item, value, path ? name : NULL, out);
        } else if (path) {
            buf_add_char(out, ',');
            csv_text(name, out);
        } else {
            csv_value(value, out);
        }
    }
}

static void csv_record(const struct cloud_device *device, const struct diagnostics_record *record,
                       const cJSON *model, struct buf *out)
{
    char at[TIMEFMT_ISO_SIZE];
    cJSON *payload = cJSON_Parse(record->payload);
    timefmt_iso(record->at_ms, at);
    buf_printf(out, "%s,%s", at, device->id);
    csv_columns(model, payload, NULL, out);
    buf_add_str(out, "\r\n");
    cJSON_Delete(payload);
}

void diagnostics_csv(struct call *call, const struct cloud_device *device, int64_t start_ms,
                     int64_t end_ms)
{
    const struct cloud *cloud = call->world->cloud;
    const struct diagnostics *kept = diagnostics_of(cloud, device);
    size_t count = kept ? kept->count : 0;
    cJSON *model = count ? cJSON_Parse(kept->records[count - 1].payload) : NULL;
    struct buf text;
    buf_init(&text, API_REPLY_MAX);
    buf_add_str(&text, "updated_at,deviceID");
    csv_columns(model, NULL, "", &text);
    buf_add_str(&text, "\r\n");
    for (size_t i = count; i-- > 0;)
        if (diagnostics_in(cloud, &kept->records[i], start_ms, end_ms))
            csv_record(device, &kept->records[i], model, &text);
    reply_body(call, 200, &registry_rules[VITALS_CSV], CSV_TYPE "; charset=utf-8", text.data,
               text.len);
    cJSON_Delete(model);
    buf_free(&text);
}
