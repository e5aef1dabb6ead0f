/* See host.h. Owns the server of a scenario, and a listener and its URL per client. */
#include "cli/host.h"

#include "api/api.h"
#include "base/map.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/outbound.h"
#include "cli/profile.h"
#include "cli/secure.h"
#include "net/dial.h"
#include "net/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cli_host {
    struct scenario_host scenario;
    struct worlds *worlds;
    struct api *api;
    const struct outbound *outbound;
    const struct secure *secure;   /* may be NULL */
    const struct profile *profile; /* may be NULL */
    struct server *server;         /* NULL: nothing has needed it */
    struct map urls;               /* by client; owned */
    bool (*turned)(void *arg);
    void *turned_arg;
};

static const char *host_client_url(void *ctx, const char *client, char **ret_error)
{
    struct cli_host *host = ctx;
    char *url = map_get(&host->urls, client);
    if (url)
        return url;
    char *actor = mem_printf_dup("client:%s", client);
    struct listen_options options = {.world = host->worlds->main, .actor = actor};
    uint16_t port;
    bool listens =
        cli_host_open(host, ret_error) && server_listen(host->server, &options, &port, ret_error);
    free(actor);
    if (!listens)
        return NULL;
    url = mem_printf_dup("%s://127.0.0.1:%u", host->secure ? secure_scheme(host->secure) : "http",
                         port);
    if (map_count(&host->urls) == 0)
        api_set_base_url(host->api, url);
    map_put(&host->urls, client, url);
    return url;
}

static void host_variables(void *ctx, const char *client,
                           void (*set)(void *arg, const char *name, const char *value), void *arg)
{
    const struct cli_host *host = ctx;
    if (host->secure)
        secure_variables(host->secure, set, arg);
    if (host->profile)
        profile_variables(host->profile, client, map_get(&host->urls, client), set, arg);
}

static void *host_spawn(void *ctx, const struct scenario_spawn *spawn, char **ret_error)
{
    struct cli_host *host = ctx;
    struct child_options options = {
        .argv = spawn->argv,
        .env = spawn->env,
        .capture = true,
        .own_group = true,
        .cwd = spawn->cwd,
    };
    return child_new(host->server, &options, ret_error);
}

static bool host_exited(void *ctx, void *client, int *ret_code, int *ret_signal)
{
    (void)ctx;
    return child_exited(client, ret_code, ret_signal);
}

static const struct buf *host_output(void *ctx, void *client)
{
    (void)ctx;
    return child_output(client);
}

/* $TMPDIR/mockcloud-CLIENT-XXXXXX.log. It stays: whoever reads the report opens it. */
static char *host_keep(void *ctx, const char *client, const char *output)
{
    const char *folder = getenv("TMPDIR");
    char *path =
        mem_printf_dup("%s/mockcloud-%s-XXXXXX.log", folder && *folder ? folder : "/tmp", client);
    (void)ctx;
    for (char *c = path + strlen(path) - strlen(client) - strlen("-XXXXXX.log"); *c; c++)
        if (*c == '/')
            *c = '-'; /* a client may be called anything */
    int fd = mkstemps(path, (int)strlen(".log"));
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    bool kept = file && fputs(output, file) >= 0;
    kept = file && fclose(file) == 0 && kept;
    if (!kept) {
        free(path);
        return NULL;
    }
    return path;
}

static void host_signal(void *ctx, void *client, int signal)
{
    (void)ctx;
    child_signal(client, signal);
}

/* The port is free now; whether it still is when the client listens there can't be promised. */
static uint16_t host_free_port(void *ctx, char **ret_error)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool found = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
                 getsockname(fd, (struct sockaddr *)&at, &len) == 0;
    (void)ctx;
    if (!found)
        *ret_error = mem_printf_dup("there is no free port: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return found ? ntohs(at.sin_port) : 0;
}

static void *host_call(void *ctx, const struct scenario_call *request, char **ret_error)
{
    struct cli_host *host = ctx;
    const struct dial_request dial = {
        .method = request->method,
        .url = request->url,
        .headers = request->headers,
        .header_count = request->header_count,
        .body = request->body,
        .body_len = request->body_len,
    };
    return cli_host_open(host, ret_error) ? dial_new(host->server, &dial, ret_error) : NULL;
}

static bool host_called(void *ctx, void *call, const struct api_reply **ret_reply,
                        const char **ret_failure)
{
    (void)ctx;
    return dial_over(call, ret_reply, ret_failure);
}

static void host_hang_up(void *ctx, void *call)
{
    struct cli_host *host = ctx;
    dial_free(host->server, call);
}

static void host_kill(void *ctx, void *client)
{
    struct cli_host *host = ctx;
    child_free(host->server, client);
}

static enum scenario_turn host_turn(void *ctx, bool (*until)(void *arg), void *arg,
                                    int64_t deadline_ms)
{
    struct cli_host *host = ctx;
    char *error = NULL;
    /* Too late to tell the scenario: it is ended as one that can't be run. */
    if (!cli_host_open(host, &error)) {
        fprintf(stderr, "mockcloud: %s\n", error);
        _exit(EXIT_COULD_NOT_RUN);
    }
    switch (server_turn(host->server, until, arg, deadline_ms)) {
    case TURN_MET:
        return SCENARIO_TURN_MET;
    case TURN_DEADLINE:
        return SCENARIO_TURN_DEADLINE;
    default:
        return SCENARIO_TURN_INTERRUPTED;
    }
}

bool cli_host_open(struct cli_host *host, char **ret_error)
{
    struct server_options options = {.turned = host->turned, .turned_arg = host->turned_arg};
    if (host->server)
        return true;
    outbound_apply(host->outbound, &options);
    options.identity = host->secure ? host->secure->identity : NULL;
    host->server = server_new(host->api, &options, ret_error);
    if (host->server)
        server_attach(host->server, true);
    return host->server != NULL;
}

void cli_host_turned(struct cli_host *host, bool (*turned)(void *arg), void *arg)
{
    host->turned = turned;
    host->turned_arg = arg;
}

struct cli_host *cli_host_new(struct worlds *worlds, struct api *api,
                              const struct outbound *outbound, const struct secure *secure,
                              const struct profile *profile)
{
    struct cli_host *host = mem_new(sizeof *host);
    host->worlds = worlds;
    worlds->carried =
        true; /* the clock waits for webhooks, also before there is a server for them */
    host->api = api;
    host->outbound = outbound;
    host->secure = secure;
    host->profile = profile;
    host->scenario = (struct scenario_host){
        .ctx = host,
        .client_url = host_client_url,
        .variables = host_variables,
        .spawn = host_spawn,
        .exited = host_exited,
        .output = host_output,
        .keep = host_keep,
        .signal = host_signal,
        .free_port = host_free_port,
        .call = host_call,
        .called = host_called,
        .hang_up = host_hang_up,
        .kill = host_kill,
        .turn = host_turn,
    };
    return host;
}

const struct scenario_host *cli_host_scenario(struct cli_host *host)
{
    return &host->scenario;
}

void cli_host_free(struct cli_host *host)
{
    if (!host)
        return;
    server_free(host->server);
    api_set_base_url(host->api, NULL);
    map_free(&host->urls, free);
    free(host);
}
