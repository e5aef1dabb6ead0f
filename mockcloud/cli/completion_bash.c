/* Completion for bash (4 and later). Needs nothing of the bash-completion package.
 *
 * The script is one case statement: what stands before the cursor's word picks the words that may
 * stand there. "=" is a word of its own to bash, so `--format=md` arrives as three. */
#include "cli/completion.h"

static const char bash_begin[] =
    "# bash completion for mockcloud\n"
    "_mockcloud() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words='' files=''\n"
    "    if [ \"$cur\" = = ]; then\n"
    "        cur=''\n"
    "    elif [ \"$prev\" = = ]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    fi\n"
    "    COMPREPLY=()\n"
    "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
    "        words='";

/* By here-strings: a chroot without /dev/fd has no process substitution. */
static const char bash_end[] = "    local found=''\n"
                               "    if [ -n \"$files\" ]; then\n"
                               "        compopt -o filenames 2>/dev/null\n"
                               "        found=$(compgen -f -- \"$cur\")\n"
                               "    elif [ -n \"$words\" ]; then\n"
                               "        found=$(compgen -W \"$words\" -- \"$cur\")\n"
                               "    fi\n"
                               "    [ -z \"$found\" ] || mapfile -t COMPREPLY <<<\"$found\"\n"
                               "}\n"
                               "complete -F _mockcloud mockcloud\n";

/* "serve,--world) files=yes ;;": what stands behind an option. */
static void bash_option_value(struct buf *out, const struct command *command,
                              const struct option_row *row)
{
    if (row->kind == OPTION_FLAG || row->bare)
        return;
    buf_printf(out, "        %s,--%s) ", command->name, row->name);
    if (row->kind == OPTION_FILE) {
        buf_add_str(out, "files=yes");
    } else {
        buf_add_str(out, "words='");
        completion_option_words(out, row);
        buf_add_char(out, '\'');
    }
    buf_add_str(out, " ;;\n");
}

static void bash_values(struct buf *out, const struct command *command)
{
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        if (options_taken_by(id, command))
            bash_option_value(out, command, options_row(id));
}

static void bash_options(struct buf *out, const struct command *command)
{
    bool any = false;
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        if (options_taken_by(id, command)) {
            buf_printf(out, "%s--%s", any ? " " : "", options_row(id)->name);
            any = true;
        }
}

static void bash_second(struct buf *out, const struct command *command, const char *first)
{
    buf_printf(out, "        3,%s,%s,*) words='", command->name, first);
    completion_second_words(out, command, first);
    buf_add_str(out, "' ;;\n");
}

/* Options when a dash was typed, or when the command takes nothing else. */
static void bash_command(struct buf *out, const struct command *command)
{
    buf_printf(out, "        *,%s,*,-*) words='", command->name);
    bash_options(out, command);
    buf_add_str(out, "' ;;\n");
    completion_each_second(out, command, bash_second);
    if (command->word) {
        buf_printf(out, "        2,%s,*) words='", command->name);
        completion_command_words(out, command);
        buf_add_str(out, "' ;;\n");
    } else if (completion_takes_files(command)) {
        buf_printf(out, "        *,%s,*) files=yes ;;\n", command->name);
    } else {
        buf_printf(out, "        *,%s,*) words='", command->name);
        bash_options(out, command);
        buf_add_str(out, "' ;;\n");
    }
}

void completion_bash(struct buf *out)
{
    buf_add_str(out, bash_begin);
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        buf_printf(out, "%s%s", id ? " " : "", commands_at(id)->name);
    buf_add_str(out, "'\n    else\n        case ${COMP_WORDS[1]},$prev in\n");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        bash_values(out, commands_at(id));
    buf_add_str(out,
                "        *)\n        case $COMP_CWORD,${COMP_WORDS[1]},${COMP_WORDS[2]},$cur in\n");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        bash_command(out, commands_at(id));
    buf_add_str(out, "        esac ;;\n        esac\n    fi\n");
    buf_add_str(out, bash_end);
}
