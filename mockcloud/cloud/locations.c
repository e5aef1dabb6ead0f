/* See locations.h. */
#include "cloud/locations.h"

#include "base/mem.h"
#include "base/text.h"
#include "cloud/cloud.h"
#include "cloud/record.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_MAX 4102444800.0 /* the year 2100 */

static void locations_free_one(void *value)
{
    struct locations *locations = value;
    for (size_t i = 0; i < locations->count; i++)
        free(locations->points[i].properties);
    free(locations);
}

void locations_free(struct cloud *cloud)
{
    map_free(&cloud->locations, locations_free_one);
}

/* A number from -most to most; false: there is none. */
static bool read_degrees(const cJSON *object, const char *key, double most, double *ret_degrees)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= -most && item->valuedouble <= most))
        return false;
    *ret_degrees = item->valuedouble;
    return true;
}

static int64_t read_time(const cJSON *event, const cJSON *loc, int64_t fallback_ms)
{
    const cJSON *time = cJSON_GetObjectItemCaseSensitive(loc, "time");
    if (!cJSON_IsNumber(time))
        time = cJSON_GetObjectItemCaseSensitive(event, "time");
    if (!cJSON_IsNumber(time) || !(time->valuedouble >= 0 && time->valuedouble <= SECONDS_MAX))
        return fallback_ms;
    return (int64_t)time->valuedouble * 1000;
}

/* What is left of `loc`, as text. Yours. */
static char *properties_dup(cJSON *loc)
{
    static const char *const known[] = {"lck", "time", "lat", "lon"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(loc, known[i]);
    char *text = cJSON_PrintUnformatted(loc);
    char *copy = mem_dup(text);
    cJSON_free(text);
    return copy;
}

static void locations_add(struct cloud *cloud, const struct cloud_device *device,
                          struct location point)
{
    struct locations *locations = map_get(&cloud->locations, device->id);
    if (!locations) {
        locations = mem_new(sizeof *locations);
        map_put(&cloud->locations, device->id, locations);
    }
    if (locations->count == LOCATIONS_MAX) {
        free(locations->points[0].properties);
        memmove(locations->points, locations->points + 1,
                (LOCATIONS_MAX - 1) * sizeof *locations->points);
        locations->count--;
    }
    locations->points[locations->count++] = point;
}

void locations_take(struct cloud *cloud, const struct cloud_device *device, const char *data)
{
    struct location point = {0};
    bool readable = data && text_utf8_valid(data, strlen(data));
    cJSON *event = readable ? cJSON_ParseWithOpts(data, NULL, true) : NULL;
    cJSON *loc = cJSON_GetObjectItemCaseSensitive(event, "loc");
    const cJSON *lock = cJSON_GetObjectItemCaseSensitive(loc, "lck");
    if (read_degrees(loc, "lat", 90, &point.latitude) &&
        read_degrees(loc, "lon", 180, &point.longitude)) {
        point.at_ms = read_time(event, loc, vclock_now(cloud->sim->clock));
        point.locked = cJSON_IsTrue(lock) || (cJSON_IsNumber(lock) && lock->valueint != 0);
        point.properties = properties_dup(loc);
        locations_add(cloud, device, point);
    }
    cJSON_Delete(event);
}

const struct locations *locations_of(const struct cloud *cloud, const struct cloud_device *device)
{
    return map_get(&cloud->locations, device->id);
}
