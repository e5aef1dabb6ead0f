/*
 * Memory that never fails: the one place where running out of it ends the program.
 *
 * A test server that limps on without memory lies to its users, so mem_* abort with a message
 * instead of returning NULL. Everything returned is released with free().
 *
 * The ownership law of this code base: a pointer that you are given is borrowed; a function whose
 * name has `new`, `dup` or `take` in it gives you something to free (with the destructor of the
 * same header, or with free() where it says so). Destructors accept NULL.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* `size` bytes, all zero. Yours. */
void *mem_new(size_t size);

/* `count` elements of `size` bytes, all zero; aborts when the product overflows. Yours. */
void *mem_new_array(size_t count, size_t size);

/* `old` (may be NULL) with room for `size` bytes; the new part is not zeroed. Yours in place of
 * `old`. */
void *mem_grow(void *old, size_t size);

/* A copy of a string; NULL for NULL. Yours. */
char *mem_dup(const char *text);

/* A copy of `len` bytes with a NUL behind them. Yours. */
char *mem_dup_n(const void *bytes, size_t len);

/* printf into a string of the right size. Yours. */
char *mem_printf_dup(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The end when memory runs out; for libraries that say so instead of ending the program. `size` is
 * what was asked for, 0 when that is not known. */
_Noreturn void mem_out(size_t size);

#endif
