/*
 * A fact for `why`: when something happened last, and the number of its journal entry, which it
 * outlives.
 */
#ifndef CLOUD_FACT_H
#define CLOUD_FACT_H

#include <stdint.h>

struct fact {
    uint64_t n; /* 0: it never did */
    int64_t at_ms;
};

#endif
