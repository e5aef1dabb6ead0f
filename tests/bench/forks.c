/*
 * The least that a process costs: forks COUNT children that exit at once, one after the other, and
 * prints the microseconds of processor time of one fork and exit, both sides together.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long us_of(int who)
{
    struct rusage used;
    getrusage(who, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 + used.ru_utime.tv_usec +
           used.ru_stime.tv_usec;
}

static long us(void)
{
    return us_of(RUSAGE_SELF) + us_of(RUSAGE_CHILDREN);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1000;
    long before = us();
    for (int i = 0; i < count; i++) {
        pid_t pid = fork();
        if (pid == 0)
            exit(0);
        if (pid < 0 || waitpid(pid, NULL, 0) != pid)
            return 1;
    }
    printf("%ld\n", (us() - before) / count);
    return 0;
}
