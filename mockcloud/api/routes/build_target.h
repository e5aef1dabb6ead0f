/* What the fake compiler compiles for. Of api/ alone. */
#ifndef API_ROUTES_BUILD_TARGET_H
#define API_ROUTES_BUILD_TARGET_H

struct call;

/* GET /v1/build_targets */
void build_targets(struct call *call);

#endif
