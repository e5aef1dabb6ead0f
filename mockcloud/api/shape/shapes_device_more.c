/*
 * Shapes of what is done with a device that is there: changed, pinged, read, called, flashed; and
 * of binaries and serial numbers.
 *
 * Sources: recordings of particlerb (2015 to 2018), Particle's API reference, the response types of
 * particle-api-js 12. Switches choose between recorded and documented keys, so many are optional.
 */
#include "api/shape/shapes.h"

const struct shape shape_device_updated = {
    .type = SHAPE_OBJECT,
    .name = "DeviceUpdated",
    .text = "What was changed.",
    .fields =
        (const struct shape_field[]){
            {"id", &shape_id, 0},
            {"name", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},
            {"notes", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},
            {"firmware_updates_forced", &shape_bool, SHAPE_OPTIONAL},
            {"development", &shape_bool, SHAPE_OPTIONAL},
            {"desired_firmware_version", &shape_int, SHAPE_OPTIONAL | SHAPE_NULLABLE},
            {"flash", &shape_bool, SHAPE_OPTIONAL},
            {"groups", &shape_strings, SHAPE_OPTIONAL},
            {"connected", &shape_bool, SHAPE_OPTIONAL},
            {"signaling", &shape_bool, SHAPE_OPTIONAL},
            {"updated_at", &shape_time, SHAPE_OPTIONAL},
            {0}},
};

const struct shape shape_update_started = {
    .type = SHAPE_OBJECT,
    .name = "UpdateStarted",
    .fields = (const struct shape_field[]){{"ok", &shape_bool, SHAPE_OPTIONAL},
                                           {"id", &shape_id, SHAPE_OPTIONAL},
                                           {"message", &shape_string, SHAPE_OPTIONAL},
                                           {"status", &shape_string, SHAPE_OPTIONAL},
                                           {0}},
};

const struct shape shape_pinged = {
    .type = SHAPE_OBJECT,
    .name = "Pinged",
    .fields = (const struct shape_field[]){{"online", &shape_bool, 0}, {"ok", &shape_bool, 0}, {0}},
};

static const struct shape core_info = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){{"name", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},
                                     {"last_app", &shape_string, SHAPE_OPTIONAL},
                                     {"last_heard", &shape_time, SHAPE_OPTIONAL | SHAPE_NULLABLE},
                                     {"connected", &shape_bool, 0},
                                     {"last_handshake_at", &shape_time, SHAPE_NULLABLE},
                                     {"deviceID", &shape_id, 0},
                                     {"product_id", &shape_int, SHAPE_OPTIONAL},
                                     {0}},
};

static const struct shape asked_message = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){{"cmd", &shape_string, 0}, {"name", &shape_string, 0}, {0}},
};

static const struct shape asked_body = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){{"device", &shape_id, 0}, {"msg", &asked_message, 0}, {0}},
};

const struct shape shape_variable = {
    .type = SHAPE_OBJECT,
    .name = "Variable",
    .fields = (const struct shape_field[]){{"cmd", &shape_string, SHAPE_OPTIONAL},
                                           {"name", &shape_string, 0},
                                           {"result", &shape_any, 0},
                                           {"device", &shape_id, SHAPE_OPTIONAL},
                                           {"body", &asked_body, SHAPE_OPTIONAL},
                                           {"coreInfo", &core_info, 0},
                                           {0}},
};

const struct shape shape_function = {
    .type = SHAPE_OBJECT,
    .name = "FunctionCalled",
    .fields = (const struct shape_field[]){{"id", &shape_id, 0},
                                           {"name", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},
                                           {"last_app", &shape_string, SHAPE_OPTIONAL},
                                           {"connected", &shape_bool, 0},
                                           {"return_value", &shape_int, 0},
                                           {0}},
};

const struct shape shape_compiled = {
    .type = SHAPE_OBJECT,
    .name = "Compiled",
    .fields = (const struct shape_field[]){{"ok", &shape_bool, 0},
                                           {"binary_id", &shape_id, SHAPE_OPTIONAL},
                                           {"binary_url", &shape_string, SHAPE_OPTIONAL},
                                           {"build_target_version", &shape_string, SHAPE_OPTIONAL},
                                           {"expires_at", &shape_time, SHAPE_OPTIONAL},
                                           {"sizeInfo", &shape_string, SHAPE_OPTIONAL},
                                           {"code", &shape_int, SHAPE_OPTIONAL},
                                           {"output", &shape_string, SHAPE_OPTIONAL},
                                           {"errors", &shape_strings, SHAPE_OPTIONAL},
                                           {0}},
};

const struct shape shape_serial_number = {
    .type = SHAPE_OBJECT,
    .name = "SerialNumber",
    .text = "The device that has the number.",
    .fields =
        (const struct shape_field[]){
            {"ok", &shape_bool, 0},
            {"deviceID", &shape_id, 0},
            {"iccid", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},
            {"mobile_secret", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},
            {0}},
};

const struct shape shape_unprotect = {
    .type = SHAPE_OBJECT,
    .text = "Of prepare the nonce, of confirm the rest.",
    .fields = (const struct shape_field[]){{"ok", &shape_bool, 0},
                                           {"server_nonce", &shape_string, SHAPE_OPTIONAL},
                                           {"server_signature", &shape_string, SHAPE_OPTIONAL},
                                           {"server_public_key_fingerprint", &shape_string,
                                            SHAPE_OPTIONAL},
                                           {0}},
};
