/*
 * The table of traits: a row per thing that can be asked of a device or a client.
 */
#ifndef SCENARIO_TRAIT_H
#define SCENARIO_TRAIT_H

#include "scenario/run.h"

/* What is asked: one of the two. */
struct trait_subject {
    struct device *device;
    struct run_client *client;
};

struct trait {
    const char *name;
    bool of_client; /* else of a device */
    bool bare;      /* what is so now says its name already: "exited with 1" */
    /* Checks what the field can't say; NULL: nothing. */
    bool (*check)(struct load *load, const struct doc_node *want);
    bool (*holds)(const struct scenario_run *run, const struct trait_subject *subject,
                  const struct doc_node *want);
    /* Appends what is so now, in words. */
    void (*actual)(const struct scenario_run *run, const struct trait_subject *subject,
                   const struct doc_node *want, struct buf *out);
};

/* Ends with a row without name. */
extern const struct trait trait_rows[];

extern const char *const trait_states[];
extern const char *const trait_sessions[];

/* The owner in words: a name, or "none". */
const char *trait_owner_word(const struct owner *owner);

#endif
