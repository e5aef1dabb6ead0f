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

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SERVE_PORT    8642
#define SERVE_HOSTS   32
#define TARGET_SHOWN  200 /* bytes of a target in the line per request */
#define FINDING_SHOWN 500
#define SECRET_SHOWN  6  /* characters of a token that are shown */
#define SECRET_LEN    32 /* so many hex digits in a row are a token: a device id has 24 */

struct serve {
    const struct cli_command *command;
    char address[INET6_ADDRSTRLEN];
    uint16_t port;
    const char *world_path;
    struct world_options world;
    const char *port_file;
    int ready_fd; /* -1: none */
    const char *control_token;
    const char *hosts[SERVE_HOSTS + 1];
    size_t host_count;
    uint64_t body_max, headers_max; /* 0: the default */
    struct outbound outbound;
    bool quiet;
    bool check_replies;
    bool explain;
    bool check_requests;
    /* while it serves */
    struct worlds worlds;
    struct api *api;
    struct server *server;
    char *base_url;
};

/* ---- options ---- */

/* "127.0.0.1:8642", "[::1]:8642", "localhost:0"; a port alone, too. */
static bool parse_listen(struct serve *serve, const char *text)
{
    char address[sizeof serve->address] = "127.0.0.1";
    const char *colon = strrchr(text, ':');
    const char *digits = colon ? colon + 1 : text;
    uint64_t port;
    if (!cli_number(digits, 0, UINT16_MAX, &port))
        return false;
    if (colon) {
        size_t len = (size_t)(colon - text);
        if (len > 2 && text[0] == '[' && text[len - 1] == ']') {
            text++;
            len -= 2;
        }
        if (len == 0 || len >= sizeof address)
            return false;
        memcpy(address, text, len);
        address[len] = '\0';
    }
    strcpy(serve->address, strcmp(address, "localhost") == 0 ? "127.0.0.1" : address);
    serve->port = (uint16_t)port;
    struct in6_addr any;
    return inet_pton(AF_INET, serve->address, &any) == 1 ||
           inet_pton(AF_INET6, serve->address, &any) == 1;
}

static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

static bool parse_fd(const char *text, int *ret_fd)
{
    uint64_t number;
    if (!cli_number(text, 0, 1u << 20, &number))
        return false;
    *ret_fd = (int)number;
    return true;
}

static const struct option serve_options[] = {
    {"listen", required_argument, NULL, 'l'},
    {"port", required_argument, NULL, 'P'},
    {"world", required_argument, NULL, 'w'},
    {"seed", required_argument, NULL, 's'},
    {"port-file", required_argument, NULL, 'p'},
    {"ready-fd", required_argument, NULL, 'r'},
    {"control-token", required_argument, NULL, 't'},
    {"host", required_argument, NULL, 'H'},
    {"max-body", required_argument, NULL, 'b'},
    {"max-headers", required_argument, NULL, 'm'},
    {"check-replies", no_argument, NULL, 'C'},
    {"explain", no_argument, NULL, 'E'},
    {"check-requests", no_argument, NULL, 'R'},
    OUTBOUND_OPTIONS,
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

/* False: `value` is not what the option takes. */
static bool set_option(struct serve *serve, int option, const char *value)
{
    switch (option) {
    case 'l':
        return parse_listen(serve, value);
    case 'P':
        return !strchr(value, ':') && parse_listen(serve, value);
    case 'w':
        serve->world_path = value;
        return true;
    case 's':
        return cli_number(value, 1, UINT64_MAX, &serve->world.force_seed);
    case 'p':
        serve->port_file = value;
        return true;
    case 'r':
        return parse_fd(value, &serve->ready_fd);
    case 't':
        serve->control_token = value;
        return *value != '\0';
    case 'H':
        if (serve->host_count < SERVE_HOSTS)
            serve->hosts[serve->host_count++] = value;
        return *value != '\0';
    case 'b':
        return cli_number(value, 1, 1u << 30, &serve->body_max);
    case 'm':
        return cli_number(value, 256, 1u << 20, &serve->headers_max);
    case OUTBOUND_ALLOW:
    case OUTBOUND_PATIENCE:
        return !outbound_option(&serve->outbound, option, value);
    case 'C':
        serve->check_replies = true;
        return true;
    case 'R':
        serve->check_requests = true;
        return true;
    case 'E':
        serve->explain = true;
        return true;
    default:
        serve->quiet = true;
        return true;
    }
}

/* What an option takes, in words. */
static const char *taken_by(int option)
{
    static const struct {
        int option;
        const char *words;
    } rows[] = {
        {'l', "PORT, ADDRESS:PORT or [ADDRESS]:PORT, with a numeric address"},
        {'P', "a port from 0 to 65535"},
        {'s', "a whole number from 1"},
        {'r', "the number of a descriptor"},
        {'b', "bytes, from 1 to 1073741824"},
        {'m', "bytes, from 256 to 1048576"},
        {OUTBOUND_ALLOW, "the name of a host"},
        {OUTBOUND_PATIENCE, "a duration like 20s"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].option == option)
            return rows[i].words;
    return "text";
}

/* Whether to go on; else *ret_code. */
static bool read_options(struct serve *serve, int argc, char **argv, int *ret_code)
{
    int option;
    int row = 0;
    options_begin();
    while ((option = options_next(argc, argv, serve_options, false, &row)) != -1) {
        if (option == 'h')
            *ret_code = cli_help(serve->command);
        else if (option == '?')
            *ret_code = options_usage(serve->command, argv, serve_options);
        else if (!set_option(serve, option, optarg))
            *ret_code = cli_usage(serve->command, "--%s: expected %s, found \"%s\"",
                                  serve_options[row].name, taken_by(option), optarg);
        else
            continue;
        return false;
    }
    if (optind < argc)
        *ret_code = cli_usage(serve->command,
                              "\"%s\" is not expected; a world file goes behind "
                              "--world",
                              argv[optind]);
    else if (!is_loopback(serve->address) && !serve->control_token)
        *ret_code = cli_usage(serve->command,
                              "to listen on %s, give it a --control-token: anybody who "
                              "reaches the port could use the control API",
                              serve->address);
    else
        return true;
    return false;
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
    if (serve->quiet)
        return;
    printf("mockcloud serves the world \"%s\"\n"
           "  url      %s\n"
           "  control  %s/__mock/worlds/%s\n"
           "  seed     %llu\n"
           "  stop     Ctrl-C, or kill %ld\n",
           world->name, serve->base_url, serve->base_url, world->name,
           (unsigned long long)world->seed, (long)getpid());
    if (!serve->world_path)
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
    if (serve->port_file && !write_port_file(serve->port_file, port))
        return cli_error(EXIT_COULD_NOT_RUN, "can't write %s: %s", serve->port_file,
                         strerror(errno));
    if (serve->ready_fd >= 0 && !write_ready(serve->ready_fd, serve->base_url))
        return cli_error(EXIT_COULD_NOT_RUN, "can't write to descriptor %d: %s", serve->ready_fd,
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
        .body_max = serve->body_max,
        .headers_max = serve->headers_max,
        .host_names = serve->hosts,
        .served = serve->quiet ? NULL : print_served,
    };
    struct listen_options at = {.address = serve->address, .port = serve->port};
    outbound_apply(&serve->outbound, &options);
    serve->server = server_new(serve->api, &options, &error);
    if (!serve->server || !server_listen(serve->server, &at, &port, &error))
        return fail_with(error);
    serve->base_url = url_of(serve->address, port);
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

int cli_serve(const struct cli_command *command, int argc, char **argv)
{
    struct serve serve = {
        .command = command,
        .address = "127.0.0.1",
        .port = SERVE_PORT,
        .ready_fd = -1,
        .world = {.mode = VCLOCK_REAL},
    };
    int code = EXIT_PASSED;
    if (!read_options(&serve, argc, argv, &code))
        return code;
    struct world *world = cli_load_world(serve.world_path, &serve.world, &code);
    if (!world)
        return code;
    worlds_add(&serve.worlds, world);
    serve.api = api_new(&serve.worlds, &(struct api_options){
                                           .control_token = serve.control_token,
                                           .explain = serve.explain,
                                           .reply_wrong = serve.check_replies ? reply_wrong : NULL,
                                       });
    if (serve.check_requests)
        api_check_requests(serve.api, print_finding, NULL);
    code = serve_until_stopped(&serve);
    server_free(serve.server);
    api_free(serve.api);
    worlds_free(&serve.worlds);
    free(serve.base_url);
    return code;
}
