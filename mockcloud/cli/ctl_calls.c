/*
 * The commands of `mockcloud ctl`: a row each, with the words that it takes and the call that it
 * makes.
 */
#include "cli/ctl.h"

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ctl_row {
    const char *name;
    const char *word; /* the one behind it: "clock advance"; NULL: what stands there is a value */
    const char *arguments;
    int min, max; /* how many words stand behind `name` and `word` */
    const char *missing;
    const char *text;
    ctl_make *make;
};

/* ---- calls ---- */

void ctl_call_world(const struct ctl *ctl, struct ctl_call *call, const char *method,
                    const char *rest, ctl_print *print)
{
    call->method = method;
    call->print = print;
    buf_add_str(&call->path, CTL_WORLDS "/");
    text_percent_encode(ctl->world, &call->path);
    buf_add_str(&call->path, rest);
}

void ctl_add_query(struct ctl_call *call, const char *name, const char *value)
{
    if (!value)
        return;
    buf_printf(&call->path, "%c%s=", strchr(buf_str(&call->path), '?') ? '&' : '?', name);
    text_percent_encode(value, &call->path);
}

static void set_body(struct ctl_call *call, const char *key, const char *value)
{
    struct jsonw w;
    jsonw_init(&w, &call->body);
    jsonw_object(&w);
    jsonw_key_str(&w, key, value);
    jsonw_end_object(&w);
}

static void call_worlds(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    (void)ctl;
    (void)values;
    call->method = "GET";
    call->print = ctl_print_worlds;
    buf_add_str(&call->path, CTL_WORLDS);
}

static void call_state(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    (void)values;
    ctl_call_world(ctl, call, "GET", "", ctl_print_json);
}

static void call_reset(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    (void)values;
    ctl_call_world(ctl, call, "POST", "/reset", ctl_print_done);
    call->subject = ctl->world;
}

/* The file goes as it is: the server reads YAML, and says what is wrong with it. */
static void call_create(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    char bytes[65536];
    size_t len;
    (void)ctl;
    FILE *file = cli_readable(values[0]) ? fopen(values[0], "re") : NULL;
    call->failed = !file;
    if (!file)
        return;
    while ((len = fread(bytes, 1, sizeof bytes, file)) > 0)
        buf_add(&call->body, bytes, len);
    call->failed = ferror(file) || call->body.overflow;
    if (call->failed)
        cli_error(EXIT_USAGE, "%s: it can't be read, or is larger than 1 MiB", values[0]);
    fclose(file);
    call->method = "POST";
    call->print = ctl_print_made;
    buf_add_str(&call->path, CTL_WORLDS);
}

static void call_delete(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    (void)values;
    ctl_call_world(ctl, call, "DELETE", "", ctl_print_done);
    call->subject = ctl->world;
}

static void call_codes(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    (void)values;
    ctl_call_world(ctl, call, "GET", "/lists/claim_codes", ctl_print_codes);
}

static void call_behaviours(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    (void)values;
    ctl_call_world(ctl, call, "GET", "/behaviours", ctl_print_behaviours);
}

static void call_streams(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    (void)values;
    ctl_call_world(ctl, call, "GET", "/streams", ctl_print_json);
}

static void call_cut(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    struct jsonw w;
    ctl_call_world(ctl, call, "POST", "/streams/cut", ctl_print_cut);
    jsonw_init(&w, &call->body);
    jsonw_object(&w);
    jsonw_key_str(&w, "how", values[0] ? values[0] : "end");
    jsonw_key_str(&w, "match", values[0] && values[1] ? values[1] : "/");
    jsonw_end_object(&w);
}

/* As it is: the server reads YAML as well as JSON, and tells mistakes by their places in it. */
static void call_steps(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    const char *path = values[0];
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "r");
    char bytes[4096];
    size_t len;
    ctl_call_world(ctl, call, "POST", "/steps", ctl_print_steps);
    call->failed_exit = EXIT_FAILED;
    while (file && (len = fread(bytes, 1, sizeof bytes, file)) > 0)
        buf_add(&call->body, bytes, len);
    if (!file || ferror(file))
        call->error = mem_printf_dup("can't read %s: %s", path, strerror(errno));
    else if (call->body.overflow)
        call->error = mem_printf_dup("%s has over a MiB", path);
    if (file && !is_stdin)
        fclose(file);
}

/* restart [lost] [DOWN], in any order. */
static void call_restart(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    struct jsonw w;
    ctl_call_world(ctl, call, "POST", "/restart", ctl_print_done);
    call->subject = ctl->world;
    jsonw_init(&w, &call->body);
    jsonw_object(&w);
    for (; *values; values++) {
        bool state = strcmp(*values, "lost") == 0 || strcmp(*values, "kept") == 0;
        char *down = mem_printf_dup("%s real", *values);
        jsonw_key_str(&w, state ? "state" : "down", state ? *values : down);
        free(down);
    }
    jsonw_end_object(&w);
}

static void call_clock(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    (void)values;
    ctl_call_world(ctl, call, "GET", "/clock", ctl_print_clock);
}

/* {"advance": "1h"}, {"at": "2099-01-01T00:00:00Z"} */
static void call_clock_move(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    ctl_call_world(ctl, call, "POST", "/clock", ctl_print_clock);
    set_body(call, ctl->argv[1], values[0]);
}

static void call_clock_mode(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    (void)values;
    ctl_call_world(ctl, call, "POST", "/clock", ctl_print_clock);
    set_body(call, "mode", strcmp(ctl->argv[1], "run") == 0 ? "real" : "frozen");
}

static void call_devices(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    (void)values;
    ctl_call_world(ctl, call, "GET", "/devices", ctl_print_devices);
}

static void call_journal(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    ctl_call_world(ctl, call, "GET", "/journal", ctl_print_journal);
    ctl_add_query(call, "since", values[0]);
    ctl_add_query(call, "device", options_text(ctl->options, OPTION_DEVICE));
    ctl_add_query(call, "kind", options_text(ctl->options, OPTION_KIND));
    ctl_add_query(call, "status", options_text(ctl->options, OPTION_STATUS));
    call->follows = options_given(ctl->options, OPTION_FOLLOW);
    ctl_add_query(call, "follow", call->follows ? "true" : NULL);
}

/* ---- the rows ---- */

static const struct ctl_row ctl_rows[] = {
    {.name = "worlds", .text = "list the worlds", .make = call_worlds},
    {.name = "state", .text = "the whole state of the world", .make = call_state},
    {.name = "reset", .text = "make the world anew", .make = call_reset},
    {.name = "world", .text = "the same as state", .make = call_state},
    {.name = "world",
     .word = "create",
     .arguments = "FILE",
     .min = 1,
     .max = 1,
     .missing = "of which world file?",
     .text = "make another world, and say where it is",
     .make = call_create},
    {.name = "world", .word = "reset", .text = "make the world anew", .make = call_reset},
    {.name = "world", .word = "delete", .text = "end the world", .make = call_delete},
    {.name = "codes", .text = "the claim codes, and what became of them", .make = call_codes},
    {.name = "behaviours",
     .text = "the switches that were asked, or are not as they are by themselves, and the guesses "
             "that were leaned on",
     .make = call_behaviours},
    {.name = "streams", .text = "the open event streams", .make = call_streams},
    {.name = "streams",
     .word = "cut",
     .arguments = "[end|reset|silent [PATH]]",
     .max = 2,
     .text = "cut those whose path begins so: a clean end, a reset, or silence",
     .make = call_cut},
    {.name = "restart",
     .arguments = "[lost] [DOWN]",
     .max = 2,
     .text = "restart the cloud: connections end; with lost, sessions and what was issued, too; "
             "refused for DOWN (2s)",
     .make = call_restart},
    {.name = "steps",
     .arguments = "FILE",
     .min = 1,
     .max = 1,
     .missing = "which file? A list of steps as in a scenario; - is standard input",
     .text = "play steps of a scenario",
     .make = call_steps},
    {.name = "wait",
     .arguments = "DEVICE STATE",
     .min = 2,
     .max = 2,
     .missing = "for what? For example: mockcloud ctl wait pump online --within 5min",
     .text = "wait until the device is in that state (mockcloud list states); a frozen clock is "
             "moved on to then",
     .make = ctl_wait},
    {.name = "clock", .text = "the world's time", .make = call_clock},
    {.name = "clock",
     .word = "advance",
     .arguments = "DURATION",
     .min = 1,
     .max = 1,
     .missing = "by how long? For example: mockcloud ctl clock advance 1h",
     .text = "move the clock",
     .make = call_clock_move},
    {.name = "clock",
     .word = "at",
     .arguments = "TIME",
     .min = 1,
     .max = 1,
     .missing = "to what time? For example: mockcloud ctl clock at 2099-01-01T00:00:00Z",
     .text = "move it on to 2099-01-01T00:00:00Z, say",
     .make = call_clock_move},
    {.name = "clock", .word = "freeze", .text = "stop it", .make = call_clock_mode},
    {.name = "clock", .word = "run", .text = "let it follow real time", .make = call_clock_mode},
    {.name = "devices", .text = "list the devices", .make = call_devices},
    {.name = "device",
     .arguments = "NAME [VERB…]",
     .min = 1,
     .max = 2 + CTL_KEYS,
     .missing = "which device? See mockcloud ctl devices",
     .text = "one device, or do something to it: power-on, serial CODE, publish NAME DATA … "
             "(mockcloud list states)",
     .make = ctl_device},
    {.name = "journal",
     .arguments = "[SINCE]",
     .max = 1,
     .text = "the journal, a line per entry, from behind entry SINCE on; which ones: --device, "
             "--kind, --status; --follow",
     .make = call_journal},
    {.name = "why",
     .arguments = "DEVICE [OWNER]",
     .min = 1,
     .max = 2,
     .missing = "why what? For example: mockcloud ctl why pump ada@example.com",
     .text = "why is it not owned by OWNER?",
     .make = ctl_why},
    {.name = "why",
     .word = "request",
     .arguments = "N",
     .min = 1,
     .max = 1,
     .missing = "which one? Its number in the journal",
     .text = "why was it refused, or answered so?",
     .make = ctl_why_request},
    {.name = "why",
     .word = "offline",
     .arguments = "DEVICE",
     .min = 1,
     .max = 1,
     .missing = "which device?",
     .text = "why is it offline?",
     .make = ctl_why_offline},
    {.name = "why",
     .word = "not",
     .arguments = "listed DEVICE for OWNER",
     .min = 2,
     .max = 4,
     .missing = "for example: mockcloud ctl why not listed pump for ada@example.com",
     .text = "why is it in no list of OWNER?",
     .make = ctl_why_not},
    {.name = "why",
     .word = "no",
     .arguments = "event STREAM NAME, or webhook EVENT",
     .min = 2,
     .max = 3,
     .missing = "for example: mockcloud ctl why no event app temperature, or: why no webhook "
                "temperature",
     .text = "why did the event not come, to that stream or client, or trigger no webhook?",
     .make = ctl_why_no},
    {.name = "why",
     .word = "customer",
     .arguments = "EMAIL",
     .min = 1,
     .max = 1,
     .missing = "which customer?",
     .text = "is it there, with a token that is good?",
     .make = ctl_why_customer},
};

#define CTL_ROWS (sizeof ctl_rows / sizeof *ctl_rows)

bool cli_ctl_word(size_t index, struct command_word *ret_word)
{
    if (index >= CTL_ROWS)
        return false;
    const struct ctl_row *row = &ctl_rows[index];
    *ret_word = (struct command_word){
        .name = row->name, .second = row->word, .arguments = row->arguments, .text = row->text};
    return true;
}

/* The row of "clock advance"; with a second word that is none, what it may have been meant for. */
static const struct ctl_row *row_of(const struct ctl *ctl, const char **ret_nearest)
{
    const char *seconds[CTL_ROWS];
    const char *second = ctl->argc > 1 ? ctl->argv[1] : NULL;
    const struct ctl_row *plain = NULL;
    for (size_t i = 0; i < CTL_ROWS; i++) {
        bool same = strcmp(ctl_rows[i].name, ctl->argv[0]) == 0;
        seconds[i] = same ? ctl_rows[i].word : NULL;
        if (same && !ctl_rows[i].word)
            plain = &ctl_rows[i];
        else if (same && second && strcmp(ctl_rows[i].word, second) == 0)
            return &ctl_rows[i];
    }
    *ret_nearest = second ? text_nearest(second, seconds, CTL_ROWS) : NULL;
    return plain;
}

/* Whether as many words stand behind the row's own as it takes; else what is wrong was told. */
static bool row_takes(const struct ctl *ctl, const struct ctl_row *row, const char *nearest)
{
    const struct command *command = ctl->options->command;
    const char *word = row->word;
    int count = ctl->argc - 1 - (word != NULL);
    if (count < row->min)
        cli_usage(command, "%s%s%s: %s", row->name, word ? " " : "", word ? word : "",
                  row->missing);
    else if (count > row->max && nearest)
        cli_usage(command, "%s: there is no \"%s\"; did you mean \"%s\"?", row->name, ctl->argv[1],
                  nearest);
    else if (count > row->max)
        cli_usage(command, "%s%s%s: \"%s\" is one too many", row->name, word ? " " : "",
                  word ? word : "", ctl->argv[ctl->argc - count + row->max]);
    return count >= row->min && count <= row->max;
}

bool ctl_make_call(const struct ctl *ctl, struct ctl_call *call)
{
    const char *nearest = NULL;
    const struct ctl_row *row = row_of(ctl, &nearest);
    if (!row) {
        cli_no_word(ctl->options->command, "command", ctl->argv[0]);
        return false;
    }
    char *const *values = ctl->argv + 1 + (row->word != NULL);
    if (!row_takes(ctl, row, nearest) || !ctl_why_takes(ctl, row->make, values) ||
        (row->make == ctl_device && !ctl_device_takes(ctl, values)))
        return false;
    row->make(ctl, call, values);
    return !call->failed;
}
