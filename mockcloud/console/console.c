/* See console.h. Owns how files are found and what they are called; their bytes are in
 * console_files.c, which is generated. */
#include "console/console.h"

#include "console/console_files.h"

#include <string.h>

/* Styles that a script sets on an element are no inline styles: the policy lets them pass. */
const char console_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static const struct {
    const char *end;
    const char *type;
} types[] = {
    {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},   {".svg", "image/svg+xml"},
    {"", "text/plain; charset=utf-8"},
};

const struct console_file *console_find(const char *path)
{
    for (size_t i = 0; i < console_file_count; i++)
        if (strcmp(console_files[i].path, path) == 0)
            return &console_files[i];
    return NULL;
}

const struct console_file *console_at(size_t index)
{
    return index < console_file_count ? &console_files[index] : NULL;
}

const char *console_type(const struct console_file *file)
{
    size_t len = strlen(file->path), i = 0;
    for (; *types[i].end; i++) {
        size_t end = strlen(types[i].end);
        if (len > end && strcmp(file->path + len - end, types[i].end) == 0)
            break;
    }
    return types[i].type;
}
