/* What the tests of world/ share: a world made from a few lines of YAML. */
#ifndef UNIT_WORLD_H
#define UNIT_WORLD_H

#include "cloud/claim.h"
#include "cloud/owner.h"
#include "cloud/record.h"
#include "world/why/why.h"
#include "world/world.h"

#define STAGE_START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

/* The world of the test; freed, with its mistakes, by stage_teardown(). */
extern struct world *stage;
extern struct diags stage_diags;

/* A world with users dev (of the team) and ben, products 6287 pump (E-Series) and 7000 lamp
 * (Photon), customers ada of pump and cleo of lamp, and devices pump (E-Series, of its product) and
 * lamp (Photon, of none), both off. */
extern const char stage_people[];

/* Makes a world; NULL: there were mistakes, in stage_diags. Frozen unless the text says otherwise.
 */
struct world *stage_try(const char *yaml);

/* Makes the stage, which has to work. */
void stage_set(const char *yaml);
void stage_set_people(void);
void stage_teardown(void);

struct device *stage_device(const char *name);
struct cloud_device *stage_record(const char *name);

/* It is in that product from now on (NULL: in none); nobody is told. */
void stage_place(const char *name, struct product *product);

/* The one owner of that name. */
struct owner stage_owner(const char *name);

/* Does a verb, which the device's state has to have. */
void stage_do(const char *device, const char *verb);

void stage_advance(int64_t ms);
int64_t stage_now(void); /* since the start */
void stage_until(const char *device, enum device_state state);

/* Does verbs, then waits until the device is online. Ends with NULL. */
void stage_bring_online(const char *device, ...) __attribute__((sentinel));

/* A claim code for the owner; with a product for one of its customers. */
struct claim_code *stage_issue(const char *owner);

/* Hands a code to the device; answers whether it was stored. */
bool stage_hand(const char *device, const char *channel, const char *code);

enum claim_rule stage_claim(const char *owner, const char *device);

/* Why the device is not that owner's: the cause; "" when it is. */
const char *stage_why(const char *device, const char *owner);

/* The whole journal, the whole state as JSON. Yours: free(). */
char *stage_journal_dup(const struct world *world);
char *stage_state_dup(const struct world *world);

#endif
