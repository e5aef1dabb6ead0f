/* See unit_cloud.h. */
#include "unit_cloud.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "cloud/webhook/webhook.h"

#include "unit_journal.h"

#include <check.h>
#include <string.h>

struct bench bench;
const char *bench_event;
size_t bench_events;

static struct cloud_device *add_device(const char *digits, const char *platform)
{
    char id[IDS_OBJECT + 1];
    for (int i = 0; i < IDS_OBJECT; i++)
        id[i] = digits[i % 2];
    id[IDS_OBJECT] = '\0';
    return cloud_add_device(bench.cloud, id, platform_by_name(platform));
}

static void add_people(void)
{
    struct cloud *cloud = bench.cloud;
    bench.dev = (struct owner){OWNER_USER, .user = cloud_add_user(cloud, "dev@example.com", "dev")};
    bench.ben = (struct owner){OWNER_USER, .user = cloud_add_user(cloud, "ben@example.com", "ben")};
    bench.pump = cloud_add_product(cloud, 6287, "pump", "Pump", platform_by_name("e-series"));
    bench.lamp = cloud_add_product(cloud, 7000, "lamp", "Lamp", platform_by_name("photon"));
    cloud_add_team_member(bench.pump, bench.dev.user);
    cloud_add_client(cloud, "pump-1", "pump-secret", bench.pump, CLIENT_FULL);
    cloud_add_client(cloud, "pump-2", "pump-secret", bench.pump, CLIENT_CREATE_CUSTOMER);
    cloud_add_client(cloud, "lamp-1", "lamp-secret", bench.lamp, CLIENT_FULL);
    bench.ada = (struct owner){
        OWNER_CUSTOMER,
        .customer = cloud_add_customer(cloud, bench.pump, "Ada@Example.com", "ada"),
    };
    bench.cleo = (struct owner){
        OWNER_CUSTOMER,
        .customer = cloud_add_customer(cloud, bench.lamp, "cleo@example.com", NULL),
    };
}

void bench_setup(void)
{
    bench = (struct bench){0};
    sim_init(&bench.sim, VCLOCK_FROZEN, BENCH_START, 1, "default");
    bench.cloud = cloud_new(&bench.sim);
    webhooks_attach(bench.cloud);
    add_people();
    bench.aa = add_device("aa", "e-series");
    bench.bb = add_device("bb", "e-series");
    bench.cc = add_device("cc", "photon");
    bench_event = NULL;
    bench_events = 0;
}

void bench_teardown(void)
{
    webhooks_detach(bench.cloud);
    cloud_free(bench.cloud);
    sim_free(&bench.sim);
}

struct owner bench_owner(const char *name)
{
    const struct {
        const char *name;
        struct owner owner;
    } known[] = {{"dev", bench.dev},
                 {"ben", bench.ben},
                 {"ada", bench.ada},
                 {"cleo", bench.cleo},
                 {"none", bench.nobody}};
    for (size_t i = 0; name && i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].owner;
    ck_assert_ptr_null(name);
    return bench.nobody;
}

void bench_own(struct cloud_device *device, struct owner owner)
{
    registry_index_out(bench.cloud, device, INDEX_ALL);
    device->owner = owner;
    registry_index_in(bench.cloud, device, INDEX_ALL);
}

void bench_place(struct cloud_device *device, struct product *product)
{
    cloud_place(bench.cloud, device, (struct device_place){.product = product});
}

struct product *bench_product(const char *name)
{
    return name ? cloud_product(bench.cloud, name) : NULL;
}

void bench_switch(const char *name, const char *value)
{
    if (!name)
        return;
    int which = behaviour_find(name);
    ck_assert_int_ge(which, 0);
    int chosen = behaviour_value((enum behaviour)which, value);
    ck_assert_int_ge(chosen, 0);
    bench.sim.behaviours.value[which] = (uint8_t)chosen;
}

void bench_advance(int64_t ms)
{
    vclock_advance(bench.sim.clock, vclock_now(bench.sim.clock) + ms);
}

static void on_event(void *device, const char *name, const char *data)
{
    (void)device;
    (void)data;
    bench_event = name;
    bench_events++;
}

uint64_t bench_open(struct cloud_device *device, bool resume, enum session_kind *ret_kind)
{
    static const struct session_peer peer = {.event = on_event};
    enum session_kind kind;
    struct session_hello hello = {
        .device_id = device->id,
        .resume = resume,
        .keepalive_ms = KEEPALIVE,
        .peer = &peer,
        .device = device,
    };
    return session_open(bench.cloud, &hello, ret_kind ? ret_kind : &kind);
}

const struct journal_entry *bench_newest(const char *kind, const char *piece)
{
    return unit_newest(bench.sim.journal, kind, piece);
}

size_t bench_noted(const char *kind, const char *piece)
{
    return unit_noted(bench.sim.journal, kind, piece);
}
