/* See scenario_load.h. Owns the keys of a scenario (those of a client: scenario_client.c) and the
 * order in which it is resolved: world, clients, then the steps as they will run, so that a name is
 * known to the steps behind the one that saves it. */
#include "scenario/scenario_load.h"

#include "base/fields.h"
#include "base/mem.h"
#include "base/text.h"
#include "scenario/steps.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct field tag_item = {.name = "tag", .type = FIELD_STRING, .min = 1, .max = 64};
static const struct field step_item = {.name = "step", .type = FIELD_ANY};

static const struct field value_item = {.name = "value", .type = FIELD_ANY};
static const struct field row_item = {.name = "row of each",
                                      .type = FIELD_MAP,
                                      .item = &value_item,
                                      .like = "like {platform: photon}"};
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
    {.name = "each",
     .type = FIELD_LIST,
     .item = &row_item,
     .text = "Rows of values: it is a scenario for each row, in which ${each.KEY} is the row's.",
     .like = "like [{platform: photon}, {platform: argon}]"},
    {.name = "world",
     .type = FIELD_ANY,
     .text = "The world it plays in: the keys of a world file; {from: FILE, …} is that of a file, "
             "with the keys here in place of its own."},
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

int scenario_load_client(const struct scenario *scenario, const char *name)
{
    for (size_t i = 0; i < scenario->client_count; i++)
        if (strcmp(scenario->clients[i].name, name) == 0)
            return (int)i;
    return -1;
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

void scenario_load_name(struct scenario_load *load, const char *name)
{
    static char known[] = "known";
    map_put(&load->named, name, known);
}

static void scenario_load_step(struct scenario_load *load, struct scenario *scenario,
                               const struct doc_node *node)
{
    const struct step_word *word = steps_find(load, node);
    if (word && word->local && load->posted) {
        doc_fail(load->doc, node, load->diags, NULL,
                 "the step \"%s\" is for scenarios alone: a live world starts and stops nothing",
                 word->name);
        return;
    }
    if (!word || !fields_check(load->doc, node, word->fields, load->diags))
        return;
    bool good = !word->check || word->check(load, node);
    const char *name = fields_str(node, "as", NULL);
    if (name)
        scenario_load_name(load, name);
    if (!good)
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
                 "expected the world itself (like {products: […], devices: […]}), found \"%s\"; "
                 "that of a file is {from: FILE}",
                 node->text);
        return NULL;
    }
    return world_new(load->doc, node, &options, load->diags);
}

/* FILE of {from: FILE}, which is relative to the scenario's. Yours: free(). */
static char *scenario_load_from_dup(const struct scenario_load *load, const char *path)
{
    const char *name = doc_name(load->doc), *slash = strrchr(name, '/');
    return *path == '/' || !slash ? mem_dup(path)
                                  : mem_printf_dup("%.*s/%s", (int)(slash - name), name, path);
}

/* NULL: a mistake, told at `from`, if it is that there is no such file. */
static struct doc *scenario_load_doc(const struct scenario_load *load, const char *path,
                                     const struct doc_node *from)
{
    const struct scenario_load_options *options = load->options;
    for (size_t i = 0; options && i < options->source_count; i++) {
        const struct scenario_source *source = &options->sources[i];
        if (strcmp(source->path, path) == 0)
            return doc_new(path, source->text, source->len, load->diags);
    }
    if (access(path, R_OK) == 0)
        return doc_new_from_file(path, load->diags);
    doc_fail(load->doc, from, load->diags, NULL, "the world file %s can't be read: %s", path,
             strerror(errno));
    return NULL;
}

/* The world of a file. It is checked by itself first, while its nodes still have their positions in
 * that file. */
static const struct doc_node *scenario_load_merge(struct scenario_load *load, const char *path,
                                                  const struct doc_node *world,
                                                  const struct doc_node *from)
{
    const struct world_options options = {.mode = VCLOCK_FROZEN};
    struct doc *doc = scenario_load_doc(load, path, from);
    const struct doc_node *merged = NULL;
    struct world *alone = NULL;
    if (doc && (scenario_file_is(doc) || doc_count(doc) != 1))
        doc_fail(load->doc, from, load->diags, NULL, "%s is not a world file", path);
    else if (doc)
        alone = world_new(doc, doc_root(doc, 0), &options, load->diags);
    if (alone && doc_root(doc, 0)->kind == DOC_MAP)
        merged = doc_merge(load->doc, world, doc_root(doc, 0), from, load->diags);
    world_free(alone);
    doc_unref(doc);
    return merged;
}

/* What `world` comes to. False: a mistake, told. */
static bool scenario_load_world(struct scenario_load *load, struct scenario *scenario)
{
    const struct doc_node *world = scenario->world;
    const struct doc_node *from = world && world->kind == DOC_MAP ? doc_get(world, "from") : NULL;
    if (!from)
        return true;
    if (from->kind != DOC_SCALAR || !from->len) {
        doc_fail(load->doc, from, load->diags, NULL, "expected the name of a world file, found %s",
                 doc_describe(from));
        return false;
    }
    scenario->from = scenario_load_from_dup(load, from->text);
    scenario->world = scenario_load_merge(load, scenario->from, world, from);
    return scenario->world != NULL;
}

/* A world file by itself, where a scenario belongs. */
static bool scenario_load_is_world(const struct doc_node *root)
{
    return root->kind == DOC_MAP && !doc_get(root, "scenario") && !doc_get(root, "steps") &&
           !doc_get(root, "world") &&
           (doc_get(root, "users") || doc_get(root, "products") || doc_get(root, "devices"));
}

/* The name, with its row: "claimed [platform=photon]". Yours: free(). */
static char *scenario_load_name_dup(const struct doc_node *root, const struct doc_node *row)
{
    const struct doc_node *name = doc_get(root, "scenario");
    struct buf text;
    size_t shown = 0;
    buf_init(&text, 4096);
    buf_add_str(&text, name && name->kind == DOC_SCALAR ? name->text : "");
    for (size_t i = 0; row && i < row->count; i++)
        if (row->pairs[i].value->kind == DOC_SCALAR)
            buf_printf(&text, "%s%s=%s", shown++ ? ", " : " [", row->pairs[i].key->text,
                       row->pairs[i].value->text);
    if (shown)
        buf_add_char(&text, ']');
    return buf_take(&text);
}

/* What reports print as it stands. */
static void scenario_load_check_plain(struct scenario_load *load, const struct scenario *scenario)
{
    const struct doc_node *name = doc_get(scenario->node, "scenario");
    const struct doc_node *skip = doc_get(scenario->node, "skip");
    if (!text_is_plain(scenario->name))
        doc_fail(load->doc, name, load->diags, NULL,
                 "expected a name without control characters, found \"%s\"", scenario->name);
    if (skip && skip->kind == DOC_SCALAR && !text_is_plain(skip->text))
        doc_fail(load->doc, skip, load->diags, NULL,
                 "expected a reason without control characters, found \"%s\"", skip->text);
}

static void scenario_load_scenario(struct doc *doc, const struct doc_node *root,
                                   struct scenario *scenario,
                                   const struct scenario_load_options *options, struct diags *diags)
{
    struct scenario_load load = {
        .doc = doc, .diags = diags, .scenario = scenario, .options = options};
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
    const struct doc_node *each = doc_get(root, "each");
    if (each && each->kind == DOC_LIST && !each->count)
        doc_fail(doc, each, diags, NULL,
                 "there is no row, so no scenario: expected one at least, "
                 "like [{platform: photon}]");
    scenario_load_check_plain(&load, scenario);
    const struct doc_node *clients = doc_get(root, "clients");
    scenario->world = doc_get(root, "world");
    if (scenario_load_world(&load, scenario))
        load.world = scenario_load_new_world(&load, scenario->world, options);
    load.interp =
        (struct interp){.vars = {interp_fill_dup}, .world = load.world, .saved = &load.saved};
    scenario_load_clients(&load, scenario, clients && clients->kind == DOC_MAP ? clients : NULL);
    scenario_load_command(&load, scenario, options ? options->client_command : NULL);
    scenario_load_steps(&load, scenario, doc_get(root, "steps"));
    map_free(&load.saved, NULL);
    map_free(&load.holds, NULL);
    map_free(&load.named, NULL);
    map_free(&load.started, NULL);
    map_free(&load.unknown, NULL);
    world_free(load.world);
}

/* ---- steps for a live world ---- */

static const struct doc_node *posted_list(const struct doc_node *root)
{
    const struct doc_node *steps = root->kind == DOC_MAP ? doc_get(root, "steps") : NULL;
    return root->kind == DOC_LIST ? root : steps && steps->kind == DOC_LIST ? steps : NULL;
}

bool scenario_load_posted(struct doc *doc, struct world *world, const struct map *saved,
                          struct scenario *ret_scenario, struct diags *diags)
{
    struct scenario_load load = {
        .doc = doc, .diags = diags, .scenario = ret_scenario, .world = world, .posted = true};
    const struct doc_node *list = posted_list(doc_root(doc, 0));
    static char known[] = "known";
    size_t cursor = 0;
    const char *name;
    void *value;
    ret_scenario->doc = doc;
    ret_scenario->node = doc_root(doc, 0);
    while (map_next(saved, &cursor, &name, &value))
        map_put(&load.saved, name, known);
    load.interp = (struct interp){.vars = {interp_fill_dup}, .world = world, .saved = &load.saved};
    if (list) {
        scenario_load_steps(&load, ret_scenario, list);
    } else {
        ret_scenario->steps = mem_new_array(1, sizeof *ret_scenario->steps);
        scenario_load_step(&load, ret_scenario, doc_root(doc, 0));
    }
    map_free(&load.saved, NULL);
    map_free(&load.holds, NULL);
    map_free(&load.named, NULL);
    map_free(&load.started, NULL);
    map_free(&load.unknown, NULL);
    return !diags->count;
}

void scenario_load_free_posted(struct scenario *scenario)
{
    free(scenario->steps);
    *scenario = (struct scenario){0};
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
        const struct doc_node *before = map_get(&names, scenarios[i].name);
        if (before && before->line == name->line)
            doc_fail(doc, doc_get(scenarios[i].node, "each"), diags, NULL,
                     "two rows are both \"%s\"", scenarios[i].name);
        else if (before)
            doc_fail(doc, name, diags, NULL, "a scenario of this name stands on line %d already",
                     before->line);
        else
            map_put(&names, scenarios[i].name, (void *)(uintptr_t)name);
    }
    map_free(&names, NULL);
}

/* The rows of `each`. NULL: there are none, or they aren't rows, which the check of all fields
 * tells. */
static const struct doc_node *scenario_load_rows(const struct doc_node *root)
{
    const struct doc_node *each = root->kind == DOC_MAP ? doc_get(root, "each") : NULL;
    if (!each || each->kind != DOC_LIST || !each->count)
        return NULL;
    for (size_t i = 0; i < each->count; i++)
        if (each->items[i]->kind != DOC_MAP)
            return NULL;
    return each;
}

/* How many scenarios a file has; too many of them are a mistake. */
static size_t scenario_load_count(struct doc *doc, struct diags *diags)
{
    size_t count = 0;
    for (size_t i = 0; i < doc_count(doc); i++) {
        const struct doc_node *rows = scenario_load_rows(doc_root(doc, i));
        count += rows ? rows->count : 1;
        if (count <= SCENARIO_LOAD_MAX_SCENARIOS)
            continue;
        doc_fail(doc, rows ? rows : doc_root(doc, i), diags, NULL,
                 "more than %d scenarios in a file", SCENARIO_LOAD_MAX_SCENARIOS);
        return 0;
    }
    return count;
}

/* A scenario for each row, or the one that it is. The next place behind them. */
static struct scenario *scenario_load_root(struct doc *doc, const struct doc_node *root,
                                           struct scenario *scenario,
                                           const struct scenario_load_options *options,
                                           struct diags *diags)
{
    const struct doc_node *rows = scenario_load_rows(root);
    size_t before = diags->count + diags->dropped;
    for (size_t i = 0; i < (rows ? rows->count : 1); i++, scenario++) {
        const struct doc_node *row = rows ? rows->items[i] : NULL;
        const struct doc_fill fill = {.prefix = "${each.", .values = row, .row = i + 1};
        const struct doc_node *filled = row ? doc_fill(doc, root, &fill, diags) : root;
        scenario->doc = doc;
        scenario->node = filled ? filled : root;
        scenario->name = scenario_load_name_dup(scenario->node, row);
        /* After the first row with a mistake the others are left: they would tell the same again.
         */
        if (filled && diags->count + diags->dropped == before)
            scenario_load_scenario(doc, filled, scenario, options, diags);
    }
    return scenario;
}

struct scenario *scenario_load_new_scenarios(struct doc *doc,
                                             const struct scenario_load_options *options,
                                             struct diags *diags, size_t *ret_count)
{
    size_t before = diags->count + diags->dropped;
    size_t count = scenario_load_count(doc, diags);
    if (!count)
        return NULL;
    struct scenario *scenarios = mem_new_array(count, sizeof *scenarios), *next = scenarios;
    for (size_t i = 0; i < doc_count(doc); i++)
        next = scenario_load_root(doc, doc_root(doc, i), next, options, diags);
    for (size_t i = 0; i < count; i++) {
        scenarios[i].index = i;
        scenarios[i].siblings = count;
    }
    scenario_load_check_names(doc, scenarios, count, diags);
    *ret_count = count;
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
        free(scenarios[i].name);
        free(scenarios[i].from);
        free(scenarios[i].clients);
        free(scenarios[i].steps);
    }
    free(scenarios);
}
