/*
 * Traits: what can be asked of a device or a client, by `expect` (now) and by `wait` (until it
 * holds).
 *
 * The names are those of the control API, with the LED and the owner in words.
 */
#ifndef SCENARIO_TRAITS_H
#define SCENARIO_TRAITS_H

#include "base/fields.h"
#include "scenario/trait.h"

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

/* Checks the subject (`device` or `client`) and the traits of a map that passed its fields. Other
 * keys are passed over. */
bool traits_check(struct load *load, const struct doc_node *map);

/* The subject that a checked map names. */
struct trait_subject traits_subject(struct scenario_run *run, const struct doc_node *map);

/* The first pair of the map whose trait does not hold; NULL when all do. */
const struct doc_pair *traits_differ(const struct scenario_run *run,
                                     const struct trait_subject *subject,
                                     const struct doc_node *map);

/* Both sides of a pair in words: "owner ada@example.com". Yours: free(). */
char *traits_expected_dup(const struct scenario_run *run, const struct doc_pair *pair);
char *traits_actual_dup(const struct scenario_run *run, const struct trait_subject *subject,
                        const struct doc_pair *pair);

/* Whose ownership the map is about; OWNER_NONE: it doesn't say. */
struct owner traits_owner(const struct scenario_run *run, const struct doc_node *map);

#endif
