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
