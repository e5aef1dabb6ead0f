/*
 * `mockcloud exec`: a command with a world of its own, for as long as it runs.
 *
 * The command shares our terminal and our process group, so that it behaves as if it had been
 * called without us; its exit code is ours.
 */
#include "cli/cli.h"

#include "api/api.h"
#include "base/mem.h"
#include "cli/loadworld.h"
#include "cli/options.h"
#include "cli/outbound.h"
#include "net/server.h"
#include "world/guesses.h"

#include <stdio.h>
#include <stdlib.h>

#define GUESSES_MAX (1u << 20)

struct exec {
    const struct cli_command *command;
    const char *world_path;
    struct world_options world;
    enum strict strict;
    struct outbound outbound;
    bool explain;
    bool check_requests;
    char **argv; /* of the command */
    /* while it runs */
    struct worlds worlds;
    struct api *api;
    struct server *server;
    char *base_url;
    char **env;
    size_t env_count;
};

static const struct option exec_options[] = {
    {"world", required_argument, NULL, 'w'},    {"seed", required_argument, NULL, 's'},
    {"strict", optional_argument, NULL, 'S'},   {"explain", no_argument, NULL, 'E'},
    {"check-requests", no_argument, NULL, 'R'}, OUTBOUND_OPTIONS,
    {"help", no_argument, NULL, 'h'},           {0},
};

/* Whether to go on; else *ret_code. */
static bool read_options(struct exec *exec, int argc, char **argv, int *ret_code)
{
    int option;
    options_begin();
    /* "+": what stands behind the first word that is no option is the command's. */
    while ((option = options_next(argc, argv, exec_options, true, NULL)) != -1) {
        if (option == 'w') {
            exec->world_path = optarg;
        } else if (option == 's') {
            if (!cli_number(optarg, 1, UINT64_MAX, &exec->world.force_seed)) {
                *ret_code = cli_usage(
                    exec->command, "--seed: expected a whole number from 1, found \"%s\"", optarg);
                return false;
            }
        } else if (option == 'R') {
            exec->check_requests = true;
        } else if (option == 'E') {
            exec->explain = true;
        } else if (option == 'S') {
            if (!cli_strict(optarg, &exec->strict)) {
                *ret_code = cli_usage(exec->command, "--strict: \"%s\" is not report", optarg);
                return false;
            }
        } else if (option == OUTBOUND_ALLOW || option == OUTBOUND_PATIENCE) {
            const char *wrong = outbound_option(&exec->outbound, option, optarg);
            if (wrong) {
                *ret_code = cli_usage(exec->command, "%s, found \"%s\"", wrong, optarg);
                return false;
            }
        } else if (option == 'h') {
            *ret_code = cli_help(exec->command);
            return false;
        } else {
            *ret_code = options_usage(exec->command, argv, exec_options);
            return false;
        }
    }
    if (optind == argc) {
        *ret_code = cli_usage(exec->command, "which command?");
        return false;
    }
    exec->argv = argv + optind;
    return true;
}

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

/* A signal to us is meant for the command; one that came from the terminal has reached it already.
 */
static int serve_until_exit(struct exec *exec, struct child *child)
{
    int code = EXIT_COULD_NOT_RUN;
    while (server_turn(exec->server, has_exited, child, -1) == TURN_SIGNAL) {
        bool shared;
        int signal = server_take_signal(exec->server, &shared);
        if (!shared)
            child_signal(child, signal);
    }
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

static int run_command(struct exec *exec)
{
    char *error = NULL;
    uint16_t port;
    struct server_options how = {0};
    outbound_apply(&exec->outbound, &how);
    exec->server = server_new(exec->api, &how, &error);
    if (!exec->server || !server_listen(exec->server, &(struct listen_options){0}, &port, &error))
        return fail_with(error);
    exec->base_url = mem_printf_dup("http://127.0.0.1:%u", port);
    api_set_base_url(exec->api, exec->base_url);
    make_environment(exec);
    struct child_options options = {
        .argv = constant(exec->argv),
        .env = constant(exec->env),
    };
    struct child *child = child_new(exec->server, &options, &error);
    if (!child)
        return fail_with(error);
    int code = serve_until_exit(exec, child);
    child_free(exec->server, child);
    return code;
}

static void print_finding(void *arg, const char *text)
{
    (void)arg;
    fprintf(stderr, "mockcloud exec: %s\n", text);
}

/* Names the guesses that the command leaned on. The command's own code wins unless it is 0. */
static int tell_guesses(const struct exec *exec, int code)
{
    struct leaned leaned = {0};
    struct buf text;
    if (exec->strict == STRICT_OFF)
        return code;
    buf_init(&text, GUESSES_MAX);
    worlds_leaned(&exec->worlds, &leaned);
    guesses_write_text(&leaned, &text);
    leaned_free(&leaned);
    if (text.len)
        fprintf(stderr, "mockcloud exec: guesses that were leaned on%s:\n%s",
                exec->strict == STRICT_FAIL ? ", which --strict makes a failure" : "",
                buf_str(&text));
    if (text.len && exec->strict == STRICT_FAIL && code == EXIT_PASSED)
        code = EXIT_FAILED;
    buf_free(&text);
    return code;
}

int cli_exec(const struct cli_command *command, int argc, char **argv)
{
    struct exec exec = {.command = command, .world = {.mode = VCLOCK_REAL}};
    int code = EXIT_PASSED;
    if (!read_options(&exec, argc, argv, &code))
        return code;
    struct world *world = cli_load_world(exec.world_path, &exec.world, &code);
    if (!world)
        return code;
    worlds_add(&exec.worlds, world);
    exec.api = api_new(&exec.worlds, &(struct api_options){.explain = exec.explain});
    if (exec.check_requests)
        api_check_requests(exec.api, print_finding, NULL);
    code = run_command(&exec);
    code = tell_guesses(&exec, code);
    server_free(exec.server);
    api_free(exec.api);
    worlds_free(&exec.worlds);
    free_environment(&exec);
    free(exec.base_url);
    return code;
}
