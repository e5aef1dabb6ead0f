/* See trait.h. Owns the table of traits. Reads the world, changes nothing. */
#include "scenario/trait.h"

#include "base/mem.h"
#include "base/text.h"
#include "cloud/owner.h"
#include "match/compare.h"
#include "scenario/clients.h"
#include "scenario/trait_why.h"
#include "scenario/who.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define TRAIT_SHOWN 400

/* The states of device/state.h, and the world file's word for one of them; a test holds this list
 * against that table. */
const char *const trait_states[] = {"off",
                                    "starting",
                                    "network-off",
                                    "network-on",
                                    "network-connecting",
                                    "network-dhcp",
                                    "network-connected",
                                    "cloud-connecting",
                                    "handshake",
                                    "online",
                                    "safe-mode",
                                    "listening",
                                    "dfu",
                                    "updating",
                                    "soft-off",
                                    "offline",
                                    NULL};

const char *const trait_sessions[] = {"none", "full", "resumed", NULL};

/* ---- state, led, online, session, claimed_flag ---- */

static bool trait_state_holds(const struct scenario_run *run, const struct trait_subject *subject,
                              const struct doc_node *want)
{
    (void)run;
    return device_state_find(want->text) == (int)subject->device->state;
}

static void trait_state_actual(const struct scenario_run *run, const struct trait_subject *subject,
                               const struct doc_node *want, struct buf *out)
{
    (void)run, (void)want;
    buf_add_str(out, device_states[subject->device->state].name);
}

static bool trait_led_check(struct scenario_load *load, const struct doc_node *want)
{
    const char *known[STATE_COUNT + 1] = {[STATE_COUNT] = "none"};
    for (size_t i = 0; i < STATE_COUNT; i++)
        known[i] = device_states[i].led;
    for (size_t i = 0; i <= STATE_COUNT; i++)
        if (strcmp(known[i], want->text) == 0)
            return true;
    doc_fail(load->doc, want, load->diags, text_nearest(want->text, known, STATE_COUNT + 1),
             "no state shows the LED \"%s\"; see mockcloud list states", want->text);
    return false;
}

static bool trait_led_holds(const struct scenario_run *run, const struct trait_subject *subject,
                            const struct doc_node *want)
{
    (void)run;
    return strcmp(device_led(subject->device), want->text) == 0;
}

static void trait_led_actual(const struct scenario_run *run, const struct trait_subject *subject,
                             const struct doc_node *want, struct buf *out)
{
    (void)run, (void)want;
    buf_add_str(out, device_led(subject->device));
}

static bool trait_is(bool truth, const struct doc_node *want)
{
    bool wanted = false;
    return doc_as_bool(want, &wanted) && wanted == truth;
}

static bool trait_online_holds(const struct scenario_run *run, const struct trait_subject *subject,
                               const struct doc_node *want)
{
    return trait_is(world_record(run->world, subject->device)->online, want);
}

static void trait_online_actual(const struct scenario_run *run, const struct trait_subject *subject,
                                const struct doc_node *want, struct buf *out)
{
    (void)want;
    buf_add_str(out, world_record(run->world, subject->device)->online ? "true" : "false");
}

static bool trait_session_holds(const struct scenario_run *run, const struct trait_subject *subject,
                                const struct doc_node *want)
{
    (void)run;
    return strcmp(trait_sessions[subject->device->session_kind], want->text) == 0;
}

static void trait_session_actual(const struct scenario_run *run,
                                 const struct trait_subject *subject, const struct doc_node *want,
                                 struct buf *out)
{
    (void)run, (void)want;
    buf_add_str(out, trait_sessions[subject->device->session_kind]);
}

static bool trait_flag_holds(const struct scenario_run *run, const struct trait_subject *subject,
                             const struct doc_node *want)
{
    (void)run;
    return trait_is(subject->device->claimed, want);
}

static void trait_flag_actual(const struct scenario_run *run, const struct trait_subject *subject,
                              const struct doc_node *want, struct buf *out)
{
    (void)run, (void)want;
    buf_add_str(out, subject->device->claimed ? "true" : "false");
}

/* ---- owner ---- */

const char *trait_owner_word(const struct owner *owner)
{
    const char *name = owner_name(owner);
    return name ? name : "none";
}

static bool trait_owner_check(struct scenario_load *load, const struct doc_node *want)
{
    return who_check(load, want, WHO_OWNERS);
}

static bool trait_owner_holds(const struct scenario_run *run, const struct trait_subject *subject,
                              const struct doc_node *want)
{
    const struct owner *now = &world_record(run->world, subject->device)->owner;
    struct owner owner = {.kind = OWNER_NONE};
    if (!who_owner(run->world, want, &owner))
        return false;
    return owner.kind == OWNER_NONE ? now->kind == OWNER_NONE : owner_same(now, &owner);
}

static void trait_owner_actual(const struct scenario_run *run, const struct trait_subject *subject,
                               const struct doc_node *want, struct buf *out)
{
    const struct owner *owner = &world_record(run->world, subject->device)->owner;
    const char *kind = owner_kind_word(owner);
    (void)want;
    buf_add_str(out, trait_owner_word(owner));
    if (kind)
        buf_printf(out, " (%s)", kind);
}

/* ---- claim_code_stored ---- */

static bool trait_code_holds(const struct scenario_run *run, const struct trait_subject *subject,
                             const struct doc_node *want)
{
    const char *code = subject->device->past->claim_code;
    struct compare_diff diff = {0};
    cJSON *value = *code ? cJSON_CreateString(code) : cJSON_CreateNull();
    bool holds = compare_json(&run->interp.vars, want, value, &diff);
    cJSON_Delete(value);
    compare_diff_free(&diff);
    return holds;
}

static void trait_code_actual(const struct scenario_run *run, const struct trait_subject *subject,
                              const struct doc_node *want, struct buf *out)
{
    const char *code = subject->device->past->claim_code;
    (void)run, (void)want;
    buf_add_str(out, *code ? code : "null");
}

/* ---- exits, output ---- */

static bool trait_exits_check(struct scenario_load *load, const struct doc_node *want)
{
    static const char *const words[] = {"nonzero", "any"};
    int64_t code = 0;
    bool word = want->kind == DOC_SCALAR &&
                (strcmp(want->text, words[0]) == 0 || strcmp(want->text, words[1]) == 0);
    if (word || (doc_as_int(want, &code) && code >= 0 && code <= 255))
        return true;
    char *found = fields_found_dup(want);
    doc_fail(load->doc, want, load->diags,
             want->kind == DOC_SCALAR ? text_nearest(want->text, words, 2) : NULL,
             "expected an exit code from 0 to 255, nonzero or any, found %s", found);
    free(found);
    return false;
}

static bool trait_exits_holds(const struct scenario_run *run, const struct trait_subject *subject,
                              const struct doc_node *want)
{
    const struct run_client *client = subject->client;
    int64_t code = 0;
    (void)run;
    if (!client->exited)
        return false;
    if (doc_as_int(want, &code))
        return client->code == code;
    return strcmp(want->text, "any") == 0 || client->code != 0;
}

static void trait_exits_actual(const struct scenario_run *run, const struct trait_subject *subject,
                               const struct doc_node *want, struct buf *out)
{
    (void)run, (void)want;
    clients_describe(subject->client, out);
}

static bool trait_output_check(struct scenario_load *load, const struct doc_node *want)
{
    return scenario_load_check_expected(load, want);
}

static bool trait_output_compare(const struct scenario_run *run,
                                 const struct trait_subject *subject, const struct doc_node *want)
{
    struct compare_diff diff = {0};
    const char *text = clients_output(run, subject->client);
    size_t len = strlen(text);
    while (len && text[len - 1] == '\n')
        len--;
    char *trimmed = mem_dup_n(text, len);
    bool holds = compare_text(&run->interp.vars, want, trimmed, &diff);
    compare_diff_free(&diff);
    free(trimmed);
    return holds;
}

static void trait_output_actual(const struct scenario_run *run, const struct trait_subject *subject,
                                const struct doc_node *want, struct buf *out)
{
    (void)want;
    const char *text = clients_output(run, subject->client);
    size_t len = strlen(text);
    buf_printf(out, "%s%s", len > TRAIT_SHOWN ? "…" : "",
               *text ? text + (len > TRAIT_SHOWN ? len - TRAIT_SHOWN : 0) : "nothing");
    while (out->len && out->data[out->len - 1] == '\n')
        out->data[--out->len] = '\0';
}

const struct trait trait_rows[] = {
    {.name = "state", .holds = trait_state_holds, .actual = trait_state_actual},
    {.name = "led", .check = trait_led_check, .holds = trait_led_holds, .actual = trait_led_actual},
    {.name = "owner",
     .check = trait_owner_check,
     .holds = trait_owner_holds,
     .actual = trait_owner_actual},
    {.name = "online", .holds = trait_online_holds, .actual = trait_online_actual},
    {.name = "session", .holds = trait_session_holds, .actual = trait_session_actual},
    {.name = "claim_code_stored",
     .check = scenario_load_check_expected,
     .holds = trait_code_holds,
     .actual = trait_code_actual},
    {.name = "claimed_flag", .holds = trait_flag_holds, .actual = trait_flag_actual},
    {.name = "why", .check = trait_why_check, .holds = trait_why_holds, .actual = trait_why_actual},
    {.name = "exits",
     .of_client = true,
     .bare = true,
     .check = trait_exits_check,
     .holds = trait_exits_holds,
     .actual = trait_exits_actual},
    {.name = "output",
     .of_client = true,
     .check = trait_output_check,
     .holds = trait_output_compare,
     .actual = trait_output_actual},
    {0},
};
