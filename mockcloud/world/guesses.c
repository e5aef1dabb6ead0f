/* See guesses.h. */
#include "world/guesses.h"

#include <stdlib.h>
#include <string.h>

#define GUESSES_TEXT_MAX (1u << 20)

/* Whether a guessed rule that was leaned on has this switch. Then the rule is told and the switch
 * is not: both would be the same guess, and the rule says more about it. */
static bool told_by_rule(const struct leaned *leaned, int which)
{
    for (size_t i = 0; i < leaned->count; i++) {
        const struct rule *rule = leaned->rules[i].rule;
        if (rule->provenance == PROVENANCE_GUESSED && rule->behaviour &&
            strcmp(rule->behaviour, behaviour_rows[which].name) == 0)
            return true;
    }
    return false;
}

static struct guess guess_of_rule(const struct leaned_rule *row)
{
    const struct rule *rule = row->rule;
    int which = rule->behaviour ? behaviour_find(rule->behaviour) : -1;
    return (struct guess){rule->name, rule->text, rule->source, which, row->uses};
}

static struct guess guess_of_switch(int which)
{
    const struct behaviour_row *row = &behaviour_rows[which];
    return (struct guess){row->name, row->text, row->source, which, 0};
}

bool guess_at(const struct leaned *leaned, size_t index, struct guess *ret_guess)
{
    for (size_t i = 0; i < leaned->count; i++) {
        if (leaned->rules[i].rule->provenance != PROVENANCE_GUESSED || !leaned->rules[i].unstated ||
            index-- > 0)
            continue;
        *ret_guess = guess_of_rule(&leaned->rules[i]);
        return true;
    }
    for (int which = 0; which < BEHAVIOUR_COUNT; which++) {
        if (!leaned->unstated[which] || behaviour_rows[which].ours || told_by_rule(leaned, which) ||
            index-- > 0)
            continue;
        *ret_guess = guess_of_switch(which);
        return true;
    }
    return false;
}

void guesses_write_text(const struct leaned *leaned, struct buf *out)
{
    struct guess guess;
    for (size_t i = 0; guess_at(leaned, i, &guess); i++) {
        buf_add_str(out, guess.name);
        if (guess.which >= 0)
            buf_printf(out, " (switch %s)", behaviour_rows[guess.which].name);
        buf_printf(out, ": %s Source: %s\n", guess.text, guess.source);
    }
}

char *guesses_text_dup(const struct worlds *worlds)
{
    struct leaned leaned = {0};
    struct buf text;
    buf_init(&text, GUESSES_TEXT_MAX);
    worlds_leaned(worlds, &leaned);
    guesses_write_text(&leaned, &text);
    leaned_free(&leaned);
    if (text.len)
        return buf_take(&text);
    buf_free(&text);
    return NULL;
}

/* "NAME: …" or "NAME (switch SWITCH): …" */
static bool is_of(const char *line, const char *name)
{
    size_t len = strlen(name), head = strcspn(line, ":\n");
    const char *in_switch = memmem(line, head, "(switch ", strlen("(switch "));
    const char *text = in_switch ? in_switch + strlen("(switch ") : "";
    return (strncmp(line, name, len) == 0 && strchr(" :", line[len])) ||
           (strncmp(text, name, len) == 0 && text[len] == ')');
}

char *guesses_without(char *text, const char *const *allowed)
{
    char *to = text;
    for (char *line = text, *next; line && *line; line = next) {
        size_t len = strcspn(line, "\n");
        const char *const *name = allowed;
        next = line + len + (line[len] == '\n');
        while (name && *name && !is_of(line, *name))
            name++;
        if (name && *name)
            continue;
        memmove(to, line, (size_t)(next - line));
        to += next - line;
    }
    if (to)
        *to = '\0';
    if (to != text)
        return text;
    free(text);
    return NULL;
}

static const char *switch_value(const struct world *world, int which)
{
    return behaviour_rows[which].values[world->sim.behaviours.value[which]];
}

static void write_switches(const struct world *world, struct jsonw *w)
{
    jsonw_key(w, "switches");
    jsonw_array(w);
    for (int i = 0; i < BEHAVIOUR_COUNT; i++) {
        jsonw_object(w);
        jsonw_key_str(w, "name", behaviour_rows[i].name);
        jsonw_key_str(w, "value", switch_value(world, i));
        jsonw_key_bool(w, "default", world->sim.behaviours.value[i] == 0);
        jsonw_key_bool(w, "asked", world->sim.leaned->asked[i]);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

void guesses_write_json(const struct world *world, struct jsonw *w)
{
    struct guess guess;
    jsonw_object(w);
    write_switches(world, w);
    jsonw_key(w, "guesses");
    jsonw_array(w);
    for (size_t i = 0; guess_at(world->sim.leaned, i, &guess); i++) {
        jsonw_object(w);
        jsonw_key_str(w, "name", guess.name);
        jsonw_key_str(w, "text", guess.text);
        jsonw_key_str(w, "source", guess.source);
        jsonw_key_str(w, "switch", guess.which < 0 ? NULL : behaviour_rows[guess.which].name);
        jsonw_key_str(w, "value", guess.which < 0 ? NULL : switch_value(world, guess.which));
        jsonw_key_int(w, "uses", (int64_t)guess.uses);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}
