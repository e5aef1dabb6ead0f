/* Completion for zsh, as a file of its function path (#compdef) or to be sourced after compinit. */
#include "cli/completion.h"

/* What _arguments would read as its own within a specification in single quotes. */
static void zsh_text(struct buf *out, const char *text)
{
    for (; *text; text++)
        if (*text == '\'')
            buf_add_str(out, "'\\''");
        else
            completion_escape(out, (const char[]){*text, '\0'}, "[]:\\");
}

/* '*--host=[…]:NAME:' */
static void zsh_option(struct buf *out, const struct option_row *row)
{
    buf_printf(out, " \\\n            '%s--%s", row->many ? "*" : "", row->name);
    if (row->kind != OPTION_FLAG)
        buf_add_str(out, row->bare ? "=-" : "=");
    buf_add_char(out, '[');
    zsh_text(out, row->text);
    buf_add_char(out, ']');
    if (row->kind != OPTION_FLAG) {
        buf_add_str(out, row->bare ? "::" : ":");
        zsh_text(out, row->argument);
        buf_add_char(out, ':');
    }
    if (row->kind == OPTION_FILE) {
        buf_add_str(out, "_files");
    } else if (options_word(row, 0)) {
        buf_add_char(out, '(');
        completion_option_words(out, row);
        buf_add_char(out, ')');
    }
    buf_add_char(out, '\'');
}

static void zsh_second(struct buf *out, const struct command *command, const char *first)
{
    buf_printf(out, "                %s) compadd -- ", first);
    completion_second_words(out, command, first);
    buf_add_str(out, " ;;\n");
}

static void zsh_arguments(struct buf *out, const struct command *command)
{
    if (command->word) {
        buf_add_str(out, " \\\n            '1: :(");
        completion_command_words(out, command);
        buf_add_str(out, ")'");
    } else if (completion_takes_files(command)) {
        buf_add_str(out, " \\\n            '*: :_files'");
    }
    if (completion_has_second(command))
        buf_add_str(out, " \\\n            '2: :->second'");
    buf_add_char(out, '\n');
    if (!completion_has_second(command))
        return;
    buf_add_str(out, "            if [ \"$state\" = second ]; then\n"
                     "                case $line[1] in\n");
    completion_each_second(out, command, zsh_second);
    buf_add_str(out, "                esac\n            fi\n");
}

static void zsh_command(struct buf *out, const struct command *command)
{
    buf_printf(out, "        %s)\n            _arguments -C", command->name);
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        if (options_taken_by(id, command))
            zsh_option(out, options_row(id));
    zsh_arguments(out, command);
    buf_add_str(out, "            ;;\n");
}

void completion_zsh(struct buf *out)
{
    buf_add_str(out, "#compdef mockcloud\n"
                     "# zsh completion for mockcloud\n"
                     "_mockcloud() {\n"
                     "    local state line\n"
                     "    typeset -A opt_args\n"
                     "    if (( CURRENT == 2 )); then\n"
                     "        local -a commands\n"
                     "        commands=(\n");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        buf_printf(out, "            '%s:", commands_at(id)->name);
        zsh_text(out, commands_at(id)->text);
        buf_add_str(out, "'\n");
    }
    buf_add_str(out, "        )\n"
                     "        _describe command commands\n"
                     "        return\n"
                     "    fi\n"
                     "    shift words\n"
                     "    (( CURRENT-- ))\n"
                     "    case $words[1] in\n");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        zsh_command(out, commands_at(id));
    buf_add_str(out, "    esac\n"
                     "}\n"
                     "if [ \"$funcstack[1]\" = _mockcloud ]; then\n"
                     "    _mockcloud \"$@\"\n"
                     "else\n"
                     "    compdef _mockcloud mockcloud\n"
                     "fi\n");
}
