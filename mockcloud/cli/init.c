/* `mockcloud init`: writes a world and scenarios to start from, the schemas that they name, for
 * editors, and the start of a client, when one is asked for. Overwrites nothing. */
#include "cli/init.h"

#include "base/mem.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "scenario/scenario.h"
#include "world/world.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char init_world[] =
    "# yaml-language-server: $schema=world.schema.json\n"
    "#\n"
    "# A world for `mockcloud serve --world world.yaml` and `mockcloud exec --world world.yaml -- "
    "CMD`.\n"
    "# Everything here is example data. Its keys: `mockcloud list files`. Ids, tokens and claim "
    "codes are made from the seed.\n"
    "seed: 1\n"
    "users:\n"
    "  - {username: dev@example.com, password: not-a-password}\n"
    "products:\n"
    "  - id: 6287\n"
    "    slug: acme-pump\n"
    "    name: Acme Pump\n"
    "    platform: e-series\n"
    "    team: [dev@example.com]\n"
    "    clients: [{id: acme-app-4711, secret: not-a-secret}]\n"
    "customers:\n"
    "  - {email: ada@example.com, product: acme-pump}\n"
    "devices:\n"
    "  - {as: pump, platform: e-series, product: acme-pump, state: off}\n";

static const char init_scenario[] =
    "# yaml-language-server: $schema=scenario.schema.json\n"
    "#\n"
    "# Two scenarios: an offline device can't be claimed; a claim code that the device holds "
    "claims "
    "it.\n"
    "# All names are example data.\n"
    "scenario: an offline pump is refused, an online one is claimed\n"
    "tags: [claiming]\n"
    "world:\n"
    "  products:\n"
    "    - id: 6287\n"
    "      slug: acme-pump\n"
    "      platform: e-series\n"
    "      clients: [{id: acme-app-4711, secret: not-a-secret}]\n"
    "  customers: [{email: ada@example.com, product: acme-pump}]\n"
    "  devices: [{as: pump, platform: e-series, product: acme-pump, state: off}]\n"
    "steps:\n"
    "  - request: POST /v1/devices\n"
    "    token: ada@example.com            # a customer's token, made for this step\n"
    "    form: {id: \"${pump.id}\"}\n"
    "    reply: {status: 404}              # the cloud can't reach it\n"
    "  - device: pump\n"
    "    do: power-on\n"
    "  - wait: {device: pump, state: online, within: 5min virtual}\n"
    "  - expect: {device: pump, led: breathing cyan, owner: none}   # online, and nobody's\n"
    "  - request: POST /v1/devices\n"
    "    token: ada@example.com\n"
    "    form: {id: \"${pump.id}\"}\n"
    "    reply: {status: 200}\n"
    "  - expect: {device: pump, owner: ada@example.com}\n"
    "---\n"
    "scenario: a claim code over the serial console claims the pump at its next handshake\n"
    "tags: [claiming, claim-code]\n"
    "world:\n"
    "  products:\n"
    "    - id: 6287\n"
    "      slug: acme-pump\n"
    "      platform: e-series\n"
    "      clients: [{id: acme-app-4711, secret: not-a-secret}]\n"
    "  customers: [{email: ada@example.com, product: acme-pump}]\n"
    "  devices: [{as: pump, platform: e-series, product: acme-pump, state: listening}]\n"
    "steps:\n"
    "  - request: POST /v1/products/6287/device_claims\n"
    "    token: ada@example.com\n"
    "    reply: {status: 200, json: {claim_code: {$length: 63}, device_ids: []}}\n"
    "    save: {code: /claim_code}\n"
    "  - device: pump\n"
    "    do: serial\n"
    "    set_claim_code: \"${code}\"\n"
    "  - device: pump\n"
    "    do: power-off\n"
    "  - device: pump\n"
    "    do: power-on                      # from cold: a full handshake, which sends the code\n"
    "  - wait: {device: pump, owner: ada@example.com, within: 5min virtual}\n";

static const char init_client[] =
    "# yaml-language-server: $schema=scenario.schema.json\n"
    "#\n"
    "# For a claiming client of yours:  mockcloud run client.yaml --client 'node claim.js'\n"
    "#\n"
    "# It finds the cloud in MOCKCLOUD_URL, its credentials in MOCKCLOUD_CLIENT_ID and\n"
    "# MOCKCLOUD_CLIENT_SECRET, whom to claim for in MOCKCLOUD_CUSTOMER, and what in\n"
    "# MOCKCLOUD_PRODUCT and MOCKCLOUD_DEVICE_ID. All names are example data.\n"
    "scenario: a pump that is switched on after the client becomes the customer's\n"
    "tags: [claiming, client]\n"
    "world:\n"
    "  products:\n"
    "    - id: 6287\n"
    "      slug: acme-pump\n"
    "      platform: e-series\n"
    "      clients: [{id: acme-app-4711, secret: not-a-secret}]\n"
    "  customers: [{email: ada@example.com, product: acme-pump}]\n"
    "  devices: [{as: pump, platform: e-series, product: acme-pump, state: off}]\n"
    "clients:\n"
    "  app:                              # its command comes from --client, or `app: {run: [node, "
    "claim.js]}`\n"
    "steps:\n"
    "  - start: app\n"
    "  - wait: {request: any, within: 10s real}\n"
    "  - device: pump\n"
    "    do: power-on\n"
    "  - wait: {device: pump, state: online, within: 5min virtual}\n"
    "  - wait: {client: app, exits: 0, within: 30s real}\n"
    "  - expect: {device: pump, owner: ada@example.com}\n";

struct init_file {
    const char *name;
    const char *text;
    void (*schema)(struct buf *out); /* writes it, in place of `text` */
};

static const struct init_file init_files[] = {
    {"world.yaml", init_world, NULL},          {"claim.yaml", init_scenario, NULL},
    {"client.yaml", init_client, NULL},        {"scenario.schema.json", NULL, scenario_schema},
    {"world.schema.json", NULL, world_schema},
};

#define INIT_SCHEMA_MAX (4u << 20)

#define INIT_FILES (sizeof init_files / sizeof *init_files)

/* What is to be written, and where. */
struct init {
    const char *folder;
    const struct init_client *client;       /* the start of one; NULL: none is asked for */
    struct init_file files[INIT_FILES + 1]; /* the client's is the last */
    size_t count;
};

static struct init init_plan(const struct options *options)
{
    struct init init = {.folder = options->argument_count ? options->arguments[0] : "."};
    for (; init.count < INIT_FILES; init.count++)
        init.files[init.count] = init_files[init.count];
    if (options_given(options, OPTION_INIT_CLIENT)) {
        init.client = init_client_at(options->values[OPTION_INIT_CLIENT].word);
        init.files[init.count++] =
            (struct init_file){.name = init.client->name, .text = init.client->text};
    }
    return init;
}

static char *init_path_dup(const struct init *init, size_t index)
{
    const char *name = init->files[index].name;
    return strcmp(init->folder, ".") == 0 ? mem_dup(name)
                                          : mem_printf_dup("%s/%s", init->folder, name);
}

/* Takes `fd`. 0, or the reason why not all of it is in the file. */
static int init_fill(int fd, const char *text)
{
    size_t len = strlen(text);
    ssize_t written = write(fd, text, len);
    int reason = written < 0 ? errno : written == (ssize_t)len ? 0 : ENOSPC;
    if (close(fd) != 0 && reason == 0)
        reason = errno;
    return reason;
}

/* Yours: free(). */
static char *init_text_dup(const struct init_file *file)
{
    struct buf text;
    if (!file->schema)
        return mem_dup(file->text);
    buf_init(&text, INIT_SCHEMA_MAX);
    file->schema(&text);
    return buf_take(&text);
}

/* A file that is new; false, with the reason said, and nothing left of it. */
static bool init_write(const char *path, const struct init_file *file)
{
    char *text = init_text_dup(file);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int reason = fd < 0 ? errno : init_fill(fd, text);
    free(text);
    if (reason && fd >= 0)
        unlink(path);
    if (reason)
        cli_error(EXIT_COULD_NOT_RUN, "%s: %s", path, strerror(reason));
    return reason == 0;
}

/* The first file that is there already. Yours: free(). */
static char *init_existing_dup(const struct init *init)
{
    struct stat info;
    for (size_t i = 0; i < init->count; i++) {
        char *path = init_path_dup(init, i);
        if (lstat(path, &info) == 0)
            return path;
        free(path);
    }
    return NULL;
}

static void init_tell(const struct init *init, char *const *paths)
{
    const struct init_client *client = init->client;
    for (size_t i = 0; i < init->count; i++)
        printf("%s\n", paths[i]);
    printf("\nNext:\n  mockcloud run %s\n  mockcloud run %s --client '%s %s'    # yours\n"
           "  mockcloud serve --world %s\n",
           paths[1], paths[2], client ? client->program : "node",
           client ? paths[init->count - 1] : "claim.js", paths[0]);
}

/* Writes all of them or none: since nothing is overwritten, what a failed try left would make the
 * next one fail. */
static int init_all(const struct init *init)
{
    char *paths[INIT_FILES + 1] = {0};
    size_t written = 0;
    for (size_t i = 0; i < init->count; i++)
        paths[i] = init_path_dup(init, i);
    while (written < init->count && init_write(paths[written], &init->files[written]))
        written++;
    bool ok = written == init->count;
    if (ok)
        init_tell(init, paths);
    while (!ok && written > 0)
        unlink(paths[--written]);
    for (size_t i = 0; i < init->count; i++)
        free(paths[i]);
    return ok ? EXIT_PASSED : EXIT_COULD_NOT_RUN;
}

int cli_init(const struct options *options)
{
    struct init init = init_plan(options);
    char *existing = init_existing_dup(&init);
    if (existing) {
        cli_error(EXIT_USAGE, "%s exists; nothing was written", existing);
        free(existing);
        return EXIT_USAGE;
    }
    if (mkdir(init.folder, 0777) != 0 && errno != EEXIST)
        return cli_error(EXIT_COULD_NOT_RUN, "%s: %s", init.folder, strerror(errno));
    return init_all(&init);
}
