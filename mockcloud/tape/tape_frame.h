/*
 * Frames: how records lie one behind the other in a file, so that a torn or damaged one is known.
 *
 *     the first line       mockcloud tape 1\n
 *     then, per record     length (4 bytes), check of the length (4), check of the record (4), the
 *                          record
 *
 * Numbers are little-endian. A check is the lower half of XXH3 (64 bits). The length has a check of
 * its own: otherwise one flipped bit in it would look like a record that was torn off at the end of
 * the file, and all behind it would be lost without a word.
 */
#ifndef TAPE_TAPE_FRAME_H
#define TAPE_TAPE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAPE_MAGIC      "mockcloud tape 1\n"
#define TAPE_MAGIC_LEN  (sizeof TAPE_MAGIC - 1)
#define TAPE_FRAME_HEAD 12
#define TAPE_RECORD_MAX (1u << 31) /* bytes of a record */

/* The hash of everything here, and of journal entries. */
uint64_t tape_hash(const void *bytes, size_t len);

/* Writes the head of a frame: ret_head has room for TAPE_FRAME_HEAD bytes. */
void tape_frame_head(const void *record, size_t len, unsigned char *ret_head);

/* Reads it. False: the length is damaged. */
bool tape_frame_read(const unsigned char *head, size_t *ret_len, uint32_t *ret_check);

/* Whether that is the record's check. */
bool tape_frame_holds(const void *record, size_t len, uint32_t check);

#endif
