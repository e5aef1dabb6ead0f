/* See interp.h. Owns the scanner of ${…} and the table of a device's fields. One scanner serves
 * checking and filling in, so that they can't disagree. Never evaluates anything. */
#include "scenario/interp.h"

#include "base/mem.h"
#include "base/text.h"
#include "cloud/record.h"
#include "scenario/run.h"
#include "scenario/scenario_load.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INTERP_MAX (4u << 20)

struct interp_field {
    const char *name;
    const char *form, *text; /* how it is written, what it is of a device */
    /* The value, NULL when this device has none; `scratch` is for numbers. */
    const char *(*read)(const struct device *device, const struct cloud_device *record,
                        char scratch[24]);
};

static const char *interp_id(const struct device *device, const struct cloud_device *record,
                             char scratch[24])
{
    (void)record, (void)scratch;
    return device->id;
}

static const char *interp_name(const struct device *device, const struct cloud_device *record,
                               char scratch[24])
{
    (void)record, (void)scratch;
    return device->name;
}

static const char *interp_platform(const struct device *device, const struct cloud_device *record,
                                   char scratch[24])
{
    (void)record, (void)scratch;
    return device->platform->name;
}

static const char *interp_serial_number(const struct device *device,
                                        const struct cloud_device *record, char scratch[24])
{
    (void)device, (void)scratch;
    return cloud_serial_number(record);
}

static const char *interp_iccid(const struct device *device, const struct cloud_device *record,
                                char scratch[24])
{
    (void)device, (void)scratch;
    return cloud_iccid(record);
}

static const char *interp_imei(const struct device *device, const struct cloud_device *record,
                               char scratch[24])
{
    (void)device, (void)scratch;
    return cloud_imei(record);
}

static const char *interp_product(const struct device *device, const struct cloud_device *record,
                                  char scratch[24])
{
    (void)device;
    if (!record->product)
        return NULL;
    snprintf(scratch, 24, "%lld", (long long)record->product->id);
    return scratch;
}

static const struct interp_field fields[] = {
    {.name = "id", .form = "DEVICE.id", .text = "its id", .read = interp_id},
    {.name = "name", .form = "DEVICE.name", .text = "its name", .read = interp_name},
    {.name = "platform",
     .form = "DEVICE.platform",
     .text = "its platform",
     .read = interp_platform},
    {.name = "product",
     .form = "DEVICE.product",
     .text = "the number of its product",
     .read = interp_product},
    {.name = "serial_number",
     .form = "DEVICE.serial_number",
     .text = "its serial number",
     .read = interp_serial_number},
    {.name = "iccid", .form = "DEVICE.iccid", .text = "the ICCID of its SIM", .read = interp_iccid},
    {.name = "imei", .form = "DEVICE.imei", .text = "the IMEI of its modem", .read = interp_imei},
};

#define FIELD_COUNT (sizeof fields / sizeof *fields)

/* What stands for more than fields of devices. */
static const struct {
    const char *form, *where, *text;
} interp_forms[] = {
    {"NAME", "steps", "what a step before saves as NAME"},
    {"CLIENT.port", "clients, steps", "the port of a client with `port: true`"},
    {"CLIENT.url", "clients, steps", "http://127.0.0.1: and that port"},
    {"each.KEY", "the whole scenario", "the value of KEY in the row of `each`, with its kind"},
    {"url", "run and env of a client", "the base URL of the cloud for this client"},
    {"control", "run and env of a client", "the URL of the world in the control API"},
};

#define FORM_COUNT (sizeof interp_forms / sizeof *interp_forms)

bool scenario_variable_info(size_t index, const char **ret_name, const char **ret_where,
                            const char **ret_text)
{
    if (index >= FIELD_COUNT + FORM_COUNT)
        return false;
    bool is_field = index < FIELD_COUNT;
    size_t form = is_field ? 0 : index - FIELD_COUNT;
    *ret_name = is_field ? fields[index].form : interp_forms[form].form;
    *ret_where = is_field ? "clients, steps" : interp_forms[form].where;
    *ret_text = is_field ? fields[index].text : interp_forms[form].text;
    return true;
}

/* A piece of a string: literal text, or a name that stood in ${…}. */
struct interp_piece {
    const char *text;
    size_t len;
    bool is_name;
};

/* The next piece at *at, which moves on. False at the end; an unclosed ${ is a name of len 0. */
static bool interp_next(const char **at, struct interp_piece *ret_piece)
{
    const char *text = *at;
    if (!*text)
        return false;
    if (strncmp(text, "$${", 3) == 0) {
        *ret_piece = (struct interp_piece){text + 1, 2, false};
        *at = text + 3;
    } else if (strncmp(text, "${", 2) == 0) {
        const char *end = strchr(text, '}');
        *ret_piece = (struct interp_piece){text + 2, end ? (size_t)(end - text) - 2 : 0, true};
        *at = end ? end + 1 : text + strlen(text);
    } else {
        size_t len = 1;
        while (text[len] && strncmp(text + len, "${", 2) != 0 && strncmp(text + len, "$${", 3) != 0)
            len++;
        *ret_piece = (struct interp_piece){text, len, false};
        *at = text + len;
    }
    return true;
}

static const struct interp_field *interp_field(const char *name)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

static const char *interp_read(const struct interp *interp, const struct device *device,
                               const struct interp_field *field, char scratch[24])
{
    return field->read(device, world_record(interp->world, device), scratch);
}

/* Whether a field is one of clients that are services; no device has it. */
static bool interp_of_client(const char *field)
{
    return strcmp(field, "port") == 0 || strcmp(field, "url") == 0;
}

static void interp_add_client(const struct interp *interp, const char *name, const char *field,
                              struct buf *out)
{
    for (size_t i = 0; i < interp->client_count; i++)
        if (strcmp(interp->clients[i].spec->name, name) == 0)
            buf_printf(out, "%s%u", strcmp(field, "url") == 0 ? "http://127.0.0.1:" : "",
                       interp->clients[i].port);
}

/* Fills in "device.field" or "client.field"; `name` is cut at the dot. */
static void interp_add_field(const struct interp *interp, char *name, char *dot, struct buf *out)
{
    char scratch[24];
    *dot = '\0';
    if (interp_of_client(dot + 1)) {
        interp_add_client(interp, name, dot + 1, out);
        return;
    }
    const struct device *device = fleet_find(interp->world->fleet, name);
    const struct interp_field *field = interp_field(dot + 1);
    const char *value = device && field ? interp_read(interp, device, field, scratch) : NULL;
    buf_add_str(out, value ? value : "");
}

static void interp_add_name(const struct interp *interp, const struct interp_piece *piece,
                            struct buf *out)
{
    char *name = mem_dup_n(piece->text, piece->len);
    const char *saved = map_get(interp->saved, name);
    char *dot = strrchr(name, '.');
    if (saved)
        buf_add_str(out, saved);
    else if (interp->url && strcmp(name, "url") == 0)
        buf_add_str(out, interp->url);
    else if (interp->control && strcmp(name, "control") == 0)
        buf_add_str(out, interp->control);
    else if (dot)
        interp_add_field(interp, name, dot, out);
    free(name);
}

char *interp_dup(const struct interp *interp, const char *text)
{
    struct buf out;
    struct interp_piece piece;
    buf_init(&out, INTERP_MAX);
    while (interp_next(&text, &piece)) {
        if (piece.is_name)
            interp_add_name(interp, &piece, &out);
        else
            buf_add(&out, piece.text, piece.len);
    }
    return buf_take(&out);
}

char *interp_fill_dup(const struct compare_vars *vars, const char *text)
{
    return interp_dup((const struct interp *)vars, text);
}

void interp_write_json(const struct interp *interp, const struct doc_node *node, struct jsonw *w)
{
    compare_write_json(&interp->vars, node, w);
}

char *interp_json_dup(const struct interp *interp, const struct doc_node *node, size_t max)
{
    return compare_json_dup(&interp->vars, node, max);
}

/* ---- checking ---- */

/* The known name nearest to `name`, for the hint. Borrowed from the tables. */
static const char *interp_nearest(const struct scenario_load *load, const char *name)
{
    size_t saved = map_count(&load->saved), cursor = 0, count = 0;
    size_t devices = load->world ? fleet_count(load->world->fleet) : 0;
    const char **known = mem_new_array(saved + devices + 1, sizeof *known);
    void *ignored = NULL;
    while (map_next(&load->saved, &cursor, &known[count], &ignored))
        count++;
    for (size_t i = 0; i < devices && i < 1000; i++)
        known[count++] = fleet_at(load->world->fleet, i)->name;
    const char *nearest = text_nearest(name, known, count);
    free(known);
    return nearest;
}

static bool interp_fail_name(struct scenario_load *load, const struct doc_node *node,
                             const char *name)
{
    bool is_device = load->world && fleet_find(load->world->fleet, name);
    const char *hint = is_device ? NULL : interp_nearest(load, name);
    if (is_device)
        doc_fail(load->doc, node, load->diags, NULL,
                 "\"${%s}\" names a device; say which of its fields, like ${%s.id}", name, name);
    else if (strcmp(name, "url") == 0)
        doc_fail(load->doc, node, load->diags, NULL,
                 "\"${url}\" is known in `run` and `env` of a client only");
    else
        doc_fail(load->doc, node, load->diags, hint,
                 "\"${%s}\" is unknown here: no step before this one saves it", name);
    return false;
}

/* "${app.port}": the client has to be there, and to have a port. */
static bool interp_check_client(struct scenario_load *load, const struct doc_node *node,
                                const char *name)
{
    const char *names[SCENARIO_LOAD_MAX_CLIENTS];
    const struct scenario *scenario = load->scenario;
    int index = scenario_load_client(scenario, name);
    for (size_t i = 0; i < scenario->client_count; i++)
        names[i] = scenario->clients[i].name;
    if (index < 0)
        doc_fail(load->doc, node, load->diags, text_nearest(name, names, scenario->client_count),
                 "there is no client \"%s\" in this scenario", name);
    else if (!scenario->clients[index].port)
        doc_fail(load->doc, node, load->diags, NULL,
                 "the client \"%s\" has no port: give it one with `port: true`", name);
    return index >= 0 && scenario->clients[index].port;
}

static bool interp_check_field(struct scenario_load *load, const struct doc_node *node, char *name,
                               char *dot)
{
    if (strncmp(name, "each.", 5) == 0) { /* else it would have been filled in */
        doc_fail(load->doc, node, load->diags, NULL,
                 "\"${%s}\" is that of a row, and this scenario has no \"each\"", name);
        return false;
    }
    if (interp_of_client(dot + 1)) {
        *dot = '\0';
        return interp_check_client(load, node, name);
    }
    const char *names[FIELD_COUNT];
    char scratch[24];
    for (size_t i = 0; i < FIELD_COUNT; i++)
        names[i] = fields[i].name;
    const struct interp_field *field = interp_field(dot + 1);
    if (!field) {
        doc_fail(load->doc, node, load->diags, text_nearest(dot + 1, names, FIELD_COUNT),
                 "unknown field \"%s\" of a device in \"${%s}\"", dot + 1, name);
        return false;
    }
    if (!load->world)
        return true;
    *dot = '\0';
    const struct device *device = fleet_find(load->world->fleet, name);
    if (!device) {
        doc_fail(load->doc, node, load->diags, interp_nearest(load, name),
                 "there is no device \"%s\" in this world", name);
        return false;
    }
    if (interp_read(&load->interp, device, field, scratch))
        return true;
    doc_fail(load->doc, node, load->diags, NULL, "the device \"%s\" has no %s", name, field->name);
    return false;
}

static bool interp_check_name(struct scenario_load *load, const struct doc_node *node,
                              const struct interp_piece *piece)
{
    if (!piece->len) {
        doc_fail(load->doc, node, load->diags, NULL,
                 "\"${\" without a name and \"}\"; a literal one is written \"$${\"");
        return false;
    }
    char *name = mem_dup_n(piece->text, piece->len);
    char *dot = strrchr(name, '.');
    bool ok = true;
    bool url = load->interp.url && strcmp(name, "url") == 0;
    bool control = load->interp.control && strcmp(name, "control") == 0;
    if (!map_get(&load->saved, name) && !url && !control)
        ok = dot ? interp_check_field(load, node, name, dot) : interp_fail_name(load, node, name);
    free(name);
    return ok;
}

bool interp_check(struct scenario_load *load, const struct doc_node *node)
{
    assert(node->kind == DOC_SCALAR);
    const char *text = node->text;
    struct interp_piece piece;
    bool ok = true;
    while (interp_next(&text, &piece))
        if (piece.is_name)
            ok &= interp_check_name(load, node, &piece);
    return ok;
}

bool interp_check_tree(struct scenario_load *load, const struct doc_node *node)
{
    bool ok = true;
    if (node->kind == DOC_SCALAR)
        return interp_check(load, node);
    for (size_t i = 0; i < node->count; i++)
        ok &=
            interp_check_tree(load, node->kind == DOC_MAP ? node->pairs[i].value : node->items[i]);
    return ok;
}
