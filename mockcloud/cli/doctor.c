/*
 * `mockcloud doctor`: what a client of this machine would see, and what to do about what is in its
 * way. It asks the server as a client does: through the environment's proxy settings it looks, but
 * never sends anything to a proxy.
 *
 * Each check is a row: it says what it found, in a line, and whether that is in anybody's way.
 */
#include "cli/cli.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/address.h"
#include "cli/options.h"
#include "net/http.h"
#include "net/listen.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define DOCTOR_PATIENCE_MS 5000
#define DOCTOR_TEXT_MAX    (64u << 10)

enum finding { FINDING_FINE, FINDING_NOTE, FINDING_BAD };

struct doctor {
    const struct options *options;
    const char *url;     /* of the server, without a path */
    const char *ca_file; /* NULL: none is named */
    bool answers;        /* it is ours, and can be reached */
    struct buf text;     /* what the check at hand has found */
    struct buf advice;   /* what to do about it */
};

/* ---- the server ---- */

static bool doctor_ask(const struct doctor *doctor, const char *host,
                       struct http_answer *ret_answer, char **ret_error)
{
    char *url = mem_printf_dup("%s/__mock/health", doctor->url);
    char *header = mem_printf_dup("Host: %s", host ? host : "");
    const char *headers[] = {host ? header : NULL, NULL};
    struct http_call call = {
        .method = "GET",
        .url = url,
        .headers = headers,
        .ca_file = doctor->ca_file,
        .timeout_ms = DOCTOR_PATIENCE_MS,
    };
    bool answered = http_do(&call, ret_answer, ret_error);
    free(header);
    free(url);
    return answered;
}

static bool doctor_is_ours(const struct http_answer *answer)
{
    cJSON *json = cJSON_Parse(buf_str(&answer->body));
    const char *version = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "version"));
    bool ours = answer->status == 200 && version &&
                cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "ok"));
    cJSON_Delete(json);
    return ours;
}

static enum finding doctor_server(struct doctor *doctor)
{
    struct http_answer answer;
    char *error = NULL;
    if (!doctor_ask(doctor, NULL, &answer, &error)) {
        buf_printf(&doctor->text, "%s", error);
        buf_add_str(&doctor->advice,
                    strstr(error, "certificate")
                        ? "name its certificate: --ca-file FILE, or MOCKCLOUD_CA_FILE (serve --tls "
                          "prints where it is)"
                        : "start one (mockcloud serve), or say where it is: --control URL, or "
                          "MOCKCLOUD_URL");
        free(error);
        return FINDING_BAD;
    }
    doctor->answers = doctor_is_ours(&answer);
    buf_printf(&doctor->text,
               doctor->answers ? "mockcloud answers at %s"
                               : "%s answers, but is no "
                                 "mockcloud",
               doctor->url);
    if (!doctor->answers)
        buf_add_str(&doctor->advice, "another program has the port: end it, or give serve another "
                                     "one with --port");
    http_answer_free(&answer);
    return doctor->answers ? FINDING_FINE : FINDING_BAD;
}

/* A client that is given another name for this machine (of a container, of a proxy) sends it as
 * Host. */
static enum finding doctor_host(struct doctor *doctor)
{
    const char *host = options_text(doctor->options, OPTION_DOCTOR_HOST);
    struct http_answer answer;
    char *error = NULL;
    if (!doctor->answers || !host)
        return FINDING_FINE;
    bool answered = doctor_ask(doctor, host, &answer, &error);
    bool taken = answered && answer.status == 200;
    buf_printf(&doctor->text, "the name %s is %s", host, taken ? "accepted" : "refused");
    if (!taken)
        buf_printf(&doctor->advice, "start the server with --host %s", host);
    if (answered)
        http_answer_free(&answer);
    free(error);
    return taken ? FINDING_FINE : FINDING_BAD;
}

/* ---- the environment ---- */

/* Whether a list like "localhost,127.0.0.1,.example.com" or "*" names the host. */
static bool doctor_spared(const char *list, const char *host)
{
    for (const char *at = list; at && *at; at += strspn(at, ", ")) {
        size_t len = strcspn(at, ", ");
        if ((len == 1 && *at == '*') || (len == strlen(host) && strncasecmp(at, host, len) == 0))
            return true;
        at += len;
    }
    return false;
}

static const char *doctor_variable(const char *lower, const char *upper)
{
    const char *value = getenv(lower);
    value = value && *value ? value : getenv(upper);
    return value && *value ? value : NULL;
}

/* curl and Python's requests go through it even to 127.0.0.1. */
static enum finding doctor_proxy(struct doctor *doctor)
{
    bool secure = strncmp(doctor->url, "https:", 6) == 0;
    const char *proxy =
        secure ? doctor_variable("https_proxy", "HTTPS_PROXY") : getenv("http_proxy");
    const char *spared = doctor_variable("no_proxy", "NO_PROXY");
    const char *authority = strstr(doctor->url, "://");
    authority = authority ? authority + 3 : doctor->url;
    char *host = mem_dup_n(authority, strcspn(authority, ":/"));
    proxy = proxy && *proxy ? proxy : doctor_variable("all_proxy", "ALL_PROXY");
    bool bad = proxy && !doctor_spared(spared, host);
    if (bad) {
        buf_printf(&doctor->text, "clients send requests for %s to the proxy %s", host, proxy);
        buf_printf(&doctor->advice, "export no_proxy=%s NO_PROXY=%s", host, host);
    } else {
        buf_add_str(&doctor->text, "no proxy stands between");
    }
    free(host);
    return bad ? FINDING_BAD : FINDING_FINE;
}

/* Who believes which file: secure.c. */
static enum finding doctor_trust(struct doctor *doctor)
{
    static const struct {
        const char *name, *who;
    } readers[] = {
        {"NODE_EXTRA_CA_CERTS", "Node"},
        {"CURL_CA_BUNDLE", "curl"},
        {"SSL_CERT_FILE", "Python, and what is built on OpenSSL"},
        {"REQUESTS_CA_BUNDLE", "Python's requests"},
    };
    enum finding finding = FINDING_FINE;
    if (strncmp(doctor->url, "https:", 6) != 0)
        return FINDING_FINE;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        const char *value = getenv(readers[i].name);
        bool right = value && doctor->ca_file && strcmp(value, doctor->ca_file) == 0;
        if (right)
            continue;
        buf_printf(&doctor->text, "%s%s is %s: %s won't believe the server",
                   doctor->text.len ? "; " : "", readers[i].name,
                   value && *value ? value : "not set", readers[i].who);
        buf_printf(&doctor->advice, "%s%s=%s", doctor->advice.len ? " " : "export ",
                   readers[i].name, doctor->ca_file ? doctor->ca_file : "FILE");
        finding = FINDING_NOTE;
    }
    if (finding == FINDING_FINE)
        buf_add_str(&doctor->text, "clients are told of the certificate");
    return finding;
}

static enum finding doctor_client(struct doctor *doctor)
{
    const char *url = getenv("MOCKCLOUD_URL");
    if (!url || !*url) {
        buf_add_str(&doctor->text,
                    "MOCKCLOUD_URL is not set: a client that reads it finds nothing");
        buf_printf(&doctor->advice, "export MOCKCLOUD_URL=%s, or run the client by mockcloud exec",
                   doctor->url);
        return FINDING_NOTE;
    }
    buf_printf(&doctor->text, "MOCKCLOUD_URL is %s", url);
    return FINDING_FINE;
}

/* Only where nobody answers: else the server has it. */
static enum finding doctor_port(struct doctor *doctor)
{
    const char *authority = strstr(doctor->url, "://");
    struct address address;
    union listen_address bound;
    char *error = NULL;
    if (doctor->answers || !authority || !address_parse(authority + 3, &address))
        return FINDING_FINE;
    int fd = listen_open(address.ip, address.port, &bound, &error);
    if (fd >= 0) {
        close(fd);
        buf_printf(&doctor->text, "%s port %u is free", address.ip, address.port);
        return FINDING_FINE;
    }
    buf_printf(&doctor->text, "%s", error);
    buf_add_str(&doctor->advice, "mockcloud serve --port 0 takes any free one, and says which");
    free(error);
    return FINDING_BAD;
}

/* ---- all of it ---- */

static enum finding (*const checks[])(struct doctor *doctor) = {
    doctor_server, doctor_port, doctor_host, doctor_proxy, doctor_trust, doctor_client,
};

static void doctor_print(struct doctor *doctor, enum finding finding)
{
    static const char *const words[] = {"ok", "note", "BAD"};
    if (doctor->text.len)
        printf("%-5s %s\n", words[finding], buf_str(&doctor->text));
    if (doctor->advice.len)
        printf("      -> %s\n", buf_str(&doctor->advice));
    buf_clear(&doctor->text);
    buf_clear(&doctor->advice);
}

/* "http://host:port" of whatever names the server. Yours: free(). */
static char *doctor_url_dup(const struct options *options)
{
    const char *control = options_text(options, OPTION_CONTROL);
    control = control ? control : getenv("MOCKCLOUD_URL");
    control = control && *control ? control : getenv("MOCKCLOUD_CONTROL");
    control = control && *control ? control : "http://127.0.0.1:8642";
    const char *authority = strstr(control, "://");
    authority = authority ? authority + 3 : control;
    return mem_dup_n(control, (size_t)(authority - control) + strcspn(authority, "/"));
}

int cli_doctor(const struct options *options)
{
    const char *ca_file = options_text(options, OPTION_CTL_CA_FILE);
    char *url = doctor_url_dup(options);
    struct doctor doctor = {
        .options = options,
        .url = url,
        .ca_file = ca_file ? ca_file : getenv("MOCKCLOUD_CA_FILE"),
    };
    int code = EXIT_PASSED;
    buf_init(&doctor.text, DOCTOR_TEXT_MAX);
    buf_init(&doctor.advice, DOCTOR_TEXT_MAX);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        enum finding finding = checks[i](&doctor);
        code = finding == FINDING_BAD ? EXIT_FAILED : code;
        doctor_print(&doctor, finding);
    }
    buf_free(&doctor.text);
    buf_free(&doctor.advice);
    free(url);
    return code;
}
