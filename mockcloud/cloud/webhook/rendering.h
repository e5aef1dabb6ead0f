/*
 * The settings of a webhook as templates: every string in them may name what is in the event, in
 * its data, or in a response. Of webhook*.c alone.
 */
#ifndef CLOUD_WEBHOOK_RENDERING_H
#define CLOUD_WEBHOOK_RENDERING_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#define RENDERING_STEPS 200000u /* of all templates of a delivery */

/* Settings and contexts, borrowed, and the first thing that was wrong. After that, and when there
 * is too much to do or to write, templates render as "". */
struct rendering {
    const cJSON *settings;
    const cJSON *stack[2]; /* the innermost last; NULL: none */
    size_t steps;          /* that are left */
    size_t bytes;          /* of rendered text that are left */
    const char *error;     /* static; NULL: nothing was wrong */
};

/* The contexts: what an event or a response holds (NULL: none), the innermost last. */
struct rendering rendering_begin(const cJSON *settings, const cJSON *outer, const cJSON *inner);

/* A template as text. Yours: free(). */
char *rendering_text_dup(struct rendering *rendering, const char *template);

/* A value with all its strings rendered, and the names of members. Yours: cJSON_Delete(). */
cJSON *rendering_value(struct rendering *rendering, const cJSON *value);

/* The string of a setting; NULL: it is absent or no string. */
const char *rendering_setting(const cJSON *settings, const char *name);

/* A truth value, also as "true" or "1"; `fallback` when it is absent. */
bool rendering_flag(const cJSON *settings, const char *name, bool fallback);

/* Whether a setting is there and not null. */
bool rendering_given(const cJSON *value);

#endif
