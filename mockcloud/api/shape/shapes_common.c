/* Shapes that every family names: plain values, errors, the short replies. See shapes.h. Data. */
#include "api/shape/shapes.h"

#define TIME_PATTERN "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$"

const struct shape shape_any = {.type = SHAPE_ANY};
const struct shape shape_bool = {.type = SHAPE_BOOL};
const struct shape shape_int = {.type = SHAPE_INT};
const struct shape shape_number = {.type = SHAPE_NUMBER};
const struct shape shape_string = {.type = SHAPE_STRING};
const struct shape shape_strings = {.type = SHAPE_ARRAY, .item = &shape_string};
const struct shape shape_object = {.type = SHAPE_OBJECT, .rest = &shape_any};
const struct shape shape_empty = {.type = SHAPE_OBJECT};
const struct shape shape_time = {
    .type = SHAPE_STRING,
    .name = "Time",
    .text = "ISO 8601 with milliseconds, in UTC.",
    .pattern = TIME_PATTERN,
};
const struct shape shape_id = {
    .type = SHAPE_STRING,
    .name = "Id",
    .text = "24 hex digits.",
    .pattern = "^[0-9a-f]{24}$",
};
const struct shape shape_secret = {
    .type = SHAPE_STRING,
    .name = "Secret",
    .text = "A token, or a client's secret.",
    .pattern = "^.+$",
};
const struct shape shape_meta = {
    .type = SHAPE_OBJECT,
    .name = "Pages",
    .text = "How many pages a list has.",
    .fields = (const struct shape_field[]){{"total_pages", &shape_int, 0}, {0}},
};

const struct shape shape_ok = {
    .type = SHAPE_OBJECT,
    .name = "Ok",
    .fields = (const struct shape_field[]){{"ok", &shape_bool, 0}, {0}},
};
const struct shape shape_ok_message = {
    .type = SHAPE_OBJECT,
    .name = "OkMessage",
    .fields =
        (const struct shape_field[]){{"ok", &shape_bool, 0}, {"message", &shape_string, 0}, {0}},
};

/* ---- errors ---- */

const struct shape shape_error = {
    .type = SHAPE_OBJECT,
    .name = "Error",
    .text = "The usual refusal; some have neither `ok` nor anything else beside the text.",
    .fields = (const struct shape_field[]){{"ok", &shape_bool, SHAPE_OPTIONAL},
                                           {"error", &shape_string, 0},
                                           {0}},
};

const struct shape shape_errors = {
    .type = SHAPE_OBJECT,
    .name = "Errors",
    .text = "A refusal with a list: of texts, of empty objects, of pairs of a text and a status.",
    .fields = (const struct shape_field[]){{"ok", &shape_bool, 0},
                                           {"code", &shape_int, SHAPE_OPTIONAL},
                                           {"errors", SHAPE_LIST(shape_any), 0},
                                           {0}},
};

const struct shape shape_oauth_error = {
    .type = SHAPE_OBJECT,
    .name = "OAuthError",
    .text = "A refusal of the OAuth layer.",
    .fields =
        (const struct shape_field[]){
            {"error", &(const struct shape){.type = SHAPE_STRING, .pattern = "^[a-z]+(_[a-z]+)*$"},
             0},
            {"mfa_token", &shape_secret, SHAPE_OPTIONAL},
            {"error_description", &shape_string, 0},
            {0}},
};

/* A device that is not the caller's, or is unknown. */
static const struct shape permission_denied = {
    .type = SHAPE_OBJECT,
    .name = "PermissionDenied",
    .fields =
        (const struct shape_field[]){{"error", &shape_string, 0}, {"info", &shape_string, 0}, {0}},
};

/* What diagnostics answer to dates that are none. */
static const struct shape described_error = {
    .type = SHAPE_OBJECT,
    .name = "DescribedError",
    .fields = (const struct shape_field[]){{"error", &shape_string, 0},
                                           {"description", &shape_string, 0},
                                           {0}},
};

const struct shape shape_api_error = {
    .type = SHAPE_UNION,
    .name = "ApiError",
    .text = "Clients look for error_description, then error, then errors, then info.",
    .any_of = (const struct shape *const[]){&shape_error, &shape_errors, &shape_oauth_error,
                                            &permission_denied, &described_error, NULL},
};

const struct shape shape_control_error = {
    .type = SHAPE_OBJECT,
    .name = "ControlError",
    .text = "A refusal of the control API: a code for programs, a text for people.",
    .fields =
        (const struct shape_field[]){
            {"error", &(const struct shape){.type = SHAPE_STRING, .pattern = "^[a-z]+(-[a-z]+)*$"},
             0},
            {"message", &shape_string, 0},
            {0}},
};

const struct shape *shapes_error(bool control, int status)
{
    if (control)
        return &shape_control_error;
    return status == 429 ? &shape_oauth_error : &shape_api_error;
}
