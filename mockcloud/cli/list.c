/* `mockcloud list`: the tables of the program, for people, reference pages and programs. Owns no
 * fact: each is a row elsewhere. */
#include "cli/cli.h"

#include "api/api.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "cli/list_fields.h"
#include "cli/list_limits.h"
#include "cli/list_options.h"
#include "cli/list_tape.h"
#include "cli/man_pages.h"
#include "cli/options.h"
#include "cli/table.h"
#include "device/fleet.h"
#include "match/matcher.h"
#include "scenario/report.h"
#include "scenario/scenario.h"
#include "sim/behaviour.h"
#include "world/why/why_questions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_BYTES (16u << 20)

/* ---- routes, steps, causes ---- */

static struct table *list_routes(void)
{
    static const struct table_column columns[] = {
        {.name = "method"},
        {.name = "path"},
        {.name = "name"},
        {.name = "imitated"},
        {.name = "provenance"},
        {.name = "text"},
        {.name = "source", .wide = true},
        {0},
    };
    struct table *table = table_new(columns);
    struct api_route_info route;
    for (size_t i = 0; api_route_info(i, &route); i++) {
        table_add(table, route.method);
        table_add(table, route.path);
        table_add(table, route.name);
        table_add(table, route.imitated ? "yes" : "no");
        table_add(table, route.control ? "ours" : provenance_word(route.provenance));
        table_add(table, route.text);
        table_add(table, route.source);
    }
    return table;
}

static struct table *list_steps(void)
{
    static const struct table_column columns[] = {{.name = "step"}, {.name = "text"}, {0}};
    struct table *table = table_new(columns);
    const char *name;
    const char *text;
    const struct field *fields;
    for (size_t i = 0; scenario_step_info(i, &name, &text, &fields); i++) {
        table_add(table, name);
        table_add(table, text);
    }
    return table;
}

static struct table *list_variables(void)
{
    static const struct table_column columns[] = {
        {.name = "variable"}, {.name = "stands in"}, {.name = "text"}, {0}};
    struct table *table = table_new(columns);
    const char *name, *where, *text;
    for (size_t i = 0; scenario_variable_info(i, &name, &where, &text); i++) {
        char *written = mem_printf_dup("${%s}", name);
        table_add(table, written);
        table_add(table, where);
        table_add(table, text);
        free(written);
    }
    return table;
}

static struct table *list_matchers(void)
{
    static const struct table_column columns[] = {{.name = "matcher"}, {.name = "text"}, {0}};
    struct table *table = table_new(columns);
    const char *name;
    const char *text;
    for (size_t i = 0; matcher_info(i, &name, &text); i++) {
        table_add(table, name);
        table_add(table, text);
    }
    return table;
}

static struct table *list_causes(void)
{
    static const struct table_column columns[] = {
        {.name = "cause"}, {.name = "text"}, {.name = "advice", .wide = true}, {0}};
    struct table *table = table_new(columns);
    for (size_t i = 0; i < why_cause_count; i++) {
        table_add(table, why_causes[i].name);
        table_add(table, why_causes[i].text);
        table_add(table, why_causes[i].advice);
    }
    return table;
}

/* What the other questions can be answered with. */
static struct table *list_reasons(void)
{
    static const struct table_column columns[] = {
        {.name = "question"}, {.name = "cause"}, {.name = "text"}, {0}};
    struct table *table = table_new(columns);
    for (size_t i = 0; i < why_reason_count; i++) {
        table_add(table, why_topic_word(why_reasons[i].topic));
        table_add(table, why_reasons[i].name ? why_reasons[i].name : "");
        table_add(table, why_reasons[i].text);
    }
    return table;
}

/* ---- states and verbs ---- */

static struct table *list_states(void)
{
    static const struct table_column columns[] = {
        {.name = "state"}, {.name = "led"}, {.name = "online"}, {.name = "text"}, {0}};
    struct table *table = table_new(columns);
    for (size_t i = 0; i < STATE_COUNT; i++) {
        table_add(table, device_states[i].name);
        table_add(table, device_states[i].led);
        table_add(table, device_states[i].online ? "yes" : "no");
        table_add(table, device_states[i].text);
    }
    return table;
}

/* "off soft-off", or the states in which it is not allowed when those are fewer. */
static void add_states(struct table *table, uint32_t from)
{
    struct buf text;
    int allowed = __builtin_popcount(from);
    bool rest = allowed > STATE_COUNT / 2;
    buf_init(&text, 4096);
    if (rest)
        buf_add_str(&text, allowed == STATE_COUNT ? "any" : "any but");
    for (size_t i = 0; i < STATE_COUNT; i++)
        if (!!(from >> i & 1) != rest)
            buf_printf(&text, "%s%s", text.len ? " " : "", device_states[i].name);
    table_add(table, buf_str(&text));
    buf_free(&text);
}

static struct table *list_verbs(void)
{
    static const struct table_column columns[] = {
        {.name = "do"}, {.name = "text"}, {.name = "in state"}, {0}};
    struct table *table = table_new(columns);
    for (size_t i = 0; i < device_verb_count; i++) {
        table_add(table, device_verbs[i].name);
        table_add(table, device_verbs[i].text);
        add_states(table, device_verbs[i].from);
    }
    return table;
}

static struct table *list_channels(void)
{
    static const struct table_column columns[] = {{.name = "channel"}, {.name = "text"}, {0}};
    struct table *table = table_new(columns);
    for (size_t i = 0; i < device_channel_count; i++) {
        table_add(table, device_channels[i].name);
        table_add(table, device_channels[i].text);
    }
    return table;
}

/* ---- behaviours ---- */

static void add_values(struct table *table, const struct behaviour_row *row)
{
    struct buf text;
    buf_init(&text, 4096);
    for (size_t i = 0; i < BEHAVIOUR_VALUES && row->values[i]; i++)
        buf_printf(&text, "%s%s", i ? " " : "", row->values[i]);
    table_add(table, buf_str(&text));
    buf_free(&text);
}

static struct table *list_switches(void)
{
    static const struct table_column columns[] = {{.name = "switch"},
                                                  {.name = "values"},
                                                  {.name = "text"},
                                                  {.name = "source", .wide = true},
                                                  {0}};
    struct table *table = table_new(columns);
    for (size_t i = 0; i < BEHAVIOUR_COUNT; i++) {
        table_add(table, behaviour_rows[i].name);
        add_values(table, &behaviour_rows[i]);
        table_add(table, behaviour_rows[i].text);
        table_add(table, behaviour_rows[i].source);
    }
    return table;
}

static struct table *list_rules(void)
{
    static const struct table_column columns[] = {
        {.name = "rule"}, {.name = "provenance"},           {.name = "switch", .wide = true},
        {.name = "text"}, {.name = "source", .wide = true}, {0},
    };
    struct table *table = table_new(columns);
    const struct rule *rule;
    for (size_t i = 0; (rule = api_rule(i)); i++) {
        table_add(table, rule->name);
        table_add(table, provenance_word(rule->provenance));
        table_add(table, rule->behaviour);
        table_add(table, rule->text);
        table_add(table, rule->source);
    }
    return table;
}

static struct table *list_faults(void)
{
    static const struct table_column columns[] = {
        {.name = "kind"}, {.name = "text"}, {.name = "seen", .wide = true}, {0}};
    struct table *table = table_new(columns);
    const char *name, *text, *seen;
    for (size_t i = 0; api_fault_info(i, &name, &text, &seen); i++) {
        table_add(table, name);
        table_add(table, text);
        table_add(table, seen);
    }
    return table;
}

static struct table *list_reports(void)
{
    static const struct table_column columns[] = {{.name = "report"}, {.name = "text"}, {0}};
    struct table *table = table_new(columns);
    const char *name, *text;
    for (size_t i = 0; report_info(i, &name, &text); i++) {
        table_add(table, name);
        table_add(table, text);
    }
    return table;
}

/* ---- what can be listed ---- */

#define LIST_PARTS 3

struct list_row {
    const char *name;
    const char *text;
    struct {
        const char *title; /* also its key in JSON, when there are several */
        struct table *(*make)(void);
    } parts[LIST_PARTS]; /* `make` NULL behind the last */
};

static const struct list_row list_rows[] = {
    {.name = "routes",
     .text = "the routes of the API, imitated or not, and of the control API",
     .parts = {{"routes", list_routes}}},
    {.name = "steps",
     .text = "the steps of scenarios with their keys, and the matchers",
     .parts = {{"steps", list_steps}, {"keys", list_step_fields}, {"matchers", list_matchers}}},
    {.name = "variables",
     .text = "what ${…} stands for in the strings of a scenario",
     .parts = {{"variables", list_variables}}},
    {.name = "files",
     .text = "the keys of scenario and world files",
     .parts = {{"scenario", list_scenario_fields},
               {"client", list_client_fields},
               {"world", list_world_fields}}},
    {.name = "states",
     .text = "the states of devices, what can be done to them, their channels",
     .parts = {{"states", list_states}, {"verbs", list_verbs}, {"channels", list_channels}}},
    {.name = "causes",
     .text = "what `why` can answer",
     .parts = {{"causes", list_causes}, {"reasons", list_reasons}}},
    {.name = "behaviours",
     .text = "the switches for guesses, and the rules with their provenance",
     .parts = {{"switches", list_switches}, {"rules", list_rules}}},
    {.name = "limits",
     .text = "how many there may be of each thing, and what happens to one more",
     .parts = {{"limits", list_limits}}},
    {.name = "faults",
     .text = "what can be made to go wrong, and how clients see it",
     .parts = {{"faults", list_faults}, {"keys", list_fault_fields}}},
    {.name = "reports", .text = "the forms of --report", .parts = {{"reports", list_reports}}},
    {.name = "tape",
     .text = "how a tape lies in its file, and its records",
     .parts = {{"layout", list_tape_layout}, {"records", list_tape_records}}},
    {.name = "options",
     .text = "the commands of the program and their options",
     .parts = {{"commands", list_commands}, {"words", list_words}, {"options", list_options}}},
    {.name = "pages", .text = "the manual pages", .parts = {{"pages", list_pages}}},
};

#define LIST_COUNT (sizeof list_rows / sizeof *list_rows)

static void write_part(const struct list_row *row, size_t part, enum table_format format,
                       struct buf *out)
{
    struct table *table = row->parts[part].make();
    if (part && format != TABLE_JSON)
        buf_add_char(out, '\n');
    table_write(table, format, out);
    table_free(table);
}

static void write_parts_as_object(const struct list_row *row, struct buf *out)
{
    for (size_t i = 0; i < LIST_PARTS && row->parts[i].make; i++) {
        buf_printf(out, "%s\"%s\":", i ? "," : "{", row->parts[i].title);
        write_part(row, i, TABLE_JSON, out);
    }
    buf_add_char(out, '}');
}

static void print_list(const struct list_row *row, enum table_format format)
{
    struct buf out;
    buf_init(&out, LIST_BYTES);
    if (format == TABLE_JSON && row->parts[1].make)
        write_parts_as_object(row, &out);
    else
        for (size_t i = 0; i < LIST_PARTS && row->parts[i].make; i++)
            write_part(row, i, format, &out);
    if (format == TABLE_JSON)
        buf_add_char(&out, '\n');
    fwrite(buf_str(&out), 1, out.len, stdout);
    buf_free(&out);
}

/* ---- the command ---- */

bool cli_list_word(size_t index, struct command_word *ret_word)
{
    if (index >= LIST_COUNT)
        return false;
    *ret_word = (struct command_word){.name = list_rows[index].name, .text = list_rows[index].text};
    return true;
}

int cli_list(const struct options *options)
{
    const char *name = options->arguments[0];
    enum table_format format = (enum table_format)options->values[OPTION_FORMAT].word;
    for (size_t i = 0; i < LIST_COUNT; i++)
        if (strcmp(list_rows[i].name, name) == 0) {
            print_list(&list_rows[i], format);
            return EXIT_PASSED;
        }
    return cli_no_word(options->command, "list", name);
}
