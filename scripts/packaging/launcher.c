/* The program of the self-contained packages: starts the real one, which is in ../lib/mockcloud,
 * with the loader and the libraries beside it, so that nothing of the system is used. Linked
 * statically, and does nothing else.
 *
 * The loader is called "mockcloud", too: the name of a process is that of the file that was
 * executed. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* The folder above that of this file. By the path that was executed, not by /proc, which a chroot
 * need not have. */
static int find_prefix(char *prefix)
{
    const char *executed = (const char *)getauxval(AT_EXECFN);
    if (!executed || !realpath(executed, prefix))
        return 0;
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(prefix, '/');
        if (!slash)
            return 0;
        *slash = '\0';
    }
    return 1;
}

int main(int argc, char **argv)
{
    char prefix[PATH_MAX], lib[PATH_MAX + 32], loader[PATH_MAX + 64], program[PATH_MAX + 64];
    char **line = calloc((size_t)argc + 8, sizeof *line);
    int count = 0;
    if (!line || !find_prefix(prefix)) {
        fputs("mockcloud: can't find out where it is installed\n", stderr);
        return 4;
    }
    snprintf(lib, sizeof lib, "%s/lib/mockcloud", prefix);
    snprintf(loader, sizeof loader, "%s/mockcloud", lib);
    snprintf(program, sizeof program, "%s/mockcloud.bin", lib);
    line[count++] = loader;
    line[count++] = "--inhibit-cache";
    line[count++] = "--library-path";
    line[count++] = lib;
    line[count++] = "--argv0";
    line[count++] = argc ? argv[0] : "mockcloud";
    line[count++] = program;
    for (int i = 1; i < argc; i++)
        line[count++] = argv[i];
    execv(loader, line);
    perror(loader);
    return 4;
}
