/* Mistakes in a scenario as a table: each with its line, its column and what was probably meant.
 * All are found before anything runs. */
#include "suites.h"

#include "device/fleet.h"
#include "scenario/condition.h"
#include "scenario/steps.h"
#include "unit_scenario.h"

#define CLIENTS "clients: {app: {run: [sh, x]}}\n"

/* The steps of a mistake begin on this line. */
#define FIRST 9

static const struct {
    const char *steps; /* behind "scenario: s", UNIT_WORLD (7 lines), CLIENTS and "steps:" */
    int line, column;
    const char *message; /* a part of it */
    const char *hint;
} rows[] = {
    {"  - requst: GET /v1/devices\n", 1, 5, "unknown step \"requst\"", "request"},
    {"  - frobnicate: 1\n", 1, 5, "known steps: request, device", NULL},
    {"  - door: {device: pump}\n", 1, 5, "not supported yet", NULL},
    {"  - door: {device: pump}\n", 1, 5, "not supported yet", NULL},
    {"  - 7\n", 1, 5, "expected a step", NULL},
    {"  - {}\n", 1, 5, "an empty map", NULL},
    {"  - device: pump\n    wait: {}\n", 2, 5, "two step words", NULL},
    {"  - request: GET /v1/devices\n    tokn: dev@example.com\n", 2, 5, "unknown key", "token"},
    {"  - request: /v1/devices\n", 1, 14, "expected a method and a target", NULL},
    {"  - request: GET v1/devices\n", 1, 14, "expected a method and a target", NULL},
    {"  - request: GET /v1/devices\n    token: dav@example.com\n", 2, 12, "no user, customer",
     "dev@example.com"},
    {"  - request: GET /v1/devices\n    token: somebody-else\n", 2, 12, "made during the run",
     NULL},
    {"  - request: GET /v1/devices\n    token: {user: bob}\n", 2, 19, "there is no user", NULL},
    {"  - request: GET /v1/devices\n    token: {customer: a}\n", 2, 12, "\"product\" is missing",
     NULL},
    {"  - request: GET /v1/devices\n    token: \"${code}\"\n", 2, 12, "{value: \"${code}\"}", NULL},
    {"  - request: GET /v1/devices\n    token: [a]\n", 2, 12, "expected a name", NULL},
    {"  - request: GET /v1/devices\n    basic: nobody\n", 2, 12, "there is no client", NULL},
    {"  - request: POST /x\n    json: {}\n    form: {a: b}\n", 2, 5, "one body", NULL},
    {"  - request: GET /x\n    reply: {status: 99}\n", 2, 21, "a status from 100", NULL},
    {"  - request: GET /x\n    reply: {status: \"200\"}\n", 2, 21, "a status from 100", NULL},
    {"  - request: GET /x\n    reply: {json: {a: {$lenght: 3}}}\n", 2, 24, "unknown matcher",
     "$length"},
    {"  - request: GET /x\n    reply: {json: {$matches: \"(\"}}\n", 2, 30, "bad regular expression",
     NULL},
    {"  - request: GET /x\n    reply: {json: {$type: strin}}\n", 2, 27, "expected a type",
     "string"},
    {"  - request: GET /x\n    reply: {json: {$length: -1}}\n", 2, 29, "expected a length", NULL},
    {"  - request: GET /x\n    reply: {json: {$one_of: []}}\n", 2, 29, "an empty one", NULL},
    {"  - request: GET /x\n    save: {a: b}\n", 2, 15, "a JSON Pointer", NULL},
    {"  - request: GET /x\n    save: {a.b: /b}\n", 2, 12, "can't be a name", NULL},
    {"  - request: GET /${code}\n    save: {code: /b}\n", 1, 14, "no step before this one", NULL},
    {"  - request: GET /${pump}\n", 1, 14, "names a device", NULL},
    {"  - request: GET /${pmp.id}\n", 1, 14, "there is no device", "pump"},
    {"  - request: GET /${pump.idd}\n", 1, 14, "unknown field", "id"},
    {"  - request: GET /${pump.id\n", 1, 14, "a literal one is written", NULL},
    {"  - request: GET /${url}\n", 1, 14, "of a client only", NULL},
    {"  - request: POST /x\n    json: {a: [1, \"${b}\"]}\n", 2, 19, "is unknown here", NULL},
    {"  - device: pmp\n    do: power-on\n", 1, 13, "there is no device \"pmp\"", "pump"},
    {"  - device: pump\n    do: power-onn\n", 2, 9, "expected one of", "power-on"},
    {"  - device: pump\n", 1, 5, "\"do\" is missing", NULL},
    {"  - device: pump\n    do: serial\n", 2, 9, "add \"set_claim_code\"", NULL},
    {"  - device: pump\n    do: reset\n    set_claim_code: x\n", 3, 5, "is no setup channel", NULL},
    {"  - device: pump\n    do: publish\n", 2, 9, "an event needs a name", NULL},
    {"  - wait: {within: 1s virtual}\n", 1, 11,
     "expected device, client, request, held, event or webhook", NULL},
    {"  - device: pump\n    do: reset\n    data: x\n", 3, 5, "belongs to \"publish\"", NULL},
    {"  - device: pump\n    do: publish\n    name: \"${x}\"\n", 3, 11, "is unknown here", NULL},
    {"  - wait: {event: x, state: online, within: 5s virtual}\n", 1, 22, "doesn't go with", NULL},
    {"  - wait: {webhook: x, data: y, within: 5s virtual}\n", 1, 24, "doesn't go with", NULL},
    {"  - wait: {webhook: x, result: answerd, within: 5s virtual}\n", 1, 32, "found \"answerd\"",
     "answered"},
    {"  - wait: {webhook: x, result: failed, status: 500, within: 5s virtual}\n", 1, 48,
     "only a webhook that was answered has a status", NULL},
    {"  - wait: {device: pump, online: true, status: 200, within: 5s virtual}\n", 1, 40,
     "\"status\" belongs to \"webhook\"", NULL},
    {"  - wait: {event: x, device: pmp, within: 5s virtual}\n", 1, 30, "there is no device",
     "pump"},
    {"  - wait: {device: pump, online: true, data: x, within: 5s virtual}\n", 1, 40,
     "belongs to \"event\"", NULL},
    {"  - clock: {}\n", 1, 12, "expected one of", NULL},
    {"  - clock: {advance: 1h, mode: real}\n", 1, 12, "found several", NULL},
    {"  - clock: {advance: 1}\n", 1, 22, "expected a duration", NULL},
    {"  - settle: 1\n", 1, 13, "expected a map", NULL},
    {"  - wait: {device: pump, state: online}\n", 1, 11, "\"within\" is missing", NULL},
    {"  - wait: {device: pump, state: online, within: 5s}\n", 1, 49, "with its clock", NULL},
    {"  - wait: {device: pump, within: 5s real}\n", 1, 11, "nothing is asked", NULL},
    {"  - wait: {state: online, within: 5s real}\n", 1, 11, "expected device, client, request",
     NULL},
    {"  - wait: {device: pump, exits: 0, within: 5s real}\n", 1, 26, "a device has no", NULL},
    {"  - wait: {client: app, exits: 0, within: 5s real}\n", 1, 20, "not been started", NULL},
    {"  - wait: {client: ap, exits: 0, within: 5s real}\n", 1, 20, "there is no client", "app"},
    {"  - wait: {request: POST /x, state: online, within: 5s real}\n", 1, 30, "doesn't go with",
     NULL},
    {"  - wait: {request: everything, within: 5s real}\n", 1, 21, "or any", NULL},
    {"  - wait: {request: any, from: web, within: 5s real}\n", 1, 32, "there is no client", NULL},
    {"  - wait: {device: pump, online: true, from: app, within: 5s real}\n", 1, 40,
     "belongs to \"request\"", NULL},
    {"  - expect: {device: pump, led: breathing cyn}\n", 1, 33, "no state shows", "breathing cyan"},
    {"  - expect: {device: pump, owner: ada}\n", 1, 35, "no user or customer", NULL},
    {"  - expect: {device: pump, owner: {client: acme-app}}\n", 1, 35, "expected a name", NULL},
    {"  - expect: {device: pump, why: claim-code-expird}\n", 1, 33, "expected a cause",
     "claim-code-expired"},
    {"  - expect: {why: {offline: pmp, cause: no-power}}\n", 1, 29, "there is no device \"pmp\"",
     "pump"},
    {"  - expect: {why: {offline: pump, cause: no-powr}}\n", 1, 42,
     "expected a reason of \"offline\" or null, found \"no-powr\"", "no-power"},
    {"  - expect: {why: {offline: pump, cause: no-webhook}}\n", 1, 42, "expected a reason of",
     NULL},
    {"  - expect: {why: {offline: pump}}\n", 1, 19, "\"cause\" is missing", NULL},
    {"  - expect: {why: {offline: pump, no_webhook: t, cause: null}}\n", 1, 35,
     "one question at a time: \"offline\" is asked already", NULL},
    {"  - expect: {why: {offline: pump, owner: ada@example.com, cause: null}}\n", 1, 35,
     "\"owner\" is of no use to \"offline\"", NULL},
    {"  - expect: {device: pump, why: {offline: pump, cause: null}}\n", 1, 14,
     "the question of \"why\" stands alone: a step of its own for \"device\"", NULL},
    {"  - expect: {why: {request: GET v1, cause: null}}\n", 1, 29, "expected", NULL},
    {"  - expect: {why: {no_event: t, cause: null}}\n", 1, 30, "on whose stream? Add client", NULL},
    {"  - expect: {why: {no_event: t, client: ap, cause: null}}\n", 1, 41,
     "there is no client \"ap\"", "app"},
    {"  - expect: {why: {not_listed: pump, owner: eda@example.com, cause: null}}\n", 1, 45,
     "eda@example.com", NULL},
    {"  - expect: {why: {cause: null}}\n", 1, 13, "expected one of \"device\" and \"client\"",
     NULL},
    {"  - expect: {device: pump, why: {owner: dev@example.com}}\n", 1, 33, "\"cause\" is missing",
     NULL},
    {"  - start: ap\n", 1, 12, "there is no client \"ap\" in this scenario", "app"},
    /* one mistake is told once, at the step where it was made */
    {"  - start: ap\n  - wait: {client: ap, exits: 0, within: 5s real}\n", 1, 12,
     "there is no client \"ap\" in this scenario", "app"},
    {"  - start: ap\n  - wait: {client: app, exits: 0, within: 5s real}\n", 1, 12,
     "there is no client \"ap\" in this scenario", "app"},
    {"  - device: pump\n    do: on\n", 2, 9,
     "expected one of power-on, power-off, reset, connect, disconnect, listen, leave-listening, "
     "lose-network, find-network, full-handshake, safe-mode, dfu, soft-off, set-up, serial, usb, "
     "softap, ble, "
     "publish for \"do\", found \"on\"",
     "power-on"},
    {"  - clock: 1h\n", 1, 12, "expected a map for \"clock\" (like {advance: 1h}), found \"1h\"",
     NULL},
    {"  - wait: 5s\n", 1, 11,
     "expected a map for \"wait\" (like {device: pump, state: online, within: 5min virtual}; to "
     "let "
     "time pass: clock: {advance: 5s}), found \"5s\"",
     NULL},
    {"  - start: app\n  - expect: {client: app, exits: zero}\n", 2, 34, "expected an exit code",
     NULL},
};

/* An id is in lower case in the cloud; what is written in capitals is known for what it is. */
START_TEST(an_id_in_capitals)
{
    struct diags diags = {0};
    struct scenario_file *file = unit_file_new(
        "scenario: s\n"
        "world: {devices: [{as: pump, id: e00fce680102030405060708, platform: boron}]}\n"
        "steps: [{device: E00FCE680102030405060708, do: power-on}]\n",
        &diags);
    ck_assert(!file);
    ck_assert_int_eq((int)diags.count, 1);
    ck_assert_str_eq(diags.items[0].message,
                     "there is no device \"E00FCE680102030405060708\" in this world");
    ck_assert_str_eq(diags.items[0].hint, "e00fce680102030405060708");
    diags_free(&diags);
}
END_TEST

START_TEST(a_mistake)
{
    char text[4096];
    struct diags diags = {0};
    snprintf(text, sizeof text, "scenario: s\n%s%ssteps:\n%s", UNIT_WORLD, CLIENTS, rows[_i].steps);
    struct scenario_file *file = unit_file_new(text, &diags);
    ck_assert_msg(!file, "%s", rows[_i].steps);
    ck_assert_int_eq((int)diags.count, 1);
    const struct diag *diag = &diags.items[0];
    ck_assert_msg(strstr(diag->message, rows[_i].message), "%s: %s", rows[_i].steps, diag->message);
    ck_assert_msg(diag->line == FIRST + rows[_i].line && diag->column == rows[_i].column,
                  "%s: %d:%d", rows[_i].steps, diag->line - FIRST, diag->column);
    if (rows[_i].hint)
        ck_assert_str_eq(diag->hint ? diag->hint : "none", rows[_i].hint);
    diags_free(&diags);
}
END_TEST

/* Of whole files. */
static const struct {
    const char *text;
    int line, column;
    const char *message;
} files[] = {
    {"scenario: a\n", 1, 1, "\"steps\" is missing"},
    {"steps: [settle: {}]\n", 1, 1, "\"scenario\" is missing"},
    {"scenario: a\nsteps: []\n", 2, 8, "expected 1 to"},
    {"scenario: a\nstep: []\nsteps: [settle: {}]\n", 2, 1, "unknown key"},
    {"[]\n", 1, 1, "a map"},
    {"scenario: a\nsteps: [settle: {}]\n---\nscenario: a\nsteps: [settle: {}]\n", 4, 11,
     "of this name stands on line 1"},
    {"users: [{username: a}]\n", 1, 1, "this is a world file: expected a scenario"},
    {"scenario: a\nworld: {seeed: 1}\nsteps: [settle: {}]\n", 2, 9, "unknown key"},
    {"scenario: a\nworld: {devices: [{as: a, platform: argonn}]}\nsteps: [settle: {}]\n", 2, 37,
     "argonn"},
    {"scenario: a\nworld: file.yaml\nsteps: [settle: {}]\n", 2, 8,
     "expected the world itself (like {products: […], devices: […]}), found \"file.yaml\"; "
     "that of a file is {from: FILE}"},
    {"scenario: a\nsteps: [{start: app}]\n", 2, 17,
     "there is no client \"app\" in this scenario: name it under \"clients\""},
    {"scenario: a\nclients: {a: {run: sh -c true}}\nsteps: [settle: {}]\n", 2, 20,
     "expected a list for \"run\" (like [node, claim.js], or [sh, -c, \"…\"] with a shell), found "
     "\"sh -c true\""},
    {"scenario: a\nclients: {app: {ready: {status: 200}}}\nsteps: [settle: {}]\n", 2, 24,
     "expected either http or output"},
    {"scenario: a\nclients: {app: {ready: {http: GET /, output: x}, port: true}}\nsteps: [settle: "
     "{}]\n",
     2, 24, "expected either http or output"},
    {"scenario: a\nclients: {app: {ready: {output: x, status: 201}}}\nsteps: [settle: {}]\n", 2, 44,
     "\"status\" is that of \"http\""},
    {"scenario: a\nclients: {app: {ready: {http: /health}, port: true}}\nsteps: [settle: {}]\n", 2,
     31, "expected a method and a path like \"GET /health\", found \"/health\""},
    {"scenario: a\nclients: {app: {ready: {http: GET /health}}}\nsteps: [settle: {}]\n", 2, 31,
     "it needs a port to be asked at: add `port: true` to the client"},
    {"scenario: a\nclients: {app: {ready: {output: x, within: 5s virtual}}}\nsteps: [settle: {}]\n",
     2, 44, "a client takes real time: expected one like \"5s real\", found \"5s virtual\""},
    {"scenario: a\nclients: {app: {stop: {within: 5s virtual}}}\nsteps: [settle: {}]\n", 2, 32,
     "a client takes real time"},
    {"scenario: a\nclients: {app: {stop: {signal: STOP}}}\nsteps: [settle: {}]\n", 2, 32,
     "expected"},
    {"scenario: a\nclients: {app: {port: 8080}}\nsteps: [settle: {}]\n", 2, 23,
     "expected true or false"},
    {"scenario: a\nclients: {app: {cwd: \"\"}}\nsteps: [settle: {}]\n", 2, 22, "expected text"},
    {"scenario: a\nclients: {app: {run: [x, \"${app.port}\"]}}\nsteps: [settle: {}]\n", 2, 26,
     "the client \"app\" has no port: give it one with `port: true`"},
    {"scenario: a\nclients: {app: {run: [x, \"${ap.url}\"], port: true}}\nsteps: [settle: {}]\n", 2,
     26, "there is no client \"ap\" in this scenario"},
    {"scenario: a\nclients: {app: {port: true}}\nsteps: [{stop: app}]\n", 3, 16,
     "no step before this one starts the client \"app\""},
    {"scenario: a\nclients: {app: {port: true}}\nsteps: [{stop: ap}]\n", 3, 16,
     "there is no client \"ap\""},
    {"scenario: a\nclients: {app: {port: true}}\nsteps: [{call: GET /, client: app}]\n", 3, 31,
     "no step before this one starts the client \"app\""},
    {"scenario: a\nclients: {app: {env: {}}}\nsteps: [{start: app}, {call: GET /, client: app}]\n",
     3, 45, "the client \"app\" has no port: give it one with `port: true`"},
    {"scenario: a\nclients: {app: {port: true}}\nsteps: [{start: app}, {call: GET /, client: app, "
     "within: 5s virtual}]\n",
     3, 58, "a client takes real time"},
    {"scenario: a\nclients: {app: {port: true}}\nsteps: [{start: app}, {call: /claim, client: "
     "app}]\n",
     3, 30, "expected a method and a target"},
    {"scenario: a\nclients: {app: {port: true}}\nsteps: [{start: app}, {call: GET /, client: app, "
     "form: {}, json: 1}]\n",
     3, 60, "a request has one body"},
    {"scenario: a\nclients: {app: {port: true}}\nsteps: [{start: app}, {call: GET /}]\n", 3, 23,
     "the key \"client\" is missing"},
    {"scenario: a\neach: [{x: 1}]\nsteps: [note: \"${each.y}\"]\n", 3, 15,
     "there is no \"y\" in row 1 of \"each\""},
    {"scenario: a\neach: [{x: 1}, {y: 1}]\nsteps: [note: \"${each.x}\"]\n", 3, 15,
     "there is no \"x\" in row 2 of \"each\""},
    {"scenario: a\neach: [{x: [1]}]\nsteps: [note: \"a ${each.x}\"]\n", 3, 15,
     "\"x\" is a list, which can't be a part of a text"},
    {"scenario: a\neach: [{x: 1}, {x: 1}]\nsteps: [settle: {}]\n", 2, 7,
     "two rows are both \"a [x=1]\""},
    {"scenario: a\neach: [1]\nsteps: [settle: {}]\n", 2, 8, "expected a map"},
    {"scenario: a\neach: {x: 1}\nsteps: [settle: {}]\n", 2, 7, "expected a list"},
    {"scenario: a\nsteps: [request: \"GET /${each.x}\"]\n", 2, 18,
     "\"${each.x}\" is that of a row, and this scenario has no \"each\""},
    {"scenario: a\neach: [{x: nope}]\nworld: {devices: [{platform: \"${each.x}\"}]}\nsteps: "
     "[settle: {}]\n",
     3, 30, "nope"},
    {"scenario: a\nworld: {from: [x]}\nsteps: [settle: {}]\n", 2, 15,
     "expected the name of a world file, found a list"},
    {"scenario: \"a\\e[31m\"\nsteps: [settle: {}]\n", 1, 11,
     "expected a name without control characters, found \"a\\x1b[31m\""},
    {"scenario: a\neach: [{x: \"1\\r\\n2\"}]\nsteps: [settle: {}]\n", 1, 11,
     "expected a name without control characters"},
    {"scenario: a\nskip: \"no\\u009b\"\nsteps: [settle: {}]\n", 2, 7,
     "expected a reason without control characters"},
    {"scenario: a\nskip: \"\"\nsteps: [settle: {}]\n", 2, 7, "expected text"},
    {"scenario: a\nclients: {a: {run: []}}\nsteps: [settle: {}]\n", 2, 20, "a program to run"},
    {"scenario: a\nclients: {a: {env: {B-C: x}}}\nsteps: [settle: {}]\n", 2, 21, "environment"},
    {"scenario: a\nsteps: [{wait: {request: any, within: 1s real}}]\n", 2, 26,
     "no client is there"},
    {"scenario: a\nsteps: [*a]\n", 2, 9, "alias"},
    {"scenario: a\nsteps:\n- settle: {}\n- settle: {\n", 4, 12, ""},
};

START_TEST(a_file_with_a_mistake)
{
    struct diags diags = {0};
    struct scenario_file *file = unit_file_new(files[_i].text, &diags);
    ck_assert_msg(!file, "%s", files[_i].text);
    ck_assert_int_eq((int)diags.count, 1);
    const struct diag *diag = &diags.items[0];
    ck_assert_msg(strstr(diag->message, files[_i].message), "%s", diag->message);
    ck_assert_msg(diag->line == files[_i].line && diag->column == files[_i].column, "%s: %d:%d %s",
                  files[_i].text, diag->line, diag->column, diag->message);
    diags_free(&diags);
}
END_TEST

START_TEST(a_name_of_several_is_refused_with_its_long_forms)
{
    struct diags diags = {0};
    struct scenario_file *file =
        unit_file_new("scenario: a\n"
                      "world:\n"
                      "  users: [{username: ada@example.com, password: x}]\n"
                      "  products: [{id: 6287, slug: acme-pump, platform: e-series}]\n"
                      "  customers: [{email: ada@example.com, product: acme-pump}]\n"
                      "steps:\n"
                      "  - request: GET /v1/devices\n"
                      "    token: ada@example.com\n",
                      &diags);
    ck_assert_ptr_null(file);
    ck_assert_str_eq(diags.items[0].message,
                     "\"ada@example.com\" is the name of several; say which: {user: "
                     "ada@example.com}, {customer: ada@example.com, product: acme-pump}");
    diags_free(&diags);
}
END_TEST

START_TEST(all_mistakes_are_told_at_once)
{
    struct diags diags = {0};
    struct scenario_file *file =
        unit_file_new("scenario: a\nsteps:\n- x: 1\n- y: 1\n- z: 1\n", &diags);
    ck_assert_ptr_null(file);
    ck_assert_int_eq((int)diags.count, 3);
    diags_free(&diags);
}
END_TEST

START_TEST(the_command_replaces_the_client)
{
    static const char text[] = "scenario: a\nclients:\n  app:\n  client:\n  web: {run: [x]}\n"
                               "steps: [start: client]\n";
    struct diags diags = {0};
    struct scenario_load_options options = {.client_command = "true"};
    struct scenario_file *file =
        scenario_file_new_from_text("t", text, strlen(text), &options, &diags);
    ck_assert_ptr_nonnull(file);
    ck_assert(scenario_is_open(scenario_at(file, 0)));
    ck_assert_str_eq(scenario_missing_run(scenario_at(file, 0)), "app");
    scenario_file_free(file);
}
END_TEST

static bool listed(const char *const *words, const char *word)
{
    for (; *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

/* The words of the language are those of the simulator. */
START_TEST(the_words_are_those_of_the_tables)
{
    const struct field *verbs = step_device_fields;
    size_t count = 0;
    while (strcmp(verbs->name, "do") != 0)
        verbs++;
    for (size_t i = 0; i < device_verb_count; i++)
        ck_assert_msg(listed(verbs->words, device_verbs[i].name), "%s", device_verbs[i].name);
    for (size_t i = 0; i < device_channel_count; i++)
        ck_assert_msg(listed(verbs->words, device_channels[i].name), "%s", device_channels[i].name);
    while (verbs->words[count])
        count++;
    ck_assert_uint_eq(count, device_verb_count + device_channel_count + 1); /* publish */
    for (size_t i = 0; i < STATE_COUNT; i++)
        ck_assert_msg(listed(trait_states, device_states[i].name), "%s", device_states[i].name);
}
END_TEST

Suite *test_scenario_load(void)
{
    Suite *suite = suite_create("scenario_load");
    TCase *tcase = tcase_create("load");
    tcase_add_loop_test(tcase, a_mistake, 0, (int)(sizeof rows / sizeof *rows));
    tcase_add_test(tcase, an_id_in_capitals);
    tcase_add_loop_test(tcase, a_file_with_a_mistake, 0, (int)(sizeof files / sizeof *files));
    tcase_add_test(tcase, a_name_of_several_is_refused_with_its_long_forms);
    tcase_add_test(tcase, all_mistakes_are_told_at_once);
    tcase_add_test(tcase, the_command_replaces_the_client);
    tcase_add_test(tcase, the_words_are_those_of_the_tables);
    suite_add_tcase(suite, tcase);
    return suite;
}
