/* Shapes of product firmware and of build targets. See shapes.h. Data. Source: Particle's API
 * reference; `current` and `uploaded_at` are of the type in particle-api-js. */
#include "api/shape/shapes.h"

static const struct shape uploader = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){{"id", &shape_id, 0}, {"username", &shape_string, 0}, {0}},
};

const struct shape shape_firmware = {
    .type = SHAPE_OBJECT,
    .name = "ProductFirmware",
    .fields = (const struct shape_field[]){{"_id", &shape_id, 0},
                                           {"version", &shape_int, 0},
                                           {"title", &shape_string, 0},
                                           {"description", &shape_string, 0},
                                           {"name", &shape_string, 0},
                                           {"size", &shape_int, 0},
                                           {"product_default", &shape_bool, 0},
                                           {"current", &shape_bool, 0},
                                           {"uploaded_on", &shape_time, 0},
                                           {"uploaded_at", &shape_time, 0},
                                           {"product_id", &shape_int, 0},
                                           {"mandatory", &shape_bool, 0},
                                           {"uploaded_by", &uploader, SHAPE_NULLABLE},
                                           {"groups", &shape_strings, 0},
                                           {"device_count", &shape_int, 0},
                                           {0}},
};

const struct shape shape_firmwares = {.type = SHAPE_ARRAY, .item = &shape_firmware};

const struct shape shape_firmware_release = {
    .type = SHAPE_OBJECT,
    .name = "FirmwareRelease",
    .fields = (const struct shape_field[]){{"updated_at", &shape_time, 0},
                                           {"version", &shape_int, 0},
                                           {"title", &shape_string, 0},
                                           {"size", &shape_int, 0},
                                           {"product_default", &shape_bool, 0},
                                           {"uploaded_on", &shape_time, 0},
                                           {"product_id", &shape_int, 0},
                                           {"uploaded_by", &uploader, SHAPE_NULLABLE},
                                           {"groups", &shape_strings, 0},
                                           {"intelligent", &shape_bool, 0},
                                           {0}},
};

static const struct shape numbers = {.type = SHAPE_ARRAY, .item = &shape_int};

static const struct shape target = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"platforms", &numbers, 0},
                                           {"prereleases", &numbers, 0},
                                           {"firmware_vendor", &shape_string, 0},
                                           {"version", &shape_string, 0},
                                           {0}},
};

static const struct shape numbers_by_name = {.type = SHAPE_OBJECT, .rest = &shape_int};
static const struct shape texts_by_name = {.type = SHAPE_OBJECT, .rest = &shape_string};

const struct shape shape_build_targets = {
    .type = SHAPE_OBJECT,
    .name = "BuildTargets",
    .fields = (const struct shape_field[]){{"targets", SHAPE_LIST(target), 0},
                                           {"platforms", &numbers_by_name, 0},
                                           {"default_versions", &texts_by_name, 0},
                                           {0}},
};
