/*
 * The taps of api/: what comes in through a front goes onto the tape here, if there is one. Of api/
 * alone.
 *
 * What begins with tap_request() or tap_ticket() ends with tap_end().
 */
#ifndef API_CALL_TAP_H
#define API_CALL_TAP_H

#include "api/front.h"

/* A request comes, whole. */
void tap_request(struct api *api, const struct api_request *request, uint64_t number);

/* The world that it was for, as it stands behind it. */
void tap_stands(const struct world *world);

/* It has no entry in the journal, and was answered at once: a GET of the control API is nothing but
 * a read. */
void tap_was_read(struct api *api, const struct api_request *request);

/* Something befalls a request that was dispatched before. */
void tap_ticket(struct api *api, enum tape_kind kind, const struct api_ticket *ticket);
void tap_end(struct api *api);

#endif
