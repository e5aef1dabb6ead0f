/* See scenario_replay.h. Owns the scenario that is made of the tape's own texts, and its run. */
#include "scenario/scenario_replay.h"

#include "base/mem.h"
#include "scenario/host_replay.h"
#include "scenario/report.h"

#include <stdlib.h>
#include <string.h>

#define RESULT_MAX (600u << 20)

struct scenario_replay {
    struct replay *replay;
    struct scenario_file *file;
    struct scenario_run *run;
    struct host_replay *host;
    struct scenario_source *sources; /* owned, with their texts */
    size_t source_count;
    char *command; /* of its client, given then; NULL: none */
    uint64_t seed;
    bool check_requests, keep_output;
    bool has_result;
    struct scenario_result result;
    int code;
};

bool scenario_replay_is(struct replay *replay)
{
    enum { RUN = 7 };
    const struct tape_record *record = replay_peek(replay);
    return record && record->kind == TAPE_BEGUN && record->numbers[RUN];
}

static void take_sources(struct scenario_replay *again, const struct tape_record *record)
{
    again->source_count = record->pair_count;
    again->sources = mem_new_array(again->source_count + 1, sizeof *again->sources);
    for (size_t i = 0; i < again->source_count; i++) {
        const struct tape_pair *pair = &record->pairs[i];
        again->sources[i] =
            (struct scenario_source){mem_dup(pair->name.data),
                                     mem_dup_n(pair->value.data, pair->value.len), pair->value.len};
    }
}

/* The scenario as it was loaded then. False: there is none. */
static bool load(struct scenario_replay *again, const struct tape_record *record,
                 struct diags *diags, size_t *ret_index)
{
    enum { INDEX, SEED, CHECK_REQUESTS, KEEP_OUTPUT };
    enum { FILE_NAME, NAME, CLIENT_COMMAND };
    take_sources(again, record);
    again->command = mem_dup(record->texts[CLIENT_COMMAND].data);
    const struct scenario_load_options options = {
        .client_command = again->command,
        .sources = again->sources,
        .source_count = again->source_count,
    };
    *ret_index = (size_t)record->numbers[INDEX];
    again->seed = (uint64_t)record->numbers[SEED];
    again->check_requests = record->numbers[CHECK_REQUESTS];
    again->keep_output = record->numbers[KEEP_OUTPUT];
    if (again->source_count)
        again->file = scenario_file_new_from_text(again->sources[0].path, again->sources[0].text,
                                                  again->sources[0].len, &options, diags);
    return again->file && *ret_index < scenario_count(again->file);
}

/* ---- its end ---- */

static char *comparable_dup(const struct scenario_result *result)
{
    struct scenario_result plain = *result;
    struct buf text;
    plain.wall_us = 0;
    plain.journal_dump = plain.client_dump = plain.tape = plain.moment = NULL;
    buf_init(&text, RESULT_MAX);
    report_json(&plain, &text);
    return buf_take(&text);
}

/* The verdict is a record, too: what it says has to be the same. */
static void compare_result(struct scenario_replay *again)
{
    const struct tape_record *record = replay_peek(again->replay);
    struct scenario_result then = {0};
    if (!record || replay_end(again->replay) == REPLAY_PARTED)
        return;
    if (record->kind == TAPE_ENTRIES) {
        tape_flush(replay_worlds(again->replay)->machine.recorder);
        record = replay_peek(again->replay);
    }
    bool read = record && record->kind == TAPE_VERDICT && record->texts[0].data &&
                report_from_json(record->texts[0].data, &then);
    if (!read) {
        replay_part(again->replay, "the run ends here");
        return;
    }
    again->code = (int)record->numbers[0];
    again->result.wall_us = then.wall_us;
    char *was = comparable_dup(&then), *is = comparable_dup(&again->result);
    if (strcmp(was, is) != 0) {
        char *now = mem_printf_dup("the result is another: %s\n  it was       %s", is, was);
        replay_part(again->replay, now);
        free(now);
    } else {
        replay_skip(again->replay);
        again->has_result = true;
    }
    free(was);
    free(is);
    scenario_result_free(&then);
}

static void run_again(struct scenario_replay *again, size_t index)
{
    again->run = scenario_run_new(scenario_at(again->file, index), again->seed,
                                  replay_machine(again->replay));
    scenario_run_worlds(again->run)->carried = true;
    replay_attach(again->replay, scenario_run_worlds(again->run), scenario_run_api(again->run));
    again->host = host_replay_new(again->replay);
    again->result = scenario_run_steps(again->run, &(struct scenario_run_options){
                                                       .keep_output = again->keep_output,
                                                       .check_requests = again->check_requests,
                                                       .host = host_replay_scenario(again->host),
                                                   });
    if (replay_end(again->replay) == REPLAY_OVER)
        compare_result(again);
}

struct scenario_replay *scenario_replay_new(struct replay *replay, struct diags *diags)
{
    struct scenario_replay *again = mem_new(sizeof *again);
    const struct tape_record *record;
    size_t index;
    again->replay = replay;
    replay_enter(replay); /* its beginning */
    record = replay_peek(replay);
    if (!record || record->kind != TAPE_SCENARIO || !load(again, record, diags, &index)) {
        scenario_replay_free(again);
        return NULL;
    }
    replay_skip(replay);
    run_again(again, index);
    return again;
}

void scenario_replay_free(struct scenario_replay *again)
{
    if (!again)
        return;
    if (again->run)
        replay_detach(again->replay);
    scenario_run_free(again->run);
    host_replay_free(again->host);
    scenario_file_free(again->file);
    scenario_result_free(&again->result);
    for (size_t i = 0; i < again->source_count; i++) {
        free((void *)(uintptr_t)again->sources[i].path);
        free((void *)(uintptr_t)again->sources[i].text);
    }
    free(again->sources);
    free(again->command);
    free(again);
}

const struct scenario_result *scenario_replay_result(const struct scenario_replay *again)
{
    return again->has_result ? &again->result : NULL;
}

int scenario_replay_code(const struct scenario_replay *again)
{
    return again->code;
}
