/* See ids.h. Owns the way from a name to hex digits. */
#include "sim/ids.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

/* The namespace of all mockcloud worlds: itself a version 5 UUID of the word in the DNS namespace.
 */
static void ids_root(unsigned char ret_root[16])
{
    static const char word[] = "mockcloud";
    uuid_generate_sha1(ret_root, *uuid_get_template("dns"), word, sizeof word - 1);
}

void ids_init(struct ids *ids, uint64_t seed, const char *world_name)
{
    unsigned char root[16];
    char *name = mem_printf_dup("%llu:%s", (unsigned long long)seed, world_name);
    ids_root(root);
    uuid_generate_sha1(ids->space, root, name, strlen(name));
    ids->made = 0;
    free(name);
}

/* A UUID has 30 free hex digits: those of the version and the variant say nothing and are left out.
 */
static size_t ids_digits(const unsigned char uuid[16], char *out, size_t most)
{
    size_t used = 0;
    for (size_t i = 0; i < 32 && used < most; i++) {
        if (i == 12 || i == 16)
            continue;
        unsigned nibble = i % 2 ? uuid[i / 2] & 15u : uuid[i / 2] >> 4;
        out[used++] = "0123456789abcdef"[nibble];
    }
    return used;
}

void ids_named(const struct ids *ids, const char *kind, const char *name, char *ret_text,
               size_t digits)
{
    size_t used = 0;
    for (int part = 0; used < digits; part++) {
        unsigned char uuid[16];
        /* Of any length: a name that were cut would share its id with another. */
        char *text = mem_printf_dup("%s/%s/%d", kind, name, part);
        uuid_generate_sha1(uuid, ids->space, text, strlen(text));
        free(text);
        used += ids_digits(uuid, ret_text + used, digits - used);
    }
    ret_text[digits] = '\0';
}

void ids_next(struct ids *ids, const char *kind, char *ret_text, size_t digits)
{
    char name[32];
    snprintf(name, sizeof name, "#%llu", (unsigned long long)++ids->made);
    ids_named(ids, kind, name, ret_text, digits);
}
