/*
 * The table of traits: a row per thing that can be asked of a device or a client.
 *
 * The names are those of the control API, with the LED and the owner in words.
 */
#ifndef SCENARIO_TRAIT_H
#define SCENARIO_TRAIT_H

#include "base/fields.h"
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
    bool (*check)(struct scenario_load *load, const struct doc_node *want);
    bool (*holds)(const struct scenario_run *run, const struct trait_subject *subject,
                  const struct doc_node *want);
    /* Appends what is so now, in words. */
    void (*actual)(const struct scenario_run *run, const struct trait_subject *subject,
                   const struct doc_node *want, struct buf *out);
};

/* The rows of struct field of the traits: once here, for the fields of `expect` and of `wait`. */
#define TRAIT_DEVICE_FIELDS                                                                        \
    {.name = "state",                                                                              \
     .type = FIELD_WORD,                                                                           \
     .words = trait_states,                                                                        \
     .text = "The device's state (mockcloud list states)."},                                       \
        {.name = "led", .type = FIELD_STRING, .text = "Its LED in words: breathing cyan."},        \
        {.name = "owner",                                                                          \
         .type = FIELD_ANY,                                                                        \
         .text = "Its owner in the cloud: a user or a customer, by name or as {user: E} or "       \
                 "{customer: E, product: P}; none."},                                              \
        {.name = "online",                                                                         \
         .type = FIELD_BOOL,                                                                       \
         .text = "Whether the cloud believes it online, as in REST."},                             \
        {.name = "session",                                                                        \
         .type = FIELD_WORD,                                                                       \
         .words = trait_sessions,                                                                  \
         .text = "The session that it truly has: none, full or resumed."},                         \
        {.name = "claim_code_stored",                                                              \
         .type = FIELD_ANY,                                                                        \
         .text = "The claim code that it holds, a matcher, or null."},                             \
    {                                                                                              \
        .name = "claimed_flag", .type = FIELD_BOOL,                                                \
        .text = "Its own sticky flag, which may disagree with the cloud."                          \
    }

#define TRAIT_CLIENT_FIELDS                                                                        \
    {.name = "exits", .type = FIELD_ANY, .text = "Its exit code: a number, nonzero, or any."},     \
    {                                                                                              \
        .name = "output", .type = FIELD_ANY,                                                       \
        .text = "What it has printed: text, or a matcher like {$matches: claimed}."                \
    }

/* Ends with a row without name. */
extern const struct trait trait_rows[];

extern const char *const trait_states[];
extern const char *const trait_sessions[];

/* The owner in words: a name, or "none". */
const char *trait_owner_word(const struct owner *owner);

#endif
