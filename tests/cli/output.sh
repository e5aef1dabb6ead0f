#!/bin/bash
# What becomes of output that can't be written, or that nobody reads: tests/cli/output.sh build/dev/mockcloud
#
# Says `N passed, N failed` at the end.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

requests=${MOCKCLOUD_TEST_REQUESTS-20000} # enough to fill pipe and queue

scenario=$(dirname "$0")/../../scenarios/expired-code.yaml

# begin: a server whose standard output is that of this function; its base URL in $url.
begin() {
    rm -f "$tmp/ready"
    mkfifo "$tmp/ready"
    "$mockcloud" serve --port 0 --ready-fd 9 9>"$tmp/ready" 2>"$tmp/err" &
    server=$!
    read -r url <"$tmp/ready"
}

# answered: how many of the requests were.
answered() {
    curl -s --max-time 100 -o /dev/null -w '%{http_code}\n' "$url/__mock/health?[1-$requests]" | grep -c '^200$'
}

# ends CODE: SIGTERM ends it within 2 s.
ends() {
    local from=${EPOCHREALTIME/./}
    kill -TERM "$server"
    wait "$server"
    is 'its exit code' "$1" $?
    server=0
    ok 'SIGTERM ends it within 2 s' test $((${EPOCHREALTIME/./} - from)) -lt 2000000
}

# dropped REASON: how many lines it says were dropped, for that reason and in that one line; else nothing.
dropped() {
    sed -nE "1s/^mockcloud serve: ([0-9]+) lines of standard output were dropped: $1\$/\\1/p; 2s/.*/and more/p" "$tmp/err"
}

# ---- serve: a full device, a closed one, a pipe that nobody reads, one whose reader leaves ----

begin >/dev/full
is 'a full device: all are answered' "$requests" "$(answered)"
ends 4
all=$(dropped 'No space left on device')
ok 'a full device: each line is dropped' test "$all" -gt "$requests"

begin >&-
is 'a closed one: all are answered' "$requests" "$(answered)"
ends 4
is 'a closed one: each line is dropped' "$all" "$(dropped 'Bad file descriptor')"

mkfifo "$tmp/unread"
exec 8<>"$tmp/unread"
begin >&8
is 'an unread pipe: all are answered' "$requests" "$(answered)"
ends 0
drop=$(dropped 'nobody read them')
dd if="$tmp/unread" iflag=nonblock bs=64k of="$tmp/read" 2>/dev/null
ok 'an unread pipe: what fits is in it' test "$(wc -c <"$tmp/read")" -gt 60000
is 'an unread pipe: no line is cut, none is lost uncounted' "$all" $((drop + $(wc -l <"$tmp/read")))

rm "$tmp/ready"
mkfifo "$tmp/ready"
"$mockcloud" serve --port 0 --ready-fd 9 9>"$tmp/ready" >&8 2>&8 &
server=$!
read -r url <"$tmp/ready"
is 'both outputs unread: all are answered' "$requests" "$(answered)"
ends 0
exec 8<&-

mkfifo "$tmp/left"
exec 8<>"$tmp/left"
exec 7>"$tmp/left"
exec 8<&-
begin >&7
is 'a reader that has left: all are answered' "$requests" "$(answered)"
ends 0
is 'a reader that has left: each line is dropped' "$all" "$(dropped 'Broken pipe')"
exec 7<&-

# ---- serve: a file at its limit ----

(
    ulimit -f 1 # kB
    "$mockcloud" serve --port 0 --ready-fd 9 9>"$tmp/ready" >"$tmp/limited" 2>&1 &
    echo $! >"$tmp/pid"
    wait $!
    echo $? >"$tmp/code"
) &
read -r url <"$tmp/ready"
requests=1000
is 'a file at its limit: all are answered' "$requests" "$(answered)"
kill -TERM "$(cat "$tmp/pid")"
wait $!
is 'a file at its limit: its exit code' 4 "$(cat "$tmp/code")"

# ---- exec: findings that nobody reads, and standard error that is closed ----

mkfifo "$tmp/findings"
exec 8<>"$tmp/findings"
# shellcheck disable=SC2016
out=$("$mockcloud" exec --check-requests -- \
    sh -c 'curl -s -o /dev/null -w "%{http_code}\n" "$MOCKCLOUD_URL/v1/devices?odd=[1-2000]" 2>/dev/null | grep -c 400' 2>&8)
is 'exec: all are answered though nobody reads the findings' 2000 "$out"
exec 8<&-
"$mockcloud" exec --strict -- sh -c 'exit 7' 2>&-
is 'exec with standard error closed: the code of the command' 7 $?

# ---- run: results that nobody reads ----

# until_so CONDITION...: it holds, before long.
until_so() {
    for ((i = 0; i < 1000; i++)); do
        "$@" && return
        read -rt 0.01 <><(:) || :
    done
    false
}
waits_for_room() { [ "$(find "/proc/$server/fd" -lname "$tmp/full" 2>/dev/null | wc -l)" = 2 ]; }

mkfifo "$tmp/full"
exec 8<>"$tmp/full"
dd if=/dev/zero of="$tmp/full" oflag=nonblock bs=4k count=1000 2>/dev/null
"$mockcloud" run "$scenario" >&8 8>&- &
server=$!
ok 'run: who reads is waited for' until_so waits_for_room
ends 143
cat >"$tmp/waits.yaml" <<EOF
scenario: a client that goes on
clients: {app: {run: [sh, -c, 'echo >$tmp/begun; exec sleep 60']}}
steps: [start: app, wait: {client: app, exits: 0, within: 60s real}]
EOF
"$mockcloud" run "$tmp/waits.yaml" >&8 8>&- &
server=$!
ok 'run: a client begins' until_so test -e "$tmp/begun"
ends 143
exec 8<&-

# ---- what every command says of a full device ----

for call in 'list routes' openapi schema 'help run' version "check $scenario" "run $scenario"; do
    # shellcheck disable=SC2086 # words
    "$mockcloud" $call >/dev/full 2>"$tmp/err"
    is "$call: a full device is 4" 4 $?
    has "$call: and says so" "mockcloud: standard output can't be written" "$(tail -n 1 "$tmp/err")"
done
is 'its reason is told' "mockcloud: standard output can't be written: No space left on device" \
    "$("$mockcloud" version 2>&1 >/dev/full)"
is 'a closed one is 4' "4 mockcloud: standard output can't be written: Bad file descriptor" \
    "$("$mockcloud" version 2>"$tmp/err" >&-; echo "$? $(cat "$tmp/err")")"
"$mockcloud" check "$tmp/err" >/dev/full 2>&1
is 'an invalid file is still 3' 3 $?

# ---- what is half written goes ----

(
    ulimit -f 1 # kB
    "$mockcloud" run "$scenario" --journal "$tmp/journal" >"$tmp/out" 2>"$tmp/err"
    echo $? >"$tmp/code"
    "$mockcloud" init "$tmp/new" >"$tmp/out" 2>>"$tmp/err"
    echo $? >>"$tmp/code"
)
is 'a limit for files: 4' '4 4' "$(paste -sd' ' "$tmp/code")"
is 'a limit for files: told' "mockcloud: $tmp/journal: File too large mockcloud: $tmp/new/claim.yaml: No space left on device" \
    "$(paste -sd' ' "$tmp/err")"
is 'half a journal goes' '' "$(ls "$tmp/journal" 2>/dev/null)"
is 'and so do the files of init' '' "$(ls "$tmp/new")"
"$mockcloud" run "$scenario" --journal /dev/full >"$tmp/out" 2>"$tmp/err"
is 'a device is full: 4' 4 $?
ok 'and stays' test -c /dev/full

# ---- what a client has printed ----

cat >"$tmp/talks.yaml" <<'END'
scenario: a client that says much and sends nothing
clients:
  app: {run: [sh, -c, "seq 1 50; exit 1"]}
steps:
  - start: app
  - wait: {client: app, exits: 0, within: 10s real}
END
TMPDIR=$tmp "$mockcloud" run "$tmp/talks.yaml" >"$tmp/out" 2>"$tmp/err"
is 'a client that fails' 1 $?
is 'of what it printed the end is shown' 10 "$(grep -cE 'app \| [0-9]+$' "$tmp/out")"
kept=$(tr -d '\n' <"$tmp/out" | grep -oE 'mockcloud-app-[A-Za-z0-9]{6}\.log')
is 'and all of it kept' "$(seq 1 50)" "$(cat "$tmp/$kept")"
ok 'that it sent nothing is said' grep -q 'the client app sent nothing' "$tmp/out"

at_end
