/* The states of a device: what its LED shows, which verb each has, how long the way to the cloud
 * takes. */
#include "suites.h"

#include "unit_device.h"

#include <stdio.h>
#include <string.h>

/* Device OS 6.2.0, system_led_signal.cpp and led_service.cpp: the default theme, its patterns and
 * their periods. Off has no light; starting is the first signal that main.cpp sets. */
static const struct {
    enum device_state state;
    const char *name, *led, *colour, *pattern;
    int period_ms;
    bool online;
    bool serial, usb; /* SoftAP goes with serial, where there is one */
} leds[] = {
    {STATE_OFF, "off", "off", "#000000", "off", 0, false, false, false},
    {STATE_STARTING, "starting", "breathing white", "#ffffff", "breathing", 4000, false, false,
     true},
    {STATE_NETWORK_OFF, "network-off", "breathing white", "#ffffff", "breathing", 4000, false,
     false, true},
    {STATE_NETWORK_ON, "network-on", "breathing blue", "#0000ff", "breathing", 4000, false, false,
     true},
    {STATE_NETWORK_CONNECTING, "network-connecting", "blinking green", "#00ff00", "blinking", 200,
     false, false, true},
    {STATE_NETWORK_DHCP, "network-dhcp", "fast-blinking green", "#00ff00", "blinking", 100, false,
     false, true},
    {STATE_NETWORK_CONNECTED, "network-connected", "breathing green", "#00ff00", "breathing", 4000,
     false, false, true},
    {STATE_CLOUD_CONNECTING, "cloud-connecting", "blinking cyan", "#00ffff", "blinking", 200, false,
     false, true},
    {STATE_HANDSHAKE, "handshake", "fast-blinking cyan", "#00ffff", "blinking", 100, false, false,
     true},
    {STATE_ONLINE, "online", "breathing cyan", "#00ffff", "breathing", 4000, true, false, true},
    {STATE_SAFE_MODE, "safe-mode", "breathing magenta", "#ff00ff", "breathing", 4000, true, false,
     true},
    {STATE_LISTENING, "listening", "slow-blinking blue", "#0000ff", "blinking", 500, false, true,
     true},
    {STATE_DFU, "dfu", "blinking yellow", "#ffff00", "blinking", 200, false, false, false},
    {STATE_UPDATING, "updating", "fast-blinking magenta", "#ff00ff", "blinking", 100, true, false,
     true},
    {STATE_SOFT_OFF, "soft-off", "solid grey", "#1f1f1f", "solid", 0, false, false, false},
};

START_TEST(each_state_shows_its_signal)
{
    const struct device_state_row *row = &device_states[leds[_i].state];
    ck_assert_int_eq(leds[_i].state, _i);
    ck_assert_str_eq(row->name, leds[_i].name);
    ck_assert_str_eq(row->led, leds[_i].led);
    ck_assert_str_eq(row->colour, leds[_i].colour);
    ck_assert_str_eq(row->pattern, leds[_i].pattern);
    ck_assert_int_eq(row->period_ms, leds[_i].period_ms);
    ck_assert_int_eq(row->online, leds[_i].online);
    ck_assert_int_eq(row->powered, leds[_i].state != STATE_OFF && leds[_i].state != STATE_SOFT_OFF);
    ck_assert(row->text && *row->text);
    ck_assert_int_eq(device_state_find(row->name), _i);
}
END_TEST

START_TEST(every_state_is_tested)
{
    ck_assert_uint_eq(sizeof leds / sizeof *leds, STATE_COUNT);
    ck_assert_int_eq(device_state_find("offline"), STATE_NETWORK_OFF);
    ck_assert_int_eq(device_state_find("asleep"), -1);
    ck_assert_int_eq(device_state_find(""), -1);
}
END_TEST

START_TEST(channels_answer_where_they_should)
{
    static const char *const platforms_tried[] = {"e-series", "photon", "p2"};
    enum device_state state = leds[_i].state;
    for (size_t p = 0; p < 3; p++) {
        const struct device *device = rig_add_in(platforms_tried[p], platforms_tried[p], state);
        bool softap = strcmp(platforms_tried[p], "photon") == 0;
        ck_assert_int_eq(device_channel_open(device, device_channel_find("serial")),
                         leds[_i].serial);
        ck_assert_int_eq(device_channel_open(device, device_channel_find("usb")), leds[_i].usb);
        ck_assert_int_eq(device_channel_open(device, device_channel_find("softap")),
                         leds[_i].serial && softap);
        ck_assert_int_eq(device_channel_open(device, device_channel_find("ble")),
                         leds[_i].serial && strcmp(platforms_tried[p], "p2") == 0);
    }
    ck_assert_ptr_null(device_channel_find("nfc"));
    ck_assert_uint_eq(device_channel_count, 4);
}
END_TEST

/* ---- every verb in every state ---- */

/* In the order of the states: off, starting, network-off, -on, -connecting, -dhcp, -connected,
 * cloud-connecting, handshake, online, safe-mode, listening, dfu, updating, soft-off. x: the state
 * has the transition. `to`: where it leads, STATE_COUNT where it stays. */
static const struct {
    const char *name;
    const char *from;
    enum device_state to;
} verbs[] = {
    {"power-on", "x.............x", STATE_STARTING},
    {"power-off", ".xxxxxxxxxxxxxx", STATE_OFF},
    {"reset", ".xxxxxxxxxxxxx.", STATE_STARTING},
    {"connect", "..xx..c........", STATE_NETWORK_ON},
    {"disconnect", ".......xxxx....", STATE_NETWORK_CONNECTED},
    {"listen", ".xxxxxxxxxx....", STATE_LISTENING},
    {"leave-listening", "...........x...", STATE_NETWORK_ON},
    {"lose-network", ".sssxxxxxxxs...", STATE_NETWORK_CONNECTING},
    {"find-network", ".xxxxxxxxxxx...", STATE_COUNT},
    {"full-handshake", "xxxxxxxxxxxxxxx", STATE_COUNT},
    {"safe-mode", ".xxxxxxxxxxxxx.", STATE_STARTING},
    {"dfu", ".xxxxxxxxxxx.x.", STATE_DFU},
    {"soft-off", ".xxxxxxxxxxx...", STATE_SOFT_OFF},
    {"set-up", ".xxxxxxxxxxxxx.", STATE_COUNT},
};

#define VERBS (int)(sizeof verbs / sizeof *verbs)

/* s: stays, c: from here to the cloud. */
static enum device_state verb_leads_to(int verb, enum device_state from)
{
    char how = verbs[verb].from[from];
    if (how == '.' || how == 's' || verbs[verb].to == STATE_COUNT)
        return from;
    return how == 'c' ? STATE_CLOUD_CONNECTING : verbs[verb].to;
}

START_TEST(each_verb_in_each_state)
{
    enum device_state from = (enum device_state)(_i % STATE_COUNT);
    int verb = _i / STATE_COUNT;
    struct device *device = rig_add_in("boron", "pump", from);
    uint64_t next = journal_next(rig.sim.journal), timer = device->timer;
    bool allowed = verbs[verb].from[from] != '.';
    ck_assert_msg(rig_do(device, verbs[verb].name) == allowed, "%s while %s", verbs[verb].name,
                  device_states[from].name);
    ck_assert_msg(device->state == verb_leads_to(verb, from), "%s while %s leads to %s",
                  verbs[verb].name, device_states[from].name, device_states[device->state].name);
    if (allowed) {
        const struct journal_entry *told = journal_get(rig.sim.journal, next);
        ck_assert_str_eq(told->kind, "device.told");
        ck_assert_str_eq(told->actor, "device:pump");
    } else {
        ck_assert_uint_eq(journal_next(rig.sim.journal), next);
        ck_assert_uint_eq(device->timer, timer);
    }
    ck_assert_int_eq(device->session != 0,
                     device_states[device->state].online && device->state != STATE_UPDATING);
}
END_TEST

START_TEST(every_verb_is_tested)
{
    ck_assert_uint_eq(device_verb_count, VERBS);
    ck_assert_ptr_null(device_verb_find("explode"));
    for (int i = 0; i < VERBS; i++) {
        ck_assert_str_eq(device_verb_find(verbs[i].name)->name, verbs[i].name);
        ck_assert(*device_verb_find(verbs[i].name)->text);
        ck_assert_uint_eq(strlen(verbs[i].from), STATE_COUNT);
    }
}
END_TEST

/* ---- the way to the cloud ---- */

/* In thousandths of the time from power-on to online. */
static const struct {
    enum device_state state;
    int64_t at;
} stages[] = {
    {STATE_NETWORK_ON, 100},        {STATE_NETWORK_CONNECTING, 150}, {STATE_NETWORK_DHCP, 700},
    {STATE_NETWORK_CONNECTED, 780}, {STATE_CLOUD_CONNECTING, 800},   {STATE_HANDSHAKE, 950},
    {STATE_ONLINE, 1000},
};

static const struct {
    const char *platform;
    int64_t connect_ms, online_ms;
} ways[] = {
    {"photon", -1, 10000}, {"argon", -1, 10000},    {"p2", -1, 10000},
    {"boron", -1, 40000},  {"electron", -1, 40000}, {"e-series", -1, 40000},
    {"boron", 0, 0},       {"boron", 1, 1},         {"boron", 7, 7},
    {"argon", 999, 999},   {"argon", 12345, 12345}, {"photon", 86400000, 86400000},
};

#define WAYS (int)(sizeof ways / sizeof *ways)

START_TEST(each_stage_comes_at_its_time_and_the_last_at_connect_ms)
{
    struct device *device = rig_add(ways[_i].platform, "pump", ways[_i].connect_ms);
    rig_do(device, "power-on");
    ck_assert_int_eq(device->state, STATE_STARTING);
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        ck_assert_uint_eq(vclock_foreground_count(rig.sim.clock), 1);
        ck_assert_int_eq(rig_until(device, stages[i].state),
                         ways[_i].online_ms * stages[i].at / 1000);
    }
    ck_assert_uint_eq(vclock_foreground_count(rig.sim.clock), 2); /* vitals, and what is pending */
    rig_advance(2000);
    ck_assert_uint_eq(vclock_foreground_count(rig.sim.clock), 0);
    ck_assert(rig_record(device)->online);
}
END_TEST

START_TEST(each_stage_is_in_the_journal_with_its_led)
{
    struct device *device = rig_add("photon", "pump", -1);
    rig_do(device, "power-on");
    rig_until(device, STATE_ONLINE);
    ck_assert_uint_eq(rig_noted("device.state", ""), 8);
    ck_assert_uint_eq(rig_noted("device.state", "{\"from\":\"off\",\"to\":\"starting\","
                                                "\"led\":\"breathing white\"}"),
                      1);
    ck_assert_uint_eq(rig_noted("device.state", "{\"from\":\"handshake\",\"to\":\"online\","
                                                "\"led\":\"breathing cyan\"}"),
                      1);
}
END_TEST

START_TEST(all_that_follows_names_what_was_done_as_its_cause)
{
    struct device *device = rig_add("photon", "pump", -1);
    uint64_t first = journal_next(rig.sim.journal);
    rig_do(device, "power-on");
    rig_until(device, STATE_ONLINE);
    ck_assert_uint_eq(journal_get(rig.sim.journal, first)->cause, 0);
    for (uint64_t n = first + 1; n < journal_next(rig.sim.journal); n++)
        ck_assert_uint_eq(journal_get(rig.sim.journal, n)->cause, first);
    ck_assert_uint_eq(vclock_cause(rig.sim.clock), 0);
}
END_TEST

/* ---- networks ---- */

START_TEST(without_a_network_it_blinks_green_for_ever)
{
    struct device *device = rig_add("argon", "pump", -1);
    rig_do(device, "power-on");
    rig_do(device, "lose-network");
    ck_assert_int_eq(device->state, STATE_STARTING);
    rig_advance(86400000);
    ck_assert_int_eq(device->state, STATE_NETWORK_CONNECTING);
    ck_assert_uint_eq(vclock_foreground_count(rig.sim.clock), 0);
    rig_do(device, "find-network");
    ck_assert_int_eq(rig_until(device, STATE_ONLINE), 86400000 + 8500);
}
END_TEST

START_TEST(finding_a_network_that_was_there_delays_nothing)
{
    struct device *device = rig_add("argon", "pump", -1);
    rig_do(device, "power-on");
    rig_advance(6999);
    ck_assert_int_eq(device->state, STATE_NETWORK_CONNECTING);
    rig_do(device, "find-network");
    ck_assert_int_eq(rig_until(device, STATE_ONLINE), 10000);
}
END_TEST

START_TEST(a_lost_network_is_not_told_to_the_cloud)
{
    struct device *device = rig_add_in("argon", "pump", STATE_ONLINE);
    rig_do(device, "lose-network");
    ck_assert_uint_eq(device->session, 0);
    ck_assert_int_eq(device->session_kind, SESSION_NONE);
    ck_assert(rig_record(device)->online);
    rig_advance(50000); /* two keep-alives */
    ck_assert(!rig_record(device)->online);
    ck_assert_int_eq(device->state, STATE_NETWORK_CONNECTING);
}
END_TEST

START_TEST(safe_mode_comes_back_after_a_lost_network)
{
    struct device *device = rig_add_in("argon", "pump", STATE_SAFE_MODE);
    ck_assert(rig_record(device)->online);
    rig_do(device, "lose-network");
    rig_do(device, "find-network");
    rig_until(device, STATE_SAFE_MODE);
    rig_do(device, "reset");
    rig_until(device, STATE_ONLINE);
}
END_TEST

START_TEST(a_device_that_was_disconnected_stays_so)
{
    struct device *device = rig_add_in("argon", "pump", STATE_ONLINE);
    rig_do(device, "disconnect");
    ck_assert(!rig_record(device)->online); /* it said goodbye */
    ck_assert_uint_eq(rig_noted("session.closed", "\"reason\":\"user\""), 1);
    rig_do(device, "lose-network");
    rig_do(device, "find-network");
    rig_advance(86400000);
    ck_assert_int_eq(device->state, STATE_NETWORK_CONNECTED);
    rig_do(device, "connect");
    rig_until(device, STATE_ONLINE);
    rig_do(device, "disconnect");
    rig_do(device, "reset"); /* forgets that */
    rig_until(device, STATE_ONLINE);
}
END_TEST

/* ---- listening ---- */

START_TEST(listening_says_goodbye_first)
{
    struct device *device = rig_add_in("photon", "pump", STATE_ONLINE);
    rig_do(device, "listen");
    ck_assert_uint_eq(device->session, 0);
    ck_assert(!rig_record(device)->online);
    ck_assert_uint_eq(rig_noted("session.closed", "\"reason\":\"listening\""), 1);
}
END_TEST

static const struct {
    const char *platform;
    int64_t leaves_ms; /* 0: never */
} listeners[] = {{"e-series", 300000}, {"electron", 300000}, {"boron", 0},
                 {"photon", 0},        {"argon", 0},         {"p2", 0}};

START_TEST(cellular_gen_2_leaves_listening_by_itself)
{
    struct device *device = rig_add_in(listeners[_i].platform, "pump", STATE_LISTENING);
    ck_assert_uint_eq(vclock_foreground_count(rig.sim.clock), 0);
    int64_t leaves_ms = listeners[_i].leaves_ms;
    rig_advance(leaves_ms ? leaves_ms - 1 : 86400000);
    ck_assert_int_eq(device->state, STATE_LISTENING);
    if (!leaves_ms) {
        ck_assert_int_eq(vclock_next_due(rig.sim.clock), VCLOCK_NEVER);
        return;
    }
    rig_advance(1);
    ck_assert_int_eq(device->state, STATE_NETWORK_ON);
    rig_until(device, STATE_ONLINE);
}
END_TEST

START_TEST(leaving_listening_disarms_its_time_out)
{
    struct device *device = rig_add_in("e-series", "pump", STATE_LISTENING);
    rig_advance(299999);
    rig_do(device, "leave-listening");
    ck_assert_int_eq(rig_until(device, STATE_ONLINE), 299999 + 36000);
    rig_do(device, "listen");
    rig_advance(299999);
    ck_assert_int_eq(device->state, STATE_LISTENING);
    rig_do(device, "power-off");
    rig_advance(600000);
    ck_assert_int_eq(device->state, STATE_OFF);
}
END_TEST

/* ---- a cut, a reset ---- */

static const struct {
    const char *verb;
    bool told;
} ends[] = {
    {"power-off", false},    {"reset", false}, {"safe-mode", false}, {"dfu", false},
    {"lose-network", false}, {"listen", true}, {"disconnect", true}, {"soft-off", true},
};

START_TEST(who_tells_the_cloud)
{
    struct device *device = rig_add_in("boron", "pump", STATE_ONLINE);
    rig_do(device, ends[_i].verb);
    ck_assert_int_eq(rig_record(device)->online, !ends[_i].told);
    ck_assert_uint_eq(rig_noted("session.closed", ""), ends[_i].told);
    ck_assert_uint_eq(device->session, 0);
}
END_TEST

START_TEST(a_cut_stops_what_was_under_way)
{
    struct device *device = rig_add("argon", "pump", -1);
    rig_do(device, "power-on");
    rig_advance(5000);
    rig_do(device, "power-off");
    ck_assert_uint_eq(vclock_foreground_count(rig.sim.clock), 0);
    rig_advance(86400000);
    ck_assert_int_eq(device->state, STATE_OFF);
    ck_assert_uint_eq(rig_noted("session.opened", ""), 0);
}
END_TEST

/* ---- the fleet ---- */

START_TEST(devices_are_found_by_name_and_id)
{
    const struct device *pump = rig_add("boron", "pump", -1), *lamp = rig_add("photon", "lamp", -1);
    ck_assert_uint_eq(fleet_count(rig.fleet), 2);
    ck_assert_ptr_eq(fleet_at(rig.fleet, 1), lamp);
    ck_assert_ptr_eq(fleet_find(rig.fleet, "pump"), pump);
    ck_assert_ptr_eq(fleet_find(rig.fleet, lamp->id), lamp);
    ck_assert_ptr_null(fleet_find(rig.fleet, "Pump"));
    ck_assert_ptr_null(fleet_find(rig.fleet, ""));
    ck_assert_str_eq(lamp->actor, "device:lamp");
}
END_TEST

START_TEST(a_large_fleet)
{
    char name[32];
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "d%d", i);
        rig_do(rig_add("argon", name, -1), "power-on");
    }
    rig_advance(10000);
    for (size_t i = 0; i < 1000; i++)
        ck_assert_int_eq(fleet_at(rig.fleet, i)->state, STATE_ONLINE);
}
END_TEST

static const struct {
    enum device_state state;
    bool online;
} begins[] = {
    {STATE_OFF, false}, {STATE_ONLINE, true}, {STATE_LISTENING, false}, {STATE_NETWORK_OFF, false}};

START_TEST(a_world_may_begin_in)
{
    struct device *device = rig_add("boron", "pump", -1);
    fleet_begin(rig.fleet, device, begins[_i].state);
    ck_assert_int_eq(device->state, begins[_i].state);
    ck_assert_int_eq(rig_record(device)->online, begins[_i].online);
    ck_assert_int_eq(device->session_kind, begins[_i].online ? SESSION_FULL : SESSION_NONE);
    ck_assert_uint_eq(vclock_foreground_count(rig.sim.clock), 0);
}
END_TEST

static TCase *tables_case(void)
{
    TCase *tcase = tcase_create("tables");
    tcase_add_checked_fixture(tcase, rig_setup, rig_teardown);
    tcase_add_loop_test(tcase, each_state_shows_its_signal, 0, STATE_COUNT);
    tcase_add_test(tcase, every_state_is_tested);
    tcase_add_loop_test(tcase, channels_answer_where_they_should, 0, STATE_COUNT);
    tcase_add_loop_test(tcase, each_verb_in_each_state, 0, VERBS * STATE_COUNT);
    tcase_add_test(tcase, every_verb_is_tested);
    tcase_add_loop_test(tcase, a_world_may_begin_in, 0, 4);
    tcase_add_test(tcase, devices_are_found_by_name_and_id);
    tcase_add_test(tcase, a_large_fleet);
    return tcase;
}

static TCase *ways_case(void)
{
    TCase *tcase = tcase_create("ways");
    tcase_add_checked_fixture(tcase, rig_setup, rig_teardown);
    tcase_add_loop_test(tcase, each_stage_comes_at_its_time_and_the_last_at_connect_ms, 0, WAYS);
    tcase_add_test(tcase, each_stage_is_in_the_journal_with_its_led);
    tcase_add_test(tcase, all_that_follows_names_what_was_done_as_its_cause);
    tcase_add_test(tcase, without_a_network_it_blinks_green_for_ever);
    tcase_add_test(tcase, finding_a_network_that_was_there_delays_nothing);
    tcase_add_test(tcase, a_lost_network_is_not_told_to_the_cloud);
    tcase_add_test(tcase, safe_mode_comes_back_after_a_lost_network);
    tcase_add_test(tcase, a_device_that_was_disconnected_stays_so);
    tcase_add_test(tcase, listening_says_goodbye_first);
    tcase_add_loop_test(tcase, cellular_gen_2_leaves_listening_by_itself, 0, 6);
    tcase_add_test(tcase, leaving_listening_disarms_its_time_out);
    tcase_add_loop_test(tcase, who_tells_the_cloud, 0, 8);
    tcase_add_test(tcase, a_cut_stops_what_was_under_way);
    return tcase;
}

Suite *test_device_states(void)
{
    Suite *suite = suite_create("states");
    suite_add_tcase(suite, tables_case());
    suite_add_tcase(suite, ways_case());
    return suite;
}
