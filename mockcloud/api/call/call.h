/*
 * A call: one request on its way to its reply, as handlers see it. Of api/ alone.
 *
 * Handlers read parameters with call_*, write the body with `w`, and end with one of the reply_*
 * functions. They free nothing: what a call allocates lives in its arena.
 */
#ifndef API_CALL_CALL_H
#define API_CALL_CALL_H

#include "api/call/arena.h"
#include "api/call/multipart.h"
#include "api/call/work.h"
#include "api/front.h"
#include "cloud/limits.h"
#include "cloud/owner.h"

#include <cjson/cJSON.h>

#define CALL_SEGMENTS 40 /* the name of an event may have a slash at every other character */
#define CALL_PARAMS   4

#define SCHEMA_TYPE "application/schema+json" /* content type of a configuration's schema */

struct lag;
struct route;

struct arg {
    const char *name;
    const char *value;
};

struct args {
    struct arg *items;
    size_t count;
};

/* BODY_BAD: of the control API alone, whose handlers refuse it, or read the raw body themselves. */
enum body_kind { BODY_NONE, BODY_FORM, BODY_JSON, BODY_MULTIPART, BODY_OTHER, BODY_BAD };

/* Where a call stands on its way (dispatch.c). */
enum call_stage {
    CALL_ADMIT,   /* at the gates before its handler */
    CALL_HANDLE,  /* at its handler */
    CALL_REPLIED, /* at the gates behind its reply */
    CALL_DELIVER, /* the reply leaves */
    CALL_DONE
};

/* What a call waits for; later.c's own. */
struct later {
    bool in_world_time;
    void (*cancelled)(struct call *call);
    void (*then)(struct call *call, const void *with);
    const void *with;
    uint64_t timer; /* of the world's clock, 0: none */
    int64_t due_ms; /* in the list of alarms */
    struct call_list *list;
    struct call *prev, *next; /* in `list` */
};

struct call {
    struct work work; /* while it waits, and is kept: what the ticket's `pending` points to */
    enum call_stage stage;
    size_t gate;          /* the next one to ask */
    bool running;         /* its stages are on the stack: what comes for it now they go on with */
    bool waiting;         /* for later_go_on() */
    bool decoded;         /* target, world and body could be read … */
    bool admitted;        /* … and the caller may call */
    int64_t date_skew_ms; /* a fault: how far off its Date is */
    bool off_contract;    /* the reply is wrong on purpose: not held against its route's shapes */
    struct lag *lags; /* faults: what its handler is shown of the past (cloud/lag.h); NULL: none */
    struct later later;
    struct world *began_in; /* NULL: none */
    uint64_t generation;    /* of that world */

    struct api *api;
    struct world *world; /* NULL only for routes of the control API that name none */
    const struct api_request *request;
    struct api_ticket *ticket;
    struct api_reply *reply;
    enum api_outcome outcome;
    struct jsonw w; /* on reply->body */
    struct arena arena;

    struct api_request kept; /* a call that is kept has a copy of its request: call->request */
    const struct route *route;
    const char *allow; /* without a route: the methods that the path has, or NULL */
    void *asked;       /* the handler's own, while it waits */
    const char *path;  /* decoded, without the world's prefix; for the journal */
    const char *query_text;
    const char *segments[CALL_SEGMENTS]; /* decoded */
    size_t segment_count;
    uint64_t request_n;              /* of the journal, 0: none */
    char request_id[33];             /* X-Request-Id; "": the control API has none */
    const struct rule *rule;         /* what decided the reply; NULL: none did */
    const char *params[CALL_PARAMS]; /* the segments that stand for :names, in order */
    const char *authorization;       /* the header, or NULL */
    const char *content_type;

    struct args query;
    enum body_kind body_kind;
    struct args form;
    cJSON *json;        /* BODY_JSON: an object */
    struct args fields; /* BODY_MULTIPART: the parts that are no files … */
    struct parts files; /* … and those that are */

    /* after authorisation */
    const struct token *token;
    struct owner owner;      /* OWNER_NONE: a product's own client */
    struct product *product; /* of a product route */

    /* while it is kept: its token may be revoked meanwhile (later.c) */
    const char *access; /* the token's text; NULL: it has none */
    const char *actor;  /* what trace_actor() said; NULL: it was not kept yet */
};

/* ---- parameters: of the body first, then of the query ---- */

/* A string; NULL when it is absent or no string. */
const char *call_str(const struct call *call, const char *name);

/* true, "true", 1 or "1". */
bool call_flag(const struct call *call, const char *name);

/* A whole number, also as a string; `fallback` when it is absent or no number. */
int64_t call_int(const struct call *call, const char *name, int64_t fallback);

/* Whether a parameter is called as a list is: name, name[], or name[0] (particle-api-js). */
bool call_names_list(const char *key, const char *name);

/* The strings of a list, and how many: JSON arrays, name[]=a&name[]=b, name[0]=a&name[1]=b,
 * name=a&name=b. An element that is no string is "". */
size_t call_list(struct call *call, const char *name, const char ***ret_items);

/* The file of a multipart body with that name; `name` NULL: the first that has a name which
 * official clients give files: "file", "file1" …, "binary" (the Ruby client). NULL: there is none.
 */
const struct part *call_file(const struct call *call, const char *name);

/* Whether it was given at all, of whatever type. */
bool call_has(const struct call *call, const char *name);

const char *args_get(const struct args *args, const char *name);

/* A header of the request, by name in any case; NULL: absent. */
const char *call_header(const struct call *call, const char *name);

/* Whether the path, without the world's prefix, is of the control API. */
bool call_is_control(const struct call *call);

/* Whether a world that has `count` of these has room for one more. False: it has not; the refusal
 * (503) is in the reply. */
bool call_has_room(struct call *call, enum limit which, size_t count);

/* ---- decoding (decode.c) ---- */

/* Copies the request, which its front borrows us for the dispatch alone, into the arena. (keep.c)
 */
void call_keep_request(struct call *call);

/* Finds what most routes read of the headers. */
void call_read_headers(struct call *call);

/* Finds the world that the request is for: by the prefix /w/NAME, which is taken off the segments;
 * else by credential, else the default one. False: there is none; the refusal is in the reply.
 * (call_world.c) */
bool call_world_by_prefix(struct call *call);
bool call_find_world(struct call *call);
struct world *call_default_world(const struct call *call);

/* Splits the target into segments and query. False: it can't be decoded; the refusal is in the
 * reply. */
bool call_decode_target(struct call *call, const char *target);

/* Decodes the body by its content type. False: it can't be; the refusal is in the reply. */
bool call_decode_body(struct call *call);

/* Reads Basic credentials of the Authorization header. False: there are none. */
bool call_basic(struct call *call, const char **ret_id, const char **ret_secret);

/* ---- replies (reply.c) ---- */

void reply_header(struct api_reply *reply, const char *name, const char *value);

/* Forgets the reply so far: another one is made. */
void call_reply_anew(struct call *call);

/* Starts a JSON body: the writer is ready for its one value. */
struct jsonw *reply_json(struct call *call, int status, const struct rule *rule);

/* A whole JSON body, as it is. */
void reply_text(struct call *call, int status, const struct rule *rule, const char *json);

/* A body that is no JSON; copied. */
void reply_body(struct call *call, int status, const struct rule *rule, const char *content_type,
                const void *bytes, size_t len);

/* No body. */
void reply_empty(struct call *call, int status, const struct rule *rule);

/* {"ok":false,"error":message} */
void reply_error(struct call *call, int status, const struct rule *rule, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A request that can't be decoded, 400, in the shape of the API that it is for. */
void reply_undecodable(struct call *call, const struct rule *rule, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The control API's shape: {"error":code,"message":message} */
void reply_control_error(struct call *call, int status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* 403 for a device of a user's namespace that is not the caller's; the text holds the token when it
 * came in the query. */
void reply_permission_denied(struct call *call);

#endif
