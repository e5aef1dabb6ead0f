/*
 * `mockcloud ctl`: the control API from a shell.
 *
 * Owns which server is asked, and the asking. Which call a command makes is ctl_calls.c's, how an
 * answer is shown ctl_print.c's. It knows no world: whatever it prints, the server has said.
 */
#include "cli/ctl.h"

#include "base/mem.h"
#include "cli/cli.h"
#include "net/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CTL_SERVER "http://127.0.0.1:8642"
#define CTL_BYTES  (1u << 20)

/* ---- the server and the world ---- */

/* "http://host:port" or "http://host:port/__mock/worlds/NAME"; slashes at the end are passed over.
 */
static void find_server(struct ctl *ctl)
{
    const char *control = options_text(ctl->options, OPTION_CONTROL);
    const char *world = options_text(ctl->options, OPTION_WORLD_NAME);
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

/* ---- asking ---- */

/* NULL: none was named. */
static const char *ca_file_of(const struct ctl *ctl)
{
    const char *path = options_text(ctl->options, OPTION_CTL_CA_FILE);
    path = path ? path : getenv("MOCKCLOUD_CA_FILE");
    return path && *path ? path : NULL;
}

static bool ask(const struct ctl *ctl, const struct ctl_call *call, struct http_answer *ret_answer,
                char **ret_error)
{
    const char *token = options_text(ctl->options, OPTION_TOKEN);
    char *url = mem_printf_dup("%s%s", ctl->server, buf_str(&call->path));
    char *gate = mem_printf_dup("X-Mockcloud-Control: %s", token ? token : "1");
    const char *headers[] = {gate, "Content-Type: application/json", NULL};
    struct http_call http = {
        .method = call->method,
        .url = url,
        .headers = headers,
        .ca_file = ca_file_of(ctl),
        .body = strcmp(call->method, "GET") == 0 ? NULL : buf_str(&call->body),
    };
    struct ctl_follow *follow =
        call->follows ? ctl_follow_new(options_given(ctl->options, OPTION_JSON)) : NULL;
    if (follow) {
        http.piece = ctl_follow_take;
        http.arg = follow;
    }
    bool answered = http_do(&http, ret_answer, ret_error);
    ctl_follow_free(follow);
    free(gate);
    free(url);
    return answered;
}

static int not_ours(const struct ctl *ctl, const char *text)
{
    return cli_error(EXIT_FAILED, "the answer of %s is not one of mockcloud's: %.200s", ctl->server,
                     text);
}

static int show(const struct ctl *ctl, const struct ctl_call *call,
                const struct http_answer *answer)
{
    const char *text = buf_str(&answer->body);
    if (answer->status >= 400) {
        ctl_print_refusal(answer->status, text);
        return EXIT_FAILED;
    }
    int code = EXIT_PASSED;
    if (call->follows)
        return code;
    if (options_given(ctl->options, OPTION_EXIT_CODE) && !ctl_is_settled(text))
        code = EXIT_FAILED;
    if (call->failed_exit && ctl_is_failed(text))
        code = call->failed_exit;
    if (options_given(ctl->options, OPTION_JSON) && *text) {
        puts(text);
        return code;
    }
    const char *subject = ctl->argc > 1 ? ctl->argv[1] : ctl->world;
    if (ctl_show(call->print, text, call->subject ? call->subject : subject,
                 ctl->argc > 2 ? ctl->argv[2] : NULL))
        return code;
    return not_ours(ctl, text);
}

static int do_call(const struct ctl *ctl, struct ctl_call *call);

/* The answer is shown, or is what the next call is made of. */
static int go_on(const struct ctl *ctl, struct ctl_call *call, const struct http_answer *answer)
{
    ctl_then *then = call->then;
    if (!then || answer->status >= 400)
        return show(ctl, call, answer);
    call->then = NULL;
    buf_clear(&call->path);
    buf_clear(&call->body);
    if (!then(ctl, buf_str(&answer->body), call))
        return not_ours(ctl, buf_str(&answer->body));
    return do_call(ctl, call);
}

static int do_call(const struct ctl *ctl, struct ctl_call *call)
{
    struct http_answer answer;
    char *error = NULL;
    if (!ask(ctl, call, &answer, &error)) {
        cli_error(EXIT_COULD_NOT_RUN, "%s", error);
        if (strncmp(ctl->server, "https:", 6) == 0 && !ca_file_of(ctl))
            cli_error(EXIT_COULD_NOT_RUN, "give its certificate with --ca-file, or in "
                                          "MOCKCLOUD_CA_FILE: serve --tls says where it is");
        free(error);
        return EXIT_COULD_NOT_RUN;
    }
    int code = go_on(ctl, call, &answer);
    http_answer_free(&answer);
    return code;
}

int cli_ctl(const struct options *options)
{
    struct ctl ctl = {
        .options = options,
        .argc = options->argument_count,
        .argv = options->arguments,
    };
    struct ctl_call call = {0};
    int code = EXIT_USAGE;
    buf_init(&call.path, CTL_BYTES);
    buf_init(&call.body, CTL_BYTES);
    find_server(&ctl);
    if (ctl_make_call(&ctl, &call))
        code = call.error ? cli_error(EXIT_USAGE, "%s", call.error) : do_call(&ctl, &call);
    free(call.error);
    buf_free(&call.path);
    buf_free(&call.body);
    free(ctl.server);
    free(ctl.world);
    return code;
}
