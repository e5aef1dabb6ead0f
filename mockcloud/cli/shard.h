/*
 * A share of the scenarios, for one of several machines that run the same command.
 */
#ifndef CLI_SHARD_H
#define CLI_SHARD_H

#include <stdbool.h>
#include <stddef.h>

#define SHARD_MAX 10000

struct shard {
    size_t index; /* from 1 */
    size_t count; /* 0: there are no shards, and all scenarios are ours */
};

/* Reads "2/5", or "auto": the place that a CI system tells in the environment (Kubernetes Indexed
 * Job, GitLab, CircleCI, Buildkite). False: *ret_error (yours: free()) says what is wrong. */
bool shard_read(const char *text, struct shard *ret_shard, char **ret_error);

/*
 * Which of `count` scenarios are ours. `weights` are their times in any unit, the same on all
 * machines; 0: unknown, taken for the mean of the known ones. All shards together get each
 * scenario once: the heaviest goes first, always to the shard that has least.
 */
void shard_choose(const struct shard *shard, const double *weights, size_t count, bool *ret_ours);

#endif
