#!/bin/bash
# `mockcloud run --report`: which reports there are, where they go, what happens when they can't. Whether their readers
# take them is a matter of tests/reports.
# tests/cli/reports.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
cd "$tmp" || exit 1
run() { "$mockcloud" run "$@"; }
inside() { (cd "$1" && printf "%s " *) | sed "s, $,,"; }
timeless() { sed -E 's/ in [0-9.]+ m?s/ in TIME/; s/[0-9.]+ ms\)/TIME)/'; }

cat >a.yaml <<'END_OF_FILE'
scenario: good
steps: [{note: x}]
---
scenario: bad
world: {devices: [{as: pump, state: off}]}
steps:
  - expect: {device: pump, state: online}
END_OF_FILE

out=$(run a.yaml | timeless)
has 'text names what failed at the end' 'Failed:
  a.yaml:7 bad
1 passed, 1 failed in TIME' "$out"
is 'one on standard output takes it from text' 'TAP version 13' "$(run a.yaml --report tap | sed -n 1p)"
out=$(run a.yaml --report tap:t --report jsonl:j --report text:x | timeless)
has 'files leave it to text' '1 passed, 1 failed in TIME' "$out"
is 'and text has its own, too' "$out" "$(timeless <x)"
is 'each has what is its own' 'TAP version 13 3' "$(head -n 1 t) $(wc -l <j)"
is 'a report without a failure' '1..1' "$(sed -n 's/.*\(1\.\.1\)/\1/p' <<<"$(run a.yaml --filter good --report tap)")"
is 'an empty share' 'TAP version 13
1..0 # SKIP there is no scenario in this share' "$(run a.yaml --shard 3/3 --report tap)"
is 'what was not run is told' '1..4
# 2 not run' "$(run a.yaml a.yaml --fail-fast --report tap | tail -n 2)"

# ---- where they can't go ----

run a.yaml --report tap --report junit >x 2>err
is 'two on standard output are 2' 2 $?
is 'and told' 'mockcloud run: --report: only one can go to standard output; give the others a file: --report junit:FILE' "$(head -n 1 err)"
is 'a wrong word, with the nearest' \
    'mockcloud run: --report: expected text, tap, junit, jsonl, github, markdown, har, html or mermaid, with :FILE for a file of its own, found "junti:x"; did you mean junit?' \
    "$(run a.yaml --report junti:x 2>&1 | head -n 1)"
has 'a name has to follow a colon' 'found "junit:"' "$(run a.yaml --report junit: 2>&1 | head -n 1)"
out=$(run a.yaml --report junit:no/such/file 2>&1)
is 'a file that can not be made is 4, and nothing is run' 'mockcloud: no/such/file: No such file or directory 4' "$out $?"
run a.yaml --report junit:/dev/full >x 2>err
is 'one that can not be written is 4, whatever failed' 4 $?
is 'and told' 'mockcloud: /dev/full: No space left on device' "$(cat err)"
has 'the others are whole' '1 passed, 1 failed' "$(cat x)"

# ---- colour and width ----

colours() { grep -c $'\033'; }
is 'a pipe has no colour' 0 "$(run a.yaml | colours)"
ok 'FORCE_COLOR' test "$(FORCE_COLOR=1 run a.yaml | colours)" -gt 3
is 'FORCE_COLOR=0' 0 "$(FORCE_COLOR=0 run a.yaml | colours)"
is 'NO_COLOR wins' 0 "$(NO_COLOR=1 FORCE_COLOR=1 run a.yaml | colours)"
is 'a file has none' 0 "$(FORCE_COLOR=1 run a.yaml --report text:x >/dev/null; colours <x)"
ok 'COLUMNS: longer lines are wrapped' test "$(COLUMNS=50 run a.yaml | grep -v again | wc -L)" -le 50
ok 'without it they are not' test "$(run a.yaml | grep -v again | wc -L)" -gt 50

# ---- --output ----

cat >out.yaml <<'END_OF_FILE'
scenario: good
steps: [{note: x}]
---
scenario: "The pump, it's claimed!"
world: {devices: [{as: pump, state: off}]}
clients:
  app/1: {run: [sh, -c, 'printf "said \\377 this\n"']}
  mute: {run: ['true']}
  flood: {run: [sh, -c, 'yes | head -c 3000000']}
steps:
  - note: "begun"
  - start: app/1
  - start: mute
  - start: flood
  - wait: {client: flood, exits: 0, within: 10s real}
  - wait: {client: mute, exits: 0, within: 10s real}
  - wait: {client: app/1, exits: 0, within: 10s real}
  - expect: {device: pump, state: online}
---
scenario: the pump its claimed
world: {devices: [{as: pump, state: off}]}
steps:
  - expect: {device: pump, state: online}
END_OF_FILE
run out.yaml --output kept >x
is '--output: a folder for each that failed' 'the-pump-it-s-claimed the-pump-its-claimed' "$(inside kept)"
folder=kept/the-pump-it-s-claimed
is 'with what there is' 'client-app-1.txt client-flood.txt journal.jsonl run.tape timeline.html verdict.json why.txt' "$(inside $folder)"
is 'what a client printed' $'said \xef\xbf\xbd this' "$(cat $folder/client-app-1.txt)"
is 'too much of it is cut, and told' '[cut here: it printed more]' "$(tail -n 1 $folder/client-flood.txt)"
is 'no second copy of it elsewhere' 0 "$(grep -c 'all of it stands in' x)"
ok 'and bounded' test "$(stat -c %s $folder/client-flood.txt)" -lt 1100000
has 'the verdict' '"verdict":"failed","line":18,' "$(cat $folder/verdict.json)"
is 'why' 'pump is offline: no-power' "$(head -n 1 $folder/why.txt)"
has 'the journal' '"kind"' "$(head -n 1 $folder/journal.jsonl)"
mkdir -p kept/good && echo mine >kept/the-pump-its-claimed/mine && echo old >kept/good/why.txt
sed -i 's/state: online/state: off/' out.yaml
run out.yaml --output kept >x
is 'what failed before and passes goes, what is not ours stays' 'kept/the-pump-its-claimed kept/the-pump-its-claimed/mine' \
    "$(find kept -mindepth 1 | sort | tr '\n' ' ' | sed 's/ $//')"
run a.yaml --filter good --repeat 2 --output kept --keep >x
is '--keep: those that passed, each with its own' 'good good-2 the-pump-its-claimed' "$(inside kept)"
out=$(run a.yaml --output no/such/folder 2>&1)
is 'a folder that can not be made is 4' 'mockcloud: no/such/folder: No such file or directory 4' "$out $?"
rm -r kept
touch kept
out=$(run a.yaml --output kept 2>&1)
is 'nor one where a file is' 'mockcloud: kept: File exists 4' "$out $?"

# ---- skip ----

cat >skip.yaml <<'END_OF_FILE'
scenario: later
skip: "the # route is not there yet"
clients: {app: }
steps: [{start: app}]
---
scenario: good
steps: [{note: x}]
END_OF_FILE
is 'skip: not run, told, not failed' 'SKIP  later: the # route is not there yet
PASS  good (1 step, 0ms in TIME)
1 passed, 0 failed, 1 skipped in TIME 0' "$(run skip.yaml | timeless; echo -n "${PIPESTATUS[0]}" >code) $(cat code)"
is 'skip: in TAP' 'ok 1 - later # SKIP the \# route is not there yet' "$(run skip.yaml --report tap | sed -n 2p)"
has 'skip: in JUnit' '<skipped>the # route is not there yet</skipped>' "$(run skip.yaml --report junit)"
has 'skip: in jsonl' '"verdict":"skipped","line":1,' "$(run skip.yaml --report jsonl)"
is 'it is not played again' 1 "$(run skip.yaml --retry 3 --report jsonl | grep -c '"skipped",.*"tries":1')"
is 'it stops nothing' '1 passed, 0 failed, 1 skipped in TIME' "$(run skip.yaml --fail-fast | tail -n 1 | timeless)"

at_end
