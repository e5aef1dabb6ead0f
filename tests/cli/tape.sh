#!/bin/bash
# Tapes: a server is recorded, and its tape run again.
# tests/cli/tape.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
control=(-H 'X-Mockcloud-Control: 1' -H 'Content-Type: application/json')
replay() { "$mockcloud" replay "$@" 2>&1; }
ask() { curl -s "$@" >"$tmp/reply"; }
code() { "$@" >"$tmp/said" 2>&1; echo $?; }

# ---- serve ----

start --quiet --tape "$tmp/serve.tape"
ask "$url/v1/devices"
ask "$url/oauth/token" -d grant_type=client_credentials -d client_id=acme-app-4711 -d client_secret=not-a-secret
ask "${control[@]}" "$url/__mock/worlds/default/devices/lamp" -d '{"do":"power-on"}'
ask "${control[@]}" "$url/__mock/worlds/default/clock" -d '{"mode":"frozen"}'
ask "${control[@]}" "$url/__mock/worlds/default/clock" -d '{"advance":"1h"}'
ask "${control[@]}" "$url/__mock/worlds" -d '{"name":"side"}'
ask --max-time 0.3 "$url/v1/events/x" -H 'Authorization: Bearer nobodys'
curl -s "${control[@]}" "$url/__mock/worlds/default/journal" >"$tmp/journal.json"
stop
is 'it goes as it went' 0 "$(code replay "$tmp/serve.tape")"
has 'and says so' 'records, the same journal' "$(cat "$tmp/said")"
has 'of each world' '  world "side": 0 entries' "$(cat "$tmp/said")"
replay "$tmp/serve.tape" --journal "$tmp/again.jsonl" >/dev/null
is 'the journal is the same, byte for byte' "$(sed 's/^{"entries":\[//; s/\],"first".*//' "$tmp/journal.json")" \
    "$(paste -sd , "$tmp/again.jsonl")"
replay "$tmp/serve.tape" --until 3 --journal "$tmp/three.jsonl" >/dev/null
is 'up to an entry' "$(head -n "$(wc -l <"$tmp/three.jsonl")" "$tmp/again.jsonl")" "$(cat "$tmp/three.jsonl")"
has 'which is there' '{"n":3,' "$(cat "$tmp/three.jsonl")"
is 'an entry that never came' 2 "$(code replay "$tmp/serve.tape" --until 99999)"
has 'and how far it goes' 'the journal of world "default" ends with entry' "$(cat "$tmp/said")"
is 'a world that is not there' 2 "$(code replay "$tmp/serve.tape" --world nobodys --until 1)"

# ---- exec ----

# shellcheck disable=SC2016 # for the command's shell
is 'exec records, too' 3 "$(code "$mockcloud" exec --tape "$tmp/exec.tape" -- sh -c 'curl -s $MOCKCLOUD_URL/v1/devices; exit 3')"
is 'and that goes as it went' 0 "$(code replay "$tmp/exec.tape")"

# ---- what is wrong with a file ----

head -c -3 "$tmp/serve.tape" >"$tmp/torn.tape"
is 'a torn record does not count' 0 "$(code replay "$tmp/torn.tape")"
has 'but is told of' 'is torn, and left out' "$(cat "$tmp/said")"
{ head -c 100 "$tmp/serve.tape"; printf x; tail -c +102 "$tmp/serve.tape"; } >"$tmp/damaged.tape"
is 'a damaged one ends it' 3 "$(code replay "$tmp/damaged.tape")"
has 'with the place' 'damaged.tape: the tape is damaged at byte' "$(cat "$tmp/said")"
is 'no tape at all' 3 "$(code replay "$0")"
has 'is told' 'not a tape' "$(cat "$tmp/said")"
is 'no file' 3 "$(code replay "$tmp/nowhere")"

# ---- what can go wrong with writing ----

is 'a file that can not be made' 4 "$(code "$mockcloud" serve --port 0 --tape "$tmp/no/where.tape")"
has 'is told of' '--tape: ' "$(cat "$tmp/said")"
start --quiet --tape "$tmp/small.tape" --tape-max 2000
for _ in 1 2 3 4 5 6 7 8; do ask "$url/v1/devices"; done
kill "$server" && wait "$server"
is 'a full tape is no failure' 0 $?
server=0
has 'a full tape is told of' 'small.tape: the tape is full (--tape-max), and ends here' "$(cat "$tmp/err")"
is 'it has no more than it may' 1 "$(("$(wc -c <"$tmp/small.tape")" <= 2000))"
is 'and is one all the same' 0 "$(code replay "$tmp/small.tape")"

start --quiet --tape /dev/full
ask "$url/v1/devices"
has 'a full disk does not end the server' '"error"' "$(cat "$tmp/reply")"
kill "$server" && wait "$server"
is 'but its exit code tells' 4 $?
server=0
has 'and so does a line' '/dev/full: No space left on device: the tape can' "$(cat "$tmp/err")"

at_end
