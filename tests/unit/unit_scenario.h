/*
 * What the tests of scenarios share: a scenario from text, and one that is run without a host.
 */
#ifndef UNIT_SCENARIO_H
#define UNIT_SCENARIO_H

#include "base/diag.h"
#include "scenario/scenario.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A world with a pump that is off, a customer and a user. */
#define UNIT_WORLD                                                                                 \
    "world:\n"                                                                                     \
    "  seed: 7\n"                                                                                  \
    "  users: [{username: dev@example.com, password: x}]\n"                                        \
    "  products: [{id: 6287, slug: acme-pump, platform: e-series,"                                 \
    " clients: [{id: acme-app, secret: not-a-secret}]}]\n"                                         \
    "  customers: [{email: ada@example.com, product: acme-pump}]\n"                                \
    "  devices: [{as: pump, platform: e-series, product: acme-pump, state: off}]\n"

static inline struct scenario_file *unit_file_new(const char *text, struct diags *diags)
{
    return scenario_file_new_from_text("t.yaml", text, strlen(text), NULL, diags);
}

/* A file that is well. */
static inline struct scenario_file *unit_good_file_new(const char *text)
{
    struct diags diags = {0};
    struct scenario_file *file = unit_file_new(text, &diags);
    if (!file) {
        struct buf out;
        buf_init(&out, 1u << 20);
        diags_write(&diags, &out, false);
        ck_abort_msg("%s", buf_str(&out));
    }
    diags_free(&diags);
    return file;
}

/* Runs the first scenario of a file. */
static inline struct scenario_result unit_run(const struct scenario_file *file,
                                              const struct scenario_host *host)
{
    struct scenario_run *run = scenario_run_new(scenario_at(file, 0), 0, NULL);
    struct scenario_run_options options = {.keep_journal = true, .host = host};
    struct scenario_result result = scenario_run_steps(run, &options);
    scenario_run_free(run);
    return result;
}

/* Runs steps (with their dashes) in UNIT_WORLD. */
static inline struct scenario_result unit_run_steps(const char *steps)
{
    char text[8192];
    snprintf(text, sizeof text, "scenario: s\n%ssteps:\n%s", UNIT_WORLD, steps);
    struct scenario_file *file = unit_good_file_new(text);
    struct scenario_result result = unit_run(file, NULL);
    scenario_file_free(file);
    return result;
}

#endif
