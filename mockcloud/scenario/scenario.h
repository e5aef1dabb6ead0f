/*
 * Scenarios: files of steps that drive devices and the clock under a claiming client, and check
 * what came of it.
 *
 * scenario_file_new() resolves everything (each step, name, capture, matcher, duration) before
 * anything runs; a mistake is a positioned diagnostic. scenario_run_steps() runs one scenario in a
 * world of its own and fills one result model, which printers (report.h) show.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "base/diag.h"
#include "base/doc.h"
#include "base/fields.h"
#include "scenario/host.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scenario_file;
struct scenario;

/* A file that a scenario is made of. */
struct scenario_source {
    const char *path; /* as it was named */
    const char *text;
    size_t len;
};

struct scenario_load_options {
    /* --client CMD: run through `sh -c` in place of `run` of the only client, or of the one called
     * `client`. Borrowed until the file is freed. NULL: none. */
    const char *client_command;
    struct diags *warnings; /* as in world_options; NULL: nobody asks */
    /* Files that are read from here, not from the disk: those that a tape has. */
    const struct scenario_source *sources;
    size_t source_count;
};

/* Whether a document is a scenario file: one of its documents has `scenario` or `steps`. */
bool scenario_file_is(const struct doc *doc);

/* Loads a file with one or several scenarios (`---`). NULL when there was a mistake, which is then
 * in `diags`. Yours. */
struct scenario_file *scenario_file_new(const char *path,
                                        const struct scenario_load_options *options,
                                        struct diags *diags);
/* The same from a document, which is referenced. */
struct scenario_file *scenario_file_new_from_doc(struct doc *doc,
                                                 const struct scenario_load_options *options,
                                                 struct diags *diags);
/* The same from memory; `name` is for messages. */
struct scenario_file *scenario_file_new_from_text(const char *name, const char *text, size_t len,
                                                  const struct scenario_load_options *options,
                                                  struct diags *diags);
void scenario_file_free(struct scenario_file *file);

size_t scenario_count(const struct scenario_file *file);
const struct scenario *scenario_at(const struct scenario_file *file, size_t index);

const char *scenario_name(const struct scenario *scenario);
const char *scenario_path(const struct scenario *scenario); /* of its file, as it was named */
int scenario_line(const struct scenario *scenario);
/* Its index-th tag; NULL behind the last. Borrowed. */
const char *scenario_tag(const struct scenario *scenario, size_t index);
/* Whether it has clients that are to be run; closed otherwise. */
bool scenario_is_open(const struct scenario *scenario);
/* Whether a client of it has neither `run:` nor was replaced by --client: then it can't run (exit
 * 2). Its name, or NULL. Borrowed. */
const char *scenario_missing_run(const struct scenario *scenario);

/* The index-th world file that a scenario of its file takes a world from; a name may come several
 * times. False behind the last; *ret_path is NULL for one that takes none. Borrowed. */
bool scenario_from(const struct scenario *scenario, size_t index, const char **ret_path);
/* Its place among those of its file, from 0, and the text of that. */
size_t scenario_index(const struct scenario *scenario);
const char *scenario_text(const struct scenario *scenario, size_t *ret_len);
/* The command that was given for its client; NULL: none. */
const char *scenario_client_command(const struct scenario *scenario);

/* Why it is not to be run; NULL: it is. Borrowed. */
const char *scenario_skip(const struct scenario *scenario);

enum verdict {
    VERDICT_PASSED,
    VERDICT_SKIPPED, /* its `skip` says why: the message */
    VERDICT_FAILED,
    VERDICT_ERROR /* could not run */,
    VERDICT_TIMEOUT,
    VERDICT_INTERRUPTED
};

/* The one result model. All strings are owned by the result; NULL where there is nothing to say. */
struct scenario_result {
    char *scenario; /* its name */
    char *file;
    int line; /* of the scenario, or of the step that failed */
    enum verdict verdict;
    char *statement; /* the step as written, of the one that failed */
    char *expected;
    char *actual;
    char *path;    /* of the first difference: "/claim_code" */
    char *message; /* in one line what went wrong */
    char *why; /* the diagnosis of the device concerned: several lines, with evidence and advice */
    char *others;        /* what the other actors were doing: a line each */
    char *journal;       /* the last 20 entries: a line each */
    char *client_output; /* the last lines that the clients printed: "app | claimed!" */
    char *again;         /* the command that runs it again with the same seed */
    char *tape;          /* where its tape lies; NULL: nobody recorded */
    char *moment;        /* the command that opens the moment of its end, from its tape */
    int64_t entries;     /* of its journal */
    int steps_run;
    int64_t wall_us;  /* real time inside the process */
    int64_t world_ms; /* world time that passed */
    uint64_t seed;
    char *findings;     /* what requests had that is not in the document: a line each */
    char *guesses;      /* the guesses that were leaned on: a line each */
    char *journal_dump; /* the whole journal as JSON Lines; only when asked for */
    char *client_dump;  /* what each client has printed: {"app":"…"}; only when asked for */
    char *wire_dump;    /* wire_dump.h; only when asked for */
};

void scenario_result_free(struct scenario_result *result);

struct scenario_run_options {
    uint64_t force_seed;              /* --seed; 0: the scenario's own */
    bool keep_journal;                /* fill journal_dump */
    bool keep_output;                 /* fill client_dump */
    bool keep_wire;                   /* fill wire_dump */
    const char *host_scheme;          /* how clients call: "http"; NULL without keep_wire */
    bool check_requests;              /* fill findings */
    const struct scenario_host *host; /* NULL: only closed scenarios */
    /* Called before each step, for "where was it when it was killed": line and statement. May be
     * NULL. */
    void (*progress)(void *arg, int line, const char *statement);
    void *progress_arg;
};

struct worlds;
struct api;
struct journal;
struct machine;

/* A scenario that is being run: its world and its api exist from scenario_run_new() to
 * scenario_run_free(), so that the host can be made between. */
struct scenario_run;
/* `machine`: what its world is told of the machine, and who records it; copied. NULL: the clocks,
 * and nobody. */
struct scenario_run *scenario_run_new(const struct scenario *scenario, uint64_t force_seed,
                                      const struct machine *machine);
struct worlds *scenario_run_worlds(struct scenario_run *run);
struct api *scenario_run_api(struct scenario_run *run);
/* Runs it; the result is yours. `options->host` may refer to the run's api. */
struct scenario_result scenario_run_steps(struct scenario_run *run,
                                          const struct scenario_run_options *options);
void scenario_run_free(struct scenario_run *run);
/* The journal of its world, as long as the run lives; NULL when it has ended its world. */
const struct journal *scenario_run_journal(const struct scenario_run *run);

/* ---- tables ---- */

/* The index-th form of ${…}, where it may stand, and what it is; false behind the last. */
bool scenario_variable_info(size_t index, const char **ret_name, const char **ret_where,
                            const char **ret_text);

/* The index-th step word, what it is for, and the fields of its map (the word is among them); false
 * behind the last. */
bool scenario_step_info(size_t index, const char **ret_name, const char **ret_text,
                        const struct field **ret_fields);

/* The fields of a scenario file, without those of its world and its steps. */
extern const struct field scenario_fields[];

/* Those of a client in it. */
extern const struct field scenario_client_fields[];

/* Prints the JSON Schema (draft 2020-12) of scenario files, from the step table and the world's
 * fields. */
void scenario_schema(struct buf *out);

#endif
