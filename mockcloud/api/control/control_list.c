/*
 * The control API: pages of lists, for whoever looks at a world that is larger than a screen.
 *
 * A page of devices walks all of them once and sorts those that are asked for: some milliseconds
 * for 10,000. The whole list, which programs ask for, is control_device.c's.
 */
#include "api/call/route.h"
#include "api/call/stream.h"
#include "api/control/control.h"
#include "api/shape/shapes.h"
#include "base/mem.h"
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/product.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LIST_LIMIT 1000 /* items of a page */

/* ---- one device ---- */

static void write_code(const struct call *call, const struct device *device, struct jsonw *w)
{
    const struct cloud *cloud = call->world->cloud;
    const char *text = device->past->claim_code;
    const struct claim_code *code = *text ? map_get(&cloud->claim_codes, text) : NULL;
    jsonw_key(w, "code");
    if (!code) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    jsonw_key_bool(w, "alive", claim_code_alive(cloud, code));
    jsonw_key_time(w, "expires_at", code->expires_ms);
    world_write_owner(&code->owner, w);
    jsonw_end_object(w);
}

void control_write_device_keys(const struct call *call, const struct device *device,
                               struct jsonw *w)
{
    int64_t heard_ms = cloud_last_heard(call->world->cloud, world_record(call->world, device));
    world_write_device_keys(call->world, device, w);
    jsonw_key(w, "last_heard");
    if (heard_ms < 0)
        jsonw_null(w);
    else
        jsonw_time(w, heard_ms);
    write_code(call, device, w);
}

/* ---- which devices, in which order ---- */

enum order { BY_PLACE, BY_NAME, BY_STATE, BY_OWNER, BY_PLATFORM, BY_HEARD };

static const char *const order_words[] = {[BY_PLACE] = "place",
                                          [BY_NAME] = "name",
                                          [BY_STATE] = "state",
                                          [BY_OWNER] = "owner",
                                          [BY_PLATFORM] = "platform",
                                          [BY_HEARD] = "heard",
                                          NULL};

static const char *const session_words[] = {
    [SESSION_NONE] = "none", [SESSION_FULL] = "full", [SESSION_RESUMED] = "resumed", NULL};

static const char *const yes_no[] = {"true", "false", NULL};

/* NULL or -1 where nothing is asked for. */
struct asked {
    const char *search, *owner, *platform;
    int state, session, online;
    int64_t product;
    enum order order;
    bool down;
    size_t limit, offset;
};

struct found {
    const struct device *device;
    const char *text; /* what it is sorted by … */
    int64_t number;   /* … and then by this … */
    size_t place;     /* … and equal ones as they stand in the world */
};

static bool refuse_word(struct call *call, const char *name, const char *given)
{
    control_refuse(call, 400, "bad-filter", NULL, "\"%.100s\" means nothing for %s", given, name);
    return false;
}

/* The number of the query's word among `words`; -1 without one. False: it is none of them. */
static bool read_word(struct call *call, const char *name, const char *const *words, int *ret_index)
{
    const char *given = args_get(&call->query, name);
    *ret_index = -1;
    if (!given || !*given)
        return true;
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], given) == 0)
            *ret_index = i;
    return *ret_index >= 0 || refuse_word(call, name, given);
}

static bool read_state(struct call *call, int *ret_state)
{
    const char *given = args_get(&call->query, "state");
    *ret_state = given && *given ? device_state_find(given) : -1;
    return !given || !*given || *ret_state >= 0 || refuse_word(call, "state", given);
}

/* A minus turns the order round. */
static bool read_order(struct call *call, struct asked *asked)
{
    const char *given = args_get(&call->query, "sort");
    asked->order = BY_PLACE;
    asked->down = given && *given == '-';
    given = given ? given + asked->down : "place";
    for (int i = 0; order_words[i]; i++)
        if (strcmp(order_words[i], given) == 0) {
            asked->order = (enum order)i;
            return true;
        }
    return refuse_word(call, "sort", given);
}

static const char *given_text(const struct call *call, const char *name)
{
    const char *given = args_get(&call->query, name);
    return given && *given ? given : NULL;
}

static bool read_slice(struct call *call, size_t *ret_limit, size_t *ret_offset)
{
    int64_t limit = call_int(call, "limit", call_has(call, "limit") ? -1 : LIST_LIMIT);
    int64_t offset = call_int(call, "offset", call_has(call, "offset") ? -1 : 0);
    if (limit < 0 || limit > LIST_LIMIT || offset < 0) {
        control_refuse(call, 400, "bad-number", NULL,
                       "expected a limit of at most %d, and an offset that is not negative",
                       LIST_LIMIT);
        return false;
    }
    *ret_limit = (size_t)limit;
    *ret_offset = (size_t)offset;
    return true;
}

static bool read_asked(struct call *call, struct asked *asked)
{
    asked->search = given_text(call, "search");
    asked->owner = given_text(call, "owner");
    asked->platform = given_text(call, "platform");
    asked->product = call_int(call, "product", -1);
    return read_word(call, "session", session_words, &asked->session) &&
           read_word(call, "online", yes_no, &asked->online) && read_state(call, &asked->state) &&
           read_order(call, asked) && read_slice(call, &asked->limit, &asked->offset);
}

static const char *owner_text(const struct cloud_device *record)
{
    return record->owner.kind == OWNER_NONE ? "" : owner_name(&record->owner);
}

static bool meets_search(const struct device *device, const struct cloud_device *record,
                         const char *search)
{
    return !search || strcasestr(device->name, search) || strcasestr(device->id, search) ||
           strcasestr(owner_text(record), search) ||
           strcasestr(device_states[device->state].name, search) ||
           strcasestr(device->platform->name, search) ||
           strcasestr(device->past->claim_code, search);
}

/* "none" stands for a device that is nobody's. */
static bool meets_owner(const struct cloud_device *record, const char *owner)
{
    return !owner || strcmp(owner_text(record), strcmp(owner, "none") == 0 ? "" : owner) == 0;
}

static bool meets(const struct asked *asked, const struct device *device,
                  const struct cloud_device *record)
{
    return (asked->state < 0 || (int)device->state == asked->state) &&
           (asked->session < 0 || (int)device->session_kind == asked->session) &&
           (asked->online < 0 || record->online == (asked->online == 0)) &&
           (asked->product < 0 || (record->product && record->product->id == asked->product)) &&
           (!asked->platform || strcmp(device->platform->name, asked->platform) == 0) &&
           meets_owner(record, asked->owner) && meets_search(device, record, asked->search);
}

/* What a device is sorted by. */
static struct found found_of(const struct call *call, const struct asked *asked,
                             const struct device *device, const struct cloud_device *record)
{
    struct found found = {.device = device, .text = ""};
    switch (asked->order) {
    case BY_PLACE:
        break;
    case BY_NAME:
        found.text = device->name;
        break;
    case BY_STATE:
        found.number = device->state;
        break;
    case BY_OWNER:
        found.text = owner_text(record);
        break;
    case BY_PLATFORM:
        found.text = device->platform->name;
        break;
    case BY_HEARD:
        found.number = cloud_last_heard(call->world->cloud, record);
        break;
    }
    return found;
}

static int compare(const void *a, const void *b, void *down)
{
    const struct found *x = a, *y = b;
    int order = strcasecmp(x->text, y->text);
    if (!order)
        order = (x->number > y->number) - (x->number < y->number);
    if (!order)
        return x->place < y->place ? -1 : 1;
    return *(const bool *)down ? -order : order;
}

static void write_page(struct call *call, const struct asked *asked, const struct found *found,
                       size_t count)
{
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key(w, "devices");
    jsonw_array(w);
    for (size_t i = asked->offset; i < count && i - asked->offset < asked->limit; i++) {
        jsonw_object(w);
        control_write_device_keys(call, found[i].device, w);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_key_int(w, "total", (int64_t)fleet_count(call->world->fleet));
    jsonw_key_int(w, "matched", (int64_t)count);
    jsonw_key_int(w, "offset", (int64_t)asked->offset);
    jsonw_end_object(w);
}

void control_devices_page(struct call *call)
{
    struct asked asked;
    if (!read_asked(call, &asked))
        return;
    size_t total = fleet_count(call->world->fleet), count = 0;
    struct found *found = mem_new_array(total + 1, sizeof *found);
    for (size_t i = 0; i < total; i++) {
        const struct device *device = fleet_at(call->world->fleet, i);
        const struct cloud_device *record = world_record(call->world, device);
        if (!meets(&asked, device, record))
            continue;
        found[count] = found_of(call, &asked, device, record);
        found[count++].place = i;
    }
    if (asked.order != BY_PLACE)
        qsort_r(found, count, sizeof *found, compare, &asked.down);
    write_page(call, &asked, found, count);
    free(found);
}

const struct param control_devices_params[] = {
    {"limit", PARAM_QUERY, PARAM_INT, false, "a page of so many, at most 1000; without it, all"},
    {"offset", PARAM_QUERY, PARAM_INT, false, "how many are passed over"},
    {"search", PARAM_QUERY, PARAM_STRING, false,
     "in name, id, owner, state, platform or stored code"},
    {"state", PARAM_QUERY, PARAM_STRING, false, "mockcloud list states"},
    {"session", PARAM_QUERY, PARAM_STRING, false, "what is true", session_words},
    {"online", PARAM_QUERY, PARAM_STRING, false, "what the cloud believes", yes_no},
    {"owner", PARAM_QUERY, PARAM_STRING, false, "whose; none: nobody's"},
    {"platform", PARAM_QUERY, PARAM_STRING, false, "mockcloud list platforms"},
    {"product", PARAM_QUERY, PARAM_INT, false, "its id"},
    {"sort", PARAM_QUERY, PARAM_STRING, false,
     "place, name, state, owner, platform or heard; with a minus the other way round"},
    {.name = NULL},
};

/* ---- the rest of a world ---- */

static void parts_get(struct call *call)
{
    struct world_slice slice = {.search = given_text(call, "search")};
    if (!control_world_known(call) || !read_slice(call, &slice.limit, &slice.offset))
        return;
    const struct world_part *part = world_part_find(call->params[1]);
    if (!part) {
        control_refuse(call, 404, "unknown-list", world_part_nearest(call->params[1]),
                       "there is no list \"%s\"", call->params[1]);
        return;
    }
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key(w, "items");
    world_write_part(call->world, part, &slice, w);
    jsonw_key_int(w, "matched", (int64_t)slice.seen);
    jsonw_key_int(w, "offset", (int64_t)slice.offset);
    jsonw_end_object(w);
}

static void streams_get(struct call *call)
{
    if (!control_world_known(call))
        return;
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key(w, "streams");
    stream_write_list(call->api, call->world, w);
    jsonw_end_object(w);
}

static void file_get(struct call *call)
{
    if (!control_world_known(call))
        return;
    if (!call->world->source) {
        control_refuse(call, 404, "no-file", NULL, "world \"%s\" was not made from a file",
                       call->world->name);
        return;
    }
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key(w, "text");
    jsonw_str_n(w, call->world->source, call->world->source_len);
    jsonw_key_int(w, "document", (int64_t)call->world->source_root);
    jsonw_end_object(w);
}

/* ---- the table ---- */

static const struct shape shape_items = {
    .type = SHAPE_OBJECT,
    .text = "A page of a list; matched: how many the search found, on all pages.",
    .fields = (const struct shape_field[]){{"items", SHAPE_LIST(shape_object), 0},
                                           {"matched", &shape_int, 0},
                                           {"offset", &shape_int, 0},
                                           {0}},
};

static const struct shape shape_stream = {
    .type = SHAPE_OBJECT,
    .text = "n is the journal entry of its opening; one that does not listen was cut.",
    .fields = (const struct shape_field[]){{"n", &shape_int, 0},
                                           {"path", &shape_string, 0},
                                           {"actor", &shape_string, SHAPE_NULLABLE},
                                           {"listens", &shape_bool, 0},
                                           {0}},
};

static const struct shape shape_streams = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"streams", SHAPE_LIST(shape_stream), 0}, {0}},
};

static const struct shape shape_file = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){{"text", &shape_string, 0}, {"document", &shape_int, 0}, {0}},
};

#define OURS NULL, PROVENANCE_DOCUMENTED, "mockcloud's own"

static const struct route rows[] = {
    {"GET", "/__mock/worlds/:world/lists/:list", "control.list", AUTH_CONTROL, parts_get, OURS,
     "a page of users, products, customers, tokens, claim_codes, sims or webhooks",
     .params = PARAMS({"limit", PARAM_QUERY, PARAM_INT, false, "how many, at most 1000"},
                      {"offset", PARAM_QUERY, PARAM_INT, false, "how many are passed over"},
                      {"search", PARAM_QUERY, PARAM_STRING, false, "what stands in their names"}),
     .replies = REPLIES({200, &shape_items, NULL})},
    {"GET", "/__mock/worlds/:world/streams", "control.streams", AUTH_CONTROL, streams_get, OURS,
     "the open event streams, and whose they are", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_streams, NULL})},
    {"GET", "/__mock/worlds/:world/file", "control.file", AUTH_CONTROL, file_get, OURS,
     "the world file that it was made from", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_file, NULL})},
};

const struct route_table control_list_routes = {rows, sizeof rows / sizeof *rows};
