/*
 * `mockcloud serve`: one world (more can be posted) until a signal ends it.
 *
 * Owns what is printed while it serves, and how others learn that it answers: the port file, which
 * is never seen half written, and the ready descriptor.
 */
#include "cli/cli.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/product.h"

#include "api/api.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "cli/loadworld.h"
#include "cli/options.h"
#include "cli/outbound.h"
#include "net/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TARGET_SHOWN  200 /* bytes of a target in the line per request */
#define FINDING_SHOWN 500
#define SECRET_SHOWN  6  /* characters of a token that are shown */
#define SECRET_LEN    32 /* so many hex digits in a row are a token: a device id has 24 */

struct serve {
    const struct options *options;
    struct address address;
    struct outbound outbound;
    /* while it serves */
    struct worlds worlds;
    struct api *api;
    struct server *server;
    char *base_url;
};

/* ---- options ---- */

static bool is_quiet(const struct serve *serve)
{
    return options_given(serve->options, OPTION_QUIET);
}

/* Of --listen and --port the later one counts: the other may come from a script around us. */
static struct address address_of(const struct options *options)
{
    const struct option_value *listen = &options->values[OPTION_LISTEN];
    const struct option_value *port = &options->values[OPTION_PORT];
    struct address address = listen->address;
    if (port->at > listen->at) {
        strcpy(address.ip, "127.0.0.1");
        address.port = (uint16_t)port->number;
    }
    return address;
}

/* ---- the line per request ---- */

static size_t hex_run(const char *text)
{
    return strspn(text, "0123456789abcdefABCDEF");
}

/* The length of the secret that begins here, 0: none. `before` is what was copied so far. */
static size_t secret_here(const char *text, const char *before, size_t before_len)
{
    static const char parameter[] = "access_token=";
    size_t len = sizeof parameter - 1;
    if (before_len >= len && memcmp(before + before_len - len, parameter, len) == 0)
        return strcspn(text, "&");
    size_t run = hex_run(text);
    return run >= SECRET_LEN ? run : 0;
}

static char printable(char c)
{
    return c > ' ' && c < 0x7f ? c : '?';
}

/* Tokens are shortened; what a terminal could take for a command is replaced. */
static void show_target(const char *target, char ret_shown[TARGET_SHOWN + 8])
{
    size_t used = 0;
    while (*target && used < TARGET_SHOWN - SECRET_SHOWN) {
        size_t len = secret_here(target, ret_shown, used);
        bool cut = len > SECRET_SHOWN;
        size_t shown = cut ? SECRET_SHOWN : 1;
        for (size_t i = 0; i < shown; i++)
            ret_shown[used++] = printable(target[i]);
        target += cut ? len : 1;
        if (cut)
            used = (size_t)(stpcpy(ret_shown + used, "…") - ret_shown);
    }
    strcpy(ret_shown + used, *target ? "…" : "");
}

static void print_served(void *arg, const struct server_served *served)
{
    (void)arg;
    const struct api_reply *reply = served->reply;
    char at[TIMEFMT_ISO_SIZE] = "-";
    char method[TARGET_SHOWN + 8];
    char target[TARGET_SHOWN + 8];
    if (reply->world)
        timefmt_iso(reply->at_ms, at);
    show_target(served->method, method);
    show_target(served->target, target);
    printf("%-24s %s %s %s %d %s\n", at, reply->world ? reply->world : "-", method, target,
           reply->status, reply->rule ? reply->rule : "-");
}

/* ---- what is printed at the start ---- */

static void print_calls(const struct serve *serve)
{
    const struct world *world = serve->worlds.main;
    const struct product *product = cloud_product(world->cloud, "6287");
    const struct oauth_client *client = map_get(&world->cloud->clients, "acme-app-4711");
    const struct device *pump = fleet_find(world->fleet, "pump");
    const char *url = serve->base_url;
    if (!product || !client || !pump)
        return;
    printf("\nA customer's token, a claim code, and a claim by id:\n\n"
           "  TOKEN=$(curl -s %s/oauth/token -d grant_type=client_credentials -d client_id=%s "
           "-d client_secret=%s -d scope=customer=ada@example.com | sed "
           "'s/.*\"access_token\":\"//; s/\".*//')\n",
           url, client->id, client->secret);
    printf("  curl -X POST %s/v1/products/%lld/device_claims -H \"Authorization: Bearer $TOKEN\"\n",
           url, (long long)product->id);
    printf("  curl %s/v1/devices -d id=%s -H \"Authorization: Bearer $TOKEN\"\n", url, pump->id);
}

static void print_start(const struct serve *serve)
{
    const struct world *world = serve->worlds.main;
    if (is_quiet(serve))
        return;
    printf("mockcloud serves the world \"%s\"\n"
           "  url      %s\n"
           "  control  %s/__mock/worlds/%s\n"
           "  seed     %llu\n"
           "  stop     Ctrl-C, or kill %ld\n",
           world->name, serve->base_url, serve->base_url, world->name,
           (unsigned long long)world->seed, (long)getpid());
    if (!options_given(serve->options, OPTION_WORLD))
        print_calls(serve);
    putchar('\n');
}

/* ---- telling others that it answers ---- */

/* Written beside it and renamed: whoever sees the file sees all of it. */
static bool write_port_file(const char *path, uint16_t port)
{
    char *beside = mem_printf_dup("%s.%ld", path, (long)getpid());
    FILE *file = fopen(beside, "we");
    bool written = file && fprintf(file, "%u\n", port) > 0;
    if (file)
        written = fclose(file) == 0 && written;
    written = written && rename(beside, path) == 0;
    if (!written) {
        int reason = errno;
        unlink(beside);
        errno = reason;
    }
    free(beside);
    return written;
}

static bool write_ready(int fd, const char *url)
{
    char *line = mem_printf_dup("%s\n", url);
    bool written = write(fd, line, strlen(line)) == (ssize_t)strlen(line);
    free(line);
    return written && close(fd) == 0;
}

static int announce(const struct serve *serve, uint16_t port)
{
    const char *port_file = options_text(serve->options, OPTION_PORT_FILE);
    int ready_fd = (int)options_number(serve->options, OPTION_READY_FD);
    if (port_file && !write_port_file(port_file, port))
        return cli_error(EXIT_COULD_NOT_RUN, "can't write %s: %s", port_file, strerror(errno));
    if (options_given(serve->options, OPTION_READY_FD) && !write_ready(ready_fd, serve->base_url))
        return cli_error(EXIT_COULD_NOT_RUN, "can't write to descriptor %d: %s", ready_fd,
                         strerror(errno));
    return EXIT_PASSED;
}

/* ---- serving ---- */

/* A wildcard is no address that a client could call. */
static char *url_of(const char *address, uint16_t port)
{
    if (strcmp(address, "0.0.0.0") == 0)
        address = "127.0.0.1";
    else if (strcmp(address, "::") == 0)
        address = "::1";
    return mem_printf_dup(strchr(address, ':') ? "http://[%s]:%u" : "http://%s:%u", address, port);
}

static int fail_with(char *error)
{
    cli_error(EXIT_COULD_NOT_RUN, "%s", error);
    free(error);
    return EXIT_COULD_NOT_RUN;
}

static int open_server(struct serve *serve)
{
    char *error = NULL;
    uint16_t port;
    struct server_options options = {
        .body_max = options_number(serve->options, OPTION_MAX_BODY),
        .headers_max = options_number(serve->options, OPTION_MAX_HEADERS),
        .host_names = serve->options->values[OPTION_HOST].list,
        .served = is_quiet(serve) ? NULL : print_served,
    };
    struct listen_options at = {.address = serve->address.ip, .port = serve->address.port};
    outbound_apply(&serve->outbound, &options);
    serve->server = server_new(serve->api, &options, &error);
    if (!serve->server || !server_listen(serve->server, &at, &port, &error))
        return fail_with(error);
    serve->base_url = url_of(serve->address.ip, port);
    api_set_base_url(serve->api, serve->base_url);
    return announce(serve, port);
}

static int serve_until_stopped(struct serve *serve)
{
    int code = open_server(serve);
    if (code != EXIT_PASSED)
        return code;
    setvbuf(stdout, NULL, _IOLBF,
            0); /* a script that reads it through a pipe sees each line at once */
    print_start(serve);
    server_turn(serve->server, NULL, NULL, -1);
    return EXIT_PASSED;
}

/* A reply that is not of its route's shape is our bug. */
static void reply_wrong(void *arg, const char *text)
{
    (void)arg;
    fprintf(stderr, "mockcloud serve: %s\n", text);
}

/* What a client sent that is not in the document. */
static void print_finding(void *arg, const char *text)
{
    (void)arg;
    char shown[FINDING_SHOWN];
    size_t len = 0;
    for (; len < sizeof shown - 1 && text[len]; len++)
        shown[len] = text[len] == ' ' ? ' ' : printable(text[len]);
    shown[len] = '\0';
    printf("  finding: %s\n", shown);
}

int cli_serve(const struct options *options)
{
    struct serve serve = {
        .options = options,
        .address = address_of(options),
        .outbound = outbound_read(options),
    };
    struct world_options how = {.mode = VCLOCK_REAL,
                                .force_seed = options_number(options, OPTION_SEED)};
    const char *token = options_text(options, OPTION_CONTROL_TOKEN);
    int code = EXIT_PASSED;
    if (!address_is_loopback(&serve.address) && !token)
        return cli_usage(options->command,
                         "to listen on %s, give it a --control-token: anybody who reaches the "
                         "port could use the control API",
                         serve.address.ip);
    struct world *world = cli_load_world(options_text(options, OPTION_WORLD), &how, &code);
    if (!world)
        return code;
    worlds_add(&serve.worlds, world);
    serve.api = api_new(
        &serve.worlds,
        &(struct api_options){
            .control_token = token,
            .explain = options_given(options, OPTION_EXPLAIN),
            .reply_wrong = options_given(options, OPTION_CHECK_REPLIES) ? reply_wrong : NULL,
        });
    if (options_given(options, OPTION_CHECK_REQUESTS))
        api_check_requests(serve.api, print_finding, NULL);
    code = serve_until_stopped(&serve);
    server_free(serve.server);
    api_free(serve.api);
    worlds_free(&serve.worlds);
    free(serve.base_url);
    return code;
}
