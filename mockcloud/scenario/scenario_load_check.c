/* See scenario_load.h. Owns whether what a step names is there: a client, a device; and the checks
 * of match/, which know nothing of a scenario's names. */
#include "scenario/scenario_load.h"

#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A check of match/ that knows the scenario's names. */
struct expected_check {
    struct compare_check check;
    struct scenario_load *load;
};

static bool check_expected_text(const struct compare_check *check, const struct doc_node *node)
{
    return interp_check(((const struct expected_check *)check)->load, node);
}

bool scenario_load_check_with(struct scenario_load *load, const struct doc_node *map,
                              bool (*check)(const struct compare_check *check,
                                            const struct doc_node *map))
{
    struct expected_check mine = {{load->doc, load->diags, check_expected_text}, load};
    return check(&mine.check, map);
}

bool scenario_load_check_expected(struct scenario_load *load, const struct doc_node *expected)
{
    return scenario_load_check_with(load, expected, compare_check);
}

bool scenario_load_check_client(struct scenario_load *load, const struct doc_node *node)
{
    const char *names[SCENARIO_LOAD_MAX_CLIENTS];
    static char told[] = "";
    size_t count = load->scenario->client_count;
    if (scenario_load_client(load->scenario, node->text) >= 0)
        return true;
    if (load->posted) {
        doc_fail(load->doc, node, load->diags, NULL,
                 "a live world has no clients of its own: say \"from\", and whose requests");
        return false;
    }
    if (map_get(&load->unknown, node->text))
        return false;
    map_put(&load->unknown, node->text, told);
    for (size_t i = 0; i < count; i++)
        names[i] = load->scenario->clients[i].name;
    doc_fail(load->doc, node, load->diags, text_nearest(node->text, names, count),
             "there is no client \"%s\" in this scenario%s", node->text,
             count ? "" : ": name it under \"clients\"");
    return false;
}

bool scenario_load_check_sender(struct scenario_load *load, const struct doc_node *node)
{
    return load->posted || scenario_load_check_client(load, node);
}

/* The id that is written in capitals; NULL: it is none of this world's. Borrowed from the world. */
static const char *scenario_load_lower_id(const struct scenario_load *load, const char *text)
{
    char lower[32] = "";
    for (size_t i = 0; i < sizeof lower - 1 && text[i]; i++)
        lower[i] = (char)tolower((unsigned char)text[i]);
    const struct device *device = fleet_find(load->world->fleet, lower);
    return device && strcmp(device->id, lower) == 0 ? device->id : NULL;
}

bool scenario_load_check_device(struct scenario_load *load, const struct doc_node *node)
{
    if (!load->world || fleet_find(load->world->fleet, node->text))
        return true;
    const struct fleet *fleet = load->world->fleet;
    size_t count = fleet_count(fleet) < 1000 ? fleet_count(fleet) : 1000;
    const char **names = mem_new_array(count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = fleet_at(fleet, i)->name;
    const char *nearest = scenario_load_lower_id(load, node->text);
    doc_fail(load->doc, node, load->diags,
             nearest ? nearest : text_nearest(node->text, names, count),
             "there is no device \"%s\" in this world", node->text);
    free(names);
    return false;
}
