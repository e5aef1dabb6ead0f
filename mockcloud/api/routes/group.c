/* The device groups of a product; how many devices a release to some of them would update. */
#include "api/call/later.h"
#include "api/call/route.h"
#include "api/routes/registry_rules.h"
#include "api/shape/shapes.h"
#include "cloud/cloud.h"
#include "cloud/firmware_store.h"
#include "cloud/groups.h"
#include "cloud/record.h"

#include <string.h>

#define TEXT_MAX     1000
#define VERSIONS_MAX 100 /* that an impact tells apart */

/* ---- how a group looks ---- */

enum detail { BRIEF, LISTED, FULL };

static void group_json(const struct call *call, const struct group *group, enum detail detail,
                       struct jsonw *w)
{
    const struct cloud *cloud = call->world->cloud;
    int64_t version = firmware_store_of_group(cloud, group->product, group->name);
    jsonw_object(w);
    jsonw_key_str(w, "name", group->name);
    jsonw_key_str(w, "description", group->description);
    jsonw_key_str(w, "color", group->color);
    if (detail != BRIEF && version >= 0)
        jsonw_key_int(w, "fw_version", version);
    if (detail == FULL)
        jsonw_key_int(w, "device_count", (int64_t)groups_device_count(cloud, group));
    jsonw_end_object(w);
}

static void group_reply(struct call *call, int status, int rule, const struct group *group,
                        enum detail detail)
{
    struct jsonw *w = reply_json(call, status, &registry_rules[rule]);
    jsonw_object(w);
    jsonw_key(w, "group");
    group_json(call, group, detail, w);
    jsonw_end_object(w);
}

/* The group of the path; NULL: the refusal is in the reply. */
static struct group *group_find(struct call *call)
{
    struct group *group = groups_find(call->world->cloud, call->product, call->params[1]);
    if (!group)
        reply_error(call, 404, &registry_rules[GROUP_UNKNOWN], "Group not found");
    return group;
}

/* ---- reading ---- */

static void group_list(struct call *call)
{
    const char *name = args_get(&call->query, "name");
    size_t cursor = 0;
    void *value;
    struct jsonw *w = reply_json(call, 200, &registry_rules[GROUP_LIST]);
    jsonw_object(w);
    jsonw_key(w, "groups");
    jsonw_array(w);
    while (map_next(&call->world->cloud->groups, &cursor, NULL, &value)) {
        const struct group *group = value;
        if (group->product == call->product && (!name || strstr(group->name, name)))
            group_json(call, group, LISTED, w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void group_get(struct call *call)
{
    const struct group *group = group_find(call);
    if (group)
        group_reply(call, 200, GROUP_GET, group, FULL);
}

/* ---- changing ---- */

struct wish {
    const char *name, *description, *color; /* NULL: not given */
};

static bool color_valid(const char *color)
{
    color += *color == '#';
    size_t len = strlen(color);
    return (len == 3 || len == 6) && strspn(color, "0123456789abcdefABCDEF") == len;
}

/* False: the refusal is in the reply. */
static bool wish_read(struct call *call, struct wish *ret_wish)
{
    struct wish wish = {call_str(call, "name"), call_str(call, "description"),
                        call_str(call, "color")};
    const char *wrong = NULL;
    if ((call_has(call, "name") && !wish.name) || (wish.name && !groups_name_valid(wish.name)))
        wrong = "name must only contain lowercase letters, numbers, dashes, and underscores";
    else if (call_has(call, "color") && !(wish.color && color_valid(wish.color)))
        wrong = "color has to be a hex value like #34495e";
    else if (call_has(call, "description") &&
             !(wish.description && strlen(wish.description) <= TEXT_MAX))
        wrong = "description has to be a text of at most 1000 bytes";
    if (wrong)
        reply_error(call, 400, &registry_rules[GROUP_BAD], "%s", wrong);
    *ret_wish = wish;
    return !wrong;
}

static void group_exists(struct call *call)
{
    bool conflict = sim_behaves(&call->world->sim, BEHAVIOUR_DUPLICATE_GROUP, "conflict-409");
    reply_error(call, conflict ? 409 : 400, &registry_rules[GROUP_EXISTS], "Group already exists");
}

static void group_create(struct call *call)
{
    struct wish wish;
    if (!wish_read(call, &wish))
        return;
    if (!wish.name) {
        reply_error(call, 400, &registry_rules[GROUP_BAD], "name is missing");
        return;
    }
    const struct cloud *cloud = call->world->cloud;
    if (!groups_find(cloud, call->product, wish.name) &&
        !call_has_room(call, LIMIT_GROUPS, map_count(&cloud->groups)))
        return;
    struct group *group = groups_add(call->world->cloud, call->product, wish.name);
    if (!group) {
        group_exists(call);
        return;
    }
    groups_describe(group, wish.description, wish.color);
    group_reply(call, 201, GROUP_CREATED, group, BRIEF);
}

static void group_update(struct call *call)
{
    struct wish wish;
    struct group *group = group_find(call);
    if (!group || !wish_read(call, &wish))
        return;
    if (!wish.name && !wish.color && !wish.description) {
        reply_error(call, 400, &registry_rules[GROUP_BAD],
                    "You must pass one of name, color, or description");
    } else if (wish.name && !groups_rename(call->world->cloud, group, wish.name)) {
        group_exists(call);
    } else {
        groups_describe(group, wish.description, wish.color);
        group_reply(call, 200, GROUP_UPDATED, group, FULL);
    }
}

static void group_remove(struct call *call)
{
    struct group *group = group_find(call);
    if (!group)
        return;
    groups_remove(call->world->cloud, group);
    reply_empty(call, 204, &registry_rules[GROUP_REMOVED]);
}

/* ---- impact ---- */

static bool in_list(const char *names, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = names; (at = strstr(at, name)); at += len)
        if ((at == names || at[-1] == ',') && (!at[len] || at[len] == ','))
            return true;
    return false;
}

/* Whether the device would get the version, were it released to these groups, or to all. */
static bool would_update(const struct call *call, const struct cloud_device *device,
                         const char *names, bool by_default, int64_t version)
{
    bool in_group = false, has_other = false;
    if (device->product != call->product || device->desired_firmware >= 0)
        return false;
    for (size_t i = 0; i < device->group_count; i++) {
        in_group = in_group || (*device->groups[i] && in_list(names, device->groups[i]));
        has_other = has_other || firmware_store_of_group(call->world->cloud, call->product,
                                                         device->groups[i]) >= 0;
    }
    return (in_group || (by_default && !has_other)) && firmware_store_updates(device, version);
}

struct tally {
    int64_t version, total;
};

/* What a release would do, counted device by device. */
struct impact_count {
    const char *names;
    bool by_default;
    int64_t version;
    size_t seen; /* of the product's devices */
    int64_t total;
    struct tally tallies[VERSIONS_MAX];
    size_t count;
};

static void tally_add(struct impact_count *impact, int64_t version)
{
    size_t i = 0;
    while (i < impact->count && impact->tallies[i].version != version)
        i++;
    if (i == VERSIONS_MAX)
        return;
    if (i == impact->count)
        impact->tallies[impact->count++] = (struct tally){version, 0};
    impact->tallies[i].total++;
}

static void write_tallies(const struct impact_count *impact, struct jsonw *w)
{
    const struct tally *tallies = impact->tallies;
    jsonw_key(w, "by_version");
    jsonw_array(w);
    for (size_t i = 0; i < impact->count; i++) {
        jsonw_object(w);
        jsonw_key(w, "version");
        if (tallies[i].version < 0)
            jsonw_null(w);
        else
            jsonw_int(w, tallies[i].version);
        jsonw_key_int(w, "total", tallies[i].total);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void write_impact(struct call *call, const struct impact_count *impact)
{
    struct jsonw *w = reply_json(call, 200, &registry_rules[GROUP_IMPACT]);
    jsonw_object(w);
    jsonw_key(w, "devices");
    jsonw_object(w);
    jsonw_key(w, "firmware_update");
    jsonw_object(w);
    jsonw_key_int(w, "total", impact->total);
    write_tallies(impact, w);
    jsonw_end_object(w);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

/* A walk ends with its turn. The next begins as far in: a device that connects meanwhile, and so
 * changes its place, may be counted twice or not at all. */
static void impact_on(struct call *call, const void *with)
{
    struct impact_count *impact = call->asked;
    struct registry_walk walk = registry_listed(call->world->cloud, call->product, impact->seen);
    const struct cloud_device *device = NULL;
    size_t all = registry_count(&walk);
    size_t end = impact->seen < all ? later_part_end(call, impact->seen, all) : all;
    (void)with;
    while (impact->seen < end && (device = registry_next(&walk))) {
        impact->seen++;
        if (!would_update(call, device, impact->names, impact->by_default, impact->version))
            continue;
        impact->total++;
        tally_add(impact, device->firmware_version);
    }
    if (impact->seen < all)
        later_wait_turn(call, impact_on, NULL);
    else
        write_impact(call, impact);
}

static void group_impact(struct call *call)
{
    const char *action = call_str(call, "action"), *names = call_str(call, "groups");
    int64_t version = call_int(call, "firmware_version", -1);
    if (!action || strcmp(action, "edit_groups_for_firmware") != 0 || version < 0) {
        reply_error(call, 400, &registry_rules[GROUP_IMPACT_BAD],
                    "action has to be edit_groups_for_firmware, with a firmware_version");
        return;
    }
    struct impact_count *impact = arena_alloc(&call->arena, sizeof *impact);
    *impact = (struct impact_count){.names = names ? names : "",
                                    .by_default = call_flag(call, "product_default"),
                                    .version = version};
    call->asked = impact;
    impact_on(call, NULL);
}

/* ---- rows ---- */

static const struct shape group_shape = {
    .type = SHAPE_OBJECT,
    .name = "Group",
    .fields = (const struct shape_field[]){{"name", &shape_string, 0},
                                           {"description", &shape_string, 0},
                                           {"color", &shape_string, 0},
                                           {"fw_version", &shape_int, SHAPE_OPTIONAL},
                                           {"device_count", &shape_int, SHAPE_OPTIONAL},
                                           {0}},
};

static const struct shape one_group = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"group", &group_shape, 0}, {0}},
};

static const struct shape group_listed = {
    .type = SHAPE_OBJECT,
    .name = "Groups",
    .fields = (const struct shape_field[]){{"groups", SHAPE_LIST(group_shape), 0}, {0}},
};

static const struct shape tally_shape = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"version", &shape_int, SHAPE_NULLABLE},
                                           {"total", &shape_int, 0},
                                           {0}},
};

static const struct shape impact_update = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"total", &shape_int, 0},
                                           {"by_version", SHAPE_LIST(tally_shape), 0},
                                           {0}},
};

static const struct shape impact_devices = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"firmware_update", &impact_update, 0}, {0}},
};

static const struct shape impact = {
    .type = SHAPE_OBJECT,
    .name = "Impact",
    .fields = (const struct shape_field[]){{"devices", &impact_devices, 0}, {0}},
};

#define GROUP_PARAMS(required)                                                                     \
    PARAMS({"name", PARAM_BODY, PARAM_STRING, required,                                            \
            "lower-case letters, digits, dashes and underscores"},                                 \
           {"description", PARAM_BODY, PARAM_STRING, false, NULL},                                 \
           {"color", PARAM_BODY, PARAM_STRING, false, "#34495e"})
#define REFERENCE PROVENANCE_DOCUMENTED, "Particle's API reference"

static const struct route rows[] = {
    {"GET", "/v1/products/:product/groups", "group.list", AUTH_PRODUCT, group_list, "groups:list",
     REFERENCE, "the groups of a product",
     .params = PARAMS({"name", PARAM_QUERY, PARAM_STRING, false, "a part of the name"}),
     .replies = REPLIES({200, &group_listed, NULL})},
    {"POST", "/v1/products/:product/groups", "group.create", AUTH_PRODUCT, group_create,
     "groups:create", REFERENCE, "make a group", .params = GROUP_PARAMS(true),
     .replies = REPLIES({201, &one_group, NULL})},
    {"GET", "/v1/products/:product/groups/:group", "group.get", AUTH_PRODUCT, group_get,
     "groups:get", REFERENCE, "one group", .params = NO_PARAMS,
     .replies = REPLIES({200, &one_group, NULL})},
    {"PUT", "/v1/products/:product/groups/:group", "group.update", AUTH_PRODUCT, group_update,
     "groups:update", REFERENCE, "change a group", .params = GROUP_PARAMS(false),
     .replies = REPLIES({200, &one_group, NULL})},
    {"DELETE", "/v1/products/:product/groups/:group", "group.remove", AUTH_PRODUCT, group_remove,
     "groups:remove", REFERENCE, "remove a group; its devices leave it", .params = NO_PARAMS,
     .replies = REPLIES({204, NULL, NULL})},
    {"GET", "/v1/products/:product/impact", "group.impact", AUTH_PRODUCT, group_impact,
     "groups.impact:get", REFERENCE, "how many devices a release would update",
     .params = PARAMS({"action", PARAM_QUERY, PARAM_STRING, true, "edit_groups_for_firmware"},
                      {"groups", PARAM_QUERY, PARAM_STRING, false, "names, separated by commas"},
                      {"firmware_version", PARAM_QUERY, PARAM_INT, true, NULL},
                      {"product_default", PARAM_QUERY, PARAM_BOOL, false, "released to all"}),
     .replies = REPLIES({200, &impact, NULL})},
};

const struct route_table group_routes = {rows, sizeof rows / sizeof *rows};
