/*
 * What the parts of `mockcloud ctl` share: ctl.c asks, ctl_calls.c says what (ctl_why.c of a
 * question, ctl_device.c of a device, ctl_wait.c of a wait, which takes two calls), ctl_print.c
 * shows the answer (ctl_journal.c a journal).
 */
#ifndef CLI_CTL_H
#define CLI_CTL_H

#include "base/buf.h"
#include "cli/options.h"

#include <stdbool.h>

struct cJSON;

#define CTL_WORLDS "/__mock/worlds"
#define CTL_KEYS   2 /* words behind a device's verb, at most */

struct ctl {
    const struct options *options;
    char *server; /* "http://127.0.0.1:8642" */
    char *world;  /* its name */
    int argc;
    char **argv; /* the words of the command; argv[0] is its name */
};

/* Prints an answer. `subject` is what was asked about (a device or the world), `word` what stood
 * behind it on the command line, or NULL. */
typedef void ctl_print(const struct cJSON *answer, const char *subject, const char *word);

ctl_print ctl_print_json, ctl_print_done, ctl_print_worlds, ctl_print_clock, ctl_print_devices,
    ctl_print_device, ctl_print_codes, ctl_print_behaviours, ctl_print_made, ctl_print_cut,
    ctl_print_journal, ctl_print_why, ctl_print_reason, ctl_print_steps, ctl_print_wait;

struct ctl_call;

/* Makes the next call of a command in place of the one that was answered so. False: `answer` is
 * none of mockcloud's. */
typedef bool ctl_then(const struct ctl *ctl, const char *answer, struct ctl_call *call);

/* What a command asks of the server. */
struct ctl_call {
    const char *method;
    struct buf path; /* behind the server */
    struct buf body; /* JSON; empty: none */
    ctl_print *print;
    ctl_then *then;  /* what is asked with the answer in hand; NULL: it is the last */
    bool follows;    /* the answer is a stream of entries, shown as they come */
    int failed_exit; /* the exit code when the answer says that steps have failed; 0: no steps */
    const char *subject; /* what is told of; NULL: the first word behind the command's name */
    bool failed;         /* it can't be made, which was told */
    char *error;         /* why there is none after all; owned */
};

/* Makes the call of these words, into an empty one with buffers. False: they are none, which was
 * told on stderr. */
bool ctl_make_call(const struct ctl *ctl, struct ctl_call *call);

/* Begins a call of the world: the path is /__mock/worlds/NAME and `rest`. */
void ctl_call_world(const struct ctl *ctl, struct ctl_call *call, const char *method,
                    const char *rest, ctl_print *print);

/* Adds NAME=VALUE to the query of a path; `value` NULL: nothing. */
void ctl_add_query(struct ctl_call *call, const char *name, const char *value);

/* Makes the call of a command; `values`: the words behind its name, NULL behind the last. */
typedef void ctl_make(const struct ctl *ctl, struct ctl_call *call, char *const *values);

/* Those of `why` and of `device`; and whether words that are no values (listed, for, event …), or
 * the number of words behind a verb, are right. False: they are not, which was told on stderr. */
ctl_make ctl_why, ctl_why_request, ctl_why_offline, ctl_why_customer, ctl_why_not, ctl_why_no,
    ctl_device;
bool ctl_why_takes(const struct ctl *ctl, ctl_make *make, char *const *values);
bool ctl_device_takes(const struct ctl *ctl, char *const *values);

/* wait DEVICE STATE: asks which clock the wait is to go by, and then waits. */
void ctl_wait(const struct ctl *ctl, struct ctl_call *call, char *const *values);

/* Whether an answer says that steps have failed. */
bool ctl_is_failed(const char *text);

/* Whether an answer to a question of why has nothing to explain: the device is owned, online … */
bool ctl_is_settled(const char *text);

/* Reads `text` as JSON and prints it; false when it is none. */
bool ctl_show(ctl_print *print, const char *text, const char *subject, const char *word);

/* Of an answer: a text without control characters, "" of what is none; such a text of an object;
 * and a number, 0 of what is none. Texts are the object's. */
void ctl_make_plain(char *text); /* in place: each becomes a question mark */
const char *ctl_plain(const struct cJSON *item);
const char *ctl_str(const struct cJSON *object, const char *key);
double ctl_number(const struct cJSON *object, const char *key);

/* A followed journal: prints the entries of `arg`, a struct ctl_follow, as bytes of it come. False:
 * nobody reads what is printed, or it is no journal. For http_call.piece. */
struct ctl_follow *ctl_follow_new(bool json);
bool ctl_follow_take(void *arg, const char *bytes, size_t len);
void ctl_follow_free(struct ctl_follow *follow);

/* A refusal, on stderr: {"error", "message"}. */
void ctl_print_refusal(long status, const char *text);

#endif
