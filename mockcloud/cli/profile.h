/*
 * --cli-profile: homes in which Particle's command line finds our server and nothing else.
 *
 * particle-cli has no option and no variable for the cloud that it talks to: it reads
 * ~/.particle/profile.json and the settings of the profile that this names [documented:
 * particle-cli README, settings.js]. So whoever is to use it gets a home of its own, which goes
 * with us, and the settings of the person who runs the tests are neither read nor written.
 */
#ifndef CLI_PROFILE_H
#define CLI_PROFILE_H

#include "cli/options.h"

/* Zeroed: none is wanted. */
struct profile {
    char *folder; /* of all homes */
};

/* Makes the folder, if --cli-profile was given. EXIT_PASSED, or the code of a failure that was
 * told; yours in both cases: profile_end(). */
int profile_begin(struct profile *profile, const struct options *options);

/* Makes a home whose command line talks to `url`. Its path (yours: free()); NULL: none is wanted,
 * or it can't be made, which was told. `name` may be anything. */
char *profile_home_dup(const struct profile *profile, const char *name, const char *url);

/* The same, and hands `set` the variables with which a command uses it. */
void profile_variables(const struct profile *profile, const char *name, const char *url,
                       void (*set)(void *arg, const char *name, const char *value), void *arg);

/* Takes all homes away, with whatever was written into them. */
void profile_end(struct profile *profile);

#endif
