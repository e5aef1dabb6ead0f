/* See described.h. Owns the copies; never asks the device. */
#include "cloud/described.h"

#include "base/mem.h"
#include "cloud/record.h"

#include <stdlib.h>
#include <string.h>

void described_set(struct described *described, const struct session_describe *describe)
{
    described_free(described);
    described->known = true;
    described->modules = mem_dup(describe->modules);
    described->functions = mem_new_array(describe->function_count + 1, sizeof(char *));
    described->variables =
        mem_new_array(describe->variable_count + 1, sizeof *described->variables);
    for (size_t i = 0; i < describe->function_count; i++)
        described->functions[described->function_count++] = mem_dup(describe->functions[i]);
    for (size_t i = 0; i < describe->variable_count; i++) {
        const struct session_variable *variable = &describe->variables[i];
        described->variables[described->variable_count++] =
            (struct described_variable){mem_dup(variable->name), variable->type};
    }
}

void described_free(struct described *described)
{
    for (size_t i = 0; i < described->function_count; i++)
        free(described->functions[i]);
    for (size_t i = 0; i < described->variable_count; i++)
        free(described->variables[i].name);
    free(described->functions);
    free(described->variables);
    free(described->modules);
    *described = (struct described){0};
}

bool described_has_function(const struct described *described, const char *name)
{
    for (size_t i = 0; i < described->function_count; i++)
        if (strcmp(described->functions[i], name) == 0)
            return true;
    return false;
}

const struct described_variable *described_variable(const struct described *described,
                                                    const char *name)
{
    for (size_t i = 0; i < described->variable_count; i++)
        if (strcmp(described->variables[i].name, name) == 0)
            return &described->variables[i];
    return NULL;
}

const char *described_type_word(enum session_type type)
{
    switch (type) {
    case SESSION_INT:
        return "int32";
    case SESSION_DOUBLE:
        return "double";
    case SESSION_STRING:
        return "string";
    case SESSION_BOOL:
        return "bool";
    }
    return "string";
}

void described_write_value(const struct session_value *value, struct jsonw *w)
{
    switch (value->type) {
    case SESSION_INT:
        jsonw_int(w, value->number);
        break;
    case SESSION_DOUBLE:
        jsonw_double(w, value->real);
        break;
    case SESSION_STRING:
        jsonw_str(w, value->text);
        break;
    case SESSION_BOOL:
        jsonw_bool(w, value->number);
        break;
    }
}
