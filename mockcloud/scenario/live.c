/* See live.h. Owns what each world's posted steps share, and how a step that waits is played again.
 */
#include "scenario/live.h"

#include "base/mem.h"
#include "scenario/answer.h"
#include "scenario/failure.h"
#include "scenario/steps.h"

#include <stdlib.h>
#include <string.h>

#define LIVE_BODY_MAX (1u << 20)

/* What the posted steps of a world share. */
struct shared {
    char *world;
    uint64_t generation; /* of the world; another one begins anew */
    struct map saved, tokens, taken;
    struct shared *next;
};

struct live {
    struct api *api;
    struct api_steps steps;
    struct shared *shared;
};

struct play {
    struct doc *doc;
    struct scenario scenario;
    struct scenario_run_options options;
    struct run_live live;
    struct scenario_run run;
    bool begun;    /* the next step was played at least once */
    size_t next;   /* step */
    char *failure; /* of the step that failed; NULL: none did */
};

/* ---- what is shared ---- */

static void shared_clear(struct shared *shared)
{
    map_free(&shared->saved, free);
    map_free(&shared->tokens, free);
    map_free(&shared->taken, free);
}

static struct shared *shared_of(struct live *live, const struct world *world)
{
    struct shared *shared = live->shared;
    while (shared && strcmp(shared->world, world->name) != 0)
        shared = shared->next;
    if (!shared) {
        shared = mem_new(sizeof *shared);
        shared->world = mem_dup(world->name);
        shared->next = live->shared;
        live->shared = shared;
    } else if (shared->generation != world->generation) {
        shared_clear(shared);
    }
    shared->generation = world->generation;
    return shared;
}

/* Several plays of a world may be under way: each has the shared maps only while it is at work. */
static void shared_swap(struct shared *shared, struct scenario_run *run)
{
    struct map saved = run->saved, tokens = run->tokens, taken = run->taken;
    run->saved = shared->saved;
    run->tokens = shared->tokens;
    run->taken = shared->taken;
    shared->saved = saved;
    shared->tokens = tokens;
    shared->taken = taken;
}

/* ---- one play ---- */

static void failure_clear(struct failure *failure)
{
    free(failure->message);
    free(failure->expected);
    free(failure->actual);
    free(failure->path);
    free(failure->device);
    *failure = (struct failure){0};
}

static void play_end(void *arg, void *thing)
{
    struct live *live = arg;
    struct play *play = thing;
    if (play->live.ticket)
        api_ticket_done(live->api, play->live.ticket);
    free(play->live.ticket);
    failure_clear(&play->run.failure);
    buf_free(&play->run.findings);
    free(play->run.world_name);
    free(play->failure);
    scenario_load_free_posted(&play->scenario);
    doc_unref(play->doc);
    free(play);
}

static void play_init(struct play *play, struct live *live, struct world *world)
{
    struct scenario_run *run = &play->run;
    play->live.deadline_ms = -1;
    run->live = &play->live;
    run->scenario = &play->scenario;
    run->options = &play->options;
    run->all = api_worlds(live->api);
    run->world = world;
    run->world_name = mem_dup(world->name);
    run->api = live->api;
    run->interp = (struct interp){.vars = {interp_fill_dup}, .world = world, .saved = &run->saved};
    run->started_ms = vclock_now(world->sim.clock);
}

static void *play_begin(void *arg, struct world *world, const char *body, size_t len,
                        struct buf *mistakes)
{
    struct live *live = arg;
    struct play *play = mem_new(sizeof *play);
    struct diags diags = {0};
    play_init(play, live, world);
    play->doc = doc_new("<request body>", body, len, &diags);
    bool good = play->doc && scenario_load_posted(play->doc, world, &shared_of(live, world)->saved,
                                                  &play->scenario, &diags);
    diags_write(&diags, mistakes, false);
    diags_free(&diags);
    if (good)
        return play;
    play_end(live, play);
    return NULL;
}

static char *failure_text_dup(const struct failure *failure)
{
    struct buf text;
    buf_init(&text, LIVE_BODY_MAX);
    buf_add_str(&text, failure->message);
    if (failure->expected)
        buf_printf(&text, "\nexpected: %s", failure->expected);
    if (failure->actual)
        buf_printf(&text, "\nactual: %s", failure->actual);
    if (failure->path)
        buf_printf(&text, "\nat: %s", failure->path);
    return buf_take(&text);
}

/* Plays the next step. False: it pends. */
static bool play_step(struct play *play)
{
    struct scenario_run *run = &play->run;
    const struct step *step = &play->scenario.steps[play->next];
    play->live.own = strcmp(step->word->name, "request") != 0;
    vclock_set_cause(run->world->sim.clock, 0);
    if (!play->begun)
        run_name(run, step->node);
    play->begun = true;
    bool passed = step->word->run(run, step->node);
    if (play->live.pends) {
        play->live.pends = false;
        failure_clear(&run->failure);
        return false;
    }
    if (!passed || run->failure.verdict != VERDICT_PASSED)
        play->failure = failure_text_dup(&run->failure);
    play->live.deadline_ms = -1;
    play->begun = false;
    play->next++;
    return true;
}

static bool is_over(const struct play *play)
{
    return play->failure || play->next == play->scenario.step_count;
}

/* ---- what came of it ---- */

static void write_saved(const struct play *play, struct jsonw *w)
{
    jsonw_key(w, "saved");
    jsonw_object(w);
    for (size_t i = 0; i < play->next; i++) {
        const struct doc_node *save = doc_get(play->scenario.steps[i].node, "save");
        for (size_t k = 0; save && k < save->count; k++) {
            const char *name = save->pairs[k].key->text;
            const char *value = map_get(&play->run.saved, name);
            if (value) {
                jsonw_key_n(w, name, strlen(name));
                jsonw_str(w, value);
            }
        }
    }
    jsonw_end_object(w);
}

static void write_result(const struct play *play, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_bool(w, "passed", !play->failure);
    write_saved(play, w);
    jsonw_key_str(w, "failure", play->failure);
    jsonw_key(w, "steps");
    jsonw_array(w);
    for (size_t i = 0; i < play->next; i++) {
        bool failed = play->failure && i + 1 == play->next;
        jsonw_object(w);
        jsonw_key_str(w, "step", play->scenario.steps[i].word->name);
        jsonw_key_bool(w, "passed", !failed);
        jsonw_key_str(w, "failure", failed ? play->failure : NULL);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}

/* world.held and world.carry, while steps are at work: what is on its way is carried by the loop,
 * and the step that moves the clock pends until then. */
static bool live_held(void *arg)
{
    struct scenario_run *run = arg;
    return api_holds(run->api, run->world);
}

static bool live_carry(void *arg)
{
    (void)arg;
    return false;
}

static void play_all(struct play *play)
{
    struct world *world = play->run.world;
    world->held = live_held;
    world->carry = live_carry;
    world->carry_arg = &play->run;
    while (!is_over(play) && play_step(play))
        continue;
    world->held = NULL;
    world->carry = NULL;
    world->carry_arg = NULL;
}

static bool play_go_on(void *arg, void *thing, struct jsonw *w)
{
    struct live *live = arg;
    struct play *play = thing;
    struct shared *shared = shared_of(live, play->run.world);
    shared_swap(shared, &play->run);
    play_all(play);
    bool over = is_over(play);
    if (over)
        write_result(play, w);
    shared_swap(shared, &play->run);
    return over;
}

/* ---- life ---- */

struct live *live_new(struct api *api)
{
    struct live *live = mem_new(sizeof *live);
    live->api = api;
    live->steps = (struct api_steps){play_begin, play_go_on, play_end, live};
    api_set_steps(api, &live->steps);
    return live;
}

void live_free(struct live *live)
{
    if (!live)
        return;
    api_set_steps(live->api, NULL);
    for (struct shared *shared = live->shared, *next; shared; shared = next) {
        next = shared->next;
        shared_clear(shared);
        free(shared->world);
        free(shared);
    }
    free(live);
}
