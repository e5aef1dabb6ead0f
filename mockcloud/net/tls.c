/* See tls.h. Owns what stands in the certificate. No file is written here, and none is read. */
#include "net/tls.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TLS_SERIAL 16
#define TLS_DAY    ((time_t)24 * 60 * 60)
#define TLS_DAYS   397 /* browsers take no certificate that is valid for longer */

/* ---- the certificate ---- */

/* A client that calls an address looks for it among the addresses, one that calls a name among the
 * names: in the wrong place it is not found. */
static int tls_add_name(gnutls_x509_crt_t certificate, const char *name)
{
    unsigned char address[sizeof(struct in6_addr)];
    if (inet_pton(AF_INET, name, address) == 1)
        return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, address, 4,
                                                    GNUTLS_FSAN_APPEND);
    if (inet_pton(AF_INET6, name, address) == 1)
        return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, address, 16,
                                                    GNUTLS_FSAN_APPEND);
    return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, name,
                                                (unsigned)strlen(name), GNUTLS_FSAN_APPEND);
}

static int tls_add_names(gnutls_x509_crt_t certificate, const char *const *names)
{
    static const char *const own[] = {"localhost", "127.0.0.1", "::1"};
    int error = 0;
    for (size_t i = 0; i < sizeof own / sizeof *own && error >= 0; i++)
        error = tls_add_name(certificate, own[i]);
    for (; names && *names && error >= 0; names++)
        error = tls_add_name(certificate, *names);
    return error;
}

/* Two runs must not have the same: a browser that has seen one refuses the other. */
static int tls_set_serial(gnutls_x509_crt_t certificate)
{
    unsigned char serial[TLS_SERIAL];
    int error = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial);
    serial[0] = (serial[0] & 0x7F) | 0x40; /* positive, and of full length */
    return error < 0 ? error : gnutls_x509_crt_set_serial(certificate, serial, sizeof serial);
}

/* The hour in the past is for clients in containers and emulators, whose clocks are seldom ours. */
static int tls_set_times(gnutls_x509_crt_t certificate)
{
    time_t now = time(NULL);
    int error = gnutls_x509_crt_set_activation_time(certificate, now - TLS_DAY / 24);
    return error < 0 ? error
                     : gnutls_x509_crt_set_expiration_time(certificate, now + TLS_DAYS * TLS_DAY);
}

/* Its own authority and a server's certificate at once. Clients that insist on an authority find
 * one, and those that compare the certificate itself find it. */
static int tls_set_uses(gnutls_x509_crt_t certificate)
{
    int error = gnutls_x509_crt_set_basic_constraints(certificate, 1, 0);
    if (error >= 0)
        error = gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE |
                                                               GNUTLS_KEY_KEY_CERT_SIGN);
    if (error >= 0)
        error = gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_SERVER, 0);
    return error;
}

static int tls_set_key(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key)
{
    unsigned char id[64];
    size_t len = sizeof id;
    int error = gnutls_x509_crt_set_key(certificate, key);
    if (error >= 0)
        error = gnutls_x509_crt_get_key_id(certificate, 0, id, &len);
    if (error >= 0)
        error = gnutls_x509_crt_set_subject_key_id(certificate, id, len);
    return error;
}

static int tls_fill(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key,
                    const char *const *names)
{
    static const char own[] = "mockcloud, for one run";
    int error = gnutls_x509_crt_set_version(certificate, 3);
    if (error >= 0)
        error = tls_set_serial(certificate);
    if (error >= 0)
        error = tls_set_times(certificate);
    if (error >= 0)
        error = gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, own,
                                              sizeof own - 1);
    if (error >= 0)
        error = tls_add_names(certificate, names);
    if (error >= 0)
        error = tls_set_uses(certificate);
    if (error >= 0)
        error = tls_set_key(certificate, key);
    if (error >= 0)
        error = gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
    return error;
}

/* ---- as text ---- */

/* Takes GnuTLS's text, and gives it as one of ours. */
static char *tls_text(gnutls_datum_t *taken)
{
    char *text = mem_dup_n(taken->data, taken->size);
    gnutls_memset(taken->data, 0, taken->size);
    gnutls_free(taken->data);
    return text;
}

static int tls_export(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key,
                      struct tls_identity *identity)
{
    gnutls_datum_t text;
    int error = gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &text);
    if (error < 0)
        return error;
    identity->key = tls_text(&text);
    error = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &text);
    if (error >= 0)
        identity->certificate = tls_text(&text);
    return error;
}

static int tls_make(struct tls_identity *identity, const char *const *names)
{
    gnutls_x509_privkey_t key = NULL;
    gnutls_x509_crt_t certificate = NULL;
    int error = gnutls_x509_privkey_init(&key);
    if (error >= 0)
        error = gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                             GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    if (error >= 0)
        error = gnutls_x509_crt_init(&certificate);
    if (error >= 0)
        error = tls_fill(certificate, key, names);
    if (error >= 0)
        error = tls_export(certificate, key, identity);
    if (certificate)
        gnutls_x509_crt_deinit(certificate);
    if (key)
        gnutls_x509_privkey_deinit(key);
    return error;
}

struct tls_identity *tls_identity_new(const char *const *names, char **ret_error)
{
    struct tls_identity *identity = mem_new(sizeof *identity);
    int error = tls_make(identity, names);
    if (error >= 0)
        return identity;
    *ret_error = mem_printf_dup("can't make a certificate: %s", gnutls_strerror(error));
    tls_identity_free(identity);
    return NULL;
}

void tls_identity_free(struct tls_identity *identity)
{
    if (!identity)
        return;
    if (identity->key)
        gnutls_memset(identity->key, 0, strlen(identity->key));
    free(identity->key);
    free(identity->certificate);
    free(identity);
}

/* ---- a session ---- */

bool tls_send(void *session, const char *text, size_t len)
{
    while (len) {
        ssize_t sent = gnutls_record_send(session, text, len);
        if (sent <= 0)
            return false;
        text += sent;
        len -= (size_t)sent;
    }
    return true;
}
