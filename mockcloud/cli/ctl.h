/*
 * How `mockcloud ctl` shows what the control API answers.
 */
#ifndef CLI_CTL_H
#define CLI_CTL_H

#include <stdbool.h>

struct cJSON;

/* Prints an answer. `subject` is what was asked about (a device or the world), `word` what stood
 * behind it on the command line, or NULL. */
typedef void ctl_print(const struct cJSON *answer, const char *subject, const char *word);

ctl_print ctl_print_json, ctl_print_done, ctl_print_worlds, ctl_print_clock, ctl_print_devices,
    ctl_print_device, ctl_print_journal, ctl_print_why;

/* Reads `text` as JSON and prints it; false when it is none. */
bool ctl_show(ctl_print *print, const char *text, const char *subject, const char *word);

/* A refusal, on stderr: {"error", "message"}. */
void ctl_print_refusal(long status, const char *text);

#endif
