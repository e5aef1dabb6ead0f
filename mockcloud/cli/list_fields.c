/* See list_fields.h. Owns how a tree of fields is laid out as rows: "products[].clients[].id". */
#include "cli/list_fields.h"

#include "api/api.h"
#include "base/fields.h"
#include "base/mem.h"
#include "scenario/scenario.h"
#include "world/world.h"

#include <stdlib.h>

#define DESCRIBED_MAX 10000

static void add_fields(struct table *table, const char *step, const char *prefix,
                       const struct field *fields);

static void add_field(struct table *table, const char *step, const char *prefix,
                      const struct field *field)
{
    const struct field *inner = field;
    const char *suffix = "";
    struct buf takes;
    buf_init(&takes, DESCRIBED_MAX);
    fields_describe(field, &takes);
    if (field->required)
        buf_add_str(&takes, "; required");
    char *path = mem_printf_dup("%s%s", prefix, field->name);
    if (step)
        table_add(table, step);
    table_add(table, path);
    table_add(table, buf_str(&takes));
    table_add(table, field->text ? field->text : "");
    buf_free(&takes);
    if (field->type == FIELD_LIST || field->type == FIELD_MAP) {
        inner = field->item;
        suffix = field->type == FIELD_LIST ? "[]" : ".*";
    }
    if (inner->type == FIELD_OBJECT) {
        char *below = mem_printf_dup("%s%s.", path, suffix);
        add_fields(table, step, below, inner->fields);
        free(below);
    }
    free(path);
}

static void add_fields(struct table *table, const char *step, const char *prefix,
                       const struct field *fields)
{
    for (const struct field *field = fields; field->name; field++)
        add_field(table, step, prefix, field);
}

struct table *list_step_fields(void)
{
    static const struct table_column columns[] = {
        {.name = "step"}, {.name = "key"}, {.name = "takes", .wide = true}, {.name = "text"}, {0}};
    struct table *table = table_new(columns);
    const char *name, *text;
    const struct field *fields;
    for (size_t i = 0; scenario_step_info(i, &name, &text, &fields); i++)
        add_fields(table, name, "", fields);
    return table;
}

static struct table *of_file(const struct field *fields)
{
    static const struct table_column columns[] = {
        {.name = "key"}, {.name = "takes", .wide = true}, {.name = "text"}, {0}};
    struct table *table = table_new(columns);
    add_fields(table, NULL, "", fields);
    return table;
}

struct table *list_scenario_fields(void)
{
    return of_file(scenario_fields);
}

struct table *list_client_fields(void)
{
    return of_file(scenario_client_fields);
}

struct table *list_world_fields(void)
{
    return of_file(world_fields);
}

struct table *list_fault_fields(void)
{
    return of_file(api_fault_fields);
}
