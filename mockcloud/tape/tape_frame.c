/* See tape_frame.h. Owns the checks. xxhash and not a CRC: a request and its journal entries are
 * some kilobytes, and a CRC of them would cost a tenth of what the whole request does. */
#include "tape/tape_frame.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t tape_hash(const void *bytes, size_t len)
{
    return XXH3_64bits(bytes, len);
}

static uint32_t check_of(const void *bytes, size_t len)
{
    return (uint32_t)tape_hash(bytes, len);
}

static void put_u32(unsigned char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

static uint32_t get_u32(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

void tape_frame_head(const void *record, size_t len, unsigned char *ret_head)
{
    put_u32(ret_head, (uint32_t)len);
    put_u32(ret_head + 4, check_of(ret_head, 4));
    put_u32(ret_head + 8, check_of(record, len));
}

bool tape_frame_read(const unsigned char *head, size_t *ret_len, uint32_t *ret_check)
{
    uint32_t len = get_u32(head);
    if (!len || len > TAPE_RECORD_MAX || get_u32(head + 4) != check_of(head, 4))
        return false;
    *ret_len = len;
    *ret_check = get_u32(head + 8);
    return true;
}

bool tape_frame_holds(const void *record, size_t len, uint32_t check)
{
    return check_of(record, len) == check;
}
