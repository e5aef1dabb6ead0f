/* Scenarios in processes of their own: side by side, one after the other in one worker, crashing
 * and hanging. Real processes; nothing here waits but for what they do. */
#include "base/mem.h"
#include "cli/crew.h"
#include "sim/sim.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_MS 20000
#define PLAYED_MAX  64

/* What workers tell the test, beside their results. */
static struct told {
    size_t count;
    pid_t pids[PLAYED_MAX]; /* of the worker, for each scenario that was begun */
} * told;

static const char *crashing, *hanging; /* names of scenarios; NULL: none */
static int at_line;                    /* 0: before the first step */

static struct scenario_file *files[8];
static size_t file_count;

static void watch(const struct scenario *scenario, int line)
{
    if (line == 0 && told->count < PLAYED_MAX)
        told->pids[told->count++] = getpid();
    if (line != at_line)
        return;
    if (crashing && strcmp(scenario_name(scenario), crashing) == 0)
        abort();
    if (hanging && strcmp(scenario_name(scenario), hanging) == 0)
        for (;;)
            pause();
}

static void setup(void)
{
    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(told, MAP_FAILED);
    crashing = hanging = NULL;
    at_line = 0;
}

static void teardown(void)
{
    munmap(told, sizeof *told);
    while (file_count)
        scenario_file_free(files[--file_count]);
}

static const struct scenario_file *load(const char *text)
{
    struct diags diags = {0};
    struct scenario_file *file =
        scenario_file_new_from_text("test.yaml", text, strlen(text), NULL, &diags);
    ck_assert_uint_eq(diags.count, 0);
    ck_assert_ptr_nonnull(file);
    files[file_count++] = file;
    return file;
}

static const struct scenario_file *load_path(const char *name)
{
    struct diags diags = {0};
    char *path = mem_printf_dup("%s/%s", SCENARIOS, name);
    struct scenario_file *file = scenario_file_new(path, NULL, &diags);
    free(path);
    ck_assert_uint_eq(diags.count, 0);
    files[file_count++] = file;
    return file;
}

/* ---- side by side, with clients ---- */

/* A scenario whose client detaches a process, writes its number to a file, and ends when it may. */
static const struct scenario *with_client(const char *folder, const char *name)
{
    char *fifo = mem_printf_dup("%s/%s.fifo", folder, name);
    char *text = mem_printf_dup("scenario: %s\n"
                                "clients:\n"
                                "  app:\n"
                                "    run: [sh, -c, 'setsid sleep 1000 & echo $! >%s/%s.pid; "
                                "read line <%s']\n"
                                "steps:\n"
                                "  - start: app\n"
                                "  - wait: {client: app, exits: any, within: 20s real}\n",
                                name, folder, name, fifo);
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    const struct scenario *scenario = scenario_at(load(text), 0);
    free(text);
    free(fifo);
    return scenario;
}

static pid_t detached(const char *folder, const char *name)
{
    char *path = mem_printf_dup("%s/%s.pid", folder, name);
    FILE *file = fopen(path, "re");
    char line[32] = "";
    if (file && !fgets(line, sizeof line, file))
        line[0] = '\0';
    if (file)
        fclose(file);
    free(path);
    return (pid_t)strtol(line, NULL, 10); /* 0: nothing there yet */
}

static void let_go(const char *folder, const char *name)
{
    char *path = mem_printf_dup("%s/%s.fifo", folder, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    close(fd);
    free(path);
}

static bool runs(pid_t pid)
{
    return kill(pid, 0) == 0;
}

static void turn(struct process *process, struct scenario_result *results, size_t place)
{
    if (process_scenario(process) && process_turn(process, sim_real_ms(), &results[place]))
        ck_assert_ptr_null(process_scenario(process));
}

/* Until the process at `awaited` has a result; -1: until both have detached something. */
static void turn_until(struct process **processes, struct scenario_result *results,
                       const char *folder, int awaited)
{
    int64_t end_ms = sim_real_ms() + PATIENCE_MS;
    while (sim_real_ms() < end_ms) {
        struct pollfd fds[] = {
            {.fd = process_fd(processes[0]), .events = POLLIN},
            {.fd = process_fd(processes[1]), .events = POLLIN},
        };
        if (awaited >= 0 ? !process_scenario(processes[awaited])
                         : detached(folder, "a") && detached(folder, "b"))
            return;
        poll(fds, 2, 5);
        turn(processes[0], results, 0);
        turn(processes[1], results, 1);
    }
    ck_abort_msg("it takes too long");
}

/* What remains of a test of two. */
struct pair {
    char folder[32];
    struct process_options options;
    struct process *processes[2];
    struct scenario_result results[2];
    pid_t left[2]; /* what their clients have detached */
    int signals;
};

static void pair_begin(struct pair *pair)
{
    *pair = (struct pair){
        .folder = "/tmp/processes-XXXXXX",
        .options = {.timeout_ms = PATIENCE_MS, .worker.watch = watch},
    };
    ck_assert_ptr_nonnull(mkdtemp(pair->folder));
    const struct scenario *scenarios[] = {with_client(pair->folder, "a"),
                                          with_client(pair->folder, "b")};
    pair->signals = process_prepare();
    ck_assert_int_ge(pair->signals, 0);
    for (size_t i = 0; i < 2; i++) {
        pair->processes[i] = process_new(&pair->options, pair->processes, 2);
        ck_assert_ptr_nonnull(pair->processes[i]);
        process_give(pair->processes[i], scenarios[i], 0, sim_real_ms());
    }
    turn_until(pair->processes, pair->results, pair->folder, -1);
    pair->left[0] = detached(pair->folder, "a");
    pair->left[1] = detached(pair->folder, "b");
    ck_assert(runs(pair->left[0]));
    ck_assert(runs(pair->left[1]));
}

static void pair_end(struct pair *pair)
{
    for (size_t i = 0; i < 2; i++) {
        for (const char *const *suffix = (const char *const[]){"fifo", "pid", NULL}; *suffix;
             suffix++) {
            char *path = mem_printf_dup("%s/%c.%s", pair->folder, "ab"[i], *suffix);
            unlink(path);
            free(path);
        }
        process_free(pair->processes[i]);
        scenario_result_free(&pair->results[i]);
    }
    rmdir(pair->folder);
    close(pair->signals);
}

START_TEST(side_by_side_neither_touches_what_the_other_has_started)
{
    struct pair pair;
    pair_begin(&pair);
    let_go(pair.folder, "a");
    turn_until(pair.processes, pair.results, pair.folder, 0);
    ck_assert_int_eq(pair.results[0].verdict, VERDICT_PASSED);
    ck_assert(!runs(pair.left[0]));
    ck_assert(runs(pair.left[1]));
    ck_assert_ptr_nonnull(process_scenario(pair.processes[1]));
    let_go(pair.folder, "b");
    turn_until(pair.processes, pair.results, pair.folder, 1);
    ck_assert_int_eq(pair.results[1].verdict, VERDICT_PASSED);
    ck_assert(!runs(pair.left[1]));
    pair_end(&pair);
}
END_TEST

START_TEST(one_that_is_killed_takes_its_own_along_and_nobody_elses)
{
    struct pair pair;
    pair_begin(&pair);
    kill(told->pids[0], SIGKILL); /* one of them */
    int64_t end_ms = sim_real_ms() + PATIENCE_MS;
    while (process_scenario(pair.processes[0]) && process_scenario(pair.processes[1]) &&
           sim_real_ms() < end_ms) {
        turn(pair.processes[0], pair.results, 0);
        turn(pair.processes[1], pair.results, 1);
    }
    size_t killed = process_scenario(pair.processes[0]) ? 1 : 0, other = 1 - killed;
    ck_assert_int_eq(pair.results[killed].verdict, VERDICT_ERROR);
    ck_assert_str_eq(pair.results[killed].message,
                     "the scenario's process was ended by signal 9 (Killed)");
    while (runs(pair.left[killed]) && sim_real_ms() < end_ms)
        poll(NULL, 0, 5);
    ck_assert(!runs(pair.left[killed]));
    ck_assert(runs(pair.left[other]));
    let_go(pair.folder, other ? "b" : "a");
    turn_until(pair.processes, pair.results, pair.folder, (int)other);
    ck_assert_int_eq(pair.results[other].verdict, VERDICT_PASSED);
    ck_assert(!runs(pair.left[other]));
    pair_end(&pair);
}
END_TEST

/* ---- one after the other, in one worker ---- */

struct played {
    const struct scenario *scenario[PLAYED_MAX];
    struct scenario_result results[PLAYED_MAX];
    size_t count, given;
    bool backwards;
};

static bool next(void *arg, struct crew_task *ret_task)
{
    struct played *played = arg;
    if (played->given == played->count)
        return false;
    size_t number = played->backwards ? played->count - 1 - played->given : played->given;
    *ret_task = (struct crew_task){.scenario = played->scenario[number], .number = number};
    played->given++;
    return true;
}

static void done(void *arg, const struct crew_task *task, struct scenario_result *taken, bool over)
{
    (void)over;
    ((struct played *)arg)->results[task->number] = *taken;
}

static void add_file(struct played *played, const struct scenario_file *file)
{
    for (size_t i = 0; i < scenario_count(file); i++)
        if (!scenario_is_open(scenario_at(file, i)))
            played->scenario[played->count++] = scenario_at(file, i);
}

static void play_with(struct played *played, size_t jobs, int64_t timeout_ms)
{
    struct crew_options options = {
        .process = {.timeout_ms = timeout_ms, .worker = {.keep_journal = true, .watch = watch}},
        .jobs = jobs,
        .next = next,
        .done = done,
        .arg = played,
    };
    int signal = 0;
    char *error = NULL;
    enum crew_end end = crew_play(&options, &signal, &error);
    ck_assert_msg(end == CREW_DONE, "%d: signal %d, %s", (int)end, signal, error ? error : "");
}

static void play(struct played *played)
{
    play_with(played, 1, PATIENCE_MS);
}

static void forget(struct played *played)
{
    for (size_t i = 0; i < played->count; i++)
        scenario_result_free(&played->results[i]);
}

/* All but the crashing one are as before. */
static void same(const struct played *a, const struct played *b)
{
    for (size_t i = 0; i < a->count; i++) {
        if (crashing && strcmp(scenario_name(a->scenario[i]), crashing) == 0)
            continue;
        ck_assert_int_eq(a->results[i].verdict, b->results[i].verdict);
        ck_assert_str_eq(a->results[i].journal_dump, b->results[i].journal_dump);
    }
}

static void add_examples(struct played *played)
{
    add_file(played, load_path("expired-code.yaml"));
    add_file(played, load_path("offline-claim.yaml"));
    add_file(played, load_path("errors.yaml"));
    add_file(played, load_path("events.yaml"));
    add_file(played, load_path("unclaim.yaml"));
    add_file(played, load_path("webhook.yaml"));
}

START_TEST(any_order_gives_the_same_verdicts_and_journals)
{
    struct played forwards = {0};
    add_examples(&forwards);
    struct played backwards = forwards, beside = forwards;
    backwards.backwards = true;
    play(&forwards);
    ck_assert_uint_gt(forwards.count, 6);
    ck_assert_uint_eq(told->count, forwards.count);
    for (size_t i = 1; i < told->count; i++)
        ck_assert_int_eq(told->pids[i], told->pids[0]); /* all in one worker */
    play(&backwards);
    same(&forwards, &backwards);
    play_with(&beside, 3, PATIENCE_MS);
    same(&forwards, &beside);
    for (size_t i = 0; i < forwards.count; i++)
        ck_assert_int_eq(forwards.results[i].verdict, VERDICT_PASSED);
    forget(&forwards);
    forget(&backwards);
    forget(&beside);
}
END_TEST

START_TEST(a_crash_ends_its_own_scenario_alone)
{
    struct played well = {0};
    add_examples(&well);
    struct played broken = well;
    play(&well);
    told->count = 0;
    crashing = "a minute before the hour is over it still works"; /* the second */
    play(&broken);
    same(&well, &broken);
    ck_assert_int_eq(broken.results[1].verdict, VERDICT_ERROR);
    ck_assert_str_eq(broken.results[1].message,
                     "the scenario's process was ended by signal 6 (Aborted)");
    ck_assert_int_eq(told->pids[0], told->pids[1]);
    ck_assert_int_ne(told->pids[1], told->pids[2]); /* the next worker goes on with the next */
    ck_assert_int_eq(told->pids[2], told->pids[3]);
    forget(&well);
    forget(&broken);
}
END_TEST

static const char two[] = "scenario: first\n"
                          "world: {products: [{id: 1, slug: p, platform: boron}],\n"
                          "        devices: [{as: pump, platform: boron, product: p}]}\n"
                          "steps:\n"
                          "  - device: pump\n"
                          "    do: power-on\n"
                          "  - clock: {advance: 1h}\n"
                          "---\n"
                          "scenario: second\n"
                          "steps:\n"
                          "  - clock: {advance: 1h}\n";

static void has_log(const struct scenario_result *result)
{
    ck_assert_int_eq(result->line, 7);
    ck_assert_str_eq(result->statement, "clock: {advance: 1h}");
    ck_assert_ptr_nonnull(strstr(result->journal, "device:pump"));
}

START_TEST(a_crash_leaves_its_log)
{
    struct played played = {0};
    crashing = "first";
    at_line = 7;
    add_file(&played, load(two));
    play(&played);
    ck_assert_int_eq(played.results[0].verdict, VERDICT_ERROR);
    has_log(&played.results[0]);
    ck_assert_int_eq(played.results[1].verdict, VERDICT_PASSED);
    forget(&played);
}
END_TEST

START_TEST(one_that_hangs_is_ended_and_leaves_its_log)
{
    struct played played = {0};
    hanging = "first";
    at_line = 7;
    add_file(&played, load(two));
    play_with(&played, 1, 200);
    ck_assert_int_eq(played.results[0].verdict, VERDICT_TIMEOUT);
    ck_assert_str_eq(played.results[0].message,
                     "not done within 200ms of real time (--timeout): ended here");
    has_log(&played.results[0]);
    ck_assert_int_eq(played.results[1].verdict, VERDICT_PASSED);
    forget(&played);
}
END_TEST

START_TEST(a_long_log_keeps_its_end)
{
    struct played played = {0};
    struct buf text;
    buf_init(&text, 1u << 20);
    buf_add_str(&text, "scenario: long\n"
                       "world: {products: [{id: 1, slug: p, platform: boron}],\n"
                       "        devices: [{as: pump, platform: boron, product: p}]}\n"
                       "steps:\n");
    for (int i = 0; i < 60; i++)
        buf_add_str(&text, "  - {device: pump, do: power-on}\n  - settle: {}\n"
                           "  - {device: pump, do: power-off}\n");
    buf_add_str(&text, "  - note: the end\n");
    crashing = "long";
    at_line = 185;
    add_file(&played, load(buf_str(&text)));
    play(&played);
    ck_assert_str_eq(played.results[0].statement, "note: the end");
    size_t lines = 0;
    for (const char *at = played.results[0].journal; *at; at++)
        lines += *at == '\n';
    ck_assert_uint_eq(lines, BLACKBOX_ENTRIES);
    forget(&played);
    buf_free(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("processes");
    TCase *tc = tcase_create("processes");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, side_by_side_neither_touches_what_the_other_has_started);
    tcase_add_test(tc, one_that_is_killed_takes_its_own_along_and_nobody_elses);
    tcase_add_test(tc, any_order_gives_the_same_verdicts_and_journals);
    tcase_add_test(tc, a_crash_ends_its_own_scenario_alone);
    tcase_add_test(tc, a_crash_leaves_its_log);
    tcase_add_test(tc, one_that_hangs_is_ended_and_leaves_its_log);
    tcase_add_test(tc, a_long_log_keeps_its_end);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
