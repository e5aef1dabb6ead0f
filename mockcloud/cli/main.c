/* The program: finds the row of the subcommand. Owns the table of subcommands. */
#include "cli/cli.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct cli_command commands[] = {
    {
        .name = "serve",
        .synopsis = "[--listen 127.0.0.1:8642] [--world FILE] [OPTION…]",
        .text = "serve a fake cloud until it is stopped",
        .help =
            "Without --world it serves a built-in example world and prints calls that work in it.\n"
            "\n"
            "  --listen ADDRESS:PORT  where to listen (127.0.0.1:8642); port 0: any free one\n"
            "  --port PORT            the same, on 127.0.0.1\n"
            "  --world FILE           the world to serve\n"
            "  --seed N               the seed, in place of the world's own\n"
            "  --port-file FILE       write the port there, as a decimal line, once it answers\n"
            "  --ready-fd N           write the base URL to this descriptor, once it answers\n"
            "  --control-token TOKEN  ask for this token on the control API (needed to listen "
            "beyond\n"
            "                         the loopback)\n"
            "  --host NAME            accept this name in Host, besides IP literals and localhost\n"
            "  --max-body BYTES       refuse larger request bodies (2097152)\n"
            "  --max-headers BYTES    refuse larger request heads (16384)\n"
            "  --explain              replies say in X-Mockcloud-Rule which rule they follow\n"
            "  --check-requests       tell what clients send that is not in the OpenAPI document\n"
            "  --check-replies        hold each reply against its shape: what is wrong is our "
            "bug,\n"
            "                         told on standard error and in the journal\n"
            "  --allow-outbound HOST  let webhooks call this host, too, not only this machine\n"
            "  --webhook-patience T   real time for which a clock move waits for an answer (20s)\n"
            "  --quiet                print nothing but errors\n",
        .run = cli_serve,
    },
    {
        .name = "run",
        .synopsis = "FILE|DIR… [--client CMD] [OPTION…]",
        .text = "run scenarios, with a client under test",
        .help = "  --client CMD       run this command (by sh -c) in place of the scenario's "
                "client; with\n"
                "                     several, in place of the one called \"client\"\n"
                "  --timeout TIME     end a scenario that takes longer, in real time (60s)\n"
                "  --seed N           the seed, in place of the scenario's own\n"
                "  --journal FILE     write the journals there, as JSON Lines\n"
                "  --strict[=report]  exit 1 when a guess was leaned on, and name each; or only "
                "name them\n"
                "  --check-requests   tell what clients send that is not in the OpenAPI document\n"
                "  --allow-outbound HOST  let webhooks call this host, too, not only this machine\n"
                "  --webhook-patience T   real time for which the clock waits for an answer (20s)\n"
                "  --quiet            print failures only\n"
                "\n"
                "Exit codes: 0 passed, 1 a scenario failed, 2 usage, 3 a file is invalid (nothing "
                "was run),\n"
                "4 could not run, 5 timed out, 128+S interrupted by signal S.\n",
        .run = cli_run,
    },
    {
        .name = "exec",
        .synopsis = "[--world FILE] -- CMD…",
        .text = "run a command with a world of its own in its environment",
        .help =
            "The command finds the world in MOCKCLOUD_URL, MOCKCLOUD_CONTROL, "
            "MOCKCLOUD_CLIENT_ID …\n"
            "mockcloud exits with the command's exit code, or with 128+S when signal S ended it.\n"
            "\n"
            "  --world FILE      the world (a built-in example)\n"
            "  --seed N          the seed, in place of the world's own\n"
            "  --explain         replies say in X-Mockcloud-Rule which rule they follow\n"
            "  --check-requests  tell what the command sends that is not in the OpenAPI document\n"
            "  --allow-outbound HOST  let webhooks call this host, too, not only this machine\n"
            "  --webhook-patience T   real time for which a clock move waits for an answer (20s)\n"
            "  --strict[=report] exit 1 when a guess was leaned on, and name each; or only "
            "name them\n",
        .run = cli_exec,
    },
    {
        .name = "check",
        .synopsis = "FILE|DIR…",
        .text = "check world and scenario files, run nothing",
        .help = "A mistake is told with file, line and column. Exit codes: 0 all are fine, 2 "
                "usage, 3 one is "
                "invalid.\n",
        .run = cli_check,
    },
    {
        .name = "ctl",
        .synopsis = "[--control URL] COMMAND…",
        .text = "drive a running server from a shell",
        .help = "The server is found by --control, else MOCKCLOUD_CONTROL, else "
                "http://127.0.0.1:8642.\n"
                "\n"
                "  worlds                       list the worlds\n"
                "  state                        the whole state of the world\n"
                "  reset                        make the world anew\n"
                "  clock                        the world's time\n"
                "  clock advance 1h             move the clock\n"
                "  clock freeze | run           stop it; let it follow real time\n"
                "  clock at TIME                move it on to 2099-01-01T00:00:00Z, say\n"
                "  devices                      list the devices\n"
                "  device pump                  one device\n"
                "  device pump power-on         do something to it (mockcloud list states)\n"
                "  device pump serial CODE      hand it a claim code (serial, usb or softap)\n"
                "  journal [SINCE]              the journal, a line per entry\n"
                "  why pump [OWNER]             why is it not owned by OWNER?\n"
                "\n"
                "  --control URL    http://HOST:PORT or http://HOST:PORT/__mock/worlds/NAME\n"
                "  --world NAME     the world (default)\n"
                "  --token TOKEN    the server's control token\n"
                "  --json           print what the server answers, as it is\n",
        .run = cli_ctl,
    },
    {
        .name = "init",
        .synopsis = "[DIR]",
        .text = "write a world and scenarios to start from",
        .help = "Writes world.yaml, claim.yaml (complete) and client.yaml (for a client of yours); "
                "never\n"
                "overwrites a file.\n",
        .run = cli_init,
    },
    {
        .name = "schema",
        .synopsis = "[scenario|world]",
        .text = "print the JSON Schema of scenario files, or of world files",
        .help = "For editors: put it beside the files, and begin them with\n"
                "  # yaml-language-server: $schema=scenario.schema.json\n",
        .run = cli_schema,
    },
    {
        .name = "openapi",
        .synopsis = "",
        .text = "print the OpenAPI 3.1 document of what is imitated",
        .help = "A server gives the same at /__mock/openapi.json.\n",
        .run = cli_openapi,
    },
    {
        .name = "list",
        .synopsis = "routes|steps|files|states|causes|behaviours [--format text|md|json]",
        .text = "list what there is, from the tables of the program",
        .help = "  --format FORMAT  text (aligned, without sources), md or json\n",
        .run = cli_list,
    },
};

#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static int print_overview(FILE *out, int code)
{
    fputs("mockcloud: a fake Particle cloud with simulated devices, for testing device claiming\n\n"
          "usage: mockcloud COMMAND …\n\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].text);
    fputs("\nmockcloud COMMAND --help tells more. mockcloud --version prints the version.\n", out);
    return code;
}

int cli_help(const struct cli_command *command)
{
    printf("usage: mockcloud %s%s%s\n\n%s\n", command->name, *command->synopsis ? " " : "",
           command->synopsis, command->text);
    if (*command->help)
        printf("\n%s", command->help);
    return EXIT_PASSED;
}

int cli_usage(const struct cli_command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "mockcloud %s: ", command->name);
    vfprintf(stderr, format, args);
    fprintf(stderr, "\nusage: mockcloud %s%s%s\n", command->name, *command->synopsis ? " " : "",
            command->synopsis);
    va_end(args);
    return EXIT_USAGE;
}

int cli_error(int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("mockcloud: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return code;
}

bool cli_colour(int fd)
{
    const char *no_color = getenv("NO_COLOR");
    return isatty(fd) && !(no_color && *no_color);
}

bool cli_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret_number)
{
    uint64_t number = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || number > (max - (uint64_t)(*text - '0')) / 10)
            return false;
        number = number * 10 + (uint64_t)(*text - '0');
    }
    if (number < min || number > max)
        return false;
    *ret_number = number;
    return true;
}

bool cli_strict(const char *value, enum strict *ret_strict)
{
    if (value && strcmp(value, "report") != 0)
        return false;
    *ret_strict = value ? STRICT_REPORT : STRICT_FAIL;
    return true;
}

/* What a list of 10,000 devices took goes back to the system when it was sent: by default the heap
 * keeps up to 64 MiB of it, once it has seen a block of that size. */
static void give_memory_back(void)
{
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 4 << 20);
}

static bool wants(const char *word, const char *option)
{
    return strcmp(word, option) == 0;
}

int main(int argc, char **argv)
{
    give_memory_back();
    if (argc < 2)
        return print_overview(stderr, EXIT_USAGE);
    if (wants(argv[1], "--help") || wants(argv[1], "-h") || wants(argv[1], "help"))
        return print_overview(stdout, EXIT_PASSED);
    if (wants(argv[1], "--version")) {
        puts("mockcloud " MOCKCLOUD_VERSION);
        return EXIT_PASSED;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (wants(argv[1], commands[i].name))
            return commands[i].run(&commands[i], argc - 1, argv + 1);
    fprintf(stderr, "mockcloud: there is no command \"%s\"\n", argv[1]);
    return print_overview(stderr, EXIT_USAGE);
}
