/* See unit_world.h. */
#include "unit_world.h"
#include "cloud/accounts.h"
#include "cloud/claim.h"
#include "cloud/claim_code.h"
#include "cloud/owner.h"
#include "cloud/record.h"

#include <check.h>
#include <stdarg.h>
#include <string.h>

struct world *stage;
struct diags stage_diags;

const char stage_people[] =
    "users: [{username: dev@example.com}, {username: ben@example.com}]\n"
    "products:\n"
    "- {id: 6287, slug: pump, platform: e-series, team: [dev@example.com]}\n"
    "- {id: 7000, slug: lamp, platform: photon}\n"
    "customers:\n"
    "- {email: ada@example.com, product: pump}\n"
    "- {email: cleo@example.com, product: lamp}\n"
    "devices:\n"
    "- {as: pump, platform: e-series, product: pump}\n"
    "- {as: lamp, platform: photon}\n";

struct world *stage_try(const char *yaml)
{
    const struct world_options options = {.mode = VCLOCK_FROZEN};
    struct doc *doc = doc_new("world.yaml", yaml, strlen(yaml), &stage_diags);
    if (!doc)
        return NULL;
    struct world *world = world_new(doc, doc_root(doc, 0), &options, &stage_diags);
    doc_unref(doc);
    return world;
}

void stage_set(const char *yaml)
{
    stage = stage_try(yaml);
    ck_assert_msg(stage, "%s", stage_diags.count ? stage_diags.items[0].message : "no world");
}

void stage_set_people(void)
{
    stage_set(stage_people);
}

void stage_teardown(void)
{
    world_free(stage);
    stage = NULL;
    diags_free(&stage_diags);
}

struct device *stage_device(const char *name)
{
    struct device *device = fleet_find(stage->fleet, name);
    ck_assert_msg(device, "%s", name);
    return device;
}

void stage_place(const char *name, struct product *product)
{
    cloud_place(stage->cloud, stage_record(name), (struct device_place){.product = product});
}

struct cloud_device *stage_record(const char *name)
{
    return world_record(stage, stage_device(name));
}

struct owner stage_owner(const char *name)
{
    size_t count;
    struct owner owner = world_owner(stage, name, &count);
    ck_assert_msg(count == 1, "%s: %zu", name, count);
    return owner;
}

void stage_do(const char *device, const char *verb)
{
    const struct device_verb *row = device_verb_find(verb);
    ck_assert_msg(row, "%s", verb);
    ck_assert_msg(fleet_do(stage->fleet, stage_device(device), row), "%s: %s", device, verb);
}

void stage_advance(int64_t ms)
{
    vclock_advance(stage->sim.clock, vclock_now(stage->sim.clock) + ms);
}

int64_t stage_now(void)
{
    return vclock_now(stage->sim.clock) - STAGE_START;
}

void stage_until(const char *device, enum device_state state)
{
    while (stage_device(device)->state != state)
        ck_assert_msg(vclock_run_next(stage->sim.clock, VCLOCK_NEVER), "%s never becomes %s",
                      device, device_states[state].name);
}

void stage_bring_online(const char *device, ...)
{
    va_list verbs;
    const char *verb;
    va_start(verbs, device);
    while ((verb = va_arg(verbs, const char *)))
        stage_do(device, verb);
    va_end(verbs);
    stage_until(device, STATE_ONLINE);
}

struct claim_code *stage_issue(const char *name)
{
    struct owner owner = stage_owner(name);
    return claim_code_issue(stage->cloud, &owner, owner.customer ? owner.customer->product : NULL);
}

bool stage_hand(const char *device, const char *channel, const char *code)
{
    struct buf answer;
    const struct channel_row *row = device_channel_find(channel);
    ck_assert(device_channel_open(stage_device(device), row));
    buf_init(&answer, 1000);
    bool stored = fleet_set_claim_code(stage->fleet, stage_device(device), row, code, &answer);
    buf_free(&answer);
    return stored;
}

enum claim_rule stage_claim(const char *name, const char *device)
{
    struct cloud_device *found;
    struct owner owner = stage_owner(name);
    return claim_by_id(stage->cloud, &owner, stage_device(device)->id, false, &found);
}

const char *stage_why(const char *device, const char *owner)
{
    struct why_answer answer = why_ask(stage, stage_device(device), stage_owner(owner));
    const char *cause = answer.cause; /* static */
    ck_assert_int_eq(answer.owned, cause == NULL);
    why_free(&answer);
    return cause ? cause : "";
}

char *stage_journal_dup(const struct world *world)
{
    struct buf out;
    struct jsonw w;
    const struct journal *journal = world->sim.journal;
    buf_init(&out, 8u << 20);
    jsonw_init(&w, &out);
    jsonw_array(&w);
    for (uint64_t n = journal_first(journal); n < journal_next(journal); n++)
        journal_write(journal_get(journal, n), &w);
    jsonw_end_array(&w);
    return buf_take(&out);
}

char *stage_state_dup(const struct world *world)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, 8u << 20);
    jsonw_init(&w, &out);
    world_write_state(world, &w);
    return buf_take(&out);
}
