#!/bin/bash
# `mockcloud run` with many scenarios: which are chosen, in which shares, how often, how it ends.
# tests/cli/many.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
unset CI_NODE_INDEX CI_NODE_TOTAL CIRCLE_NODE_INDEX CIRCLE_NODE_TOTAL BUILDKITE_PARALLEL_JOB BUILDKITE_PARALLEL_JOB_COUNT \
    JOB_COMPLETION_INDEX

cd "$tmp" || exit 1
run() { "$mockcloud" run "$@"; }
names() { run --list "$@" | cut -d' ' -f2- | tr '\n' ' '; }
end() { tail -n 1 | sed -E 's/ in [0-9.]+ m?s//'; } # without the time

cat >a.yaml <<'END'
scenario: Alpha
tags: [claiming, fast]
steps: [{note: x}]
---
scenario: beta
tags: [claiming, slow]
steps: [{note: x}]
END
cat >b.yaml <<'END'
scenario: gamma
tags: [slow]
steps: [{note: x}]
---
scenario: delta
steps: [{note: x}]
END

# ---- which ----

is '--list names place and scenario' 'a.yaml:1 Alpha
a.yaml:5 beta
b.yaml:1 gamma
b.yaml:5 delta' "$(run --list a.yaml b.yaml)"
is 'and runs nothing' 0 "$(run --list a.yaml | grep -c PASS)"
is '--tag' 'Alpha beta ' "$(names --tag claiming a.yaml b.yaml)"
is '--tag twice: one of them' 'Alpha beta gamma ' "$(names --tag fast --tag slow a.yaml b.yaml)"
is '--not-tag' 'Alpha delta ' "$(names --not-tag slow a.yaml b.yaml)"
is '--tag and --not-tag' 'Alpha ' "$(names --tag claiming --not-tag slow a.yaml b.yaml)"
is '--filter looks at names, whatever the case' 'Alpha delta ' "$(names --filter alpha --filter DEL a.yaml b.yaml)"
is 'what was chosen is run' '2 passed, 0 failed' "$(run --tag claiming a.yaml b.yaml | end)"
is 'a tag that there is not is 2' 'mockcloud: --tag: no scenario has the tag "claming"; did you mean "claiming"? 2' \
    "$(run --tag claming a.yaml 2>&1) $?"
is 'nothing left is 2' 'mockcloud: no scenario is left by --tag, --not-tag and --filter 2' "$(run --filter omega a.yaml 2>&1) $?"

# ---- shares ----

all=$(for i in 1 2 3; do run --list --shard $i/3 a.yaml b.yaml; done | sort)
is 'all shards together have each scenario once' "$(run --list a.yaml b.yaml | sort)" "$all"
is 'without times they are dealt in turn' 'Alpha gamma ' "$(names --shard 1/2 a.yaml b.yaml)"
is 'an empty shard is 0' $'0 passed, 0 failed\n0' "$(run --shard 5/9 a.yaml b.yaml | end; echo "${PIPESTATUS[0]}")"
cat >times.jsonl <<'END'
{"file":"a.yaml","scenario":"Alpha","ms":90}
{"file":"a.yaml","scenario":"beta","ms":30}
{"file":"b.yaml","scenario":"gamma","ms":30}
{"file":"b.yaml","scenario":"delta","ms":30}
END
is 'times balance them: the long one' 'Alpha ' "$(names --shard 1/2 --timings times.jsonl a.yaml b.yaml)"
is 'times balance them: the short ones' 'beta gamma delta ' "$(names --shard 2/2 --timings times.jsonl a.yaml b.yaml)"
is '--list writes no times' 1 "$(grep -c '"Alpha","ms":90' times.jsonl)"
run --quiet --timings times.jsonl a.yaml
is 'a run writes the times of what it ran' 0 "$(grep -c '"Alpha","ms":90' times.jsonl)"
is 'and keeps the others' 1 "$(grep -c '"delta","ms":30' times.jsonl)"
run --quiet --timings new b.yaml
is 'a new file' 2 "$(grep -c '^{"file":"b.yaml","scenario":"[a-z]*","ms":[0-9.]*}$' new)"
echo '{"file":"a.yaml"}' >bad
is 'a file of something else is 2' \
    'mockcloud: --timings: bad:1: expected {"file":…,"scenario":…,"ms":…}, as --timings writes it 2' "$(run --timings bad a.yaml 2>&1) $?"
run --quiet --timings no/such/file a.yaml 2>/dev/null
is 'times that cannot be written are 4' 4 $?
is '--shard auto: GitLab' 'beta delta ' "$(CI_NODE_INDEX=2 CI_NODE_TOTAL=2 names --shard auto a.yaml b.yaml)"
is '--shard auto: CircleCI' 'beta delta ' "$(CIRCLE_NODE_INDEX=1 CIRCLE_NODE_TOTAL=2 names --shard auto a.yaml b.yaml)"
is '--shard auto: Buildkite' 'beta delta ' \
    "$(BUILDKITE_PARALLEL_JOB=1 BUILDKITE_PARALLEL_JOB_COUNT=2 names --shard auto a.yaml b.yaml)"
is '--shard auto: Kubernetes' 'beta delta ' "$(JOB_COMPLETION_INDEX=1 MOCKCLOUD_SHARDS=2 names --shard auto a.yaml b.yaml)"
err=$(JOB_COMPLETION_INDEX=1 names --shard auto a.yaml 2>&1)
has '--shard auto: half a place' 'Kubernetes tells JOB_COMPLETION_INDEX=1 and MOCKCLOUD_SHARDS=(unset), which is no place' "$err"
has '--shard auto: no place' 'auto: found no place in the environment' "$(run --shard auto a.yaml 2>&1)"
for wrong in 0/2 3/2 1 1/ /2 1/2/3 x/2 ''; do
    run --shard "$wrong" a.yaml >/dev/null 2>&1
    is "--shard $wrong is 2" 2 $?
done

# ---- how often ----

is '--repeat' '6 passed, 0 failed' "$(run --repeat 3 a.yaml | end)"
cat >seeds.yaml <<'END'
scenario: a code
world:
  products: [{id: 1, slug: p, platform: boron, clients: [{id: app-1, secret: not-a-secret}]}]
  customers: [{email: ada@example.com, product: p}]
steps:
  - request: POST /v1/products/p/device_claims
    token: ada@example.com
    reply: {json: {claim_code: CODE}}
END
codes() { run "$@" seeds.yaml | grep -o 'found.*\|actual.*' | sort -u | grep -c .; }
is '--repeat: the same seed, the same code' 1 "$(codes --repeat 3)"
is '--vary-seed: another code each time' 3 "$(codes --repeat 3 --vary-seed)"
has '--vary-seed counts from --seed' '--seed 42' "$(run --repeat 3 --vary-seed --seed 40 seeds.yaml)"

cat >flaky.yaml <<'END'
scenario: at the second try
clients: {app: {run: [sh, -c, 'test -e tried || { touch tried; exit 1; }']}}
steps:
  - start: app
  - wait: {client: app, exits: 0, within: 20s real}
END
out=$(run flaky.yaml)
is 'without --retry it fails' '0 passed, 1 failed 1' "$(end <<<"$out") $(rm tried; run flaky.yaml >/dev/null; echo $?)"
rm tried
out=$(run --retry 2 flaky.yaml)
is '--retry: it passes then' 0 $?
has '--retry: it is told as flaky' 'FLAKY at the second try: passed on try 2; before: flaky.yaml:5: ' "$out"
is '--retry: and counted' '1 passed (1 flaky), 0 failed' "$(end <<<"$out")"
is '--retry: one that never passes' '0 passed, 1 failed
1' "$(run --retry 2 seeds.yaml >out; code=$?; end <out; echo $code)"

# ---- how it ends ----

is '--fail-fast' '0 passed, 1 failed, the others were not run' "$(run --fail-fast seeds.yaml a.yaml | end)"
is 'without it' '2 passed, 1 failed' "$(run seeds.yaml a.yaml | end)"
cat >long.yaml <<'END'
scenario: long
clients: {app: {run: [sh, -c, 'echo $$ >pid; exec sleep 60']}}
steps:
  - start: app
  - wait: {client: app, exits: 0, within: 50s real}
END
out=$(run --timeout-all 300ms long.yaml a.yaml)
is '--timeout-all is 5' 5 $?
has '--timeout-all says so' 'not done when the 300ms for all were over (--timeout-all)' "$out"
is '--timeout-all: the others were not run' '0 passed, 1 failed, the others were not run' "$(end <<<"$out")"
out=$(run --timeout 300ms --jobs 2 long.yaml a.yaml)
is '--timeout is 5' 5 $?
is '--timeout: the others are run' '2 passed, 1 failed' "$(end <<<"$out")"
# begin: a run with a client, which has begun when its number is in $client.
begin() {
    rm -f pid
    "$mockcloud" run --quiet --jobs 2 long.yaml a.yaml >out 2>&1 &
    pid=$!
    until [ -s pid ]; do read -rt 0.01 <><(:) || :; done
    client=$(cat pid)
}
# gone: within five seconds
gone() {
    for ((i = 0; i < 500; i++)); do
        [ -d "/proc/$client" ] || break
        read -rt 0.01 <><(:) || :
    done
    [ -d "/proc/$client" ] && echo "still there" || echo gone
}
begin
kill -TERM "$pid"
wait "$pid"
is 'SIGTERM is 143' 143 $?
has 'and says so' 'interrupted by signal 15 (Terminated)' "$(cat out)"
is 'and the client is gone' gone "$(gone)"
begin
kill -KILL "$pid"
wait "$pid" 2>/dev/null
is 'SIGKILL: the client is gone, too' gone "$(gone)"

cat >pipe.yaml <<'END'
scenario: a client has its SIGPIPE
clients: {app: {run: [sh, -c, '(yes; echo $? >&2) | head -n 1']}}
steps:
  - start: app
  - wait: {client: app, exits: 0, within: 20s real}
  - expect: {client: app, output: {$matches: "141"}}
END
is 'a client has its SIGPIPE' '1 passed, 0 failed' "$(run pipe.yaml | end)"

# ---- --watch ----

# until_has PART FILE: within ten seconds
until_has() {
    for ((i = 0; i < 1000; i++)); do
        grep -q -- "$1" "$2" && return
        read -rt 0.01 <><(:) || :
    done
    return 1
}
printf 'scenario: one\nsteps: [{note: x}]\n' >watched.yaml
"$mockcloud" run --watch --journal watched.jsonl watched.yaml >out 2>&1 &
pid=$!
until_has 'waiting for a change' out
is '--watch: a first round' '1 passed, 0 failed' "$(grep passed out | end)"
echo x >unrelated.txt
printf 'scenario: two\nsteps: [{expect: {}}]\n' >watched.yaml
until_has 'watched.yaml:2' out
ok '--watch: a mistake ends nothing' kill -0 "$pid"
printf 'scenario: two\nsteps: [{note: x}]\n' >new.yaml
mv new.yaml watched.yaml
until_has 'PASS  two' out
is '--watch: what has changed is run' 1 "$(grep -c 'PASS  two' out)"
sed "s/^scenario: .*/scenario: three/" long.yaml >watched.yaml
rm -f pid
until [ -s pid ]; do read -rt 0.01 <><(:) || :; done
client=$(cat pid)
printf 'scenario: four\nsteps: [{note: x}]\n' >watched.yaml
until_has 'PASS  four' out
is '--watch: one that still runs is ended' 'gone 1' "$(gone) $(grep -c 'interrupted by signal 15' out)"
kill -TERM "$pid"
wait "$pid"
is '--watch ends by a signal' 143 $?
mkdir -p elsewhere
echo 'seed: 7' >elsewhere/shop.yaml
printf 'scenario: five\nworld: {from: elsewhere/shop.yaml}\nsteps: [{note: x}]\n' >from.yaml
"$mockcloud" run --watch from.yaml >out 2>&1 &
pid=$!
until_has 'waiting for a change' out
echo 'sead: 7' >elsewhere/shop.yaml
ok '--watch: a change of the world file that a scenario is from' until_has 'elsewhere/shop.yaml:1' out
kill -TERM "$pid"
wait "$pid"

# ---- on a terminal ----

if type -P script >/dev/null; then
    out=$(script -qec "'$mockcloud' run --repeat 400 a.yaml >/dev/null" /dev/null </dev/null)
    has 'progress on a terminal' ' of 800, 0 failed: ' "$out"
    out=$(script -qec "'$mockcloud' run --quiet --repeat 400 a.yaml >/dev/null" /dev/null </dev/null)
    is 'none with --quiet' '' "$out"
fi
is 'none without one' '' "$(run --repeat 400 a.yaml 2>&1 >/dev/null)"

at_end
