/*
 * The report `mermaid`: a sequence diagram of each scenario, fenced as GitHub and GitLab draw it in
 * an issue. The page (report_html.c) has everything; here is what went from one to another, and
 * what devices became of it, as many of the last as such a diagram may have.
 */
#include "scenario/report_inside.h"

#include "base/mem.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define MERMAID_MESSAGES 150         /* Mermaid draws 500 at most, nobody reads so many */
#define MERMAID_MAX      (48u << 10) /* its limit is 50,000 characters */
#define MERMAID_TEXT     80          /* bytes of a message */
#define MERMAID_LANES    60

/* ---- whom an entry is between ---- */

struct lanes {
    char *names[MERMAID_LANES]; /* owned: "client:app" */
    size_t count;
};

/* Its number; what is too many shares the last. */
static size_t lane_of(struct lanes *lanes, const char *name)
{
    for (size_t i = 0; i < lanes->count; i++)
        if (strcmp(lanes->names[i], name) == 0)
            return i;
    if (lanes->count == MERMAID_LANES)
        return MERMAID_LANES - 1;
    lanes->names[lanes->count] = mem_dup(name);
    return lanes->count++;
}

static void lanes_free(struct lanes *lanes)
{
    for (size_t i = 0; i < lanes->count; i++)
        free(lanes->names[i]);
}

static const char *text_of(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    return text ? text : "";
}

static bool is_party(const char *actor)
{
    return strcmp(actor, "cloud") == 0 || strncmp(actor, "client:", 7) == 0 ||
           strncmp(actor, "device:", 7) == 0;
}

static const char *party_of(const char *actor)
{
    return is_party(actor) ? actor : "scenario";
}

/* ---- texts ---- */

/* As Mermaid reads it: # begins an entity, ; ends a line, backticks the fence. Control characters
 * are none, and what is long is cut, but not inside of a character. */
static void mermaid_text(const char *text, struct buf *out)
{
    size_t bytes = 0;
    for (; *text && (bytes < MERMAID_TEXT || (*text & 0xc0) == 0x80); text++, bytes++) {
        unsigned char c = (unsigned char)*text;
        if (c < ' ')
            buf_add_char(out, ' ');
        else if (strchr("#;<>{}`", c))
            buf_printf(out, "#%u;", c);
        else
            buf_add_char(out, (char)c);
    }
    if (*text)
        buf_add_str(out, "…");
}

static void mermaid_message(size_t from, const char *arrow, size_t to, const char *text,
                            struct buf *out)
{
    buf_printf(out, "    p%zu%sp%zu: ", from, arrow, to);
    mermaid_text(*text ? text : "-", out);
    buf_add_char(out, '\n');
}

static void mermaid_note(size_t over, const char *text, struct buf *out)
{
    buf_printf(out, "    Note over p%zu: ", over);
    mermaid_text(text, out);
    buf_add_char(out, '\n');
}

/* ---- one entry ---- */

struct diagram {
    struct lanes lanes;
    const cJSON *entries; /* of this scenario, an array */
    struct buf body;
    size_t messages;
};

static const cJSON *cause_of(const struct diagram *diagram, const cJSON *entry)
{
    const cJSON *cause = cJSON_GetObjectItemCaseSensitive(entry, "cause"), *one;
    if (!cJSON_IsNumber(cause))
        return NULL;
    cJSON_ArrayForEach(one, diagram->entries)
    {
        const cJSON *n = cJSON_GetObjectItemCaseSensitive(one, "n");
        if (cJSON_IsNumber(n) && n->valuedouble == cause->valuedouble)
            return one;
    }
    return NULL;
}

static void add_request(struct diagram *diagram, const cJSON *entry, const cJSON *data)
{
    const char *path = text_of(data, "path"), *what = strstr(path, "/worlds/");
    if (strncmp(path, "/__mock/", 8) == 0 &&
        what) /* what a step does: the rest is always the same */
        path += 1 + strcspn(what + 8, "/") + (size_t)(what + 8 - path);
    char *text = mem_printf_dup("%s %s", text_of(data, "method"), path);
    size_t from = lane_of(&diagram->lanes, party_of(text_of(entry, "actor")));
    mermaid_message(from, "->>", lane_of(&diagram->lanes, "cloud"), text, &diagram->body);
    free(text);
}

static void add_reply(struct diagram *diagram, const cJSON *entry, const cJSON *data)
{
    const cJSON *asked = cause_of(diagram, entry);
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(data, "status");
    char *text = mem_printf_dup("%d %s", cJSON_IsNumber(status) ? status->valueint : 0,
                                text_of(data, "rule"));
    size_t to = lane_of(&diagram->lanes, party_of(text_of(asked, "actor")));
    mermaid_message(lane_of(&diagram->lanes, "cloud"), "-->>", to, text, &diagram->body);
    free(text);
}

static void add_state(struct diagram *diagram, const cJSON *entry, const cJSON *data)
{
    char *text = mem_printf_dup("%s, %s", text_of(data, "to"), text_of(data, "led"));
    mermaid_note(lane_of(&diagram->lanes, text_of(entry, "actor")), text, &diagram->body);
    free(text);
}

/* Its device says something to the cloud. */
static void add_presented(struct diagram *diagram, const cJSON *entry, const cJSON *data)
{
    char *device = mem_printf_dup("device:%s", text_of(data, "name"));
    size_t from = lane_of(&diagram->lanes, *text_of(data, "name") ? device : "cloud");
    mermaid_message(from, "->>", lane_of(&diagram->lanes, "cloud"), text_of(entry, "kind"),
                    &diagram->body);
    free(device);
}

static void add_mark(struct diagram *diagram, const cJSON *entry, const cJSON *data)
{
    char *text = mem_printf_dup("%s %s", text_of(entry, "kind"), text_of(data, "name"));
    mermaid_note(lane_of(&diagram->lanes, "cloud"), text, &diagram->body);
    free(text);
}

static void add_clock(struct diagram *diagram, const cJSON *entry, const cJSON *data)
{
    char *text = mem_printf_dup("clock to %s", text_of(data, "to"));
    (void)entry;
    mermaid_note(lane_of(&diagram->lanes, "cloud"), text, &diagram->body);
    free(text);
}

static void add_note(struct diagram *diagram, const cJSON *entry, const cJSON *data)
{
    size_t over = lane_of(&diagram->lanes, party_of(text_of(entry, "actor")));
    mermaid_note(over, text_of(data, "text"), &diagram->body);
}

/* A row for each kind that a diagram shows; the end of one with a dot stands for all below it. */
static const struct mermaid_kind {
    const char *kind;
    void (*add)(struct diagram *diagram, const cJSON *entry, const cJSON *data);
} kinds[] = {
    {"http.request", add_request},
    {"http.reply", add_reply},
    {"device.state", add_state},
    {"session.opened", add_presented},
    {"claim-code.presented", add_presented},
    {"device.claimed", add_mark},
    {"claim-code.expired", add_mark},
    {"clock.moved", add_clock},
    {"note", add_note},
    {"hold.", add_mark},
    {"fault.", add_mark},
};

static const struct mermaid_kind *kind_of(const cJSON *entry)
{
    const char *kind = text_of(entry, "kind");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t len = strlen(kinds[i].kind);
        if (strncmp(kinds[i].kind, kind, len) == 0 && (!kind[len] || kinds[i].kind[len - 1] == '.'))
            return &kinds[i];
    }
    return NULL;
}

/* ---- a scenario ---- */

/* The lines of a journal as an array; those that are cut off are passed over. Yours:
 * cJSON_Delete(). */
static cJSON *entries_of(const char *dump)
{
    cJSON *entries = cJSON_CreateArray();
    while (dump && *dump) {
        size_t len = strcspn(dump, "\n");
        cJSON *entry = cJSON_ParseWithLength(dump, len);
        if (entry)
            cJSON_AddItemToArray(entries, entry);
        dump += len + (dump[len] == '\n');
    }
    return entries;
}

/* The last ones that a diagram may have. */
static void mermaid_draw(struct diagram *diagram)
{
    size_t shown = 0;
    const cJSON *entry;
    cJSON_ArrayForEach(entry, diagram->entries) shown += kind_of(entry) != NULL;
    cJSON_ArrayForEach(entry, diagram->entries)
    {
        const struct mermaid_kind *kind = kind_of(entry);
        if (kind && shown-- <= MERMAID_MESSAGES && diagram->body.len < MERMAID_MAX)
            kind->add(diagram, entry, cJSON_GetObjectItemCaseSensitive(entry, "data"));
    }
}

static void mermaid_frame(const struct scenario_result *result, const struct diagram *diagram,
                          struct buf *out)
{
    buf_add_str(out, "```mermaid\nsequenceDiagram\n    accTitle: ");
    mermaid_text(result->scenario, out);
    buf_add_char(out, '\n');
    for (size_t i = 0; i < diagram->lanes.count; i++) {
        const char *name = diagram->lanes.names[i], *colon = strchr(name, ':');
        buf_printf(out, "    participant p%zu as ", i);
        mermaid_text(colon ? colon + 1 : name, out);
        buf_add_char(out, '\n');
    }
    buf_add(out, diagram->body.data, diagram->body.len);
    if (report_failed(result->verdict) && result->message) {
        buf_printf(out, "    Note over p0: %s: ", report_verdict(result->verdict));
        mermaid_text(result->message, out);
        buf_add_char(out, '\n');
    }
    buf_add_str(out, "```\n\n");
}

void report_mermaid_add(struct report *report, const struct report_case *one, struct buf *out)
{
    cJSON *entries = entries_of(one->result->journal_dump);
    struct diagram diagram = {.entries = entries};
    buf_init(&diagram.body, MERMAID_MAX + 4096);
    (void)report;
    mermaid_draw(&diagram);
    if (diagram.lanes.count)
        mermaid_frame(one->result, &diagram, out);
    buf_free(&diagram.body);
    lanes_free(&diagram.lanes);
    cJSON_Delete(entries);
}
