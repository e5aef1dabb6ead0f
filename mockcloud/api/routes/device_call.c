/*
 * Functions and variables of devices, in both namespaces. The values come from the device itself;
 * what the cloud knows of it (its last describe) decides which names there are.
 *
 * This table stands behind all others: any word behind a device may be the name of a function or a
 * variable.
 */
#include "api/call/route.h"
#include "api/routes/device_rules.h"
#include "api/routes/devices.h"
#include "api/shape/shapes.h"
#include "cloud/described.h"
#include "cloud/record.h"

#include <string.h>

#define ARGUMENT_MAX 1024

/* The year in whose form a call is answered. Up to April 2020 there was last_app, always empty;
 * since October 2022 there is a name, and a variable's reply says what was asked. */
static int form_year(const struct call *call)
{
    return sim_api_year(&call->world->sim);
}

static bool wants_raw(const struct call *call)
{
    const char *format = call_str(call, "format");
    return format && strcmp(format, "raw") == 0;
}

static void reply_raw(struct call *call, const struct rule *rule, const struct buf *text)
{
    reply_body(call, 200, rule, "text/plain; charset=utf-8", text->data, text->len);
}

/* ---- variables ---- */

static void variable_raw(struct call *call, const struct session_value *value)
{
    struct buf text;
    struct jsonw w;
    buf_init(&text, API_REPLY_MAX);
    jsonw_init(&w, &text);
    if (value->type == SESSION_STRING)
        buf_add_str(&text, value->text);
    else
        described_write_value(value, &w);
    reply_raw(call, &device_rules[DEVICE_VARIABLE_RAW], &text);
    buf_free(&text);
}

static void write_core_info(struct call *call, const struct cloud_device *device, struct jsonw *w)
{
    jsonw_key(w, "coreInfo");
    jsonw_object(w);
    if (form_year(call) >= 2022)
        jsonw_key_str(w, "name", device->name);
    if (form_year(call) < 2020)
        jsonw_key_str(w, "last_app", "");
    jsonw_key_time(w, "last_heard", cloud_last_heard(call->world->cloud, device));
    jsonw_key_bool(w, "connected", device->online);
    jsonw_key_time(w, "last_handshake_at", device->last_handshake_ms);
    jsonw_key_str(w, "deviceID", device->id);
    jsonw_key_int(w, "product_id", device->product ? device->product->id : device->platform->id);
    jsonw_end_object(w);
}

/* The message that the cloud has sent to the device. */
static void write_asked(const struct call *call, const struct cloud_device *device, struct jsonw *w)
{
    jsonw_key_str(w, "device", device->id);
    jsonw_key(w, "body");
    jsonw_object(w);
    jsonw_key_str(w, "device", device->id);
    jsonw_key(w, "msg");
    jsonw_object(w);
    jsonw_key_str(w, "cmd", "GetVar");
    jsonw_key_str(w, "name", devices_rest(call));
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void variable_reply(struct call *call, const struct cloud_device *device,
                           const struct session_value *value)
{
    struct jsonw *w = reply_json(call, 200, &device_rules[DEVICE_VARIABLE]);
    jsonw_object(w);
    jsonw_key_str(w, "cmd", "VarReturn");
    jsonw_key_str(w, "name", devices_rest(call));
    jsonw_key(w, "result");
    described_write_value(value, w);
    if (form_year(call) >= 2022)
        write_asked(call, device, w);
    write_core_info(call, device, w);
    jsonw_end_object(w);
}

/* In 2015 the text had a capital, a full stop, and no ok. */
static void variable_absent(struct call *call, const struct session_result *result)
{
    devices_silent(call, result, 408, &device_rules[DEVICE_VARIABLE_ABSENT],
                   form_year(call) < 2018 ? "{\"error\":\"Timed out.\"}"
                                          : "{\"ok\":false,\"error\":\"timed out\"}");
}

static void variable_unknown(struct call *call)
{
    if (form_year(call) < 2018)
        reply_error(call, 404, &device_rules[DEVICE_VARIABLE_UNKNOWN], "Variable not found");
    else
        reply_error(call, 404, &device_rules[DEVICE_VARIABLE_UNKNOWN], "Unknown Variable: %s",
                    devices_rest(call));
}

static void variable_answer(struct call *call, const void *with)
{
    const struct session_result *result = with;
    switch (result->answer) {
    case SESSION_ABSENT:
    case SESSION_TIMED_OUT:
        variable_absent(call, result);
        break;
    case SESSION_UNKNOWN:
        variable_unknown(call);
        break;
    case SESSION_ANSWERED:
        if (wants_raw(call))
            variable_raw(call, &result->value);
        else
            variable_reply(call, devices_asked(call), &result->value);
        break;
    }
}

static void variable_get(struct call *call)
{
    struct cloud_device *device = devices_find_to_call(call);
    if (device)
        devices_ask(call, device,
                    &(struct session_question){.kind = ASK_READ, .name = devices_rest(call)},
                    variable_answer);
}

/* ---- functions ---- */

/* The argument, under either of its names; what is no string as its JSON. */
static const char *argument_of(struct call *call)
{
    static const char *const names[] = {"arg", "args"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->json, names[i]);
        const char *text = call_str(call, names[i]);
        if (text)
            return text;
        char *printed = item && !cJSON_IsNull(item) ? cJSON_PrintUnformatted(item) : NULL;
        if (!printed)
            continue;
        text = arena_text(&call->arena, printed, strlen(printed));
        cJSON_free(printed);
        return text;
    }
    return "";
}

static void function_reply(struct call *call, const struct cloud_device *device, int64_t returned)
{
    if (wants_raw(call)) {
        struct buf text;
        buf_init(&text, 32);
        buf_printf(&text, "%lld", (long long)returned);
        reply_raw(call, &device_rules[DEVICE_FUNCTION_RAW], &text);
        buf_free(&text);
        return;
    }
    struct jsonw *w = reply_json(call, 200, &device_rules[DEVICE_FUNCTION]);
    jsonw_object(w);
    jsonw_key_str(w, "id", device->id);
    if (form_year(call) >= 2022)
        jsonw_key_str(w, "name", device->name);
    if (form_year(call) < 2020)
        jsonw_key_str(w, "last_app", "");
    jsonw_key_bool(w, "connected", device->online);
    jsonw_key_int(w, "return_value", returned);
    jsonw_end_object(w);
}

static void function_answer(struct call *call, const void *with)
{
    const struct session_result *result = with;
    switch (result->answer) {
    case SESSION_ABSENT:
    case SESSION_TIMED_OUT:
        devices_silent(call, result, 400, &device_rules[DEVICE_FUNCTION_ABSENT],
                       form_year(call) < 2018 ? "{\"ok\":false,\"error\":\"Timed out.\"}"
                                              : "{\"ok\":false,\"error\":\"timed out\"}");
        break;
    case SESSION_UNKNOWN:
        reply_error(call, 404, &device_rules[DEVICE_FUNCTION_UNKNOWN], "Function %s not found",
                    devices_rest(call));
        break;
    case SESSION_ANSWERED:
        function_reply(call, devices_asked(call), result->value.number);
        break;
    }
}

static void function_call(struct call *call)
{
    struct cloud_device *device = devices_find_to_call(call);
    const char *name = devices_rest(call), *argument = argument_of(call);
    if (!device)
        return;
    if (strlen(argument) > ARGUMENT_MAX) {
        reply_error(call, 400, &device_rules[DEVICE_ARGUMENT_LONG],
                    "The argument is longer than %d bytes", ARGUMENT_MAX);
        return;
    }
    devices_ask(call, device,
                &(struct session_question){.kind = ASK_CALL, .name = name, .argument = argument},
                function_answer);
}

#define VARIABLE "devices.variable:get", PROVENANCE_OBSERVED, "particlerb recordings of 2015-2018"
#define FUNCTION "devices.function:call", PROVENANCE_OBSERVED, "particlerb recording of 2015"

static const struct route rows[] = {
    {"GET", "/v1/devices/:device/:variable", "device.variable", AUTH_OWNER, variable_get, VARIABLE,
     "the value of a variable; format=raw for the value alone",
     .params = PARAMS({"format", PARAM_QUERY, PARAM_STRING, false, "raw: the value alone"}),
     .replies = REPLIES({200, &shape_variable, NULL}, {200, NULL, "text/plain"})},
    {"POST", "/v1/devices/:device/:function", "device.function", AUTH_OWNER, function_call,
     FUNCTION, "call a function with arg or args; format=raw for the number alone",
     .params = PARAMS({"arg", PARAM_BODY, PARAM_STRING, false, NULL},
                      {"args", PARAM_BODY, PARAM_STRING, false, "the same"},
                      {"format", PARAM_BODY, PARAM_STRING, false, "raw: the number alone"}),
     .replies = REPLIES({200, &shape_function, NULL}, {200, NULL, "text/plain"})},
    {"GET", "/v1/products/:product/devices/:device/:variable", "product.device-variable",
     AUTH_PRODUCT, variable_get, VARIABLE, "the same for a device of a product",
     .params = PARAMS({"format", PARAM_QUERY, PARAM_STRING, false, "raw: the value alone"}),
     .replies = REPLIES({200, &shape_variable, NULL}, {200, NULL, "text/plain"})},
    {"POST", "/v1/products/:product/devices/:device/:function", "product.device-function",
     AUTH_PRODUCT, function_call, FUNCTION, "the same for a device of a product",
     .params = PARAMS({"arg", PARAM_BODY, PARAM_STRING, false, NULL},
                      {"args", PARAM_BODY, PARAM_STRING, false, "the same"},
                      {"format", PARAM_BODY, PARAM_STRING, false, "raw: the number alone"}),
     .replies = REPLIES({200, &shape_function, NULL}, {200, NULL, "text/plain"})},
};

const struct route_table device_call_routes = {rows, sizeof rows / sizeof *rows};
