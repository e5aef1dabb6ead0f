/*
 * What can be done to a device: a row per verb, with the states that have it. See fleet.h.
 *
 * A verb says what happens to the device; what follows by itself (the stages to the cloud, the
 * listening time-out) is armed by connect_enter().
 */
#include "device/connect.h"

#include <string.h>

#define BIT(state) (UINT32_C(1) << (state))
#define ANY        (BIT(STATE_COUNT) - 1)
#define UNPOWERED  (BIT(STATE_OFF) | BIT(STATE_SOFT_OFF))
#define POWERED    (ANY & ~UNPOWERED)
#define ON_CLOUD   (BIT(STATE_ONLINE) | BIT(STATE_SAFE_MODE))
#define RUNNING    (POWERED & ~BIT(STATE_DFU) & ~BIT(STATE_UPDATING))

static void verb_power_on(struct fleet *fleet, struct device *device)
{
    fleet_past(device)->boot_cause =
        device->state == STATE_SOFT_OFF ? "power_management" : "power_down";
    device->connect_wanted = true;
    device->safe_boot = false;
    fleet_past(device)->updates_forced = false;
    connect_enter(fleet, device, STATE_STARTING);
}

/* Silence, no goodbye: the cloud has the device online until its keep-alive is missed. */
static void verb_power_off(struct fleet *fleet, struct device *device)
{
    connect_silence(fleet, device);
    if (sim_behaves(fleet->sim, BEHAVIOUR_SESSION_SURVIVES_POWER_CUT, "no"))
        device->resumable = false;
    connect_enter(fleet, device, STATE_OFF);
}

/* The reset reason that it will report after RESET. An RTL872x has no flag for the pin, so its
 * Device OS takes the press for a power cycle. */
static const char *verb_pin_cause(const struct device *device)
{
    return device->platform->id_form == ID_RTL872X ? "power_down" : "pin_reset";
}

static void verb_reset(struct fleet *fleet, struct device *device)
{
    connect_silence(fleet, device);
    verb_power_on(fleet, device);
    fleet_past(device)->boot_cause = verb_pin_cause(device);
}

static void verb_connect(struct fleet *fleet, struct device *device)
{
    device->connect_wanted = true;
    if (device->state == STATE_NETWORK_CONNECTED)
        connect_enter(fleet, device, STATE_CLOUD_CONNECTING);
    else
        connect_enter(fleet, device, STATE_NETWORK_ON);
}

static void verb_disconnect(struct fleet *fleet, struct device *device)
{
    device->connect_wanted = false;
    connect_close(fleet, device, GOODBYE_USER);
    connect_enter(fleet, device, STATE_NETWORK_CONNECTED);
}

static void verb_listen(struct fleet *fleet, struct device *device)
{
    connect_close(fleet, device, GOODBYE_LISTENING);
    connect_enter(fleet, device, STATE_LISTENING);
}

static void verb_leave_listening(struct fleet *fleet, struct device *device)
{
    device->connect_wanted = true;
    connect_enter(fleet, device, STATE_NETWORK_ON);
}

static void verb_lose_network(struct fleet *fleet, struct device *device)
{
    device->network = false;
    connect_lose_network(fleet, device);
}

static void verb_find_network(struct fleet *fleet, struct device *device)
{
    bool found = !device->network; /* told twice it must not start the search anew */
    device->network = true;
    if (found)
        connect_find_network(fleet, device);
}

static void verb_full_handshake(struct fleet *fleet, struct device *device)
{
    (void)fleet;
    device->resumable = false;
}

static void verb_safe_mode(struct fleet *fleet, struct device *device)
{
    connect_silence(fleet, device);
    verb_power_on(fleet, device);
    fleet_past(device)->boot_cause = verb_pin_cause(device);
    device->safe_boot = true;
}

static void verb_dfu(struct fleet *fleet, struct device *device)
{
    connect_silence(fleet, device);
    connect_enter(fleet, device, STATE_DFU);
}

static void verb_soft_off(struct fleet *fleet, struct device *device)
{
    connect_close(fleet, device, GOODBYE_USER);
    connect_enter(fleet, device, STATE_SOFT_OFF);
}

/* Gives it whatever it lacks: Wi-Fi credentials, a SIM, the set-up-done flag. It stays in listening
 * mode until it is told to leave, as after a real set-up. */
static void verb_set_up(struct fleet *fleet, struct device *device)
{
    (void)fleet;
    device->lacks = 0;
}

const struct device_verb device_verbs[] = {
    {"power-on", UNPOWERED, false, "power is there: a cold start, then on to the cloud",
     verb_power_on},
    {"power-off", ANY & ~BIT(STATE_OFF), false, "power is cut; the cloud isn't told",
     verb_power_off},
    {"reset", POWERED, false, "the RESET button: a warm start; the cloud isn't told", verb_reset},
    {"connect", BIT(STATE_NETWORK_OFF) | BIT(STATE_NETWORK_ON) | BIT(STATE_NETWORK_CONNECTED),
     false, "go on to the cloud", verb_connect},
    {"disconnect", ON_CLOUD | BIT(STATE_CLOUD_CONNECTING) | BIT(STATE_HANDSHAKE), false,
     "say goodbye to the cloud, stay on the network", verb_disconnect},
    {"listen", RUNNING & ~BIT(STATE_LISTENING), true,
     "enter listening mode: offline, with a goodbye", verb_listen},
    {"leave-listening", BIT(STATE_LISTENING), true, "leave listening mode and go on to the cloud",
     verb_leave_listening},
    {"lose-network", RUNNING, false, "cellular or Wi-Fi is gone; the cloud isn't told",
     verb_lose_network},
    {"find-network", RUNNING, false, "cellular or Wi-Fi is back", verb_find_network},
    {"full-handshake", ANY, false, "forget the session: the next connection won't resume",
     verb_full_handshake},
    {"safe-mode", POWERED, true, "restart into safe mode (RESET with MODE held)", verb_safe_mode},
    {"dfu", POWERED & ~BIT(STATE_DFU), true, "restart into the bootloader", verb_dfu},
    {"soft-off", RUNNING, true, "switch off by a double click, with a goodbye", verb_soft_off},
    {"set-up", POWERED, true,
     "it gets what it lacks: Wi-Fi credentials, a SIM, the set-up-done flag", verb_set_up},
};

const size_t device_verb_count = sizeof device_verbs / sizeof *device_verbs;

const struct device_verb *device_verb_find(const char *name)
{
    for (size_t i = 0; i < device_verb_count; i++)
        if (strcmp(device_verbs[i].name, name) == 0)
            return &device_verbs[i];
    return NULL;
}

bool device_verb_fits(const struct device *device, const struct device_verb *verb)
{
    return !verb->device_os || !platform_is_linux(device->platform);
}

static uint64_t verb_note(struct fleet *fleet, const struct device *device, const char *verb)
{
    struct jsonw *w = sim_note(fleet->sim);
    jsonw_key_str(w, "do", verb);
    jsonw_key_str(w, "state", device_states[device->state].name);
    return sim_noted(fleet->sim, device->actor, "device.told");
}

bool fleet_publish(struct fleet *fleet, struct device *device, const struct session_event *event)
{
    if (!device->session)
        return false;
    uint64_t before = vclock_cause(fleet->sim->clock);
    vclock_set_cause(fleet->sim->clock, verb_note(fleet, device, "publish"));
    session_publish_event(fleet->cloud, device->session, event);
    vclock_set_cause(fleet->sim->clock, before);
    return true;
}

bool fleet_do(struct fleet *fleet, struct device *device, const struct device_verb *verb)
{
    if (!device_verb_fits(device, verb) || !(verb->from & BIT(device->state)))
        return false;
    /* All that the verb brings about, its timers too, has the entry of the verb as its cause. */
    uint64_t before = vclock_cause(fleet->sim->clock);
    vclock_set_cause(fleet->sim->clock, verb_note(fleet, device, verb->name));
    verb->act(fleet, device);
    vclock_set_cause(fleet->sim->clock, before);
    return true;
}

/* The names of both tables and `publish`: a test holds them against each other. */
const char *const device_do_words[] = {"power-on",        "power-off",
                                       "reset",           "connect",
                                       "disconnect",      "listen",
                                       "leave-listening", "lose-network",
                                       "find-network",    "full-handshake",
                                       "safe-mode",       "dfu",
                                       "soft-off",        "set-up",
                                       "serial",          "usb",
                                       "softap",          "ble",
                                       "publish",         NULL};
