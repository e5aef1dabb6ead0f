/* World files: every mistake with its place, what is made when it is left out, and that the same
 * seed and name make the same world. */
#include "cloud/accounts.h"
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "suites.h"

#include "base/mem.h"
#include "unit_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- mistakes ---- */

static const struct {
    const char *yaml;
    int line, column;
    const char *message; /* a piece of it */
    const char *hint;    /* NULL: none */
} mistakes[] = {
    /* webhooks */
    {"webhooks:\n- {event: a, url: 'http://localhost/'}\n", 2, 3,
     "expected one of user, product and org", NULL},
    {"users: [{username: ada}]\nproducts: [{slug: pump}]\nwebhooks:\n- {event: a, url: x, user: "
     "ada, product: pump}\n",
     4, 3, "expected one of user, product and org", NULL},
    {"users: [{username: ada}]\nwebhooks: [{event: a, url: x, user: adda}]\n", 2, 37,
     "there is no user \"adda\"", "ada"},
    {"webhooks: [{event: a, url: x, org: acme}]\n", 1, 36, "no product names the organization",
     NULL},
    {"webhooks: [{event: a, url: x, product: pump}]\n", 1, 40, "there is no product", NULL},
    {"users: [{username: ada}]\nwebhooks: [{event: a, url: x, user: ada, device: pump}]\n", 2, 50,
     "there is no device \"pump\"", NULL},
    {"users: [{username: ada}]\nwebhooks: [{event: a, url: x, user: ada, settings: [1]}]\n", 2, 52,
     "expected a map", NULL},
    {"users: [{username: ada}]\nwebhooks: [{event: a, user: ada}]\n", 2, 12, "url", NULL},
    {"users: [{username: ada}]\nintegrations: [{event: '', user: ada}]\n", 2, 24, "", NULL},
    {"users: [{username: ada}]\nwebhooks: [{event: a, url: x, user: ada, settings: {requestType: "
     "PATCH}}]\n",
     2, 52, "requestType has to be GET, POST, PUT or DELETE", NULL},
    {"scenario: a\nsteps: []\n", 1, 1, "this is a scenario: expected a world file", NULL},
    /* the clock */
    {"clock: {at: 1969-12-31T23:59:59.999Z}\n", 1, 13,
     "a clock begins in 1970 or later, found 1969-12-31T23:59:59.999Z", NULL},
    /* authorization codes */
    {"users: [{username: ada}]\nauthorization_codes: [{code: x, client: particle}]\n", 2, 23,
     "whose authorization code is it?", NULL},
    {"users: [{username: ada}]\nauthorization_codes: [{code: x, user: ada}]\n", 2, 23,
     "the key \"client\" is missing", NULL},
    {"users: [{username: ada}]\nauthorization_codes: [{code: x, user: ada, client: parti}]\n", 2,
     52, "there is no client \"parti\"", NULL},
    {"users: [{username: ada}]\nauthorization_codes:\n- {code: x, user: ada, client: particle}\n"
     "- {code: x, user: ada, client: particle}\n",
     4, 10, "is there already", NULL},
    /* fleets */
    {"devices: [{fleet: p}]\n", 1, 12, "how many devices has the fleet? Add count", NULL},
    {"devices: [{as: p, count: 2}]\n", 1, 19, "only a fleet has count: add fleet", NULL},
    {"devices: [{connect: {spread: 1s}}]\n", 1, 12, "only a fleet has connect: add fleet", NULL},
    {"devices: [{fleet: p, count: 0}]\n", 1, 29, "1 to 2000000", NULL},
    {"devices: [{fleet: p, count: 2000001}]\n", 1, 29, "1 to 2000000", NULL},
    {"devices: [{fleet: p, count: 2, connect: {}}]\n", 1, 41, "\"spread\" is missing", NULL},
    {"devices: [{fleet: p, count: 2, as: q}]\n", 1, 32, "as is of one device, so a fleet has none",
     NULL},
    {"devices: [{fleet: p, count: 2, id: 0123456789abcdef01234567}]\n", 1, 32,
     "id is of one device, so a fleet has none", NULL},
    {"devices: [{fleet: p, count: 2, name: q}]\n", 1, 32,
     "name is of one device, so a fleet has none", NULL},
    {"devices: [{fleet: p, count: 2, serial_number: q}]\n", 1, 32,
     "serial_number is of one device, so a fleet has none", NULL},
    {"devices: [{fleet: p, count: 2, iccid: 1}]\n", 1, 32,
     "iccid is of one device, so a fleet has none", NULL},
    {"devices: [{fleet: p, count: 2, imei: 1}]\n", 1, 32,
     "imei is of one device, so a fleet has none", NULL},
    {"devices: [{fleet: p, count: 2, mobile_secret: q}]\n", 1, 32,
     "mobile_secret is of one device, so a fleet has none", NULL},
    {"devices: [{fleet: p, count: 9, owner: eve}]\n", 1, 39, "there is no user or customer", NULL},
    {"devices: [{as: p-2}, {fleet: p, count: 9}]\n", 1, 30, "\"p-2\" is there already", NULL},
    {"devices: [{fleet: p, count: 9}, {}]\nlimits: {devices: 9}\n", 1, 33,
     "a world has at most 9 devices, found 10", NULL},
    {"devices: [{}, {fleet: p, count: 9}]\nlimits: {devices: 9}\n", 1, 33,
     "a world has at most 9 devices, found 10", NULL},
    /* SIMs */
    {"devices: [{as: a, platform: photon, sim: active}]\n", 1, 42,
     "without a cellular modem has no sim", NULL},
    {"devices: [{as: a, platform: boron, sim: inactive, state: online}]\n", 1, 41,
     "can't be online with an inactive SIM", NULL},
    {"devices: [{as: a, platform: boron, sim: inactiv}]\n", 1, 41, "found \"inactiv\"", "inactive"},
    /* keys and types */
    {"sede: 7\n", 1, 1, "unknown key \"sede\"", "seed"},
    {"seed: 1\nusers:\n- {username: a, pasword: x}\n", 3, 17, "unknown key \"pasword\"",
     "password"},
    {"devices:\n- {as: a, platfrom: boron}\n", 2, 11, "unknown key \"platfrom\"", "platform"},
    {"devices:\n- {as: a, owned: x}\n", 2, 11, "unknown key \"owned\"", "owner"},
    {"seed: seven\n", 1, 7, "whole number", NULL},
    {"seed: 0\n", 1, 7, "whole number", NULL},
    {"seed: -1\n", 1, 7, "whole number", NULL},
    {"name: ''\n", 1, 7, "from 1 to 64 bytes", NULL},
    {"users: dev\n", 1, 8, "expected a list", NULL},
    {"users: [dev]\n", 1, 9, "expected a map", NULL},
    {"users: [{password: x}]\n", 1, 9, "the key \"username\" is missing", NULL},
    {"users:\n", 1, 7, "found nothing", NULL},
    {"users: [{username: a, sso: perhaps}]\n", 1, 28, "true or false", NULL},
    {"customers: [{product: x}]\n", 1, 13, "the key \"email\" is missing", NULL},
    {"products: [{id: 0, slug: a}]\n", 1, 17, "whole number", NULL},
    {"products: [{id: many}]\n", 1, 17, "whole number", NULL},
    {"products: [{slug: a, platform: borom}]\n", 1, 32, "found \"borom\"", "boron"},
    {"products: [{slug: a, clients: [{id: ab}]}]\n", 1, 37, "3 to 40 bytes", NULL},
    {"products: [{slug: a, clients: [{id: abc, scope: all}]}]\n", 1, 49, "found \"all\"", NULL},
    {"clock: frozen\n", 1, 8, "expected a map", NULL},
    {"clock: {mode: frosen}\n", 1, 15, "found \"frosen\"", "frozen"},
    {"clock: {at: yesterday}\n", 1, 13, "time", NULL},
    {"devices: [{state: onlin}]\n", 1, 19, "found \"onlin\"", "online"},
    {"devices: [{state: handshake}]\n", 1, 19, "found \"handshake\"", NULL},
    {"devices: [{connect_ms: -1}]\n", 1, 24, "whole number", NULL},
    {"devices: [{connect_ms: 10s}]\n", 1, 24, "whole number", NULL},
    {"tokens: [{token: '', user: a}]\n", 1, 18, "from 1 to 200 bytes", NULL},
    {"tokens: [{user: a, expires_in: -1}]\n", 1, 32, "whole number", NULL},
    {"[]\n", 1, 1, "expected a map, found a list", NULL},
    {"world\n", 1, 1, "expected a map", NULL},

    {"users: [{username: a, scopes: devices}]\n", 1, 31, "expected a list", NULL},
    {"users: [{username: a, scopes: [devices]}]\n", 1, 32, "expected a scope like devices:list",
     NULL},
    {"users: [{username: a, recovery_codes: ['']}]\n", 1, 40, "from 1 to 200 bytes", NULL},
    {"products: [{slug: a, settings: {quarantin: true}}]\n", 1, 33, "unknown key \"quarantin\"",
     "quarantine"},

    /* names */
    {"name: a/b\n", 1, 7, "a world's name has letters, digits, '.', '-' and '_' only", NULL},
    {"name: ..\n", 1, 7, "a world's name", NULL},
    {"name: a b\n", 1, 7, "found \"a b\"", NULL},
    {"devices: [{as: a/b}]\n", 1, 16, "a device's name has letters, digits, '-' and '_' only",
     NULL},
    {"devices: [{as: a.b}]\n", 1, 16, "found \"a.b\"", NULL},
    {"products: [{slug: a b}]\n", 1, 19, "a slug has letters, digits, '-' and '_' only", NULL},
    {"products: [{slug: 123}]\n", 1, 19, "a slug can't be a number", NULL},
    {"products: [{slug: a, clients: [{id: a/b}]}]\n", 1, 37,
     "a client id has letters, digits, '-' and '_' only", NULL},

    /* ids */
    {"devices: [{id: 0123}]\n", 1, 16, "24", NULL},
    {"devices: [{id: 0123456789abcdef0123456}]\n", 1, 16, "24", NULL},
    {"devices: [{id: 0123456789ABCDEF01234567}]\n", 1, 16, "hex", "0123456789abcdef01234567"},
    {"devices: [{id: 0123456789abcdefg1234567}]\n", 1, 16, "hex", NULL},

    /* duplicates */
    {"users: [{username: a}, {username: a}]\n", 1, 35, "user \"a\" is there already", NULL},
    {"products:\n- {slug: a, id: 5}\n- {slug: b, id: 5}\n", 3, 17, "product \"5\" is there already",
     NULL},
    {"products:\n- {slug: a}\n- {slug: a}\n", 3, 10, "product \"a\" is there already", NULL},
    {"products:\n- {name: A pump}\n- {name: a PUMP}\n", 3, 3, "product \"a-pump\" is there already",
     NULL},
    {"products: [{slug: a, clients: [{id: abc}, {id: abc}]}]\n", 1, 48,
     "client \"abc\" is there already", NULL},
    {"products:\n- {slug: a, clients: [{id: abc}]}\n- {slug: b, clients: [{id: abc}]}\n", 3, 28,
     "client \"abc\" is there already", NULL},
    {"products: [{slug: a, clients: [{id: particle}]}]\n", 1, 37,
     "client \"particle\" is there already", NULL},
    {"products: [{slug: a}]\ncustomers: [{email: c}, {email: C}]\n", 2, 33,
     "customer \"C\" is there already", NULL},
    {"devices: [{as: a}, {as: a}]\n", 1, 25, "device \"a\" is there already", NULL},
    {"devices: [{as: device2}, {}]\n", 1, 26, "device \"device2\" is there already", NULL},
    {"devices:\n- {as: a, id: 0123456789abcdef01234567}\n- {id: 0123456789abcdef01234567}\n", 3, 8,
     "device \"0123456789abcdef01234567\" is there already", NULL},
    {"users: [{username: a}]\ntokens: [{token: t, user: a}, {token: t, user: a}]\n", 2, 39,
     "token \"t\" is there already", NULL},
    {"seed: 1\nseed: 2\n", 2, 1, "seed", NULL},

    /* references */
    {"users: [{username: dev}]\nproducts: [{slug: a, team: [dec]}]\n", 2, 29,
     "there is no user \"dec\" in this world", "dev"},
    {"customers: [{email: a}]\n", 1, 13, "the world has 0 products", NULL},
    {"products: [{slug: a}, {slug: b}]\ncustomers: [{email: c}]\n", 2, 13,
     "the world has 2 products", NULL},
    {"products: [{slug: a}]\ncustomers: [{email: c, product: zzz}]\n", 2, 33,
     "there is no product \"zzz\" in this world", NULL},
    {"products: [{slug: acme-pump}]\ndevices: [{product: acme-pumb}]\n", 2, 21,
     "there is no product \"acme-pumb\" in this world", "acme-pump"},
    {"devices: [{owner: ada}]\n", 1, 19, "there is no user or customer \"ada\" in this world",
     NULL},
    {"products: [{slug: a}]\ncustomers: [{email: ada@example.com}]\n"
     "devices: [{product: a, owner: ada@exmaple.com}]\n",
     3, 31, "there is no user or customer \"ada@exmaple.com\"", "ada@example.com"},
    {"products: [{slug: a}]\ncustomers: [{email: cleo}]\ntokens: [{customer: cloe}]\n", 3, 21,
     "product \"a\" has no customer \"cloe\"", "cleo"},
    {"users: [{username: dev}]\ndevices: [{owner: dec}]\n", 2, 19,
     "there is no user or customer \"dec\"", "dev"},
    {"products: [{slug: a}, {slug: b}]\ncustomers: [{email: c, product: a}]\n"
     "devices: [{product: b, owner: c}]\n",
     3, 31, "\"c\" is not a customer of the product that the device is in", NULL},
    {"products: [{slug: a}]\ncustomers: [{email: c}]\ndevices: [{owner: c}]\n", 3, 19,
     "\"c\" is not a customer of the product that the device is in", NULL},
    {"tokens: [{token: t}]\n", 1, 10, "expected user, customer or client", NULL},
    {"users: [{username: dev}]\ntokens: [{user: dec}]\n", 2, 17, "there is no user \"dec\"", "dev"},
    {"products: [{slug: a}]\ntokens: [{customer: c}]\n", 2, 21,
     "product \"a\" has no customer \"c\"", NULL},
    {"products: [{slug: a}, {slug: b}]\ncustomers: [{email: c, product: a}]\n"
     "tokens: [{customer: d}]\n",
     3, 10, "the world has 2 products", NULL},
    {"products: [{slug: a}, {slug: b}]\n"
     "customers: [{email: c, product: a}, {email: c, product: b}]\ntokens: [{customer: c}]\n",
     3, 10, "the world has 2 products", NULL},
    {"tokens: [{client: partikle}]\n", 1, 19, "there is no client \"partikle\"", "particle"},
    {"tokens: [{client: particle}]\n", 1, 19, "client \"particle\" is a public one", NULL},
    {"users: [{username: u}]\nproducts: [{slug: a}]\ncustomers: [{email: c}]\n"
     "tokens: [{user: u, customer: c}]\n",
     4, 17, "expected user or customer, found both", NULL},

    /* platforms */
    {"products: [{slug: a, platform: photon}]\ndevices: [{product: a, platform: boron}]\n", 2, 34,
     "product \"a\" has devices of platform photon only", NULL},

    /* switches */
    {"limits: {claim_code: 1}\n", 1, 10, "there is no limit \"claim_code\"", "claim_codes"},
    {"limits: {users: 100001}\n", 1, 17, "expected a whole number from 0 to 100000, found 100001",
     NULL},
    {"behaviour: {upper_case_ids: accept}\n", 1, 13, "there is no switch \"upper_case_ids\"",
     "uppercase_ids"},
    {"behaviour: {uppercase_ids: acept}\n", 1, 28,
     "expected refuse or accept for the switch \"uppercase_ids\", found \"acept\"", "accept"},
    {"behaviour: {offline_claim_error: nothing}\n", 1, 34,
     "expected device-not-found or empty-object or core-isnt-online for the switch "
     "\"offline_claim_error\", found \"nothing\"",
     NULL},
    {"clock: 1h\n", 1, 8,
     "expected a map for \"clock\" (like {mode: frozen, at: 2026-01-01T00:00:00Z}), found \"1h\"",
     NULL},
    {"behaviour: {uppercase_ids: [accept]}\n", 1, 28, "found a list", NULL},
};

#define MISTAKES (int)(sizeof mistakes / sizeof *mistakes)

START_TEST(each_mistake_has_its_place)
{
    struct world *made = stage_try(mistakes[_i].yaml);
    ck_assert_msg(!made, "no mistake: %s", mistakes[_i].yaml);
    ck_assert_uint_ge(stage_diags.count, 1);
    const struct diag *diag = &stage_diags.items[0];
    ck_assert_msg(strstr(diag->message, mistakes[_i].message), "%s: %s", mistakes[_i].yaml,
                  diag->message);
    ck_assert_msg(diag->line == mistakes[_i].line && diag->column == mistakes[_i].column,
                  "%s: at %d:%d", mistakes[_i].yaml, diag->line, diag->column);
    if (mistakes[_i].hint)
        ck_assert_pstr_eq(diag->hint, mistakes[_i].hint);
    else
        ck_assert_ptr_null(diag->hint);
    ck_assert_str_eq(diag->file, "world.yaml");
    ck_assert_uint_eq(stage_diags.count, 1);
}
END_TEST

START_TEST(all_mistakes_are_told_at_once)
{
    ck_assert_ptr_null(stage_try("users: [{username: a}, {username: a}]\n"
                                 "devices: [{as: x/y}, {owner: nobody}]\n"
                                 "behaviour: {nonsense: x}\n"));
    ck_assert_uint_eq(stage_diags.count, 4);
}
END_TEST

START_TEST(a_world_has_so_many_devices)
{
    ck_assert_ptr_null(stage_try("devices: [{}, {}, {}]\nlimits: {devices: 2}\n"));
    ck_assert_str_eq(stage_diags.items[0].message, "a world has at most 2 devices, found 3");
}
END_TEST

/* ---- what is made when it is left out ---- */

START_TEST(an_empty_world)
{
    const struct world_options options = {.mode = VCLOCK_FROZEN};
    stage = world_new(NULL, NULL, &options, &stage_diags);
    ck_assert_str_eq(stage->name, "default");
    ck_assert_uint_eq(stage->seed, 1);
    ck_assert_int_eq(stage_now(), 0);
    ck_assert_uint_eq(fleet_count(stage->fleet), 0);
    world_reset(stage);
    ck_assert_uint_eq(stage->generation, 1);
}
END_TEST

START_TEST(defaults)
{
    stage_set("products: [{name: Acme Pump 2!}, {slug: lamp}]\n"
              "users: [{username: ben}]\n"
              "devices: [{}, {product: acme-pump-2}]\n");
    struct product *pump = cloud_product(stage->cloud, "acme-pump-2");
    struct product *lamp = cloud_product(stage->cloud, "lamp");
    ck_assert_str_eq(pump->name, "Acme Pump 2!");
    ck_assert_str_eq(lamp->name, "lamp");
    ck_assert_str_eq(lamp->platform->name, "boron");
    ck_assert(pump->id >= 10000 && pump->id <= 99999);
    ck_assert_uint_eq(map_count(&stage->cloud->clients), 6 + 2); /* one for each product */
    ck_assert_uint_eq(strlen(cloud_user(stage->cloud, "ben")->password), 12);
    const struct device *first = stage_device("device1"), *second = stage_device("device2");
    ck_assert_str_eq(first->platform->name, "boron");
    ck_assert_int_eq(first->state, STATE_OFF);
    ck_assert_ptr_null(stage_record("device1")->product);
    ck_assert_str_eq(stage_record("device1")->name, "device1");
    ck_assert_ptr_eq(stage_record("device2")->product, pump);
    ck_assert_str_ne(first->id, second->id);
}
END_TEST

START_TEST(what_is_given_is_taken)
{
    stage_set("name: w.1-a_B\nseed: 42\nclock: {mode: frozen, at: 2030-02-03T04:05:06Z}\n"
              "users: [{username: u, password: p, mfa: '1'}, {username: s, sso: true}]\n"
              "products: [{id: 5, slug: a, name: A, platform: photon, team: [u], clients: [\n"
              "  {id: abc, secret: s, scope: create_customer, redirect_uri: 'http://x/'}]}]\n"
              "customers: [{email: C, password: q}]\n"
              "devices: [{as: d, id: 0123456789abcdef01234567, name: Kitchen, product: 5,\n"
              "  owner: c, state: online, connect_ms: 7}]\n"
              "tokens: [{token: t1, user: u, expires_in: 60}, {token: t2, customer: c},\n"
              "  {token: t3, client: abc, expires_in: 0}]\n"
              "behaviour: {uppercase_ids: accept, query_tokens: refuse}\n");
    const struct oauth_client *client = map_get(&stage->cloud->clients, "abc");
    const struct token *customers = map_get(&stage->cloud->tokens, "t2");
    const struct token *clients = map_get(&stage->cloud->tokens, "t3");
    struct owner owner = stage_owner("c");
    ck_assert_str_eq(stage->name, "w.1-a_B");
    ck_assert_uint_eq(stage->seed, 42);
    ck_assert_int_eq(vclock_now(stage->sim.clock), INT64_C(1896321906000));
    ck_assert_str_eq(cloud_user(stage->cloud, "u")->mfa_otp, "1");
    ck_assert(cloud_user(stage->cloud, "s")->sso);
    ck_assert_int_eq(client->scope, CLIENT_CREATE_CUSTOMER);
    ck_assert_str_eq(client->redirect_uri, "http://x/");
    ck_assert_str_eq(owner.customer->password, "q");
    ck_assert(owner_same(&stage_record("d")->owner, &owner));
    ck_assert_str_eq(stage_record("d")->name, "Kitchen");
    ck_assert_int_eq(stage_device("d")->connect_ms, 7);
    ck_assert_int_eq(stage_device("d")->state, STATE_ONLINE);
    ck_assert(stage_record("d")->online);
    ck_assert_ptr_eq(customers->client, client);
    ck_assert_str_eq(customers->scope, "customer=c");
    ck_assert_int_eq(customers->expires_ms - customers->issued_ms, TOKEN_LIFE_S * 1000);
    ck_assert_int_eq(clients->owner.kind, OWNER_NONE);
    ck_assert_int_eq(clients->expires_ms, -1);
    ck_assert(sim_behaves(&stage->sim, BEHAVIOUR_UPPERCASE_IDS, "accept"));
    ck_assert(sim_behaves(&stage->sim, BEHAVIOUR_QUERY_TOKENS, "refuse"));
}
END_TEST

START_TEST(accounts_of_programs_and_organizations)
{
    stage_set("users: [{username: p, password: x, scopes: ['devices:list']},\n"
              "  {username: u, recovery_codes: [c1, c2]}]\n"
              "products: [{slug: a, description: It pumps., org: acme, team: [p],\n"
              "  settings: {quarantine: false}}, {slug: b}]\n");
    const struct user *program = cloud_user(stage->cloud, "p");
    const struct product *product = cloud_product(stage->cloud, "a");
    ck_assert(program->programmatic && map_get(&program->scopes, "devices:list"));
    ck_assert(!program->password); /* it has a token alone */
    ck_assert(!cloud_user(stage->cloud, "u")->programmatic);
    ck_assert_uint_eq(map_count(&cloud_user(stage->cloud, "u")->recovery_codes), 2);
    ck_assert_str_eq(product->description, "It pumps.");
    ck_assert_str_eq(product->org, "acme");
    ck_assert(!product->quarantine);
    product = cloud_product(stage->cloud, "b");
    ck_assert(!product->description && !product->org && product->quarantine);
}
END_TEST

START_TEST(a_customers_token_comes_from_a_client_of_its_product)
{
    stage_set("products: [{slug: a}, {slug: b}]\ncustomers: [{email: c, product: b}]\n"
              "users: [{username: u}]\n"
              "tokens: [{token: t, customer: c, product: b}, {token: u, user: u}]\n");
    const struct token *customers = map_get(&stage->cloud->tokens, "t");
    const struct token *users = map_get(&stage->cloud->tokens, "u");
    ck_assert_str_eq(customers->client->product->slug, "b");
    ck_assert_str_eq(users->client->id, "particle");
}
END_TEST

START_TEST(json_is_read_too)
{
    stage_set("{\"name\":\"w\",\"seed\":3,\"devices\":[{\"as\":\"pump\",\"state\":\"online\"}]}");
    ck_assert(stage_record("pump")->online);
}
END_TEST

START_TEST(options_are_below_the_file_but_for_a_forced_seed)
{
    static const char yaml[] = "name: mine\nseed: 5\n";
    const struct world_options options = {.name = "other", .seed = 8, .force_seed = 9};
    struct doc *doc = doc_new("world.yaml", yaml, strlen(yaml), &stage_diags);
    stage = world_new(doc, doc_root(doc, 0), &options, &stage_diags);
    doc_unref(doc);
    ck_assert_str_eq(stage->name, "mine");
    ck_assert_uint_eq(stage->seed, 9);
    ck_assert_int_eq(vclock_mode(stage->sim.clock), VCLOCK_REAL);
    world_free(stage);
    stage = world_new(NULL, NULL, &options, &stage_diags);
    ck_assert_str_eq(stage->name, "other");
}
END_TEST

START_TEST(a_large_fleet_has_an_id_each)
{
    struct buf yaml;
    /* A P2's id has six free digits: of so many devices some want the same. */
    buf_init(&yaml, 4u << 20);
    buf_add_str(&yaml, "devices:\n");
    for (int i = 0; i < 20000; i++)
        buf_add_str(&yaml, "- {platform: p2}\n");
    stage_set(buf_str(&yaml));
    buf_free(&yaml);
    ck_assert_uint_eq(stage->cloud->device_count, 20000);
    for (size_t i = 0; i < 20000; i++)
        ck_assert_int_eq(strncmp(fleet_at(stage->fleet, i)->id, "0a10aced202194944a", 18), 0);
}
END_TEST

START_TEST(a_fleet_is_one_item)
{
    stage_set("users: [{username: ada}]\n"
              "devices: [{fleet: pump, count: 3, platform: photon, owner: ada}, {}]\n");
    char id[IDS_OBJECT + 1];
    ck_assert_uint_eq(fleet_count(stage->fleet), 4);
    ck_assert_str_eq(fleet_at(stage->fleet, 0)->name, "pump-1");
    ck_assert_str_eq(fleet_at(stage->fleet, 2)->name, "pump-3");
    ck_assert_str_eq(fleet_at(stage->fleet, 3)->name, "device2");
    ck_assert_str_eq(stage_record("pump-3")->name, "pump-3");
    ck_assert_int_eq(stage_record("pump-2")->owner.kind, OWNER_USER);
    ck_assert_str_eq(stage_device("pump-2")->platform->name, "photon");
    strcpy(id, stage_device("pump-2")->id);
    world_reset(stage);
    ck_assert_str_eq(stage_device("pump-2")->id, id);
    stage_teardown();
    stage_set("devices: [{as: pump-2, platform: photon}]\n"); /* the same as alone */
    ck_assert_str_eq(stage_device("pump-2")->id, id);
}
END_TEST

/* How many devices of the stage are not off. */
static size_t powered(void)
{
    size_t count = 0;
    for (size_t i = 0; i < fleet_count(stage->fleet); i++)
        count += fleet_at(stage->fleet, i)->state != STATE_OFF;
    return count;
}

START_TEST(a_fleet_comes_one_after_another)
{
    const char *actor, *what;
    stage_set("devices: [{fleet: pump, count: 10, connect: {spread: 10min}}, {as: lamp}]\n");
    for (int again = 0; again < 2; again++, world_reset(stage)) {
        ck_assert(world_settle(stage, &actor, &what)); /* it is not under way before it begins */
        ck_assert_uint_eq(powered(), 0);
        stage_advance(0);
        ck_assert_uint_eq(powered(), 1);
        stage_advance(59999);
        ck_assert_uint_eq(powered(), 1);
        stage_advance(1);
        ck_assert_uint_eq(powered(), 2);
        stage_do("pump-3", "power-on"); /* before its turn: its turn passes it over */
        stage_advance(INT64_C(480000));
        ck_assert_uint_eq(powered(), 10);
        stage_advance(INT64_C(60000));
        ck_assert_uint_eq(powered(), 10); /* and nobody else */
        ck_assert_int_eq(stage_device("pump-10")->state, STATE_ONLINE);
    }
}
END_TEST

START_TEST(fleets_come_at_the_same_time)
{
    stage_set("devices: [{fleet: pump, count: 10, connect: {spread: 10min}},\n"
              "          {fleet: lamp, platform: photon, count: 5, connect: {spread: 5min}},\n"
              "          {fleet: bell, platform: photon, count: 3, connect: {spread: 0s}}]\n");
    ck_assert_uint_eq(powered(), 0);
    stage_advance(0);
    ck_assert_uint_eq(powered(), 1 + 1 + 3); /* without a spread all come at once */
    stage_advance(INT64_C(120000));
    ck_assert_uint_eq(powered(), 3 + 3 + 3);
    stage_advance(INT64_C(480000));
    ck_assert_uint_eq(powered(), 10 + 5 + 3);
}
END_TEST

START_TEST(a_fleet_has_the_room_of_its_world)
{
    ck_assert_ptr_null(stage_try("devices: [{fleet: pump, count: 2000001, platform: boron}]\n"));
    ck_assert_ptr_nonnull(strstr(stage_diags.items[0].message, "2000000"));
    diags_free(&stage_diags);
    ck_assert_ptr_null(stage_try("limits: {devices: 9}\n"
                                 "devices: [{fleet: pump, count: 5}, {fleet: lamp, count: 5}]\n"));
    ck_assert_ptr_nonnull(strstr(stage_diags.items[0].message, "at most 9 devices"));
    diags_free(&stage_diags);
    stage_set("limits: {devices: 10}\n"
              "devices: [{fleet: pump, count: 5}, {fleet: lamp, count: 5}]\n");
    ck_assert_uint_eq(stage->cloud->device_count, 10);
}
END_TEST

START_TEST(a_fleet_of_many_has_one_timer)
{
    stage_set(
        "devices: [{fleet: pump, count: 100000, platform: boron, connect: {spread: 10min}}]\n");
    ck_assert_uint_eq(stage->cloud->device_count, 100000);
    ck_assert_int_eq(vclock_next_due(stage->sim.clock), STAGE_START);
    stage_advance(600); /* one each 6 ms, the first at once */
    ck_assert_uint_eq(powered(), 101);
}
END_TEST

START_TEST(many_products_have_a_number_each)
{
    struct buf yaml;
    buf_init(&yaml, 1u << 20);
    buf_add_str(&yaml, "products:\n");
    for (int i = 0; i < 1000; i++)
        buf_printf(&yaml, "- {slug: p%d}\n", i);
    stage_set(buf_str(&yaml));
    buf_free(&yaml);
    ck_assert_uint_eq(map_count(&stage->cloud->products), 1000);
}
END_TEST

START_TEST(the_token_of_the_only_customer_of_that_email)
{
    stage_set("products: [{slug: a}, {slug: b}]\ncustomers: [{email: c, product: b}]\n"
              "tokens: [{token: t, customer: c}]\n");
    const struct token *token = map_get(&stage->cloud->tokens, "t");
    ck_assert_str_eq(token->owner.customer->product->slug, "b");
}
END_TEST

START_TEST(clients_of_one_product_have_an_id_each)
{
    stage_set("products: [{slug: pump}, {slug: fan, clients: [{}, {}, {id: fan-1}]}]\n");
    /* beside the three that every cloud has */
    size_t before = map_count(&stage->cloud->clients);
    stage_teardown();
    stage_set("products: [{slug: pump}, {slug: fan, clients: []}]\n");
    ck_assert_uint_eq(map_count(&stage->cloud->clients), before - 3);
}
END_TEST

START_TEST(the_example_is_a_world)
{
    stage_set(world_example_text());
    ck_assert(stage_record("pump")->online);
    ck_assert_int_eq(stage_device("lamp")->state, STATE_OFF);
    ck_assert_str_eq(stage_record("pump")->product->slug, "acme-pump");
}
END_TEST

/* ---- the same again ---- */

/* A life that needs ids, chance and time. */
static void live(void)
{
    stage_bring_online("pump", "power-on", (const char *)NULL);
    stage_claim("ada@example.com", "pump");
    const struct claim_code *code = stage_issue("ben@example.com");
    stage_do("lamp", "power-on");
    stage_do("lamp", "listen");
    stage_hand("lamp", "softap", code->code);
    stage_bring_online("lamp", "leave-listening", (const char *)NULL);
    stage_issue("ada@example.com");
    stage_advance(3600000);
}

/* Both are the same text; frees both. */
static void expect_same(char *a, char *b, bool same)
{
    ck_assert_int_eq(strcmp(a, b) == 0, same);
    free(a);
    free(b);
}

START_TEST(a_reset_is_the_same_world_again)
{
    char *begin = stage_state_dup(stage);
    live();
    char *state = stage_state_dup(stage), *journal = stage_journal_dup(stage);
    expect_same(mem_dup(begin), mem_dup(state), false);
    uint64_t generation = stage->generation;
    stage->requests = 5;
    world_reset(stage);
    ck_assert_uint_eq(stage->generation, generation + 1);
    ck_assert_uint_eq(stage->requests, 0);
    expect_same(begin, stage_state_dup(stage), true);
    live();
    expect_same(state, stage_state_dup(stage), true);
    expect_same(journal, stage_journal_dup(stage), true);
}
END_TEST

/* Lives in a world with this head; answers its journal. */
static char *life_of(const char *head)
{
    char *yaml = mem_printf_dup("%s%s", head, stage_people);
    stage_teardown();
    stage_set(yaml);
    free(yaml);
    live();
    return stage_journal_dup(stage);
}

static const struct {
    const char *a, *b;
    bool same;
} lives[] = {
    {"", "", true},
    {"seed: 7\n", "seed: 7\n", true},
    {"seed: 1\nname: default\n", "", true},
    {"seed: 7\n", "seed: 8\n", false},
    {"name: a\n", "name: b\n", false},
    {"", "clock: {at: 2026-01-01}\n", true},
    {"", "clock: {at: 2026-01-02}\n", false},
};

START_TEST(seed_and_name_make_the_journal_byte_for_byte)
{
    char *a = life_of(lives[_i].a);
    expect_same(a, life_of(lives[_i].b), lives[_i].same);
}
END_TEST

START_TEST(ids_do_not_follow_from_the_order)
{
    stage_set("users: [{username: a}, {username: b}]\ndevices: [{as: x}, {as: y}]\n");
    char *user = mem_dup(cloud_user(stage->cloud, "b")->id);
    char *device = mem_dup(stage_device("y")->id);
    stage_teardown();
    stage_set("devices: [{as: y, state: online}, {as: x}]\nusers: [{username: b}]\n");
    expect_same(user, mem_dup(cloud_user(stage->cloud, "b")->id), true);
    expect_same(device, mem_dup(stage_device("y")->id), true);
}
END_TEST

/* ---- names ---- */

START_TEST(owners_by_name)
{
    size_t count;
    struct owner owner;
    stage_set("users: [{username: ada}]\nproducts: [{slug: a}, {slug: b}]\n"
              "customers: [{email: ada, product: a}, {email: Cleo, product: a},\n"
              "  {email: eve, product: a}, {email: eve, product: b}]\n");
    owner = world_owner(stage, "cleo", &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(owner.kind, OWNER_CUSTOMER);
    owner = world_owner(stage, "Cleo", &count); /* an email is kept in lower case */
    ck_assert_uint_eq(count, 1);
    owner = world_owner(stage, "ada", &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(owner.kind, OWNER_NONE);
    world_owner(stage, "eve", &count);
    ck_assert_uint_eq(count, 2);
    world_owner(stage, "nobody", &count);
    ck_assert_uint_eq(count, 0);
}
END_TEST

static TCase *mistakes_case(void)
{
    TCase *tcase = tcase_create("mistakes");
    tcase_add_checked_fixture(tcase, NULL, stage_teardown);
    tcase_add_loop_test(tcase, each_mistake_has_its_place, 0, MISTAKES);
    tcase_add_test(tcase, all_mistakes_are_told_at_once);
    tcase_add_test(tcase, a_world_has_so_many_devices);
    return tcase;
}

static TCase *making_case(void)
{
    TCase *tcase = tcase_create("making");
    tcase_set_timeout(tcase, 30); /* a fleet of 100,000 */
    tcase_add_checked_fixture(tcase, NULL, stage_teardown);
    tcase_add_test(tcase, an_empty_world);
    tcase_add_test(tcase, defaults);
    tcase_add_test(tcase, what_is_given_is_taken);
    tcase_add_test(tcase, accounts_of_programs_and_organizations);
    tcase_add_test(tcase, a_customers_token_comes_from_a_client_of_its_product);
    tcase_add_test(tcase, json_is_read_too);
    tcase_add_test(tcase, options_are_below_the_file_but_for_a_forced_seed);
    tcase_add_test(tcase, a_large_fleet_has_an_id_each);
    tcase_add_test(tcase, a_fleet_is_one_item);
    tcase_add_test(tcase, a_fleet_comes_one_after_another);
    tcase_add_test(tcase, fleets_come_at_the_same_time);
    tcase_add_test(tcase, a_fleet_has_the_room_of_its_world);
    tcase_add_test(tcase, a_fleet_of_many_has_one_timer);
    tcase_add_test(tcase, many_products_have_a_number_each);
    tcase_add_test(tcase, the_token_of_the_only_customer_of_that_email);
    tcase_add_test(tcase, clients_of_one_product_have_an_id_each);
    tcase_add_test(tcase, the_example_is_a_world);
    tcase_add_test(tcase, ids_do_not_follow_from_the_order);
    tcase_add_test(tcase, owners_by_name);
    return tcase;
}

static TCase *again_case(void)
{
    TCase *tcase = tcase_create("again");
    tcase_add_checked_fixture(tcase, stage_set_people, stage_teardown);
    tcase_add_test(tcase, a_reset_is_the_same_world_again);
    tcase_add_loop_test(tcase, seed_and_name_make_the_journal_byte_for_byte, 0, 7);
    return tcase;
}

Suite *test_world_load(void)
{
    Suite *suite = suite_create("load");
    suite_add_tcase(suite, mistakes_case());
    suite_add_tcase(suite, making_case());
    suite_add_tcase(suite, again_case());
    return suite;
}
