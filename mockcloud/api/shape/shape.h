/*
 * Shapes: what the JSON of a reply looks like, as rows, and what a request may hold.
 *
 * A shape is a static row; a route's row points at the shapes of its replies and at the parameters
 * of its requests (route.h: `.replies`, `.params`). From these rows the OpenAPI document is
 * printed (openapi.h), replies are checked (shape_check(), watch.h) and requests (request_check.h).
 * A family keeps its shapes in its own file: shapes are found through the routes that name them, in
 * no table of their own. Of api/ alone.
 */
#ifndef API_SHAPE_SHAPE_H
#define API_SHAPE_SHAPE_H

#include "base/buf.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

enum shape_type {
    SHAPE_ANY,
    SHAPE_NULL,
    SHAPE_BOOL,
    SHAPE_INT,
    SHAPE_NUMBER,
    SHAPE_STRING,
    SHAPE_ARRAY,
    SHAPE_OBJECT,
    SHAPE_UNION
};

enum shape_flag {
    SHAPE_OPTIONAL = 1, /* the key may be absent */
    SHAPE_NULLABLE = 2  /* the value may be null */
};

struct shape;

struct shape_field {
    const char *name; /* NULL behind the last */
    const struct shape *shape;
    unsigned flags; /* of enum shape_flag; 0: required, never null */
};

struct shape {
    enum shape_type type;
    const char
        *name; /* of its component in the document ("Device"); NULL: it is written in place */
    const char *text;         /* one sentence, or NULL */
    const char *const *words; /* SHAPE_STRING: one of these; NULL behind the last. NULL: any */
    /* SHAPE_STRING: a regular expression, in what POSIX extended ones and those of ECMAScript have
     * in common. NULL: any. */
    const char *pattern;
    const struct shape *item;         /* SHAPE_ARRAY: what each element is */
    const struct shape_field *fields; /* SHAPE_OBJECT; NULL: none */
    const struct shape *rest;         /* SHAPE_OBJECT: what other keys hold; NULL: there are none */
    const struct shape *const *any_of; /* SHAPE_UNION; NULL behind the last */
};

/* In a field's row: an array of a shape, a text out of words. */
#define SHAPE_LIST(of)                                                                             \
    &(const struct shape)                                                                          \
    {                                                                                              \
        .type = SHAPE_ARRAY, .item = &(of)                                                         \
    }
#define SHAPE_WORDS(...)                                                                           \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

/* One of the replies that a route gives. Several rows may have the same status. */
struct reply_shape {
    int status;                /* 0 behind the last */
    const struct shape *shape; /* of a JSON body; NULL: no JSON */
    const char *type;          /* Content-Type of a body that is no JSON; NULL: JSON, or no body */
};

enum param_place {
    PARAM_QUERY,
    PARAM_BODY, /* a form or a JSON object */
    PARAM_FORM, /* a form alone */
    PARAM_JSON  /* a JSON object alone: no form could hold it */
};

enum param_type {
    PARAM_STRING,
    PARAM_INT,
    PARAM_NUMBER,
    PARAM_BOOL,  /* in a form or query: true, false, 1 or 0 */
    PARAM_LIST,  /* of strings; in a form: name[]=a&name[]=b */
    PARAM_MAP,   /* an object; in a form: name[key]=a */
    PARAM_TEXTS, /* a string, or a list of strings */
    PARAM_FILE,  /* a part of a multipart form */
    PARAM_ANY
};

/* One parameter of a request, other than those of the path. */
struct param {
    const char *name; /* NULL behind the last */
    enum param_place place;
    enum param_type type;
    bool required;
    const char *text;
    const char *const *words; /* PARAM_STRING: one of these; NULL behind the last. NULL: any */
};

/* In a route's row: .replies = REPLIES({200, &shape_device}), .params = PARAMS({"id", …}). */
#define REPLIES(...)                                                                               \
    (const struct reply_shape[])                                                                   \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            0, NULL, NULL                                                                          \
        }                                                                                          \
    }
#define PARAMS(...)                                                                                \
    (const struct param[])                                                                         \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            .name = NULL                                                                           \
        }                                                                                          \
    }
/* A route that takes no parameters. */
#define NO_PARAMS                                                                                  \
    (const struct param[])                                                                         \
    {                                                                                              \
        {                                                                                          \
            .name = NULL                                                                           \
        }                                                                                          \
    }

/*
 * Whether `value` is of this shape. If not, what is wrong is added to `ret_wrong` in one line:
 * "/devices/0/id: expected a string like ^[0-9a-f]{24}$, found 12".
 */
bool shape_check(const struct shape *shape, const cJSON *value, struct buf *ret_wrong);

#endif
