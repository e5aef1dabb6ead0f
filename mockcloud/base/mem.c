/* See mem.h. Owns nothing; aborts in mem_out(), which is the documented end when memory runs out.
 */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mem_out(size_t size)
{
    fprintf(stderr, "mockcloud: out of memory (%zu bytes asked for)\n", size);
    abort();
}

void *mem_new(size_t size)
{
    void *fresh = calloc(1, size ? size : 1);
    if (!fresh)
        mem_out(size);
    return fresh;
}

void *mem_new_array(size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        mem_out(SIZE_MAX);
    return mem_new(count * size);
}

void *mem_grow(void *old, size_t size)
{
    void *grown = realloc(old, size ? size : 1);
    if (!grown)
        mem_out(size);
    return grown;
}

char *mem_dup(const char *text)
{
    return text ? mem_dup_n(text, strlen(text)) : NULL;
}

char *mem_dup_n(const void *bytes, size_t len)
{
    char *copy = malloc(len + 1);
    if (!copy)
        mem_out(len + 1);
    if (len)
        memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

char *mem_printf_dup(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0)
        mem_out(0);
    return text;
}
