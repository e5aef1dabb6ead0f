/* See steps.h. Owns the table of step words and how a step's word is found. */
#include "scenario/steps.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

const struct step_word step_words[] = {
    {
        .name = "request",
        .text = "Send a request to the API, and check its reply.",
        .fields = step_request_fields,
        .check = step_request_check,
        .run = step_request_run,
    },
    {
        .name = "device",
        .text = "Do something to a device.",
        .fields = step_device_fields,
        .check = step_device_check,
        .run = step_device_run,
    },
    {
        .name = "clock",
        .text = "Move the world's clock, or change its mode; what falls due has happened then.",
        .fields = step_clock_fields,
        .check = step_clock_check,
        .run = step_clock_run,
    },
    {
        .name = "settle",
        .text = "Let everything that is under way come to its end, in world time.",
        .fields = step_settle_fields,
        .run = step_settle_run,
    },
    {
        .name = "wait",
        .text = "Wait for a device's state, a client's request or its exit, an event or what comes "
                "of a webhook.",
        .fields = step_wait_fields,
        .check = step_wait_check,
        .run = step_wait_run,
    },
    {
        .name = "expect",
        .text = "Check a device or a client as it is now.",
        .fields = step_expect_fields,
        .check = step_expect_check,
        .run = step_expect_run,
    },
    {
        .name = "start",
        .local = true,
        .text = "Start a client, and wait until it is ready.",
        .fields = step_start_fields,
        .check = step_start_check,
        .run = step_start_run,
    },
    {
        .name = "stop",
        .local = true,
        .text = "Ask a client to end, and wait until it has.",
        .fields = step_stop_fields,
        .check = step_stop_check,
        .run = step_stop_run,
    },
    {
        .name = "call",
        .local = true,
        .text = "Send a request to a client that is a service.",
        .fields = step_call_fields,
        .check = step_call_check,
        .run = step_call_run,
    },
    {
        .name = "hold",
        .text = "Park matching requests, before they are handled or with their reply made.",
        .fields = step_hold_fields,
        .check = step_hold_check,
        .run = step_hold_run,
    },
    {
        .name = "release",
        .text = "Let go what a hold has parked.",
        .fields = step_release_fields,
        .check = step_release_check,
        .run = step_release_run,
    },
    {
        .name = "fault",
        .text = "Let something go wrong for matching requests, or clear it.",
        .fields = step_fault_fields,
        .check = step_fault_check,
        .run = step_fault_run,
    },
    {
        .name = "sent",
        .text = "Check what the clients have sent: how often, how far apart, in which order.",
        .fields = step_sent_fields,
        .check = step_sent_check,
        .run = step_sent_run,
    },
    {
        .name = "restart",
        .local = true,
        .text = "Restart the cloud under its clients.",
        .fields = step_restart_fields,
        .check = step_restart_check,
        .run = step_restart_run,
    },
    {
        .name = "note",
        .text = "A remark: it stands in the journal.",
        .fields = step_note_fields,
        .run = step_note_run,
    },
    {0},
};

/* Words of the language that this version can't run yet. */
static const char *const steps_reserved[] = {"door"};

#define RESERVED_COUNT (sizeof steps_reserved / sizeof *steps_reserved)
#define WORD_COUNT     (sizeof step_words / sizeof *step_words - 1)

static const struct step_word *steps_word(const char *name)
{
    const struct step_word *word = step_words;
    while (word->name && strcmp(word->name, name) != 0)
        word++;
    return word->name ? word : NULL;
}

static bool steps_is_reserved(const char *name)
{
    for (size_t i = 0; i < RESERVED_COUNT; i++)
        if (strcmp(steps_reserved[i], name) == 0)
            return true;
    return false;
}

static const char *steps_nearest(const char *name)
{
    const char *names[WORD_COUNT];
    for (size_t i = 0; i < WORD_COUNT; i++)
        names[i] = step_words[i].name;
    return text_nearest(name, names, WORD_COUNT);
}

/* It is like none: all that there are. */
static void steps_fail_unlike(struct scenario_load *load, const struct doc_node *meant)
{
    struct buf known;
    buf_init(&known, 1000);
    for (size_t i = 0; i < WORD_COUNT; i++)
        buf_printf(&known, "%s%s", i ? ", " : "", step_words[i].name);
    doc_fail(load->doc, meant, load->diags, NULL, "unknown step \"%s\"; known steps: %s",
             meant->text, buf_str(&known));
    buf_free(&known);
}

/* Explains a step without a step word: a reserved one, a misspelt one, or none. */
static void steps_fail(struct scenario_load *load, const struct doc_node *step)
{
    const struct doc_node *meant = step->pairs[0].key;
    const char *hint = NULL;
    for (size_t i = 0; i < step->count; i++) {
        const struct doc_node *key = step->pairs[i].key;
        if (steps_is_reserved(key->text)) {
            doc_fail(load->doc, key, load->diags, NULL, "the step \"%s\" is not supported yet",
                     key->text);
            return;
        }
        if (!hint && (hint = steps_nearest(key->text)))
            meant = key;
    }
    if (hint)
        doc_fail(load->doc, meant, load->diags, hint, "unknown step \"%s\"", meant->text);
    else
        steps_fail_unlike(load, meant);
}

const struct step_word *steps_find(struct scenario_load *load, const struct doc_node *step)
{
    const struct step_word *found = NULL;
    if (step->kind != DOC_MAP || step->count == 0) {
        char *shown = step->kind == DOC_MAP ? mem_dup("an empty map") : fields_found_dup(step);
        doc_fail(load->doc, step, load->diags, NULL,
                 "expected a step (like `request: GET /v1/devices`), found %s", shown);
        free(shown);
        return NULL;
    }
    for (size_t i = 0; i < step->count; i++) {
        const struct doc_node *key = step->pairs[i].key;
        const struct step_word *word = steps_word(key->text);
        if (word && found) {
            doc_fail(load->doc, key, load->diags, NULL,
                     "two step words in one step, \"%s\" and \"%s\": begin a new one with \"-\"",
                     found->name, word->name);
            return NULL;
        }
        found = word ? word : found;
    }
    if (!found)
        steps_fail(load, step);
    return found;
}

bool scenario_step_info(size_t index, const char **ret_name, const char **ret_text,
                        const struct field **ret_fields)
{
    if (index >= WORD_COUNT)
        return false;
    *ret_name = step_words[index].name;
    *ret_text = step_words[index].text;
    *ret_fields = step_words[index].fields;
    return true;
}
