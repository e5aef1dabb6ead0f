#!/bin/bash
# What a scenario costs in processor time, on this machine, beside bare forks: run by hand, or by bench.sh.
#
#   tests/bench/scenarios.sh [ROUNDS]     5 rounds
#
# A thousand closed scenarios, and a hundred with a client, less the same run with one: what the start and the end of the
# program cost is in start.sh. A client's own cost is that of the same command, started a hundred times by a shell. Programs
# take turns, and the least of all rounds counts.
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=${1:-5}
out=build/bench
mockcloud=build/release/mockcloud

mkdir -p "$out"
cmake --preset release >"$out/build.log"
cmake --build --preset release >>"$out/build.log"
for program in whole forks; do gcc -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra "tests/bench/$program.c" -o "$out/$program"; done

# many COUNT FILE: the first scenario of a file, so often, each with a name of its own.
many() {
    awk -v count="$1" '
        /^---$/ { exit }
        !/^#/ { lines[++n] = $0 }
        END {
            for (i = 1; i <= count; i++) {
                if (i > 1) print "---"
                for (k = 1; k <= n; k++) { line = lines[k]; sub(/^scenario: /, "scenario: " i " ", line); print line }
            }
        }' "$2"
}
cat >"$out/client.yaml" <<'END'
scenario: with a client
clients: {app: {run: ['true']}}
steps:
  - start: app
  - wait: {client: app, exits: 0, within: 20s real}
END
many 1 scenarios/expired-code.yaml >"$out/closed-1.yaml"
many 1000 scenarios/expired-code.yaml >"$out/closed-1000.yaml"
many 1 "$out/client.yaml" >"$out/client-1.yaml"
many 100 "$out/client.yaml" >"$out/client-100.yaml"
printf '#!/bin/sh\nfor i in %s; do /bin/true; done\n' "$(seq -s ' ' 100)" >"$out/trues"
printf '#!/bin/sh\n/bin/true\n' >"$out/true"
chmod +x "$out/trues" "$out/true"

rm -f "$out"/{scenarios,clients,forks}.txt
for ((i = 1; i <= rounds; i++)); do
    "$out/forks" 500 >>"$out/forks.txt"
    "$out/whole" 1 "$mockcloud" run --quiet "$out/closed-1.yaml" -- "$mockcloud" run --quiet "$out/closed-1000.yaml" \
        -- "$mockcloud" run --quiet --jobs 2 "$out/closed-1000.yaml" >>"$out/scenarios.txt"
    "$out/whole" 1 "$mockcloud" run --quiet "$out/client-1.yaml" -- "$mockcloud" run --quiet "$out/client-100.yaml" \
        -- "$out/true" -- "$out/trues" >>"$out/clients.txt"
done

least() { awk -v column="$2" 'NR == 1 || $column < least { least = $column } END { print least }' "$1"; } # FILE COLUMN
tell() { # TEXT US FORKS WANTED
    awk -v text="$1" -v us="$2" -v fork="$fork" -v wanted="$3" \
        'BEGIN { printf "%-46s %5.2f ms: %.1f bare forks and exits of %.2f ms (at most %s is wanted)\n", text, us / 1000, us / fork, fork / 1000, wanted }'
}
fork=$(least "$out/forks.txt" 1)
one=$(least "$out/scenarios.txt" 1)
client=$((($(least "$out/clients.txt" 4) - $(least "$out/clients.txt" 3)) / 99))
tell 'a closed scenario, of 1000' "$((($(least "$out/scenarios.txt" 2) - one) / 999))" 2
tell 'a closed scenario, of 1000, --jobs 2' "$((($(least "$out/scenarios.txt" 3) - one) / 999))" 2
tell 'one with a client, beside the client itself' \
    "$((($(least "$out/clients.txt" 2) - $(least "$out/clients.txt" 1)) / 99 - client))" 10
