/* See rule.h. */
#include "base/rule.h"

const char *provenance_word(enum provenance provenance)
{
    static const char *const words[] = {
        [PROVENANCE_DOCUMENTED] = "documented", [PROVENANCE_OBSERVED] = "observed",
        [PROVENANCE_STAFF] = "staff",           [PROVENANCE_INFERRED] = "inferred",
        [PROVENANCE_GUESSED] = "guessed",
    };
    return words[provenance];
}

const struct rule *rule_at(const struct rule_table *const *tables, size_t count, size_t index)
{
    for (size_t t = 0; t < count; t++) {
        if (index < tables[t]->count)
            return (const struct rule *)((const char *)tables[t]->first +
                                         index * tables[t]->stride);
        index -= tables[t]->count;
    }
    return NULL;
}
