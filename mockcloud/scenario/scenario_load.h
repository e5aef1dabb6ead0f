/*
 * Loading: what a step may ask while it is read, and the resolved scenario that comes of it.
 *
 * Everything is resolved before anything runs: a world is built from the scenario's world block, so
 * that names of owners, devices and products can be looked up, and thrown away when loading ends.
 * Nothing here keeps a pointer into that world. A loaded scenario consists of nodes of its
 * document, which the file references, and of what each step's load function made of them.
 */
#ifndef SCENARIO_SCENARIO_LOAD_H
#define SCENARIO_SCENARIO_LOAD_H

#include "base/doc.h"
#include "base/fields.h"
#include "base/map.h"
#include "scenario/interp.h"
#include "scenario/scenario.h"
#include "world/world.h"

#define SCENARIO_LOAD_MAX_SCENARIOS 1000
#define SCENARIO_LOAD_MAX_CLIENTS   16
#define SCENARIO_LOAD_MAX_STEPS     10000

struct step_word;

/* A client under test, as the file has it. */
struct scenario_client {
    const char *name;
    const struct doc_node *run;   /* a list of strings; NULL: none */
    const struct doc_node *env;   /* a map of strings; NULL: none */
    const char *command;          /* from --client, in place of `run`; NULL: none */
    char *cwd;                    /* where `run` starts; owned; NULL: where mockcloud was called */
    bool port;                    /* it gets one of its own */
    const struct doc_node *ready; /* a map: when it is; NULL: as soon as it was started */
    const struct doc_node *stop;  /* a map: how it is stopped; NULL: as usual */
};

struct step {
    const struct step_word *word;
    const struct doc_node *node; /* the step's map */
    int last_line;               /* of the step, for the statement as written */
};

struct scenario {
    struct doc *doc; /* borrowed from the file */
    const struct doc_node *node;
    const struct doc_node *world; /* NULL: an empty one */
    char *from;                   /* the file of its world; owned; NULL: none */
    size_t index, siblings;       /* its place among those of its file, and how many they are */
    char *name;                   /* with its row of `each`; owned */
    struct scenario_client *clients;
    size_t client_count;
    struct step *steps;
    size_t step_count;
    const char *client_command; /* as given, for the command that runs it again */
};

/* The state of loading one scenario. */
struct scenario_load {
    struct doc *doc;
    struct diags *diags;
    const struct scenario *scenario;
    const struct scenario_load_options *options; /* NULL: none */
    struct world *world;  /* NULL: it has mistakes, names can't be looked up */
    struct map saved;     /* names that the steps so far have saved; the values mean nothing */
    struct map named;     /* moments that the steps so far have named with `as` */
    struct map holds;     /* holds that the steps so far have set … */
    size_t holds_named;   /* … and how many of them had no name */
    struct map started;   /* clients that the steps so far have started */
    bool posted;          /* steps for a live world: clients and holds are not known by name */
    struct map unknown;   /* names of clients that there are not, once each was told */
    struct interp interp; /* what may stand in ${…} here */
};

/* The fields of `ready` and `stop` of a client, and what they say. (service.c) */
extern const struct field service_ready_fields[], service_stop_fields[];
bool service_check(struct scenario_load *load, const struct doc_node *client);

/* Reads `clients` (NULL: there are none), and gives the command of --client (NULL: none) to one of
 * them. (scenario_client.c) */
void scenario_load_clients(struct scenario_load *load, struct scenario *scenario,
                           const struct doc_node *map);
void scenario_load_command(struct scenario_load *load, struct scenario *scenario,
                           const char *command);

/* The client with that name in the scenario, -1 when there is none. */
int scenario_load_client(const struct scenario *scenario, const char *name);

/* Checks an expected value: its matchers, and its ${…}. */
bool scenario_load_check_expected(struct scenario_load *load, const struct doc_node *expected);

/* Checks a map with a check of the api's, whose ${…} are the scenario's. */
bool scenario_load_check_with(struct scenario_load *load, const struct doc_node *map,
                              bool (*check)(const struct compare_check *check,
                                            const struct doc_node *map));

/* From here on there is a moment of that name. */
void scenario_load_name(struct scenario_load *load, const char *name);

/* Checks a scalar that names a hold. (step_harness.c) */
bool scenario_load_check_hold(struct scenario_load *load, const struct doc_node *name);

/* Checks a scalar that names a device, or a client, of the scenario. */
bool scenario_load_check_device(struct scenario_load *load, const struct doc_node *node);
bool scenario_load_check_client(struct scenario_load *load, const struct doc_node *node);

/* Checks a scalar that names who sends requests: a client, or, in a live world, anybody. */
bool scenario_load_check_sender(struct scenario_load *load, const struct doc_node *node);

/* Reads steps that are posted to a live world: a list, a map with `steps`, or one step. `saved`:
 * what earlier ones have saved there. False: there are mistakes. *ret_scenario, zeroed before, then
 * has no world and no client; scenario_load_free_posted(). */
bool scenario_load_posted(struct doc *doc, struct world *world, const struct map *saved,
                          struct scenario *ret_scenario, struct diags *diags);
void scenario_load_free_posted(struct scenario *scenario);

/* Reads the document's scenarios. NULL when there was a mistake. Yours:
 * scenario_load_free_scenarios(). */
struct scenario *scenario_load_new_scenarios(struct doc *doc,
                                             const struct scenario_load_options *options,
                                             struct diags *diags, size_t *ret_count);
void scenario_load_free_scenarios(struct scenario *scenarios, size_t count);

#endif
