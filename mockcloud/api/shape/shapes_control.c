/* Shapes of the control API: ours, so they are what world/ writes. See shapes.h. Data. */
#include "api/shape/shapes.h"

static const struct shape clock_mode = {.type = SHAPE_STRING,
                                        .words = SHAPE_WORDS("real", "frozen")};

static const struct shape owner = {
    .type = SHAPE_OBJECT,
    .name = "ControlOwner",
    .fields =
        (const struct shape_field[]){
            {"kind",
             &(const struct shape){.type = SHAPE_STRING, .words = SHAPE_WORDS("user", "customer")},
             0},
            {"name", &shape_string, 0},
            {0}},
};

const struct shape shape_control_health = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){
            {"ok", &shape_bool, 0}, {"version", &shape_string, 0}, {"worlds", &shape_int, 0}, {0}},
};

const struct shape shape_control_world = {
    .type = SHAPE_OBJECT,
    .name = "ControlWorld",
    .fields = (const struct shape_field[]){{"name", &shape_string, 0},
                                           {"seed", &shape_int, 0},
                                           {"now", &shape_time, 0},
                                           {"mode", &clock_mode, 0},
                                           {"devices", &shape_int, 0},
                                           {"base_url", &shape_string, 0},
                                           {0}},
};

const struct shape shape_control_worlds = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"worlds", SHAPE_LIST(shape_control_world), 0}, {0}},
};

static const struct shape next_timer = {
    .type = SHAPE_OBJECT,
    .text = "The timer that is due first.",
    .fields =
        (const struct shape_field[]){
            {"at", &shape_time, 0}, {"actor", &shape_string, 0}, {"what", &shape_string, 0}, {0}},
};

const struct shape shape_control_clock = {
    .type = SHAPE_OBJECT,
    .name = "ControlClock",
    .fields = (const struct shape_field[]){{"now", &shape_time, 0},
                                           {"mode", &clock_mode, SHAPE_OPTIONAL},
                                           {"next", &next_timer, SHAPE_OPTIONAL | SHAPE_NULLABLE},
                                           {0}},
};

/* ---- guesses ---- */

static const struct shape control_switch = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"name", &shape_string, 0},
                                           {"value", &shape_string, 0},
                                           {"default", &shape_bool, 0},
                                           {"asked", &shape_bool, 0},
                                           {0}},
};

static const struct shape guess = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"name", &shape_string, 0},
                                           {"text", &shape_string, 0},
                                           {"source", &shape_string, 0},
                                           {"switch", &shape_string, SHAPE_NULLABLE},
                                           {"value", &shape_string, SHAPE_NULLABLE},
                                           {"uses", &shape_int, 0},
                                           {0}},
};

const struct shape shape_control_behaviours = {
    .type = SHAPE_OBJECT,
    .name = "ControlBehaviours",
    .text = "How the world's switches stand, and the guesses that it has leaned on.",
    .fields = (const struct shape_field[]){{"switches", SHAPE_LIST(control_switch), 0},
                                           {"guesses", SHAPE_LIST(guess), 0},
                                           {0}},
};

/* ---- the journal ---- */

static const struct shape entry = {
    .type = SHAPE_OBJECT,
    .name = "JournalEntry",
    .fields = (const struct shape_field[]){{"n", &shape_int, 0},
                                           {"at", &shape_time, 0},
                                           {"actor", &shape_string, 0},
                                           {"kind", &shape_string, 0},
                                           {"cause", &shape_int, SHAPE_NULLABLE},
                                           {"data", &shape_object, 0},
                                           {0}},
};

const struct shape shape_control_journal = {
    .type = SHAPE_OBJECT,
    .name = "Journal",
    .fields = (const struct shape_field[]){{"entries", SHAPE_LIST(entry), 0},
                                           {"first", &shape_int, 0},
                                           {"next", &shape_int, 0},
                                           {0}},
};

/* ---- exchanges ---- */

static const struct shape header = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){{"name", &shape_string, 0}, {"value", &shape_string, 0}, {0}},
};

#define MESSAGE                                                                                    \
    {"headers", SHAPE_LIST(header), 0}, {"body", &shape_string, SHAPE_OPTIONAL},                   \
        {"body_base64", &shape_string, SHAPE_OPTIONAL}, {"body_len", &shape_int, 0},               \
    {                                                                                              \
        0                                                                                          \
    }

static const struct shape exchange_request = {
    .type = SHAPE_OBJECT,
    .name = "ExchangeRequest",
    .text = "Up to 64 KiB of the body: as text, or in base64 when it is none.",
    .fields = (const struct shape_field[]){{"method", &shape_string, 0},
                                           {"target", &shape_string, 0},
                                           MESSAGE},
};

static const struct shape exchange_reply = {
    .type = SHAPE_OBJECT,
    .name = "ExchangeReply",
    .text = "n is its own journal entry.",
    .fields =
        (const struct shape_field[]){{"n", &shape_int, 0}, {"status", &shape_int, 0}, MESSAGE},
};

const struct shape shape_control_exchange = {
    .type = SHAPE_OBJECT,
    .name = "Exchange",
    .text = "The reply is null until there is one.",
    .fields = (const struct shape_field[]){{"n", &shape_int, 0},
                                           {"request", &exchange_request, 0},
                                           {"reply", &exchange_reply, SHAPE_NULLABLE},
                                           {0}},
};

/* ---- devices ---- */

static const struct shape led = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){
            {"color", &(const struct shape){.type = SHAPE_STRING, .pattern = "^#[0-9a-f]{6}$"},
             SHAPE_NULLABLE},
            {"pattern", &shape_string, 0},
            {"period_ms", &shape_int, 0},
            {0}},
};

static const struct shape stored_code = {
    .type = SHAPE_OBJECT,
    .text =
        "What the cloud knows of the code that the device has stored; null: it knows no such code.",
    .fields = (const struct shape_field[]){{"alive", &shape_bool, 0},
                                           {"expires_at", &shape_time, 0},
                                           {"owner", &owner, SHAPE_NULLABLE},
                                           {0}},
};

const struct shape shape_control_device = {
    .type = SHAPE_OBJECT,
    .name = "ControlDevice",
    .text = "A simulated device, and what the cloud believes of it.",
    .fields =
        (const struct shape_field[]){
            {"id", &shape_id, 0},
            {"name", &shape_string, 0},
            {"platform", &shape_string, 0},
            {"system_version", &shape_string, SHAPE_NULLABLE},
            {"state", &shape_string, 0},
            {"led", &led, SHAPE_NULLABLE},
            {"online", &shape_bool, 0},
            {"session",
             &(const struct shape){.type = SHAPE_STRING,
                                   .words = SHAPE_WORDS("none", "full", "resumed")},
             0},
            {"claim_code_stored", &shape_string, SHAPE_NULLABLE},
            {"claimed_flag", &shape_bool, 0},
            {"owner", &owner, SHAPE_NULLABLE},
            {"product", &shape_int, SHAPE_NULLABLE},
            {"groups", &shape_strings, 0},
            {"firmware", &shape_object, 0},
            {"last_heard", &shape_time, SHAPE_OPTIONAL | SHAPE_NULLABLE},
            {"code", &stored_code, SHAPE_OPTIONAL | SHAPE_NULLABLE},
            {"can", &shape_strings, SHAPE_OPTIONAL},
            {0}},
};

const struct shape shape_control_devices = {
    .type = SHAPE_OBJECT,
    .text = "total, matched and offset stand in pages alone.",
    .fields = (const struct shape_field[]){{"devices", SHAPE_LIST(shape_control_device), 0},
                                           {"total", &shape_int, SHAPE_OPTIONAL},
                                           {"matched", &shape_int, SHAPE_OPTIONAL},
                                           {"offset", &shape_int, SHAPE_OPTIONAL},
                                           {0}},
};

const struct shape shape_control_stored = {
    .type = SHAPE_OBJECT,
    .name = "ControlStored",
    .text = "What a device answered that was given a claim code.",
    .fields = (const struct shape_field[]){{"stored", &shape_bool, 0},
                                           {"answer", &shape_object, 0},
                                           {"device", &shape_control_device, 0},
                                           {0}},
};

const struct shape shape_control_conflict = {
    .type = SHAPE_OBJECT,
    .name = "ControlConflict",
    .text = "The device can't do that in its state; `can` lists what it can.",
    .fields = (const struct shape_field[]){{"error", &shape_string, 0},
                                           {"message", &shape_string, 0},
                                           {"state", &shape_string, SHAPE_OPTIONAL},
                                           {"can", &shape_strings, SHAPE_OPTIONAL},
                                           {0}},
};

static const struct shape evidence = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"n", &shape_int, SHAPE_NULLABLE},
                                           {"at", &shape_time, SHAPE_NULLABLE},
                                           {"text", &shape_string, 0},
                                           {0}},
};

const struct shape shape_control_why = {
    .type = SHAPE_OBJECT,
    .name = "Why",
    .fields = (const struct shape_field[]){{"owned", &shape_bool, 0},
                                           {"owner", &owner, SHAPE_NULLABLE},
                                           {"cause", &shape_string, SHAPE_NULLABLE},
                                           {"text", &shape_string, SHAPE_NULLABLE},
                                           {"evidence", SHAPE_LIST(evidence), 0},
                                           {"advice", &shape_string, SHAPE_NULLABLE},
                                           {0}},
};

const struct shape shape_control_reason = {
    .type = SHAPE_OBJECT,
    .name = "WhyReason",
    .text = "The answer to one of the other questions; cause null: there is nothing to explain.",
    .fields = (const struct shape_field[]){{"question", &shape_string, 0},
                                           {"subject", &shape_string, 0},
                                           {"cause", &shape_string, SHAPE_NULLABLE},
                                           {"text", &shape_string, 0},
                                           {"evidence", SHAPE_LIST(evidence), 0},
                                           {"advice", &shape_string, SHAPE_NULLABLE},
                                           {0}},
};

/* ---- the whole state ---- */

/* Users, products, customers, tokens, codes and webhooks are left open: they are the world file's,
 * and grow with it. */
static const struct shape things = {.type = SHAPE_ARRAY, .item = &shape_object};

const struct shape shape_control_state = {
    .type = SHAPE_OBJECT,
    .name = "ControlState",
    .fields =
        (const struct shape_field[]){
            {"name", &shape_string, 0},
            {"seed", &shape_int, 0},
            {"clock", &shape_control_clock, 0},
            {"users", &things, 0},
            {"products", &things, 0},
            {"customers", &things, 0},
            {"devices", SHAPE_LIST(shape_control_device), 0},
            {"tokens", &things, 0},
            {"claim_codes", &things, 0},
            {"webhooks", &things, 0},
            {"behaviour", &(const struct shape){.type = SHAPE_OBJECT, .rest = &shape_string}, 0},
            {0}},
    .rest = &things,
};
