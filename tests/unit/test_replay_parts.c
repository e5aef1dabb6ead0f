/* Where a replay parts from its tape, and what it says then. */
#include "suites.h"

#include "unit_replay.h"

#include "base/mem.h"
#include "tape/tape_frame.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char world[] = "clock: {mode: frozen}\n"
                            "users: [{username: dev@example.com, password: not-a-password}]\n"
                            "devices: [{as: lamp, platform: photon, state: online}]\n"
                            "tokens: [{token: dev-token, user: dev@example.com}]\n"
                            "behaviour: {missing_device_id: empty-id-404}   \n";

static struct unit_recorded tape;

static void ready(struct api_ticket *ticket)
{
    (void)ticket;
}

static void ask(const char *method, const char *target, const char *body)
{
    static const struct api_header headers[] = {
        {"Authorization", "Bearer dev-token"},
        {"Content-Type", "application/x-www-form-urlencoded"}};
    struct api_ticket ticket = {.ready = ready};
    struct api_request request = {.method = method,
                                  .target = target,
                                  .headers = headers,
                                  .header_count = 2,
                                  .body = body,
                                  .body_len = strlen(body)};
    ck_assert_int_eq(api_dispatch(tape.api, &request, &ticket), API_NOW);
    api_ticket_done(tape.api, &ticket);
}

/* Entries 1 … are of the world's making; then two of each request. */
static uint64_t first_n;

static void setup(void)
{
    memset(&tape, 0, sizeof tape);
    unit_record_begin(&tape, world);
    first_n = journal_next(tape.worlds.main->sim.journal);
    ask("GET", "/v1/devices", "");
    ask("POST", "/v1/devices", "");
    ask("GET", "/v1/devices/lamp", "");
    unit_record_flush(&tape);
}

static void teardown(void)
{
    unit_record_end(&tape);
}

/* Writes the tape anew, `from` in place of `to` (of `len` bytes) in the index-th record. */
static void alter(uint64_t index, const char *from, const char *to, size_t len)
{
    const struct tape_record *record;
    char *error = NULL;
    struct buf out;
    struct tape_reader *reader = tape_reader_open(tape.path, &error);
    buf_init(&out, 1u << 20);
    buf_add(&out, TAPE_MAGIC, TAPE_MAGIC_LEN);
    while (tape_reader_next(reader, &record) == TAPE_READ_RECORD) {
        unsigned char head[TAPE_FRAME_HEAD];
        char *bytes = mem_dup_n(record->bytes, record->len);
        char *at = record->index == index ? memmem(bytes, record->len, from, len) : NULL;
        ck_assert(at || record->index != index);
        if (at)
            memcpy(at, to, len);
        tape_frame_head(bytes, record->len, head);
        buf_add(&out, head, sizeof head);
        buf_add(&out, bytes, record->len);
        free(bytes);
    }
    tape_reader_free(reader);
    FILE *file = fopen(tape.path, "wb");
    ck_assert(file && fwrite(out.data, 1, out.len, file) == out.len && fclose(file) == 0);
    buf_free(&out);
}

static enum replay_end play(char **ret_message, char **ret_warnings)
{
    char *error = NULL;
    struct tape_reader *reader = tape_reader_open(tape.path, &error);
    ck_assert_msg(reader != NULL, "%s", error);
    struct replay *replay = replay_new(reader, NULL);
    enum replay_end end = replay_go(replay);
    *ret_message = mem_dup(replay_message(replay));
    *ret_warnings = mem_dup(replay_warnings(replay));
    replay_free(replay);
    tape_reader_free(reader);
    return end;
}

static void must_say(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "not in it: %s\nit is: %s", part, text);
}

static void must_part(const char *where, uint64_t n)
{
    char *message, *warnings, *entry = mem_printf_dup("entry %llu of", (unsigned long long)n),
                              *now = mem_printf_dup("{\"n\":%llu,", (unsigned long long)n);
    enum replay_end end = play(&message, &warnings);
    ck_assert_int_eq(end, REPLAY_PARTED);
    must_say(message, where);
    must_say(message, entry);
    must_say(message, now);
    free(message);
    free(warnings);
    free(entry);
    free(now);
}

START_TEST(a_tape_goes_as_it_went)
{
    unit_must_replay(&tape);
}
END_TEST

/* Record 4 is the first request, its entries are the first two. */
START_TEST(an_altered_journal_parts_at_the_entry)
{
    char *error = NULL, hash[8], other[8];
    const struct tape_record *record = NULL;
    struct tape_reader *reader = tape_reader_open(tape.path, &error);
    do
        ck_assert_int_eq(tape_reader_next(reader, &record), TAPE_READ_RECORD);
    while (record->kind != TAPE_REQUEST || record->numbers[0] != 3);
    for (int b = 0; b < 8; b++)
        hash[b] = (char)(record->entries[1].hash >> 8 * b);
    memcpy(other, hash, sizeof other);
    other[5] ^= 1;
    uint64_t index = record->index;
    tape_reader_free(reader);
    alter(index, hash, other, sizeof hash);
    must_part("request 3: GET /v1/devices/lamp", first_n + 5);
}
END_TEST

START_TEST(a_changed_rule_parts_where_it_decides)
{
    alter(2, "empty-id-404}   ", "bad-request-400}", 16);
    must_part("request 2: POST /v1/devices", first_n + 3);
}
END_TEST

START_TEST(another_program_is_no_surprise)
{
    char *message, *warnings, other[] = MOCKCLOUD_VERSION;
    other[0] = '9';
    alter(1, MOCKCLOUD_VERSION, other, strlen(other));
    ck_assert_int_eq(play(&message, &warnings), REPLAY_OVER);
    must_say(warnings, "the tape is of version 9");
    free(message);
    free(warnings);
    alter(2, "empty-id-404}   ", "bad-request-400}", 16);
    ck_assert_int_eq(play(&message, &warnings), REPLAY_PARTED);
    must_say(message, "a difference is no surprise");
    free(message);
    free(warnings);
}
END_TEST

START_TEST(a_torn_record_is_left_out)
{
    char *message, *warnings;
    FILE *file = fopen(tape.path, "rb");
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fclose(file);
    ck_assert_int_eq(truncate(tape.path, size - 3), 0);
    ck_assert_int_eq(play(&message, &warnings), REPLAY_OVER);
    must_say(warnings, "is torn, and left out\n");
    free(message);
    free(warnings);
}
END_TEST

START_TEST(a_damaged_record_ends_it)
{
    char *message, *warnings;
    FILE *file = fopen(tape.path, "r+b");
    fseek(file, 40, SEEK_SET);
    fputc(0xff, file);
    fclose(file);
    ck_assert_int_eq(play(&message, &warnings), REPLAY_DAMAGED);
    ck_assert_str_eq(message, "the tape is damaged at byte 17");
    free(message);
    free(warnings);
}
END_TEST

/* ---- forks ---- */

static char *state_of(const char *name)
{
    char *target = mem_printf_dup("/__mock/worlds/%s", name);
    char *state = unit_ask_dup(tape.api, "GET", target, NULL), *at = strstr(state, "\"seed\"");
    char *text = mem_dup(at);
    free(target);
    free(state);
    return text;
}

START_TEST(a_fork_is_what_the_world_was)
{
    uint64_t n = journal_next(tape.worlds.main->sim.journal) - 1;
    char *before = state_of("default");
    char *reply =
        unit_ask_dup(tape.api, "POST", "/__mock/worlds/default/devices/lamp", "{\"do\":\"reset\"}");
    free(reply);
    char *body = mem_printf_dup("{\"from\":\"default\",\"at\":%llu,\"name\":\"copy\"}",
                                (unsigned long long)n);
    reply = unit_ask_dup(tape.api, "POST", "/__mock/worlds", body);
    must_say(reply, "{\"name\":\"copy\",\"seed\":1,");
    free(reply);
    char *copy = state_of("copy"), *after = state_of("default");
    ck_assert_str_eq(copy, before);
    ck_assert_str_ne(after, before);
    ck_assert_uint_eq(journal_next(worlds_find(&tape.worlds, "copy")->sim.journal) - 1, n);
    reply =
        unit_ask_dup(tape.api, "POST", "/__mock/worlds/copy/devices/lamp", "{\"do\":\"reset\"}");
    free(reply);
    free(copy);
    copy = state_of("copy");
    ck_assert_str_eq(copy, after); /* it goes on as the other did */
    unit_record_flush(&tape);
    unit_must_replay(&tape); /* the fork is on the tape, too */
    free(before);
    free(copy);
    free(after);
    free(body);
}
END_TEST

static const struct {
    const char *body, *part;
} refused[] = {
    {"{\"from\":\"default\",\"at\":99999}", "its journal has no entry 99999"},
    {"{\"from\":\"nobodys\"}", "unknown-world"},
    {"{\"from\":\"default\",\"name\":\"default\"}", "world-exists"},
    {"{\"from\":\"default\",\"at\":0}", "bad-fork"},
    {"{\"from\":\"default\",\"at\":\"x\"}", "bad-fork"},
    {"{\"from\":\"default\",\"name\":\"a b\"}", "invalid-world"},
    {"{\"from\":\"default\",\"to\":\"x\"}", "unknown-field"},
};

START_TEST(a_fork_that_cannot_be_made_is_refused)
{
    char *reply = unit_ask_dup(tape.api, "POST", "/__mock/worlds", refused[_i].body);
    must_say(reply, refused[_i].part);
    free(reply);
}
END_TEST

START_TEST(without_a_past_there_is_no_fork)
{
    api_set_fork(tape.api, (struct api_fork){0});
    char *reply = unit_ask_dup(tape.api, "POST", "/__mock/worlds", "{\"from\":\"default\"}");
    must_say(reply, "no-past");
    free(reply);
}
END_TEST

Suite *test_replay_parts(void)
{
    Suite *suite = suite_create("replay_parts");
    TCase *parts = tcase_create("parts");
    tcase_add_checked_fixture(parts, setup, teardown);
    tcase_add_test(parts, a_tape_goes_as_it_went);
    tcase_add_test(parts, an_altered_journal_parts_at_the_entry);
    tcase_add_test(parts, a_changed_rule_parts_where_it_decides);
    tcase_add_test(parts, another_program_is_no_surprise);
    tcase_add_test(parts, a_torn_record_is_left_out);
    tcase_add_test(parts, a_damaged_record_ends_it);
    tcase_add_test(parts, a_fork_is_what_the_world_was);
    tcase_add_loop_test(parts, a_fork_that_cannot_be_made_is_refused, 0,
                        sizeof refused / sizeof *refused);
    tcase_add_test(parts, without_a_past_there_is_no_fork);
    suite_add_tcase(suite, parts);
    return suite;
}
