#!/bin/bash
# What a tape costs: processor time per device GET of a server without one, with --tape, and with --state; and how fast the tape
# is run again. Run by hand, after `cmake --build --preset release`:
#
#   tests/bench/tape.sh [ROUNDS [SECONDS]]     7 rounds of 2 seconds for each
#
# Rounds alternate, and of each the smallest processor time counts: what other programs of the machine do only adds to it.
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=${1:-7}
seconds=${2:-2}
device=e00fce68000000000000000a
out=$(mktemp -d)
pids=()
stop() {
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || :
    wait
    rm -rf "$out"
}
trap stop EXIT

declare -A pid_of url_of

# Processor time so far, in ns; /proc/PID/stat counts in ticks of 10 ms.
spent() { cut -d' ' -f1 "/proc/${pid_of[$1]}/schedstat"; }

# begin NAME OPTION...: a server.
begin() {
    local url
    mkfifo "$out/ready"
    build/release/mockcloud serve --listen 127.0.0.1:0 --world tests/bench/world.yaml --quiet "${@:2}" --ready-fd 3 3>"$out/ready" &
    pids+=($!)
    read -r url <"$out/ready"
    rm "$out/ready"
    pid_of[$1]=$!
    url_of[$1]=$url
}

# load NAME CONNECTIONS: a round; adds processor time per request, in ns, to the list of NAME.
load() {
    local before
    before=$(spent "$1")
    wrk -t1 "-c$2" "-d${seconds}s" -H 'Authorization: Bearer ada-token' "${url_of[$1]}/v1/devices/$device" >"$out/wrk.txt"
    if grep -E 'Non-2xx|Socket errors' "$out/wrk.txt" >&2; then return 1; fi
    awk -v spent=$(($(spent "$1") - before)) '/ requests in / { printf "%d\n", spent / $1 }' "$out/wrk.txt" >>"$out/$1-$2.txt"
}

begin plain
begin tape --tape "$out/tape" --tape-max 4000000000
begin state --state "$out/state"
for connections in 1 64; do
    for _ in $(seq "$rounds"); do
        for name in plain tape state; do load $name $connections; done
    done
    plain=$(sort -n "$out/plain-$connections.txt" | head -n 1)
    for name in plain tape state; do
        least=$(sort -n "$out/$name-$connections.txt" | head -n 1)
        awk -v name=$name -v c=$connections -v least="$least" -v plain="$plain" \
            'BEGIN { printf "%-6s %2d connections: %6.2f µs of processor time for a request, %+5.1f %%\n", name, c, least / 1000, (least / plain - 1) * 100 }'
    done
done

# The same requests, one behind the other over one connection, and run again.
begin few --tape "$out/few" --tape-max 4000000000
began=$(date +%s%N)
curl -s -H 'Authorization: Bearer ada-token' "${url_of[few]}/v1/devices/$device?n=[1-20000]" >/dev/null
over_http=$(($(date +%s%N) - began))
kill "${pid_of[few]}"
wait "${pid_of[few]}"
began=$(date +%s%N)
build/release/mockcloud replay "$out/few" >"$out/said"
again=$(($(date +%s%N) - began))
cat "$out/said"
awk -v http=$over_http -v again=$again 'BEGIN { printf "20,000 requests: %.2f s over HTTP, %.2f s again: %.1f times as fast\n", http / 1e9, again / 1e9, http / again }'
