/* The fields of a world file: rows for checking, for the schema, for the reference. See world.h. */
#include "world/world.h"

static const char *const clock_modes[] = {"real", "frozen", NULL};
static const char *const client_scopes[] = {"full", "create_customer", "*:*", "customers:create",
                                            NULL};
static const char *const interface_words[] = {"cellular", "wifi", "ethernet", NULL};
static const char *const sim_words[] = {"active", "inactive", "missing", NULL};
static const char *const begin_states[] = {"off", "online", "listening", "offline", NULL};
static const char *const platform_words[] = {
    "e-series", "electron", "boron",     "bsom",    "b-som",   "b5som", "b5-som", "photon",
    "p1",       "argon",    "p2",        "photon2", "core",    "xenon", "esomx",  "tracker",
    "trackerm", "msom",     "electron2", "sulu",    "tachyon", "linux", NULL};

static const struct field clock_fields[] = {
    {.name = "mode",
     .type = FIELD_WORD,
     .words = clock_modes,
     .text =
         "real follows the machine, frozen moves only when told (frozen in scenarios, else real)"},
    {.name = "at",
     .type = FIELD_TIME,
     .text = "where the clock begins (frozen: 2026-01-01T00:00:00Z; real: now)"},
    {0},
};

static const struct field recovery_code_item = {
    .name = "recovery_code", .type = FIELD_STRING, .min = 1, .max = 200};
static const struct field scope_item = {.name = "scope", .type = FIELD_STRING};

static const struct field user_fields[] = {
    {.name = "username",
     .type = FIELD_STRING,
     .required = true,
     .min = 1,
     .max = 200,
     .text = "the e-mail address to log in with"},
    {.name = "password", .type = FIELD_STRING, .text = "made from the seed when left out"},
    {.name = "mfa",
     .type = FIELD_STRING,
     .text = "switches the second factor on: the one-time password that is accepted"},
    {.name = "recovery_codes",
     .type = FIELD_LIST,
     .item = &recovery_code_item,
     .text = "each is good for one login without the second factor"},
    {.name = "sso",
     .type = FIELD_BOOL,
     .text = "logs in through its company: the password grant answers sso_user"},
    {.name = "scopes",
     .type = FIELD_LIST,
     .item = &scope_item,
     .text = "makes it an API user, which a program acts as, by token alone: devices:list …"},
    {0},
};

static const struct field client_fields[] = {
    {.name = "id",
     .type = FIELD_STRING,
     .min = 3,
     .max = 40,
     .text = "the OAuth client id: letters, digits, - and _ (SLUG-NNNN)"},
    {.name = "secret", .type = FIELD_STRING, .text = "made from the seed when left out"},
    {.name = "scope",
     .type = FIELD_WORD,
     .words = client_scopes,
     .text =
         "create_customer, or customers:create: may create customers, has no client_credentials "
         "grant; full, or *:*: all (full)"},
    {.name = "redirect_uri",
     .type = FIELD_STRING,
     .text = "where the browser flow of customer creation ends"},
    {0},
};

static const struct field client_item = {
    .name = "client", .type = FIELD_OBJECT, .fields = client_fields};
static const struct field username_item = {.name = "username", .type = FIELD_STRING};

static const struct field group_item = {
    .name = "group", .type = FIELD_STRING, .min = 1, .max = 100};

static const struct field product_setting_fields[] = {
    {.name = "quarantine",
     .type = FIELD_BOOL,
     .text = "devices that run its firmware and were not imported wait for approval (true)"},
    {0},
};

static const struct field product_fields[] = {
    {.name = "id", .type = FIELD_INT, .min = 1, .max = 1000000000, .text = "made when left out"},
    {.name = "slug",
     .type = FIELD_STRING,
     .min = 1,
     .max = 100,
     .text = "made from the name when left out"},
    {.name = "name", .type = FIELD_STRING, .text = "the slug when left out"},
    {.name = "platform",
     .type = FIELD_WORD,
     .words = platform_words,
     .text = "of all its devices (boron)"},
    {.name = "protected", .type = FIELD_BOOL, .text = "its devices are protected (false)"},
    {.name = "description", .type = FIELD_STRING, .text = "(empty)"},
    {.name = "org",
     .type = FIELD_STRING,
     .min = 1,
     .max = 100,
     .text = "slug of the organization that it belongs to (none)"},
    {.name = "groups",
     .type = FIELD_LIST,
     .item = &group_item,
     .text = "its device groups; those that its devices are in come by themselves"},
    {.name = "settings",
     .type = FIELD_OBJECT,
     .fields = product_setting_fields,
     .text = "what its team sets"},
    {.name = "team",
     .type = FIELD_LIST,
     .item = &username_item,
     .text = "usernames of its team members"},
    {.name = "clients",
     .type = FIELD_LIST,
     .item = &client_item,
     .text = "its OAuth clients; one is made when left out"},
    {0},
};

static const struct field customer_fields[] = {
    {.name = "email",
     .type = FIELD_STRING,
     .required = true,
     .min = 1,
     .max = 200,
     .text = "any unique string; in lower case"},
    {.name = "product", .type = FIELD_STRING, .text = "id or slug (the only product)"},
    {.name = "password", .type = FIELD_STRING, .text = "none when left out: two-legged"},
    {0},
};

static const struct field function_fields[] = {
    {.name = "return",
     .type = FIELD_INT,
     .min = INT32_MIN,
     .max = INT32_MAX,
     .text = "what it returns, whatever its argument is (1)"},
    {0},
};

static const struct field function_item = {
    .name = "function", .type = FIELD_OBJECT, .fields = function_fields};
static const struct field variable_item = {.name = "variable", .type = FIELD_ANY};

static const struct field firmware_fields[] = {
    {.name = "needs",
     .type = FIELD_STRING,
     .text =
         "the Device OS that it was built for, like 4.2.0: on an older one it does not run, and "
         "the device starts in safe mode, from which the cloud brings it (the device's)"},
    {.name = "update_needs",
     .type = FIELD_STRING,
     .text = "the same of what the device is updated to later (none)"},
    {.name = "product_id",
     .type = FIELD_INT,
     .min = 1,
     .max = 1000000000,
     .text = "the product that it was built for (none)"},
    {.name = "version",
     .type = FIELD_INT,
     .min = 0,
     .max = 65535,
     .text = "its version in that product (1)"},
    {.name = "functions",
     .type = FIELD_MAP,
     .item = &function_item,
     .text = "its functions, by name"},
    {.name = "variables",
     .type = FIELD_MAP,
     .item = &variable_item,
     .text = "its variables: a number, text, true or false each"},
    {0},
};

static const struct field connect_fields[] = {
    {.name = "spread",
     .type = FIELD_DURATION,
     .required = true,
     .text = "those that are off are powered on one after another, evenly over this world time"},
    {0},
};

static const struct field device_fields[] = {
    {.name = "fleet",
     .type = FIELD_STRING,
     .min = 1,
     .max = 56,
     .text = "makes count devices of this item: pump makes pump-1, pump-2 …"},
    {.name = "count",
     .type = FIELD_INT,
     .min = 1,
     .max = 2000000,
     .text = "how many devices the fleet has"},
    {.name = "connect",
     .type = FIELD_OBJECT,
     .fields = connect_fields,
     .text = "how the fleet comes online, from the start of the world (it stays as state says)",
     .like = "like {spread: 10min}"},
    {.name = "as",
     .type = FIELD_STRING,
     .min = 1,
     .max = 64,
     .text = "its name in scenarios and the control API: letters, digits, - and _ (device1 …)"},
    {.name = "id",
     .type = FIELD_HEX,
     .min = 24,
     .max = 24,
     .text = "the device id; made in the platform's form when left out"},
    {.name = "name", .type = FIELD_STRING, .text = "its name in REST (as)"},
    {.name = "platform",
     .type = FIELD_WORD,
     .words = platform_words,
     .text = "that of its product, else of all products of the world (boron)"},
    {.name = "product",
     .type = FIELD_STRING,
     .text = "id or slug: the device is imported into it (none)"},
    {.name = "owner", .type = FIELD_STRING, .text = "a username, or a customer's email (none)"},
    {.name = "state",
     .type = FIELD_WORD,
     .words = begin_states,
     .text = "offline is powered with its radio off (off)"},
    {.name = "connect_ms",
     .type = FIELD_INT,
     .min = 0,
     .max = 86400000,
     .text = "power-on to online, in ms of world time (10000 on Wi-Fi, 40000 on cellular)"},
    {.name = "system_version",
     .type = FIELD_STRING,
     .text = "its Device OS, like 3.3.1 (the newest of its platform)"},
    {.name = "interface",
     .type = FIELD_WORD,
     .words = interface_words,
     .text = "by what it is on the network (cellular, where it has a modem, else wifi)"},
    {.name = "wifi",
     .type = FIELD_BOOL,
     .text = "false: it knows no Wi-Fi network; one that is Wi-Fi alone listens then (true)"},
    {.name = "setup_done",
     .type = FIELD_BOOL,
     .text = "false: up to Device OS 3.3.1 it listens, where its platform has the flag (true)"},
    {.name = "groups", .type = FIELD_LIST, .item = &group_item, .text = "of its product"},
    {.name = "notes", .type = FIELD_STRING, .text = "the notes in REST (none)"},
    {.name = "serial_number",
     .type = FIELD_STRING,
     .min = 1,
     .max = 64,
     .text = "made when left out"},
    {.name = "iccid",
     .type = FIELD_STRING,
     .min = 1,
     .max = 22,
     .text = "of its SIM; made when left out; cellular ones only"},
    {.name = "sim",
     .type = FIELD_WORD,
     .words = sim_words,
     .text = "inactive: nobody has activated it, so the network does not let it in; missing: there "
             "is none "
             "(active)"},
    {.name = "imei",
     .type = FIELD_STRING,
     .min = 1,
     .max = 17,
     .text = "of its modem; made when left out; cellular ones only"},
    {.name = "mobile_secret",
     .type = FIELD_STRING,
     .min = 1,
     .max = 64,
     .text = "what is printed beside the serial number; made when left out"},
    {.name = "development", .type = FIELD_BOOL, .text = "a development device of its product"},
    {.name = "desired_firmware_version",
     .type = FIELD_INT,
     .min = 0,
     .max = 65535,
     .text = "the version of the product's firmware that it is locked to (none)"},
    {.name = "quarantined",
     .type = FIELD_BOOL,
     .text = "its firmware says that it belongs to the product, but it is not imported"},
    {.name = "protected",
     .type = FIELD_BOOL,
     .text = "Device Protection is on: only a protected product takes it (false)"},
    {.name = "denied",
     .type = FIELD_BOOL,
     .text = "not imported into the product, and denied to join it"},
    {.name = "firmware",
     .type = FIELD_OBJECT,
     .fields = firmware_fields,
     .text = "what runs on it"},
    {0},
};

static const struct field token_fields[] = {
    {.name = "token",
     .type = FIELD_STRING,
     .min = 1,
     .max = 200,
     .text = "the access token; made when left out"},
    {.name = "user", .type = FIELD_STRING, .text = "a username"},
    {.name = "customer", .type = FIELD_STRING, .text = "a customer's email"},
    {.name = "product",
     .type = FIELD_STRING,
     .text = "of the customer, when the email is a customer of several"},
    {.name = "client",
     .type = FIELD_STRING,
     .text = "an OAuth client id: alone, its own token; beside user or customer, who asked"},
    {.name = "expires_in",
     .type = FIELD_INT,
     .min = 0,
     .max = 3153600000,
     .text = "seconds; 0: never (7776000)"},
    {0},
};

static const struct field code_fields[] = {
    {.name = "code",
     .type = FIELD_STRING,
     .required = true,
     .min = 1,
     .max = 200,
     .text = "what the client exchanges for a token, once"},
    {.name = "user", .type = FIELD_STRING, .text = "who has agreed: a username"},
    {.name = "customer", .type = FIELD_STRING, .text = "or a customer's email"},
    {.name = "product",
     .type = FIELD_STRING,
     .text = "of the customer, when the email is a customer of several"},
    {.name = "client",
     .type = FIELD_STRING,
     .required = true,
     .text = "the OAuth client id that may exchange it"},
    {.name = "expires_in", .type = FIELD_INT, .min = 0, .max = 86400, .text = "seconds (600)"},
    {0},
};

#define HOOK_FIELDS                                                                                \
    {.name = "event",                                                                              \
     .type = FIELD_STRING,                                                                         \
     .required = true,                                                                             \
     .min = 1,                                                                                     \
     .max = 64,                                                                                    \
     .text = "the beginning of the names that trigger it, case as given"},                         \
        {.name = "user", .type = FIELD_STRING, .text = "whose it is: a username"},                 \
        {.name = "product",                                                                        \
         .type = FIELD_STRING,                                                                     \
         .text = "whose it is, in place of a user: id or slug"},                                   \
        {.name = "org",                                                                            \
         .type = FIELD_STRING,                                                                     \
         .text = "whose it is: the slug of an organization that a product names"},                 \
    {                                                                                              \
        .name = "device", .type = FIELD_STRING,                                                    \
        .text = "the one device whose events trigger it, by name (any)"                            \
    }

static const struct field webhook_fields[] = {
    HOOK_FIELDS,
    {.name = "url",
     .type = FIELD_STRING,
     .required = true,
     .min = 1,
     .max = 2000,
     .text = "what is called; a template"},
    {.name = "settings",
     .type = FIELD_ANY,
     .text = "a map as in the API: requestType, json, form, query, headers, auth, body, "
             "noDefaults, responseTemplate …"},
    {0},
};

static const struct field integration_fields[] = {
    HOOK_FIELDS,
    {.name = "type",
     .type = FIELD_STRING,
     .min = 1,
     .max = 64,
     .text = "Webhook, or another that is kept and sends nothing (Webhook)"},
    {.name = "settings", .type = FIELD_ANY, .text = "a map as in the API: url …"},
    {0},
};

static const struct field webhook_item = {
    .name = "webhook", .type = FIELD_OBJECT, .fields = webhook_fields};
static const struct field integration_item = {
    .name = "integration", .type = FIELD_OBJECT, .fields = integration_fields};
static const struct field user_item = {.name = "user", .type = FIELD_OBJECT, .fields = user_fields};
static const struct field product_item = {
    .name = "product", .type = FIELD_OBJECT, .fields = product_fields};
static const struct field customer_item = {
    .name = "customer", .type = FIELD_OBJECT, .fields = customer_fields};
static const struct field device_item = {
    .name = "device", .type = FIELD_OBJECT, .fields = device_fields};
static const struct field token_item = {
    .name = "token", .type = FIELD_OBJECT, .fields = token_fields};
static const struct field code_item = {
    .name = "authorization_code", .type = FIELD_OBJECT, .fields = code_fields};
static const struct field limit_item = {
    .name = "limit", .type = FIELD_INT, .min = 0, .max = UINT32_MAX};
static const struct field behaviour_item = {.name = "value", .type = FIELD_STRING};

const struct field world_fields[] = {
    {.name = "name",
     .type = FIELD_STRING,
     .min = 1,
     .max = 64,
     .text = "letters, digits, . - and _; stands in URLs (default)"},
    {.name = "seed",
     .type = FIELD_INT,
     .min = 1,
     .max = INT64_MAX,
     .text = "ids, tokens, claim codes and every random choice come from it and the name (1)"},
    {.name = "clock",
     .type = FIELD_OBJECT,
     .fields = clock_fields,
     .text = "the world's time",
     .like = "like {mode: frozen, at: 2026-01-01T00:00:00Z}"},
    {.name = "users", .type = FIELD_LIST, .item = &user_item, .text = "Particle accounts"},
    {.name = "products",
     .type = FIELD_LIST,
     .item = &product_item,
     .text = "products with their teams and OAuth clients"},
    {.name = "customers",
     .type = FIELD_LIST,
     .item = &customer_item,
     .text = "customers of products"},
    {.name = "devices", .type = FIELD_LIST, .item = &device_item, .text = "simulated devices"},
    {.name = "tokens",
     .type = FIELD_LIST,
     .item = &token_item,
     .text = "access tokens that exist from the start"},
    {.name = "authorization_codes",
     .type = FIELD_LIST,
     .item = &code_item,
     .text = "what web clients got from a browser, to exchange for a token"},
    {.name = "webhooks",
     .type = FIELD_LIST,
     .item = &webhook_item,
     .text = "webhooks of users, products and organizations"},
    {.name = "integrations",
     .type = FIELD_LIST,
     .item = &integration_item,
     .text = "other integrations"},
    {.name = "behaviour",
     .type = FIELD_MAP,
     .item = &behaviour_item,
     .text = "switches, where we guess: mockcloud list behaviours"},
    {.name = "limits",
     .type = FIELD_MAP,
     .item = &limit_item,
     .text = "how many of each thing the world may hold, if fewer than by default: mockcloud list "
             "limits"},
    {0},
};
