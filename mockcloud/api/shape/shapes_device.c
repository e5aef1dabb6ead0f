/*
 * Shapes of devices as their owners and their products see them, of claims and claim codes.
 *
 * Sources: recordings of particlerb (2015 to 2018), transcripts of Particle's staff (2017, 2018),
 * Particle's API reference, the response types of particle-api-js 12.
 */
#include "api/shape/shapes.h"

static const struct shape variables = {
    .type = SHAPE_OBJECT,
    .text = "The type of each variable by its name.",
    .rest = &shape_string,
};

/* ---- devices, in the form of each year; the order is that of device_json.c ---- */

#define HEAD_2015                                                                                  \
    {"id", &shape_id, 0}, {"name", &shape_string, SHAPE_NULLABLE},                                 \
        {"last_app", &shape_string, SHAPE_NULLABLE},                                               \
        {"last_ip_address", &shape_string, SHAPE_NULLABLE},                                        \
        {"last_heard", &shape_time, SHAPE_NULLABLE}, {"product_id", &shape_int, 0},                \
    {                                                                                              \
        "connected", &shape_bool, 0                                                                \
    }
#define MORE_2018                                                                                  \
    {"platform_id", &shape_int, 0}, {"cellular", &shape_bool, 0},                                  \
        {"notes", &shape_string, SHAPE_NULLABLE}, {"status", &shape_string, 0},                    \
        {"current_build_target", &shape_string, SHAPE_NULLABLE},                                   \
        {"system_firmware_version", &shape_string, SHAPE_NULLABLE},                                \
    {                                                                                              \
        "default_build_target", &shape_string, SHAPE_NULLABLE                                      \
    }
/* null while offline in 2015 */
#define DESCRIBED(flags)                                                                           \
    {"functions", &shape_strings, flags},                                                          \
    {                                                                                              \
        "variables", &variables, flags                                                             \
    }
#define COMMON                                                                                     \
    {"id", &shape_id, 0}, {"name", &shape_string, SHAPE_NULLABLE},                                 \
        {"last_ip_address", &shape_string, SHAPE_NULLABLE},                                        \
        {"last_heard", &shape_time, SHAPE_NULLABLE},                                               \
        {"last_handshake_at", &shape_time, SHAPE_NULLABLE}, {"product_id", &shape_int, 0},         \
        {"online", &shape_bool, 0}, {"platform_id", &shape_int, 0}, {"cellular", &shape_bool, 0},  \
        {"status", &shape_string, 0}, {"serial_number", &shape_string, SHAPE_NULLABLE},            \
        {"mac_wifi", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},                              \
        {"iccid", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},                                 \
        {"imei", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},                                  \
        {"system_firmware_version", &shape_string, SHAPE_NULLABLE}, DESCRIBED(0)
#define LISTED_NOW                                                                                 \
    COMMON, {"connected", &shape_bool, 0}, {"notes", &shape_string, SHAPE_NULLABLE},               \
        {"firmware_updates_enabled", &shape_bool, 0}, {"firmware_updates_forced", &shape_bool, 0}, \
        {"current_build_target", &shape_string, SHAPE_NULLABLE},                                   \
        {"pinned_build_target", &shape_string, SHAPE_NULLABLE},                                    \
    {                                                                                              \
        "default_build_target", &shape_string, SHAPE_NULLABLE                                      \
    }
#define OWNED                                                                                      \
    {"groups", &shape_strings, 0},                                                                 \
        {"mobile_secret", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},                         \
    {                                                                                              \
        "owner", &shape_string, SHAPE_NULLABLE                                                     \
    }
#define OWNER_ID                                                                                   \
    {"user_id", &shape_id, SHAPE_OPTIONAL},                                                        \
    {                                                                                              \
        "customer_id", &shape_id, SHAPE_OPTIONAL                                                   \
    }

/* An object of these fields, with the name of its component. */
#define DEVICE_OF(component, sentence, ...)                                                        \
    {                                                                                              \
        .type = SHAPE_OBJECT, .name = component, .text = sentence,                                 \
        .fields = (const struct shape_field[]){__VA_ARGS__, {0}},                                  \
    }

static const struct shape protection = {
    .type = SHAPE_OBJECT,
    .name = "DeviceProtection",
    .fields = (const struct shape_field[]){{"status",
                                            &(const struct shape){
                                                .type = SHAPE_STRING,
                                                .words = SHAPE_WORDS("active", "disabled")},
                                            0},
                                           {0}},
};

static const struct shape listed_now =
    DEVICE_OF("ListedDevice", "A row of the list of its owner.", LISTED_NOW);
static const struct shape listed_2020 =
    DEVICE_OF("ListedDeviceOf2020", "The same with api_year 2020 or 2022.", COMMON,
              {"notes", &shape_string, SHAPE_NULLABLE});
static const struct shape listed_2018 =
    DEVICE_OF("ListedDeviceOf2018", "The same with api_year 2018.", HEAD_2015, MORE_2018);
static const struct shape listed_2015 =
    DEVICE_OF("ListedDeviceOf2015", "The same with api_year 2015.", HEAD_2015);

static const struct shape listed = {
    .type = SHAPE_UNION,
    .any_of =
        (const struct shape *const[]){&listed_now, &listed_2020, &listed_2018, &listed_2015, NULL},
};

const struct shape shape_devices = {.type = SHAPE_ARRAY, .item = &listed};

static const struct shape device_now =
    DEVICE_OF("Device", "A device as its owner sees it.", LISTED_NOW, OWNED, OWNER_ID,
              {"last_iccid", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},
              {"device_protection", &protection, 0});
static const struct shape device_2020 =
    DEVICE_OF("DeviceOf2020", "The same with api_year 2020 or 2022.", COMMON, OWNED,
              {"notes", &shape_string, SHAPE_NULLABLE});
static const struct shape device_2018 =
    DEVICE_OF("DeviceOf2018", "The same with api_year 2018.", HEAD_2015, MORE_2018, DESCRIBED(0));
static const struct shape device_2015 =
    DEVICE_OF("DeviceOf2015", "The same with api_year 2015.", HEAD_2015, DESCRIBED(SHAPE_NULLABLE));

const struct shape shape_device = {
    .type = SHAPE_UNION,
    .any_of =
        (const struct shape *const[]){&device_now, &device_2020, &device_2018, &device_2015, NULL},
};

/* ---- a product's view; groups, owner and firmware_version are missing in quarantine ---- */

#define IN_PRODUCT                                                                                 \
    COMMON, {"mobile_secret", &shape_string, SHAPE_NULLABLE},                                      \
        {"firmware_product_id", &shape_int, 0}, {"groups", &shape_strings, SHAPE_OPTIONAL},        \
        {"firmware_version", &shape_int, SHAPE_OPTIONAL | SHAPE_NULLABLE},                         \
        {"desired_firmware_version", &shape_int, SHAPE_OPTIONAL},                                  \
        {"targeted_firmware_release_version", &shape_int, SHAPE_NULLABLE},                         \
        {"development", &shape_bool, 0}, {"quarantined", &shape_bool, 0},                          \
        {"denied", &shape_bool, 0},                                                                \
    {                                                                                              \
        "owner", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE                                    \
    }
#define IN_PRODUCT_NOW                                                                             \
    IN_PRODUCT, {"connected", &shape_bool, 0},                                                     \
        {"current_build_target", &shape_string, SHAPE_NULLABLE},                                   \
        {"device_protection", &protection, 0}, OWNER_ID

static const struct shape product_row_now =
    DEVICE_OF("ListedProductDevice", "A row of a product's list.", IN_PRODUCT_NOW);
static const struct shape product_row_2020 =
    DEVICE_OF("ListedProductDeviceOf2020", "The same with an older api_year.", IN_PRODUCT);

const struct shape shape_product_row = {
    .type = SHAPE_UNION,
    .any_of = (const struct shape *const[]){&product_row_now, &product_row_2020, NULL},
};

const struct shape shape_product_device = DEVICE_OF(
    "ProductDevice", "A device as its product sees it.", IN_PRODUCT_NOW,
    {"notes", &shape_string, SHAPE_NULLABLE},
    {"default_build_target", &shape_string, SHAPE_NULLABLE},
    {"firmware_updates_enabled", &shape_bool, 0}, {"firmware_updates_forced", &shape_bool, 0});

/* ---- claiming ---- */

static const struct shape claimed_by_user = {
    .type = SHAPE_OBJECT,
    .name = "ClaimedByUser",
    .fields = (const struct shape_field[]){{"user_id", &shape_id, 0},
                                           {"id", &shape_id, 0},
                                           {"connected", &shape_bool, 0},
                                           {"ok", &shape_bool, 0},
                                           {0}},
};

static const struct shape claimed_by_customer = {
    .type = SHAPE_OBJECT,
    .name = "ClaimedByCustomer",
    .fields = (const struct shape_field[]){{"customer_id", &shape_id, 0},
                                           {"product_id", &shape_int, 0},
                                           {"updated_at", &shape_time, 0},
                                           {"id", &shape_id, 0},
                                           {"connected", &shape_bool, 0},
                                           {"ok", &shape_bool, 0},
                                           {0}},
};

static const struct shape transfer_asked = {
    .type = SHAPE_OBJECT,
    .name = "TransferAsked",
    .fields =
        (const struct shape_field[]){{"ok", &shape_bool, 0}, {"transfer_id", &shape_id, 0}, {0}},
};

const struct shape shape_claimed = {
    .type = SHAPE_UNION,
    .name = "Claimed",
    .any_of = (const struct shape *const[]){&claimed_by_user, &claimed_by_customer, &transfer_asked,
                                            NULL},
};

const struct shape shape_claim_code = {
    .type = SHAPE_OBJECT,
    .name = "ClaimCode",
    .text = "A claim code, and the devices that its owner has already.",
    .fields =
        (const struct shape_field[]){
            {"claim_code",
             &(const struct shape){
                 .type = SHAPE_STRING,
                 .text = "63 characters of base64; for a cellular device the ICCID or IMEI that "
                         "was asked for.",
                 .pattern = "^([A-Za-z0-9+/]{63}|[0-9]{14,22})$"},
             0},
            {"device_ids", SHAPE_LIST(shape_id), 0},
            {0}},
};
