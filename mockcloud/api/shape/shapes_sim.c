/* Shapes of SIM cards. See shapes.h. Data. Source: Particle's API reference; `quota` and `used` are
 * of the type in particle-api-js. */
#include "api/shape/shapes.h"

const struct shape shape_sim = {
    .type = SHAPE_OBJECT,
    .name = "Sim",
    .fields =
        (const struct shape_field[]){
            {"_id", &shape_string, 0},
            {"iccid", &shape_string, 0},
            {"activations_count", &shape_int, 0},
            {"base_country_code", &shape_string, 0},
            {"base_monthly_rate", &shape_int, 0},
            {"deactivations_count", &shape_int, 0},
            {"first_activated_on", &shape_time, SHAPE_NULLABLE},
            {"last_activated_on", &shape_time, SHAPE_NULLABLE},
            {"last_activated_via", &shape_string, SHAPE_NULLABLE},
            {"last_status_change_action", &shape_string, SHAPE_NULLABLE},
            {"last_status_change_action_error", &shape_string, 0},
            {"msisdn", &shape_string, 0},
            {"overage_monthly_rate", &shape_int, 0},
            {"status",
             &(const struct shape){.type = SHAPE_STRING,
                                   .words = SHAPE_WORDS("inactive", "active", "deactivated")},
             0},
            {"stripe_plan_slug", &shape_string, 0},
            {"updated_at", &shape_time, SHAPE_NULLABLE},
            {"user_id", &shape_id, SHAPE_OPTIONAL},
            {"product_id", &shape_int, SHAPE_OPTIONAL},
            {"carrier", &shape_string, SHAPE_NULLABLE},
            {"last_device_id", &shape_id, SHAPE_NULLABLE},
            {"last_device_name", &shape_string, SHAPE_NULLABLE},
            {"owner", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},
            {0}},
};

const struct shape shape_sims = {
    .type = SHAPE_OBJECT,
    .name = "Sims",
    .fields = (const struct shape_field[]){{"sims", SHAPE_LIST(shape_sim), 0},
                                           {"meta", &shape_meta, SHAPE_OPTIONAL},
                                           {0}},
};

static const struct shape day = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"date", &shape_string, 0},
                                           {"mbs_used", &shape_number, 0},
                                           {"mbs_used_cumulative", &shape_number, 0},
                                           {0}},
};

const struct shape shape_sim_usage = {
    .type = SHAPE_OBJECT,
    .name = "SimUsage",
    .fields = (const struct shape_field[]){{"iccid", &shape_string, SHAPE_OPTIONAL},
                                           {"total_mbs_used", &shape_number, SHAPE_OPTIONAL},
                                           {"total_active_sim_cards", &shape_int, SHAPE_OPTIONAL},
                                           {"usage_by_day", SHAPE_LIST(day), 0},
                                           {"quota", &shape_number, 0},
                                           {"used", &shape_number, 0},
                                           {0}},
};

static const struct shape task = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"created_at", &shape_time, 0},
                                           {"expires_at", &shape_time, 0},
                                           {"check_again_after", &shape_time, 0},
                                           {"state",
                                            &(const struct shape){
                                                .type = SHAPE_STRING,
                                                .words = SHAPE_WORDS("pending", "complete")},
                                            0},
                                           {"method", &shape_string, 0},
                                           {"task_id", &shape_string, 0},
                                           {0}},
};

static const struct shape connected = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"connected", &shape_bool, SHAPE_NULLABLE},
                                           {"gsm_connection", &shape_bool, SHAPE_NULLABLE},
                                           {"data_connection", &shape_bool, SHAPE_NULLABLE},
                                           {0}},
};

const struct shape shape_sim_status = {
    .type = SHAPE_OBJECT,
    .name = "SimStatus",
    .fields =
        (const struct shape_field[]){
            {"ok", &shape_bool, 0}, {"meta", &task, 0}, {"sim_status", &connected, 0}, {0}},
};
