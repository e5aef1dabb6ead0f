/*
 * `mockcloud serve`: one world (more can be posted) until a signal ends it.
 *
 * Owns what is printed while it serves. Nothing here may write to stdout or stderr but through
 * serve.out and serve.err: a pipe that nobody reads would stop the loop.
 */
#include "cli/cli.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/product.h"

#include "api/api.h"
#include "base/mem.h"
#include "cli/announce.h"
#include "cli/loadworld.h"
#include "cli/options.h"
#include "cli/outbound.h"
#include "cli/profile.h"
#include "cli/recording.h"
#include "cli/request_line.h"
#include "cli/secure.h"
#include "cli/state.h"
#include "net/output.h"
#include "net/parent.h"
#include "net/server.h"
#include "replay/past.h"
#include "scenario/live.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SERVE_FLUSH_MS 500 /* for what was printed and is not read yet */

struct serve {
    const struct options *options;
    struct address address;
    /* while it serves */
    struct worlds own;
    struct worlds *worlds; /* `own`, or those of the state */
    struct state state;
    struct api_options how;
    struct api *api;
    struct recording recording;
    struct server *server;
    struct parent *parent; /* NULL: its end is none of ours */
    struct announced announced;
    struct secure secure;
    struct profile profile;
    char *home; /* of particle-cli; NULL: none is wanted */
    struct output *out, *err;
    char *base_url;
};

/* ---- options ---- */

static bool is_quiet(const struct serve *serve)
{
    return options_given(serve->options, OPTION_QUIET);
}

/* ---- what is told while it serves ---- */

static void print_served(void *arg, const struct server_served *served)
{
    const struct serve *serve = arg;
    request_line_print(serve->out, served);
}

static void print_finding(void *arg, const char *text)
{
    const struct serve *serve = arg;
    request_line_finding(serve->out, text);
}

/* A reply that is not of its route's shape is our bug. */
static void reply_wrong(void *arg, const char *text)
{
    const struct serve *serve = arg;
    output_printf(serve->err, "mockcloud serve: %s\n", text);
}

/* ---- what is printed at the start ---- */

static void print_calls(const struct serve *serve)
{
    const struct world *world = serve->worlds->main;
    const struct product *product = cloud_product(world->cloud, "6287");
    const struct oauth_client *client = map_get(&world->cloud->clients, "acme-app-4711");
    const struct device *pump = fleet_find(world->fleet, "pump");
    const char *url = serve->base_url;
    if (!product || !client || !pump)
        return;
    char *curl = serve->secure.path ? mem_printf_dup("curl --cacert %s", serve->secure.path)
                                    : mem_dup("curl");
    output_printf(serve->out,
                  "\nA customer's token, a claim code, and a claim by id:\n\n"
                  "  TOKEN=$(%s -s %s/oauth/token -d grant_type=client_credentials -d client_id=%s "
                  "-d client_secret=%s -d scope=customer=ada@example.com | sed "
                  "'s/.*\"access_token\":\"//; s/\".*//')\n",
                  curl, url, client->id, client->secret);
    output_printf(
        serve->out,
        "  %s -X POST %s/v1/products/%lld/device_claims -H \"Authorization: Bearer $TOKEN\"\n",
        curl, url, (long long)product->id);
    output_printf(serve->out, "  %s %s/v1/devices -d id=%s -H \"Authorization: Bearer $TOKEN\"\n",
                  curl, url, pump->id);
    free(curl);
}

static void print_start(const struct serve *serve)
{
    const struct world *world = serve->worlds->main;
    if (is_quiet(serve))
        return;
    output_printf(serve->out,
                  "mockcloud serves the world \"%s\"\n"
                  "  url      %s\n"
                  "  console  %s/__mock/\n"
                  "  control  %s/__mock/worlds/%s\n"
                  "  seed     %llu\n",
                  world->name, serve->base_url, serve->base_url, serve->base_url, world->name,
                  (unsigned long long)world->seed);
    if (serve->secure.path)
        output_printf(serve->out, "  ca       %s (curl --cacert, NODE_EXTRA_CA_CERTS, …)\n",
                      serve->secure.path);
    if (serve->home)
        output_printf(serve->out, "  cli      HOME=%s particle …\n", serve->home);
    output_printf(serve->out, "  stop     Ctrl-C, or kill %ld\n", (long)getpid());
    if (!options_given(serve->options, OPTION_WORLD))
        print_calls(serve);
    output_add(serve->out, "\n", 1);
}

/* ---- serving ---- */

static bool open_server(struct serve *serve, char **ret_error)
{
    uint16_t port;
    struct server_options options = {
        .body_max = options_number(serve->options, OPTION_MAX_BODY),
        .headers_max = options_number(serve->options, OPTION_MAX_HEADERS),
        .host_names = serve->options->values[OPTION_HOST].list,
        .identity = serve->secure.identity,
        .served = is_quiet(serve) ? NULL : print_served,
        .served_arg = serve,
    };
    struct listen_options at = {.address = serve->address.ip, .port = serve->address.port};
    struct outbound outbound = outbound_read(serve->options);
    outbound_apply(&outbound, &options);
    recording_apply(&serve->recording, &options);
    serve->server = server_new(serve->api, &options, ret_error);
    if (!serve->server || !server_listen(serve->server, &at, &port, ret_error))
        return false;
    if (options_given(serve->options, OPTION_EXIT_WITH_PARENT) &&
        !(serve->parent = parent_new(serve->server, serve->options->parent, ret_error)))
        return false;
    serve->base_url = announce_url_dup(secure_scheme(&serve->secure), serve->address.ip, port);
    api_set_base_url(serve->api, serve->base_url);
    serve->home = profile_home_dup(&serve->profile, "serve", serve->base_url);
    serve->out = output_new(serve->server, STDOUT_FILENO);
    serve->err = output_new(serve->server, STDERR_FILENO);
    serve->recording.told = reply_wrong;
    serve->recording.told_arg = serve;
    return announce(serve->options, serve->base_url, port, &serve->announced, ret_error);
}

/* Not before the server is gone: it has taken SIGTERM over, and stderr may make us wait. */
static int could_not_serve(char *error)
{
    cli_error(EXIT_COULD_NOT_RUN, "%s", error);
    free(error);
    return EXIT_COULD_NOT_RUN;
}

/* Tells of lines that were lost. That nobody read them is the reader's affair; that they could not
 * be written (a full disk) is an error. */
static int end_output(struct serve *serve, int code)
{
    struct output_end end = output_free(serve->out, SERVE_FLUSH_MS);
    if (end.dropped && serve->err)
        output_printf(serve->err,
                      "mockcloud serve: %llu lines of standard output were dropped: %s\n",
                      (unsigned long long)end.dropped,
                      end.reason ? strerror(end.reason) : "nobody read them");
    if (end.dropped && end.reason && end.reason != EPIPE && code == EXIT_PASSED)
        code = EXIT_COULD_NOT_RUN;
    output_free(serve->err, SERVE_FLUSH_MS);
    return code;
}

static int serve_until_stopped(struct serve *serve)
{
    char *error = NULL;
    bool opened = open_server(serve, &error);
    if (opened) {
        print_start(serve);
        server_turn(serve->server, NULL, NULL, -1);
    }
    announce_end(&serve->announced);
    parent_free(serve->parent);
    server_free(serve->server);
    return end_output(serve, opened ? EXIT_PASSED : could_not_serve(error));
}

/* Whom the certificate is for besides this machine: the address that it listens on, the names that
 * are accepted in Host. */
static int be_secure(struct serve *serve)
{
    const struct option_value *hosts = &serve->options->values[OPTION_HOST];
    const char **names = mem_new_array(hosts->count + 2, sizeof *names);
    names[0] = serve->address.ip;
    for (size_t i = 0; i < hosts->count; i++)
        names[i + 1] = hosts->list[i];
    int code = secure_begin(&serve->secure, serve->options, names);
    free(names);
    return code;
}

/* What is served: a state that is there, or a world that is made now. */
static int make_worlds(struct serve *serve, const struct recording_of *of)
{
    const struct options *options = serve->options;
    const struct world_options how = {.mode = VCLOCK_REAL,
                                      .force_seed = options_number(options, OPTION_SEED)};
    bool is_state = options_given(options, OPTION_STATE);
    int code;
    serve->worlds = &serve->own;
    serve->recording.is_state = is_state;
    serve->recording.worlds = &serve->own;
    serve->recording.sync = (enum recording_sync)options->values[OPTION_STATE_SYNC].word;
    if (is_state && state_is_there(options_text(options, OPTION_STATE))) {
        code = state_open(&serve->state, options, &serve->recording, of);
        if (code == EXIT_PASSED) {
            serve->worlds = replay_worlds(serve->state.replay);
            serve->api = replay_api(serve->state.replay);
        }
        return code;
    }
    code = is_state ? recording_begin_state(&serve->recording, options, &serve->own.machine, of)
                    : recording_begin(&serve->recording, options, &serve->own.machine, of);
    if (code == EXIT_PASSED &&
        cli_load_world(options_text(options, OPTION_WORLD), &serve->own, &how, &code))
        serve->api = api_new(&serve->own, &serve->how);
    if (serve->api && serve->recording.past)
        api_set_fork(serve->api, past_fork(serve->recording.past));
    return code;
}

static int serve_worlds(struct serve *serve)
{
    if (options_given(serve->options, OPTION_CHECK_REQUESTS))
        api_check_requests(serve->api, print_finding, serve);
    struct live *live = live_new(serve->api);
    int code = serve_until_stopped(serve);
    live_free(live);
    free(serve->base_url);
    return code;
}

static int end_worlds(struct serve *serve)
{
    int code = recording_end(&serve->recording);
    if (!serve->state.reader)
        api_free(serve->api);
    state_close(&serve->state);
    cli_end_worlds(&serve->own);
    return code;
}

int cli_serve(const struct options *options)
{
    struct serve serve = {
        .options = options,
        .address = announce_address(options),
    };
    if (!address_is_loopback(&serve.address) && !options_given(options, OPTION_CONTROL_TOKEN))
        return cli_usage(options->command,
                         "to listen on %s, give it a --control-token: anybody who reaches the "
                         "port could use the control API",
                         serve.address.ip);
    if (options_given(options, OPTION_STATE) && options_given(options, OPTION_TAPE))
        return cli_usage(options->command, "--state is a tape already: give it without --tape");
    serve.how = (struct api_options){
        .control_token = options_text(options, OPTION_CONTROL_TOKEN),
        .explain = options_given(options, OPTION_EXPLAIN),
        .reply_wrong = options_given(options, OPTION_CHECK_REPLIES) ? reply_wrong : NULL,
        .reply_wrong_arg = &serve,
    };
    const struct recording_of of = {
        .api = &serve.how, .check_requests = options_given(options, OPTION_CHECK_REQUESTS)};
    int code = be_secure(&serve);
    if (code == EXIT_PASSED)
        code = profile_begin(&serve.profile, options);
    if (code == EXIT_PASSED)
        code = make_worlds(&serve, &of);
    if (code == EXIT_PASSED)
        code = serve_worlds(&serve);
    int recorded = end_worlds(&serve);
    secure_end(&serve.secure);
    profile_end(&serve.profile);
    free(serve.home);
    return code == EXIT_PASSED ? recorded : code;
}
