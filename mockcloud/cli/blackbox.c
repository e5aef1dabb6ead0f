/* See blackbox.h. Its writer may have been stopped in the middle of any line below, and the reader
 * can't know where. So an entry gets its number last, which makes it valid, and a reader cuts every
 * text where its room ends. */
#include "cli/blackbox.h"

#include "scenario/digest.h"

#include <stdio.h>
#include <string.h>

#define BLACKBOX_TEXT_MAX 65536

/* A new box is zero already; clearing it would make the kernel fetch each of its pages. */
void blackbox_clear(struct blackbox *box)
{
    if (!box->line)
        return;
    box->line = 0;
    box->next = 0;
    box->begin_ms = 0;
    for (size_t i = 0; i < BLACKBOX_ENTRIES; i++)
        box->entries[i].n = 0;
}

static void blackbox_word(char *word, const char *text)
{
    snprintf(word, BLACKBOX_WORD, "%s", text);
}

static void blackbox_copy(struct blackbox *box, const struct journal_entry *entry)
{
    struct blackbox_entry *copy = &box->entries[entry->n % BLACKBOX_ENTRIES];
    copy->n = 0;
    copy->cause = entry->cause;
    copy->at_ms = entry->at_ms;
    blackbox_word(copy->actor, entry->actor);
    blackbox_word(copy->kind, entry->kind);
    copy->data_len = entry->data_len < sizeof copy->data ? entry->data_len : 0;
    memcpy(copy->data, entry->data, copy->data_len);
    copy->n = entry->n;
}

static void blackbox_entries(struct blackbox *box, const struct journal *journal)
{
    uint64_t next = journal_next(journal), from = journal_first(journal);
    if (!box->next && from < next)
        box->begin_ms = journal_get(journal, from)->at_ms;
    if (from < box->next)
        from = box->next;
    if (next > from + BLACKBOX_ENTRIES)
        from = next - BLACKBOX_ENTRIES;
    for (; from < next; from++)
        blackbox_copy(box, journal_get(journal, from));
    box->next = next;
}

void blackbox_step(struct blackbox *box, int line, const char *statement,
                   const struct journal *journal)
{
    if (journal)
        blackbox_entries(box, journal);
    size_t len = strnlen(statement, sizeof box->statement - 1);
    memcpy(box->statement, statement, len);
    box->statement[len] = '\0';
    box->line = line;
}

static void write_digest(const struct blackbox *box, const struct journal_entry *entry,
                         struct buf *out)
{
    digest_entry(entry, box->begin_ms, out);
    buf_add_char(out, '\n');
}

static void write_line(const struct blackbox *box, const struct journal_entry *entry,
                       struct buf *out)
{
    struct jsonw w;
    (void)box;
    jsonw_init(&w, out);
    journal_write(entry, &w);
    buf_add_char(out, '\n');
}

/* Each entry that is there, in order. NULL: there are none. */
static char *blackbox_dup(const struct blackbox *box,
                          void (*write)(const struct blackbox *box,
                                        const struct journal_entry *entry, struct buf *out))
{
    struct buf out;
    uint64_t from = box->next > BLACKBOX_ENTRIES ? box->next - BLACKBOX_ENTRIES : 1;
    if (!box->next)
        return NULL;
    buf_init(&out, BLACKBOX_TEXT_MAX);
    for (uint64_t n = from; n < box->next; n++) {
        const struct blackbox_entry *copy = &box->entries[n % BLACKBOX_ENTRIES];
        const struct journal_entry entry = {.n = n,
                                            .at_ms = copy->at_ms,
                                            .actor = copy->actor,
                                            .kind = copy->kind,
                                            .cause = copy->cause,
                                            .data = copy->data,
                                            .data_len = copy->data_len};
        if (copy->n == n)
            write(box, &entry, &out);
    }
    return buf_take(&out);
}

char *blackbox_journal_dup(const struct blackbox *box)
{
    return blackbox_dup(box, write_digest);
}

char *blackbox_lines_dup(const struct blackbox *box)
{
    return blackbox_dup(box, write_line);
}
