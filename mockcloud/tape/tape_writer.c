/* See tape_writer.h. Owns the file, its buffer, and what is said when the disk is full. */
#include "tape/tape_writer.h"

#include "base/mem.h"
#include "tape/tape_code.h"
#include "tape/tape_frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITER_EARLY (256u << 10) /* a buffer of that size does not wait for its flush */
#define WRITER_LAST  64u          /* room for the record that says that the tape is full */

struct tape_writer {
    struct tape_sink sink; /* first */
    int fd;
    char *path;
    char *error; /* NULL: none */
    uint64_t max, size;
    bool full, ended;
    struct buf waiting;
};

static void fail(struct tape_writer *writer)
{
    if (!writer->error)
        writer->error = mem_printf_dup("%s: %s", writer->path, strerror(errno));
    buf_clear(&writer->waiting);
}

static void write_out(struct tape_writer *writer)
{
    const char *at = writer->waiting.data;
    size_t left = writer->waiting.len;
    while (left && !writer->error) {
        ssize_t n = write(writer->fd, at, left);
        if (n < 0 && errno != EINTR)
            fail(writer);
        at += n > 0 ? n : 0;
        left -= n > 0 ? (size_t)n : 0;
    }
    buf_clear(&writer->waiting);
}

static void put(struct tape_writer *writer, const char *record, size_t len)
{
    unsigned char head[TAPE_FRAME_HEAD];
    tape_frame_head(record, len, head);
    buf_add(&writer->waiting, head, sizeof head);
    buf_add(&writer->waiting, record, len);
    writer->size += sizeof head + len;
    if (writer->waiting.len >= WRITER_EARLY)
        write_out(writer);
}

static void put_end(struct tape_writer *writer, bool full)
{
    struct buf record;
    buf_init(&record, WRITER_LAST);
    buf_add_char(&record, TAPE_END);
    tape_put_number(&record, 0); /* real_ms */
    tape_put_number(&record, full);
    tape_put_number(&record, 0); /* marks */
    put(writer, record.data, record.len);
    buf_free(&record);
    writer->ended = true;
    writer->full = full;
}

static void add(struct tape_sink *sink, const char *record, size_t len)
{
    struct tape_writer *writer = (struct tape_writer *)sink;
    if (writer->ended || writer->error)
        return;
    if (writer->max && writer->size + len + TAPE_FRAME_HEAD + WRITER_LAST > writer->max)
        put_end(writer, true);
    else
        put(writer, record, len);
}

static struct tape_writer *writer_new(const char *path, int flags, char **ret_error)
{
    int fd = open(path, flags | O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
        *ret_error = mem_printf_dup("%s: %s", path, strerror(errno));
        return NULL;
    }
    struct tape_writer *writer = mem_new(sizeof *writer);
    writer->sink.add = add;
    writer->fd = fd;
    writer->path = mem_dup(path);
    buf_init(&writer->waiting, (size_t)2 * TAPE_RECORD_MAX);
    return writer;
}

struct tape_writer *tape_writer_new(const char *path, uint64_t max, char **ret_error)
{
    struct tape_writer *writer = writer_new(path, O_TRUNC, ret_error);
    if (!writer)
        return NULL;
    writer->max = max;
    writer->size = TAPE_MAGIC_LEN;
    buf_add(&writer->waiting, TAPE_MAGIC, TAPE_MAGIC_LEN);
    return writer;
}

struct tape_writer *tape_writer_new_behind(const char *path, uint64_t at, char **ret_error)
{
    struct tape_writer *writer = writer_new(path, 0, ret_error);
    if (!writer)
        return NULL;
    writer->size = at;
    if (!tape_writer_lock(writer, ret_error)) {
        tape_writer_free(writer);
        return NULL;
    }
    if (ftruncate(writer->fd, (off_t)at) == 0 && lseek(writer->fd, (off_t)at, SEEK_SET) >= 0)
        return writer;
    *ret_error = mem_printf_dup("%s: %s", path, strerror(errno));
    tape_writer_free(writer);
    return NULL;
}

bool tape_writer_lock(struct tape_writer *writer, char **ret_error)
{
    if (flock(writer->fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    *ret_error = mem_printf_dup("%s: another process writes to it", writer->path);
    return false;
}

struct tape_sink *tape_writer_sink(struct tape_writer *writer)
{
    return &writer->sink;
}

bool tape_writer_flush(struct tape_writer *writer, const char **ret_error)
{
    if (writer->waiting.len)
        write_out(writer);
    if (writer->error)
        *ret_error = writer->error;
    return !writer->error;
}

bool tape_writer_sync(struct tape_writer *writer, const char **ret_error)
{
    struct stat info;
    if (tape_writer_flush(writer, ret_error) && fdatasync(writer->fd) != 0 && errno != EINVAL)
        fail(writer); /* EINVAL: a pipe or the like, which has no disk behind it */
    if (!writer->error && fstat(writer->fd, &info) == 0 && !info.st_nlink) {
        errno = ENOENT; /* what is written to a file that has gone is lost with us */
        fail(writer);
    }
    if (writer->error)
        *ret_error = writer->error;
    return !writer->error;
}

bool tape_writer_waits(const struct tape_writer *writer)
{
    return writer->waiting.len > 0;
}

bool tape_writer_is_full(const struct tape_writer *writer)
{
    return writer->full;
}

void tape_writer_end(struct tape_writer *writer)
{
    if (!writer->ended && !writer->error)
        put_end(writer, false);
}

void tape_writer_free(struct tape_writer *writer)
{
    if (!writer)
        return;
    close(writer->fd);
    buf_free(&writer->waiting);
    free(writer->path);
    free(writer->error);
    free(writer);
}
