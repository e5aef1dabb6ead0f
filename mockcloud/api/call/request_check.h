/*
 * Holds requests against the parameters of their route's row. What does not fit is a finding, in
 * the journal (request.finding) and told to whoever asked for it (api_check_requests()): never a
 * different answer, since the real cloud passes over what it does not know.
 *
 * Findings, by name: no-such-route, token-in-query (deprecated: accounts made after December 2024
 * can't), unknown-parameter, wrong-place (in the query, where the document has it in the body, or
 * the other way), wrong-type, missing-parameter, wrong-body (JSON or a form where only the other is
 * read, or neither). Of api/ alone.
 */
#ifndef API_CALL_REQUEST_CHECK_H
#define API_CALL_REQUEST_CHECK_H

#include "api/call/call.h"

/* After the request is journalled, before it is handled. `call->world` is not NULL. */
void request_check(struct call *call);

#endif
