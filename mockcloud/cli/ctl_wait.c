/*
 * `mockcloud ctl wait`: until a device is in a state.
 *
 * It is the step `wait` of scenarios, posted to the live world. Owns by which clock it is counted:
 * a world that follows real time is waited for in real time, and a frozen one, in which nothing
 * would ever happen while we wait, is moved on from timer to timer. The server says which one it
 * is.
 */
#include "cli/ctl.h"

#include "base/jsonw.h"
#include "base/text.h"
#include "cli/cli.h"
#include "device/state.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

static bool wait_then(const struct ctl *ctl, const char *answer, struct ctl_call *call)
{
    char within[48];
    struct jsonw w;
    cJSON *clock = cJSON_Parse(answer);
    const char *mode = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(clock, "mode"));
    bool known = mode != NULL;
    if (known)
        snprintf(within, sizeof within, "%lldms %s",
                 (long long)options_ms(ctl->options, OPTION_WITHIN),
                 strcmp(mode, "frozen") == 0 ? "virtual" : "real");
    cJSON_Delete(clock);
    if (!known)
        return false;
    ctl_call_world(ctl, call, "POST", "/steps", ctl_print_wait);
    call->failed_exit = EXIT_TIMED_OUT;
    jsonw_init(&w, &call->body);
    jsonw_object(&w);
    jsonw_key(&w, "wait");
    jsonw_object(&w);
    jsonw_key_str(&w, "device", ctl->argv[1]);
    jsonw_key_str(&w, "state", ctl->argv[2]);
    jsonw_key_str(&w, "within", within);
    jsonw_end_object(&w);
    jsonw_end_object(&w);
    return true;
}

static void no_state(const struct ctl *ctl, const char *name)
{
    const char *names[STATE_COUNT];
    for (size_t i = 0; i < STATE_COUNT; i++)
        names[i] = device_states[i].name;
    const char *nearest = text_nearest(name, names, STATE_COUNT);
    cli_usage(ctl->options->command, "wait: there is no state \"%s\"%s%s%s", name,
              nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
}

void ctl_wait(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    call->failed = device_state_find(values[1]) < 0;
    if (call->failed) {
        no_state(ctl, values[1]);
        return;
    }
    ctl_call_world(ctl, call, "GET", "/clock", ctl_print_clock);
    call->then = wait_then;
}
