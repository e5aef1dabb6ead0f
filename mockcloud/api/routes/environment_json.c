/* See environment_json.h. Owns the form of the replies; what is inherited, and what a rollout does,
 * is cloud/environment's. */
#include "api/routes/environment_json.h"

#include "cloud/owner.h"

#include <string.h>

static void write_text_map(const struct map *map, const char *key, struct jsonw *w)
{
    size_t cursor = 0;
    const char *name;
    void *value;
    jsonw_key(w, key);
    jsonw_object(w);
    while (map_next(map, &cursor, &name, &value))
        jsonw_key_str(w, name, value);
    jsonw_end_object(w);
}

/* Values of today tell who may read them, those of a rollout do not. */
static void write_access(bool latest, struct jsonw *w)
{
    if (!latest)
        return;
    jsonw_key(w, "access");
    jsonw_raw(w, "[\"Device\"]", 10);
}

static void write_own(const struct map *own, bool latest, struct jsonw *w)
{
    size_t cursor = 0;
    const char *name;
    void *value;
    jsonw_key(w, "own");
    jsonw_object(w);
    while (map_next(own, &cursor, &name, &value)) {
        jsonw_key(w, name);
        jsonw_object(w);
        jsonw_key_str(w, "value", value);
        write_access(latest, w);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
}

static void write_inherited(struct cloud *cloud, const struct environment_scope *scope, bool latest,
                            struct jsonw *w)
{
    struct map inherited =
        environment_inherited(cloud, scope, latest ? ENVIRONMENT_LATEST : ENVIRONMENT_ROLLED);
    size_t cursor = 0;
    const char *name;
    void *value;
    jsonw_key(w, "inherited");
    jsonw_object(w);
    while (map_next(&inherited, &cursor, &name, &value)) {
        const struct environment_value *kept = value;
        jsonw_key(w, name);
        jsonw_object(w);
        jsonw_key_str(w, "from", kept->from);
        jsonw_key_str(w, "value", kept->value);
        write_access(latest, w);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
    environment_free_map(&inherited);
}

static void write_signed(const char *at_key, int64_t at_ms, const char *by_key, const char *by,
                         struct jsonw *w)
{
    jsonw_key_time(w, at_key, at_ms);
    jsonw_key_str(w, by_key, *by ? by : NULL);
}

static void write_on_device(const struct environment *environment, struct jsonw *w)
{
    jsonw_key(w, "on_device");
    jsonw_object(w);
    write_text_map(&environment->seen, "rendered", w);
    jsonw_key_time(w, "last_reported_at", environment->seen_ms);
    jsonw_key_bool(w, "development_env", false);
    jsonw_end_object(w);
}

static void write_snapshot(struct cloud *cloud, const struct environment_scope *scope,
                           const struct environment *environment, struct jsonw *w)
{
    jsonw_key(w, "last_snapshot");
    if (environment->rollout_ms < 0) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    write_own(&environment->rolled, false, w);
    write_inherited(cloud, scope, false, w);
    write_signed("rollout_at", environment->rollout_ms, "rollout_by", environment->rollout_by, w);
    jsonw_end_object(w);
}

void environment_write(struct cloud *cloud, const struct environment_scope *scope, struct jsonw *w)
{
    const struct environment none = {
        .created_ms = -1, .updated_ms = -1, .rollout_ms = -1, .seen_ms = -1};
    const struct environment *kept = environment_of(cloud, scope, false);
    const struct environment *environment = kept ? kept : &none;
    jsonw_object(w);
    if (scope->device && environment->seen_ms >= 0)
        write_on_device(environment, w);
    write_snapshot(cloud, scope, environment, w);
    jsonw_key(w, "latest");
    jsonw_object(w);
    write_own(&environment->own, true, w);
    write_inherited(cloud, scope, true, w);
    jsonw_key_time(w, "created_at", environment->created_ms);
    jsonw_key_time(w, "updated_at", environment->updated_ms);
    jsonw_key_str(w, "created_by", *environment->created_by ? environment->created_by : NULL);
    jsonw_key_str(w, "updated_by", *environment->updated_by ? environment->updated_by : NULL);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

void environment_write_rendered(struct cloud *cloud, const struct environment_scope *scope,
                                struct jsonw *w)
{
    const struct environment *environment = environment_of(cloud, scope, false);
    struct map rendered = environment_rendered(cloud, scope, ENVIRONMENT_LATEST);
    jsonw_object(w);
    write_text_map(&rendered, "env", w);
    jsonw_key_time(w, "last_updated_at", environment ? environment->updated_ms : -1);
    write_signed("rollout_at", environment ? environment->rollout_ms : -1, "rollout_by",
                 environment ? environment->rollout_by : "", w);
    jsonw_end_object(w);
    environment_free_map(&rendered);
}

static void write_change(const char *op, const char *key, const char *before, const char *after,
                         struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "op", op);
    jsonw_key_str(w, "key", key);
    if (before)
        jsonw_key_str(w, "before", before);
    if (after)
        jsonw_key_str(w, "after", after);
    jsonw_end_object(w);
}

/* {"changes":[…],"unchanged":{…}} from what there was to what there would be. */
void environment_write_diff(const char *name, const struct map *before, const struct map *after,
                            struct jsonw *w)
{
    size_t cursor = 0;
    const char *key, *was;
    void *value;
    jsonw_key(w, name);
    jsonw_object(w);
    jsonw_key(w, "changes");
    jsonw_array(w);
    while (map_next(after, &cursor, &key, &value))
        if (!(was = map_get(before, key)))
            write_change("Added", key, NULL, value, w);
        else if (strcmp(was, value) != 0)
            write_change("Changed", key, was, value, w);
    for (cursor = 0; map_next(before, &cursor, &key, &value);)
        if (!map_get(after, key))
            write_change("Removed", key, value, NULL, w);
    jsonw_end_array(w);
    jsonw_key(w, "unchanged");
    jsonw_object(w);
    for (cursor = 0; map_next(after, &cursor, &key, &value);)
        if ((was = map_get(before, key)) && strcmp(was, value) == 0)
            jsonw_key_str(w, key, value);
    jsonw_end_object(w);
    jsonw_end_object(w);
}
