#!/bin/bash
# `mockcloud merge`: exit codes, and reports that are none, or not whole. What the joined reports say: tests/reports.
# tests/cli/merge.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
cd "$tmp" || exit 1
merge() { "$mockcloud" merge "$@"; }

cat >good.yaml <<'END_OF_FILE'
scenario: good
steps: [{note: x}]
END_OF_FILE
sed s/good/other/ good.yaml >other.yaml
cat >bad.yaml <<'END_OF_FILE'
scenario: bad
world: {devices: [{as: pump, state: off}]}
steps:
  - expect: {device: pump, state: online}
END_OF_FILE
cat >slow.yaml <<'END_OF_FILE'
scenario: slow
clients: {app: {run: [sleep, '60']}}
steps:
  - start: app
  - wait: {client: app, exits: 0, within: 60s real}
END_OF_FILE
for name in good other bad slow; do
    "$mockcloud" run "$name.yaml" --timeout 500ms --report "jsonl:$name" --report "junit:$name.xml" >/dev/null 2>&1
done

out=$(merge good other)
is 'all passed: 0' 0 $?
has 'all passed: told' '2 passed, 0 failed in' "$out"
out=$(merge good bad other)
is 'one failed: 1' 1 $?
has 'in the order of the files' 'PASS  good' "$(head -n 1 <<<"$out")"
has 'with all that explains it' 'pump is offline: no-power' "$out"
has 'names at the end' 'Failed:
  bad.yaml:4 bad
2 passed, 1 failed' "$out"
merge good slow bad >out
is 'one took too long: 5' 5 $?
merge good.xml other.xml >out
is 'junit: 0' 0 $?
is 'junit: on standard output' 2 "$(grep -c '<testcase' out)"
merge good.xml bad.xml >out
is 'junit: 1' 1 $?
merge bad.xml slow.xml >out
is 'junit: 5' 5 $?
is 'quiet' '' "$(merge good.xml --quiet --report junit:x)"

# ---- what is no report, or not a whole one ----

head -n 1 good >cut.jsonl
out=$(merge cut.jsonl other 2>&1)
is 'a report without its end: 4' 4 $?
has 'it is told' 'mockcloud: cut.jsonl: it has no last line: its shard was cut off' "$out"
has 'the others are told, too' '2 passed, 0 failed' "$out"
head -c 100 good >half
merge half >out 2>err
is 'one that ends in a line: 4' 4 $?
: >empty
merge empty >out 2>err
is 'an empty one: 4' 4 $?
head -n 3 good.xml >half.xml
out=$(merge half.xml 2>&1)
is 'half a junit: 3' 'mockcloud: half.xml: it is no whole report junit of mockcloud 3' "$out $?"
printf 'x\n' >text
out=$(merge text 2>&1 >/dev/null)
is 'a text: 3' 'mockcloud: text:1: it is no line of a report jsonl 3' "$out $?"
printf '{"type":"scenario"}\n' >text
merge text >out 2>err
is 'a line without what it needs: 3' 3 $?
out=$(merge good other.xml 2>&1 >/dev/null)
is 'two forms: 3' 'mockcloud: other.xml: it has another form than the first one 3' "$out $?"
out=$(merge no-such 2>&1)
is 'a file that is not there: 2' 'mockcloud: no-such: No such file or directory 2' "$out $?"
out=$(merge . 2>&1)
is 'a folder: 2' 'mockcloud: .: Is a directory 2' "$out $?"
merge 2>/dev/null
is 'none: 2' 2 $?
out=$(merge good.xml --report tap 2>&1)
is 'junit can become nothing else: 2' 2 $?
has 'and is told' 'of reports junit only one junit can be made: --report junit:FILE' "$out"
out=$(merge good --report har:x 2>&1)
is 'nor jsonl a har: 2' 2 $?
merge good --report junit:/dev/full >out 2>err
is 'one that can not be written: 4' 4 $?
at_end
