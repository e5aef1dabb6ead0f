/*
 * A transfer: one delivery of a webhook as a request of libcurl's. How it is asked and what is said
 * when it fails; the carrier (carrier.h) sees to when. Nobody outside of net/ includes this.
 */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include "base/buf.h"
#include "cloud/webhook/outbox.h"
#include "net/libcurl.h"

#include <sys/socket.h>

struct carrier;

/* Listeners of this process. */
struct shunned {
    struct sockaddr_storage *at;
    size_t count;
};

struct transfer {
    struct transfer *prev, *next; /* of its carrier */
    struct carrier *carrier;
    const struct libcurl *curl;
    const struct shunned *shunned;
    struct cloud *cloud;
    uint64_t id; /* of its delivery */
    CURL *easy;  /* NULL: not prepared */
    CURLU *url;
    struct curl_slist *headers, *resolve;
    struct buf body;
    char *host;
    bool to_us;  /* it would have reached a listener of this process */
    bool listed; /* --allow-outbound names its host: it may be anywhere */
    bool silent;
    bool done;
    CURLcode code;   /* when it is done */
    int64_t sent_ms; /* real time */
};

/* Borrows `curl` and `shunned`. Yours: transfer_free(). */
struct transfer *transfer_new(const struct libcurl *curl, const struct shunned *shunned,
                              struct cloud *cloud, uint64_t id);

/* Of no list and of no multi handle any more. */
void transfer_free(struct transfer *transfer);

/* Reads the URL. NULL: it may be called; else why not (yours: free()), and whether that is because
 * it would leave this machine for a host that `hosts` (NULL-terminated; NULL: none) does not name.
 */
char *transfer_refusal_dup(struct transfer *transfer, const struct delivery_request *request,
                           const char *const *hosts, bool *ret_elsewhere);

/* Makes the request of one that was not refused. What it points at stays until the delivery is
 * over. */
void transfer_prepare(struct transfer *transfer, const struct delivery_request *request);

/* Why it failed, in the words of Node, which the real cloud runs on, and without a port. Yours:
 * free(). */
char *transfer_failure_dup(const struct transfer *transfer);

#endif
