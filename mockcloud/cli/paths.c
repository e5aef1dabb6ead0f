/* See paths.h. Reads directories, opens no file. */
#include "cli/paths.h"

#include "base/mem.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void paths_free(struct paths *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        free(paths->items[i].name);
    free(paths->items);
    *paths = (struct paths){0};
}

/* Takes the name. */
static bool paths_take(struct paths *paths, char *name, bool named, char **ret_error)
{
    if (paths->count == PATHS_MAX)
        *ret_error = mem_printf_dup("more than %d files", PATHS_MAX);
    else if (!text_is_plain(name))
        *ret_error = mem_dup("there is a file with a control character in its name: rename it");
    if (*ret_error) {
        free(name);
        return false;
    }
    paths->items = mem_grow(paths->items, (paths->count + 1) * sizeof *paths->items);
    paths->items[paths->count++] = (struct path){name, named};
    return true;
}

static bool paths_is_yaml(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

static int paths_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "node_modules") != 0;
}

/* By bytes, so that the order is the same in every locale. */
static int paths_order(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool paths_walk(struct paths *paths, const char *folder, int depth, char **ret_error);

/* One name of a directory. Links to directories are not followed. */
static bool paths_entry(struct paths *paths, const char *folder, const char *entry, int depth,
                        char **ret_error)
{
    struct stat info;
    size_t len = strlen(folder);
    char *name = mem_printf_dup("%s%s%s", folder, len && folder[len - 1] == '/' ? "" : "/", entry);
    bool ok = true;
    if (lstat(name, &info) == 0 && S_ISDIR(info.st_mode)) {
        ok = depth >= PATHS_MAX_DEPTH || paths_walk(paths, name, depth + 1, ret_error);
        free(name);
        return ok;
    }
    if (paths_is_yaml(entry))
        return paths_take(paths, name, false, ret_error);
    free(name);
    return true;
}

static bool paths_walk(struct paths *paths, const char *folder, int depth, char **ret_error)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, paths_visible, paths_order);
    bool ok = count >= 0;
    if (!ok)
        *ret_error = mem_printf_dup("%s: %s", folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        ok = ok && paths_entry(paths, folder, entries[i]->d_name, depth, ret_error);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

bool paths_add(struct paths *paths, const char *name, char **ret_error)
{
    struct stat info;
    if (stat(name, &info) != 0) {
        *ret_error = mem_printf_dup("%s: %s", name, strerror(errno));
        return false;
    }
    if (S_ISDIR(info.st_mode))
        return paths_walk(paths, name, 0, ret_error);
    return paths_take(paths, mem_dup(name), true, ret_error);
}
