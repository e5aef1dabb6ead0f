/* See secure.h. Owns where the certificate's file is, and who reads which variable. */
#include "cli/secure.h"

#include "base/mem.h"
#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Who reads which, as measured: Node (fetch, the SDK), curl, Python's urllib and others that are
 * built on OpenSSL (Ruby, PHP), Python's requests; `mockcloud ctl`. In all but Node's it stands in
 * place of what is trusted otherwise: a client under test has nothing to say to the real cloud. */
static const char *const secure_names[] = {
    "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE",    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",  "MOCKCLOUD_CA_FILE",
};

/* A name of its own in $TMPDIR. NULL, and errno. */
static char *secure_path_dup(void)
{
    const char *folder = getenv("TMPDIR");
    char *path = mem_printf_dup("%s/mockcloud-ca-XXXXXX.pem", folder && *folder ? folder : "/tmp");
    int fd = mkstemps(path, (int)strlen(".pem"));
    if (fd >= 0) {
        close(fd);
        return path;
    }
    free(path);
    return NULL;
}

static int secure_write(struct secure *secure, const char *wanted)
{
    secure->path = wanted ? mem_dup(wanted) : secure_path_dup();
    if (secure->path && announce_file(secure->path, secure->identity->certificate, &secure->file))
        return EXIT_PASSED;
    return cli_error(EXIT_COULD_NOT_RUN, "can't write the certificate%s%s: %s",
                     secure->path ? " into " : "", secure->path ? secure->path : "",
                     strerror(errno));
}

int secure_begin(struct secure *secure, const struct options *options, const char *const *names)
{
    const char *wanted = options_text(options, OPTION_CA_FILE);
    char *error = NULL;
    *secure = (struct secure){0};
    if (!options_given(options, OPTION_TLS))
        return wanted ? cli_usage(options->command, "--ca-file goes with --tls") : EXIT_PASSED;
    secure->identity = tls_identity_new(names, &error);
    if (secure->identity)
        return secure_write(secure, wanted);
    int code = cli_error(EXIT_COULD_NOT_RUN, "%s", error);
    free(error);
    return code;
}

void secure_variables(const struct secure *secure,
                      void (*set)(void *arg, const char *name, const char *value), void *arg)
{
    for (size_t i = 0; secure->path && i < sizeof secure_names / sizeof *secure_names; i++)
        set(arg, secure_names[i], secure->path);
}

const char *secure_scheme(const struct secure *secure)
{
    return secure->identity ? "https" : "http";
}

void secure_end(struct secure *secure)
{
    announce_end(&secure->file);
    tls_identity_free(secure->identity);
    free(secure->path);
    *secure = (struct secure){0};
}
