/*
 * See connect.h. Owns the stages from power-on to online, and what a device does when its session
 * begins: after a full handshake, and then only, it sends the claim code that it holds.
 */
#include "device/connect.h"

#include "device/announce.h"

#include <string.h>

/* When each stage is entered, in thousandths of the time from power-on to online. The shares follow
 * the "typical boot" on Particle's LED page: a second of white, green for most of it, some cyan. */
static const struct {
    enum device_state state;
    int at;
} stages[] = {
    {STATE_STARTING, 0},       {STATE_NETWORK_ON, 100},        {STATE_NETWORK_CONNECTING, 150},
    {STATE_NETWORK_DHCP, 700}, {STATE_NETWORK_CONNECTED, 780}, {STATE_CLOUD_CONNECTING, 800},
    {STATE_HANDSHAKE, 950},    {STATE_ONLINE, 1000},
};

#define STAGE_COUNT (sizeof stages / sizeof *stages)

static size_t stage_of(enum device_state state)
{
    size_t stage = 0;
    while (stage < STAGE_COUNT && stages[stage].state != state)
        stage++;
    return stage;
}

static void connect_online(struct fleet *fleet, struct device *device)
{
    connect_session(fleet, device, firmware_runs(device) ? STATE_ONLINE : STATE_SAFE_MODE);
    announce_session(fleet, device);
}

/* A device that lacks something its platform can't connect without goes into listening mode, to be
 * set up, and looks for no network. The set-up-done flag is heeded up to Device OS 3.3.1 only. */
static bool connect_listens(const struct device *device)
{
    unsigned lacks = device->lacks & device->platform->listens;
    if (device->interface == INTERFACE_ETHERNET) /* that counts as configured */
        lacks &= ~(unsigned)LACKS_CREDENTIALS;
    if (device->system_version > SYSTEM_VERSION(3, 3, 1))
        lacks &= ~(unsigned)LACKS_SETUP;
    return lacks;
}

static void connect_next_stage(void *owner, uint64_t index)
{
    struct fleet *fleet = owner;
    struct device *device = fleet->devices[index];
    size_t next = stage_of(device->state) + 1;
    device->timer = 0; /* it has just fired: connect_enter() has nothing to cancel */
    if (stages[next].state == STATE_ONLINE)
        connect_online(fleet, device);
    else if (stages[next].state == STATE_NETWORK_CONNECTING && connect_listens(device))
        connect_enter(fleet, device, STATE_LISTENING);
    else
        connect_enter(fleet, device, stages[next].state);
}

static void connect_leave_listening(void *owner, uint64_t index)
{
    struct fleet *fleet = owner;
    struct device *device = fleet->devices[index];
    device->timer = 0;
    device->connect_wanted = true;
    connect_enter(fleet, device, STATE_NETWORK_ON);
}

/* Whether the device has what it takes to get into the network of its interface. */
static bool connect_may_enter(const struct device *device)
{
    static const unsigned needs[] = {[INTERFACE_CELLULAR] = LACKS_SIM,
                                     [INTERFACE_WIFI] = LACKS_CREDENTIALS,
                                     [INTERFACE_ETHERNET] = 0};
    return device->network && !(device->lacks & needs[device->interface]) && device_carried(device);
}

/* Whether the device stays where it is until somebody does something. */
static bool connect_rests(const struct device *device)
{
    switch (device->state) {
    case STATE_NETWORK_ON:
    case STATE_NETWORK_CONNECTED:
        return !device->connect_wanted;
    case STATE_NETWORK_CONNECTING:
        return !connect_may_enter(device);
    default:
        return false;
    }
}

/* How long a stage lasts: the difference of its two rounded ends. If each stage were rounded by
 * itself, all of them together would miss connect_ms by some milliseconds. */
static int64_t connect_stage_ms(const struct device *device, size_t stage)
{
    return (int64_t)device->connect_ms * stages[stage + 1].at / 1000 -
           (int64_t)device->connect_ms * stages[stage].at / 1000;
}

/* The way to the cloud is foreground, so that settling waits for it. Leaving listening mode is
 * background: the device waits for a person there, and settling must not play that person. */
static void connect_arm(struct fleet *fleet, struct device *device)
{
    int64_t now = vclock_now(fleet->sim->clock);
    size_t stage = stage_of(device->state);
    if (stage + 1 < STAGE_COUNT && !connect_rests(device)) {
        device->timer = vclock_add(fleet->sim->clock, now + connect_stage_ms(device, stage),
                                   &(struct timer_row){TIMER_FOREGROUND, device->actor,
                                                       device_states[device->state].name,
                                                       connect_next_stage, fleet, device->index});
    } else if (device->state == STATE_LISTENING && device->platform->listening_timeout_ms) {
        device->timer =
            vclock_add(fleet->sim->clock, now + device->platform->listening_timeout_ms,
                       &(struct timer_row){TIMER_BACKGROUND, device->actor, "listening time-out",
                                           connect_leave_listening, fleet, device->index});
    }
}

void connect_enter(struct fleet *fleet, struct device *device, enum device_state state)
{
    vclock_cancel(fleet->sim->clock, device->timer);
    device->timer = 0;
    if (state == STATE_STARTING)
        fleet_past(device)->booted_ms = vclock_now(fleet->sim->clock);
    struct jsonw *w = sim_note(fleet->sim);
    jsonw_key_str(w, "from", device_states[device->state].name);
    jsonw_key_str(w, "to", device_states[state].name);
    if (!platform_is_linux(device->platform))
        jsonw_key_str(w, "led", device_states[state].led);
    uint64_t n = sim_noted(fleet->sim, device->actor, "device.state");
    fleet_past(device)->entered = (struct device_fact){n, vclock_now(fleet->sim->clock)};
    device->state = state;
    connect_arm(fleet, device);
}

/* The cloud has ended the session: the device connects again, with a full handshake, since the
 * cloud has forgotten what a resume would need. An update that was under way is over. */
static void connect_ended(void *peer)
{
    struct device *device = peer;
    device->session = 0;
    device->session_kind = SESSION_NONE;
    device->resumable = false;
    connect_enter(device->fleet, device, STATE_CLOUD_CONNECTING);
}

/* An event that the cloud sends to the device itself. Any under spark/device/claim/ confirms the
 * claim and clears the stored code, as in Device OS, which looks at neither the rest of the name
 * nor the data. */
static void connect_event(void *peer, const char *name, const char *data)
{
    struct device *device = peer;
    if (strcmp(name, "particle/device/updates/forced") == 0)
        announce_updates_forced(device->fleet, device, data && strcmp(data, "true") == 0);
    if (strncmp(name, "spark/device/claim/", 19) != 0 || !device->past->claim_code[0])
        return;
    struct jsonw *w = sim_note(device->fleet->sim);
    jsonw_key_str(w, "code", device->past->claim_code);
    sim_noted(device->fleet->sim, device->actor, "device.code-cleared");
    fleet_past(device)->claim_code[0] = '\0';
    device->claimed = true;
}

static void connect_offer_code(struct fleet *fleet, struct device *device)
{
    char code[sizeof device->past->claim_code];
    struct jsonw *w = sim_note(fleet->sim);
    jsonw_key_str(w, "code", device->past->claim_code);
    fleet_past(device)->offered.n = sim_noted(fleet->sim, device->actor, "device.code-sent");
    fleet_past(device)->offered.at_ms = vclock_now(fleet->sim->clock);
    /* A copy: the confirmation may clear the code while it is being sent. */
    memcpy(code, device->past->claim_code, sizeof code);
    session_publish(fleet->cloud, device->session, "spark/device/claim/code", code);
}

void connect_session(struct fleet *fleet, struct device *device, enum device_state state)
{
    static const struct session_peer peer = {
        .event = connect_event, .ask = firmware_ask, .ended = connect_ended};
    struct session_hello hello = {
        .device_id = device->id,
        .resume = device->resumable,
        .keepalive_ms = platform_keepalive_ms(device->platform, device->interface),
        .firmware_product_id = device->firmware.product_id,
        .firmware_version = device->firmware.version,
        .system_version = device->system_version,
        .without_app = !firmware_runs(device),
        .peer = &peer,
        .device = device,
    };
    device->session = session_open(fleet->cloud, &hello, &device->session_kind);
    device->resumable = device->platform->transport == TRANSPORT_UDP;
    /* What session_open() has written last is the entry of this connection. */
    device->connected =
        (struct device_fact){journal_next(fleet->sim->journal) - 1, vclock_now(fleet->sim->clock)};
    connect_enter(fleet, device, state);
    /* After a resume the cloud still knows the device's description, unless that has changed. A
     * claim code is never sent after a resume, which is why a stored one can wait for days on a UDP
     * device. */
    if (device->session_kind == SESSION_FULL || device->past->told_safe == firmware_runs(device))
        firmware_tell(fleet, device);
    if (device->session_kind == SESSION_FULL && device->past->claim_code[0])
        connect_offer_code(fleet, device);
}

void connect_close(struct fleet *fleet, struct device *device, enum session_goodbye why)
{
    if (device->session)
        session_close(fleet->cloud, device->session, why);
    device->session = 0;
    device->session_kind = SESSION_NONE;
}

void connect_silence(struct fleet *fleet, struct device *device)
{
    if (device->session)
        session_silence(fleet->cloud, device->session);
    device->session = 0;
    device->session_kind = SESSION_NONE;
}

/* States in which a device has found a network, or looks for one. */
#define LINKED                                                                                     \
    (1u << STATE_NETWORK_CONNECTING | 1u << STATE_NETWORK_DHCP | 1u << STATE_NETWORK_CONNECTED |   \
     1u << STATE_CLOUD_CONNECTING | 1u << STATE_HANDSHAKE | 1u << STATE_ONLINE |                   \
     1u << STATE_SAFE_MODE)

void connect_lose_network(struct fleet *fleet, struct device *device)
{
    connect_silence(fleet, device);
    if (LINKED & 1u << device->state)
        connect_enter(fleet, device, STATE_NETWORK_CONNECTING);
}

void connect_find_network(struct fleet *fleet, struct device *device)
{
    if (device->state == STATE_NETWORK_CONNECTING)
        connect_enter(fleet, device, STATE_NETWORK_CONNECTING);
}
