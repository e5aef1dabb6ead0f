/*
 * What is asked for over USB: opening a protected device, and the backup of its manufacturing data.
 * A simulated device that is protected has fewer setup channels (device/channel.c) and that for
 * good: it takes nothing of what is signed here. None has such a backup. The cloud's half of both
 * is imitated, as far as particle-cli shows it.
 */
#include "api/call/route.h"
#include "api/routes/device_rules.h"
#include "api/routes/devices.h"
#include "api/shape/shapes.h"
#include "base/mem.h"
#include "base/text.h"
#include "cloud/record.h"

#include <stdlib.h>
#include <string.h>

#define FINGERPRINT_DIGITS 32
#define SIGNATURE_DIGITS   40

/* Made-up bytes as base64. */
static void write_bytes(struct call *call, const char *key, size_t digits, struct jsonw *w)
{
    char made[IDS_TOKEN + 1];
    struct buf text;
    buf_init(&text, 100);
    ids_next(&call->world->sim.ids, key, made, digits);
    text_base64_encode(made, digits, &text);
    jsonw_key_str(w, key, buf_str(&text));
    buf_free(&text);
}

static void unprotect_prepare(struct call *call, struct cloud_device *device)
{
    char made[UNPROTECT_NONCE + 1];
    struct buf nonce;
    buf_init(&nonce, 100);
    ids_next(&call->world->sim.ids, "server_nonce", made, UNPROTECT_NONCE);
    free(device->unprotect_nonce);
    device->unprotect_nonce = mem_dup_n(made, UNPROTECT_NONCE);
    text_base64_encode(made, UNPROTECT_NONCE, &nonce);
    struct jsonw *w = reply_json(call, 200, &device_rules[DEVICE_UNPROTECT_PREPARED]);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key_str(w, "server_nonce", buf_str(&nonce));
    jsonw_end_object(w);
    buf_free(&nonce);
}

/* Whether a parameter is there and is base64; its bytes are in `ret_bytes`, which is the caller's
 * to free. */
static bool given_bytes(struct call *call, const char *name, struct buf *ret_bytes)
{
    const char *text = call_str(call, name);
    buf_init(ret_bytes, 10000);
    return text && *text && strlen(text) < 10000 &&
           text_base64_decode(text, strlen(text), ret_bytes) && ret_bytes->len;
}

static const char *missing_proof(struct call *call)
{
    static const char *const names[] = {"device_nonce", "device_signature",
                                        "device_public_key_fingerprint"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct buf bytes;
        bool given = given_bytes(call, names[i], &bytes);
        buf_free(&bytes);
        if (!given)
            return names[i];
    }
    return NULL;
}

static bool nonce_is_known(struct call *call, const struct cloud_device *device)
{
    struct buf bytes;
    bool known = given_bytes(call, "server_nonce", &bytes) && device->unprotect_nonce &&
                 bytes.len == strlen(device->unprotect_nonce) &&
                 memcmp(buf_str(&bytes), device->unprotect_nonce, bytes.len) == 0;
    buf_free(&bytes);
    return known;
}

/* What the device signed can't be checked, and no device would take what is signed here. */
static void unprotect_confirm(struct call *call, struct cloud_device *device)
{
    const struct rule *bad = &device_rules[DEVICE_UNPROTECT_BAD];
    const char *missing = missing_proof(call);
    if (!nonce_is_known(call, device)) {
        reply_error(call, 400, bad, "server_nonce has to be the one that was prepared");
        return;
    }
    if (missing) {
        reply_error(call, 400, bad, "%s has to be bytes in base64", missing);
        return;
    }
    free(device->unprotect_nonce);
    device->unprotect_nonce = NULL;
    struct jsonw *w = reply_json(call, 200, &device_rules[DEVICE_UNPROTECTED]);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    write_bytes(call, "server_signature", SIGNATURE_DIGITS, w);
    write_bytes(call, "server_public_key_fingerprint", FINGERPRINT_DIGITS, w);
    jsonw_end_object(w);
}

static void unprotect_device(struct call *call, struct cloud_device *device)
{
    const char *action = call_str(call, "action");
    if (action && strcmp(action, "prepare") == 0)
        unprotect_prepare(call, device);
    else if (action && strcmp(action, "confirm") == 0)
        unprotect_confirm(call, device);
    else
        reply_error(call, 400, &device_rules[DEVICE_UNPROTECT_BAD],
                    "action has to be prepare or confirm");
}

static void unprotect(struct call *call)
{
    struct cloud_device *device = devices_find(call);
    if (device)
        unprotect_device(call, device);
}

static void backup(struct call *call)
{
    if (devices_find(call))
        reply_error(call, 404, &device_rules[DEVICE_BACKUP_NONE], "There is no backup");
}

#define UNPROTECT                                                                                  \
    PROVENANCE_INFERRED, "particle-cli, device protection; particle-api-js 12",                    \
        "the cloud's half of opening a protected device",                                          \
        .params =                                                                                  \
            PARAMS({"action", PARAM_BODY, PARAM_STRING, true, "prepare or confirm"},               \
                   {"server_nonce", PARAM_BODY, PARAM_STRING, false, "of prepare; base64"},        \
                   {"device_nonce", PARAM_BODY, PARAM_STRING, false, "base64"},                    \
                   {"device_signature", PARAM_BODY, PARAM_STRING, false, "base64"},                \
                   {"device_public_key_fingerprint", PARAM_BODY, PARAM_STRING, false, "base64"}),  \
        .replies = REPLIES({200, &shape_unprotect, NULL})

static const struct route rows[] = {
    {"PUT", "/v1/devices/:device/unprotect", "device.unprotect", AUTH_USER, unprotect, NULL,
     UNPROTECT},
    {"PUT", "/v1/products/:product/devices/:device/unprotect", "product.device-unprotect",
     AUTH_PRODUCT, unprotect, NULL, UNPROTECT},
    {"PUT", "/v1/devices/:device/backup_files", "device.backup", AUTH_USER, backup, NULL,
     PROVENANCE_INFERRED, "particle-cli, for a Tachyon; particle-api-js 12",
     "the backup of a device's manufacturing data: none has one", .params = NO_PARAMS,
     .replies = REPLIES({404, &shape_error, NULL})},
};

const struct route_table device_protection_routes = {rows, sizeof rows / sizeof *rows};
