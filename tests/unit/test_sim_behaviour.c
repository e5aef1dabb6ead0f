/* Switches: every guess has a default, values that differ, a text and a source. */
#include "suites.h"

#include "sim/behaviour.h"
#include "sim/sim.h"

#include <string.h>

/* What each switch does unless a world says otherwise: changing one changes every user's tests. */
static const struct {
    enum behaviour which;
    const char *name, *fallback;
} rows[] = {
    {BEHAVIOUR_MISSING_DEVICE_ID, "missing_device_id", "empty-id-404"},
    {BEHAVIOUR_UPPERCASE_IDS, "uppercase_ids", "refuse"},
    {BEHAVIOUR_UNKNOWN_DEVICE_ERROR, "unknown_device_error", "device-not-found"},
    {BEHAVIOUR_OFFLINE_CLAIM_ERROR, "offline_claim_error", "device-not-found"},
    {BEHAVIOUR_OFFLINE_CUSTOMER_CLAIM, "offline_customer_claim", "refuse"},
    {BEHAVIOUR_OFFLINE_TEAM_CLAIM, "offline_team_claim", "accept"},
    {BEHAVIOUR_FOREIGN_CUSTOMER_CLAIM, "foreign_customer_claim", "not-found-404"},
    {BEHAVIOUR_NON_MEMBER_CLAIM, "non_member_claim", "not-found-404"},
    {BEHAVIOUR_API_YEAR, "api_year", "current"},
    {BEHAVIOUR_CODE_TAKES_PRODUCT_DEVICE, "code_takes_product_device", "refuse"},
    {BEHAVIOUR_REFUSED_CODE_CONFIRMED, "refused_code_confirmed", "no"},
    {BEHAVIOUR_OLDER_CLAIM_CODES, "older_claim_codes", "live"},
    {BEHAVIOUR_PRODUCT_CLAIM_CODE_CALLER, "product_claim_code_caller", "customer"},
    {BEHAVIOUR_SANDBOX_LIMIT, "sandbox_limit", "off"},
    {BEHAVIOUR_DUPLICATE_CUSTOMER, "duplicate_customer", "bad-request-400"},
    {BEHAVIOUR_PRODUCT_REFUSED_STATUS, "product_refused_status", "forbidden-403"},
    {BEHAVIOUR_SESSION_SURVIVES_POWER_CUT, "session_survives_power_cut", "no"},
    {BEHAVIOUR_OFFLINE_BEFORE_ONLINE, "offline_before_online", "yes"},
    {BEHAVIOUR_RESUME_MOVES_HANDSHAKE, "resume_moves_handshake", "no"},
    {BEHAVIOUR_QUERY_TOKENS, "query_tokens", "accept"},
    {BEHAVIOUR_PRODUCT_CLIENT_LOGIN, "product_client_login", "customers"},
    {BEHAVIOUR_CUSTOMER_SCOPE_CASE, "customer_scope_case", "exact"},
    {BEHAVIOUR_API_USER_WITHOUT_SCOPE, "api_user_without_scope", "invalid-scope"},
    {BEHAVIOUR_UNKNOWN_TOKEN_DELETED, "unknown_token_deleted", "invalid-token-401"},
    {BEHAVIOUR_PASSWORD_RESET_UNKNOWN, "password_reset_unknown", "ok-200"},
    {BEHAVIOUR_CLIENT_UPDATE_SECRET, "client_update_secret", "hidden"},
    {BEHAVIOUR_TEAM_INVITE, "team_invite", "pending"},
    {BEHAVIOUR_CUSTOMERS_WITHOUT_DEVICE, "customers_without_device", "omitted"},
    {BEHAVIOUR_DEVICE_TIMEOUTS, "device_timeouts", "by-clock"},
    {BEHAVIOUR_SEVERAL_UPDATES, "several_updates", "all"},
    {BEHAVIOUR_RADIO_CLAIM_CODE, "radio_claim_code", "claims"},
    {BEHAVIOUR_DENIED_DEVICES_LISTED, "denied_devices_listed", "no"},
    {BEHAVIOUR_PROVISIONED_OWNER, "provisioned_owner", "caller"},
    {BEHAVIOUR_FOREIGN_DEVICE_STREAM, "foreign_device_stream", "refuse"},
    {BEHAVIOUR_STREAM_RIGHTS, "stream_rights", "followed"},
    {BEHAVIOUR_WEBHOOK_SKIPPING, "webhook_skipping", "adaptive"},
    {BEHAVIOUR_RATE_LIMITS, "rate_limits", "off"},
    {BEHAVIOUR_DUPLICATE_GROUP, "duplicate_group", "bad-request-400"},
    {BEHAVIOUR_UNTESTED_RELEASE, "untested_release", "refuse"},
    {BEHAVIOUR_DIAGNOSTICS_DATE_ERROR, "diagnostics_date_error", "bad-request-400"},
    {BEHAVIOUR_DIAGNOSTICS_REFRESH, "diagnostics_refresh", "not-online-404"},
    {BEHAVIOUR_SIM_CHECK_ACTIVE, "sim_check_active", "reset-content-205"},
};

#define ROWS (int)(sizeof rows / sizeof *rows)

START_TEST(defaults)
{
    struct sim sim;
    sim_init(&sim, VCLOCK_FROZEN, 0, 1, "default");
    ck_assert_str_eq(behaviour_rows[rows[_i].which].name, rows[_i].name);
    ck_assert(sim_behaves(&sim, rows[_i].which, rows[_i].fallback));
    ck_assert(!sim_behaves(&sim, rows[_i].which, behaviour_rows[rows[_i].which].values[1]));
    sim_free(&sim);
}
END_TEST

START_TEST(every_switch_is_tested)
{
    ck_assert_int_eq(ROWS, BEHAVIOUR_COUNT);
}
END_TEST

/* Names are keys of a world file, values its words. */
static bool is_word(const char *text, const char *allowed)
{
    return text && *text && strspn(text, allowed) == strlen(text);
}

START_TEST(rows_are_whole)
{
    const struct behaviour_row *row = &behaviour_rows[_i];
    ck_assert(is_word(row->name, "abcdefghijklmnopqrstuvwxyz_"));
    ck_assert_int_eq(behaviour_find(row->name), _i);
    ck_assert_ptr_nonnull(row->values[0]);
    ck_assert_ptr_nonnull(row->values[1]); /* else it would be no switch */
    for (int i = 0; i < BEHAVIOUR_VALUES && row->values[i]; i++) {
        ck_assert(is_word(row->values[i], "abcdefghijklmnopqrstuvwxyz0123456789-"));
        ck_assert_int_eq(behaviour_value((enum behaviour)_i, row->values[i]), i);
    }
    ck_assert_ptr_nonnull(row->text);
    ck_assert_int_eq(row->text[strlen(row->text) - 1], '.');
    ck_assert(row->source && *row->source);
}
END_TEST

START_TEST(unknown_words)
{
    ck_assert_int_eq(behaviour_find("no_such_switch"), -1);
    ck_assert_int_eq(behaviour_find(""), -1);
    ck_assert_int_eq(behaviour_value(BEHAVIOUR_UPPERCASE_IDS, "perhaps"), -1);
    ck_assert_int_eq(behaviour_value(BEHAVIOUR_UPPERCASE_IDS, ""), -1);
}
END_TEST

Suite *test_sim_behaviour(void)
{
    Suite *suite = suite_create("behaviour");
    TCase *tcase = tcase_create("behaviour");
    tcase_add_loop_test(tcase, defaults, 0, ROWS);
    tcase_add_test(tcase, every_switch_is_tested);
    tcase_add_loop_test(tcase, rows_are_whole, 0, BEHAVIOUR_COUNT);
    tcase_add_test(tcase, unknown_words);
    suite_add_tcase(suite, tcase);
    return suite;
}
