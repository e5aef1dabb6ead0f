/* The control API: devices, and what is done to them. */
#include "api/call/route.h"
#include "api/control/control.h"
#include "api/shape/shapes.h"
#include "base/text.h"
#include "cloud/event.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#define CONTROL_VERBS 64
#define CONTROL_NAMES 1000

/* Of a large world the first ones: a mistake must not cost what a list costs. */
static const char *nearest_device(const struct call *call)
{
    const char *names[CONTROL_NAMES];
    size_t count = fleet_count(call->world->fleet);
    count = count < CONTROL_NAMES ? count : CONTROL_NAMES;
    for (size_t i = 0; i < count; i++)
        names[i] = fleet_at(call->world->fleet, i)->name;
    return text_nearest(call->params[1], names, count);
}

/* An id may come in capitals: it is that of a device all the same. */
static struct device *device_named(const struct call *call, const char *name)
{
    char lower[IDS_OBJECT + 1] = "";
    struct device *device = fleet_find(call->world->fleet, name);
    if (device || strlen(name) != IDS_OBJECT)
        return device;
    for (size_t i = 0; i < IDS_OBJECT; i++)
        lower[i] = (char)tolower((unsigned char)name[i]);
    return fleet_find(call->world->fleet, lower);
}

struct device *control_device(struct call *call)
{
    if (!control_world_known(call))
        return NULL;
    struct device *device = device_named(call, call->params[1]);
    if (!device)
        control_refuse(call, 404, "unknown-device", nearest_device(call),
                       "there is no device \"%s\" in world \"%s\"", call->params[1],
                       call->world->name);
    return device;
}

static void devices_get(struct call *call)
{
    if (!control_world_known(call))
        return;
    if (call_has(call, "limit")) {
        control_devices_page(call);
        return;
    }
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key(w, "devices");
    jsonw_array(w);
    for (size_t i = 0; i < fleet_count(call->world->fleet); i++)
        world_write_device(call->world, fleet_at(call->world->fleet, i), w);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

/* What can be done to it in its present state. */
static void write_can(const struct device *device, struct jsonw *w)
{
    jsonw_key(w, "can");
    jsonw_array(w);
    for (size_t i = 0; i < device_verb_count; i++)
        if (device_verb_fits(device, &device_verbs[i]) &&
            device_verbs[i].from & UINT32_C(1) << device->state)
            jsonw_str(w, device_verbs[i].name);
    for (size_t i = 0; i < device_channel_count; i++)
        if (device_channel_open(device, &device_channels[i]))
            jsonw_str(w, device_channels[i].name);
    if (device->session)
        jsonw_str(w, "publish");
    jsonw_end_array(w);
}

static void device_get(struct call *call)
{
    const struct device *device = control_device(call);
    if (!device)
        return;
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    control_write_device_keys(call, device, w);
    write_can(device, w);
    jsonw_end_object(w);
}

/* 409, with what could be done in the device's present state. */
static void device_conflict(struct call *call, const struct device *device, const char *does_not,
                            const char *what)
{
    struct jsonw *w = reply_json(call, 409, NULL);
    const char *state = device_states[device->state].name;
    struct buf message;
    buf_init(&message, 1000);
    const struct device_verb *row = device_verb_find(what);
    bool fits = !row || device_verb_fits(device, row);
    buf_printf(&message, "device \"%s\" is %s%s: it %s %s", device->name, fits ? "" : "a ",
               fits ? state : device->platform->name, does_not, what);
    jsonw_object(w);
    jsonw_key_str(w, "error", "no-such-transition");
    jsonw_key_str(w, "message", buf_str(&message));
    jsonw_key_str(w, "state", state);
    write_can(device, w);
    jsonw_end_object(w);
    buf_free(&message);
}

static void device_set_code(struct call *call, struct device *device,
                            const struct channel_row *channel)
{
    static const char *const known[] = {"do", "set_claim_code", NULL};
    const char *code = call_str(call, "set_claim_code");
    struct buf answer;
    struct jsonw w;
    if (!control_fields_known(call, known))
        return;
    if (!code) {
        reply_control_error(call, 400, "no-code", "%s takes set_claim_code, a string",
                            channel->name);
        return;
    }
    if (!device_channel_open(device, channel)) {
        device_conflict(call, device, "does not answer on", channel->name);
        return;
    }
    buf_init(&answer, 4096);
    bool stored = fleet_set_claim_code(call->world->fleet, device, channel, code, &answer);
    w = *reply_json(call, 200, NULL);
    jsonw_object(&w);
    jsonw_key_bool(&w, "stored", stored);
    jsonw_key(&w, "answer");
    jsonw_raw(&w, buf_str(&answer), answer.len);
    jsonw_key(&w, "device");
    world_write_device(call->world, device, &w);
    jsonw_end_object(&w);
    buf_free(&answer);
}

static void device_verb(struct call *call, struct device *device, const struct device_verb *verb)
{
    static const char *const known[] = {"do", NULL};
    if (!control_fields_known(call, known))
        return;
    if (fleet_do(call->world->fleet, device, verb))
        world_write_device(call->world, device, reply_json(call, 200, NULL));
    else
        device_conflict(call, device, "can't", verb->name);
}

/* Its application publishes an event: private, unless it is told otherwise. */
static void device_publish(struct call *call, struct device *device)
{
    static const char *const known[] = {"do", "name", "data", "private", "ttl", NULL};
    struct session_event event = {
        .name = call_str(call, "name"),
        .data = call_str(call, "data"),
        .is_public = call_has(call, "private") && !call_flag(call, "private"),
    };
    int64_t ttl_s = call_int(call, "ttl", EVENT_TTL_S);
    if (!control_fields_known(call, known))
        return;
    const char *fault = event_fault(event.name ? event.name : "", event.data);
    if (ttl_s < 1 || ttl_s > EVENT_TTL_MAX)
        fault = "ttl is a number of seconds from 1 to 16777215";
    event.ttl_s = (int)ttl_s;
    if (fault)
        reply_control_error(call, 400, "bad-event", "%s", fault);
    else if (fleet_publish(call->world->fleet, device, &event))
        world_write_device(call->world, device, reply_json(call, 200, NULL));
    else
        device_conflict(call, device, "can't", "publish");
}

static void device_no_verb(struct call *call, const char *name)
{
    const char *known[CONTROL_VERBS];
    size_t count = 0;
    for (size_t i = 0; i < device_verb_count; i++)
        known[count++] = device_verbs[i].name;
    for (size_t i = 0; i < device_channel_count; i++)
        known[count++] = device_channels[i].name;
    known[count++] = "publish";
    assert(count <= CONTROL_VERBS);
    const char *nearest = text_nearest(name, known, count);
    control_refuse(call, 400, "unknown-verb", nearest, "there is no verb \"%s\"%s", name,
                   nearest ? "" : " (mockcloud list states)");
}

static void device_post(struct call *call)
{
    static const char *const any[] = {"do", "set_claim_code", "name", "data", "private", "ttl",
                                      NULL};
    struct device *device = control_device(call);
    if (!device || !control_fields_known(call, any))
        return;
    const char *name = call_str(call, "do");
    const struct device_verb *verb = name ? device_verb_find(name) : NULL;
    const struct channel_row *channel = name ? device_channel_find(name) : NULL;
    if (verb)
        device_verb(call, device, verb);
    else if (channel)
        device_set_code(call, device, channel);
    else if (name && strcmp(name, "publish") == 0)
        device_publish(call, device);
    else if (name)
        device_no_verb(call, name);
    else
        reply_control_error(call, 400, "unknown-verb", "expected do, a string");
}

#define OURS NULL, PROVENANCE_DOCUMENTED, "mockcloud's own"

static const struct route rows[] = {
    {"GET", "/__mock/worlds/:world/devices", "control.devices", AUTH_CONTROL, devices_get, OURS,
     "the simulated devices: all, or with limit a page of those that are asked for",
     .params = control_devices_params, .replies = REPLIES({200, &shape_control_devices, NULL})},
    {"GET", "/__mock/worlds/:world/devices/:device", "control.device", AUTH_CONTROL, device_get,
     OURS, "one device, by id or by its name in the world file", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_control_device, NULL})},
    {"POST", "/__mock/worlds/:world/devices/:device", "control.device-do", AUTH_CONTROL,
     device_post, OURS, "do something to a device: {\"do\":\"power-on\"}",
     .params =
         PARAMS({"do", PARAM_JSON, PARAM_STRING, true,
                 "a verb, a channel (usb, serial, softap, ble) or publish: mockcloud list states",
                 device_do_words},
                {"set_claim_code", PARAM_JSON, PARAM_STRING, false,
                 "channel: the claim code that is handed over"},
                {"name", PARAM_JSON, PARAM_STRING, false, "publish: the event's name"},
                {"data", PARAM_JSON, PARAM_STRING, false, "publish: its data"},
                {"private", PARAM_JSON, PARAM_BOOL, false, "publish: for the owner alone"},
                {"ttl", PARAM_JSON, PARAM_INT, false, "publish: seconds"}),
     .replies = REPLIES({200, &shape_control_device, NULL}, {200, &shape_control_stored, NULL},
                        {409, &shape_control_conflict, NULL})},
};

const struct route_table control_device_routes = {rows, sizeof rows / sizeof *rows};
