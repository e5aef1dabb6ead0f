/*
 * Why, in every situation: the device's place, owner and state, then what happens to it, in all
 * orders. What the answer has to be is computed by a second statement of the rules, a model of a
 * few facts that knows nothing of the tables; the two have to agree.
 *
 * Every line of evidence of every situation is read, too: what has a number has to be of an entry
 * that says so, and what has none is one of a few sentences.
 */
#include "suites.h"

#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/claim_code.h"
#include "cloud/refusals.h"
#include "sim/journal.h"
#include "unit_world.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ADA    "ada@example.com"
#define BEN    "ben@example.com"
#define EVE    "eve@example.com"
#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)

static const char people[] = "users: [{username: ben@example.com}, {username: eve@example.com}]\n"
                             "products:\n"
                             "- {id: 7101, slug: valve, platform: e-series}\n"
                             "- {id: 7102, slug: vent, platform: e-series}\n"
                             "customers: [{email: ada@example.com, product: valve}]\n"
                             "devices:\n"
                             "- {as: udp, platform: e-series}\n"
                             "- {as: tcp, platform: photon}\n"
                             "- {as: other, platform: photon, state: online}\n";

/* ---- where it begins ---- */

enum place { NOWHERE, VALVE, VENT };
enum start { START_OFF, START_ONLINE, START_LISTENING, STARTS };

/* Who asks, about which device, where that is, and whether it is eve's. */
static const struct base {
    const char *who, *device;
    enum place place;
    bool of_eve;
} bases[] = {
    {ADA, "udp", VALVE, false},   {ADA, "udp", VALVE, true},    {ADA, "udp", NOWHERE, false},
    {ADA, "udp", VENT, false},    {BEN, "tcp", NOWHERE, false}, {BEN, "tcp", NOWHERE, true},
    {BEN, "udp", NOWHERE, false}, {BEN, "udp", NOWHERE, true},
};

#define BASES (int)(sizeof bases / sizeof *bases)

/* ---- the model: what is so, and what was tried ---- */

enum whose { NOBODYS, MINE, EVES };

struct code {
    const struct claim_code *real; /* its text alone is read */
    enum whose whose;
    int64_t issued_ms;
    bool used, elsewhere, radio, own_sim;
};

enum kind { CLAIM, REQUEST, ASK, HAND, PRESENT };

struct attempt {
    enum kind kind;
    int n;
    struct code *code;
    const char *cause;  /* what it came to; NULL: it waits for a handshake */
    bool owner_refused; /* a claim that the owner was in the way of */
};

static struct {
    const struct base *base;
    const char *actor;
    enum place place;
    enum whose owner;
    bool powered, online, listening, resumable, tcp;
    struct code codes[16];
    int code_count;
    struct code *held, *newest, *radio; /* on the device; mine, over channels; of its own SIM */
    struct attempt attempts[32];
    int attempt_count;
    int n, lost_n, resume_n; /* a count of all that happens; when I lost it; when it resumed last */
} m;

static bool dead(const struct code *code)
{
    return code->used || stage_now() - code->issued_ms >= HOUR;
}

static void tried(enum kind kind, struct code *code, const char *cause)
{
    m.attempts[m.attempt_count++] = (struct attempt){kind, ++m.n, code, cause, false};
}

static void becomes(enum whose owner)
{
    if (m.owner == MINE && owner != MINE)
        m.lost_n = ++m.n;
    m.owner = owner;
}

/* A customer's code is for devices of the product. */
static bool misplaced(const struct code *code)
{
    return code->whose == MINE && strcmp(m.base->who, ADA) == 0 && m.place != VALVE;
}

/* What the cloud makes of a code at a full handshake. */
static void judged(struct code *code)
{
    const char *cause = NULL;
    bool others = m.owner != NOBODYS && m.owner != code->whose;
    if (code->whose == NOBODYS)
        cause = "claim-code-unknown";
    else if (code->used)
        cause = "claim-code-already-used";
    else if (dead(code))
        cause = "claim-code-expired";
    else if (!misplaced(code) && !(others && m.place != NOWHERE))
        cause = "accepted";
    if (code->whose != EVES)
        tried(PRESENT, code, cause);
    if (cause && strcmp(cause, "accepted") == 0) {
        code->used = true;
        becomes(code->whose);
        m.held = m.held == code ? NULL : m.held;
        if (m.held && code == m.radio) /* nothing is confirmed to the device */
            return;
    }
}

static void connects(void)
{
    bool resumes = m.resumable && !m.tcp;
    m.online = m.powered = m.resumable = true;
    m.listening = false;
    if (resumes) {
        m.resume_n = ++m.n;
        return;
    }
    if (m.radio && !m.radio->used)
        judged(m.radio);
    if (m.held)
        judged(m.held);
}

/* ---- what can happen ---- */

static struct code *issued(enum whose whose, const struct claim_code *real)
{
    struct code *code = &m.codes[m.code_count++];
    *code = (struct code){.real = real, .whose = whose, .issued_ms = stage_now()};
    return code;
}

static bool hand(struct code *code, const char *text)
{
    if (!m.powered || !stage_hand(m.base->device, "usb", text))
        return false;
    m.held = code;
    return true;
}

static void do_claim(void)
{
    stage_claim(m.base->who, m.base->device);
    bool ada = strcmp(m.base->who, ADA) == 0;
    const char *cause = NULL;
    bool owner_refused = false;
    if (m.owner == MINE)
        cause = "accepted";
    else if (ada ? m.place != VALVE : m.place != NOWHERE)
        cause = "claim-refused";
    else if (!m.online)
        cause = "device-offline-when-claimed";
    else if (m.owner == EVES)
        owner_refused = (cause = "claim-refused") != NULL;
    else
        cause = "accepted";
    tried(CLAIM, NULL, cause);
    m.attempts[m.attempt_count - 1].owner_refused = owner_refused;
    if (strcmp(cause, "accepted") == 0)
        becomes(MINE);
}

static void do_claim_in_capitals(void)
{
    struct cloud_device *found = NULL;
    struct owner who = stage_owner(m.base->who);
    char id[IDS_OBJECT + 1];
    memcpy(id, stage_device(m.base->device)->id, sizeof id);
    for (char *c = id; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    claim_by_id(stage->cloud, &who, id, false, &found);
    tried(CLAIM, NULL, "claim-refused");
}

static void do_request_with_a_dead_token(void)
{
    static const struct rule rule = {.name = "token.expired", .text = "It is dead."};
    struct refusal refusal = {
        .kind = REFUSED_CLAIM,
        .caller = "client:app",
        .request = "POST /v1/devices",
        .token = REFUSED_DEAD_TOKEN,
        .owner = stage_owner(m.base->who),
        .device = stage_record(m.base->device),
        .naming = NAMED_ID,
        .named = stage_device(m.base->device)->id,
        .place = "id",
        .status = 401,
        .rule = &rule,
    };
    struct jsonw *w = sim_note(&stage->sim);
    jsonw_key_str(w, "path", "/v1/devices");
    refusal.at.n = sim_noted(&stage->sim, "client:app", "http.request");
    refusal.at.at_ms = vclock_now(stage->sim.clock);
    refusals_note(stage->cloud, &refusal);
    tried(REQUEST, NULL, "request-refused");
}

static void do_ask(void)
{
    m.newest = issued(MINE, stage_issue(m.base->who));
    tried(ASK, m.newest, NULL);
}

static void do_ask_for(const char *number, bool own_sim)
{
    struct owner who = stage_owner(m.base->who);
    struct product *product = who.customer ? who.customer->product : NULL;
    const struct claim_code *real = claim_code_issue_radio(stage->cloud, &who, product, number);
    struct code *code = issued(MINE, real);
    code->radio = true;
    code->own_sim = own_sim;
    tried(ASK, code, NULL);
    if (own_sim)
        m.radio = code;
}

static void do_ask_for_its_sim(void)
{
    if (cloud_iccid(stage_record(m.base->device)))
        do_ask_for(cloud_iccid(stage_record(m.base->device)), true);
}

static void do_ask_for_another_sim(void)
{
    do_ask_for("89340765000000000017", false);
}

static void do_hand(void)
{
    if (m.newest && hand(m.newest, m.newest->real->code))
        tried(HAND, m.newest, NULL);
}

static void do_hand_nonsense(void)
{
    struct code *code = issued(NOBODYS, NULL);
    if (hand(code, "no code of anybody's"))
        tried(HAND, code, NULL);
}

static void do_hand_too_much(void)
{
    char text[CLAIM_CODE_LEN + 2];
    memset(text, 'z', sizeof text);
    text[sizeof text - 1] = '\0';
    if (m.powered) {
        ck_assert(!stage_hand(m.base->device, "usb", text));
        tried(HAND, NULL, "device-refused-code");
    }
}

static void do_hand_eves(void)
{
    struct code *code = issued(EVES, m.powered ? stage_issue(EVE) : NULL);
    if (m.powered)
        hand(code, code->real->code);
}

static void do_hand_to_another(void)
{
    if (m.newest && stage_hand("other", "usb", m.newest->real->code))
        m.newest->elsewhere = true;
}

static void do_another_uses_it(void)
{
    if (!m.newest || dead(m.newest))
        return;
    stage_place("other",
                strcmp(m.base->who, ADA) == 0 ? cloud_product(stage->cloud, "valve") : NULL);
    claim_code_offer(stage->cloud, stage_record("other"), m.newest->real->code);
    m.newest->used = m.newest->elsewhere = true;
}

static void do_reset(void)
{
    if (!m.powered)
        return;
    stage_bring_online(m.base->device, "reset", (const char *)NULL);
    connects();
}

static void do_cycle(void)
{
    if (m.powered)
        stage_do(m.base->device, "power-off");
    m.resumable = false;
    stage_bring_online(m.base->device, "power-on", (const char *)NULL);
    connects();
}

static void do_listen(void)
{
    if (!m.powered || m.listening)
        return;
    stage_do(m.base->device, "listen");
    m.listening = true;
    m.online = false;
}

/* With a goodbye: a silent device reads online for a while. */
static void do_switch_off(void)
{
    do_listen();
    if (m.powered)
        stage_do(m.base->device, "power-off");
    m.powered = m.listening = m.resumable = false;
}

/* An E-Series leaves listening mode by itself, long before its code dies. */
static void do_wait(void)
{
    if (m.listening && !m.tcp) {
        stage_until(m.base->device, STATE_ONLINE);
        connects();
    }
    stage_advance(HOUR);
}

static void do_release(void)
{
    claim_release(stage->cloud, stage_record(m.base->device));
    becomes(NOBODYS);
}

static void do_import(void)
{
    bool taken = m.place == NOWHERE && !m.tcp && m.owner != EVES &&
                 !(m.owner == MINE && strcmp(m.base->who, BEN) == 0);
    cloud_import(stage->cloud, cloud_product(stage->cloud, "valve"),
                 stage_device(m.base->device)->id);
    if (taken)
        m.place = VALVE;
}

static void do_remove(void)
{
    if (m.place == NOWHERE)
        return;
    cloud_remove_from_product(stage->cloud, stage_record(m.base->device));
    m.place = NOWHERE;
    if (m.owner == MINE && strcmp(m.base->who, ADA) == 0)
        becomes(NOBODYS);
}

static void do_nothing(void)
{
}

static const struct {
    const char *name;
    void (*happens)(void);
} acts[] = {
    {"nothing", do_nothing},
    {"claim", do_claim},
    {"claim in capitals", do_claim_in_capitals},
    {"request with a dead token", do_request_with_a_dead_token},
    {"ask", do_ask},
    {"hand", do_hand},
    {"ask for its SIM", do_ask_for_its_sim},
    {"ask for another SIM", do_ask_for_another_sim},
    {"hand nonsense", do_hand_nonsense},
    {"hand too much", do_hand_too_much},
    {"hand eve's", do_hand_eves},
    {"hand to another", do_hand_to_another},
    {"another uses it", do_another_uses_it},
    {"reset", do_reset},
    {"cycle", do_cycle},
    {"listen", do_listen},
    {"switch off", do_switch_off},
    {"wait", do_wait},
    {"release", do_release},
    {"import", do_import},
    {"remove", do_remove},
};

#define ACTS (int)(sizeof acts / sizeof *acts)

/* What comes before two acts: nothing, a code, a code that is on the device. */
static const int prefixes[][2] = {{0, 0}, {4, 0}, {4, 5}};

#define PREFIXES (int)(sizeof prefixes / sizeof *prefixes)

/* ---- the rules, said once more ---- */

static const struct attempt *newest_attempt(void)
{
    bool pending = m.held && m.held->whose == MINE && !dead(m.held);
    for (int i = m.attempt_count; i--;) {
        const struct attempt *attempt = &m.attempts[i];
        bool of_another = attempt->kind == ASK && !attempt->code->radio && attempt->code->elsewhere;
        if (!(of_another && pending))
            return attempt;
    }
    return NULL;
}

/* Whether a code of mine could take the device from whoever owns it. */
static bool may_take(void)
{
    for (int i = 0; i < m.code_count; i++)
        if (m.codes[i].whose == MINE && !dead(&m.codes[i]) && !misplaced(&m.codes[i]) &&
            (!m.codes[i].radio || &m.codes[i] == m.radio) && m.place == NOWHERE)
            return true;
    return false;
}

static bool ever_handed(const struct code *code)
{
    for (int i = 0; i < m.attempt_count; i++)
        if (m.attempts[i].kind == HAND && m.attempts[i].code == code)
            return true;
    return false;
}

static const char *came_to(const struct attempt *attempt)
{
    if (attempt->cause)
        return strcmp(attempt->cause, "accepted") == 0 ? "released" : attempt->cause;
    if (attempt->code->radio)
        return attempt->code->own_sim ? "radio-code-waits-for-handshake"
                                      : "radio-code-for-another-sim";
    if (attempt->kind == ASK)
        return attempt->code->elsewhere && (attempt->code->used || !ever_handed(attempt->code))
                   ? "claim-code-went-to-another-device"
                   : "claim-code-not-on-device";
    if (m.held != attempt->code)
        return "claim-code-overwritten";
    return m.resume_n > attempt->n ? "stored-code-not-sent-session-resumed"
                                   : "stored-code-not-sent-yet";
}

static const char *expected(void)
{
    const struct attempt *newest = newest_attempt();
    if (m.owner == MINE)
        return "";
    if (m.owner == EVES && (!may_take() || (newest && newest->owner_refused)))
        return "owned-by-someone-else";
    if (strcmp(m.base->who, ADA) == 0 && m.place != VALVE)
        return "device-not-in-product";
    if (m.lost_n && (!newest || newest->n < m.lost_n))
        return "released";
    return newest ? came_to(newest) : "never-claimed";
}

/* ---- the evidence ---- */

/* What a line with a number says, and of which entries it may say so. `%` in `data`: the line's own
 * words between quotes do not matter, this member has to be there. */
static const struct {
    const char *says;
    const char *kind;
    const char *data; /* a piece of the entry's data; NULL: any */
} numbered[] = {
    {" claimed the device by id: ", "claim.decided", "\"rule\""},
    {" sent POST /v1/devices with a dead token", "http.request", "\"path\":\"/v1/devices\""},
    {" was issued to ", "claim-code.issued", "\"owner\""},
    {"a claim code was made for the SIM or modem ", "claim-code.issued", "\"owner\""},
    {"a code for the same number was issued to ", "claim-code.issued", "\"owner\""},
    {"the device stored claim code ", "device.code-stored", "\"channel\":\"usb\""},
    {"the device stored another code, ", "device.code-stored", "\"channel\":\"usb\""},
    {" was stored by device ", "device.code-stored", "\"channel\":\"usb\""},
    {"the device refused claim code ", "device.code-refused", "\"length\":64"},
    {"the device presented claim code ", "claim-code.presented", "\"rule\""},
    {"the code of its SIM or modem ", "claim-code.matched", "\"rule\""},
    {" claimed device ", "claim-code.presented", "\"rule\":\"claim-code.accepted\""},
    {" claimed device ", "claim-code.matched", "\"rule\":\"claim-code.accepted\""},
    {" expired, an hour after it was issued", "claim-code.expired", "\"code\""},
    {" was cancelled: a newer one was issued", "claim-code.issued", "\"code\""},
    {"an import into product valve did not take the device: ", "import.refused", "\"reason\""},
    {"the device was imported into product ", "device.imported", "\"product\""},
    {"the device was taken out of product ", "device.removed", "\"product\""},
    {" owns the device", "device.claimed", "\"owner\""},
    {"the device was unclaimed: until then ", "device.released", "\"owner\""},
    {"somebody else took the device over: until then ", "device.claimed", "\"owner\""},
    {"it connected by resuming its session", "session.opened", "\"session\":\"resumed\""},
    {"the device connected last, resuming its session", "session.opened",
     "\"session\":\"resumed\""},
    {"the device connected last, with a full handshake", "session.opened", "\"session\":\"full\""},
};

/* All that is said without a number: true now, or of what never happened. */
static const char *const unnumbered[] = {
    "the device has never connected",
    "the cloud believes the device online now",
    "the cloud believes the device offline now",
    "the device is in no product, ",
    "the device is in product ",
    "the cloud has never issued a claim code of that text",
    "this device never stored it",
    "the device never stored it: ",
    "the device's SIM is ",
    "the device has no SIM",
    "the cloud has seen no claim of the device by ",
};

/* A code that the line shows, by its first six characters and a sign of omission, is the entry's.
 */
static bool entry_has_code(const char *text, const char *data)
{
    static const char before[] = "claim code ";
    char code[7] = "";
    const char *at = strstr(text, before);
    if (!at || strlen(at) < strlen(before) + 6 ||
        strncmp(at + strlen(before) + 6, "…", strlen("…")) != 0)
        return true;
    memcpy(code, at + strlen(before), 6);
    return strstr(data, code) != NULL;
}

static bool line_fits_entry(const struct why_evidence *line, const struct journal_entry *entry)
{
    for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++) {
        if (!strstr(line->text, numbered[i].says) || strcmp(entry->kind, numbered[i].kind) != 0 ||
            !strstr(entry->data, numbered[i].data))
            continue;
        return entry_has_code(line->text, entry->data);
    }
    return false;
}

static bool line_is_known(const struct why_evidence *line)
{
    for (size_t i = 0; i < sizeof unnumbered / sizeof *unnumbered; i++)
        if (strncmp(line->text, unnumbered[i], strlen(unnumbered[i])) == 0)
            return true;
    return false;
}

static void expect_evidence(const struct why_answer *answer, const char *situation)
{
    uint64_t before = 0;
    for (size_t i = 0; i < answer->evidence_count; i++) {
        const struct why_evidence *line = &answer->evidence[i];
        const struct journal_entry *entry = journal_get(stage->sim.journal, line->n);
        if (!line->n) {
            ck_assert_msg(line_is_known(line), "%s: no number: %s", situation, line->text);
            before = UINT64_MAX;
            continue;
        }
        ck_assert_msg(line->n >= before, "%s: out of order: %s", situation, line->text);
        before = line->n;
        ck_assert_msg(entry && entry->at_ms == line->at_ms && line_fits_entry(line, entry),
                      "%s: entry %s %s does not say: %s", situation, entry ? entry->kind : "none",
                      entry ? entry->data : "", line->text);
    }
}

/* ---- all of them ---- */

static void begin(const struct base *base, enum start start)
{
    static const char *const slugs[] = {[VALVE] = "valve", [VENT] = "vent"};
    stage_set(people);
    memset(&m, 0, sizeof m);
    m.base = base;
    m.place = base->place;
    m.tcp = strcmp(base->device, "tcp") == 0;
    if (base->place != NOWHERE)
        stage_place(base->device, cloud_product(stage->cloud, slugs[base->place]));
    if (base->of_eve) {
        cloud_set_owner(stage->cloud, stage_record(base->device), stage_owner(EVE));
        m.owner = EVES;
    }
    if (start == START_OFF)
        return;
    stage_bring_online(base->device, "power-on", (const char *)NULL);
    connects();
    if (start == START_LISTENING)
        do_listen();
}

static void expect_agreement(const char *situation)
{
    struct why_answer answer =
        why_ask(stage, stage_device(m.base->device), stage_owner(m.base->who));
    const char *cause = answer.cause ? answer.cause : "", *model = expected();
    ck_assert_msg(strcmp(cause, model) == 0, "%s: %s, by the rules %s", situation, cause, model);
    if (!answer.owned)
        ck_assert_msg(answer.advice && *answer.advice && answer.advice[0] != ' ', "%s: %s",
                      situation, answer.advice);
    expect_evidence(&answer, situation);
    why_free(&answer);
}

static void run(const struct base *base, enum start start, const int *act)
{
    static const char *const starts[] = {"off", "online", "listening"};
    char *situation =
        mem_printf_dup("%s, %s %s%s%s: %s, %s, %s, %s", base->who, base->device,
                       base->place == VALVE  ? "in valve"
                       : base->place == VENT ? "in vent"
                                             : "in no product",
                       base->of_eve ? " of eve, " : ", ", starts[start], acts[act[0]].name,
                       acts[act[1]].name, acts[act[2]].name, acts[act[3]].name);
    begin(base, start);
    for (int i = 0; i < 4; i++)
        acts[act[i]].happens();
    expect_agreement(situation);
    stage_teardown();
    free(situation);
}

/* One base with each start, prefix and pair of acts; a code can't be handed to what is off. */
START_TEST(the_answer_is_that_of_the_rules)
{
    for (int start = 0; start < STARTS; start++)
        for (int prefix = 0; prefix < PREFIXES - (start == START_OFF); prefix++)
            for (int pair = 0; pair < ACTS * ACTS; pair++) {
                const int act[] = {prefixes[prefix][0], prefixes[prefix][1], pair / ACTS,
                                   pair % ACTS};
                run(&bases[_i], start, act);
            }
}
END_TEST

/* A customer's three acts come to each of these somewhere: the model is not asked about less. */
START_TEST(the_situations_meet_the_causes)
{
    static const char *const others[] = {"sim-not-active", "claim-code-of-team-member",
                                         "radio-code-superseded", "radio-code-ignored"};
    size_t met[64] = {0};
    for (int act = 0; act < ACTS * ACTS * ACTS; act++) {
        const int acts_of[] = {act ? 4 : 0, act / ACTS / ACTS, act / ACTS % ACTS, act % ACTS};
        begin(&bases[0], START_ONLINE);
        for (int i = 0; i < 4; i++)
            acts[acts_of[i]].happens();
        for (size_t c = 0; c < why_cause_count; c++)
            met[c] += strcmp(expected(), why_causes[c].name) == 0;
        stage_teardown();
    }
    for (size_t c = 0; c < why_cause_count; c++) {
        bool other = false;
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
            other = other || strcmp(others[i], why_causes[c].name) == 0;
        ck_assert_msg(other == (met[c] == 0), "%s: %zu", why_causes[c].name, met[c]);
    }
}
END_TEST

Suite *test_world_why_situations(void)
{
    Suite *suite = suite_create("why_situations");
    TCase *tcase = tcase_create("situations");
    tcase_set_timeout(tcase, 300);
    tcase_add_loop_test(tcase, the_answer_is_that_of_the_rules, 0, BASES);
    tcase_add_test(tcase, the_situations_meet_the_causes);
    suite_add_tcase(suite, tcase);
    return suite;
}
