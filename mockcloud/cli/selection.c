/* See selection.h. Owns what the three options mean together. */
#include "cli/selection.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const *selection_list(const struct options *options, enum option_id id)
{
    return options->values[id].list;
}

struct selection selection_read(const struct options *options)
{
    return (struct selection){
        .tags = selection_list(options, OPTION_TAG),
        .not_tags = selection_list(options, OPTION_NOT_TAG),
        .filters = selection_list(options, OPTION_FILTER),
    };
}

static bool selection_has_tag(const struct scenario *scenario, const char *const *tags)
{
    const char *tag;
    for (; tags && *tags; tags++)
        for (size_t i = 0; (tag = scenario_tag(scenario, i)); i++)
            if (strcmp(tag, *tags) == 0)
                return true;
    return false;
}

static bool selection_is_named(const struct scenario *scenario, const char *const *filters)
{
    for (; filters && *filters; filters++)
        if (strcasestr(scenario_name(scenario), *filters))
            return true;
    return false;
}

bool selection_takes(const struct selection *selection, const struct scenario *scenario)
{
    return (!selection->tags || selection_has_tag(scenario, selection->tags)) &&
           (!selection->filters || selection_is_named(scenario, selection->filters)) &&
           !selection_has_tag(scenario, selection->not_tags);
}

/* All tags that there are, as a set. */
static void selection_collect(struct map *all, const struct scenario *const *scenarios,
                              size_t count)
{
    const char *tag;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; (tag = scenario_tag(scenarios[i], k)); k++)
            map_put(all, tag, all);
}

static char *selection_unknown_dup(const struct map *all, const char *tag)
{
    const char **words = mem_new_array(map_count(all) + 1, sizeof *words);
    size_t cursor = 0, count = 0;
    void *value;
    while (map_next(all, &cursor, &words[count], &value))
        count++;
    const char *nearest = text_nearest(tag, words, count);
    char *text = mem_printf_dup("--tag: no scenario has the tag \"%s\"%s%s%s", tag,
                                nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                                nearest ? "\"?" : "");
    free(words);
    return text;
}

char *selection_nothing_dup(const struct selection *selection,
                            const struct scenario *const *scenarios, size_t count)
{
    struct map all = {0};
    char *text = NULL;
    selection_collect(&all, scenarios, count);
    for (const char *const *tag = selection->tags; tag && *tag && !text; tag++)
        if (!map_get(&all, *tag))
            text = selection_unknown_dup(&all, *tag);
    map_free(&all, NULL);
    if (!text)
        text = mem_dup(count ? "no scenario is left by --tag, --not-tag and --filter"
                             : "there is no scenario to run");
    return text;
}
