#!/bin/bash
# `mockcloud run --report`: which reports there are, where they go, what happens when they can't. Whether their readers
# take them is a matter of tests/reports.
# tests/cli/reports.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
cd "$tmp" || exit 1
run() { "$mockcloud" run "$@"; }
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
is 'one on standard output takes it from text' 'TAP version 13' "$(run a.yaml --report tap | head -n 1)"
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
    'mockcloud run: --report: expected text, tap, junit, jsonl, github or markdown, with :FILE for a file of its own, found "junti:x"; did you mean junit?' \
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

at_end
