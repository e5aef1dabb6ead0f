#!/bin/bash
# `mockcloud exec`: what it tells of a command that failed, reports, folders, the timer. (How signals and exit codes pass
# is in cli.sh.)
# tests/cli/exec.sh build/dev/mockcloud
# shellcheck disable=SC2016 # the command's shell is meant
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
cd "$tmp" || exit 1
run() { "$mockcloud" exec "$@"; }
lacks() { # TEXT PART WHOLE
    case $3 in
    *"$2"*) is "$1" 'no such part' "$3" ;;
    *) passed=$((passed + 1)) ;;
    esac
}
inside() { (cd "$1" && printf '%s ' *) | sed 's, $,,'; }

cat >world.yaml <<'END_OF_FILE'
products: [{id: 6287, slug: acme-pump, platform: e-series, clients: [{id: acme-app, secret: s1}]}]
customers: [{email: ada@example.com, product: acme-pump}, {email: bob@example.com, product: acme-pump}]
devices:
  - {as: pump, product: acme-pump, state: online}
  - {as: valve, product: acme-pump, state: online}
  - {as: tap, product: acme-pump, state: online}
  - {as: sink, product: acme-pump, state: online}
  - {as: drain, product: acme-pump, state: online}
  - {as: bath, product: acme-pump, state: online, owner: bob@example.com}
tokens:
  - {token: ada, customer: ada@example.com}
  - {token: bob, customer: bob@example.com}
END_OF_FILE
cat >lib <<'END_OF_FILE'
api() { path=$1; shift; curl -s -o /dev/null "$MOCKCLOUD_URL/v1/$path" "$@"; }
claim() { api devices -d "id=$1" -H "Authorization: Bearer $2"; }
END_OF_FILE
# failed SCRIPT: what is told of a command that does it and exits with 3.
failed() {
    printf '. ./lib\n%s\nexit 3\n' "$1" >script
    run --world world.yaml -- sh script 2>&1
    echo "code $?"
}

# ---- why, on standard error ----

out=$(failed 'claim "$MOCKCLOUD_DEVICE_BATH" ada')
has 'the exit code is the command'\''s' 'code 3' "$out"
has 'the command' 'FAIL  sh script
world.yaml:1: the command exited with 3' "$out"
has 'a device that was tried for' 'bath is not owned by ada@example.com: owned-by-someone-else' "$out"
is 'and no other' 1 "$(grep -c 'is not owned by' <<<"$out")"
has 'the request that was refused, with its rule' "was answered with 403 by the rule claim." "$out"
has 'what runs it again' 'again     mockcloud exec --world world.yaml --seed 1 -- sh script' "$out"
lacks 'the journal is for reports' 'its last entries' "$out"

out=$(failed 'claim "$MOCKCLOUD_DEVICE_PUMP" ada')
is 'what was got is not told' 'code 3' "$out"

out=$(failed 'api products/6287/device_claims -X POST -H "Authorization: Bearer ada"')
has 'a code that went nowhere: devices of its product' 'pump is not owned by ada@example.com: claim-code-not-on-device' "$out"
is 'three at most' 3 "$(grep -c 'is not owned by' <<<"$out")"
has 'the others are counted' '… and 2 more like these' "$out"
lacks 'none that has an owner' 'bath is' "$out"

out=$(failed 'api products/6287/device_claims -X POST -H "Authorization: Bearer ada"; claim "$MOCKCLOUD_DEVICE_BATH" ada')
has 'one that was named comes first' 'why       bath is' "$out"

out=$(failed 'api devices -H "Authorization: Bearer x"; api devices -H "Authorization: Bearer x"; api nothing')
is 'a request that was refused twice is told once' 1 "$(grep -c 's GET /v1/devices was refused' <<<"$out")"
has 'the newest first' "why       client:unknown's GET /v1/nothing was refused" "$out"
out=$(failed 'for i in 1 2 3 4 5; do api "nothing$i"; done')
is 'three refused ones at most' 3 "$(grep -c ' was refused$' <<<"$out")"
has 'the last ones' 'GET /v1/nothing5 was refused' "$out"

has 'nothing was sent' 'why       it sent the cloud nothing: does it read MOCKCLOUD_URL?' "$(failed :)"
    is 'a request that was answered: nothing to say' 'code 3' "$(failed 'api devices -H "Authorization: Bearer ada"')"
    out=$(failed 'curl -s -X DELETE -H "X-Mockcloud-Control: 1" "$MOCKCLOUD_CONTROL"')
    is 'the command has ended its world' 'code 3' "$(tail -n 1 <<<"$out")"
    is 'a command that passes: not a word' '' "$(run --world world.yaml -- sh -c '. ./lib; api nothing' 2>&1)"
    has 'one that a signal ended' 'ended by signal 9, or exited with 137' "$(run -- sh -c 'kill -9 $$' 2>&1)"

# ---- the timer ----

begun=$SECONDS
out=$(run --timeout 200ms -- sleep 60 2>&1)
is '--timeout: 5' 5 $?
has '--timeout: told' 'TIMEOUT  sleep 60' "$out"
has '--timeout: after how long' 'the command was ended after 200ms (--timeout)' "$out"
ok '--timeout: at once' test $((SECONDS - begun)) -lt 5
run --timeout 200ms -- sh -c "trap 'exit 0' TERM; sleep 60 & wait" 2>/dev/null
is '--timeout: it may end in order, and is 5 all the same' 5 $?
is '--timeout: in time' '0 ' "$(run --timeout 60s -- true 2>&1; echo $?) "

# ---- reports ----

run --report junit:j.xml --report jsonl:j.jsonl --report text:t --journal journal.jsonl --output kept --world world.yaml -- \
    sh -c '. ./lib; claim "$MOCKCLOUD_DEVICE_BATH" ada; exit 3' >out 2>err
is 'with reports: the code of the command' 3 $?
is 'standard output is the command'\''s' '' "$(cat out)"
has 'JUnit: the command is the case' 'tests="1" failures="1"' "$(cat j.xml)"
has 'JUnit: why' 'bath is not owned by ada@example.com' "$(cat j.xml)"
is 'jsonl: one and the end' 'scenario end' "$(sed -E 's/\{"type":"([a-z]+)".*/\1/' j.jsonl | tr '\n' ' ' | sed 's/ $//')"
has 'jsonl: the verdict' '"verdict":"failed","line":1,' "$(cat j.jsonl)"
has 'jsonl: the message' '"message":"the command exited with 3"' "$(cat j.jsonl)"
has 'text in a file: the journal, too' 'its last entries' "$(cat t)"
has 'text in a file: the counts' '0 passed, 1 failed in' "$(cat t)"
has '--journal' '"kind":"http.request"' "$(cat journal.jsonl)"
is '--output' 'journal.jsonl timeline.html verdict.json why.txt' "$(inside kept/*)"
run --report tap:t --output kept -- true
is 'a command that passed' 'ok 1 - true' "$(sed -n 2p t)"
run --report tap:t --check-requests --report jsonl:j -- sh -c 'curl -so /dev/null "$MOCKCLOUD_URL/v1/devices?odd=1"' 2>/dev/null
has 'findings are in reports, too' '"findings":"GET /v1/devices: unknown-parameter' "$(cat j)"
is 'a report without a file is 2' \
    "mockcloud exec: --report: standard output is the command's; give the report a file: --report junit:FILE 2" \
    "$(run --report tap -- true 2>&1 | head -n 1) $(run --report tap -- true 2>/dev/null; echo $?)"
out=$(run --report tap:no/such -- touch begun 2>&1)
is 'a report that can not be made is 4' 'mockcloud: no/such: No such file or directory 4' "$out $?"
is 'and nothing is run' no "$([ -e begun ] && echo yes || echo no)"
out=$(run --report tap:/dev/full -- true 2>&1)
is 'one that can not be written is 4' 4 $?
run --report tap:/dev/full -- sh -c 'exit 7' 2>/dev/null
is 'but the command'\''s own code wins' 7 $?
is 'GitHub Actions: no annotation by itself' '' "$(GITHUB_ACTIONS=true run -- sh -c 'exit 1' 2>/dev/null)"

# ---- --cli-profile ----

mkdir tmp
out=$(TMPDIR=$tmp/tmp run --cli-profile -- sh -c 'ls "$TMPDIR"; cat "$HOME/.particle/profile.json" "$HOME/.particle/mockcloud.config.json"; echo " $MOCKCLOUD_URL $PARTICLE_DISABLE_UPDATE"; mkdir -p "$HOME/a/b"; ln -s "$0" "$HOME/a/link"' "$PWD/world.yaml")
has 'a home of its own' 'mockcloud-home-' "$out"
url=$(sed -n 's/.* \(http[^ ]*\) true$/\1/p' <<<"$out")
has 'its profile is ours' "{\"name\":\"mockcloud\"}{\"apiUrl\":\"$url\"} $url true" "$(tail -n 1 <<<"$out" | sed 's/}{"name/}/; s/^\(.*\)$/\1/')"
is 'it goes with all that is in it' '' "$(ls tmp)"
ok 'but nothing that it leads to' test -s world.yaml
has 'without it HOME is as it was' "$HOME" "$(run -- sh -c 'echo "$HOME"')"
cat >homes.yaml <<'END_OF_FILE'
scenario: homes
clients:
  one: {run: [sh, -c, 'cat "$HOME"/.particle/*.json; echo " $MOCKCLOUD_URL $HOME"']}
  two: {run: [sh, -c, 'cat "$HOME"/.particle/*.json; echo " $MOCKCLOUD_URL $HOME"']}
steps:
  - start: one
  - wait: {client: one, exits: 0, within: 10s real}
  - start: two
  - wait: {client: two, exits: 0, within: 10s real}
  - expect: {client: one, output: {$matches: '"apiUrl":"(http://127.0.0.1:[0-9]+)".* \1 .*/one'}}
  - expect: {client: two, output: {$matches: '"apiUrl":"(http://127.0.0.1:[0-9]+)".* \1 .*/two'}}
END_OF_FILE
out=$(TMPDIR=$tmp/tmp "$mockcloud" run --cli-profile homes.yaml)
is 'run: a home for each client, with its own URL' 0 $?
has 'run: all of it' '1 passed, 0 failed' "$out"
is 'run: they go' '' "$(ls tmp)"
out=$(TMPDIR=$tmp/tmp "$mockcloud" run --cli-profile --tape tape homes.yaml)
is 'run: the same while it is recorded' 0 $?
out=$(TMPDIR=$tmp/no-such run --cli-profile -- true 2>&1)
is 'where none can be made: 4' 4 $?

# ---- a signal ----

mkfifo ready
env --default-signal=INT "$mockcloud" exec --report jsonl:j -- sh -c 'echo $$; exec sleep 60' >ready 2>err &
server=$!
read -r _ <ready
kill -TERM "$server"
wait "$server"
is 'interrupted: 128 and the signal' 143 $?
server=0
is 'interrupted: nothing to explain' '' "$(cat err)"
has 'interrupted: in the report' '"verdict":"interrupted"' "$(cat j)"

at_end
