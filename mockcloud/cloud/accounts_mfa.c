/*
 * The second factor: fixed one-time passwords of a world file, authenticator apps (TOTP, RFC 6238
 * over HMAC-SHA-1, RFC 2104 and FIPS 180-4), recovery codes. See accounts.h.
 */
#include "cloud/accounts.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHA1_BLOCK  64
#define SHA1_DIGEST 20
#define SECRET_LEN  ((size_t)32) /* base32 of 20 bytes */
#define STEP_MS     INT64_C(30000)

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* ---- SHA-1 of at most two blocks of text ---- */

static uint32_t rotate(uint32_t word, int by)
{
    return word << by | word >> (32 - by);
}

static void sha1_block(uint32_t state[5], const unsigned char block[SHA1_BLOCK])
{
    uint32_t w[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (size_t i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 80; i++)
        w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
        uint32_t f = i < 20   ? (b & c) | (~b & d)
                     : i < 40 ? b ^ c ^ d
                     : i < 60 ? (b & c) | (b & d) | (c & d)
                              : b ^ c ^ d;
        static const uint32_t k[] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
        uint32_t next = rotate(a, 5) + f + e + k[i / 20] + w[i];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

/* The digest of one whole block (the key's pad) and `len` < 56 bytes behind it. */
static void sha1_padded(const unsigned char pad[SHA1_BLOCK], const unsigned char *text, size_t len,
                        unsigned char ret_digest[SHA1_DIGEST])
{
    uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    unsigned char last[SHA1_BLOCK] = {0};
    size_t bits = (SHA1_BLOCK + len) * 8;
    memcpy(last, text, len);
    last[len] = 0x80;
    last[62] = (unsigned char)(bits >> 8);
    last[63] = (unsigned char)bits;
    sha1_block(state, pad);
    sha1_block(state, last);
    for (int i = 0; i < SHA1_DIGEST; i++)
        ret_digest[i] = (unsigned char)(state[i / 4] >> (24 - 8 * (i % 4)));
}

static void hmac_sha1(const unsigned char *key, size_t key_len, const unsigned char *text,
                      size_t len, unsigned char ret_digest[SHA1_DIGEST])
{
    unsigned char inner[SHA1_BLOCK], outer[SHA1_BLOCK], digest[SHA1_DIGEST];
    for (size_t i = 0; i < SHA1_BLOCK; i++) {
        unsigned char byte = i < key_len ? key[i] : 0;
        inner[i] = byte ^ 0x36;
        outer[i] = byte ^ 0x5c;
    }
    sha1_padded(inner, text, len, digest);
    sha1_padded(outer, digest, sizeof digest, ret_digest);
}

/* ---- TOTP ---- */

/* The bytes of a base32 secret, at most a block of them. */
static size_t secret_bytes(const char *secret, unsigned char ret_key[SHA1_BLOCK])
{
    unsigned held = 0;
    size_t len = 0, bits = 0;
    for (; *secret && len < SHA1_BLOCK; secret++) {
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
    unsigned char key[SHA1_BLOCK], counter[8], digest[SHA1_DIGEST];
    size_t key_len = secret_bytes(secret, key);
    for (int i = 0; i < 8; i++)
        counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    hmac_sha1(key, key_len, counter, sizeof counter, digest);
    const unsigned char *at = digest + (digest[SHA1_DIGEST - 1] & 15);
    uint32_t number =
        (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    snprintf(ret_otp, 7, "%06u", (unsigned)(number % 1000000));
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
