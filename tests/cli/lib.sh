#!/bin/bash
# What the scripts of this folder share; to be sourced with the program as $1.
#
# Each server gets a free port, says on a pipe where it is, and is ended by its pid.
set -uo pipefail

mockcloud=$1
tmp=$(mktemp -d)
for name in "${!MOCKCLOUD_@}"; do
    case $name in
    MOCKCLOUD_DUMP_*) ;; # the tests listen
    *) unset "$name" ;;
    esac
done
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY NO_COLOR FORCE_COLOR COLUMNS
passed=0
failed=0
server=0
url=''

cleanup() {
    [ "$server" = 0 ] || kill -KILL "$server" 2>/dev/null
    rm -rf "$tmp"
}
trap cleanup EXIT

ok() { # TEXT CONDITION...
    local text=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED %s: %s\n' "$text" "$*"
    fi
}

is() { # TEXT EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3"
    fi
}

has() { # TEXT PART WHOLE
    case $3 in
    *"$2"*) passed=$((passed + 1)) ;;
    *)
        failed=$((failed + 1))
        printf 'FAILED %s\n  not in it: %s\n  it is:     %s\n' "$1" "$2" "$3"
        ;;
    esac
}

# start OPTION...: a server; its base URL in $url, its output in $tmp/out.
start() {
    rm -f "$tmp/ready"
    mkfifo "$tmp/ready"
    "$mockcloud" serve --listen 127.0.0.1:0 --port-file "$tmp/port" --ready-fd 9 --check-replies "$@" \
        9>"$tmp/ready" >"$tmp/out" 2>"$tmp/err" &
    server=$!
    read -r url <"$tmp/ready"
}

# stop [SIGNAL]: ends it; its exit code in $code.
# shellcheck disable=SC2034,SC2120
stop() {
    [ "$server" != 0 ] || { echo 'stop: there is no server' >&2; exit 1; } # kill 0 would be all of us
    kill "-${1-TERM}" "$server"
    wait "$server"
    code=$? # for who calls it
    server=0
    is 'nothing on standard error' '' "$(cat "$tmp/err")"
}

status() { curl -s -o "$tmp/body" -w '%{http_code}' "$@"; }
ctl() { "$mockcloud" ctl --control "$url" "$@"; }

# at_end: says how it went; the exit code of the script.
at_end() {
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" = 0 ]
}
