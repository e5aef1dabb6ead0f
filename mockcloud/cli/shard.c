/* See shard.h. Owns where places are told, and who gets what. */
#include "cli/shard.h"

#include "base/mem.h"
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

/* Where systems tell a job its place. */
static const struct place {
    const char *system;
    const char *index, *count; /* variables */
    size_t first;              /* the number of the first place */
} places[] = {
    {"GitLab", "CI_NODE_INDEX", "CI_NODE_TOTAL", 1},
    {"CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0},
    {"Buildkite", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0},
    /* An Indexed Job tells no count: the manifest has to repeat its `completions`. */
    {"Kubernetes", "JOB_COMPLETION_INDEX", "MOCKCLOUD_SHARDS", 0},
};

static bool shard_is(uint64_t index, uint64_t count, struct shard *ret_shard)
{
    if (index < 1 || index > count)
        return false;
    *ret_shard = (struct shard){.index = index, .count = count};
    return true;
}

static bool shard_from(const struct place *place, struct shard *ret_shard, char **ret_error)
{
    const char *index_text = getenv(place->index), *count_text = getenv(place->count);
    uint64_t index, count;
    if (index_text && count_text && cli_number(index_text, 0, SHARD_MAX, &index) &&
        cli_number(count_text, 1, SHARD_MAX, &count) &&
        shard_is(index + 1 - place->first, count, ret_shard))
        return true;
    *ret_error = mem_printf_dup("auto: %s tells %s=%s and %s=%s, which is no place", place->system,
                                place->index, index_text ? index_text : "(unset)", place->count,
                                count_text ? count_text : "(unset)");
    return false;
}

static bool shard_auto(struct shard *ret_shard, char **ret_error)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (getenv(places[i].index))
            return shard_from(&places[i], ret_shard, ret_error);
    *ret_error = mem_dup("auto: found no place in the environment (CI_NODE_INDEX, "
                         "CIRCLE_NODE_INDEX, BUILDKITE_PARALLEL_JOB, JOB_COMPLETION_INDEX); "
                         "say I/N");
    return false;
}

bool shard_read(const char *text, struct shard *ret_shard, char **ret_error)
{
    const char *slash = strchr(text, '/');
    uint64_t index, count;
    if (strcmp(text, "auto") == 0)
        return shard_auto(ret_shard, ret_error);
    char *head = mem_dup_n(text, slash ? (size_t)(slash - text) : 0);
    bool good = slash && cli_number(head, 1, SHARD_MAX, &index) &&
                cli_number(slash + 1, 1, SHARD_MAX, &count) && shard_is(index, count, ret_shard);
    free(head);
    if (!good)
        *ret_error =
            mem_printf_dup("expected I/N, with I from 1 to N, or auto, found \"%s\"", text);
    return good;
}

/* ---- who gets what ---- */

struct shard_load {
    size_t number; /* of the scenario */
    double weight;
};

static int shard_compare(const void *a, const void *b)
{
    const struct shard_load *left = a, *right = b;
    if (left->weight != right->weight)
        return left->weight < right->weight ? 1 : -1;
    return left->number < right->number ? -1 : 1;
}

static double shard_mean(const double *weights, size_t count)
{
    double sum = 0;
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        if (weights[i] > 0) {
            sum += weights[i];
            known++;
        }
    return known ? sum / (double)known : 1;
}

static size_t shard_least(const double *sums, size_t count)
{
    size_t least = 0;
    for (size_t i = 1; i < count; i++)
        if (sums[i] < sums[least])
            least = i;
    return least;
}

void shard_choose(const struct shard *shard, const double *weights, size_t count, bool *ret_ours)
{
    size_t shards = shard->count ? shard->count : 1, ours = shard->count ? shard->index - 1 : 0;
    double mean = shard_mean(weights, count);
    double *sums = mem_new_array(shards, sizeof *sums);
    struct shard_load *loads = mem_new_array(count + 1, sizeof *loads);
    for (size_t i = 0; i < count; i++)
        loads[i] = (struct shard_load){.number = i, .weight = weights[i] > 0 ? weights[i] : mean};
    qsort(loads, count, sizeof *loads, shard_compare);
    for (size_t i = 0; i < count; i++) {
        size_t taker = shard_least(sums, shards);
        sums[taker] += loads[i].weight;
        ret_ours[loads[i].number] = taker == ours;
    }
    free(loads);
    free(sums);
}
