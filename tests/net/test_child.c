/* Child processes: how they end, what they print, and that none of them is left. */
#include "fixture.h"

#include "sim/sim.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct child *start(const struct child_options *options)
{
    char *error = NULL;
    struct child *child = child_new(fx.server, options, &error);
    ck_assert_msg(child, "%s", error);
    return child;
}

/* As a scenario starts a client. */
static struct child *start_shell(const char *script)
{
    const char *argv[] = {"sh", "-c", script, NULL};
    return start(&(struct child_options){.argv = argv, .capture = true, .own_group = true});
}

static bool has_exited(void *child)
{
    return child_exited(child, NULL, NULL);
}

static int exit_code(struct child *child)
{
    int code = -1;
    ck_assert(client_turn_until(fx.server, has_exited, child));
    ck_assert(child_exited(child, &code, NULL));
    return code;
}

static bool has_printed(void *child)
{
    return strchr(buf_str(child_output(child)), '\n') != NULL;
}

/* A zombie is gone, too: whoever adopts orphans on this machine reaps it when it likes. */
static bool is_gone(pid_t pid)
{
    char path[32];
    char state = 'Z';
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return true;
    bool read = fscanf(file, "%*d (%*[^)]) %c", &state) == 1;
    fclose(file);
    return !read || state == 'Z' || state == 'X';
}

static bool wait_gone(pid_t pid)
{
    int64_t end = sim_real_ms() + 5000;
    while (!is_gone(pid) && sim_real_ms() < end)
        server_turn(fx.server, NULL, NULL, sim_real_ms() + 5);
    return is_gone(pid);
}

START_TEST(it_ends_with_its_code_and_output)
{
    struct child *child = start_shell("echo out; echo err >&2; exit 3");
    ck_assert_int_eq(exit_code(child), 3);
    ck_assert_str_eq(buf_str(child_output(child)), "out\nerr\n");
    child_free(fx.server, child);
}
END_TEST

START_TEST(a_signal_is_128_and_its_number)
{
    struct child *child = start_shell("kill -TERM $$");
    ck_assert_int_eq(exit_code(child), 128 + SIGTERM);
}
END_TEST

START_TEST(it_has_our_environment_and_its_own)
{
    setenv("TEST_CHILD_KEPT", "kept", 1);
    setenv("TEST_CHILD_SET", "before", 1);
    const char *argv[] = {"sh", "-c", "echo $TEST_CHILD_KEPT $TEST_CHILD_SET", NULL};
    const char *env[] = {"TEST_CHILD_SET=after", NULL};
    struct child *child = start(&(struct child_options){.argv = argv, .env = env, .capture = true});
    ck_assert_int_eq(exit_code(child), 0);
    ck_assert_str_eq(buf_str(child_output(child)), "kept after\n");
}
END_TEST

START_TEST(what_can_not_be_started_says_so)
{
    const char *argv[] = {"/no/such/program", NULL};
    char *error = NULL;
    ck_assert_ptr_null(child_new(fx.server, &(struct child_options){.argv = argv}, &error));
    ck_assert_str_eq(error, "can't start /no/such/program: No such file or directory");
    free(error);
    argv[0] = "/etc/passwd";
    ck_assert_ptr_null(child_new(
        fx.server, &(struct child_options){.argv = argv, .own_group = true, .capture = true},
        &error));
    ck_assert_msg(strstr(error, "Permission denied"), "%s", error);
    free(error);
    ck_assert_int_lt(waitpid(-1, NULL, WNOHANG), 0); /* not even a zombie */
}
END_TEST

START_TEST(it_has_no_descriptor_of_ours)
{
    struct client client = client_connect(fx.port);
    client_get(&client, "/a");
    ck_assert(client_expect(fx.server, &client, "GET /a 0"));
    /* Files that whoever called us had open are not our business; sockets, epolls and pidfds are.
     * The shell closes its ends of the pipe while ls looks: of those that are gone by then ls
     * complains.
     */
    struct child *child =
        start_shell("ls -l /proc/$$/fd 2>/dev/null | grep -E 'socket|anon_inode'");
    ck_assert_int_eq(exit_code(child), 1);
    ck_assert_str_eq(buf_str(child_output(child)), "");
    client_close(&client);
}
END_TEST

START_TEST(its_signals_are_as_before)
{
    struct child *child = start_shell("grep -E 'SigBlk|SigIgn' /proc/$$/status | tr -d '\\n'");
    ck_assert_int_eq(exit_code(child), 0);
    ck_assert_str_eq(buf_str(child_output(child)),
                     "SigBlk:\t0000000000000000SigIgn:\t0000000000000000");
}
END_TEST

START_TEST(much_output_is_cut_and_holds_nobody_up)
{
    struct child *child = start_shell("head -c 3000000 /dev/zero | tr '\\0' x");
    ck_assert_int_eq(exit_code(child), 0);
    ck_assert_uint_eq(child_output(child)->len, CHILD_OUTPUT_MAX);
}
END_TEST

START_TEST(a_grandchild_that_holds_the_pipe_is_not_waited_for)
{
    struct child *child = start_shell("sleep 1000 & echo $!");
    ck_assert_int_eq(exit_code(child), 0);
    pid_t grandchild = atoi(buf_str(child_output(child)));
    ck_assert_int_gt(grandchild, 0);
    ck_assert(!is_gone(grandchild));
    child_free(fx.server, child); /* its group goes with it */
    ck_assert(wait_gone(grandchild));
}
END_TEST

START_TEST(what_has_detached_ends_with_it)
{
    struct child *child = start_shell("setsid sh -c 'sleep 1000 & echo $! $$; wait' & sleep 1000");
    int pids[2];
    ck_assert(client_turn_until(fx.server, has_printed, child));
    ck_assert_int_eq(sscanf(buf_str(child_output(child)), "%d %d", &pids[0], &pids[1]), 2);
    child_free(fx.server, child);
    ck_assert(is_gone(pids[0]));
    ck_assert(is_gone(pids[1]));
}
END_TEST

START_TEST(one_without_a_group_takes_its_children_with_it)
{
    const char *argv[] = {"sh", "-c", "sleep 1000 & setsid sleep 1001 & echo $!; wait", NULL};
    struct child *child = start(&(struct child_options){.argv = argv, .capture = true});
    ck_assert(client_turn_until(fx.server, has_printed, child));
    pid_t grandchild = atoi(buf_str(child_output(child)));
    child_free(fx.server, child);
    ck_assert(is_gone(grandchild));
}
END_TEST

START_TEST(a_stopped_one_gets_its_signal)
{
    struct child *child = start_shell("trap 'exit 9' TERM; echo; kill -STOP $$; exit 1");
    ck_assert(client_turn_until(fx.server, has_printed, child));
    child_signal(child, SIGTERM);
    ck_assert_int_eq(exit_code(child), 9);
}
END_TEST

START_TEST(killing_leaves_no_process)
{
    struct child *child = start_shell("trap '' TERM INT; sleep 1000 & echo $!; wait");
    ck_assert(client_turn_until(fx.server, has_printed, child));
    pid_t grandchild = atoi(buf_str(child_output(child)));
    pid_t pid = child_pid(child);
    child_kill(child);
    int code, signal;
    ck_assert(child_exited(child, &code, &signal));
    ck_assert_int_eq(code, 128 + SIGKILL);
    ck_assert_int_eq(signal, SIGKILL);
    ck_assert(is_gone(pid));
    ck_assert(wait_gone(grandchild));
    child_kill(child);
    child_free(fx.server, child);
    ck_assert_int_lt(waitpid(-1, NULL, WNOHANG), 0);
}
END_TEST

/* A child that stops its keeper, once or again and again, ends all the same. */
static const char *const stoppers[] = {
    "kill -STOP $PPID; echo $$; sleep 1000",
    "(while :; do kill -STOP $PPID; done) & echo $!; wait",
    "setsid sh -c 'echo $$; while :; do kill -STOP $0; done' $PPID & wait",
};

START_TEST(a_stopped_keeper_ends_its_child)
{
    struct child *child = start_shell(stoppers[_i]);
    ck_assert(client_turn_until(fx.server, has_printed, child));
    pid_t stopper = atoi(buf_str(child_output(child)));
    child_free(fx.server, child);
    ck_assert(wait_gone(stopper));
    ck_assert_int_lt(waitpid(-1, NULL, WNOHANG), 0);
}
END_TEST

START_TEST(a_signal_reaches_the_group)
{
    struct child *child = start_shell("trap 'exit 9' TERM; echo ready; sleep 1000 & wait");
    ck_assert(client_turn_until(fx.server, has_printed, child));
    child_signal(child, SIGTERM);
    ck_assert_int_eq(exit_code(child), 9);
}
END_TEST

START_TEST(freeing_the_server_kills_its_children)
{
    struct child *child = start_shell("sleep 1000");
    pid_t pid = child_pid(child);
    fixture_teardown();
    ck_assert(is_gone(pid));
    fixture_setup();
}
END_TEST

/* ---- when the program is killed ---- */

/* A program with a server and a client, in a process of its own; prints the pids of the client and
 * of what that one has started. */
_Noreturn static void be_program(const char *client, int out)
{
    fixture_setup(); /* a new one: the loop of the old one is shared with the parent */
    struct child *child = start_shell(client);
    client_turn_until(fx.server, has_printed, child);
    dprintf(out, "%s", buf_str(child_output(child)));
    for (;;)
        server_turn(fx.server, NULL, NULL, -1);
}

/* The second has stopped its keeper. */
static const char *const clients[] = {
    "sleep 1000 & a=$!; setsid sleep 1000 & echo $a $!; wait",
    "sleep 1000 & a=$!; setsid sleep 1000 & kill -STOP $PPID; echo $a $!; wait",
};

START_TEST(killing_the_program_leaves_no_process)
{
    int out[2];
    char line[64] = "";
    ck_assert_int_eq(pipe(out), 0);
    pid_t program = fork();
    if (program == 0)
        be_program(clients[_i], out[1]);
    ck_assert_int_gt(read(out[0], line, sizeof line - 1), 0);
    int pids[2];
    ck_assert_int_eq(sscanf(line, "%d %d", &pids[0], &pids[1]), 2);
    kill(program, SIGKILL);
    waitpid(program, NULL, 0);
    ck_assert(wait_gone(pids[0]));
    ck_assert(wait_gone(pids[1]));
    close(out[0]);
    close(out[1]);
}
END_TEST

Suite *test_child(void)
{
    Suite *suite = suite_create("child");
    TCase *tc = tcase_create("child");
    tcase_add_checked_fixture(tc, fixture_setup, fixture_teardown);
    tcase_set_timeout(tc, 20);
    tcase_add_test(tc, it_ends_with_its_code_and_output);
    tcase_add_test(tc, a_signal_is_128_and_its_number);
    tcase_add_test(tc, it_has_our_environment_and_its_own);
    tcase_add_test(tc, what_can_not_be_started_says_so);
    tcase_add_test(tc, it_has_no_descriptor_of_ours);
    tcase_add_test(tc, its_signals_are_as_before);
    tcase_add_test(tc, much_output_is_cut_and_holds_nobody_up);
    tcase_add_test(tc, a_grandchild_that_holds_the_pipe_is_not_waited_for);
    tcase_add_test(tc, what_has_detached_ends_with_it);
    tcase_add_test(tc, one_without_a_group_takes_its_children_with_it);
    tcase_add_test(tc, a_stopped_one_gets_its_signal);
    tcase_add_test(tc, killing_leaves_no_process);
    tcase_add_loop_test(tc, a_stopped_keeper_ends_its_child, 0, sizeof stoppers / sizeof *stoppers);
    tcase_add_test(tc, a_signal_reaches_the_group);
    tcase_add_test(tc, freeing_the_server_kills_its_children);
    tcase_add_loop_test(tc, killing_the_program_leaves_no_process, 0,
                        sizeof clients / sizeof *clients);
    suite_add_tcase(suite, tc);
    return suite;
}
