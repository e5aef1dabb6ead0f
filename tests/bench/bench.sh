#!/bin/bash
# How fast the server is, on this machine, beside the least that its HTTP library can do. Run by hand:
#
#   tests/bench/bench.sh [ROUNDS [SECONDS]]     5 rounds of 3 seconds for each of the two
#
# Rounds of the two alternate, so that both meet the same machine; the medians are compared. The journal is on: it
# always is. Then: the time from the start of `serve` to its first answer.
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
for program in bare first; do
    gcc -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra "tests/bench/$program.c" -lmicrohttpd -o "$out/$program"
done

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

rate() { # URL: requests per second; fails when a reply was not a 200 or did not come
    wrk -t1 -c64 "-d${seconds}s" -H 'Authorization: Bearer ada-token' "$1" >"$out/wrk.txt"
    if grep -E 'Non-2xx|Socket errors' "$out/wrk.txt" >&2; then return 1; fi
    awk '/^Requests\/sec:/ { printf "%d\n", $2 }' "$out/wrk.txt"
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

: >"$out/bare.txt"
: >"$out/ours.txt"
for ((i = 1; i <= rounds; i++)); do
    rate "$bare" >>"$out/bare.txt"
    rate "$ours" >>"$out/ours.txt"
    printf '  round %d: bare %7d/s   mockcloud %7d/s\n' "$i" \
        "$(tail -n 1 "$out/bare.txt")" "$(tail -n 1 "$out/ours.txt")"
done
awk -v bare="$(median "$out/bare.txt")" -v ours="$(median "$out/ours.txt")" \
    'BEGIN { printf "  median:  bare %7d/s   mockcloud %7d/s   ratio %.2f (at least 0.60 is wanted)\n", bare, ours, ours / bare }'

"$out/first" 21 "${serve[@]}" --ready-fd 3 >"$out/first.txt"
awk -v us="$(median "$out/first.txt")" -v max="$(sort -n "$out/first.txt" | tail -n 1)" \
    'BEGIN { printf "start to first answer, of 21: median %.1f ms, longest %.1f ms (under 20 ms is wanted)\n", us / 1000, max / 1000 }'
