#!/bin/bash
# `mockcloud ctl`: worlds, claim codes, switches, streams. (Devices, the clock, the journal and why are in cli.sh.)
# tests/cli/ctl.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
cd "$tmp" || exit 1
cat >world.yaml <<'END_OF_FILE'
clock: {mode: frozen, at: 2026-01-01T00:00:00Z}
products: [{id: 6287, slug: acme-pump, platform: e-series}]
customers: [{email: ada@example.com, product: acme-pump}]
devices: [{as: pump, product: acme-pump, state: online}]
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
stop
at_end
