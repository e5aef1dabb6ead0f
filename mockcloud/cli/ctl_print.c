/* See ctl.h. Owns how answers look to a person; a key that is missing shows as nothing, never as a
 * crash. */
#include "cli/ctl.h"

#include "base/text.h"
#include "cli/table.h"
#include "device/state.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRINT_BYTES (256u << 20)

/* ---- reading ---- */

/* What the server says is not ours to trust: each control character becomes a question mark, in
 * place. */
void ctl_make_plain(char *text)
{
    size_t len = strlen(text), step;
    for (size_t at = 0; at < len; at += step) {
        step = text_utf8_len(text + at, len - at);
        step = step ? step : 1;
        if (text_is_control(text + at, step))
            memset(text + at, '?', step);
    }
}

/* "" of what is no text. */
const char *ctl_plain(const cJSON *item)
{
    char *text = cJSON_GetStringValue(item);
    if (text)
        ctl_make_plain(text);
    return text ? text : "";
}

/* A text of several lines, which stay lines; those behind the first are indented. False: none. */
static bool print_lines(const cJSON *item, const char *indent, FILE *out)
{
    const char *before = "";
    char *rest = cJSON_GetStringValue(item);
    bool any = rest && *rest;
    for (char *line; any && (line = strsep(&rest, "\n")) && (*line || rest); before = indent) {
        ctl_make_plain(line);
        fprintf(out, "%s%s%s", *before ? "\n" : "", before, line);
    }
    return any;
}

const char *ctl_str(const cJSON *object, const char *key)
{
    return ctl_plain(cJSON_GetObjectItemCaseSensitive(object, key));
}

double ctl_number(const cJSON *object, const char *key)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(number) ? number->valuedouble : 0;
}

static bool truth_of(const cJSON *object, const char *key)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static const cJSON *items_of(const cJSON *object, const char *key)
{
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(object, key);
    return array ? array->child : NULL;
}

/* "customer ada@example.com", "nobody". */
static void owner_of(const cJSON *device, char ret_text[128])
{
    const cJSON *owner = cJSON_GetObjectItemCaseSensitive(device, "owner");
    if (cJSON_IsObject(owner))
        snprintf(ret_text, 128, "%s %s", ctl_str(owner, "kind"), ctl_str(owner, "name"));
    else
        strcpy(ret_text, "nobody");
}

/* In words when the state is one that we know ("slow-blinking blue"), else as it was sent. */
static void led_of(const cJSON *device, char ret_text[64])
{
    int state = device_state_find(ctl_str(device, "state"));
    const cJSON *led = cJSON_GetObjectItemCaseSensitive(device, "led");
    const char *pattern = ctl_str(led, "pattern");
    if (cJSON_IsNull(led))
        strcpy(ret_text, "none");
    else if (state >= 0)
        snprintf(ret_text, 64, "%s", device_states[state].led);
    else if (strcmp(pattern, "off") == 0)
        strcpy(ret_text, "off");
    else
        snprintf(ret_text, 64, "%s %s", pattern, ctl_str(led, "color"));
}

static void print_table(struct table *table)
{
    struct buf out;
    buf_init(&out, PRINT_BYTES);
    table_write(table, TABLE_TEXT, &out);
    fputs(buf_str(&out), stdout);
    buf_free(&out);
    table_free(table);
}

/* ---- answers ---- */

void ctl_print_json(const struct cJSON *answer, const char *subject, const char *word)
{
    (void)subject;
    (void)word;
    char *text = cJSON_Print(answer);
    puts(text ? text : "");
    free(text);
}

void ctl_print_done(const struct cJSON *answer, const char *subject, const char *word)
{
    (void)answer;
    (void)word;
    printf("%s: done\n", subject);
}

void ctl_print_steps(const struct cJSON *answer, const char *subject, const char *word)
{
    (void)subject;
    (void)word;
    int number = 0;
    for (const cJSON *step = items_of(answer, "steps"); step; step = step->next) {
        printf("%d %s: ", ++number, ctl_str(step, "step"));
        if (truth_of(step, "passed"))
            fputs("passed", stdout);
        else
            print_lines(cJSON_GetObjectItemCaseSensitive(step, "failure"), "    ", stdout);
        putchar('\n');
    }
    const cJSON *saved = cJSON_GetObjectItemCaseSensitive(answer, "saved");
    for (const cJSON *item = saved ? saved->child : NULL; item; item = item->next)
        printf("%s = %s\n", item->string, item->valuestring);
}

/* The first line of a failure says it all; the others say again what was waited for. */
void ctl_print_wait(const struct cJSON *answer, const char *subject, const char *word)
{
    char *failure = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "failure"));
    if (truth_of(answer, "passed")) {
        printf("%s: %s\n", subject, word);
        return;
    }
    if (failure)
        failure[strcspn(failure, "\n")] = '\0';
    puts(ctl_str(answer, "failure"));
}

bool ctl_is_failed(const char *text)
{
    cJSON *json = cJSON_Parse(text);
    bool failed = cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(json, "passed"));
    cJSON_Delete(json);
    return failed;
}

void ctl_print_worlds(const struct cJSON *answer, const char *subject, const char *word)
{
    (void)subject;
    (void)word;
    static const struct table_column columns[] = {{.name = "name"},     {.name = "now"},
                                                  {.name = "clock"},    {.name = "devices"},
                                                  {.name = "base_url"}, {0}};
    struct table *table = table_new(columns);
    for (const cJSON *world = items_of(answer, "worlds"); world; world = world->next) {
        char devices[24];
        snprintf(devices, sizeof devices, "%.0f", ctl_number(world, "devices"));
        table_add(table, ctl_str(world, "name"));
        table_add(table, ctl_str(world, "now"));
        table_add(table, ctl_str(world, "mode"));
        table_add(table, devices);
        table_add(table, ctl_str(world, "base_url"));
    }
    print_table(table);
}

void ctl_print_made(const struct cJSON *answer, const char *subject, const char *word)
{
    (void)subject;
    (void)word;
    printf("%s %s\n", ctl_str(answer, "name"), ctl_str(answer, "base_url"));
}

void ctl_print_cut(const struct cJSON *answer, const char *subject, const char *word)
{
    (void)subject;
    (void)word;
    double count = ctl_number(answer, "streams");
    printf("%.0f %s cut\n", count, count == 1 ? "stream was" : "streams were");
}

/* A code is shortened: it is worth a device. */
void ctl_print_codes(const struct cJSON *answer, const char *subject, const char *word)
{
    (void)subject;
    (void)word;
    static const struct table_column columns[] = {{.name = "code"},    {.name = "owner"},
                                                  {.name = "issued"},  {.name = "expires"},
                                                  {.name = "used by"}, {0}};
    struct table *table = table_new(columns);
    for (const cJSON *code = items_of(answer, "items"); code; code = code->next) {
        char owner[128], text[24];
        owner_of(code, owner);
        snprintf(text, sizeof text, "%.6s…", ctl_str(code, "claim_code"));
        table_add(table, text);
        table_add(table, owner);
        table_add(table, ctl_str(code, "issued_at"));
        table_add(table, ctl_str(code, "expires_at"));
        table_add(table, truth_of(code, "revoked") ? "(revoked)" : ctl_str(code, "used_by"));
    }
    print_table(table);
}

void ctl_print_behaviours(const struct cJSON *answer, const char *subject, const char *word)
{
    (void)subject;
    (void)word;
    static const struct table_column columns[] = {
        {.name = "switch"}, {.name = "value"}, {.name = "asked"}, {0}};
    struct table *table = table_new(columns);
    for (const cJSON *one = items_of(answer, "switches"); one; one = one->next) {
        if (truth_of(one, "default") && !truth_of(one, "asked"))
            continue;
        table_add(table, ctl_str(one, "name"));
        table_add(table, ctl_str(one, "value"));
        table_add(table, truth_of(one, "asked") ? "yes" : "no");
    }
    print_table(table);
    for (const cJSON *guess = items_of(answer, "guesses"); guess; guess = guess->next)
        printf("guess %s: %s\n", ctl_str(guess, "name"), ctl_str(guess, "text"));
}

void ctl_print_clock(const struct cJSON *answer, const char *subject, const char *word)
{
    (void)subject;
    (void)word;
    const char *mode = ctl_str(answer, "mode");
    printf("%s%s%s\n", ctl_str(answer, "now"), *mode ? " " : "", mode);
}

void ctl_print_devices(const struct cJSON *answer, const char *subject, const char *word)
{
    (void)subject;
    (void)word;
    static const struct table_column columns[] = {
        {.name = "name"},   {.name = "id"},      {.name = "platform"}, {.name = "state"},
        {.name = "online"}, {.name = "session"}, {.name = "owner"},    {0}};
    struct table *table = table_new(columns);
    for (const cJSON *device = items_of(answer, "devices"); device; device = device->next) {
        char owner[128];
        owner_of(device, owner);
        table_add(table, ctl_str(device, "name"));
        table_add(table, ctl_str(device, "id"));
        table_add(table, ctl_str(device, "platform"));
        table_add(table, ctl_str(device, "state"));
        table_add(table, truth_of(device, "online") ? "yes" : "no");
        table_add(table, ctl_str(device, "session"));
        table_add(table, owner);
    }
    print_table(table);
}

void ctl_print_device(const struct cJSON *answer, const char *subject, const char *word)
{
    (void)word;
    char led[64];
    char owner[128];
    const cJSON *said = cJSON_GetObjectItemCaseSensitive(answer, "answer");
    const cJSON *inner = cJSON_GetObjectItemCaseSensitive(answer, "device");
    if (inner) /* beside what the device has answered to a code */
        answer = inner;
    const char *code = ctl_str(answer, "claim_code_stored");
    led_of(answer, led);
    owner_of(answer, owner);
    printf("%s  %s  %s\n", subject, ctl_str(answer, "id"), ctl_str(answer, "platform"));
    printf("  state        %s\n  led          %s\n", ctl_str(answer, "state"), led);
    printf("  online       %s (what the cloud believes)\n",
           truth_of(answer, "online") ? "yes" : "no");
    printf("  session      %s\n", ctl_str(answer, "session"));
    printf("  claim code   %s\n", *code ? code : "none stored");
    printf("  claimed flag %s\n", truth_of(answer, "claimed_flag") ? "yes" : "no");
    printf("  owner        %s\n", owner);
    if (said) {
        char *text = cJSON_PrintUnformatted(said);
        printf("  answered     %s\n", text ? text : "");
        free(text);
    }
}

/* The lines of evidence, with their entries of the journal, and what to do. */
static void print_evidence(const cJSON *answer)
{
    for (const cJSON *e = items_of(answer, "evidence"); e; e = e->next) {
        double n = ctl_number(e, "n");
        printf("  ");
        if (n > 0)
            printf("#%.0f ", n);
        printf("%s%s%s\n", ctl_str(e, "at"), *ctl_str(e, "at") ? " " : "", ctl_str(e, "text"));
    }
    if (*ctl_str(answer, "advice"))
        printf("  what to do: %s\n", ctl_str(answer, "advice"));
}

void ctl_print_why(const struct cJSON *answer, const char *subject, const char *word)
{
    char owner[128];
    (void)word;
    owner_of(answer, owner);
    if (truth_of(answer, "owned"))
        printf("%s is owned by %s\n", subject, owner);
    else
        printf("%s is not owned by %s: %s\n  %s\n", subject,
               cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(answer, "owner")) ? "anybody" : owner,
               ctl_str(answer, "cause"), ctl_str(answer, "text"));
    print_evidence(answer);
}

void ctl_print_reason(const struct cJSON *answer, const char *subject, const char *word)
{
    const char *cause = ctl_str(answer, "cause");
    (void)subject;
    (void)word;
    printf("%s %s: %s\n  %s\n", ctl_str(answer, "question"), ctl_str(answer, "subject"),
           *cause ? cause : "nothing to explain", ctl_str(answer, "text"));
    print_evidence(answer);
}

bool ctl_is_settled(const char *text)
{
    cJSON *answer = cJSON_Parse(text);
    bool settled = cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(answer, "cause"));
    cJSON_Delete(answer);
    return settled;
}

bool ctl_show(ctl_print *print, const char *text, const char *subject, const char *word)
{
    cJSON *answer = cJSON_Parse(text);
    if (!answer && *text)
        return false;
    print(answer, subject, word);
    cJSON_Delete(answer);
    return true;
}

void ctl_print_refusal(long status, const char *text)
{
    cJSON *answer = cJSON_Parse(text);
    fputs("mockcloud: ", stderr);
    if (!print_lines(cJSON_GetObjectItemCaseSensitive(answer, "message"), "  ", stderr) &&
        !print_lines(cJSON_GetObjectItemCaseSensitive(answer, "error"), "  ", stderr))
        fprintf(stderr, "the server answered %ld", status);
    const char *before = "\nit can: ";
    for (const cJSON *verb = items_of(answer, "can"); verb; verb = verb->next, before = " ")
        fprintf(stderr, "%s%s", before, ctl_plain(verb));
    fputc('\n', stderr);
    cJSON_Delete(answer);
}
