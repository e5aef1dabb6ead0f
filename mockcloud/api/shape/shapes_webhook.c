/* Shapes of webhooks and other integrations. See shapes.h. Data. */
#include "api/shape/shapes.h"

#define HOOK_FIELDS                                                                                \
    {"id", &shape_id, 0}, {"event", &shape_string, 0}, {"created_at", &shape_time, 0},             \
        {"integration_type", &shape_string, 0}, {"url", &shape_string, SHAPE_OPTIONAL},            \
        {"name", &shape_any, SHAPE_OPTIONAL}, {"requestType", &shape_string, SHAPE_OPTIONAL},      \
        {"noDefaults", &shape_bool, SHAPE_OPTIONAL},                                               \
        {"rejectUnauthorized", &shape_bool, SHAPE_OPTIONAL},                                       \
    {                                                                                              \
        "deviceID", &shape_string, SHAPE_OPTIONAL                                                  \
    }

static const struct shape shape_hook = {
    .type = SHAPE_OBJECT,
    .name = "Integration",
    .text = "A webhook or another integration, with all settings that were given.",
    .fields = (const struct shape_field[]){HOOK_FIELDS, {0}},
    .rest = &shape_any,
};
const struct shape shape_integrations = {.type = SHAPE_ARRAY, .item = &shape_hook};
const struct shape shape_integration_made = {
    .type = SHAPE_OBJECT,
    .name = "IntegrationMade",
    .fields =
        (const struct shape_field[]){
            HOOK_FIELDS, {"ok", &shape_bool, 0}, {"hookUrl", &shape_string, 0}, {0}},
    .rest = &shape_any,
};
const struct shape shape_integration_tested = {
    .type = SHAPE_OBJECT,
    .name = "IntegrationTested",
    .fields = (const struct shape_field[]){{"pass", &shape_bool, 0},
                                           {"data", &shape_any, SHAPE_NULLABLE},
                                           {"error", &shape_string, SHAPE_OPTIONAL},
                                           {0}},
};
static const struct shape shape_log = {
    .type = SHAPE_OBJECT,
    .name = "IntegrationLog",
    .fields = (const struct shape_field[]){{"event", &shape_string, 0},
                                           {"created_at", &shape_time, 0},
                                           {"request", &shape_string, 0},
                                           {"response", &shape_string, 0},
                                           {0}},
};
static const struct shape shape_counter = {
    .type = SHAPE_OBJECT,
    .name = "IntegrationCounter",
    .fields = (const struct shape_field[]){{"date", &shape_string, 0},
                                           {"success", &shape_int, 0},
                                           {"error", &shape_int, 0},
                                           {"skipped", &shape_int, 0},
                                           {0}},
};
static const struct shape shape_logged = {
    .type = SHAPE_OBJECT,
    .name = "IntegrationLogged",
    .fields = (const struct shape_field[]){HOOK_FIELDS,
                                           {"logs", SHAPE_LIST(shape_log), 0},
                                           {"errors", SHAPE_LIST(shape_log), 0},
                                           {"counters", SHAPE_LIST(shape_counter), 0},
                                           {0}},
    .rest = &shape_any,
};
const struct shape shape_one_webhook = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"webhook", &shape_logged, 0}, {0}},
};
const struct shape shape_one_integration = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"integration", &shape_logged, 0}, {0}},
};
