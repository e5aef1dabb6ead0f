/* See request_line.h. Owns which part of a request may be shown: the line goes into logs that
 * others read, and must not carry a token there. */
#include "cli/request_line.h"

#include "api/api.h"
#include "base/timefmt.h"

#include <string.h>

#define TARGET_SHOWN  200 /* bytes of a target */
#define FINDING_SHOWN 500
#define SECRET_SHOWN  6  /* characters of a token that are shown */
#define SECRET_LEN    32 /* hex digits in a row from which on they are a token: a device id has 24 */

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

void request_line_print(void *output, const struct server_served *served)
{
    const struct api_reply *reply = served->reply;
    char at[TIMEFMT_ISO_SIZE] = "-";
    char method[TARGET_SHOWN + 8];
    char target[TARGET_SHOWN + 8];
    if (reply->world)
        timefmt_iso(reply->at_ms, at);
    show_target(served->method, method);
    show_target(served->target, target);
    output_printf(output, "%-24s %s %s %s %d %s\n", at, reply->world ? reply->world : "-", method,
                  target, reply->status, reply->rule ? reply->rule : "-");
}

void request_line_finding(void *output, const char *text)
{
    char shown[FINDING_SHOWN];
    size_t len = 0;
    for (; len < sizeof shown - 1 && text[len]; len++)
        shown[len] = text[len] == ' ' ? ' ' : printable(text[len]);
    shown[len] = '\0';
    output_printf(output, "  finding: %s\n", shown);
}
