/* See ctl.h. Owns the questions of `mockcloud ctl why`: what each asks of the server. */
#include "base/text.h"
#include "cli/cli.h"
#include "cli/ctl.h"

#include <string.h>

static void call_reason(const struct ctl *ctl, struct ctl_call *call, const char *path,
                        const char *subject)
{
    ctl_call_world(ctl, call, "GET", path, ctl_print_reason);
    text_percent_encode(subject, &call->path);
}

/* Whom it is about: as a word, or by the options that leave no doubt. */
static void add_owner(const struct ctl *ctl, struct ctl_call *call, const char *owner)
{
    ctl_add_query(call, "owner", owner);
    ctl_add_query(call, "user", options_text(ctl->options, OPTION_USER));
    ctl_add_query(call, "customer", options_text(ctl->options, OPTION_CUSTOMER));
    ctl_add_query(call, "product", options_text(ctl->options, OPTION_PRODUCT));
}

void ctl_why(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    ctl_call_world(ctl, call, "GET", "/why/", ctl_print_why);
    text_percent_encode(values[0], &call->path);
    add_owner(ctl, call, values[1]);
}

void ctl_why_request(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    call_reason(ctl, call, "/why-request/", values[0]);
}

void ctl_why_offline(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    call_reason(ctl, call, "/why-offline/", values[0]);
}

void ctl_why_customer(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    call_reason(ctl, call, "/why-customer/", values[0]);
}

/* listed DEVICE [for OWNER] */
void ctl_why_not(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    call_reason(ctl, call, "/why-not-listed/", values[1]);
    add_owner(ctl, call, values[2] ? values[3] : NULL);
}

/* event STREAM NAME, webhook EVENT */
void ctl_why_no(const struct ctl *ctl, struct ctl_call *call, char *const *values)
{
    bool event = values[2] != NULL;
    call_reason(ctl, call, event ? "/why-no-event/" : "/why-no-webhook/", values[1]);
    ctl_add_query(call, "name", values[2]);
}

bool ctl_why_takes(const struct ctl *ctl, ctl_make *make, char *const *values)
{
    const struct command *command = ctl->options->command;
    if (make == ctl_why_not && (strcmp(values[0], "listed") != 0 ||
                                (values[2] && (strcmp(values[2], "for") != 0 || !values[3]))))
        cli_usage(command, "why not: expected \"why not listed DEVICE for OWNER\"");
    else if (make == ctl_why_no && strcmp(values[0], values[2] ? "event" : "webhook") != 0)
        cli_usage(command, "why no: expected \"why no event STREAM NAME\" or \"why no webhook "
                           "EVENT\"");
    else
        return true;
    return false;
}
