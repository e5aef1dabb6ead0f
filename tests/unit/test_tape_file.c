/* A tape in a file: what was recorded is read again, and what is wrong with a file is told. */
#include "suites.h"

#include "base/mem.h"
#include "tape/tape_frame.h"
#include "tape/tape_reader.h"
#include "tape/tape_recorder.h"
#include "tape/tape_writer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[64];
static struct tape_recorder *recorder;
static struct tape_writer *writer;

static void setup(void)
{
    strcpy(path, "/tmp/tape-XXXXXX");
    int fd = mkstemp(path);
    ck_assert(fd >= 0);
    close(fd);
}

static void teardown(void)
{
    unlink(path);
}

static void record_begin(uint64_t max)
{
    char *error = NULL;
    writer = tape_writer_new(path, max, &error);
    ck_assert_msg(writer != NULL, "%s", error);
    recorder = tape_recorder_new();
    tape_recorder_add(recorder, tape_writer_sink(writer));
}

static void record_end(void)
{
    const char *error = NULL;
    tape_recorder_free(recorder);
    ck_assert_msg(tape_writer_flush(writer, &error), "%s", error);
    tape_writer_free(writer);
}

static void record_drained(int64_t number, int64_t bytes)
{
    ck_assert(tape_begin(recorder, TAPE_DRAINED));
    tape_number(recorder, number);
    tape_number(recorder, bytes);
    tape_end(recorder);
}

static struct tape_reader *open_tape(void)
{
    char *error = NULL;
    struct tape_reader *reader = tape_reader_open(path, &error);
    ck_assert_msg(reader != NULL, "%s", error);
    return reader;
}

static const struct tape_record *next(struct tape_reader *reader)
{
    const struct tape_record *record = NULL;
    ck_assert_int_eq(tape_reader_next(reader, &record), TAPE_READ_RECORD);
    return record;
}

/* How the reading of the whole file ends; how many records there were before. */
static enum tape_read read_all(size_t *ret_count, uint64_t *ret_offset)
{
    const struct tape_record *record;
    struct tape_reader *reader = open_tape();
    enum tape_read came;
    *ret_count = 0;
    while ((came = tape_reader_next(reader, &record)) == TAPE_READ_RECORD)
        ++*ret_count;
    *ret_offset = tape_reader_offset(reader);
    tape_reader_free(reader);
    return came;
}

static size_t file_size(void)
{
    struct stat info;
    ck_assert_int_eq(stat(path, &info), 0);
    return (size_t)info.st_size;
}

static void flip(size_t at)
{
    FILE *file = fopen(path, "r+b");
    ck_assert(file != NULL);
    fseek(file, (long)at, SEEK_SET);
    int c = fgetc(file);
    fseek(file, (long)at, SEEK_SET);
    fputc(c ^ 0x10, file);
    fclose(file);
}

/* ---- what was recorded is read ---- */

START_TEST(a_request_comes_back_whole)
{
    static const char body[] = "a\0b";
    record_begin(0);
    tape_now(recorder, 4711);
    ck_assert(tape_begin(recorder, TAPE_REQUEST));
    for (int64_t number = -1; number < 3; number++)
        tape_number(recorder, number * INT64_C(1000000000000));
    tape_str(recorder, "POST");
    tape_str(recorder, "/v1/devices?x=%20");
    tape_text(recorder, body, 3);
    tape_str(recorder, NULL);
    tape_str(recorder, "");
    tape_str(recorder, NULL);
    tape_str(recorder, NULL);
    tape_pair(recorder, "Host", "localhost", 9);
    tape_pair(recorder, "X", "", 0);
    tape_end(recorder);
    record_end();
    struct tape_reader *reader = open_tape();
    const struct tape_record *record = next(reader);
    ck_assert_int_eq(record->kind, TAPE_REQUEST);
    ck_assert_int_eq(record->real_ms, 4711);
    ck_assert_int_eq(record->numbers[0], -INT64_C(1000000000000));
    ck_assert_int_eq(record->numbers[3], INT64_C(2000000000000));
    ck_assert_str_eq(record->texts[1].data, "/v1/devices?x=%20");
    ck_assert_uint_eq(record->texts[2].len, 3);
    ck_assert_mem_eq(record->texts[2].data, body, 4);
    ck_assert_ptr_null(record->texts[3].data);
    ck_assert_str_eq(record->texts[4].data, "");
    ck_assert_uint_eq(record->pair_count, 2);
    ck_assert_str_eq(record->pairs[0].value.data, "localhost");
    ck_assert_uint_eq(record->pairs[1].value.len, 0);
    ck_assert_int_eq(tape_reader_next(reader, &record), TAPE_READ_OVER);
    tape_reader_free(reader);
}
END_TEST

static void entry(const char *world, uint64_t n, uint64_t hash)
{
    tape_entry(recorder, &(struct tape_stand){world, 1000 + (int64_t)n, 7, n + 1}, "device.state",
               hash);
}

START_TEST(entries_stand_in_the_record_that_brought_them)
{
    record_begin(0);
    entry("main", 1, 11); /* outside of any: a record of its own */
    ck_assert(tape_begin(recorder, TAPE_WORK));
    ck_assert(!tape_begin(recorder, TAPE_LEFT)); /* within: no input */
    entry("main", 2, UINT64_MAX);
    tape_end(recorder);
    entry("main", 3, 13);
    entry("w1", 1, 21);
    tape_stands(recorder, &(struct tape_stand){"main", 2000, 9, 4});
    tape_end(recorder);
    record_end();
    struct tape_reader *reader = open_tape();
    ck_assert_int_eq(next(reader)->kind, TAPE_ENTRIES);
    const struct tape_record *record = next(reader);
    ck_assert_int_eq(record->kind, TAPE_WORK);
    ck_assert_uint_eq(record->mark_count, 3);
    ck_assert_uint_eq(record->marks[0].count, 2);
    ck_assert_uint_eq(record->marks[0].next_n, 4);
    ck_assert_int_eq(record->marks[0].at_ms, 1003);
    ck_assert_uint_eq(record->entries[0].hash, UINT64_MAX);
    ck_assert_str_eq(record->marks[1].world, "w1");
    ck_assert_uint_eq(record->entries[record->marks[1].first].hash, 21);
    ck_assert_str_eq(record->entries[2].kind, "device.state");
    ck_assert_uint_eq(record->marks[2].timers, 9);
    ck_assert_uint_eq(record->marks[2].count, 0);
    tape_reader_free(reader);
}
END_TEST

START_TEST(every_kind_is_written_and_read)
{
    record_begin(0);
    for (unsigned kind = 0; kind < TAPE_KINDS; kind++) {
        const struct tape_kind_row *row = tape_kind_row(kind);
        if (!row)
            continue;
        ck_assert(tape_begin(recorder, (enum tape_kind)kind));
        for (size_t i = 0; i < tape_kind_numbers(row); i++)
            tape_number(recorder, (int64_t)i + kind);
        for (size_t i = 0; i < tape_kind_texts(row); i++)
            tape_str(recorder, row->texts[i]);
        tape_end(recorder);
    }
    record_end();
    struct tape_reader *reader = open_tape();
    for (unsigned kind = 0; kind < TAPE_KINDS; kind++) {
        const struct tape_kind_row *row = tape_kind_row(kind);
        if (!row)
            continue;
        const struct tape_record *record = next(reader);
        ck_assert_uint_eq(record->kind, kind);
        for (size_t i = 0; i < tape_kind_numbers(row); i++)
            ck_assert_int_eq(record->numbers[i], (int64_t)i + kind);
        for (size_t i = 0; i < tape_kind_texts(row); i++)
            ck_assert_str_eq(record->texts[i].data, row->texts[i]);
    }
    tape_reader_free(reader);
}
END_TEST

/* ---- what is wrong with a file ---- */

static size_t ends[4]; /* of the file after each record */

static void record_three(void)
{
    const char *error;
    record_begin(0);
    for (int i = 1; i <= 3; i++) {
        record_drained(i, 1000);
        ck_assert(tape_writer_flush(writer, &error));
        ends[i] = file_size();
    }
    record_end();
}

/* Wherever it is torn, what is whole before is read, and the rest is told as torn, not as damaged.
 */
START_TEST(a_torn_last_record_is_dropped)
{
    size_t count;
    uint64_t offset;
    record_three();
    for (size_t size = ends[3] - 1; size > ends[2]; size--) {
        ck_assert_int_eq(truncate(path, (off_t)size), 0);
        ck_assert_int_eq(read_all(&count, &offset), TAPE_READ_TORN);
        ck_assert_uint_eq(count, 2);
        ck_assert_uint_eq(offset, ends[2]);
    }
    ck_assert_int_eq(truncate(path, (off_t)ends[2]), 0);
    ck_assert_int_eq(read_all(&count, &offset), TAPE_READ_OVER);
}
END_TEST

START_TEST(zeros_at_the_end_are_a_torn_record)
{
    size_t count;
    uint64_t offset;
    record_three();
    ck_assert_int_eq(truncate(path, (off_t)ends[3] + 4096), 0);
    ck_assert_int_eq(read_all(&count, &offset), TAPE_READ_TORN);
    ck_assert_uint_eq(count, 3);
}
END_TEST

/* Each bit of a record in the midst, its length too, is watched. */
START_TEST(a_damaged_record_is_told_with_its_offset)
{
    record_three();
    for (size_t at = ends[1]; at < ends[2]; at++) {
        size_t count;
        uint64_t offset;
        flip(at);
        ck_assert_int_eq(read_all(&count, &offset), TAPE_READ_DAMAGED);
        ck_assert_uint_eq(count, 1);
        ck_assert_uint_eq(offset, ends[1]);
        flip(at);
    }
}
END_TEST

static void write_file(const char *text)
{
    FILE *file = fopen(path, "wb");
    ck_assert(file != NULL);
    fputs(text, file);
    fclose(file);
}

static const struct {
    const char *text, *error;
} foreign[] = {
    {"", "not a tape"},
    {"mock", "not a tape"},
    {"steps: []\n# a scenario\n", "not a tape"},
    {"mockcloud tape 2\n", "a tape of another format: this program reads \"mockcloud tape 1\""},
};

START_TEST(another_format_is_told)
{
    char *error = NULL;
    write_file(foreign[_i].text);
    ck_assert_ptr_null(tape_reader_open(path, &error));
    ck_assert_msg(strstr(error, foreign[_i].error) != NULL, "%s", error);
    ck_assert_msg(strstr(error, path) != NULL, "%s", error);
    free(error);
}
END_TEST

/* ---- writing ---- */

START_TEST(a_full_tape_says_so_at_its_end)
{
    record_begin(200);
    for (int i = 0; i < 100; i++)
        record_drained(i, 1);
    ck_assert(tape_writer_is_full(writer));
    record_end();
    ck_assert_uint_le(file_size(), 200);
    const struct tape_record *record = NULL;
    struct tape_reader *reader = open_tape();
    while (tape_reader_next(reader, &record) == TAPE_READ_RECORD && record->kind != TAPE_END)
        ;
    ck_assert_int_eq(record->kind, TAPE_END);
    ck_assert_int_eq(record->numbers[0], 1);
    tape_reader_free(reader);
}
END_TEST

START_TEST(going_on_cuts_off_what_was_torn)
{
    char *error = NULL;
    size_t count;
    uint64_t offset;
    record_three();
    ck_assert_int_eq(truncate(path, (off_t)ends[3] - 2), 0);
    writer = tape_writer_new_behind(path, ends[2], &error);
    recorder = tape_recorder_new();
    tape_recorder_add(recorder, tape_writer_sink(writer));
    record_drained(4, 4);
    tape_writer_end(writer);
    record_end();
    ck_assert_int_eq(read_all(&count, &offset), TAPE_READ_OVER);
    ck_assert_uint_eq(count, 4);
}
END_TEST

START_TEST(a_full_disk_is_told_once_and_kept)
{
    char *error = NULL;
    const char *why = NULL;
    writer = tape_writer_new("/dev/full", 0, &error);
    ck_assert_msg(writer != NULL, "%s", error);
    ck_assert(!tape_writer_flush(writer, &why));
    ck_assert_str_eq(why, "/dev/full: No space left on device");
    why = NULL;
    ck_assert(!tape_writer_sync(writer, &why));
    ck_assert_str_eq(why, "/dev/full: No space left on device");
    tape_writer_free(writer);
}
END_TEST

START_TEST(a_file_that_cannot_be_made_is_told)
{
    char *error = NULL;
    ck_assert_ptr_null(tape_writer_new("/nowhere/at.tape", 0, &error));
    ck_assert_str_eq(error, "/nowhere/at.tape: No such file or directory");
    free(error);
}
END_TEST

Suite *test_tape_file(void)
{
    Suite *suite = suite_create("tape_file");
    TCase *tape = tcase_create("file");
    tcase_add_checked_fixture(tape, setup, teardown);
    tcase_add_test(tape, a_request_comes_back_whole);
    tcase_add_test(tape, entries_stand_in_the_record_that_brought_them);
    tcase_add_test(tape, every_kind_is_written_and_read);
    tcase_add_test(tape, a_torn_last_record_is_dropped);
    tcase_add_test(tape, zeros_at_the_end_are_a_torn_record);
    tcase_add_test(tape, a_damaged_record_is_told_with_its_offset);
    tcase_add_loop_test(tape, another_format_is_told, 0, sizeof foreign / sizeof *foreign);
    tcase_add_test(tape, a_full_tape_says_so_at_its_end);
    tcase_add_test(tape, going_on_cuts_off_what_was_torn);
    tcase_add_test(tape, a_full_disk_is_told_once_and_kept);
    tcase_add_test(tape, a_file_that_cannot_be_made_is_told);
    suite_add_tcase(suite, tape);
    return suite;
}
