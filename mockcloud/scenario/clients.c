/* See clients.h. Owns command line and environment of a client and what it printed. Starts no
 * process itself: that is the host's. */
#include "scenario/clients.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Strings that are put together, ending in NULL. */
struct strings {
    char **items;
    size_t count;
};

static void strings_take(struct strings *strings, char *text)
{
    strings->items = mem_grow(strings->items, (strings->count + 2) * sizeof *strings->items);
    strings->items[strings->count++] = text;
    strings->items[strings->count] = NULL;
}

static void strings_free(struct strings *strings)
{
    for (size_t i = 0; i < strings->count; i++)
        free(strings->items[i]);
    free(strings->items);
}

struct run_client *clients_find(struct scenario_run *run, const char *name)
{
    int index = scenario_load_client(run->scenario, name);
    assert(index >= 0);
    return &run->clients[index];
}

/* A variable of the same name that was set before gives way. */
static void clients_set(void *arg, const char *name, const char *value)
{
    free(map_put(arg, name, mem_dup(value)));
}

static void clients_environment(const struct scenario_run *run, const struct interp *interp,
                                const struct scenario_client *spec, struct strings *ret_env)
{
    struct map env = {0};
    size_t cursor = 0;
    const char *name = NULL;
    void *value = NULL;
    clients_set(&env, "MOCKCLOUD_URL", interp->url);
    clients_set(&env, "MOCKCLOUD_CONTROL", interp->control);
    world_environment(run->world, clients_set, &env);
    if (run->options->host->variables)
        run->options->host->variables(run->options->host->ctx, spec->name, clients_set, &env);
    for (size_t i = 0; spec->env && i < spec->env->count; i++) {
        char *text = interp_dup(interp, spec->env->pairs[i].value->text);
        clients_set(&env, spec->env->pairs[i].key->text, text);
        free(text);
    }
    while (map_next(&env, &cursor, &name, &value))
        strings_take(ret_env, mem_printf_dup("%s=%s", name, (const char *)value));
    map_free(&env, free);
}

static void clients_command(const struct interp *interp, const struct scenario_client *spec,
                            struct strings *ret_argv)
{
    if (spec->command) {
        strings_take(ret_argv, mem_dup("/bin/sh"));
        strings_take(ret_argv, mem_dup("-c"));
        strings_take(ret_argv, mem_dup(spec->command));
        return;
    }
    for (size_t i = 0; i < spec->run->count; i++)
        strings_take(ret_argv, interp_dup(interp, spec->run->items[i]->text));
}

/* Notes that a client could not be started; takes `error`. */
static bool clients_fail(struct scenario_run *run, const struct run_client *client, char *error)
{
    run_fail(run, "the client %s: %s", client->spec->name, error ? error : "it can't be started");
    run_fail_verdict(run, VERDICT_ERROR);
    free(error);
    return false;
}

static bool clients_spawn(struct scenario_run *run, struct run_client *client, const char *url)
{
    const struct scenario_host *host = run->options->host;
    struct strings argv = {0}, env = {0};
    char *error = NULL;
    char *control = mem_printf_dup("%s/__mock/worlds/%s", url, run->world_name);
    struct interp interp = run->interp;
    interp.url = url;
    interp.control = control;
    clients_command(&interp, client->spec, &argv);
    clients_environment(run, &interp, client->spec, &env);
    struct scenario_spawn spawn = {
        .name = client->spec->name,
        .argv = (const char *const *)argv.items,
        .env = (const char *const *)env.items,
        .cwd = client->spec->command ? NULL : client->spec->cwd,
    };
    client->handle = host->spawn(host->ctx, &spawn, &error);
    strings_free(&argv);
    strings_free(&env);
    free(control);
    return client->handle || clients_fail(run, client, error);
}

/* Forgets a process; what it printed stays. */
static void clients_forget(struct scenario_run *run, struct run_client *client)
{
    const struct scenario_host *host = run->options->host;
    if (!client->handle)
        return;
    char *output = mem_dup(buf_str(host->output(host->ctx, client->handle)));
    host->kill(host->ctx, client->handle);
    client->handle = NULL;
    free(client->output);
    client->output = output;
}

bool clients_start(struct scenario_run *run, struct run_client *client)
{
    const struct scenario_host *host = run->options->host;
    char *error = NULL;
    assert(host);
    clients_poll(run);
    if (client->handle && !client->exited)
        return run_fail(run, "the client %s still runs", client->spec->name);
    clients_forget(run, client);
    const char *url = host->client_url(host->ctx, client->spec->name, &error);
    if (!url)
        return clients_fail(run, client, error);
    client->exited = false;
    return clients_spawn(run, client, url);
}

void clients_poll(struct scenario_run *run)
{
    const struct scenario_host *host = run->options->host;
    for (size_t i = 0; i < run->scenario->client_count; i++) {
        struct run_client *client = &run->clients[i];
        if (client->handle && !client->exited)
            client->exited =
                host->exited(host->ctx, client->handle, &client->code, &client->signal);
    }
}

size_t clients_running(const struct scenario_run *run)
{
    size_t running = 0;
    for (size_t i = 0; i < run->scenario->client_count; i++)
        running += run->clients[i].handle && !run->clients[i].exited;
    return running;
}

bool clients_any_started(const struct scenario_run *run)
{
    for (size_t i = 0; i < run->scenario->client_count; i++)
        if (run->clients[i].handle)
            return true;
    return false;
}

const char *clients_output(const struct scenario_run *run, const struct run_client *client)
{
    const struct scenario_host *host = run->options->host;
    if (client->handle)
        return buf_str(host->output(host->ctx, client->handle));
    return client->output ? client->output : "";
}

void clients_describe(const struct run_client *client, struct buf *out)
{
    if (client->exited && client->signal)
        buf_printf(out, "was ended by signal %d (%d)", client->signal, client->code);
    else if (client->exited)
        buf_printf(out, "exited with %d", client->code);
    else
        buf_add_str(out, client->handle ? "runs" : "was not started");
}

void clients_end(struct scenario_run *run)
{
    for (size_t i = 0; i < run->scenario->client_count; i++)
        clients_forget(run, &run->clients[i]);
}

void clients_free(struct scenario_run *run)
{
    for (size_t i = 0; i < run->scenario->client_count; i++)
        free(run->clients[i].output);
    free(run->clients);
}
