/* See why_case.h. Owns what is to be known of a claim code: whose it is, what it looks like, where
 * it went, whether it can still claim something. */
#include "world/why/why_case.h"

#include <string.h>

#define NEAR_AT_LEAST                                                                              \
    8 /* characters of a code that have to agree, for a part of it to be recognised */

const struct claim_code *why_code(const struct why_case *why, const char *text)
{
    return map_get(&why->world->cloud->claim_codes, text);
}

bool why_code_is_radio(const struct claim_code *code)
{
    return claim_code_is_radio_id(code->code);
}

bool why_code_lives(const struct why_case *why, const struct claim_code *code)
{
    return claim_code_alive(why->world->cloud, code);
}

/* Whether two texts differ as a mistyped code differs from the real one: in one character, or by
 * one being cut short. */
static bool code_is_near(const char *code, const char *text)
{
    size_t same = 0, code_len = strlen(code), text_len = strlen(text);
    while (code[same] && code[same] == text[same])
        same++;
    if (same == code_len || same == text_len)
        return same >= NEAR_AT_LEAST;
    return code_len == text_len && strcmp(code + same + 1, text + same + 1) == 0;
}

const struct claim_code *why_near_code(const struct why_case *why, const char *text)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&why->world->cloud->claim_codes, &cursor, NULL, &value)) {
        const struct claim_code *code = value;
        if (strcmp(code->code, text) != 0 && !why_code_is_radio(code) &&
            code_is_near(code->code, text))
            return code;
    }
    return NULL;
}

bool why_code_is_about(const struct why_case *why, const struct claim_code *code, const char *text)
{
    if (!code)
        code = why_near_code(why, text);
    return !code || code->owner.kind == OWNER_NONE || owner_same(&code->owner, &why->owner);
}

/* When the device stored the code last; n 0: it never did, as far as it remembers. */
static struct fact code_stored_by(const struct device *device, const char *text)
{
    for (size_t i = device->past->handed_count; i--;) {
        const struct device_handed *handed = &device->past->handed[i];
        if (handed->stored && strcmp(handed->code, text) == 0)
            return (struct fact){handed->at.n, handed->at.at_ms};
    }
    return (struct fact){0};
}

const struct device *why_code_went_to(const struct why_case *why, const struct claim_code *code,
                                      struct fact *ret_fact)
{
    const struct fleet *fleet = why->world->fleet;
    if (code->used.n) {
        *ret_fact = code->used;
        return strcmp(code->used_by, why->record->id) == 0 ? NULL
                                                           : fleet_find(fleet, code->used_by);
    }
    if (device_held_code(why->device, code->code))
        return NULL;
    for (size_t i = 0; i < fleet_count(fleet); i++) {
        struct fact stored = code_stored_by(fleet_at(fleet, i), code->code);
        if (!stored.n || stored.n < code->issued_n)
            continue;
        *ret_fact = stored;
        return fleet_at(fleet, i);
    }
    return NULL;
}

const struct why_attempt *why_held_code(const struct why_case *why)
{
    const char *held = why->device->past->claim_code;
    for (size_t i = why->count; held[0] && i--;) {
        const struct why_attempt *attempt = &why->attempts[i];
        if (attempt->kind == WHY_HANDED && attempt->handed->stored && attempt->code &&
            strcmp(attempt->code_text, held) == 0)
            return why_code_lives(why, attempt->code) ? attempt : NULL;
    }
    return NULL;
}
