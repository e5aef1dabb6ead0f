/* See build_target.h. Owns which versions of Device OS the list has: the newest of each line that
 * is in the wild, so that a client finds several for a platform and has to choose. */
#include "api/routes/build_target.h"

#include "api/call/route.h"
#include "api/routes/registry_rules.h"
#include "sim/platform.h"

#include <stdio.h>

/* Newest first. */
static const system_version_t targets[] = {
    SYSTEM_VERSION(6, 2, 0), SYSTEM_VERSION(5, 9, 0), SYSTEM_VERSION(4, 2, 0),
    SYSTEM_VERSION(3, 3, 1), SYSTEM_VERSION(2, 3, 1), SYSTEM_VERSION(1, 5, 2),
    SYSTEM_VERSION(1, 4, 4), SYSTEM_VERSION(0, 9, 0), SYSTEM_VERSION(0, 7, 0),
};

/* E-Series and Electron are one platform to a compiler; for what is not out yet there is none. */
static bool is_compiled(size_t index)
{
    return platform_by_id(platforms[index].id) == &platforms[index] && platforms[index].first &&
           platforms[index].first <= targets[0];
}

/* A version beyond the newest of a platform is none that it has been built for. */
static bool is_built(size_t index, system_version_t version)
{
    return is_compiled(index) && platform_runs(&platforms[index], version) &&
           version <= platforms[index].newest;
}

static void write_target(system_version_t version, struct jsonw *w)
{
    char text[SYSTEM_VERSION_SIZE];
    jsonw_object(w);
    jsonw_key(w, "platforms");
    jsonw_array(w);
    for (size_t i = 0; i < platform_count; i++)
        if (is_built(i, version))
            jsonw_int(w, platforms[i].id);
    jsonw_end_array(w);
    jsonw_key(w, "prereleases");
    jsonw_raw(w, "[]", 2);
    jsonw_key_str(w, "firmware_vendor", "Particle");
    jsonw_key_str(w, "version", system_version_text(version, text));
    jsonw_end_object(w);
}

static void write_defaults(struct jsonw *w)
{
    char id[12], text[SYSTEM_VERSION_SIZE];
    jsonw_key(w, "default_versions");
    jsonw_object(w);
    for (size_t i = 0; i < platform_count; i++) {
        if (!is_compiled(i))
            continue;
        snprintf(id, sizeof id, "%d", platforms[i].id);
        jsonw_key_str(w, id, system_version_text(platforms[i].newest, text));
    }
    jsonw_end_object(w);
}

void build_targets(struct call *call)
{
    struct jsonw *w = reply_json(call, 200, &registry_rules[BUILD_TARGETS]);
    jsonw_object(w);
    jsonw_key(w, "targets");
    jsonw_array(w);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        write_target(targets[i], w);
    jsonw_end_array(w);
    jsonw_key(w, "platforms");
    jsonw_object(w);
    for (size_t i = 0; i < platform_count; i++)
        if (is_compiled((size_t)(platform_by_id(platforms[i].id) - platforms)))
            jsonw_key_int(w, platforms[i].display_name, platforms[i].id);
    jsonw_end_object(w);
    write_defaults(w);
    jsonw_end_object(w);
}
