/*
 * What requests cost a server, in its processor time:
 *
 *     ask PID PORT COUNT TOKEN METHOD TARGET [BODY [LIST]]
 *
 * sends COUNT requests to the server PID on 127.0.0.1:PORT, over CONNECTIONS connections, and
 * prints the nanoseconds of processor time per request. `{}` in TARGET and BODY is replaced by a
 * line of the file LIST, each in turn (without LIST: by the number of the request). A body that
 * begins with a brace is JSON, another a form; "-" is none. A reply other than 2xx (of a TARGET
 * that begins with "!": other than 4xx) is an error.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS 16
#define ROOM        (1u << 20)

static struct {
    const char *token, *method, *target, *body;
    char **lines;
    size_t line_count;
    char kind; /* the first digit of the status that is expected */
} asked;

static void need(int truth, const char *what)
{
    if (truth)
        return;
    perror(what);
    exit(1);
}

static int64_t spent_ns(const char *pid)
{
    char path[64], line[100];
    snprintf(path, sizeof path, "/proc/%s/schedstat", pid);
    FILE *file = fopen(path, "re");
    need(file && fgets(line, sizeof line, file), path);
    fclose(file);
    return strtoll(line, NULL, 10);
}

static void read_lines(const char *path)
{
    char line[256];
    FILE *file = fopen(path, "re");
    need(file != NULL, path);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        asked.lines = realloc(asked.lines, (asked.line_count + 1) * sizeof *asked.lines);
        need(asked.lines && (asked.lines[asked.line_count++] = strdup(line)), "memory");
    }
    fclose(file);
    need(asked.line_count > 0, path);
}

static int connect_to(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    need(connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    return fd;
}

static void fill(char *room, size_t size, const char *text, size_t i)
{
    char number[24];
    const char *at = strstr(text, "{}"), *value = number;
    snprintf(number, sizeof number, "%zu", i);
    if (asked.line_count)
        value = asked.lines[i % asked.line_count];
    if (at)
        snprintf(room, size, "%.*s%s%s", (int)(at - text), text, value, at + 2);
    else
        snprintf(room, size, "%s", text);
}

static void send_one(int fd, size_t i)
{
    char target[1024], body[1024] = "", head[4096];
    fill(target, sizeof target, asked.target, i);
    if (strcmp(asked.body, "-") != 0)
        fill(body, sizeof body, asked.body, i);
    int len = snprintf(head, sizeof head,
                       "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
                       "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
                       asked.method, target, asked.token,
                       *body == '{' ? "application/json" : "application/x-www-form-urlencoded",
                       strlen(body), body);
    need(write(fd, head, (size_t)len) == len, "write");
}

/* Replies of the routes that are asked have a length, or no body at all. */
static void read_one(int fd)
{
    static char room[ROOM];
    size_t len = 0, whole = SIZE_MAX;
    while (len < whole) {
        ssize_t got = read(fd, room + len, sizeof room - 1 - len);
        need(got > 0, "read");
        len += (size_t)got;
        room[len] = '\0';
        const char *end = strstr(room, "\r\n\r\n"), *length = strstr(room, "Content-Length: ");
        if (end && length && length < end)
            whole =
                (size_t)(end + 4 - room) + strtoul(length + strlen("Content-Length: "), NULL, 10);
        else if (end)
            whole = (size_t)(end + 4 - room);
    }
    if (strncmp(room, "HTTP/1.1 ", 9) == 0 && room[9] == asked.kind)
        return;
    fprintf(stderr, "ask: %s %s: %s\n", asked.method, asked.target, room);
    exit(1);
}

int main(int argc, char **argv)
{
    int fds[CONNECTIONS];
    if (argc < 7) {
        fputs("usage: ask PID PORT COUNT TOKEN METHOD TARGET [BODY [LIST]]\n", stderr);
        return 2;
    }
    size_t count = strtoul(argv[3], NULL, 10);
    asked.token = argv[4];
    asked.method = argv[5];
    asked.kind = *argv[6] == '!' ? '4' : '2';
    asked.target = argv[6] + (*argv[6] == '!');
    asked.body = argc > 7 ? argv[7] : "-";
    if (argc > 8)
        read_lines(argv[8]);
    for (int i = 0; i < CONNECTIONS; i++)
        fds[i] = connect_to(argv[2]);
    int64_t before_ns = spent_ns(argv[1]);
    for (size_t sent = 0; sent < count; sent += CONNECTIONS) {
        size_t turn = count - sent < CONNECTIONS ? count - sent : CONNECTIONS;
        for (size_t i = 0; i < turn; i++)
            send_one(fds[i], sent + i);
        for (size_t i = 0; i < turn; i++)
            read_one(fds[i]);
    }
    printf("%" PRId64 "\n", (spent_ns(argv[1]) - before_ns) / (int64_t)count);
    return 0;
}
