/*
 * The line that `serve` prints for each request.
 */
#ifndef CLI_REQUEST_LINE_H
#define CLI_REQUEST_LINE_H

#include "net/output.h"
#include "net/server.h"

/* server_options.served; `output` is a struct output. Tokens are shortened, and what a terminal
 * could take for a command is replaced. */
void request_line_print(void *output, const struct server_served *served);

/* What a client sent that is not in the OpenAPI document: the same caution. */
void request_line_finding(void *output, const char *text);

#endif
