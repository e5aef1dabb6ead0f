/* Where the devices of a product are, or were: what they told in "loc" events. */
#include "api/call/later.h"
#include "api/call/route.h"
#include "api/routes/devices.h"
#include "api/routes/pages.h"
#include "api/routes/registry_rules.h"
#include "api/shape/shapes.h"
#include "base/timefmt.h"
#include "cloud/cloud.h"
#include "cloud/groups.h"
#include "cloud/lag.h"
#include "cloud/locations.h"
#include "cloud/record.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PER_PAGE     20
#define PER_PAGE_MAX 100

struct place {
    double latitude, longitude;
};

/* What is asked for. */
struct span {
    bool history; /* a date_range was given; else the last known place alone */
    int64_t start_ms, end_ms;
    bool inside; /* a rectangle was given */
    struct place low, high;
};

/* ---- reading the query ---- */

/* "30.5,30.0" */
static bool place_read(const char *text, struct place *ret_place)
{
    char *end;
    double latitude = strtod(text, &end);
    if (end == text || *end != ',' || strpbrk(text, "nNxX"))
        return false;
    const char *second = end + 1;
    double longitude = strtod(second, &end);
    if (end == second || *end || !(latitude >= -90 && latitude <= 90) ||
        !(longitude >= -180 && longitude <= 180))
        return false;
    *ret_place = (struct place){latitude, longitude};
    return true;
}

static bool range_read(struct call *call, const char *text, struct span *span)
{
    const char *comma = strchr(text, ',');
    return comma &&
           timefmt_parse_iso(arena_text(&call->arena, text, (size_t)(comma - text)),
                             &span->start_ms) &&
           timefmt_parse_iso(comma + 1, &span->end_ms);
}

/* False: the refusal is in the reply. */
static bool span_read(struct call *call, struct span *ret_span)
{
    const char *range = args_get(&call->query, "date_range");
    const char *low = args_get(&call->query, "rect_bl"), *high = args_get(&call->query, "rect_tr");
    struct span span = {.history = range && *range, .inside = low || high};
    if (span.history && !range_read(call, range, &span)) {
        reply_error(call, 400, &registry_rules[LOCATION_BAD],
                    "date_range has to be two ISO 8601 dates, separated by a comma");
        return false;
    }
    if (span.inside &&
        (!low || !high || !place_read(low, &span.low) || !place_read(high, &span.high))) {
        reply_error(call, 400, &registry_rules[LOCATION_BAD],
                    "rect_bl and rect_tr have to be a latitude and a longitude each, separated by "
                    "a comma");
        return false;
    }
    *ret_span = span;
    return true;
}

/* ---- points ---- */

static bool point_fits(const struct span *span, const struct location *point)
{
    if (span->history && (point->at_ms < span->start_ms || point->at_ms > span->end_ms))
        return false;
    return !span->inside ||
           (point->latitude >= span->low.latitude && point->latitude <= span->high.latitude &&
            point->longitude >= span->low.longitude && point->longitude <= span->high.longitude);
}

/* What of a device's way is asked for, oldest first; without history the last point, or none. */
struct way {
    const struct location *points[LOCATIONS_MAX];
    size_t count;
};

static void way_of(const struct cloud *cloud, const struct cloud_device *device,
                   const struct span *span, struct way *ret_way)
{
    const struct locations *locations = locations_of(cloud, device);
    size_t count = locations ? locations->count : 0;
    ret_way->count = 0;
    for (size_t i = span->history || !count ? 0 : count - 1; i < count; i++)
        if (point_fits(span, &locations->points[i]))
            ret_way->points[ret_way->count++] = &locations->points[i];
}

/* Without milliseconds, as the examples have it. */
static void write_time(int64_t at_ms, struct jsonw *w)
{
    char text[TIMEFMT_ISO_SIZE];
    timefmt_iso(at_ms, text);
    memcpy(text + 19, "Z", 2);
    jsonw_str(w, text);
}

static void write_point(const struct location *point, struct jsonw *w)
{
    jsonw_array(w);
    jsonw_double(w, point->longitude);
    jsonw_double(w, point->latitude);
    jsonw_end_array(w);
}

static void write_geometry(const struct way *way, struct jsonw *w)
{
    jsonw_key(w, "geometry");
    jsonw_object(w);
    jsonw_key_str(w, "type", way->count > 1 ? "LineString" : "Point");
    jsonw_key(w, "coordinates");
    if (way->count > 1)
        jsonw_array(w);
    for (size_t i = 0; i < way->count; i++)
        write_point(way->points[i], w);
    if (way->count > 1)
        jsonw_end_array(w);
    jsonw_end_object(w);
}

static void write_properties(const struct way *way, struct jsonw *w)
{
    jsonw_key(w, "properties");
    jsonw_array(w);
    for (size_t i = 0; i < way->count; i++)
        jsonw_raw(w, way->points[i]->properties, strlen(way->points[i]->properties));
    jsonw_end_array(w);
}

/* `way` has a point at least. */
static void location_json(const struct call *call, const struct cloud_device *device,
                          const struct way *way, bool with_properties, struct jsonw *w)
{
    const struct location *last = way->points[way->count - 1];
    jsonw_object(w);
    jsonw_key_str(w, "device_id", device->id);
    jsonw_key_int(w, "product_id", call->product->id);
    jsonw_key_str(w, "device_name", device->name);
    groups_write_device(device, w);
    jsonw_key_bool(w, "gps_lock", last->locked);
    jsonw_key(w, "last_heard");
    write_time(last->at_ms, w);
    jsonw_key(w, "timestamps");
    jsonw_array(w);
    for (size_t i = 0; i < way->count; i++)
        write_time(way->points[i]->at_ms, w);
    jsonw_end_array(w);
    jsonw_key_bool(w, "online", lag_online(device, true));
    write_geometry(way, w);
    if (with_properties)
        write_properties(way, w);
    jsonw_end_object(w);
}

/* ---- handlers ---- */

/* Every group is looked for: groups=a,b and groups[]=a&groups[]=b, with indices too. */
static bool in_groups(const struct call *call, const struct cloud_device *device)
{
    bool given = false;
    for (size_t i = 0; i < call->query.count; i++) {
        const struct arg *arg = &call->query.items[i];
        if (!call_names_list(arg->name, "groups"))
            continue;
        given = given || *arg->value;
        for (const char *at = arg->value; *at;
             at += at[strcspn(at, ",")] ? strcspn(at, ",") + 1 : strlen(at))
            for (size_t g = 0; g < device->group_count; g++)
                if (strlen(device->groups[g]) == strcspn(at, ",") &&
                    strncmp(device->groups[g], at, strcspn(at, ",")) == 0)
                    return true;
    }
    return !given;
}

static bool begins(const char *text, const char *prefix)
{
    return !prefix || (text && strncasecmp(text, prefix, strlen(prefix)) == 0);
}

static bool location_passes(const struct call *call, const struct cloud_device *device)
{
    return cloud_listed_in(device) == call->product &&
           begins(device->id, args_get(&call->query, "device_id")) &&
           begins(device->name, args_get(&call->query, "device_name")) && in_groups(call, device);
}

/* The list, while it is made: the devices are counted first, since the page depends on how many
 * there are, then those of the page are written. */
struct location_listing {
    struct span span;
    struct pages pages;
    bool writes;
    size_t at;    /* in the registry */
    size_t found; /* up to there */
    size_t total;
};

static void list_device(struct call *call, struct location_listing *listing,
                        const struct cloud_device *device)
{
    const struct pages *pages = &listing->pages;
    struct way way;
    if (!location_passes(call, device))
        return;
    way_of(call->world->cloud, device, &listing->span, &way);
    if (!way.count)
        return;
    if (listing->writes && listing->found >= pages->first &&
        listing->found - pages->first < pages->count)
        location_json(call, device, &way, false, &call->w);
    listing->found++;
}

static void begin_page(struct call *call, struct location_listing *listing)
{
    listing->total = listing->found;
    listing->pages = pages_of(call, listing->total, PER_PAGE, PER_PAGE_MAX);
    listing->writes = true;
    listing->at = listing->found = 0;
    struct jsonw *w = reply_json(call, 200, &registry_rules[LOCATION_LIST]);
    jsonw_object(w);
    jsonw_key(w, "locations");
    jsonw_array(w);
}

static void end_page(const struct location_listing *listing, struct jsonw *w)
{
    jsonw_end_array(w);
    jsonw_key(w, "meta");
    jsonw_object(w);
    jsonw_key_int(w, "page", listing->pages.page);
    jsonw_key_int(w, "per_page", listing->pages.per_page);
    jsonw_key_int(w, "total_pages", listing->pages.total);
    jsonw_key_int(w, "devices_found", (int64_t)listing->total);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

/* True: it goes on at another turn. */
static bool list_part(struct call *call, struct location_listing *listing)
{
    const struct cloud *cloud = call->world->cloud;
    size_t end = later_part_end(call, listing->at, cloud->device_count);
    while (listing->at < end)
        list_device(call, listing, cloud->registry[listing->at++]);
    return listing->at < cloud->device_count;
}

static void list_on(struct call *call, const void *with)
{
    struct location_listing *listing = call->asked;
    (void)with;
    bool more = list_part(call, listing);
    if (!more && !listing->writes) {
        begin_page(call, listing);
        more = list_part(call, listing);
    }
    if (more)
        later_wait_turn(call, list_on, NULL);
    else
        end_page(listing, &call->w);
}

static void location_list(struct call *call)
{
    struct location_listing *listing = arena_alloc(&call->arena, sizeof *listing);
    *listing = (struct location_listing){0};
    if (!span_read(call, &listing->span))
        return;
    call->asked = listing;
    list_on(call, NULL);
}

static void location_get(struct call *call)
{
    struct span span;
    struct way way;
    const struct cloud_device *device = devices_find(call);
    if (!device || !span_read(call, &span))
        return;
    way_of(call->world->cloud, device, &span, &way);
    if (!way.count) {
        reply_error(call, 404, &registry_rules[LOCATION_NONE], "Location not found");
        return;
    }
    struct jsonw *w = reply_json(call, 200, &registry_rules[LOCATION_GET]);
    jsonw_object(w);
    jsonw_key(w, "location");
    location_json(call, device, &way, true, w);
    jsonw_key(w, "meta");
    jsonw_raw(w, "{}", 2);
    jsonw_end_object(w);
}

/* ---- rows ---- */

static const struct shape seconds = {
    .type = SHAPE_STRING,
    .pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
};

static const struct shape geometry = {
    .type = SHAPE_OBJECT,
    .name = "Geometry",
    .fields = (const struct shape_field[]){{"type",
                                            &(const struct shape){
                                                .type = SHAPE_STRING,
                                                .words = SHAPE_WORDS("Point", "LineString")},
                                            0},
                                           {"coordinates", SHAPE_LIST(shape_any), 0},
                                           {0}},
};

static const struct shape location = {
    .type = SHAPE_OBJECT,
    .name = "Location",
    .fields = (const struct shape_field[]){{"device_id", &shape_id, 0},
                                           {"product_id", &shape_int, 0},
                                           {"device_name", &shape_string, SHAPE_NULLABLE},
                                           {"groups", &shape_strings, 0},
                                           {"gps_lock", &shape_bool, 0},
                                           {"last_heard", &seconds, 0},
                                           {"timestamps", SHAPE_LIST(seconds), 0},
                                           {"online", &shape_bool, 0},
                                           {"geometry", &geometry, 0},
                                           {"properties", SHAPE_LIST(shape_object), SHAPE_OPTIONAL},
                                           {0}},
};

static const struct shape meta = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"page", &shape_int, 0},
                                           {"per_page", &shape_int, 0},
                                           {"total_pages", &shape_int, 0},
                                           {"devices_found", &shape_int, 0},
                                           {0}},
};

static const struct shape locations = {
    .type = SHAPE_OBJECT,
    .name = "Locations",
    .fields = (const struct shape_field[]){{"locations", SHAPE_LIST(location), 0},
                                           {"meta", &meta, 0},
                                           {0}},
};

static const struct shape one_location = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){{"location", &location, 0}, {"meta", &shape_empty, 0}, {0}},
};

#define REFERENCE PROVENANCE_DOCUMENTED, "Particle's API reference"
#define SPAN                                                                                       \
    {"date_range", PARAM_QUERY, PARAM_STRING, false, "two ISO 8601 dates and a comma"},            \
        {"rect_bl", PARAM_QUERY, PARAM_STRING, false, "bottom left: latitude,longitude"},          \
    {                                                                                              \
        "rect_tr", PARAM_QUERY, PARAM_STRING, false, "top right: latitude,longitude"               \
    }

static const struct route rows[] = {
    {"GET", "/v1/products/:product/locations", "location.list", AUTH_PRODUCT, location_list,
     "locations:get", REFERENCE, "where the devices of a product are, or were",
     .params = PARAMS(SPAN, {"device_id", PARAM_QUERY, PARAM_STRING, false, "how it begins"},
                      {"device_name", PARAM_QUERY, PARAM_STRING, false, "how it begins"},
                      {"groups", PARAM_QUERY, PARAM_TEXTS, false, "names"},
                      {"page", PARAM_QUERY, PARAM_INT, false, "from 1"},
                      {"per_page", PARAM_QUERY, PARAM_INT, false, "20, at most 100"}),
     .replies = REPLIES({200, &locations, NULL})},
    {"GET", "/v1/products/:product/locations/:device", "location.get", AUTH_PRODUCT, location_get,
     "locations:get", REFERENCE, "where a device is, or was", .params = PARAMS(SPAN),
     .replies = REPLIES({200, &one_location, NULL})},
};

const struct route_table location_routes = {rows, sizeof rows / sizeof *rows};
