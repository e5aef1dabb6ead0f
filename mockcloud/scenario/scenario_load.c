/* See scenario_load.h. Owns the keys of a scenario and the order in which it is resolved: world,
 * clients, then the steps as they will run, so that a name is known to the steps behind the one
 * that saves it. */
#include "scenario/scenario_load.h"

#include "base/fields.h"
#include "base/mem.h"
#include "base/text.h"
#include "scenario/steps.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct field tag_item = {.name = "tag", .type = FIELD_STRING, .min = 1, .max = 64};
static const struct field step_item = {.name = "step", .type = FIELD_ANY};

static const struct field arg_item = {.name = "argument", .type = FIELD_STRING};
static const struct field env_item = {.name = "value", .type = FIELD_STRING};

const struct field scenario_client_fields[] = {
    {.name = "run",
     .type = FIELD_LIST,
     .item = &arg_item,
     .text = "The program and its arguments, without a shell. --client replaces it.",
     .like = "like [node, claim.js], or [sh, -c, \"…\"] with a shell"},
    {.name = "env",
     .type = FIELD_MAP,
     .item = &env_item,
     .text = "Environment variables, besides MOCKCLOUD_URL and its kin."},
    {.name = "cwd",
     .type = FIELD_STRING,
     .min = 1,
     .max = 4096,
     .text = "The folder in which `run` starts, relative to the file's (which is the default); "
             "--client starts where mockcloud was called."},
    {.name = "port",
     .type = FIELD_BOOL,
     .text = "Whether it gets a port of its own to listen on: ${NAME.port}, and ${NAME.url}."},
    {.name = "ready",
     .type = FIELD_OBJECT,
     .fields = service_ready_fields,
     .text = "When a service is ready, for which `start` waits.",
     .like = "like {http: GET /health, status: 200} or {output: listening}"},
    {.name = "stop",
     .type = FIELD_OBJECT,
     .fields = service_stop_fields,
     .text = "How `stop` ends it.",
     .like = "like {signal: INT, within: 2s real}"},
    {0},
};

/* A client may be null, and is checked by itself. */
static const struct field any_item = {.name = "client", .type = FIELD_ANY};

/* The world block is checked by world_new(), a step by its own row. */
const struct field scenario_fields[] = {
    {.name = "scenario",
     .type = FIELD_STRING,
     .required = true,
     .min = 1,
     .max = 200,
     .text = "What it shows, in words."},
    {.name = "tags", .type = FIELD_LIST, .item = &tag_item, .text = "Words to choose it by."},
    {.name = "skip",
     .type = FIELD_STRING,
     .min = 1,
     .max = 500,
     .text = "Why it is not run; it is still checked, and told as skipped."},
    {.name = "world",
     .type = FIELD_ANY,
     .text = "The world it plays in: the keys of a world file."},
    {.name = "clients",
     .type = FIELD_MAP,
     .item = &any_item,
     .text = "The clients under test, by name; null is one that --client gives."},
    {.name = "steps",
     .type = FIELD_LIST,
     .required = true,
     .item = &step_item,
     .text = "What happens, in order."},
    {0},
};

/* A check of match/ that knows the scenario's names. */
struct expected_check {
    struct compare_check check;
    struct scenario_load *load;
};

static bool check_expected_text(const struct compare_check *check, const struct doc_node *node)
{
    return interp_check(((const struct expected_check *)check)->load, node);
}

bool scenario_load_check_with(struct scenario_load *load, const struct doc_node *map,
                              bool (*check)(const struct compare_check *check,
                                            const struct doc_node *map))
{
    struct expected_check mine = {{load->doc, load->diags, check_expected_text}, load};
    return check(&mine.check, map);
}

bool scenario_load_check_expected(struct scenario_load *load, const struct doc_node *expected)
{
    return scenario_load_check_with(load, expected, compare_check);
}

int scenario_load_client(const struct scenario *scenario, const char *name)
{
    for (size_t i = 0; i < scenario->client_count; i++)
        if (strcmp(scenario->clients[i].name, name) == 0)
            return (int)i;
    return -1;
}

bool scenario_load_check_client(struct scenario_load *load, const struct doc_node *node)
{
    const char *names[SCENARIO_LOAD_MAX_CLIENTS];
    static char told[] = "";
    size_t count = load->scenario->client_count;
    if (scenario_load_client(load->scenario, node->text) >= 0)
        return true;
    if (map_get(&load->unknown, node->text))
        return false;
    map_put(&load->unknown, node->text, told);
    for (size_t i = 0; i < count; i++)
        names[i] = load->scenario->clients[i].name;
    doc_fail(load->doc, node, load->diags, text_nearest(node->text, names, count),
             "there is no client \"%s\" in this scenario%s", node->text,
             count ? "" : ": name it under \"clients\"");
    return false;
}

/* The id that is written in capitals; NULL: it is none of this world's. Borrowed from the world. */
static const char *scenario_load_lower_id(const struct scenario_load *load, const char *text)
{
    char lower[32] = "";
    for (size_t i = 0; i < sizeof lower - 1 && text[i]; i++)
        lower[i] = (char)tolower((unsigned char)text[i]);
    const struct device *device = fleet_find(load->world->fleet, lower);
    return device && strcmp(device->id, lower) == 0 ? device->id : NULL;
}

bool scenario_load_check_device(struct scenario_load *load, const struct doc_node *node)
{
    if (!load->world || fleet_find(load->world->fleet, node->text))
        return true;
    const struct fleet *fleet = load->world->fleet;
    size_t count = fleet_count(fleet) < 1000 ? fleet_count(fleet) : 1000;
    const char **names = mem_new_array(count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = fleet_at(fleet, i)->name;
    const char *nearest = scenario_load_lower_id(load, node->text);
    doc_fail(load->doc, node, load->diags,
             nearest ? nearest : text_nearest(node->text, names, count),
             "there is no device \"%s\" in this world", node->text);
    free(names);
    return false;
}

/* ---- clients ---- */

static bool scenario_load_check_variable(struct scenario_load *load, const struct doc_node *key)
{
    bool ok = isalpha((unsigned char)key->text[0]) || key->text[0] == '_';
    for (const char *c = key->text; *c && ok; c++)
        ok = isalnum((unsigned char)*c) || *c == '_';
    if (!ok)
        doc_fail(load->doc, key, load->diags, NULL, "\"%s\" can't be an environment variable",
                 key->text);
    return ok;
}

static void scenario_load_check_run(struct scenario_load *load, const struct doc_node *node)
{
    const struct doc_node *run = doc_get(node, "run");
    const struct doc_node *env = doc_get(node, "env");
    if (run && run->count == 0)
        doc_fail(load->doc, run, load->diags, NULL,
                 "expected a program to run, found an empty list");
    if (run)
        interp_check_tree(load, run);
    for (size_t i = 0; env && i < env->count; i++)
        scenario_load_check_variable(load, env->pairs[i].key);
    if (env)
        interp_check_tree(load, env);
    service_check(load, node);
}

/* The folder of the file, or what `cwd` names from there. Yours: free(). */
static char *scenario_load_cwd_dup(const struct scenario_load *load, const struct doc_node *client)
{
    const struct doc_node *node = doc_get(client, "cwd");
    const char *cwd = node && node->kind == DOC_SCALAR ? node->text : NULL;
    const char *name = doc_name(load->doc), *slash = strrchr(name, '/');
    if (cwd && (*cwd == '/' || !slash))
        return mem_dup(cwd);
    if (!slash)
        return NULL;
    size_t len = slash == name ? 1 : (size_t)(slash - name);
    return cwd ? mem_printf_dup("%.*s/%s", (int)len, name, cwd) : mem_dup_n(name, len);
}

static bool scenario_load_port(const struct doc_node *client)
{
    const struct doc_node *port = doc_get(client, "port");
    return port && port->kind == DOC_SCALAR && strcmp(port->text, "true") == 0;
}

/* Reads `clients`, but not yet what stands in their strings: names that steps save are not known to
 * a client, so that is the same at its start as now. */
static void scenario_load_clients(struct scenario_load *load, struct scenario *scenario,
                                  const struct doc_node *map)
{
    if (!map)
        return;
    if (map->count > SCENARIO_LOAD_MAX_CLIENTS) {
        doc_fail(load->doc, map, load->diags, NULL, "more than %d clients",
                 SCENARIO_LOAD_MAX_CLIENTS);
        return;
    }
    load->interp.url = load->interp.control = "";
    scenario->clients = mem_new_array(map->count + 1, sizeof *scenario->clients);
    for (size_t i = 0; i < map->count; i++) {
        const struct doc_node *node = map->pairs[i].value;
        scenario->clients[scenario->client_count++] = (struct scenario_client){
            .name = map->pairs[i].key->text,
            .run = doc_get(node, "run"),
            .env = doc_get(node, "env"),
            .cwd = doc_get(node, "run") ? scenario_load_cwd_dup(load, node) : NULL,
            .port = scenario_load_port(node),
            .ready = doc_get(node, "ready"),
            .stop = doc_get(node, "stop"),
        };
    }
    /* Now that all are known, one may name the port of another. */
    for (size_t i = 0; i < map->count; i++) {
        const struct doc_node *node = map->pairs[i].value;
        if (node->kind == DOC_SCALAR && doc_is_null(node))
            continue; /* `app:` alone: its command comes from --client */
        if (fields_check(load->doc, node, scenario_client_fields, load->diags))
            scenario_load_check_run(load, node);
    }
    load->interp.url = load->interp.control = NULL;
}

/* Gives the command of --client to the only client, or to the one called `client`. */
static void scenario_load_command(struct scenario_load *load, struct scenario *scenario,
                                  const char *command)
{
    if (!command || !scenario->client_count)
        return;
    int index = scenario->client_count == 1 ? 0 : scenario_load_client(scenario, "client");
    if (index < 0)
        doc_fail(load->doc, doc_get(scenario->node, "clients"), load->diags, NULL,
                 "--client needs one client here, or one that is called \"client\"");
    else
        scenario->clients[index].command = command;
    scenario->client_command = command;
}

/* ---- steps ---- */

/* The last line on which something of the node begins. */
static int scenario_load_last_line(const struct doc_node *node)
{
    int last = node->line;
    for (size_t i = 0; node->kind != DOC_SCALAR && i < node->count; i++) {
        const struct doc_node *part = node->kind == DOC_MAP ? node->pairs[i].value : node->items[i];
        int line = scenario_load_last_line(part);
        last = line > last ? line : last;
    }
    return last;
}

static void scenario_load_step(struct scenario_load *load, struct scenario *scenario,
                               const struct doc_node *node)
{
    const struct step_word *word = steps_find(load, node);
    if (!word || !fields_check(load->doc, node, word->fields, load->diags))
        return;
    if (word->check && !word->check(load, node))
        return;
    scenario->steps[scenario->step_count++] =
        (struct step){.word = word, .node = node, .last_line = scenario_load_last_line(node)};
}

static void scenario_load_steps(struct scenario_load *load, struct scenario *scenario,
                                const struct doc_node *list)
{
    if (list->count == 0 || list->count > SCENARIO_LOAD_MAX_STEPS) {
        doc_fail(load->doc, list, load->diags, NULL, "expected 1 to %d steps, found %zu",
                 SCENARIO_LOAD_MAX_STEPS, list->count);
        return;
    }
    scenario->steps = mem_new_array(list->count, sizeof *scenario->steps);
    for (size_t i = 0; i < list->count; i++)
        scenario_load_step(load, scenario, list->items[i]);
}

/* ---- scenarios ---- */

static struct world *scenario_load_new_world(struct scenario_load *load,
                                             const struct doc_node *node,
                                             const struct scenario_load_options *given)
{
    struct world_options options = {.mode = VCLOCK_FROZEN,
                                    .warnings = given ? given->warnings : NULL};
    if (node && node->kind == DOC_SCALAR && !doc_is_null(node)) {
        doc_fail(load->doc, node, load->diags, NULL,
                 "expected the world itself (like {products: […], devices: […]}), found \"%s\"; a "
                 "scenario's file names no other",
                 node->text);
        return NULL;
    }
    return world_new(load->doc, node, &options, load->diags);
}

/* A world file by itself, where a scenario belongs. */
static bool scenario_load_is_world(const struct doc_node *root)
{
    return root->kind == DOC_MAP && !doc_get(root, "scenario") && !doc_get(root, "steps") &&
           !doc_get(root, "world") &&
           (doc_get(root, "users") || doc_get(root, "products") || doc_get(root, "devices"));
}

static void scenario_load_scenario(struct doc *doc, const struct doc_node *root,
                                   struct scenario *scenario,
                                   const struct scenario_load_options *options, struct diags *diags)
{
    struct scenario_load load = {.doc = doc, .diags = diags, .scenario = scenario};
    scenario->doc = doc;
    scenario->node = root;
    if (scenario_load_is_world(root)) {
        doc_fail(doc, root, diags, NULL,
                 "this is a world file: expected a scenario, with scenario, world and steps (serve "
                 "and exec take a world file behind --world)");
        return;
    }
    if (!fields_check(doc, root, scenario_fields, diags))
        if (root->kind != DOC_MAP || !doc_get(root, "steps") ||
            doc_get(root, "steps")->kind != DOC_LIST)
            return;
    const struct doc_node *clients = doc_get(root, "clients");
    scenario->name = doc_get(root, "scenario") ? doc_get(root, "scenario")->text : "";
    scenario->world = doc_get(root, "world");
    load.world = scenario_load_new_world(&load, scenario->world, options);
    load.interp =
        (struct interp){.vars = {interp_fill_dup}, .world = load.world, .saved = &load.saved};
    scenario_load_clients(&load, scenario, clients && clients->kind == DOC_MAP ? clients : NULL);
    scenario_load_command(&load, scenario, options ? options->client_command : NULL);
    scenario_load_steps(&load, scenario, doc_get(root, "steps"));
    map_free(&load.saved, NULL);
    map_free(&load.holds, NULL);
    map_free(&load.started, NULL);
    map_free(&load.unknown, NULL);
    world_free(load.world);
}

/* Two scenarios of one name could not be told apart in a report. */
static void scenario_load_check_names(struct doc *doc, const struct scenario *scenarios,
                                      size_t count, struct diags *diags)
{
    struct map names = {0};
    for (size_t i = 0; i < count; i++) {
        const struct doc_node *name = doc_get(scenarios[i].node, "scenario");
        if (!name || name->kind != DOC_SCALAR)
            continue;
        const struct doc_node *before = map_get(&names, name->text);
        if (before)
            doc_fail(doc, name, diags, NULL, "a scenario of this name stands on line %d already",
                     before->line);
        else
            map_put(&names, name->text, (void *)(uintptr_t)name);
    }
    map_free(&names, NULL);
}

struct scenario *scenario_load_new_scenarios(struct doc *doc,
                                             const struct scenario_load_options *options,
                                             struct diags *diags)
{
    size_t count = doc_count(doc), before = diags->count + diags->dropped;
    if (count > SCENARIO_LOAD_MAX_SCENARIOS) {
        doc_fail(doc, doc_root(doc, SCENARIO_LOAD_MAX_SCENARIOS), diags, NULL,
                 "more than %d scenarios in a file", SCENARIO_LOAD_MAX_SCENARIOS);
        return NULL;
    }
    struct scenario *scenarios = mem_new_array(count, sizeof *scenarios);
    for (size_t i = 0; i < count; i++)
        scenario_load_scenario(doc, doc_root(doc, i), &scenarios[i], options, diags);
    scenario_load_check_names(doc, scenarios, count, diags);
    if (diags->count + diags->dropped == before)
        return scenarios;
    scenario_load_free_scenarios(scenarios, count);
    return NULL;
}

void scenario_load_free_scenarios(struct scenario *scenarios, size_t count)
{
    for (size_t i = 0; scenarios && i < count; i++) {
        for (size_t k = 0; k < scenarios[i].client_count; k++)
            free(scenarios[i].clients[k].cwd);
        free(scenarios[i].clients);
        free(scenarios[i].steps);
    }
    free(scenarios);
}
