/* See man_files.h. Owns no fact: keys, steps and variables are rows elsewhere. */
#include "cli/man_files.h"

#include "base/fields.h"
#include "base/mem.h"
#include "cli/roff.h"
#include "match/matcher.h"
#include "scenario/scenario.h"
#include "world/world.h"

#include <stdlib.h>

#define MAN_TAKES_MAX 10000

static void man_fields(struct buf *out, const char *prefix, const struct field *fields);

static void man_field(struct buf *out, const char *prefix, const struct field *field)
{
    bool many = field->type == FIELD_LIST || field->type == FIELD_MAP;
    const struct field *inner = many ? field->item : field;
    const char *suffix = field->type == FIELD_LIST ? "[]" : field->type == FIELD_MAP ? ".*" : "";
    char *path = mem_printf_dup("%s%s", prefix, field->name);
    struct buf text;
    buf_init(&text, MAN_TAKES_MAX);
    if (field->text)
        buf_printf(&text, "%s\n", field->text);
    buf_add_str(&text, "Takes ");
    fields_describe(field, &text);
    buf_add_str(&text, field->required ? "; required." : ".");
    roff_item(out, path, buf_str(&text));
    buf_free(&text);
    if (inner->type == FIELD_OBJECT) {
        char *below = mem_printf_dup("%s%s.", path, suffix);
        man_fields(out, below, inner->fields);
        free(below);
    }
    free(path);
}

/* A list item is "devices[].as", a value of a map "reply.headers.*". */
static void man_fields(struct buf *out, const char *prefix, const struct field *fields)
{
    for (const struct field *field = fields; field->name; field++)
        man_field(out, prefix, field);
}

static void man_steps(struct buf *out)
{
    const char *name, *text;
    const struct field *fields;
    roff_heading(out, "STEPS");
    for (size_t i = 0; scenario_step_info(i, &name, &text, &fields); i++) {
        buf_printf(out, ".SS %s\n", name);
        roff_paragraph(out, text);
        man_fields(out, "", fields);
    }
}

static void man_matchers(struct buf *out)
{
    const char *name, *text;
    roff_heading(out, "MATCHERS");
    roff_paragraph(out, "In place of an expected value may stand a map with one of these keys.");
    for (size_t i = 0; matcher_info(i, &name, &text); i++)
        roff_item(out, name, text);
}

static void man_variables(struct buf *out)
{
    const char *name, *where, *text;
    roff_heading(out, "VARIABLES");
    for (size_t i = 0; scenario_variable_info(i, &name, &where, &text); i++) {
        char *head = mem_printf_dup("${%s}", name);
        char *said = mem_printf_dup("%s\nStands in %s.", text, where);
        roff_item(out, head, said);
        free(head);
        free(said);
    }
}

void man_scenario(struct buf *out)
{
    roff_heading(out, "DESCRIPTION");
    roff_paragraph(out, "A file of scenarios is YAML 1.2, or JSON: one scenario for each document, "
                        "with the keys below. mockcloud check finds mistakes in it, mockcloud run "
                        "plays it, mockcloud schema prints its JSON Schema for editors.");
    roff_heading(out, "EXAMPLE");
    roff_example(out, "scenario: an online pump is claimed\n"
                      "world:\n"
                      "  products: [{id: 6287, slug: acme-pump, platform: e-series}]\n"
                      "  customers: [{email: ada@example.com, product: acme-pump}]\n"
                      "  devices: [{as: pump, product: acme-pump, state: online}]\n"
                      "steps:\n"
                      "  - request: POST /v1/devices\n"
                      "    token: ada@example.com\n"
                      "    form: {id: \"${pump.id}\"}\n"
                      "    reply: {status: 200}\n"
                      "  - expect: {device: pump, owner: ada@example.com}");
    roff_heading(out, "KEYS");
    man_fields(out, "", scenario_fields);
    roff_heading(out, "CLIENTS");
    man_fields(out, "clients.NAME.", scenario_client_fields);
    man_steps(out);
    man_matchers(out);
    man_variables(out);
}

void man_world(struct buf *out)
{
    roff_heading(out, "DESCRIPTION");
    roff_paragraph(out,
                   "A world file is YAML 1.2, or JSON, with the keys below, of which none has to "
                   "be there: whatever it leaves out is made up, from the seed. The world: of a "
                   "scenario has the same keys. mockcloud schema world prints the JSON Schema.");
    roff_heading(out, "EXAMPLE");
    roff_example(out, "seed: 1\n"
                      "products: [{id: 6287, slug: acme-pump, platform: e-series}]\n"
                      "customers: [{email: ada@example.com, product: acme-pump}]\n"
                      "devices: [{as: pump, product: acme-pump, state: off}]");
    roff_heading(out, "KEYS");
    man_fields(out, "", world_fields);
}
