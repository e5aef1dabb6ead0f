/* See profile.h. Owns the files of a home. */
#include "cli/profile.h"

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/announce.h"
#include "cli/cli.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROFILE_NAME_MAX 80
#define PROFILE_TEXT_MAX 4096
#define PROFILE_DEPTH    16 /* descriptors that taking a home away may need */

int profile_begin(struct profile *profile, const struct options *options)
{
    const char *folder = getenv("TMPDIR");
    *profile = (struct profile){0};
    if (!options_given(options, OPTION_CLI_PROFILE))
        return EXIT_PASSED;
    char *path = mem_printf_dup("%s/mockcloud-home-XXXXXX", folder && *folder ? folder : "/tmp");
    if (mkdtemp(path)) {
        profile->folder = path;
        return EXIT_PASSED;
    }
    int code = cli_error(EXIT_COULD_NOT_RUN, "--cli-profile: %s: %s", path, strerror(errno));
    free(path);
    return code;
}

static bool profile_write(const char *home, const char *file, const char *key, const char *value)
{
    char *path = mem_printf_dup("%s/.particle/%s", home, file);
    struct announced unused;
    struct jsonw w;
    struct buf text;
    buf_init(&text, PROFILE_TEXT_MAX);
    jsonw_init(&w, &text);
    jsonw_object(&w);
    jsonw_key_n(&w, key, strlen(key));
    jsonw_str(&w, value);
    jsonw_end_object(&w);
    bool written = announce_file(path, buf_str(&text), &unused);
    buf_free(&text);
    free(path);
    return written;
}

static bool profile_make(const char *home, const char *url)
{
    char *folder = mem_printf_dup("%s/.particle", home);
    bool made = (mkdir(home, 0700) == 0 || errno == EEXIST) &&
                (mkdir(folder, 0700) == 0 || errno == EEXIST);
    free(folder);
    return made && profile_write(home, "profile.json", "name", "mockcloud") &&
           profile_write(home, "mockcloud.config.json", "apiUrl", url);
}

char *profile_home_dup(const struct profile *profile, const char *name, const char *url)
{
    struct buf slug;
    if (!profile->folder)
        return NULL;
    buf_init(&slug, PROFILE_NAME_MAX);
    text_slug(name, "home", &slug);
    char *home = mem_printf_dup("%s/%s", profile->folder, buf_str(&slug));
    buf_free(&slug);
    if (profile_make(home, url))
        return home;
    cli_error(EXIT_COULD_NOT_RUN, "--cli-profile: %s: %s", home, strerror(errno));
    free(home);
    return NULL;
}

void profile_variables(const struct profile *profile, const char *name, const char *url,
                       void (*set)(void *arg, const char *name, const char *value), void *arg)
{
    char *home = profile_home_dup(profile, name, url);
    if (!home)
        return;
    set(arg, "HOME", home);
    set(arg, "PARTICLE_DISABLE_UPDATE", "true"); /* or it looks for a newer release of itself */
    free(home);
}

static int profile_remove(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    remove(path);
    return 0;
}

/* FTW_PHYS: a link in a home is taken away, never what it leads to. */
void profile_end(struct profile *profile)
{
    if (profile->folder)
        nftw(profile->folder, profile_remove, PROFILE_DEPTH, FTW_DEPTH | FTW_PHYS);
    free(profile->folder);
    *profile = (struct profile){0};
}
