/*
 * What the kernel takes for handing the same bytes to many readers on this machine, and nothing
 * else:
 *
 *     send READERS BYTES
 *
 * sends BYTES to each of READERS over TCP, a block to one after the other, and prints the processor
 * time that the sender took, in nanoseconds. What followers of a journal cost can't be less.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BLOCK   (64u << 10) /* as net/reply.c has it */
#define READERS 100

static void need(int truth, const char *what)
{
    if (truth)
        return;
    perror(what);
    exit(1);
}

static void read_all(const struct sockaddr_in *address)
{
    static char room[BLOCK];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    need(connect(fd, (const struct sockaddr *)address, sizeof *address) == 0, "connect");
    while (read(fd, room, sizeof room) > 0)
        ;
    _exit(0);
}

static int start_reader(int listener, const struct sockaddr_in *address)
{
    pid_t pid = fork();
    need(pid >= 0, "fork");
    if (pid == 0)
        read_all(address);
    int fd = accept(listener, NULL, NULL);
    need(fd >= 0, "accept");
    return fd;
}

static long long cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char **argv)
{
    static char block[BLOCK];
    int fds[READERS];
    int readers = argc == 3 ? (int)strtol(argv[1], NULL, 10) : 0;
    if (readers < 1 || readers > READERS) {
        fputs("usage: send READERS BYTES\n", stderr);
        return 2;
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(bind(listener, (struct sockaddr *)&address, len) == 0 && listen(listener, READERS) == 0 &&
             getsockname(listener, (struct sockaddr *)&address, &len) == 0,
         "listen");
    for (int i = 0; i < readers; i++)
        fds[i] = start_reader(listener, &address);
    memset(block, 'x', sizeof block);
    long long begun_ns = cpu_ns();
    for (long long left = strtoll(argv[2], NULL, 10); left > 0; left -= BLOCK)
        for (int i = 0; i < readers; i++)
            need(send(fds[i], block, sizeof block, MSG_NOSIGNAL) == sizeof block, "send");
    printf("%lld\n", cpu_ns() - begun_ns);
    for (int i = 0; i < readers; i++)
        close(fds[i]);
    while (wait(NULL) > 0)
        ;
    return 0;
}
