#!/bin/bash
# `mockcloud ctl`: worlds, claim codes, switches, streams, steps, restarts, waits, the journal. (Devices, the clock and why are in cli.sh.)
# tests/cli/ctl.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
cd "$tmp" || exit 1
cat >world.yaml <<'END_OF_FILE'
clock: {mode: frozen, at: 2026-01-01T00:00:00Z}
products: [{id: 6287, slug: acme-pump, platform: e-series}]
customers: [{email: ada@example.com, product: acme-pump}]
devices: [{as: pump, product: acme-pump, state: online}, {as: lamp, product: acme-pump, state: off}]
tokens: [{token: ada, customer: ada@example.com}]
behaviour: {offline_customer_claim: accept}
END_OF_FILE
start --world world.yaml
api() { curl -s "$url/v1/$1" -H 'Authorization: Bearer ada' "${@:2}"; }

is 'no codes' 1 "$(ctl codes | wc -l)"
api products/6287/device_claims -X POST >code
code=$(sed 's/.*"claim_code":"\(......\).*/\1/' code)
is 'codes' "code     owner                     issued                    expires                   used by
$code…  customer ada@example.com  2026-01-01T00:00:00.000Z  2026-01-01T01:00:00.000Z" "$(ctl codes | sed 's/ *$//')"
has 'codes: as they are' '"claim_code":' "$(ctl codes --json)"
has 'behaviours: what the world sets' 'offline_customer_claim  accept' "$(ctl behaviours)"
api devices -X PATCH >out
has 'behaviours: what was leaned on' 'guess api.wrong-method: ' "$(ctl behaviours)"

api devices/events -N >stream &
reader=$!
until ctl streams | grep -q devices/events; do read -rt 0.01 <><(:) || :; done
is 'streams cut' '1 stream was cut' "$(ctl streams cut)"
wait "$reader"
is 'the reader sees a clean end' 0 $?
is 'none is left to cut' '0 streams were cut' "$(ctl streams cut reset /v1/devices)"
ctl streams cut often >out 2>&1
is 'a way that there is not: 1' 1 $?

out=$(ctl world create world.yaml)
is 'world create' "w1 $url/w/w1" "$out"
has 'world create: it is there' pump "$(ctl --world w1 devices)"
is 'world reset' 'w1: done' "$(ctl --world w1 world reset)"
is 'world delete' 'w1: done' "$(ctl --world w1 world delete)"
ctl --world w1 devices >out 2>&1
is 'world delete: it is gone' 1 $?
printf 'devices: [{as: a, platfrom: x}]\n' >bad.yaml
out=$(ctl world create bad.yaml 2>&1)
is 'a bad one: 1' 1 $?
has 'a bad one: told' 'did you mean "platform' "$out"
out=$(ctl world create no 2>&1)
is 'none: 2' 'mockcloud: no: No such file or directory 2' "$out $?"
out=$(ctl world crate 2>&1)
has 'a word that is near' 'create' "$out"

# ---- steps ----

now() { ctl clock | cut -d' ' -f1; }
cat >steps.yaml <<'END_OF_FILE'
- {device: lamp, do: power-on}
- {request: POST /v1/products/6287/device_claims, token: ada@example.com, reply: {status: 200}, save: {code: /claim_code}}
END_OF_FILE
out=$(ctl steps steps.yaml)
is 'steps that pass: 0' 0 $?
has 'steps: each is told' '1 device: passed' "$out"
has 'steps: what was saved' 'code = ' "$out"
out=$(printf '%s' '{expect: {device: lamp, state: dfu}}' | ctl steps -)
is 'a step that fails: 1' 1 $?
has 'a step that fails: why, in lines' '
    expected: ' "$out"
out=$(printf '%s' '{expect: {device: lmap, state: dfu}}' | ctl steps - 2>&1)
is 'a step that is none: 1' 1 $?
has 'a step that is none: where, in lines' 'did you mean "lamp"?
' "$out
"
has 'a step that is none: no line end is replaced' '
      1 | {expect' "$out"
is 'steps as they are' '{"passed":true' \
    "$(printf '%s' '{expect: {device: pump, state: online}}' | ctl steps - --json | cut -c1-14)"
out=$(ctl steps missing.yaml 2>&1)
is 'steps of no file: 2' "mockcloud: can't read missing.yaml: No such file or directory 2" "$out $?"

# ---- wait ----

ctl device lamp power-off >said
ctl device lamp power-on >said
out=$(ctl wait lamp online --within 5min)
is 'wait: a frozen clock is moved until it is so' 'lamp: online 0' "$out $?"
before=$(now)
out=$(ctl wait lamp online)
is 'wait: no time passes for what is so' "lamp: online $before" "$out $(now)"
out=$(ctl wait lamp dfu)
is 'wait: 5 when nothing can make it so' 5 $?
has 'wait: what it is instead' 'lamp: state online, waited for state dfu' "$out"
ctl device lamp power-off >said
ctl device lamp power-on >said
ctl wait lamp online --within 1ms >said
is 'wait: 5 when the time is up' 5 $?
has 'wait: and says so' 'the time is up' "$(cat said)"
ctl wait lamp onlin >said 2>&1
is 'wait for a state that there is not: 2' 2 $?
has 'wait for a state that there is not: told' 'there is no state "onlin"; did you mean "online"?' "$(cat said)"
ctl wait lmap online >said 2>&1
is 'wait of a device that there is not: 1' 1 $?
has 'wait of a device that there is not: told' 'did you mean "lamp"?' "$(cat said)"
ctl --world none wait lamp online >said 2>&1
is 'wait in a world that there is not: 1' 1 $?
ctl clock run >said
ctl wait lamp dfu --within 50ms >said
is 'wait: a clock that runs is waited for in real time' 5 $?
ctl clock freeze >said
is 'wait: as it is' '{"passed":true' "$(ctl wait pump online --json | cut -c1-14)"

# ---- restart ----

ctl wait lamp online >said
is 'restart' 'default: done' "$(ctl restart)"
is 'restart: tokens stay' 200 "$(status "$url/v1/devices?access_token=ada")"
is 'restart: the device has its session still' online "$(ctl device lamp | sed -n 's/ *state *//p')"
is 'restart lost' 'default: done' "$(ctl restart lost)"
is 'restart lost: the device has to connect anew' cloud-connecting "$(ctl device lamp | sed -n 's/ *state *//p')"
has 'restart lost: it is in the journal' 'state=lost' "$(ctl journal)"
ctl restart soon >said 2>&1
is 'restart after no time: 1' 1 $?
has 'restart after no time: told' soon "$(cat said)"

# ---- journal ----

ctl world reset >said
ctl device lamp power-on >said
ctl wait lamp online >said
ctl clock advance 1h30min >said
ctl device lamp power-off >said
code=$(status "$url/v1/devices") # without a token
out=$(ctl journal --device lamp --kind device)
is 'journal: since when' 'times since 2026-01-01T00:00:00.000Z' "$(head -n1 <<<"$out")"
has 'journal: a line' ' +0.000s device:lamp device.told' "$out"
has 'journal: what it tells, and why' ' from=off to=starting led="breathing white"' "$out"
ctl device pump publish odd $'a\nb\x7fc' >said
has 'journal: nothing moves the cursor, a line end is told' ' name=odd data="a\nb?c" ' "$(ctl journal --kind event.published)"
has 'journal: hours' '+1h30min' "$out"
is 'journal: of the device alone' 0 "$(sed 1d <<<"$out" | grep -vc ' device:lamp device\.')"
has 'journal: replies' ' cloud http.reply <-' "$(ctl journal --status "$code")"
is 'journal: of the status alone' 0 "$(ctl journal --status 4xx | sed 1d | grep -vc " http\.reply <-[0-9]* $code")"
has 'journal: requests' ' http.request GET /v1/devices ' "$(ctl journal --kind http.request)"
has 'journal: as it is' '{"entries":[{"n":' "$(ctl journal --json --status "$code")"
is 'journal: nothing is nothing' '' "$(ctl journal --status 418)"
ctl journal --status nought >said 2>&1
is 'a status that is none: 1' 1 $?
has 'a status that is none: told' 'status' "$(cat said)"
ctl journal --status nought --follow >said 2>&1
is 'followed: a status that is none: 1' 1 $?
has 'followed: and says so' 'status' "$(cat said)"

mkfifo lines
"$mockcloud" ctl --control "$url" journal --follow --device lamp --kind device >lines &
reader=$!
exec 8<lines
seen() { # PATTERN: reads on to the line that has it
    while read -rt 10 line <&8; do
        [[ $line != *$1* ]] || return 0
    done
    return 1
}
ok 'followed: what was' seen 'to=off'
ctl device lamp power-on >said
ok 'followed: what comes' seen 'from=off to=starting'
has 'followed: times go on' '+1h30min' "$line"
kill "$reader"
wait "$reader" 2>/dev/null
exec 8<&-
"$mockcloud" ctl --control "$url" journal --follow --json --kind device >lines &
reader=$!
exec 8<lines
ok 'followed: as it is' seen '{"n":'
stop
wait "$reader"
is 'followed: ends with the server, 0' 0 $?
exec 8<&-
at_end
