/* A call as a request filter sees it (match/request_filter.h). Of api/ alone. */
#ifndef API_GATES_CALL_VIEW_H
#define API_GATES_CALL_VIEW_H

#include "api/call/call.h"
#include "match/request_filter.h"

struct call_view {
    struct request_view view;
    const struct call *call;
};

/* A view of the call as it is now; borrowed. With `answered` it has the status of its reply. */
struct call_view call_view_of(struct call *call, bool answered);

#endif
