#!/bin/bash
# How fast the server is, on this machine, beside the least that its HTTP library can do. Run by hand:
#
#   tests/bench/bench.sh [ROUNDS [SECONDS]]     5 rounds of 3 seconds for each of the two
#
# Rounds of the two alternate, so that both meet the same machine; the ratio is the median of the rounds' own ratios. The
# journal is on: it always is. Then what followers of the journal cost (followers.sh), how costs grow with a world (growth.sh),
# what a start costs (start.sh), and a scenario (scenarios.sh).
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=${1:-5}
seconds=${2:-3}
out=build/bench
device=e00fce68000000000000000a

scripts/deps bench
mkdir -p "$out"
cmake --preset release >"$out/build.log"
cmake --build --preset release >>"$out/build.log"
gcc -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra tests/bench/bare.c -lmicrohttpd -o "$out/bare"

pids=()
stop() {
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || :
    wait
}
trap stop EXIT

serve=(build/release/mockcloud serve --listen 127.0.0.1:0 --world tests/bench/world.yaml --quiet)

# Each server says where it is with a line in a pipe: reading it waits for the server.
pipe=$out/ready
rm -f "$pipe"
mkfifo "$pipe"
"$out/bare" >"$pipe" &
pids+=($!)
read -r port <"$pipe"
bare=http://127.0.0.1:$port/v1/devices/$device
"${serve[@]}" --ready-fd 3 3>"$pipe" &
pids+=($!)
read -r url <"$pipe"
ours=$url/v1/devices/$device

curl --silent --fail --oauth2-bearer ada-token "$ours" >"$out/reply.json"
printf 'GET /v1/devices/ID with a token: %d bytes; wrk -t1 -c64, %d rounds of %d s each\n' \
    "$(wc -c <"$out/reply.json")" "$rounds" "$seconds"

ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; } # PID: processor time so far

# load NAME PID URL: one round; adds requests per second, and processor time per request in ns, to the lists of NAME. Fails when
# a reply was not a 200 or did not come.
load() {
    local before
    before=$(ticks "$2")
    wrk -t1 -c64 "-d${seconds}s" -H 'Authorization: Bearer ada-token' "$3" >"$out/wrk.txt"
    if grep -E 'Non-2xx|Socket errors' "$out/wrk.txt" >&2; then return 1; fi
    awk '/^Requests\/sec:/ { printf "%d\n", $2 }' "$out/wrk.txt" >>"$out/$1.txt"
    awk -v ticks=$(($(ticks "$2") - before)) -v hz="$(getconf CLK_TCK)" \
        '/ requests in / { printf "%d\n", ticks / hz * 1e9 / $1 }' "$out/wrk.txt" >>"$out/$1-cpu.txt"
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

rm -f "$out"/{bare,ours}{,-cpu}.txt
for ((i = 1; i <= rounds; i++)); do
    load bare "${pids[0]}" "$bare"
    load ours "${pids[1]}" "$ours"
    printf '  round %d: bare %7d/s   mockcloud %7d/s\n' "$i" \
        "$(tail -n 1 "$out/bare.txt")" "$(tail -n 1 "$out/ours.txt")"
done
ratio() { paste "$out/$1.txt" "$out/$2.txt" | awk '{ print $1 / $2 }' >"$out/ratios.txt" && median "$out/ratios.txt"; }
printf '  median:  bare %7d/s   mockcloud %7d/s   ratio %.2f (at least 0.60 is wanted)\n' \
    "$(median "$out/bare.txt")" "$(median "$out/ours.txt")" "$(ratio ours bare)"
printf '  processor time per request: bare %.1f us   mockcloud %.1f us   ratio %.2f (the same, less disturbed by others)\n' \
    "$(median "$out/bare-cpu.txt")e-3" "$(median "$out/ours-cpu.txt")e-3" "$(ratio bare-cpu ours-cpu)"

printf "What followers of the journal cost:\n"
tests/bench/followers.sh
tests/bench/growth.sh
tests/bench/start.sh
tests/bench/scenarios.sh
