/*
 * The second factor: fixed one-time passwords of a world file, authenticator apps (TOTP, RFC 6238,
 * over nettle's HMAC-SHA-1), recovery codes. See accounts.h.
 */
#include "cloud/accounts.h"
#include "cloud/cloud.h"

#include "base/mem.h"

#include <nettle/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MAX    64
#define SECRET_LEN ((size_t)32) /* base32 of 20 bytes */
#define STEP_MS    INT64_C(30000)

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* ---- TOTP ---- */

/* The bytes of a base32 secret, at most a block of them. */
static size_t secret_bytes(const char *secret, unsigned char ret_key[KEY_MAX])
{
    unsigned held = 0;
    size_t len = 0, bits = 0;
    for (; *secret && len < KEY_MAX; secret++) {
        const char *at = strchr(base32, *secret);
        if (!at)
            continue;
        held = held << 5 | (unsigned)(at - base32);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            ret_key[len++] = (unsigned char)(held >> bits);
        }
        held &= 0xff;
    }
    return len;
}

static void totp(const char *secret, int64_t step, char ret_otp[7])
{
    unsigned char key[KEY_MAX], counter[8], digest[SHA1_DIGEST_SIZE];
    struct hmac_sha1_ctx hmac;
    size_t key_len = secret_bytes(secret, key);
    for (int i = 0; i < 8; i++)
        counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    hmac_sha1_set_key(&hmac, key_len, key);
    hmac_sha1_update(&hmac, sizeof counter, counter);
    hmac_sha1_digest(&hmac, sizeof digest, digest);
    const unsigned char *at = digest + (digest[sizeof digest - 1] & 15);
    uint32_t number =
        (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    snprintf(ret_otp, 7, "%06u", (unsigned)(number % 1000000));
}

void accounts_totp_now(const struct cloud *cloud, const char *secret, char ret_otp[7])
{
    totp(secret, vclock_now(cloud->sim->clock) / STEP_MS, ret_otp);
}

bool accounts_totp_valid(const struct cloud *cloud, const char *secret, const char *otp)
{
    char valid[7];
    int64_t step = vclock_now(cloud->sim->clock) / STEP_MS;
    for (int64_t at = step - 1; at <= step + 1; at++) {
        totp(secret, at, valid);
        if (strcmp(valid, otp) == 0)
            return true;
    }
    return false;
}

char *accounts_make_secret_dup(struct cloud *cloud)
{
    char hex[2 * SECRET_LEN + 1], secret[SECRET_LEN + 1];
    ids_next(&cloud->sim->ids, "mfa-secret", hex, 2 * SECRET_LEN);
    for (size_t i = 0; i < SECRET_LEN; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        secret[i] = base32[strtoul(pair, NULL, 16) % 32];
    }
    secret[SECRET_LEN] = '\0';
    return mem_dup(secret);
}

bool accounts_mfa_on(const struct user *user)
{
    return user->mfa_otp || user->mfa_secret;
}

bool accounts_otp_valid(const struct cloud *cloud, const struct user *user, const char *otp)
{
    if (user->mfa_otp && strcmp(user->mfa_otp, otp) == 0)
        return true;
    return user->mfa_secret && accounts_totp_valid(cloud, user->mfa_secret, otp);
}

bool accounts_use_recovery_code(struct user *user, const char *code)
{
    return map_take(&user->recovery_codes, code);
}
