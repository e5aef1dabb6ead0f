/* See artifacts.h. */
#include "cli/artifacts.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/outfile.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARTIFACTS_NAME_MAX     80
#define ARTIFACTS_VERDICT_MAX  (8u << 20)
#define ARTIFACTS_MOMENT_MAX   (64u << 10)
#define ARTIFACTS_CUT          (1u << 20) /* bytes: the loop keeps no more of what a client prints */
#define ARTIFACTS_TIMELINE_MAX (80u << 20)

/* Made if it is not there. */
static int artifacts_folder(struct artifacts *artifacts, const char *path)
{
    struct stat info;
    if (mkdir(path, 0777) == 0 ||
        (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode)))
        return EXIT_PASSED;
    artifacts->failed = true;
    return cli_error(EXIT_COULD_NOT_RUN, "%s: %s", path, strerror(errno));
}

int artifacts_begin(struct artifacts *artifacts, const char *folder, bool all)
{
    *artifacts = (struct artifacts){.folder = folder, .all = all};
    return folder ? artifacts_folder(artifacts, folder) : EXIT_PASSED;
}

/* ---- names ---- */

/* FOLDER/NAME, or NAME-2 … when that is of another scenario of this run. Yours: free(). */
static char *artifacts_path_dup(struct artifacts *artifacts, const char *scenario)
{
    static char taken[] = "";
    struct buf slug;
    buf_init(&slug, ARTIFACTS_NAME_MAX);
    text_slug(scenario, "scenario", &slug);
    char *path = mem_printf_dup("%s/%s", artifacts->folder, buf_str(&slug));
    for (unsigned n = 2; map_get(&artifacts->names, path); n++) {
        free(path);
        path = mem_printf_dup("%s/%s-%u", artifacts->folder, buf_str(&slug), n);
    }
    map_put(&artifacts->names, path, taken);
    buf_free(&slug);
    return path;
}

static bool artifacts_is_ours(const char *name)
{
    static const char *const names[] = {"verdict.json", "journal.jsonl", "why.txt", "run.tape",
                                        "timeline.html"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    size_t len = strlen(name);
    return strncmp(name, "client-", 7) == 0 && len > 11 && strcmp(name + len - 4, ".txt") == 0;
}

/* Takes away what an earlier run has left, and the folder if nothing else is in it. */
static void artifacts_clear(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));)
        if (artifacts_is_ours(entry->d_name))
            unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    rmdir(path);
}

/* ---- files ---- */

/* Writes no file when there is no text: an empty one would look like a client that printed nothing.
 */
static void artifacts_write(struct artifacts *artifacts, const char *folder, const char *name,
                            const char *text, const char *tail)
{
    struct outfile file;
    if (!text || !*text)
        return;
    char *path = mem_printf_dup("%s/%s", folder, name);
    bool written = outfile_open(&file, path, false) == EXIT_PASSED;
    if (written) {
        outfile_add(&file, text, strlen(text), -1);
        outfile_add(&file, tail, strlen(tail), -1);
        written = outfile_close(&file);
    }
    artifacts->failed = artifacts->failed || !written;
    free(path);
}

/* The report html of this one alone. */
static void artifacts_timeline(struct artifacts *artifacts, const char *folder,
                               const struct report_case *one)
{
    static const struct report_style plain = {0};
    struct report_totals totals = {.planned = 1, .real_ms = one->result->wall_us / 1000};
    struct buf text;
    buf_init(&text, ARTIFACTS_TIMELINE_MAX);
    report_count(&totals, one);
    struct report *report = report_new("html", &plain, &text);
    report_add(report, one, &text);
    report_end(report, &totals, &text);
    artifacts_write(artifacts, folder, "timeline.html", buf_str(&text), "");
    report_free(report);
    report_totals_free(&totals);
    buf_free(&text);
}

/* A line of the report jsonl. */
static void artifacts_verdict(struct artifacts *artifacts, const char *folder,
                              const struct report_case *one)
{
    static const struct report_style plain = {0};
    struct buf text;
    buf_init(&text, ARTIFACTS_VERDICT_MAX);
    struct report *report = report_new("jsonl", &plain, &text);
    report_add(report, one, &text);
    artifacts_write(artifacts, folder, "verdict.json", buf_str(&text), "");
    report_free(report);
    buf_free(&text);
}

static void artifacts_clients(struct artifacts *artifacts, const char *folder, const char *dump)
{
    cJSON *outputs = dump ? cJSON_Parse(dump) : NULL;
    for (const cJSON *output = outputs ? outputs->child : NULL; output; output = output->next) {
        char *name = mem_printf_dup("client-%s.txt", output->string);
        const char *text = cJSON_GetStringValue(output);
        for (char *c = name; *c; c++)
            if (*c == '/')
                *c = '-'; /* a client may be called anything */
        artifacts_write(artifacts, folder, name, text,
                        text && strlen(text) >= ARTIFACTS_CUT ? "\n[cut here: it printed more]\n"
                                                              : "");
        free(name);
    }
    cJSON_Delete(outputs);
}

/* ---- tapes ---- */

static bool artifacts_keeps(const struct artifacts *artifacts, const struct scenario_result *result)
{
    return artifacts->all || report_failed(result->verdict);
}

static char *artifacts_moment_dup(const char *tape, const struct scenario_result *result)
{
    struct buf text;
    buf_init(&text, ARTIFACTS_MOMENT_MAX);
    buf_add_str(&text, "mockcloud replay ");
    text_shell_word(tape, &text);
    if (result->entries)
        buf_printf(&text, " --until %lld", (long long)result->entries);
    buf_add_str(&text, " --serve");
    return buf_take(&text);
}

/* A tape of a folder lies beside its folders until it is known which of them is its; that of --tape
 * is where it was asked for. */
void artifacts_tape(struct artifacts *artifacts, struct scenario_result *result)
{
    free(artifacts->path);
    artifacts->path = artifacts->folder ? artifacts_path_dup(artifacts, result->scenario) : NULL;
    if (!result->tape || access(result->tape, F_OK) != 0)
        return;
    bool beside = artifacts->folder && strstr(result->tape, "/.run-");
    bool keeps = !beside || artifacts_keeps(artifacts, result);
    char *ends = beside ? mem_printf_dup("%s/run.tape", artifacts->path) : mem_dup(result->tape);
    if (beside)
        artifacts_clear(artifacts->path);
    if (keeps && report_failed(result->verdict))
        result->moment = artifacts_moment_dup(ends, result);
    if (beside && (!keeps || artifacts_folder(artifacts, artifacts->path) != EXIT_PASSED ||
                   rename(result->tape, ends) != 0))
        unlink(result->tape);
    free(ends);
}

void artifacts_add(struct artifacts *artifacts, const struct report_case *one)
{
    const struct scenario_result *result = one->result;
    if (!artifacts->folder)
        return;
    const char *path = artifacts->path;
    if (!result->tape)
        artifacts_clear(path);
    if (artifacts_keeps(artifacts, result) && artifacts_folder(artifacts, path) == EXIT_PASSED) {
        artifacts_verdict(artifacts, path, one);
        artifacts_write(artifacts, path, "journal.jsonl", result->journal_dump, "");
        artifacts_write(artifacts, path, "why.txt", result->why, "\n");
        artifacts_timeline(artifacts, path, one);
        artifacts_clients(artifacts, path, result->client_dump);
    }
}

bool artifacts_end(struct artifacts *artifacts)
{
    map_free(&artifacts->names, NULL);
    free(artifacts->path);
    artifacts->path = NULL;
    return !artifacts->failed;
}
