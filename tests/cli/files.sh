#!/bin/bash
# Scenario files that are made of others: the world of a file, a scenario for each row.
# tests/cli/files.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
mkdir -p "$tmp/files/worlds" && cd "$tmp" || exit 1
run() { "$mockcloud" run "$@"; }
timeless() { sed -E 's/ in [0-9.]+ m?s/ in TIME/; s/[0-9.]+ ms\)/TIME)/'; }

# shellcheck disable=SC2016 # they are the scenario's
is 'every ${…} is listed' '${DEVICE.id} ${DEVICE.name} ${DEVICE.platform} ${DEVICE.product} ${DEVICE.serial_number} ${DEVICE.iccid} ${DEVICE.imei} ${NAME} ${CLIENT.port} ${CLIENT.url} ${each.KEY} ${url} ${control}' \
    "$("$mockcloud" list variables | sed '1d; s/ .*//' | tr '\n' ' ' | sed 's/ $//')"

# ---- each ----

cat >files/each.yaml <<'END_OF_FILE'
scenario: its name
each:
  - {platform: e-series, first: true, status: 200, list: [1, two], words: "1"}
  - {platform: photon, first: false, status: 404, list: [], words: "null"}
world:
  users: [{username: ada@example.com, password: not-a-password}]
  devices: [{as: "my-${each.platform}", platform: "${each.platform}"}]
steps:
  - note: "$${each.platform} is not ${each.platform} ${each.first}"
  - request: GET /v1/devices
    token: ada@example.com
    reply: {status: 200, json: {$length: 0}}
  - request: POST /__mock/worlds/default/match
    json: {value: "${each.list}", text: "${each.words}"}
    reply: {status: 404}
END_OF_FILE
is 'a scenario for each row, named by it' 'files/each.yaml:1 its name [platform=e-series, first=true, status=200, words=1]
files/each.yaml:1 its name [platform=photon, first=false, status=404, words=null]' "$(run --list files/each.yaml)"
is 'each is run' '2 passed, 0 failed in TIME' "$(run files/each.yaml | tail -n 1 | timeless)"
run files/each.yaml --journal journal >x
# shellcheck disable=SC2016 # it is the scenario's
has 'a name in a text, but for one behind two dollars' '"text":"$${each.platform} is not photon false"' "$(cat journal)"
has 'a value keeps its kind, a text its own' '{"value":[1,"two"],"text":"1"}' "$(cat journal)"
has 'so does an empty list' '{"value":[],"text":"null"}' "$(cat journal)"
is 'one of them' '1 passed, 0 failed in TIME' "$(run files/each.yaml --filter photon | tail -n 1 | timeless)"
sed 's/- note:/- requst:/' files/each.yaml >wrong.yaml
is 'a mistake is told once' 1 "$("$mockcloud" check wrong.yaml 2>&1 | grep -c 'unknown step "requst"')"
{ echo 'scenario: many'; printf 'each: ['; for i in $(seq 1001); do printf '{i: %d}, ' "$i"; done; echo ']'; echo 'steps: [{note: x}]'; } >many.yaml
has 'not too many' 'many.yaml:2:7: more than 1000 scenarios in a file' "$("$mockcloud" check many.yaml 2>&1)"
{ echo 'scenario: large'; printf 'each: ['; for i in $(seq 900); do printf '{i: %d}, ' "$i"; done; echo ']'; echo 'steps:'; for i in $(seq 700); do echo "- note: $i"; done; } >large.yaml
has 'not too large' 'with this there would be more than 1000000 values' "$("$mockcloud" check large.yaml 2>&1)"

# A terminal, and whoever reads a report, is told of nothing by the name of a file.
printf 'scenario: a\nsteps: [{note: x}]\n' >$'files/red\e[31m.yaml'
has 'no control characters in names of files' 'there is a file with a control character in its name: rename it' "$(run $'files/red\e[31m.yaml' 2>&1)"
has 'nor of those of a folder' 'control character in its name' "$(run files 2>&1)"
rm files/red*
printf 'scenario: a\nworld: {from: "x\\e[31m.yaml"}\nsteps: [{note: x}]\n' >escape.yaml
has 'a message that quotes has none' 'there is no command "\x1b[31m"' "$("$mockcloud" $'\e[31m' 2>&1)"
is 'a message that names a file has none' 0 "$(run escape.yaml 2>&1 | grep -c $'\e')"

# ---- the world of a file ----

cat >files/worlds/shop.yaml <<'END_OF_FILE'
seed: 77
users: [{username: ada@example.com, password: not-a-password}]
devices: [{as: pump, state: off}]
END_OF_FILE
cat >files/from.yaml <<'END_OF_FILE'
scenario: as it is
world: {from: worlds/shop.yaml}
steps:
  - expect: {device: pump, state: off}
---
scenario: with devices of its own
each: [{file: worlds/shop.yaml}]
world: {devices: [{as: lamp, state: online}], from: "${each.file}"}
steps:
  - expect: {device: lamp, state: online}
  - {request: GET /v1/devices, token: ada@example.com}
END_OF_FILE
is 'the world of a file, relative to the scenario' '2 passed, 0 failed in TIME' "$(run files/from.yaml | tail -n 1 | timeless)"
is 'with its seed' '77 77' "$(run files/from.yaml --report jsonl | sed -nE 's/.*"seed":"([0-9]+)".*/\1/p' | tr '\n' ' ' | sed 's/ $//')"
sed 's/device: lamp/device: pump/' files/from.yaml >files/wrong.yaml
has 'a key here takes the place of the whole there' 'there is no device "pump" in this world' "$("$mockcloud" check files/wrong.yaml 2>&1)"

# wrong FROM: what is said of it.
wrong() {
    printf 'scenario: s\nworld: {from: %s}\nsteps: [{note: x}]\n' "$1" >files/wrong.yaml
    "$mockcloud" check files/wrong.yaml 2>&1 | head -n 1
}
echo 'devices: [{sate: off}]' >files/worlds/bad.yaml
has 'a mistake in the world file is told there' 'files/worlds/bad.yaml:1:12: unknown key "sate"' "$(wrong worlds/bad.yaml)"
has 'a file that there is not' 'the world file files/worlds/none.yaml can' "$(wrong worlds/none.yaml)"
is 'a scenario is no world' 'files/wrong.yaml:2:15: files/from.yaml is not a world file' "$(wrong from.yaml)"
is 'a name from the root' 'files/wrong.yaml: ok, 1 scenario' "$(wrong "$tmp/files/worlds/shop.yaml")"
echo 'customers: [{email: ada@example.com, product: shop}]' >files/worlds/half.yaml
has 'a world file has to be whole by itself' 'files/worlds/half.yaml:1:' "$(wrong worlds/half.yaml)"

at_end
