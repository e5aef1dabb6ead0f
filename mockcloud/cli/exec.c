/*
 * `mockcloud exec`: a command with a world of its own, for as long as it runs.
 *
 * The command shares our terminal and our process group, so that it behaves as if it had been
 * called without us; its exit code is ours. What it started ends with it, however far it has
 * detached, and all of it with us, whatever ends us. What is told of it: exec_report.c.
 */
#include "cli/cli.h"

#include "api/api.h"
#include "base/mem.h"
#include "cli/exec_report.h"
#include "cli/loadworld.h"
#include "cli/options.h"
#include "cli/outbound.h"
#include "cli/profile.h"
#include "cli/recording.h"
#include "cli/secure.h"
#include "net/output.h"
#include "net/server.h"
#include "replay/past.h"
#include "scenario/live.h"
#include "sim/sim.h"
#include "world/guesses.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define EXEC_GRACE_MS 5000 /* from the first signal that asks it to end to SIGKILL */
#define EXEC_FLUSH_MS 500  /* for what was printed and is not read yet */

struct exec {
    struct world_options world;
    enum strict strict;
    const char *const *allowed; /* guesses; NULL: none */
    struct outbound outbound;
    struct secure secure;
    struct profile profile;
    char **argv;        /* of the command */
    int64_t timeout_ms; /* 0: none */
    struct exec_report report;
    /* while it runs */
    struct worlds worlds;
    struct api_options how;
    struct api *api;
    struct recording recording;
    struct live *live; /* plays posted steps */
    struct server *server;
    struct output *err; /* the command shares our stderr, and may leave it unread */
    char *base_url;
    char **env;
    size_t env_count;
    int64_t
        deadline_ms; /* for the command: to end, or to have ended when it was asked to; -1: none */
    bool asked;      /* it was asked to end */
    struct command_end end;
};

/* ---- the environment ---- */

static void add_variable(void *arg, const char *name, const char *value)
{
    struct exec *exec = arg;
    exec->env = mem_grow(exec->env, (exec->env_count + 2) * sizeof *exec->env);
    exec->env[exec->env_count++] = mem_printf_dup("%s=%s", name, value);
    exec->env[exec->env_count] = NULL;
}

static void make_environment(struct exec *exec)
{
    const struct world *world = exec->worlds.main;
    char *control = mem_printf_dup("%s/__mock/worlds/%s", exec->base_url, world->name);
    add_variable(exec, "MOCKCLOUD_URL", exec->base_url);
    add_variable(exec, "MOCKCLOUD_CONTROL", control);
    world_environment(world, add_variable, exec);
    secure_variables(&exec->secure, add_variable, exec);
    profile_variables(&exec->profile, "command", exec->base_url, add_variable, exec);
    free(control);
}

static void free_environment(struct exec *exec)
{
    for (size_t i = 0; i < exec->env_count; i++)
        free(exec->env[i]);
    free(exec->env);
}

/* ---- running ---- */

static bool has_exited(void *child)
{
    return child_exited(child, NULL, NULL);
}

/* Asks the command to end. False when it was asked before. */
static bool ask_to_end(struct exec *exec, struct child *child, int signal)
{
    if (exec->asked)
        return false;
    exec->asked = true;
    child_signal(child, signal);
    exec->deadline_ms = sim_real_ms() + EXEC_GRACE_MS;
    return true;
}

/* Passes a signal on to the command, for which it is meant. One from the terminal has reached the
 * command already, which may take it as it likes (an interpreter goes on after Ctrl-C). A signal
 * that somebody sends to us asks for an end: after a second one, or the grace, the command is
 * killed. */
static bool pass_signal(struct exec *exec, struct child *child)
{
    bool shared;
    int signal = server_take_signal(exec->server, &shared);
    exec->end.interrupted = true;
    return shared || ask_to_end(exec, child, signal);
}

static bool run_out(struct exec *exec, struct child *child)
{
    if (!exec->asked)
        exec->end.timeout_ms = exec->timeout_ms;
    return ask_to_end(exec, child, SIGTERM);
}

static int serve_until_exit(struct exec *exec, struct child *child)
{
    int code = EXIT_COULD_NOT_RUN;
    bool go_on = true;
    while (go_on) {
        enum turn_end end = server_turn(exec->server, has_exited, child, exec->deadline_ms);
        if (end == TURN_MET)
            break;
        go_on = end == TURN_SIGNAL ? pass_signal(exec, child) : run_out(exec, child);
    }
    if (!go_on)
        child_kill(child);
    /* The code is decided. Signals that are still to come, which the server's end lets through,
     * would put their own in its place. */
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    child_exited(child, &code, NULL);
    return code;
}

static int fail_with(char *error)
{
    cli_error(EXIT_COULD_NOT_RUN, "%s", error);
    free(error);
    return EXIT_COULD_NOT_RUN;
}

static const char *const *constant(char **list)
{
    return (const char *const *)list;
}

/* What came of the command, as the exit code of ours. */
static int tell_end_of(struct exec *exec, int code)
{
    exec->end.code = code;
    exec->end.worlds = &exec->worlds;
    exec->end.argv = constant(exec->argv);
    exec->end.scheme = secure_scheme(&exec->secure);
    exec->end.interrupted = exec->end.interrupted && code != EXIT_PASSED && !exec->end.timeout_ms;
    exec_report_tell(&exec->report, &exec->end, exec->err);
    return exec->end.timeout_ms ? EXIT_TIMED_OUT : code;
}

static int run_command(struct exec *exec)
{
    char *error = NULL;
    uint16_t port;
    struct server_options how = {.identity = exec->secure.identity};
    outbound_apply(&exec->outbound, &how);
    recording_apply(&exec->recording, &how);
    exec->server = server_new(exec->api, &how, &error);
    if (!exec->server || !server_listen(exec->server, &(struct listen_options){0}, &port, &error))
        return fail_with(error);
    exec->err = output_new(exec->server, STDERR_FILENO);
    exec->base_url = mem_printf_dup("%s://127.0.0.1:%u", secure_scheme(&exec->secure), port);
    api_set_base_url(exec->api, exec->base_url);
    make_environment(exec);
    struct child_options options = {
        .argv = constant(exec->argv),
        .env = constant(exec->env),
    };
    int64_t began_ms = sim_real_ms();
    exec->end.began_ms = vclock_now(exec->worlds.main->sim.clock);
    exec->deadline_ms = exec->timeout_ms ? began_ms + exec->timeout_ms : -1;
    struct child *child = child_new(exec->server, &options, &error);
    if (!child)
        return fail_with(error);
    int code = serve_until_exit(exec, child);
    child_free(exec->server, child);
    exec->end.wall_us = (sim_real_ms() - began_ms) * 1000;
    return tell_end_of(exec, code);
}

static void on_finding(void *arg, const char *text)
{
    struct exec *exec = arg;
    output_printf(exec->err, "mockcloud exec: %s\n", text);
    exec_report_finding(&exec->report, text);
}

/* Names the guesses that the command leaned on. The command's own code wins unless it is 0. */
static int tell_guesses(const struct exec *exec, int code)
{
    char *guesses = exec->strict == STRICT_OFF ? NULL : guesses_text_dup(&exec->worlds);
    guesses = guesses_without(guesses, exec->allowed);
    if (guesses && exec->err)
        output_printf(exec->err, "mockcloud exec: guesses that were leaned on%s:\n%s",
                      exec->strict == STRICT_FAIL ? ", which --strict makes a failure" : "",
                      guesses);
    if (guesses && exec->strict == STRICT_FAIL && code == EXIT_PASSED)
        code = EXIT_FAILED;
    free(guesses);
    return code;
}

/* The server first: it ends what the command has left running, and streams that look into the api's
 * worlds. Then stderr is flushed, with SIGTERM no longer taken over: whoever doesn't read it can be
 * interrupted. */
static void free_exec(struct exec *exec, int *ret_code)
{
    server_free(exec->server);
    output_free(exec->err, EXEC_FLUSH_MS);
    live_free(exec->live);
    api_free(exec->api);
    if (recording_end(&exec->recording) != EXIT_PASSED && *ret_code == EXIT_PASSED)
        *ret_code = EXIT_COULD_NOT_RUN;
    cli_end_worlds(&exec->worlds);
    free_environment(exec);
    free(exec->base_url);
}

static int serve_command(struct exec *exec, const struct options *options)
{
    exec->api = api_new(&exec->worlds, &exec->how);
    if (exec->recording.past)
        api_set_fork(exec->api, past_fork(exec->recording.past));
    if (options_given(options, OPTION_CHECK_REQUESTS))
        api_check_requests(exec->api, on_finding, exec);
    exec->live = live_new(exec->api);
    int code = run_command(exec);
    code = tell_guesses(exec, code);
    free_exec(exec, &code);
    return code;
}

int cli_exec(const struct options *options)
{
    struct exec exec = {
        .world = {.mode = VCLOCK_REAL, .force_seed = options_number(options, OPTION_SEED)},
        .strict = cli_strict(options),
        .allowed = options->values[OPTION_ALLOW_GUESS].list,
        .how = {.explain = options_given(options, OPTION_EXPLAIN)},
        .outbound = outbound_read(options),
        .argv = options->arguments,
        .timeout_ms = options_ms(options, OPTION_EXEC_TIMEOUT),
        .end.world_path = options_text(options, OPTION_WORLD),
    };
    int code = exec_report_begin(&exec.report, options);
    const struct world *world = NULL;
    const struct recording_of of = {
        .api = &exec.how, .check_requests = options_given(options, OPTION_CHECK_REQUESTS)};
    if (code == EXIT_PASSED)
        code = secure_begin(&exec.secure, options, NULL);
    if (code == EXIT_PASSED)
        code = profile_begin(&exec.profile, options);
    exec.recording.worlds = &exec.worlds;
    if (code == EXIT_PASSED)
        code = recording_begin(&exec.recording, options, &exec.worlds.machine, &of);
    if (code == EXIT_PASSED)
        world = cli_load_world(exec.end.world_path, &exec.worlds, &exec.world, &code);
    if (world)
        code = serve_command(&exec, options);
    secure_end(&exec.secure);
    profile_end(&exec.profile);
    if (!exec_report_end(&exec.report) && code == EXIT_PASSED)
        code = EXIT_COULD_NOT_RUN;
    return code;
}
