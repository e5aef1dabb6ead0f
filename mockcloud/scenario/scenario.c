/* See scenario.h. Owns files of scenarios and what is asked of a loaded one. */
#include "scenario/scenario.h"

#include "base/mem.h"
#include "scenario/scenario_load.h"

#include <stdlib.h>

struct scenario_file {
    struct doc *doc; /* referenced */
    struct scenario *scenarios;
    size_t count;
};

bool scenario_file_is(const struct doc *doc)
{
    for (size_t i = 0; i < doc_count(doc); i++) {
        const struct doc_node *root = doc_root(doc, i);
        if (doc_get(root, "scenario") || doc_get(root, "steps"))
            return true;
    }
    return false;
}

struct scenario_file *scenario_file_new_from_doc(struct doc *doc,
                                                 const struct scenario_load_options *options,
                                                 struct diags *diags)
{
    size_t count = 0;
    struct scenario *scenarios = scenario_load_new_scenarios(doc, options, diags, &count);
    if (!scenarios)
        return NULL;
    struct scenario_file *file = mem_new(sizeof *file);
    file->doc = doc_ref(doc);
    file->scenarios = scenarios;
    file->count = count;
    return file;
}

/* Takes the document. */
static struct scenario_file *scenario_file_take(struct doc *doc,
                                                const struct scenario_load_options *options,
                                                struct diags *diags)
{
    struct scenario_file *file = doc ? scenario_file_new_from_doc(doc, options, diags) : NULL;
    doc_unref(doc);
    return file;
}

struct scenario_file *scenario_file_new(const char *path,
                                        const struct scenario_load_options *options,
                                        struct diags *diags)
{
    return scenario_file_take(doc_new_from_file(path, diags), options, diags);
}

struct scenario_file *scenario_file_new_from_text(const char *name, const char *text, size_t len,
                                                  const struct scenario_load_options *options,
                                                  struct diags *diags)
{
    return scenario_file_take(doc_new(name, text, len, diags), options, diags);
}

void scenario_file_free(struct scenario_file *file)
{
    if (!file)
        return;
    scenario_load_free_scenarios(file->scenarios, file->count);
    doc_unref(file->doc);
    free(file);
}

size_t scenario_count(const struct scenario_file *file)
{
    return file->count;
}

const struct scenario *scenario_at(const struct scenario_file *file, size_t index)
{
    return index < file->count ? &file->scenarios[index] : NULL;
}

const char *scenario_name(const struct scenario *scenario)
{
    return scenario->name;
}

const char *scenario_path(const struct scenario *scenario)
{
    return doc_name(scenario->doc);
}

int scenario_line(const struct scenario *scenario)
{
    return scenario->node->line;
}

const char *scenario_tag(const struct scenario *scenario, size_t index)
{
    const struct doc_node *tags = doc_get(scenario->node, "tags");
    return tags && index < tags->count ? tags->items[index]->text : NULL;
}

bool scenario_is_open(const struct scenario *scenario)
{
    return scenario->client_count > 0;
}

const char *scenario_missing_run(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->client_count && !scenario_skip(scenario); i++)
        if (!scenario->clients[i].run && !scenario->clients[i].command)
            return scenario->clients[i].name;
    return NULL;
}

bool scenario_from(const struct scenario *scenario, size_t index, const char **ret_path)
{
    const struct scenario *first = scenario - scenario->index;
    if (index >= scenario->siblings)
        return false;
    *ret_path = first[index].from;
    return true;
}

size_t scenario_index(const struct scenario *scenario)
{
    return scenario->index;
}

const char *scenario_text(const struct scenario *scenario, size_t *ret_len)
{
    return doc_text(scenario->doc, ret_len);
}

const char *scenario_client_command(const struct scenario *scenario)
{
    return scenario->client_command;
}

const char *scenario_skip(const struct scenario *scenario)
{
    const struct doc_node *skip = doc_get(scenario->node, "skip");
    return skip ? skip->text : NULL;
}
