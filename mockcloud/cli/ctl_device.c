/* See ctl.h. Owns what a device is told by `mockcloud ctl device`. What a device can do is the
 * server's to know; only what takes words of its own stands here. */
#include "base/jsonw.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/ctl.h"
#include "device/fleet.h"

#include <string.h>

/* What a device is told that takes words of its own; `keys` are those of the body, in the order of
 * the words. */
struct ctl_verb {
    const char *keys[CTL_KEYS];
    int min; /* how many words there have to be */
    const char *arguments;
};

static const struct ctl_verb verb_plain = {.arguments = ""};
static const struct ctl_verb verb_code = {{"set_claim_code"}, 1, "CODE"};
static const struct ctl_verb verb_publish = {{"name", "data"}, 1, "NAME [DATA]"};

static const struct ctl_verb *verb_by_name(const char *name)
{
    if (strcmp(name, "publish") == 0)
        return &verb_publish;
    return device_channel_find(name) ? &verb_code : &verb_plain;
}

bool ctl_device_takes(const struct ctl *ctl, char *const *values)
{
    int count = ctl->argc - 3, max = 0;
    if (count < 0) /* the device is only looked at */
        return true;
    const struct ctl_verb *verb = verb_by_name(values[1]);
    while (max < CTL_KEYS && verb->keys[max])
        max++;
    if (count < verb->min)
        cli_usage(ctl->options->command, "%s: expected mockcloud ctl device %s %s %s", values[1],
                  values[0], values[1], verb->arguments);
    else if (count > max)
        cli_usage(ctl->options->command, "%s: \"%s\" is one too many", values[1], values[2 + max]);
    return count >= verb->min && count <= max;
}

void ctl_device(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    struct jsonw w;
    ctl_call_world(ctl, call, values[1] ? "POST" : "GET", "/devices/", ctl_print_device);
    text_percent_encode(values[0], &call->path);
    if (!values[1])
        return;
    const struct ctl_verb *verb = verb_by_name(values[1]);
    jsonw_init(&w, &call->body);
    jsonw_object(&w);
    jsonw_key_str(&w, "do", values[1]);
    for (int i = 0; i < CTL_KEYS && verb->keys[i] && values[2 + i]; i++)
        jsonw_key_str(&w, verb->keys[i], values[2 + i]);
    jsonw_end_object(&w);
}
