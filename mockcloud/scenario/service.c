/* See service.h. Owns the fields `ready` and `stop` of a client and what is done about them; all of
 * it in real time, since a client knows no other. */
#include "scenario/service.h"

#include "base/mem.h"
#include "base/timefmt.h"
#include "scenario/clients.h"
#include "scenario/host.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE_NAP_MS 20 /* between two questions whether it is ready */

static const char *const signals[] = {"TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "KILL", NULL};
static const int signal_numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGKILL};

const struct field service_ready_fields[] = {
    {.name = "http",
     .type = FIELD_STRING,
     .text = "When this request to its port is answered: GET /health."},
    {.name = "status",
     .type = FIELD_INT,
     .min = 100,
     .max = 599,
     .text = "The status that it has to be answered with (200)."},
    {.name = "output",
     .type = FIELD_STRING,
     .min = 1,
     .max = 1000,
     .text = "When it has printed this."},
    {.name = "within", .type = FIELD_WAIT, .text = "How long at most (10s real)."},
    {0},
};

const struct field service_stop_fields[] = {
    {.name = "signal", .type = FIELD_WORD, .words = signals, .text = "The signal (TERM)."},
    {.name = "within",
     .type = FIELD_WAIT,
     .text = "How long it may take to end (5s real); then it is killed, and the step has failed."},
    {0},
};

/* ---- while loading ---- */

bool service_check_within(struct scenario_load *load, const struct doc_node *map)
{
    const struct doc_node *within = doc_get(map, "within");
    int64_t ms;
    bool is_virtual = false;
    if (!within || !fields_parse_wait(within->text, &ms, &is_virtual) || !is_virtual)
        return true;
    doc_fail(load->doc, within, load->diags, NULL,
             "a client takes real time: expected one like \"5s real\", found \"%s\"", within->text);
    return false;
}

static bool service_check_ready(struct scenario_load *load, const struct doc_node *client,
                                const struct doc_node *ready)
{
    const struct doc_node *http = doc_get(ready, "http"), *output = doc_get(ready, "output");
    const struct doc_node *status = doc_get(ready, "status");
    if (!http == !output)
        doc_fail(load->doc, ready, load->diags, NULL, "expected either http or output");
    else if (status && !http)
        doc_fail(load->doc, status, load->diags, NULL, "\"status\" is that of \"http\"");
    else if (http && (strspn(http->text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 0 ||
                      strncmp(http->text + strcspn(http->text, " "), " /", 2) != 0))
        doc_fail(load->doc, http, load->diags, NULL,
                 "expected a method and a path like \"GET /health\", found \"%s\"", http->text);
    else if (http && !fields_bool(client, "port", false))
        doc_fail(load->doc, http, load->diags, NULL,
                 "it needs a port to be asked at: add `port: true` to the client");
    else
        return true;
    return false;
}

bool service_check(struct scenario_load *load, const struct doc_node *client)
{
    const struct doc_node *ready = doc_get(client, "ready"), *stop = doc_get(client, "stop");
    bool ok = !ready || service_check_ready(load, client, ready);
    ok = (!ready || service_check_within(load, ready)) && ok;
    return (!stop || service_check_within(load, stop)) && ok;
}

/* ---- ports ---- */

bool service_find_ports(struct scenario_run *run)
{
    const struct scenario_host *host = run->options->host;
    char *error = NULL;
    for (size_t i = 0; i < run->scenario->client_count; i++) {
        struct run_client *client = &run->clients[i];
        if (!client->spec->port || client->port)
            continue;
        client->port = host->free_port(host->ctx, &error);
        if (client->port)
            continue;
        run_fail(run, "the client %s: %s", client->spec->name, error);
        run_fail_verdict(run, VERDICT_ERROR);
        free(error);
        return false;
    }
    return true;
}

/* ---- waiting ---- */

/* The loop runs until `until` holds. False when the time is up, or a signal came, which is noted.
 */
static bool service_turn(struct scenario_run *run, bool (*until)(void *arg), void *arg,
                         int64_t deadline_ms)
{
    const struct scenario_host *host = run->options->host;
    enum scenario_turn end = host->turn(host->ctx, until, arg, deadline_ms);
    if (end == SCENARIO_TURN_INTERRUPTED) {
        run_fail(run, "interrupted");
        run_fail_verdict(run, VERDICT_INTERRUPTED);
    }
    return end == SCENARIO_TURN_MET;
}

static int64_t service_within_ms(const char *within)
{
    int64_t ms = 0;
    bool is_virtual;
    fields_parse_wait(within, &ms, &is_virtual);
    return ms;
}

/* Somebody who is waited for. */
struct service_wait {
    struct scenario_run *run;
    struct run_client *client;
    const char *output; /* what it has to print; NULL: nothing */
    void *call;         /* what it has to answer; NULL: nothing */
    const struct api_reply *reply;
    const char *failure;
};

static bool service_has_ended(void *arg)
{
    struct service_wait *wait = arg;
    clients_poll(wait->run);
    return wait->client->exited;
}

static bool service_has_printed(void *arg)
{
    struct service_wait *wait = arg;
    return strstr(clients_output(wait->run, wait->client), wait->output) || service_has_ended(wait);
}

static bool service_has_answered(void *arg)
{
    struct service_wait *wait = arg;
    const struct scenario_host *host = wait->run->options->host;
    return host->called(host->ctx, wait->call, &wait->reply, &wait->failure) ||
           run_world_gone(wait->run);
}

static bool service_never(void *arg)
{
    (void)arg;
    return false;
}

/* ---- ready ---- */

static bool service_fail_ready(struct service_wait *wait, const char *within, const char *what)
{
    struct run_client *client = wait->client;
    struct buf text;
    if (wait->run->failure.verdict != VERDICT_PASSED)
        return false;
    buf_init(&text, 4096);
    clients_describe(client, &text);
    if (client->exited)
        run_fail(wait->run, "the client %s %s before it was ready: %s", client->spec->name,
                 buf_str(&text), what);
    else
        run_fail(wait->run, "the client %s was not ready within %s: %s", client->spec->name, within,
                 what);
    buf_free(&text);
    return false;
}

static bool service_ready_output(struct service_wait *wait, const struct doc_node *ready,
                                 const char *within)
{
    wait->output = fields_str(ready, "output", "");
    if (service_turn(wait->run, service_has_printed, wait,
                     sim_real_ms() + service_within_ms(within)) &&
        strstr(clients_output(wait->run, wait->client), wait->output))
        return true;
    char *what = mem_printf_dup("it has not printed \"%s\"", wait->output);
    service_fail_ready(wait, within, what);
    free(what);
    return false;
}

/* Asks once. True when it is ready; else *ret_what (yours: free()) is why not. */
static bool service_ask(struct service_wait *wait, const struct doc_node *ready,
                        int64_t deadline_ms, char **ret_what)
{
    const struct scenario_host *host = wait->run->options->host;
    const char *line = fields_str(ready, "http", "");
    int64_t status = fields_int(ready, "status", 200);
    size_t method_len = strcspn(line, " ");
    char *method = mem_dup_n(line, method_len), *error = NULL;
    char *url = mem_printf_dup("http://127.0.0.1:%u%s", wait->client->port, line + method_len + 1);
    const struct scenario_call request = {.method = method, .url = url};
    wait->reply = NULL;
    wait->failure = NULL;
    wait->call = host->call(host->ctx, &request, &error);
    if (wait->call)
        service_turn(wait->run, service_has_answered, wait, deadline_ms);
    bool is_ready = wait->reply && wait->reply->status == status;
    *ret_what = is_ready      ? NULL
                : wait->reply ? mem_printf_dup("%s was answered %d, not %lld", line,
                                               wait->reply->status, (long long)status)
                              : mem_printf_dup("%s: %s", line,
                                               error           ? error
                                               : wait->failure ? wait->failure
                                                               : "no answer came");
    if (wait->call)
        host->hang_up(host->ctx, wait->call);
    free(error);
    free(method);
    free(url);
    return is_ready;
}

/* Asks again and again. Of a question that only the deadline has cut short nothing is told when one
 * before it was answered: that says more. */
static bool service_ready_http(struct service_wait *wait, const struct doc_node *ready,
                               const char *within)
{
    int64_t deadline_ms = run_real_ms(wait->run) + service_within_ms(within);
    char *told = NULL;
    bool is_ready, over = false;
    do {
        char *what = NULL;
        is_ready = service_ask(wait, ready, deadline_ms, &what);
        if (!told || wait->reply || wait->failure) {
            free(told);
            told = what;
        } else {
            free(what);
        }
        over = wait->run->failure.verdict != VERDICT_PASSED ||
               run_real_ms(wait->run) >= deadline_ms || service_has_ended(wait);
        if (!is_ready && over)
            service_fail_ready(wait, within, told);
        else if (!is_ready)
            service_turn(wait->run, service_never, NULL, sim_real_ms() + SERVICE_NAP_MS);
    } while (!is_ready && !over);
    free(told);
    return is_ready;
}

bool service_wait_ready(struct scenario_run *run, struct run_client *client)
{
    const struct doc_node *ready = client->spec->ready;
    struct service_wait wait = {.run = run, .client = client};
    if (!ready)
        return true;
    const char *within = fields_str(ready, "within", "10s real");
    return doc_get(ready, "http") ? service_ready_http(&wait, ready, within)
                                  : service_ready_output(&wait, ready, within);
}

/* ---- stop ---- */

static int service_signal(const char *word)
{
    size_t i = 0;
    while (strcmp(signals[i], word) != 0)
        i++;
    return signal_numbers[i];
}

bool service_stop(struct scenario_run *run, struct run_client *client)
{
    const struct scenario_host *host = run->options->host;
    const struct doc_node *stop = client->spec->stop;
    const char *word = stop ? fields_str(stop, "signal", "TERM") : "TERM";
    const char *within = stop ? fields_str(stop, "within", "5s real") : "5s real";
    struct service_wait wait = {.run = run, .client = client};
    struct buf text;
    if (client->handle && !service_has_ended(&wait)) {
        host->signal(host->ctx, client->handle, service_signal(word));
        if (service_turn(run, service_has_ended, &wait, sim_real_ms() + service_within_ms(within)))
            return true;
        return run_fail(run, "the client %s still runs %s after SIG%s", client->spec->name, within,
                        word);
    }
    buf_init(&text, 4096);
    clients_describe(client, &text);
    run_fail(run, "the client %s can't be stopped: it %s", client->spec->name, buf_str(&text));
    buf_free(&text);
    return false;
}

/* ---- call ---- */

void *service_call(struct scenario_run *run, const struct run_client *client,
                   const struct scenario_call *request, const char *within,
                   const struct api_reply **ret_reply)
{
    const struct scenario_host *host = run->options->host;
    char *error = NULL;
    void *call = host->call(host->ctx, request, &error);
    struct service_wait wait = {.run = run, .call = call};
    if (call)
        service_turn(run, service_has_answered, &wait, sim_real_ms() + service_within_ms(within));
    if (run_world_gone(run))
        run_fail(run, "a request has ended the scenario's world");
    else if (!wait.reply && run->failure.verdict == VERDICT_PASSED)
        run_fail(run, "the client %s did not answer %s%s: %s", client->spec->name,
                 wait.failure || error ? "" : "within ", wait.failure || error ? "this" : within,
                 error          ? error
                 : wait.failure ? wait.failure
                                : "no answer came");
    *ret_reply = run->failure.verdict == VERDICT_PASSED ? wait.reply : NULL;
    free(error);
    return call;
}
