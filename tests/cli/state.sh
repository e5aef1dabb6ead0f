#!/bin/bash
# serve --state: worlds that survive their server, however it ends.
# tests/cli/state.sh build/dev/mockcloud [order.so]
#
# KILLS: how often a server under load is killed, for each --state-sync (3).
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
order=${2-}
control=(-H 'X-Mockcloud-Control: 1' -H 'Content-Type: application/json')
ask() { curl -s "${control[@]}" "$@"; }
code() { "$@" >"$tmp/said" 2>&1; echo $?; }
world() { ask "$url/__mock/worlds/default" | sed 's/"now":"[^"]*"//'; }
token() {
    curl -s "$url/oauth/token" -d grant_type=client_credentials -d client_id=acme-app-4711 -d client_secret=not-a-secret \
        -d scope=customer=ada@example.com | sed 's/.*"access_token":"//; s/".*//'
}
cd "$tmp" || exit 1

# ---- it goes on ----

start --quiet --state s
token=$(token)
curl -s -X POST "$url/v1/products/6287/device_claims" -H "Authorization: Bearer $token" >claimed
ask "$url/__mock/worlds" -d '{"name":"side","clock":{"mode":"frozen"},"devices":[{"as":"pump","state":"online"}]}' >x
ask "$url/__mock/worlds/side/clock" -d '{"advance":"2h"}' >x
side=$(ask "$url/__mock/worlds/side")
journal=$(ask "$url/__mock/worlds/side/journal")
before=$(world)
stop
size=$(wc -c <s)
start --quiet --state s
is 'the world is what it was' "$before" "$(world)"
is 'one that was posted, with its frozen clock' "$side" "$(ask "$url/__mock/worlds/side")"
is 'its journal, too' "$journal" "$(ask "$url/__mock/worlds/side/journal")"
is 'a token holds' 200 "$(status "$url/v1/devices" -H "Authorization: Bearer $token")"
has 'a code is the same' "$(sed 's/.*"claim_code":"//; s/".*//' claimed)" "$(world)"
has 'why is answered' '"cause"' "$(ask "$url/__mock/worlds/default/why/pump")"
curl -sN "$url/v1/devices/events" -H "Authorization: Bearer $token" >stream &
reader=$!
for _ in $(seq 100); do [ -s stream ] && break; sleep 0.05; done
kill -KILL "$server"
wait "$server" 2>/dev/null
wait "$reader"
server=0
start --quiet --state s
has 'who read a stream has gone with the server' '"kind":"stream.closed"' "$(ask "$url/__mock/worlds/default/journal")"
now=$(date -u +%Y-%m-%dT%H:%M)
has 'a real clock goes on at the time of the calendar' "\"now\":\"${now%:*}" "$(ask "$url/__mock/worlds/default/clock")"
for _ in 1 2 3; do world >/dev/null; done
stop
is 'reads are not kept' 1 "$(($(wc -c <s) < size + 3000))"
is 'it is a tape' 0 "$(code "$mockcloud" replay s)"

is 'what it holds' 0 "$(code "$mockcloud" state show s)"
has 'is shown for each world' 'world side' "$(cat said)"
has 'with its clock' '  clock    2026-01-01T02:00:00.000Z, frozen' "$(cat said)"
is 'another file holds nothing' 3 "$(code "$mockcloud" state show "$mockcloud")"

# ---- what is in the way ----

echo 'users: [{username: eve@example.com, password: not-a-password}]' >other.yaml
is 'another world' 4 "$(code timeout 20 "$mockcloud" serve --port 0 --state s --world other.yaml)"
has 'both are named' 's was begun with the world of <example>, which is not what other.yaml says' "$(cat said)"
start --quiet --state t --world other.yaml
is 'another server' 4 "$(code timeout 20 "$mockcloud" serve --port 0 --state t)"
has 'is told so' 'another process writes to it' "$(cat said)"
stop
start --quiet --state t --world other.yaml
stop
{ head -c 100 t; printf x; tail -c +102 t; } >damaged
is 'a damaged file' 4 "$(code timeout 20 "$mockcloud" serve --port 0 --state damaged)"
has 'with the place' 'damaged: the tape is damaged at byte' "$(cat said)"
is 'and it is left as it is' "$(wc -c <t)" "$(wc -c <damaged)"
is 'no file can be made' 4 "$(code timeout 20 "$mockcloud" serve --port 0 --state no/where)"
is 'a tape besides' 2 "$(code timeout 20 "$mockcloud" serve --port 0 --state t --tape x)"
for how in always second never; do
    is "a full disk ends it ($how)" 4 "$(code timeout 20 "$mockcloud" serve --port 0 --state /dev/full --state-sync $how)"
done
has 'which is told' "/dev/full: No space left on device: the state can't be kept, and the server ends" "$(cat said)"
start --quiet --state gone --state-sync always
rm gone
is 'of a file that has gone nobody gets a reply' 000 "$(status "$url/v1/devices")"
wait "$server"
code_of=$?
is 'the server ends' 4 "$code_of"
server=0
head -c -5 t >torn
start --quiet --state torn 2>/dev/null
kill "$server"
wait "$server"
server=0
has 'a torn record is left out, with a word' 'is torn, and left out' "$(cat err)"

# ---- killed under load ----

load() { # answered codes, a line each
    curl -s -X POST -H "Authorization: Bearer $token" "$url/v1/products/6287/device_claims?n=[1-3000]" |
        grep -o '"claim_code":"[^"]*"' >>answered
}
for how in always second never; do
    rm -f k answered
    : >answered
    lost=0
    for i in $(seq "${KILLS-3}"); do
        start --quiet --state k --state-sync $how
        token=$(token)
        ask "$url/__mock/worlds/default" >state
        # Of codes the cloud remembers 1,000 dead ones; those of this round are alive.
        [ $how != always ] || while read -r code_of; do grep -qF "$code_of" state || lost=$((lost + 1)); done <answered
        : >answered
        load &
        loader=$!
        sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
        kill -KILL "$server"
        wait "$server" 2>/dev/null
        wait "$loader"
        server=0
    done
    start --quiet --state k --state-sync $how
    is "it starts again after each kill ($how)" 200 "$(status "${control[@]}" "$url/__mock/worlds/default")"
    stop
    [ $how != always ] || is 'nothing that was answered is lost' 0 "$lost"
    is "the file is a tape ($how)" 0 "$(code "$mockcloud" replay k)"
done

# ---- the disk has it before the client ----

if [ -n "$order" ]; then
    export ORDER_LOG=$tmp/order
    LD_PRELOAD=$order start --quiet --state o --state-sync always
    for i in 1 2 3 4 5; do curl -s "$url/v1/devices?i=$i" >x; done
    ask "$url/__mock/worlds/default/devices/lamp" -d '{"do":"power-on"}' >x
    stop
    unset ORDER_LOG
    ok 'there is something to see' [ "$(grep -c send order)" -ge 6 ]
    is 'each reply is behind a sync of its own' '' "$(awk '/send/ && last != "sync" {print NR} {last = $0}' order)"
fi

at_end
