/*
 * Request filters: a request pattern, and what a request has to have besides. The same four keys
 * stand in every wait, hold, fault and count:
 *
 *     request: POST /v1/devices
 *     from: app                      the client that sends it
 *     with:
 *       header: {X-Request-Id: {$any: true}}
 *       query: {access_token: {$absent: true}}
 *       form: {id: {$length: 24}}
 *       json: {ops: [{op: Set}]}
 *       token: ada@example.com       whose access token it shows
 *       secret: client               a client's secret, or a customer's token, stands anywhere in
 * it status: 404                  of its reply
 *
 * Each value under header, query, form, json and status is an expected value (compare.h). The
 * request itself is whoever's, who shows it as a struct request_view.
 */
#ifndef MATCH_REQUEST_FILTER_H
#define MATCH_REQUEST_FILTER_H

#include "base/fields.h"
#include "match/compare.h"

#include <stdbool.h>

enum request_part { REQUEST_HEADER, REQUEST_QUERY, REQUEST_FORM };

/* A request as a filter sees it; the first member of what its functions need. */
struct request_view {
    const char *method;
    const char *path;         /* decoded; NULL: it could not be decoded */
    const char *client;       /* who sends it, by name: "app"; NULL: nobody's client */
    int status;               /* of the reply; 0: there is none yet */
    const struct cJSON *json; /* its JSON body; NULL: none */
    /* The value of a header (in any case), or of a parameter; NULL: absent. */
    const char *(*text)(const struct request_view *view, enum request_part part, const char *name);
    /* Whether the access token that it shows is of this user, customer or client. */
    bool (*has_token_of)(const struct request_view *view, const char *who);
    /* Whether a secret of that kind ("client", "customer-token") stands anywhere in it. */
    bool (*has_secret)(const struct request_view *view, const char *kind);
};

/* The rows of the keys, for the tables of who takes them. */
#define REQUEST_FILTER_FIELDS                                                                      \
    {.name = "request",                                                                            \
     .type = FIELD_STRING,                                                                         \
     .text = "Which requests: a method and a path like POST /v1/devices. The method may be any, "  \
             "a segment of the path *, the rest of it **; any alone is every request."},           \
        {.name = "from", .type = FIELD_STRING, .text = "The client that sends the request."},      \
    {                                                                                              \
        .name = "with", .type = FIELD_OBJECT, .fields = request_with_fields,                       \
        .text = "What the request has to have besides."                                            \
    }

extern const struct field request_with_fields[];

struct request_filter;

/* Checks `request` and `with` of a map that passed its fields. `answered`: the request has its
 * reply by the time that it is asked for, so `with: {status: …}` makes sense. */
bool request_filter_check(const struct compare_check *check, const struct doc_node *map,
                          bool answered);

/* Of a checked map without ${…}, which is borrowed. Yours: request_filter_free(). */
struct request_filter *request_filter_new(const struct doc_node *map);
void request_filter_free(struct request_filter *filter);

/* Whether the pattern and the client are met. */
bool request_filter_meets_line(const struct request_filter *filter,
                               const struct request_view *view);

/* Whether all is met. False: *ret_diff (may be NULL; else yours: compare_diff_free()) tells the
 * first difference under `with`, by a path like /query/access_token. */
bool request_filter_meets(const struct request_filter *filter, const struct request_view *view,
                          struct compare_diff *ret_diff);

#endif
