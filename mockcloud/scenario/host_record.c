/* See host_record.h. Owns nothing of the host but what it has to remember of it: whose handle a
 * handle is. */
#include "scenario/host_record.h"

#include "base/headers.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct host_record {
    struct scenario_host scenario;
    const struct scenario_host *host;
    struct machine *machine;
};

/* A client, or a call to one. */
struct recorded {
    void *handle;
    char *name;
    bool over; /* a call: it was told */
};

static struct recorded *recorded_new(void *handle, const char *name)
{
    if (!handle)
        return NULL;
    struct recorded *recorded = mem_new(sizeof *recorded);
    recorded->handle = handle;
    recorded->name = mem_dup(name);
    return recorded;
}

static void recorded_free(struct recorded *recorded)
{
    free(recorded->name);
    free(recorded);
}

/* A record of texts alone. */
static void note(struct host_record *record, enum tape_kind kind, const char *first,
                 const char *second)
{
    if (machine_begin(record->machine, kind)) {
        tape_str(record->machine->recorder, first);
        tape_str(record->machine->recorder, second);
    }
    machine_end(record->machine);
}

static const char *client_url(void *ctx, const char *client, char **ret_error)
{
    struct host_record *record = ctx;
    const char *url = record->host->client_url(record->host->ctx, client, ret_error);
    if (machine_begin(record->machine, TAPE_CLIENT_URL)) {
        tape_str(record->machine->recorder, client);
        tape_str(record->machine->recorder, url);
        tape_str(record->machine->recorder, url ? NULL : *ret_error);
    }
    machine_end(record->machine);
    return url;
}

/* Of no matter for what happens in the world: a replay starts no client. */
static void variables(void *ctx, const char *client,
                      void (*set)(void *arg, const char *name, const char *value), void *arg)
{
    const struct host_record *record = ctx;
    if (record->host->variables)
        record->host->variables(record->host->ctx, client, set, arg);
}

static void *spawn(void *ctx, const struct scenario_spawn *how, char **ret_error)
{
    struct host_record *record = ctx;
    void *handle = record->host->spawn(record->host->ctx, how, ret_error);
    note(record, TAPE_CLIENT_STARTED, how->name, handle ? NULL : *ret_error ? *ret_error : "");
    return recorded_new(handle, how->name);
}

static bool exited(void *ctx, void *client, int *ret_code, int *ret_signal)
{
    struct host_record *record = ctx;
    struct recorded *recorded = client;
    if (!record->host->exited(record->host->ctx, recorded->handle, ret_code, ret_signal))
        return false;
    if (machine_begin(record->machine, TAPE_CLIENT_ENDED)) {
        tape_number(record->machine->recorder, *ret_code);
        tape_number(record->machine->recorder, *ret_signal);
        tape_str(record->machine->recorder, recorded->name);
    }
    machine_end(record->machine);
    return true;
}

static const struct buf *output(void *ctx, void *client)
{
    struct host_record *record = ctx;
    const struct recorded *recorded = client;
    const struct buf *text = record->host->output(record->host->ctx, recorded->handle);
    note(record, TAPE_CLIENT_OUTPUT, recorded->name, buf_str(text));
    return text;
}

static char *keep(void *ctx, const char *client, const char *text)
{
    struct host_record *record = ctx;
    char *path = record->host->keep(record->host->ctx, client, text);
    note(record, TAPE_CLIENT_KEPT, client, path);
    return path;
}

static void send_signal(void *ctx, void *client, int signal)
{
    struct host_record *record = ctx;
    record->host->signal(record->host->ctx, ((struct recorded *)client)->handle, signal);
}

static uint16_t free_port(void *ctx, char **ret_error)
{
    struct host_record *record = ctx;
    uint16_t port = record->host->free_port(record->host->ctx, ret_error);
    if (machine_begin(record->machine, TAPE_PORT)) {
        tape_number(record->machine->recorder, port);
        tape_str(record->machine->recorder, port ? NULL : *ret_error);
    }
    machine_end(record->machine);
    return port;
}

static void *call(void *ctx, const struct scenario_call *request, char **ret_error)
{
    struct host_record *record = ctx;
    void *handle = record->host->call(record->host->ctx, request, ret_error);
    if (machine_begin(record->machine, TAPE_CALL)) {
        tape_str(record->machine->recorder, request->method);
        tape_str(record->machine->recorder, request->url);
        tape_str(record->machine->recorder, handle ? NULL : *ret_error ? *ret_error : "");
    }
    machine_end(record->machine);
    return recorded_new(handle, request->url);
}

static void note_over(struct host_record *record, const struct api_reply *reply,
                      const char *failure)
{
    struct tape_recorder *recorder = record->machine->recorder;
    const char *name, *value;
    if (machine_begin(record->machine, TAPE_CALL_OVER)) {
        tape_number(recorder, reply ? reply->status : 0);
        tape_str(recorder, failure);
        tape_text(recorder, reply ? buf_str(&reply->body) : NULL, reply ? reply->body.len : 0);
        for (size_t cursor = 0; reply && headers_next(reply->headers.data, reply->headers.len,
                                                      &cursor, &name, &value);)
            tape_pair(recorder, name, value, strlen(value));
    }
    machine_end(record->machine);
}

static bool called(void *ctx, void *handle, const struct api_reply **ret_reply,
                   const char **ret_failure)
{
    struct host_record *record = ctx;
    struct recorded *recorded = handle;
    *ret_reply = NULL;
    *ret_failure = NULL;
    if (!record->host->called(record->host->ctx, recorded->handle, ret_reply, ret_failure))
        return false;
    if (!recorded->over)
        note_over(record, *ret_reply, *ret_failure);
    recorded->over = true;
    return true;
}

static void hang_up(void *ctx, void *handle)
{
    struct host_record *record = ctx;
    record->host->hang_up(record->host->ctx, ((struct recorded *)handle)->handle);
    recorded_free(handle);
}

static void end_client(void *ctx, void *client)
{
    struct host_record *record = ctx;
    record->host->kill(record->host->ctx, ((struct recorded *)client)->handle);
    recorded_free(client);
}

static enum scenario_turn turn(void *ctx, bool (*until)(void *arg), void *arg, int64_t deadline_ms)
{
    struct host_record *record = ctx;
    enum scenario_turn end = record->host->turn(record->host->ctx, until, arg, deadline_ms);
    if (machine_begin(record->machine, TAPE_TURN))
        tape_number(record->machine->recorder, end);
    machine_end(record->machine);
    return end;
}

struct host_record *host_record_new(const struct scenario_host *host, struct machine *machine)
{
    struct host_record *record = mem_new(sizeof *record);
    record->host = host;
    record->machine = machine;
    record->scenario = (struct scenario_host){
        .ctx = record,
        .client_url = client_url,
        .variables = variables,
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
    return record;
}

void host_record_free(struct host_record *record)
{
    free(record);
}

const struct scenario_host *host_record_scenario(struct host_record *record)
{
    return &record->scenario;
}
