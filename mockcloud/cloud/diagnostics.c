/* See diagnostics.h. */
#include "cloud/diagnostics.h"

#include "base/mem.h"
#include "base/text.h"
#include "cloud/cloud.h"
#include "cloud/record.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

static void diagnostics_free_one(void *value)
{
    struct diagnostics *diagnostics = value;
    for (size_t i = 0; i < diagnostics->count; i++)
        free(diagnostics->records[i].payload);
    free(diagnostics);
}

void diagnostics_free(struct cloud *cloud)
{
    map_free(&cloud->diagnostics, diagnostics_free_one);
}

/* The data, an object, with what the cloud knows beside what the device says. As text: printing
 * what was parsed costs ten times as much, most of it for numbers, and would write them anew. */
static char *with_service_dup(const struct cloud *cloud, const struct cloud_device *device,
                              const char *data, bool is_empty)
{
    int64_t uptime_s = (vclock_now(cloud->sim->clock) - session_began_ms(device)) / 1000;
    const char *end = strrchr(data, '}');
    return mem_printf_dup("%.*s%s\"service\":{\"device\":{\"status\":\"ok\"},\"cloud\":{"
                          "\"uptime\":%lld,\"publish\":{\"sent\":2}},\"coap\":{"
                          "\"round_trip\":228}}}",
                          (int)(end - data), data, is_empty ? "" : ",", (long long)uptime_s);
}

/* The payload as text; NULL: the data is no JSON object. Yours. */
static char *payload_dup(const struct cloud *cloud, const struct cloud_device *device,
                         const char *data)
{
    char *payload = NULL;
    cJSON *vitals =
        text_utf8_valid(data, strlen(data)) ? cJSON_ParseWithOpts(data, NULL, true) : NULL;
    bool is_object = vitals && cJSON_IsObject(vitals);
    if (is_object && cJSON_HasObjectItem(vitals, "service")) {
        cJSON_DeleteItemFromObjectCaseSensitive(vitals, "service"); /* of which the cloud tells */
        char *text = cJSON_PrintUnformatted(vitals);
        payload = with_service_dup(cloud, device, text, !vitals->child);
        cJSON_free(text);
    } else if (is_object) {
        payload = with_service_dup(cloud, device, data, !vitals->child);
    }
    cJSON_Delete(vitals);
    return payload;
}

static struct diagnostics *diagnostics_for(struct cloud *cloud, const struct cloud_device *device)
{
    struct diagnostics *diagnostics = map_get(&cloud->diagnostics, device->id);
    if (!diagnostics) {
        diagnostics = mem_new(sizeof *diagnostics);
        map_put(&cloud->diagnostics, device->id, diagnostics);
    }
    return diagnostics;
}

const char *diagnostics_take(struct cloud *cloud, const struct cloud_device *device,
                             const char *data)
{
    char *payload = data ? payload_dup(cloud, device, data) : NULL;
    if (!payload)
        return NULL;
    struct diagnostics *diagnostics = diagnostics_for(cloud, device);
    if (diagnostics->count == DIAGNOSTICS_MAX) {
        free(diagnostics->records[0].payload);
        memmove(diagnostics->records, diagnostics->records + 1,
                (DIAGNOSTICS_MAX - 1) * sizeof *diagnostics->records);
        diagnostics->count--;
    }
    diagnostics->records[diagnostics->count++] =
        (struct diagnostics_record){vclock_now(cloud->sim->clock), payload};
    return payload;
}

const struct diagnostics *diagnostics_of(const struct cloud *cloud,
                                         const struct cloud_device *device)
{
    return map_get(&cloud->diagnostics, device->id);
}

bool diagnostics_in(const struct cloud *cloud, const struct diagnostics_record *record,
                    int64_t start_ms, int64_t end_ms)
{
    return record->at_ms >= vclock_now(cloud->sim->clock) - DIAGNOSTICS_LIFE_MS &&
           record->at_ms >= start_ms && record->at_ms <= end_ms;
}
