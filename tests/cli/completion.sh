#!/bin/bash
# Completion as the shells give it, and the manual pages: tests/cli/completion.sh build/dev/mockcloud
#
# Each shell loads what the program prints, and is asked what it would offer. zsh and fish are asked where they are
# installed (scripts/deps test installs both). Says `N passed, N failed` at the end.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir "$tmp/in"
touch "$tmp/in/world.yaml" "$tmp/in/with blank.yaml"

# ---- bash ----

# in_bash WORD...: what is offered for the last word, one a line.
in_bash() {
    (cd "$tmp/in" && bash --norc -c '
        . "$1"
        shift
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _mockcloud
        printf "%s\n" "${COMPREPLY[@]}"' bash "$tmp/bash" "$@" 2>&1)
}

"$mockcloud" completion bash >"$tmp/bash"
is 'bash: commands' 'serve state schema' "$(in_bash mockcloud s | xargs)"
is 'bash: options' '--port --port-file' "$(in_bash mockcloud serve --por | xargs)"
has 'bash: options where nothing else is taken' --world "$(in_bash mockcloud serve '')"
is 'bash: a file behind an option' world.yaml "$(in_bash mockcloud serve --world wo)"
is 'bash: a name with a blank' 'with blank.yaml' "$(in_bash mockcloud run 'with')"
is 'bash: words of an option' 'text md json' "$(in_bash mockcloud list routes --format '' | xargs)"
is 'bash: the same behind =' md "$(in_bash mockcloud list routes --format = m)"
is 'bash: nothing for a number' '' "$(in_bash mockcloud serve --port '')"
is 'bash: words of a command' 'routes reports' "$(in_bash mockcloud list r | xargs)"
is 'bash: the word behind a word' 'advance at freeze run' "$(in_bash mockcloud ctl clock '' | xargs)"
is 'bash: words that a table elsewhere has' tap "$(in_bash mockcloud run --report ta)"

# ---- zsh: a shell in a pseudo-terminal, since completion needs its line editor ----

# The outer shell types a line, Tab and Control-X, which has the inner one say what its line has become.
# shellcheck disable=SC2016 # they are the inner shell's
in_zsh() { # LINE
    (cd "$tmp/in" && timeout 20 zsh -f -c '
        zmodload zsh/zpty
        zpty z zsh -f -i
        zpty -w z "PROMPT=; autoload -Uz compinit; compinit -D -u; . $1"
        zpty -w z "say() { print -r -- \"\$BUFFER\" >$2 }; zle -N say; bindkey \"^X\" say; print READY"
        zpty -r z text "*READY*READY*"
        zpty -n -w z "$3"$'"'\t\C-x'"'
        read -r line <"$2"
        print -r -- "$line"' zsh "$tmp/zsh" "$tmp/line" "$1" 2>&1)
}

mkfifo "$tmp/line"
"$mockcloud" completion zsh >"$tmp/zsh"
if command -v zsh >/dev/null; then
    ok 'zsh: it is a script' zsh -n "$tmp/zsh"
    is 'zsh: a command' 'mockcloud openapi' "$(in_zsh 'mockcloud op')"
    is 'zsh: an option' 'mockcloud serve --control-token=' "$(in_zsh 'mockcloud serve --control')"
    is 'zsh: a word' 'mockcloud list variables' "$(in_zsh 'mockcloud list var')"
    is 'zsh: the word behind a word' 'mockcloud ctl clock freeze' "$(in_zsh 'mockcloud ctl clock fr')"
    is 'zsh: a file' 'mockcloud run world.yaml' "$(in_zsh 'mockcloud run wor')"
fi

# ---- fish ----

in_fish() { (cd "$tmp/in" && HOME=$tmp fish --no-config -c "source $tmp/fish; complete -C '$1'" 2>&1 | cut -f 1 | xargs); }

"$mockcloud" completion fish >"$tmp/fish"
if command -v fish >/dev/null; then
    is 'fish: commands' 'schema serve state' "$(in_fish 'mockcloud s')"
    is 'fish: options' '--port --port-file' "$(in_fish 'mockcloud serve --por')"
    is 'fish: words of an option' 'json md text' "$(in_fish 'mockcloud list routes --format ')"
    is 'fish: words of a command' 'reports routes' "$(in_fish 'mockcloud list r')"
    is 'fish: the word behind a word' 'advance at freeze run' "$(in_fish 'mockcloud ctl clock ')"
    is 'fish: an option of one command is none of another' '' "$(in_fish 'mockcloud help serve --por')"
    is 'fish: a file' world.yaml "$(in_fish 'mockcloud run wor')"
fi

# ---- manual pages ----

"$mockcloud" list pages --format json >"$tmp/pages"
mapfile -t pages < <("$mockcloud" list pages | awk 'NR > 1 { print $1 }')
ok 'a page for each command, and three more' [ "${#pages[@]}" -ge 16 ]
for page in "${pages[@]}"; do
    "$mockcloud" man "$page" >"$tmp/page"
    has "man $page has a head" '.TH MOCKCLOUD' "$(head -n 1 "$tmp/page")"
    if command -v groff >/dev/null; then
        is "man $page: groff has nothing to say" '' "$(groff -ww -k -man -T utf8 "$tmp/page" 2>&1 >"$tmp/read")"
    fi
done
if command -v groff >/dev/null; then
    "$mockcloud" man run | groff -k -man -T utf8 -P -cbou >"$tmp/read"
    mapfile -t heads < <("$mockcloud" help run | grep -oE '^  --[a-z-]+' | tr -d ' ')
    for head in "${heads[@]}"; do
        has "man run has $head" "$head" "$(cat "$tmp/read")"
    done
fi
has 'man without a page is mockcloud(1)' '.TH MOCKCLOUD 1' "$("$mockcloud" man | head -n 1)"
"$mockcloud" man scen 2>"$tmp/err"
is 'a page that is not there is 2' '2 mockcloud man: there is no page "scen"' "$? $(head -n 1 "$tmp/err" | cut -c 1-42)"

at_end
