/*
 * Firmware onto devices: flash, the fake compiler, public keys, serial numbers. Nothing that is
 * uploaded is kept or looked into: a flash drives the simulated device through its update.
 */
#include "api/call/route.h"
#include "api/routes/device_rules.h"
#include "api/routes/devices.h"
#include "api/shape/shapes.h"
#include "cloud/binary.h"
#include "cloud/owner.h"
#include "cloud/record.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

#define COMPILE_ERROR_MAX 1000

/* Source code is compiled first, and answered otherwise: told by the file's name, as the clients'
 * own types of content are all octets. */
static bool is_source(const struct part *file)
{
    static const char *const ends[] = {".ino", ".cpp", ".c", ".h", ".hpp", ".properties"};
    const char *dot = file && file->filename ? strrchr(file->filename, '.') : NULL;
    for (size_t i = 0; dot && i < sizeof ends / sizeof *ends; i++)
        if (strcasecmp(dot, ends[i]) == 0)
            return true;
    return false;
}

static void flash_started(struct call *call, const struct cloud_device *device)
{
    struct jsonw *w = reply_json(call, 200, &device_rules[DEVICE_FLASH]);
    bool message = sim_api_year(&call->world->sim) < 2018 || is_source(call_file(call, NULL));
    jsonw_object(w);
    if (message)
        jsonw_key_bool(w, "ok", true);
    else
        jsonw_key_str(w, "id", device->id);
    jsonw_key_str(w, message ? "message" : "status", "Update started");
    jsonw_end_object(w);
}

static void flash_answer(struct call *call, const void *with)
{
    const struct session_result *result = with;
    if (result->answer == SESSION_ANSWERED)
        flash_started(call, devices_asked(call));
    else
        devices_silent(call, result, 500, &device_rules[DEVICE_FLASH_ABSENT],
                       "{\"ok\":false,\"code\":500,\"errors\":[\"Request Timed Out\"]}");
}

void devices_flash(struct call *call, struct cloud_device *device)
{
    const char *app = call_str(call, "app");
    const struct part *file = call_file(call, NULL);
    if (call->owner.kind == OWNER_CUSTOMER) {
        reply_error(call, 403, &device_rules[DEVICE_FLASH_CUSTOMER], "Permission denied");
        return;
    }
    if (!file && (!app || strcmp(app, "tinker") != 0)) {
        reply_error(call, 400, &device_rules[DEVICE_FLASH_BAD],
                    app ? "There is no application %.200s" : "There is no file to flash%s",
                    app ? app : "");
        return;
    }
    char digest[BINARY_DIGEST + 1] = "";
    if (file)
        cloud_binary_digest(file->data, file->len, digest);
    devices_ask(call, device,
                &(struct session_question){.kind = ASK_UPDATE,
                                           .image = file ? IMAGE_FILE : IMAGE_TINKER,
                                           .digest = digest},
                flash_answer);
}

/* ---- compiling ---- */

/* The line of `file` that begins with #error, from 1; 0: none. *ret_line is what stands there. */
static size_t error_line(const struct part *file, const char **ret_line, size_t *ret_len)
{
    const char *at = file->data, *end = file->data + file->len;
    for (size_t number = 1; at < end; number++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        while (at < stop && (*at == ' ' || *at == '\t'))
            at++;
        *ret_line = at;
        *ret_len = (size_t)(stop - at);
        if (*ret_len >= 6 && memcmp(at, "#error", 6) == 0)
            return number;
        at = stop + 1;
    }
    return 0;
}

static void compile_refused(struct call *call, const struct part *file, size_t number,
                            const char *line, size_t len)
{
    struct buf error;
    buf_init(&error, COMPILE_ERROR_MAX);
    buf_printf(&error, "%.200s:%zu:2: error: ", file->filename ? file->filename : file->name,
               number);
    buf_add(&error, line, len && line[len - 1] == '\r' ? len - 1 : len);
    struct jsonw *w = reply_json(call, 200, &device_rules[DEVICE_COMPILE_FAILED]);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", false);
    jsonw_key_int(w, "code", 200);
    jsonw_key_str(w, "output", "Compiler timed out or encountered an error");
    jsonw_key(w, "errors");
    jsonw_array(w);
    jsonw_str(w, text_utf8_valid(buf_str(&error), error.len) ? buf_str(&error) : "#error");
    jsonw_end_array(w);
    jsonw_end_object(w);
    buf_free(&error);
}

/* Whether one of the files says that it does not compile; then the reply is made. */
static bool compile_fails(struct call *call)
{
    const char *line;
    size_t len;
    for (size_t i = 0; i < call->files.count; i++) {
        size_t number = error_line(&call->files.items[i], &line, &len);
        if (!number)
            continue;
        compile_refused(call, &call->files.items[i], number, line, len > 500 ? 500 : len);
        return true;
    }
    return false;
}

static void compile(struct call *call)
{
    const char *wanted = call_str(call, "build_target_version");
    const struct platform *platform = platform_by_id((int)call_int(call, "platform_id", 0));
    if (!call->files.count) {
        reply_error(call, 400, &device_rules[DEVICE_COMPILE_BAD], "There is no file to compile");
        return;
    }
    if (compile_fails(call))
        return;
    char newest[SYSTEM_VERSION_SIZE];
    const char *target =
        wanted && *wanted ? wanted
                          : system_version_text((platform ? platform : platforms)->newest, newest);
    const struct binary *binary = cloud_add_binary(call->world->cloud, target);
    struct buf url;
    buf_init(&url, 100);
    buf_printf(&url, "/v1/binaries/%s", binary->id);
    struct jsonw *w = reply_json(call, 200, &device_rules[DEVICE_COMPILED]);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key_str(w, "binary_id", binary->id);
    jsonw_key_str(w, "binary_url", buf_str(&url));
    jsonw_key_str(w, "build_target_version", binary->target);
    jsonw_key_time(w, "expires_at", binary->expires_ms);
    jsonw_key_str(w, "sizeInfo",
                  "   text\t   data\t    bss\t    dec\t    hex\tfilename\n"
                  "   1024\t      0\t      0\t   1024\t    400\tnothing-was-compiled");
    jsonw_end_object(w);
    buf_free(&url);
}

static void binary_get(struct call *call)
{
    const struct binary *binary = cloud_binary(call->world->cloud, call->params[0]);
    if (!binary) {
        reply_error(call, 404, &device_rules[DEVICE_BINARY_UNKNOWN], "Binary not found");
        return;
    }
    struct buf bytes;
    buf_init(&bytes, 200);
    buf_printf(&bytes, "mockcloud: nothing was compiled for %s\n", binary->id);
    reply_body(call, 200, &device_rules[DEVICE_BINARY], "application/octet-stream", bytes.data,
               bytes.len);
    buf_free(&bytes);
}

/* ---- public keys, serial numbers ---- */

static void key_post(struct call *call)
{
    const struct cloud_device *device =
        cloud_device_by_id_or_name(call->world->cloud, call->params[0], NULL);
    if (device && device->owner.kind != OWNER_NONE && !owner_same(&device->owner, &call->owner))
        reply_permission_denied(call);
    else
        reply_text(call, 200, &device_rules[DEVICE_KEY], "\"Success!\"");
}

/* The whole secret for who knows how it begins. */
static const char *serial_secret(const struct call *call, const struct cloud_device *device)
{
    const char *begin = args_get(&call->query, "mobile_secret");
    bool knows = begin && *begin && strncmp(cloud_mobile_secret(device), begin, strlen(begin)) == 0;
    return knows ? cloud_mobile_secret(device) : NULL;
}

static void serial_get(struct call *call)
{
    const struct cloud_device *device = registry_by_serial(call->world->cloud, call->params[0]);
    if (!device) {
        reply_error(call, 404, &device_rules[DEVICE_SERIAL_UNKNOWN], "Serial number not found");
        return;
    }
    struct jsonw *w = reply_json(call, 200, &device_rules[DEVICE_SERIAL]);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key_str(w, "deviceID", device->id);
    if (cloud_iccid(device))
        jsonw_key_str(w, "iccid", cloud_iccid(device));
    if (serial_secret(call, device))
        jsonw_key_str(w, "mobile_secret", serial_secret(call, device));
    jsonw_end_object(w);
}

static const struct route rows[] = {
    {"POST", "/v1/binaries", "binary.compile", AUTH_USER, compile, NULL, PROVENANCE_DOCUMENTED,
     "Particle's API reference", "take code to compile; nothing is compiled",
     .params = PARAMS({"file", PARAM_FORM, PARAM_FILE, true, "more are called file1 …"},
                      {"platform_id", PARAM_BODY, PARAM_INT, false, NULL},
                      {"product_id", PARAM_BODY, PARAM_INT, false, NULL},
                      {"build_target_version", PARAM_BODY, PARAM_STRING, false, NULL},
                      {"latest", PARAM_BODY, PARAM_BOOL, false, NULL}),
     .replies = REPLIES({200, &shape_compiled, NULL})},
    {"GET", "/v1/binaries/:binary", "binary.get", AUTH_USER, binary_get, NULL,
     PROVENANCE_DOCUMENTED, "Particle's API reference", "a binary, with made-up bytes",
     .params = NO_PARAMS, .replies = REPLIES({200, NULL, "application/octet-stream"})},
    {"POST", "/v1/provisioning/:device", "device.key", AUTH_USER, key_post, NULL,
     PROVENANCE_OBSERVED, "particlerb recording of 2016", "take a device's public key",
     .replies = REPLIES({200, &shape_string, NULL})},
    {"GET", "/v1/serial_numbers/:serial", "device.serial-number", AUTH_USER, serial_get, NULL,
     PROVENANCE_DOCUMENTED, "Particle's API reference", "the device that has a serial number",
     .params = PARAMS({"mobile_secret", PARAM_QUERY, PARAM_STRING, false, NULL}),
     .replies = REPLIES({200, &shape_serial_number, NULL})},
};

const struct route_table device_flash_routes = {rows, sizeof rows / sizeof *rows};
