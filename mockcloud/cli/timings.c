/* See timings.h. Owns the form of the file. */
#include "cli/timings.h"

#include "base/jsonw.h"
#include "base/mem.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TIMINGS_MAX (64u << 20)

struct timing {
    char *file, *scenario;
    double ms;
};

static void timing_free(void *value)
{
    struct timing *timing = value;
    free(timing->file);
    free(timing->scenario);
    free(timing);
}

static void timings_put(struct timings *timings, const char *file, const char *scenario, double ms)
{
    char *key = mem_printf_dup("%s\n%s", file, scenario);
    struct timing *timing = map_get(&timings->entries, key);
    if (!timing) {
        timing = mem_new(sizeof *timing);
        timing->file = mem_dup(file);
        timing->scenario = mem_dup(scenario);
        map_put(&timings->entries, key, timing);
    }
    timing->ms = ms;
    free(key);
}

double timings_ms(const struct timings *timings, const struct scenario *scenario)
{
    char *key = mem_printf_dup("%s\n%s", scenario_path(scenario), scenario_name(scenario));
    const struct timing *timing = map_get(&timings->entries, key);
    free(key);
    return timing ? timing->ms : 0;
}

void timings_note(struct timings *timings, const struct scenario *scenario, double ms)
{
    timings_put(timings, scenario_path(scenario), scenario_name(scenario), ms);
}

static bool timings_line(struct timings *timings, const char *line)
{
    cJSON *json = cJSON_Parse(line);
    const char *file = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "file"));
    const char *scenario = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "scenario"));
    const cJSON *ms = cJSON_GetObjectItemCaseSensitive(json, "ms");
    bool good = file && scenario && cJSON_IsNumber(ms) && ms->valuedouble >= 0;
    if (good)
        timings_put(timings, file, scenario, ms->valuedouble);
    cJSON_Delete(json);
    return good;
}

bool timings_read(struct timings *timings, const char *path, char **ret_error)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t size = 0, number = 0;
    if (!file && errno == ENOENT)
        return true;
    if (!file) {
        *ret_error = mem_printf_dup("%s: %s", path, strerror(errno));
        return false;
    }
    bool good = true;
    while (good && getline(&line, &size, file) >= 0) {
        number++;
        good = timings_line(timings, line);
    }
    if (!good)
        *ret_error = mem_printf_dup("%s:%zu: expected {\"file\":…,\"scenario\":…,\"ms\":…}, as "
                                    "--timings writes it",
                                    path, number);
    free(line);
    fclose(file);
    return good;
}

static void timings_text(const struct timings *timings, struct buf *out)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&timings->entries, &cursor, NULL, &value)) {
        const struct timing *timing = value;
        char ms[32];
        struct jsonw w;
        snprintf(ms, sizeof ms, "%.1f", timing->ms);
        jsonw_init(&w, out);
        jsonw_object(&w);
        jsonw_key_str(&w, "file", timing->file);
        jsonw_key_str(&w, "scenario", timing->scenario);
        jsonw_key(&w, "ms");
        jsonw_raw(&w, ms, strlen(ms));
        jsonw_end_object(&w);
        buf_add_char(out, '\n');
    }
}

/* Written beside it and renamed: another shard may be reading it, and must not see half of it. */
static bool timings_replace(const char *path, const char *text)
{
    char *beside = mem_printf_dup("%s.%ld", path, (long)getpid());
    FILE *file = fopen(beside, "we");
    bool good = file && fputs(text, file) >= 0;
    if (file && fclose(file) != 0)
        good = false;
    good = good && rename(beside, path) == 0;
    int reason = errno;
    if (!good && file)
        unlink(beside);
    free(beside);
    errno = reason;
    return good;
}

bool timings_write(const struct timings *timings, const char *path, char **ret_error)
{
    struct buf text;
    buf_init(&text, TIMINGS_MAX);
    timings_text(timings, &text);
    bool good = timings_replace(path, buf_str(&text));
    if (!good)
        *ret_error = mem_printf_dup("%s: %s", path, strerror(errno));
    buf_free(&text);
    return good;
}

void timings_free(struct timings *timings)
{
    map_free(&timings->entries, timing_free);
}
