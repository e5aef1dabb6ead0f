/*
 * What a server costs from being started to having answered its first request:
 *
 *     first ROUNDS PROGRAM ARGUMENT... [-- PROGRAM ARGUMENT...]
 *
 * starts the programs in turn, again and again, reads the URL or port of each from descriptor 3 or
 * its standard output, asks for /__mock/health, and prints a line per round: of each program the
 * time and the processor time that it took, in microseconds.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define READY_FD 3
#define PROGRAMS 4

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void need(int truth, const char *what)
{
    if (truth)
        return;
    perror(what);
    exit(1);
}

static pid_t start(char **argv, int *ret_ready)
{
    int ready[2];
    need(pipe2(ready, O_CLOEXEC) == 0, "pipe");
    pid_t pid = fork();
    need(pid >= 0, "fork");
    if (pid == 0) {
        dup2(ready[1], STDOUT_FILENO);
        /* dup2() onto itself would keep close-on-exec. */
        if (ready[1] == READY_FD)
            fcntl(READY_FD, F_SETFD, 0);
        else
            dup2(ready[1], READY_FD);
        execv(argv[0], argv);
        _exit(127);
    }
    close(ready[1]);
    *ret_ready = ready[0];
    return pid;
}

static unsigned short read_port(int ready)
{
    char url[200];
    ssize_t len = read(ready, url, sizeof url - 1);
    need(len > 0, "the ready line");
    url[len] = '\0';
    const char *colon = strrchr(url, ':');
    return (unsigned short)strtoul(colon ? colon + 1 : url, NULL, 10);
}

static void ask(unsigned short port)
{
    static const char request[] = "GET /__mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    char reply[2000];
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    need(write(fd, request, sizeof request - 1) == sizeof request - 1, "write");
    ssize_t len = read(fd, reply, sizeof reply - 1);
    need(len > 0, "read");
    reply[len] = '\0';
    need(strncmp(reply, "HTTP/1.1 200", 12) == 0, "the status");
    close(fd);
}

/* The first number of schedstat is exact, other than those of stat, which count ticks. */
static int64_t cpu_us(pid_t pid)
{
    char path[64];
    int64_t used_ns = 0;
    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    FILE *file = fopen(path, "re");
    need(file && fscanf(file, "%" SCNd64, &used_ns) == 1, path);
    fclose(file);
    return used_ns / 1000;
}

static void measure(char **argv)
{
    int ready;
    int64_t begun = now_us();
    pid_t pid = start(argv, &ready);
    ask(read_port(ready));
    int64_t took = now_us() - begun;
    printf("%" PRId64 " %" PRId64 " ", took, cpu_us(pid));
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    close(ready);
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
        fputs("usage: first ROUNDS PROGRAM ARGUMENT... [-- PROGRAM ARGUMENT...]\n", stderr);
        return 2;
    }
    for (long round = strtol(argv[1], NULL, 10); round > 0; round--) {
        for (int i = 0; i < count; i++)
            measure(programs[i]);
        putchar('\n');
    }
    return 0;
}
