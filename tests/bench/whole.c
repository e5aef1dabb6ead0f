/*
 * The processor time of programs from their start to their end:
 *
 *     whole ROUNDS PROGRAM ARGUMENT... -- PROGRAM ARGUMENT...
 *
 * runs them in turn, again and again, with their output thrown away, and prints a line per round:
 * the microseconds of each.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAMS 4

static long us(const struct timeval *time)
{
    return time->tv_sec * 1000000 + time->tv_usec;
}

static void measure(char **argv)
{
    struct rusage used;
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(nowhere, STDOUT_FILENO);
        execv(argv[0], argv);
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &status, 0, &used) != pid || status != 0) {
        fprintf(stderr, "whole: %s failed\n", argv[0]);
        exit(1);
    }
    /* Of the two parts only the sum is exact. */
    printf("%ld ", us(&used.ru_utime) + us(&used.ru_stime));
}

int main(int argc, char **argv)
{
    char **programs[PROGRAMS] = {argv + 2};
    int count = 1;
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], "--") == 0 && count < PROGRAMS) {
            argv[i] = NULL;
            programs[count++] = argv + i + 1;
        }
    if (argc < 3) {
        fputs("usage: whole ROUNDS PROGRAM ARGUMENT... [-- PROGRAM ARGUMENT...]\n", stderr);
        return 2;
    }
    for (long round = strtol(argv[1], NULL, 10); round > 0; round--) {
        for (int i = 0; i < count; i++)
            measure(programs[i]);
        putchar('\n');
    }
    return 0;
}
