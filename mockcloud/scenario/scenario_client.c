/* See scenario_load.h. Owns the keys of a client under test, but for those that make it a service
 * (service.c): how it is read, where it starts, who gets the command of --client. */
#include "base/mem.h"
#include "scenario/scenario_load.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct field arg_item = {.name = "argument", .type = FIELD_STRING};
static const struct field env_item = {.name = "value", .type = FIELD_STRING};

const struct field scenario_client_fields[] = {
    {.name = "run",
     .type = FIELD_LIST,
     .item = &arg_item,
     .text = "The program and its arguments, without a shell. --client replaces it.",
     .like = "like [node, claim.js], or [sh, -c, \"…\"] with a shell"},
    {.name = "env",
     .type = FIELD_MAP,
     .item = &env_item,
     .text = "Environment variables, besides MOCKCLOUD_URL and its kin."},
    {.name = "cwd",
     .type = FIELD_STRING,
     .min = 1,
     .max = 4096,
     .text = "The folder in which `run` starts, relative to the file's (which is the default); "
             "--client starts where mockcloud was called."},
    {.name = "port",
     .type = FIELD_BOOL,
     .text = "Whether it gets a port of its own to listen on: ${NAME.port}, and ${NAME.url}."},
    {.name = "ready",
     .type = FIELD_OBJECT,
     .fields = service_ready_fields,
     .text = "When a service is ready, for which `start` waits.",
     .like = "like {http: GET /health, status: 200} or {output: listening}"},
    {.name = "stop",
     .type = FIELD_OBJECT,
     .fields = service_stop_fields,
     .text = "How `stop` ends it.",
     .like = "like {signal: INT, within: 2s real}"},
    {0},
};

static bool scenario_load_check_variable(struct scenario_load *load, const struct doc_node *key)
{
    bool ok = isalpha((unsigned char)key->text[0]) || key->text[0] == '_';
    for (const char *c = key->text; *c && ok; c++)
        ok = isalnum((unsigned char)*c) || *c == '_';
    if (!ok)
        doc_fail(load->doc, key, load->diags, NULL, "\"%s\" can't be an environment variable",
                 key->text);
    return ok;
}

static void scenario_load_check_run(struct scenario_load *load, const struct doc_node *node)
{
    const struct doc_node *run = doc_get(node, "run");
    const struct doc_node *env = doc_get(node, "env");
    if (run && run->count == 0)
        doc_fail(load->doc, run, load->diags, NULL,
                 "expected a program to run, found an empty list");
    if (run)
        interp_check_tree(load, run);
    for (size_t i = 0; env && i < env->count; i++)
        scenario_load_check_variable(load, env->pairs[i].key);
    if (env)
        interp_check_tree(load, env);
    service_check(load, node);
}

/* The folder of the file, or what `cwd` names from there. Yours: free(). */
static char *scenario_load_cwd_dup(const struct scenario_load *load, const struct doc_node *client)
{
    const struct doc_node *node = doc_get(client, "cwd");
    const char *cwd = node && node->kind == DOC_SCALAR ? node->text : NULL;
    const char *name = doc_name(load->doc), *slash = strrchr(name, '/');
    if (cwd && (*cwd == '/' || !slash))
        return mem_dup(cwd);
    if (!slash)
        return NULL;
    size_t len = slash == name ? 1 : (size_t)(slash - name);
    return cwd ? mem_printf_dup("%.*s/%s", (int)len, name, cwd) : mem_dup_n(name, len);
}

static bool scenario_load_port(const struct doc_node *client)
{
    const struct doc_node *port = doc_get(client, "port");
    return port && port->kind == DOC_SCALAR && strcmp(port->text, "true") == 0;
}

/* Reads `clients`. Names in their strings are checked here, before the steps: what steps save is
 * never known to a client, so nothing is learnt later that could make a name valid. */
void scenario_load_clients(struct scenario_load *load, struct scenario *scenario,
                           const struct doc_node *map)
{
    if (!map)
        return;
    if (map->count > SCENARIO_LOAD_MAX_CLIENTS) {
        doc_fail(load->doc, map, load->diags, NULL, "more than %d clients",
                 SCENARIO_LOAD_MAX_CLIENTS);
        return;
    }
    load->interp.url = load->interp.control = "";
    scenario->clients = mem_new_array(map->count + 1, sizeof *scenario->clients);
    for (size_t i = 0; i < map->count; i++) {
        const struct doc_node *node = map->pairs[i].value;
        scenario->clients[scenario->client_count++] = (struct scenario_client){
            .name = map->pairs[i].key->text,
            .run = doc_get(node, "run"),
            .env = doc_get(node, "env"),
            .cwd = doc_get(node, "run") ? scenario_load_cwd_dup(load, node) : NULL,
            .port = scenario_load_port(node),
            .ready = doc_get(node, "ready"),
            .stop = doc_get(node, "stop"),
        };
    }
    /* Now that all are known, one may name the port of another. */
    for (size_t i = 0; i < map->count; i++) {
        const struct doc_node *node = map->pairs[i].value;
        if (node->kind == DOC_SCALAR && doc_is_null(node))
            continue; /* `app:` alone: its command comes from --client */
        if (fields_check(load->doc, node, scenario_client_fields, load->diags))
            scenario_load_check_run(load, node);
    }
    load->interp.url = load->interp.control = NULL;
}

/* Gives the command of --client to the only client, or to the one called `client`. */
void scenario_load_command(struct scenario_load *load, struct scenario *scenario,
                           const char *command)
{
    if (!command || !scenario->client_count)
        return;
    int index = scenario->client_count == 1 ? 0 : scenario_load_client(scenario, "client");
    if (index < 0)
        doc_fail(load->doc, doc_get(scenario->node, "clients"), load->diags, NULL,
                 "--client needs one client here, or one that is called \"client\"");
    else
        scenario->clients[index].command = command;
    scenario->client_command = command;
}
