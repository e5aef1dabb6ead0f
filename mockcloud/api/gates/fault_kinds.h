/* The functions behind the rows of fault_kinds, by family. Of fault_kinds.c alone. */
#ifndef API_GATES_FAULT_KINDS_H
#define API_GATES_FAULT_KINDS_H

#include "api/gates/fault.h"

/* ---- fault_reply.c: another reply, or one that is spoilt ---- */

bool fault_check_reply(const struct compare_check *check, const struct doc_node *map);
void fault_reply(struct call *call, struct fault *fault);
void fault_malformed_json(struct call *call, struct fault *fault);
void fault_no_claim_code(struct call *call, struct fault *fault);
bool fault_check_date_skew(const struct compare_check *check, const struct doc_node *map);
void fault_date_skew(struct call *call, struct fault *fault);

/* ---- fault_delivery.c: the reply on its way ---- */

bool fault_check_latency(const struct compare_check *check, const struct doc_node *map);
void fault_latency(struct call *call, struct fault *fault);
void fault_empty_reply(struct call *call, struct fault *fault);
void fault_reset(struct call *call, struct fault *fault);
bool fault_check_refuse(const struct compare_check *check, const struct doc_node *map);
void fault_refuse(struct call *call, struct fault *fault);
void fault_silent(struct call *call, struct fault *fault);
bool fault_check_bytes(const struct compare_check *check, const struct doc_node *map);
void fault_truncate(struct call *call, struct fault *fault);
void fault_slow_body(struct call *call, struct fault *fault);

/* ---- fault_handling.c: how the request is handled ---- */

void fault_twice(struct call *call, struct fault *fault);
void fault_revoke_token(struct call *call, struct fault *fault);

/* ---- fault_stream.c: streams of events that are open ---- */

void fault_stream_end(struct api *api, struct world *world, struct fault *fault);
void fault_stream_reset(struct api *api, struct world *world, struct fault *fault);
void fault_stream_stall(struct api *api, struct world *world, struct fault *fault);
void fault_stream_lose(struct api *api, struct world *world, struct fault *fault);

/* ---- fault_truth.c: what the cloud shows lags behind what is ---- */

bool fault_check_lag(const struct compare_check *check, const struct doc_node *map);
void fault_lag_begins(struct api *api, struct world *world, struct fault *fault);
void fault_lag_ends(struct api *api, struct world *world, struct fault *fault);

/* Adds what the fault has lag to what the call is shown. */
void fault_lag_add(struct call *call, const struct fault *fault);

#endif
