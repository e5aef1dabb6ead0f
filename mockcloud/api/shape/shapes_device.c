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

/* What both namespaces tell of a device, in the order of device_json.c. */
#define DEVICE_FIELDS                                                                              \
    {"id", &shape_id, 0}, {"name", &shape_string, SHAPE_NULLABLE},                                 \
        {"last_app", &shape_string, SHAPE_NULLABLE},                                               \
        {"last_ip_address", &shape_string, SHAPE_NULLABLE},                                        \
        {"last_heard", &shape_time, SHAPE_NULLABLE},                                               \
        {"last_handshake_at", &shape_time, SHAPE_NULLABLE}, {"product_id", &shape_int, 0},         \
        {"online", &shape_bool, 0}, {"connected", &shape_bool, 0}, {"platform_id", &shape_int, 0}, \
        {"cellular", &shape_bool, 0}, {"notes", &shape_string, SHAPE_NULLABLE},                    \
        {"functions", &shape_strings, SHAPE_NULLABLE}, {"variables", &variables, SHAPE_NULLABLE},  \
        {"status", &shape_string, 0}, {"serial_number", &shape_string, SHAPE_NULLABLE},            \
        {"mac_wifi", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},                              \
        {"iccid", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},                                 \
        {"imei", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},                                  \
        {"last_iccid", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},                            \
        {"current_build_target", &shape_string, SHAPE_NULLABLE},                                   \
        {"system_firmware_version", &shape_string, SHAPE_NULLABLE},                                \
        {"default_build_target", &shape_string, SHAPE_NULLABLE},                                   \
        {"firmware_updates_enabled", &shape_bool, 0}, {"firmware_updates_forced", &shape_bool, 0}, \
        {"groups", &shape_strings, 0},                                                             \
        {"mobile_secret", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},                         \
        {"owner", &shape_string, SHAPE_NULLABLE}, {"user_id", &shape_id, SHAPE_OPTIONAL},          \
    {                                                                                              \
        "customer_id", &shape_id, SHAPE_OPTIONAL                                                   \
    }

const struct shape shape_device = {
    .type = SHAPE_OBJECT,
    .name = "Device",
    .text = "A device as its owner sees it.",
    .fields = (const struct shape_field[]){DEVICE_FIELDS, {0}},
};

const struct shape shape_devices = {.type = SHAPE_ARRAY, .item = &shape_device};

const struct shape shape_product_device = {
    .type = SHAPE_OBJECT,
    .name = "ProductDevice",
    .text = "A device as its product sees it.",
    .fields = (const struct shape_field[]){DEVICE_FIELDS,
                                           {"firmware_product_id", &shape_int, 0},
                                           {"firmware_version", &shape_int, SHAPE_NULLABLE},
                                           {"desired_firmware_version", &shape_int, SHAPE_NULLABLE},
                                           {"targeted_firmware_release_version", &shape_int,
                                            SHAPE_NULLABLE},
                                           {"development", &shape_bool, 0},
                                           {"quarantined", &shape_bool, 0},
                                           {"denied", &shape_bool, 0},
                                           {0}},
};

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
    .fields = (const struct shape_field[]){{"ok", &shape_bool, 0},
                                           {"transfer_id", &shape_id, SHAPE_OPTIONAL},
                                           {0}},
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
