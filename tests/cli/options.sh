#!/bin/bash
# What is said of command lines, to the letter: tests/cli/options.sh build/dev/mockcloud
#
# Says `N passed, N failed` at the end.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# refused EXPECTED ARGUMENT...: the first line on standard error; the exit code is 2, nothing is on standard output.
refused() {
    local expected=$1
    shift
    "$mockcloud" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
    is "mockcloud $*: 2" "2 $expected" "$? $(head -n 1 "$tmp/err")"
    is "mockcloud $*: nothing on standard output" '' "$(cat "$tmp/out")"
}

# ---- commands ----

refused 'mockcloud: there is no command "srve"; did you mean "serve"?' srve
is 'a near one alone is told' 1 "$(wc -l <"$tmp/err")"
refused 'mockcloud: there is no command "xyzzy"' xyzzy
has 'with none near, all are' '  serve       serve a fake cloud until it is stopped' "$(cat "$tmp/err")"
refused 'mockcloud: there is no command "rnu"; did you mean "run"?' help rnu
"$mockcloud" >"$tmp/out" 2>"$tmp/err"
is 'no command is 2' 2 $?
has 'and tells what there is' 'usage: mockcloud COMMAND …' "$(cat "$tmp/err")"
version=$("$mockcloud" version)
ok 'the version is one' grep -qxE 'mockcloud [0-9]+\.[0-9]+\.[0-9]+' <<<"$version"
is '--version is the same' "$version" "$("$mockcloud" --version)"
for word in help --help -h; do
    has "mockcloud $word" '  version     print the version' "$("$mockcloud" "$word")"
done
for command in serve run exec check ctl init schema openapi list man completion help version; do
    help=$("$mockcloud" help "$command")
    has "help $command" "usage: mockcloud $command" "$help"
    is "$command --help is help $command" "$help" "$("$mockcloud" "$command" --help)"
    is "$command -h is help $command" "$help" "$("$mockcloud" "$command" -h)"
    is "help $command keeps to 90 columns" 0 "$(grep -cE '.{91}' <<<"$help")"
done

# ---- options ----

refused 'mockcloud serve: --por: no such option; did you mean --port?' serve --por 1
refused 'mockcloud run: --clint: no such option; did you mean --client?' run x --clint=y
# shellcheck disable=SC2016 # a quotation
refused 'mockcloud serve: --client: no such option; `mockcloud run` has it' serve --client x
refused 'mockcloud serve: --nothing: no such option' serve --nothing
refused 'mockcloud serve: -p: no such option' serve -p 1
refused 'mockcloud run: --client: its value is missing' run x --client
refused 'mockcloud serve: --quiet takes no value' serve --quiet=1
refused 'mockcloud serve: --port: expected a port from 0 to 65535, found "70000"' serve --port 70000
refused 'mockcloud serve: --listen: expected PORT, ADDRESS:PORT or [ADDRESS]:PORT, with a numeric address, found "nowhere:0"' \
    serve --listen nowhere:0
refused 'mockcloud serve: --seed: expected a whole number from 1, found "0"' serve --seed 0
refused 'mockcloud serve: --max-headers: expected bytes, from 256 to 1048576, found "1"' serve --max-headers=1
refused 'mockcloud serve: --ready-fd: expected the number of a descriptor, found "x"' serve --ready-fd x
refused 'mockcloud serve: --world: expected the name of a file, found ""' serve --world ''
refused 'mockcloud run: --timeout: expected a duration like 20s, found "60"' run x --timeout 60
refused 'mockcloud run: --timeout: expected a duration like 20s, found "5m"; did you mean 5min?' run x --timeout 5m
refused 'mockcloud exec: --allow-outbound: expected the name of a host, without scheme and port, found "http://a"' \
    exec --allow-outbound http://a -- true
refused 'mockcloud exec: --strict: expected report, found "reprot"; did you mean report?' exec --strict=reprot -- true
refused 'mockcloud list: --format: expected text, md or json, found "tex"; did you mean text?' list routes --format tex
refused 'mockcloud list: there is no list "rotues"; did you mean "routes"?' list rotues
refused 'mockcloud schema: there is no schema "wrold"; did you mean "world"?' schema wrold

# ---- arguments ----

refused 'mockcloud serve: "world.yaml" is one too many; a world file goes behind --world' serve world.yaml
refused 'mockcloud run: which scenario?' run
refused 'mockcloud check: which file?' check
refused 'mockcloud exec: which command?' exec --explain
refused 'mockcloud list: what? see --help' list
refused 'mockcloud init: "b" is one too many' init a b
refused 'mockcloud openapi: "all" is one too many' openapi all
is 'what stands behind -- is no option' 2 "$("$mockcloud" list -- --help >/dev/null 2>&1; echo $?)"
is 'options may stand behind arguments' '[' "$("$mockcloud" list routes --format json | head -c 1)"
is 'and the last one counts' '|' "$("$mockcloud" list routes --format json --format=md | head -c 1)"

# ---- ctl ----

refused 'mockcloud ctl: which command? see --help' ctl
refused 'mockcloud ctl: there is no command "devcies"; did you mean "devices"?' ctl devcies
refused 'mockcloud ctl: clock advance: by how long? For example: mockcloud ctl clock advance 1h' ctl clock advance
refused 'mockcloud ctl: clock at: to what time? For example: mockcloud ctl clock at 2099-01-01T00:00:00Z' ctl clock at
refused 'mockcloud ctl: clock: there is no "advence"; did you mean "advance"?' ctl clock advence 1h
refused 'mockcloud ctl: clock freeze: "now" is one too many' ctl clock freeze now
refused 'mockcloud ctl: device: which device? See mockcloud ctl devices' ctl device
refused 'mockcloud ctl: power-on: "now" is one too many' ctl device pump power-on now
refused 'mockcloud ctl: usb: expected mockcloud ctl device pump usb CODE' ctl device pump usb
refused 'mockcloud ctl: publish: expected mockcloud ctl device pump publish NAME [DATA]' ctl device pump publish
refused 'mockcloud ctl: why: why what? For example: mockcloud ctl why pump ada@example.com' ctl why
refused 'mockcloud ctl: worlds: "a" is one too many' ctl worlds a

# ---- the rows are what is printed ----

options=$("$mockcloud" list options --format md)
for command in serve run exec ctl list; do
    while read -r option; do
        has "$command $option has a row" "| $option" "$options"
    done < <("$mockcloud" "$command" --help | sed -nE 's/^  (--[a-z-]+).*/\1/p')
done

start --port 0 --quiet
ok 'of --listen and --port the later one counts' test "${url%:*}" = http://127.0.0.1
ctl device lamp power-on >"$tmp/out"
ctl clock advance 1h >"$tmp/out"
ctl device lamp publish temperature 21.5 >"$tmp/out"
is 'ctl device publish is 0' 0 $?
has 'its name and its data arrive' 'name=temperature data=21.5' "$(ctl journal)"
ctl device lamp publish bare >"$tmp/out"
is 'ctl device publish without data is 0' 0 $?
ctl device lamp usb abc >"$tmp/out"
is 'ctl device usb CODE is 0' 0 $?
has 'and shows what the device answers' '  answered     ' "$(cat "$tmp/out")"
is 'ctl device with a verb that is none' 'mockcloud: there is no verb "powr-on"; did you mean "power-on"?' \
    "$(ctl device lamp powr-on 2>&1)"
stop TERM

at_end
