#!/bin/bash
# What a start costs, on this machine, beside the least that it can: run by hand, or by bench.sh.
#
#   tests/bench/start.sh [ROUNDS]     41 rounds
#
# Programs take turns, so that all meet the same machine, and the least of all rounds counts: what others do at the same
# time only ever adds to it.
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=${1:-41}
out=build/bench

scripts/deps bench
mkdir -p "$out"
cmake --preset release >"$out/build.log"
cmake --build --preset release >>"$out/build.log"
for program in bare first whole; do
    gcc -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra "tests/bench/$program.c" -lmicrohttpd -o "$out/$program"
done
gcc -std=c17 -O2 tests/bench/empty.c -Wl,--no-as-needed -lmicrohttpd -lcjson -lyaml -lpcre2-8 -luuid -lnettle -o "$out/empty"

least() { awk -v column="$2" 'NR == 1 || $column < least { least = $column } END { print least }' "$1"; } # FILE COLUMN

# compare TEXT FILE COLUMN COLUMN WANTED: ours stands in the first column.
compare() {
    awk -v text="$1" -v ours="$(least "$2" "$3")" -v other="$(least "$2" "$4")" -v wanted="$5" \
        'BEGIN { printf "%-52s %6.1f ms, beside %5.1f ms: %.2f times (at most %s is wanted)\n", text, ours / 1000, other / 1000, ours / other, wanted }'
}

"$out/whole" "$rounds" build/release/mockcloud --version -- "$out/empty" >"$out/whole.txt"
compare '--version, beside an empty program, processor time' "$out/whole.txt" 1 2 1.5

"$out/first" "$rounds" build/release/mockcloud serve --listen 127.0.0.1:0 --world tests/bench/world.yaml --quiet --ready-fd 3 \
    -- "$out/bare" >"$out/first.txt"
compare 'serve to its first answer, processor time' "$out/first.txt" 2 4 1.4
compare 'the same, as time goes by' "$out/first.txt" 1 3 1.4
