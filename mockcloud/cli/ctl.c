/*
 * `mockcloud ctl`: the control API from a shell.
 *
 * Owns which call a command makes. How an answer is shown is ctl_print.c's. It knows no world:
 * whatever it prints, the server has said.
 */
#include "cli/ctl.h"
#include "cli/options.h"

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"
#include "net/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CTL_SERVER "http://127.0.0.1:8642"
#define CTL_WORLDS "/__mock/worlds"
#define CTL_BYTES  (1u << 20)

struct ctl {
    const struct cli_command *command;
    const char *control; /* as given */
    char *server;        /* "http://127.0.0.1:8642" */
    char *world;
    const char *token; /* NULL: none */
    bool json;
    int argc;
    char **argv; /* the words of the command; argv[0] is its name */
};

/* What a command asks of the server. */
struct call {
    const char *method;
    struct buf path; /* behind the server */
    struct buf body; /* JSON; empty: none */
    ctl_print *print;
};

/* ---- the server and the world ---- */

/* "http://host:port" or "http://host:port/__mock/worlds/NAME"; slashes at the end are passed over.
 */
static void find_server(struct ctl *ctl, const char *world)
{
    const char *control = ctl->control;
    control = control ? control : getenv("MOCKCLOUD_CONTROL");
    control = control && *control ? control : CTL_SERVER;
    const char *path = strstr(control, CTL_WORLDS "/");
    size_t len = path ? (size_t)(path - control) : strlen(control);
    while (len && control[len - 1] == '/')
        len--;
    ctl->server = mem_dup_n(control, len);
    const char *name = path ? path + strlen(CTL_WORLDS "/") : "default";
    ctl->world = world ? mem_dup(world) : mem_dup_n(name, strcspn(name, "/"));
}

/* ---- calls ---- */

static void call_world(const struct ctl *ctl, struct call *call, const char *method,
                       const char *rest, ctl_print *print)
{
    call->method = method;
    call->print = print;
    buf_add_str(&call->path, CTL_WORLDS "/");
    text_percent_encode(ctl->world, &call->path);
    buf_add_str(&call->path, rest);
}

/* {"key": "value"}, and another pair unless `key2` is NULL. */
static void set_body(struct call *call, const char *key, const char *value, const char *key2,
                     const char *value2)
{
    struct jsonw w;
    jsonw_init(&w, &call->body);
    jsonw_object(&w);
    jsonw_key_str(&w, key, value);
    if (key2)
        jsonw_key_str(&w, key2, value2);
    jsonw_end_object(&w);
}

static bool call_worlds(const struct ctl *ctl, struct call *call)
{
    (void)ctl;
    call->method = "GET";
    call->print = ctl_print_worlds;
    buf_add_str(&call->path, CTL_WORLDS);
    return true;
}

static bool call_state(const struct ctl *ctl, struct call *call)
{
    call_world(ctl, call, "GET", "", ctl_print_json);
    return true;
}

static bool call_reset(const struct ctl *ctl, struct call *call)
{
    call_world(ctl, call, "POST", "/reset", ctl_print_done);
    return true;
}

static bool call_clock(const struct ctl *ctl, struct call *call)
{
    const char *verb = ctl->argc > 1 ? ctl->argv[1] : NULL;
    const char *value = ctl->argc > 2 ? ctl->argv[2] : NULL;
    call_world(ctl, call, verb ? "POST" : "GET", "/clock", ctl_print_clock);
    if (!verb)
        return true;
    if (value && (strcmp(verb, "advance") == 0 || strcmp(verb, "at") == 0))
        set_body(call, verb, value, NULL, NULL);
    else if (!value && strcmp(verb, "freeze") == 0)
        set_body(call, "mode", "frozen", NULL, NULL);
    else if (!value && strcmp(verb, "run") == 0)
        set_body(call, "mode", "real", NULL, NULL);
    else
        return false;
    return true;
}

static bool call_devices(const struct ctl *ctl, struct call *call)
{
    call_world(ctl, call, "GET", "/devices", ctl_print_devices);
    return true;
}

static bool call_device(const struct ctl *ctl, struct call *call)
{
    call_world(ctl, call, ctl->argc > 2 ? "POST" : "GET", "/devices/", ctl_print_device);
    text_percent_encode(ctl->argv[1], &call->path);
    if (ctl->argc > 3)
        set_body(call, "do", ctl->argv[2], "set_claim_code", ctl->argv[3]);
    else if (ctl->argc > 2)
        set_body(call, "do", ctl->argv[2], NULL, NULL);
    return true;
}

static bool call_journal(const struct ctl *ctl, struct call *call)
{
    call_world(ctl, call, "GET", "/journal", ctl_print_journal);
    if (ctl->argc > 1) {
        buf_add_str(&call->path, "?since=");
        text_percent_encode(ctl->argv[1], &call->path);
    }
    return true;
}

static bool call_why(const struct ctl *ctl, struct call *call)
{
    call_world(ctl, call, "GET", "/why/", ctl_print_why);
    text_percent_encode(ctl->argv[1], &call->path);
    if (ctl->argc > 2) {
        buf_add_str(&call->path, "?owner=");
        text_percent_encode(ctl->argv[2], &call->path);
    }
    return true;
}

struct ctl_row {
    const char *name;
    int words_min, words_max; /* behind the name */
    /* False: these words make no sense. */
    bool (*make)(const struct ctl *ctl, struct call *call);
};

static const struct ctl_row ctl_rows[] = {
    {.name = "worlds", .make = call_worlds},
    {.name = "state", .make = call_state},
    {.name = "reset", .make = call_reset},
    {.name = "clock", .words_max = 2, .make = call_clock},
    {.name = "devices", .make = call_devices},
    {.name = "device", .words_min = 1, .words_max = 3, .make = call_device},
    {.name = "journal", .words_max = 1, .make = call_journal},
    {.name = "why", .words_min = 1, .words_max = 2, .make = call_why},
};

static const struct ctl_row *row_by_name(const char *name)
{
    for (size_t i = 0; i < sizeof ctl_rows / sizeof *ctl_rows; i++)
        if (strcmp(ctl_rows[i].name, name) == 0)
            return &ctl_rows[i];
    return NULL;
}

/* ---- asking ---- */

static bool ask(const struct ctl *ctl, const struct call *call, struct http_answer *ret_answer,
                char **ret_error)
{
    char *url = mem_printf_dup("%s%s", ctl->server, buf_str(&call->path));
    char *gate = mem_printf_dup("X-Mockcloud-Control: %s", ctl->token ? ctl->token : "1");
    const char *headers[] = {gate, "Content-Type: application/json", NULL};
    struct http_call http = {
        .method = call->method,
        .url = url,
        .headers = headers,
        .body = strcmp(call->method, "GET") == 0 ? NULL : buf_str(&call->body),
    };
    bool answered = http_do(&http, ret_answer, ret_error);
    free(gate);
    free(url);
    return answered;
}

static int show(const struct ctl *ctl, const struct call *call, const struct http_answer *answer)
{
    const char *text = buf_str(&answer->body);
    if (answer->status >= 400) {
        ctl_print_refusal(answer->status, text);
        return EXIT_FAILED;
    }
    if (ctl->json) {
        puts(text);
        return EXIT_PASSED;
    }
    if (ctl_show(call->print, text, ctl->argc > 1 ? ctl->argv[1] : ctl->world,
                 ctl->argc > 2 ? ctl->argv[2] : NULL))
        return EXIT_PASSED;
    return cli_error(EXIT_FAILED, "%s answered what is no answer of mockcloud's: %.200s",
                     ctl->server, text);
}

static int do_call(const struct ctl *ctl, const struct call *call)
{
    struct http_answer answer;
    char *error = NULL;
    if (!ask(ctl, call, &answer, &error)) {
        cli_error(EXIT_COULD_NOT_RUN, "%s", error);
        free(error);
        return EXIT_COULD_NOT_RUN;
    }
    int code = show(ctl, call, &answer);
    http_answer_free(&answer);
    return code;
}

static int run_command(const struct ctl *ctl)
{
    const struct ctl_row *row = row_by_name(ctl->argv[0]);
    int words = ctl->argc - 1;
    if (!row)
        return cli_usage(ctl->command, "there is no command \"%s\"; see --help", ctl->argv[0]);
    struct call call = {0};
    buf_init(&call.path, CTL_BYTES);
    buf_init(&call.body, CTL_BYTES);
    int code;
    if (words < row->words_min || words > row->words_max || !row->make(ctl, &call))
        code = cli_usage(ctl->command, "\"%s\" can't be used that way; see --help", row->name);
    else
        code = do_call(ctl, &call);
    buf_free(&call.path);
    buf_free(&call.body);
    return code;
}

/* ---- options ---- */

static const struct option ctl_options[] = {
    {"control", required_argument, NULL, 'c'}, {"world", required_argument, NULL, 'w'},
    {"token", required_argument, NULL, 't'},   {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},          {0},
};

/* Whether to go on; else *ret_code. */
static bool read_options(struct ctl *ctl, int argc, char **argv, const char **ret_world,
                         int *ret_code)
{
    int option;
    options_begin();
    while ((option = options_next(argc, argv, ctl_options, false, NULL)) != -1) {
        switch (option) {
        case 'c':
            ctl->control = optarg;
            break;
        case 'w':
            *ret_world = optarg;
            break;
        case 't':
            ctl->token = optarg;
            break;
        case 'j':
            ctl->json = true;
            break;
        case 'h':
            *ret_code = cli_help(ctl->command);
            return false;
        default:
            *ret_code = options_usage(ctl->command, argv, ctl_options);
            return false;
        }
    }
    ctl->argc = argc - optind;
    ctl->argv = argv + optind;
    if (ctl->argc == 0)
        *ret_code = cli_usage(ctl->command, "which command? see --help");
    return ctl->argc > 0;
}

int cli_ctl(const struct cli_command *command, int argc, char **argv)
{
    struct ctl ctl = {.command = command};
    const char *world = NULL;
    int code = EXIT_PASSED;
    if (!read_options(&ctl, argc, argv, &world, &code))
        return code;
    find_server(&ctl, world);
    code = run_command(&ctl);
    free(ctl.server);
    free(ctl.world);
    return code;
}
