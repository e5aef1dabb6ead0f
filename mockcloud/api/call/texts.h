/*
 * The bound on every text that a request gives: what is given is often kept, and no text that a
 * client of the real cloud gives comes near to it. Of api/ alone.
 *
 * Left out is what a route's row calls PARAM_ANY (settings and templates of integrations, products)
 * and bodies that are no named parameters (configurations): their routes bound them.
 */
#ifndef API_CALL_TEXTS_H
#define API_CALL_TEXTS_H

#include "api/call/call.h"

/* After the route is found. False: a text is longer than API_TEXT_MAX; the refusal (400) is in the
 * reply. */
bool texts_check(struct call *call);

#endif
