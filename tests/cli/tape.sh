#!/bin/bash
# Tapes: a server is recorded, and its tape run again.
# tests/cli/tape.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
self=$(realpath "$0")
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

# ---- what is on it ----

"$mockcloud" tape show "$tmp/serve.tape" >"$tmp/shown"
has 'each record is a line' '"kind":"begun"' "$(head -n 1 "$tmp/shown")"
has 'a request is there whole' '"method":"GET","target":"/v1/devices"' "$(cat "$tmp/shown")"
has 'with the entries that it brought' '{"n":5,"kind":"http.reply","hash":"' "$(grep '"kind":"request"' "$tmp/shown" | head -n 1)"
has 'and its end' '"kind":"end"' "$(tail -n 1 "$tmp/shown")"
{ head -c 100 "$tmp/serve.tape"; printf x; tail -c +102 "$tmp/serve.tape"; } >"$tmp/bad.tape"
is 'a damaged one is shown up to there' 3 "$(code "$mockcloud" tape show "$tmp/bad.tape")"
is 'which is its beginning' 2 "$(wc -l <"$tmp/said")"
is 'no word' 2 "$(code "$mockcloud" tape sho "$tmp/serve.tape")"
is 'no file' 2 "$(code "$mockcloud" tape show)"
is 'har' 0 "$(code "$mockcloud" tape show "$tmp/serve.tape" --har "$tmp/serve.har")"
has 'is JSON with the requests' '"entries":[{"startedDateTime":"' "$(cat "$tmp/serve.har")"

# ---- exec ----

# shellcheck disable=SC2016 # for the command's shell
is 'exec records, too' 3 "$(code "$mockcloud" exec --tape "$tmp/exec.tape" -- sh -c 'curl -s $MOCKCLOUD_URL/v1/devices; exit 3')"
is 'and that goes as it went' 0 "$(code replay "$tmp/exec.tape")"

# ---- run ----

cat >"$tmp/fails.yaml" <<'END_OF_FILE'
scenario: wait fails
world: {devices: [{as: pump, platform: e-series, state: off}]}
steps:
  - device: pump
    do: power-on
  - wait: {device: pump, state: listening, within: 5s virtual}
---
scenario: expect fails
world: {from: pump.yaml}
steps:
  - expect: {device: pump, online: true}
---
scenario: reply fails
world: {users: [{username: ada@example.com, password: not-a-password}], devices: [{as: pump, platform: e-series, state: online}]}
steps:
  - request: GET /v1/devices
    token: ada@example.com
    reply: {status: 404}
---
scenario: exit fails
world: {from: pump.yaml}
clients: {app: {run: [sh, -c, "curl -s $MOCKCLOUD_URL/v1/devices; echo seen; exit 3"]}}
steps:
  - start: app
  - wait: {client: app, exits: 0, within: 10s real}
---
scenario: a real deadline
world: {from: pump.yaml}
clients: {app: {run: [sh, -c, "curl -s $MOCKCLOUD_URL/v1/devices; exec sleep 30"]}}
steps:
  - start: app
  - wait: {device: pump, online: true, within: 400ms real}
END_OF_FILE
echo 'devices: [{as: pump, platform: e-series, state: off}]' >"$tmp/pump.yaml"
cd "$tmp" || exit 1
"$mockcloud" run fails.yaml --output kept >told
mv pump.yaml elsewhere.yaml # a tape has its own
for name in wait-fails expect-fails reply-fails exit-fails a-real-deadline; do
    is "the exit code of: $name" 1 "$(code replay "kept/$name/run.tape")"
    is "the text of: $name" '' "$(grep -v -F -x -f told said)"
    has "more than a line of: $name" '  again     mockcloud run fails.yaml --seed 1' "$(cat said)"
    has "the report names the moment of: $name" "  moment    mockcloud replay kept/$name/run.tape " "$(cat told)"
done
mv elsewhere.yaml pump.yaml

# A moment is served: the journal up to there, and nothing moves.
serve_again() { # TAPE OPTION...
    rm -f ready
    mkfifo ready
    "$mockcloud" replay "$@" --serve --port 0 --ready-fd 9 9>ready >said 2>&1 &
    server=$!
    read -r url <ready
}
end_again() {
    kill "$server" && wait "$server"
    server=0
}
serve_again kept/wait-fails/run.tape --until 4
is 'the journal ends there' 4 "$(curl -s "${control[@]}" "$url/__mock/worlds/default/journal" | grep -o '"n":' | wc -l)"
has 'the clock stands there' '"now":"2026-01-01T00:00:00.000Z","mode":"frozen"' "$(curl -s "${control[@]}" "$url/__mock/worlds/default/clock")"
has 'a device is as it was' '"state":"starting"' "$(curl -s "${control[@]}" "$url/__mock/worlds/default/devices/pump")"
has 'why is answered' '"cause":' "$(curl -s "${control[@]}" "$url/__mock/worlds/default/why-offline/pump")"
has 'and time goes on when it is told to' '"now":"2026-01-01T00:01:00.000Z"' "$(curl -s "${control[@]}" "$url/__mock/worlds/default/clock" -d '{"advance":"1min"}')"
end_again
has 'it says where it stands' 'the world "default" stands still behind entry 4' "$(cat said)"
serve_again kept/exit-fails/run.tape
has 'the end of a failed run, too' 'FAIL  exit fails' "$(cat said)"
is 'with all of its journal' 2 "$(curl -s "${control[@]}" "$url/__mock/worlds/default/journal" | grep -o '"n":' | wc -l)"
end_again
serve_again "$tmp/serve.tape" --until 5
has 'and a server'"'"'s' '"mode":"frozen"' "$(curl -s "${control[@]}" "$url/__mock/worlds/default/clock")"
end_again
is 'never beyond this machine' 2 "$(code replay "$tmp/serve.tape" --serve --listen 0.0.0.0:0)"
is 'no tape beside the folders' '' "$(find kept -maxdepth 1 -name '*.tape')"
is 'one of several is not recorded by name' 2 "$(code "$mockcloud" run fails.yaml --tape x.tape)"
has 'and it says what to do' 'choose one with --filter' "$(cat said)"
is 'one alone is' 1 "$(code "$mockcloud" run fails.yaml --filter expect --tape x.tape)"
is 'and goes as it went' 1 "$(code replay x.tape)"
printf 'scenario: passes\nsteps: [{note: x}]\n' >passes.yaml
"$mockcloud" run passes.yaml --output kept >/dev/null
is 'one that passed leaves nothing' 1 "$([ -d kept/passes ]; echo $?)"
"$mockcloud" run passes.yaml --output kept --keep >/dev/null
is 'unless all are kept' 0 "$(code replay kept/passes/run.tape)"
has 'and says so' 'PASS  passes' "$(cat said)"
"$mockcloud" run fails.yaml --filter 'real deadline' --timeout 200ms --output kept >told
is 'one that was ended was interrupted' 4 "$(code replay kept/a-real-deadline/run.tape)"
has 'and says so' 'INTERRUPTED  a real deadline' "$(cat said)"

# ---- what is wrong with a file ----

head -c -3 "$tmp/serve.tape" >"$tmp/torn.tape"
is 'a torn record does not count' 0 "$(code replay "$tmp/torn.tape")"
has 'but is told of' 'is torn, and left out' "$(cat "$tmp/said")"
{ head -c 100 "$tmp/serve.tape"; printf x; tail -c +102 "$tmp/serve.tape"; } >"$tmp/damaged.tape"
is 'a damaged one ends it' 3 "$(code replay "$tmp/damaged.tape")"
has 'with the place' 'damaged.tape: the tape is damaged at byte' "$(cat "$tmp/said")"
is 'no tape at all' 3 "$(code replay "$self")"
has 'is told' 'not a tape' "$(cat "$tmp/said")"
is 'no file' 2 "$(code replay "$tmp/nowhere")"

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
