/* See man_pages.h. Owns how a page is laid out; what it says stands in the rows. */
#include "cli/man_pages.h"

#include "cli/man_files.h"
#include "cli/options.h"
#include "cli/roff.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

#define MAN_TEXT_MAX 8192

static const char man_text[] =
    "a fake Particle cloud with simulated devices, for testing device claiming";

static const struct {
    const char *word;
    const char *text;
    void (*write)(struct buf *out);
} man_file_rows[] = {
    {"scenario", "what stands in a scenario of mockcloud", man_scenario},
    {"world", "what stands in a world file of mockcloud", man_world},
};

#define MAN_FILES (sizeof man_file_rows / sizeof *man_file_rows)

bool man_page_at(size_t index, struct man_page *ret_page)
{
    size_t file = index - 1 - COMMAND_COUNT;
    if (index == 0)
        *ret_page = (struct man_page){.word = "mockcloud", .section = 1, .text = man_text};
    else if (index <= COMMAND_COUNT)
        *ret_page = (struct man_page){.word = commands_at((enum command_id)(index - 1))->name,
                                      .section = 1,
                                      .text = commands_at((enum command_id)(index - 1))->text};
    else if (file < MAN_FILES)
        *ret_page = (struct man_page){
            .word = man_file_rows[file].word, .section = 5, .text = man_file_rows[file].text};
    else
        return false;
    snprintf(ret_page->name, sizeof ret_page->name, "%s%s", index ? "mockcloud-" : "",
             ret_page->word);
    return true;
}

/* ---- the parts of a page ---- */

static void man_options(struct buf *out, const struct command *command)
{
    struct buf head, text;
    roff_heading(out, "OPTIONS");
    buf_init(&head, MAN_TEXT_MAX);
    buf_init(&text, MAN_TEXT_MAX);
    for (enum option_id id = 0; id < OPTION_COUNT; id++) {
        const struct option_row *row = options_row(id);
        if (!options_taken_by(id, command))
            continue;
        buf_clear(&head);
        buf_clear(&text);
        options_head(row, &head);
        buf_add_str(&text, row->text);
        if (row->initial)
            buf_printf(&text, " (%s)", row->initial);
        if (row->many)
            buf_add_str(&text, "; may be given several times");
        roff_item(out, buf_str(&head), buf_str(&text));
    }
    buf_free(&head);
    buf_free(&text);
}

static void man_words(struct buf *out, const struct command *command)
{
    struct command_word word;
    for (size_t i = 0; command->word && command->word(i, &word); i++) {
        char *head = mem_printf_dup("%s%s%s%s%s", word.name, word.second ? " " : "",
                                    word.second ? word.second : "", word.arguments ? " " : "",
                                    word.arguments ? word.arguments : "");
        if (i == 0)
            roff_heading(out, command->arguments);
        roff_item(out, head, word.text);
        free(head);
    }
}

/* Every page but this one. */
static void man_see_also(struct buf *out, size_t self)
{
    struct man_page page;
    bool first = true;
    roff_heading(out, "SEE ALSO");
    for (size_t i = 0; man_page_at(i, &page); i++) {
        if (i == self)
            continue;
        roff_reference(out, page.name, page.section, first);
        first = false;
    }
    buf_add_char(out, '\n');
}

/* ---- the pages ---- */

static void man_overview(struct buf *out)
{
    roff_heading(out, "SYNOPSIS");
    roff_paragraph(out, "mockcloud COMMAND …");
    roff_heading(out, "DESCRIPTION");
    roff_paragraph(
        out,
        "mockcloud serves the Particle API to unmodified clients, simulates devices that behave "
        "like the real ones where claiming bugs live, owns the clock of its worlds, runs scenarios "
        "against any claiming client, and says why a device is not owned by somebody.");
    roff_heading(out, "COMMANDS");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        roff_item(out, commands_at(id)->name, commands_at(id)->text);
    roff_heading(out, "EXAMPLES");
    roff_example(out, "mockcloud init\n"
                      "mockcloud run claim.yaml\n"
                      "mockcloud run client.yaml --client 'node claim.js'\n"
                      "mockcloud exec --world world.yaml -- npm test\n"
                      "mockcloud serve");
    roff_heading(out, "ENVIRONMENT");
    roff_item(out, "MOCKCLOUD_CONTROL", "The server that ctl drives, when --control is not given.");
    roff_item(out, "NO_COLOR, FORCE_COLOR", "Output without colour, or with it, wherever it goes.");
}

static void man_command(struct buf *out, const struct command *command)
{
    roff_heading(out, "SYNOPSIS");
    char *line = mem_printf_dup(
        "mockcloud %s%s%s%s%s", command->name, command->leading ? " [OPTION…]" : "",
        *command->arguments ? " " : "", command->arguments, command->leading ? "" : " [OPTION…]");
    roff_example(out, line);
    free(line);
    roff_heading(out, "DESCRIPTION");
    roff_paragraph(out, command->text);
    if (command->intro)
        roff_paragraph(out, command->intro);
    man_words(out, command);
    man_options(out, command);
    if (command->outro) {
        roff_heading(out, "NOTES");
        roff_paragraph(out, command->outro);
    }
}

void man_page_write(size_t index, struct buf *out)
{
    struct man_page page;
    if (!man_page_at(index, &page))
        return;
    roff_begin(out, page.name, page.section, page.text);
    if (index == 0)
        man_overview(out);
    else if (index <= COMMAND_COUNT)
        man_command(out, commands_at((enum command_id)(index - 1)));
    else
        man_file_rows[index - 1 - COMMAND_COUNT].write(out);
    man_see_also(out, index);
}

struct table *list_pages(void)
{
    static const struct table_column columns[] = {
        {.name = "page"}, {.name = "section"}, {.name = "text"}, {0}};
    struct table *table = table_new(columns);
    struct man_page page;
    for (size_t i = 0; man_page_at(i, &page); i++) {
        char *section = mem_printf_dup("%d", page.section);
        table_add(table, page.word);
        table_add(table, section);
        table_add(table, page.text);
        free(section);
    }
    return table;
}
