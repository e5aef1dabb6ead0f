/*
 * See host_replay.h. Owns what the tape has told of clients and calls.
 *
 * The host is asked in the same order as it was then, so the answer to a question is the next
 * record; when it is of another kind, the scenario has gone another way, and the replay parts
 * there.
 */
#include "scenario/host_replay.h"

#include "base/headers.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define OUTPUT_MAX (64u << 20)

struct host_replay {
    struct scenario_host scenario;
    struct replay *replay;
    struct map urls; /* by client; owned */
};

struct replayed_client {
    char *name;
    struct buf output;
};

struct replayed_call {
    bool over;
    struct api_reply reply;
    char *failure; /* NULL: there is a reply */
};

/* The next record if it is of that kind, and of that client (NULL: whatever it says first). */
static const struct tape_record *next(struct host_replay *host, enum tape_kind kind,
                                      const char *client)
{
    const struct tape_record *record = replay_peek(host->replay);
    bool is = record && record->kind == kind;
    if (is && client && (!record->texts[0].data || strcmp(record->texts[0].data, client) != 0))
        is = false;
    return is ? record : NULL;
}

/* The same, and it has to be. NULL: the replay has parted. */
static const struct tape_record *must(struct host_replay *host, enum tape_kind kind,
                                      const char *client)
{
    const struct tape_record *record = next(host, kind, client);
    if (record)
        return record;
    char *now = mem_printf_dup("the scenario comes to a record \"%s\"", tape_kind_row(kind)->name);
    replay_part(host->replay, now);
    free(now);
    return NULL;
}

static char *parted_dup(void)
{
    return mem_dup("the replay has parted from its tape");
}

static const char *client_url(void *ctx, const char *client, char **ret_error)
{
    struct host_replay *host = ctx;
    const struct tape_record *record = next(host, TAPE_BASE_URL, NULL);
    if (record)
        replay_enter(host->replay);
    record = must(host, TAPE_CLIENT_URL, client);
    const char *url = record ? record->texts[1].data : NULL;
    if (url)
        free(map_put(&host->urls, client, mem_dup(url)));
    else
        *ret_error =
            record && record->texts[2].data ? mem_dup(record->texts[2].data) : parted_dup();
    if (record)
        replay_skip(host->replay);
    return url ? map_get(&host->urls, client) : NULL;
}

static void *spawn(void *ctx, const struct scenario_spawn *how, char **ret_error)
{
    struct host_replay *host = ctx;
    const struct tape_record *record = must(host, TAPE_CLIENT_STARTED, how->name);
    if (!record || record->texts[1].data) {
        *ret_error = record ? mem_dup(record->texts[1].data) : parted_dup();
        if (record)
            replay_skip(host->replay);
        return NULL;
    }
    replay_skip(host->replay);
    struct replayed_client *client = mem_new(sizeof *client);
    client->name = mem_dup(how->name);
    buf_init(&client->output, OUTPUT_MAX);
    return client;
}

/* The one question whose "no" is no record. */
static bool exited(void *ctx, void *handle, int *ret_code, int *ret_signal)
{
    struct host_replay *host = ctx;
    const struct replayed_client *client = handle;
    const struct tape_record *record = next(host, TAPE_CLIENT_ENDED, client->name);
    if (!record)
        return false;
    *ret_code = (int)record->numbers[0];
    if (ret_signal)
        *ret_signal = (int)record->numbers[1];
    replay_skip(host->replay);
    return true;
}

static const struct buf *output(void *ctx, void *handle)
{
    struct host_replay *host = ctx;
    struct replayed_client *client = handle;
    const struct tape_record *record = must(host, TAPE_CLIENT_OUTPUT, client->name);
    if (record) {
        buf_clear(&client->output);
        buf_add(&client->output, record->texts[1].data, record->texts[1].len);
        replay_skip(host->replay);
    }
    return &client->output;
}

static char *keep(void *ctx, const char *client, const char *text)
{
    struct host_replay *host = ctx;
    const struct tape_record *record = must(host, TAPE_CLIENT_KEPT, client);
    char *path = record ? mem_dup(record->texts[1].data) : NULL;
    (void)text;
    if (record)
        replay_skip(host->replay);
    return path;
}

static void send_signal(void *ctx, void *client, int signal)
{
    (void)ctx, (void)client, (void)signal;
}

static uint16_t free_port(void *ctx, char **ret_error)
{
    struct host_replay *host = ctx;
    const struct tape_record *record = must(host, TAPE_PORT, NULL);
    uint16_t port = record ? (uint16_t)record->numbers[0] : 0;
    if (!port)
        *ret_error =
            record && record->texts[0].data ? mem_dup(record->texts[0].data) : parted_dup();
    if (record)
        replay_skip(host->replay);
    return port;
}

/* ---- calls ---- */

static void *call(void *ctx, const struct scenario_call *request, char **ret_error)
{
    struct host_replay *host = ctx;
    const struct tape_record *record = must(host, TAPE_CALL, request->method);
    const char *error = record ? record->texts[2].data : NULL;
    if (!record || error)
        *ret_error = error ? mem_dup(error) : parted_dup();
    bool begun = record && !error;
    if (record)
        replay_skip(host->replay);
    return begun ? mem_new(sizeof(struct replayed_call)) : NULL;
}

static void take_over(struct replayed_call *mine, const struct tape_record *record)
{
    const struct tape_text *failure = &record->texts[0], *body = &record->texts[1];
    mine->over = true;
    mine->failure = mem_dup(failure->data);
    mine->reply.status = (int)record->numbers[0];
    buf_init(&mine->reply.body, OUTPUT_MAX);
    buf_init(&mine->reply.headers, OUTPUT_MAX);
    if (body->data)
        buf_add(&mine->reply.body, body->data, body->len);
    for (size_t i = 0; i < record->pair_count; i++)
        headers_add(&mine->reply.headers, record->pairs[i].name.data, record->pairs[i].value.data);
}

static bool called(void *ctx, void *handle, const struct api_reply **ret_reply,
                   const char **ret_failure)
{
    struct host_replay *host = ctx;
    struct replayed_call *mine = handle;
    const struct tape_record *record = mine->over ? NULL : next(host, TAPE_CALL_OVER, NULL);
    if (record) {
        take_over(mine, record);
        replay_skip(host->replay);
    }
    *ret_failure = mine->failure;
    *ret_reply = mine->over && !mine->failure ? &mine->reply : NULL;
    return mine->over;
}

static void hang_up(void *ctx, void *handle)
{
    struct replayed_call *mine = handle;
    (void)ctx;
    buf_free(&mine->reply.body);
    buf_free(&mine->reply.headers);
    free(mine->failure);
    free(mine);
}

static void end_client(void *ctx, void *handle)
{
    struct replayed_client *client = handle;
    (void)ctx;
    buf_free(&client->output);
    free(client->name);
    free(client);
}

/* ---- turns ---- */

/* What the scenario waited for is asked where it was: after each answer of the host that it has
 * seen, and at the end. */
static enum scenario_turn end_turn(struct host_replay *host, bool (*until)(void *arg), void *arg,
                                   const struct tape_record *record)
{
    enum scenario_turn end = (enum scenario_turn)record->numbers[0];
    if (end == SCENARIO_TURN_MET && !until(arg)) {
        replay_part(host->replay, "what the scenario waits for does not hold");
        return SCENARIO_TURN_INTERRUPTED;
    }
    replay_skip(host->replay);
    return end;
}

/* False: the record is none that a turn can meet. */
static bool meet(struct host_replay *host, const struct tape_record *record,
                 bool (*until)(void *arg), void *arg)
{
    uint64_t index = record->index;
    if (record->kind == TAPE_ENTRIES)
        tape_flush(replay_worlds(host->replay)->machine.recorder);
    else if (replay_is_input(record))
        return replay_enter(host->replay);
    else
        until(arg);
    record = replay_peek(host->replay);
    return !record || record->index != index;
}

static enum scenario_turn turn(void *ctx, bool (*until)(void *arg), void *arg, int64_t deadline_ms)
{
    struct host_replay *host = ctx;
    const struct tape_record *record;
    (void)deadline_ms;
    while ((record = replay_peek(host->replay)) && replay_end(host->replay) == REPLAY_OVER) {
        if (record->kind == TAPE_TURN)
            return end_turn(host, until, arg, record);
        if (!meet(host, record, until, arg)) {
            replay_part(host->replay, "the scenario still waits");
            break;
        }
    }
    return SCENARIO_TURN_INTERRUPTED;
}

struct host_replay *host_replay_new(struct replay *replay)
{
    struct host_replay *host = mem_new(sizeof *host);
    host->replay = replay;
    host->scenario = (struct scenario_host){
        .ctx = host,
        .client_url = client_url,
        .spawn = spawn,
        .exited = exited,
        .output = output,
        .keep = keep,
        .signal = send_signal,
        .free_port = free_port,
        .call = call,
        .called = called,
        .hang_up = hang_up,
        .kill = end_client,
        .turn = turn,
    };
    return host;
}

void host_replay_free(struct host_replay *host)
{
    if (!host)
        return;
    map_free(&host->urls, free);
    free(host);
}

const struct scenario_host *host_replay_scenario(struct host_replay *host)
{
    return &host->scenario;
}
