#!/bin/bash
# Clients that are hard on whoever runs them: they flood, they detach, they ignore signals; and a run that is interrupted
# meanwhile. Nothing is left behind, memory is bounded, the exit code is right. (exec: cli.sh)
# tests/cli/hard.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

mockcloud=$(realpath "$mockcloud")
cd "$tmp" || exit 1

# A client that detaches, ignores what it can, and says who it is.
cat >stubborn.yaml <<'END_OF_FILE'
scenario: a client that does not want to end
clients:
  app: {run: [sh, -c, 'trap "" INT TERM HUP; setsid sh -c "trap \"\" INT TERM HUP; echo \$\$ >>pids; sleep 100" & echo $$ >>pids; sleep 100; sleep 100']}
steps:
  - start: app
  - wait: {client: app, exits: 0, within: 100s real}
END_OF_FILE

gone() { # FILE: within 5 s none of these processes is there
    local left=100
    while [ "$left" -gt 0 ]; do
        ok=yes
        while read -r pid; do [ ! -d "/proc/$pid" ] || ok=no; done <"$1"
        [ $ok = yes ] && return 0
        left=$((left - 1))
        sleep 0.05
    done
    return 1
}

# In a process group of its own: a shell lets what it starts in the background ignore SIGINT.
for signal in INT TERM HUP; do
    rm -f pids
    : >pids
    setsid env --default-signal="$signal" "$mockcloud" run stubborn.yaml >out 2>&1 &
    runner=$!
    while [ "$(wc -l <pids)" -lt 2 ]; do sleep 0.02; done
    kill -"$signal" "$runner"
    wait "$runner"
    code=$?
    is "run under SIG$signal: the code" $((128 + $(kill -l "$signal"))) $code
    is "run under SIG$signal: two were there" 2 "$(wc -l <pids)"
    ok "run under SIG$signal: they are gone" gone pids
done

# 1 GB of output: the first MiB is kept, the rest is read and dropped. The limit is of address space.
cat >flood.yaml <<'END_OF_FILE'
scenario: a client that floods
clients:
  app: {run: [sh, -c, 'yes | head -c 1000000000']}
steps:
  - start: app
  - wait: {client: app, exits: 0, within: 60s real}
END_OF_FILE
if ! ldd "$mockcloud" | grep -q libasan; then # a sanitizer takes far more than that for itself
    (ulimit -v 600000 && exec "$mockcloud" run flood.yaml --output kept --keep >out 2>&1)
    is 'run: 1 GB of output is no matter' 0 $?
    size=$(find kept -name 'client-app*' -printf '%s\n')
    ok "and what is kept of it is bounded: $size" test "$size" -lt 1200000
    (ulimit -v 600000 && exec "$mockcloud" exec -- sh -c 'yes | head -c 1000000000' >/dev/null 2>&1)
    is 'exec: nor there' 0 $?
fi

# A client that kills the process which plays its scenario: the folder has what that had told by then.
cat >crash.yaml <<'END_OF_FILE'
scenario: a worker that is killed
world: {devices: [{as: lamp, platform: photon, state: off}]}
clients:
  app: {run: [sh, -c, 'kill -9 $(awk "/^PPid/ { print \$2 }" /proc/$PPID/status)']}
steps:
  - device: lamp
    do: power-on
  - start: app
  - wait: {client: app, exits: 0, within: 20s real}
END_OF_FILE
"$mockcloud" run crash.yaml --output crashed >out 2>&1
is 'a crash is an error' 4 $?
has 'it is told' 'was ended by signal 9' "$(cat out)"
has 'with the journal' '"kind":"device.told"' "$(cat crashed/*/journal.jsonl)"

at_end
