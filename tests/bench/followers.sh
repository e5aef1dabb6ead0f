#!/bin/bash
# What followers of the journal cost: processor time of the server per request, with none, one and ten of them, in turns, and beside
# it what the kernel alone takes for sending the same bytes to as many sockets (send.c). Run by hand, or by bench.sh, which builds
# the program.
#
#   tests/bench/followers.sh [ROUNDS [REQUESTS]]     5 rounds of 30000 requests for each
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=${1:-5}
requests=${2:-30000}
out=build/bench
device=e00fce68000000000000000a
mkdir -p "$out"
gcc -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra tests/bench/send.c -o "$out/send"

pids=()
stop() {
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || :
    wait
}
trap stop EXIT

pipe=$out/ready
rm -f "$pipe"
mkfifo "$pipe"
build/release/mockcloud serve --listen 127.0.0.1:0 --world tests/bench/world.yaml --quiet --ready-fd 3 3>"$pipe" &
server=$!
pids+=("$server")
read -r url <"$pipe"

# utime and stime in ticks are too coarse for short loads; the scheduler counts nanoseconds.
spent() { awk '{ print $1 }' "/proc/$server/schedstat"; }

# load NAME: one round; adds the processor time per request in ns to NAME's list.
load() {
    local before
    before=$(spent)
    wrk -t1 -c16 -d"$((requests / 15000))"s -H 'Authorization: Bearer ada-token' "$url/v1/devices/$device" >"$out/wrk.txt"
    awk -v spent=$(($(spent) - before)) '/ requests in / { printf "%d\n", spent / $1 }' "$out/wrk.txt" >>"$out/followers-$1.txt"
}

follow() {
    local next
    next=$(curl --silent "$url/__mock/worlds/default/journal?since=999999999" | grep -o '"next":[0-9]*')
    for ((f = 0; f < $1; f++)); do
        curl --silent --no-buffer "$url/__mock/worlds/default/journal?follow=true&since=$((${next#*:} - 1))" >/dev/null &
        followers+=($!)
    done
}
leave() {
    [ ${#followers[@]} = 0 ] || kill "${followers[@]}"
    followers=()
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# The bytes that a request adds to the journal, and what it takes to send them to COUNT sockets, in ns.
bytes() {
    local next
    next=$(curl --silent "$url/__mock/worlds/default/journal?since=999999999" | grep -o '"next":[0-9]*')
    curl --silent --oauth2-bearer ada-token "$url/v1/devices/$device" >/dev/null
    curl --silent "$url/__mock/worlds/default/journal?since=$((${next#*:} - 1))" | wc -c
}
bare() {
    local sent=$((per_request * 100000))
    [ "$1" != 0 ] || { echo 0; return; }
    awk -v bytes="$per_request" -v sent="$sent" '{ print $1 * bytes / sent }' <<<"$("$out/send" "$1" "$sent")"
}

rm -f "$out"/followers-*.txt
followers=()
load warm
for ((i = 1; i <= rounds; i++)); do
    for count in 0 1 10; do
        follow "$count"
        load "$count"
        leave
    done
done
none=$(median "$out/followers-0.txt")
per_request=$(bytes)
for count in 0 1 10; do
    awk -v count="$count" -v ns="$(median "$out/followers-$count.txt")" -v none="$none" -v bare="$(bare "$count")" \
        'BEGIN { printf "  %2d followers: %5.1f us of processor time per request, %+.0f %%; the bare send of the same bytes: %.1f us\n", count, ns / 1e3, (ns / none - 1) * 100, bare / 1e3 }'
done
printf '  (one may add 5 %%, ten 40 %%; a request is %d bytes in the journal)\n' "$per_request"
