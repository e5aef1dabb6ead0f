/* See leaned.h. */
#include "sim/leaned.h"

#include "base/mem.h"

#include <stdlib.h>

void leaned_free(struct leaned *leaned)
{
    free(leaned->rules);
    *leaned = (struct leaned){0};
}

/* There are some two hundred rules, and a world meets few of them: a list is enough. */
static struct leaned_rule *leaned_find(struct leaned *leaned, const struct rule *rule)
{
    for (size_t i = 0; i < leaned->count; i++)
        if (leaned->rules[i].rule == rule)
            return &leaned->rules[i];
    leaned->rules = mem_grow(leaned->rules, (leaned->count + 1) * sizeof *leaned->rules);
    leaned->rules[leaned->count] = (struct leaned_rule){.rule = rule};
    return &leaned->rules[leaned->count++];
}

void leaned_note(struct leaned *leaned, const struct rule *rule, bool stated)
{
    struct leaned_rule *row = leaned_find(leaned, rule);
    row->uses++;
    row->unstated += !stated;
}

void leaned_add(struct leaned *into, const struct leaned *from)
{
    for (size_t i = 0; i < from->count; i++) {
        struct leaned_rule *row = leaned_find(into, from->rules[i].rule);
        row->uses += from->rules[i].uses;
        row->unstated += from->rules[i].unstated;
    }
    for (size_t i = 0; i < BEHAVIOUR_COUNT; i++) {
        into->asked[i] |= from->asked[i];
        into->unstated[i] = into->unstated[i] || from->unstated[i];
    }
}
