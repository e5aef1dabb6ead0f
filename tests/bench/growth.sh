#!/bin/bash
# What requests cost when their world has grown: processor time of the server per request with 100, 100,000 and 1,000,000 devices, and
# with 100 beside 60,000 users, access tokens and claim codes of others; and how many times that is what it is with 100. Then what
# a device takes of memory, and what loading costs. Run by hand, or by bench.sh, which builds the program.
#
#   tests/bench/growth.sh [ROUNDS]     5 rounds; the least of them counts, since others only ever add to it
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=${1:-5}
out=build/bench
mkdir -p "$out"
gcc -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra tests/bench/ask.c -o "$out/ask"
cmake --preset dev >"$out/build.log"
cmake --build --preset dev --target bench_parts >>"$out/build.log"

pids=()
stop() {
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || :
    wait
}
trap stop EXIT

# world DEVICES USERS: the fleet, a customer who owns a device, and 96 devices that nobody owns.
world() {
    cat <<WORLD
seed: 7
clock: {mode: frozen}
products: [{id: 6287, slug: acme-pump, platform: boron, team: [dev@example.com], clients: [{id: acme-app-4711, secret: not-a-secret}]}]
customers: [{email: ada@example.com, product: acme-pump}]
tokens: [{token: ada-token, customer: ada@example.com}, {token: dev-token, user: dev@example.com}, {token: bob-token, user: bob@example.com}]
users:
  - {username: dev@example.com, password: not-a-secret}
  - {username: bob@example.com, password: not-a-secret}
WORLD
    awk -v users="$2" 'BEGIN { for (i = 1; i <= users; i++) printf "  - {username: u%d@example.com}\n", i }'
    printf 'devices:\n  - {fleet: pump, count: %d, platform: boron, product: acme-pump}\n' "$1"
    printf '  - {as: mine, id: e00fce68000000000000000a, platform: boron, product: acme-pump, state: online, owner: ada@example.com}\n'
    sed 's/.*/  - {as: &, id: &, platform: photon, state: online}/' "$out/free.txt"
}
seq -f 'e00fce680000000000%06.0f' 100001 100096 >"$out/free.txt"

# start NAME: a server of growth.yaml; its process and port in pid_NAME, port_NAME, what loading took in kb_NAME, load_NAME.
start() {
    local url
    rm -f "$out/ready"
    mkfifo "$out/ready"
    build/release/mockcloud serve --listen 127.0.0.1:0 --world "$out/growth.yaml" --quiet --ready-fd 3 3>"$out/ready" &
    pids+=($!)
    read -r url <"$out/ready"
    declare -g "pid_$1=$!" "port_$1=${url##*:}" "kb_$1=$(awk '/^VmRSS/ { print $2 }' "/proc/$!/status")" \
        "load_$1=$(awk '{ print int($1 / 1e6) }' "/proc/$!/schedstat")"
}
ask() { # NAME COUNT ARGUMENT...
    local pid=pid_$1 port=port_$1
    "$out/ask" "${!pid}" "${!port}" "${@:2}"
}

names=(small large huge others)
kb_small=0
world 100 0 >"$out/growth.yaml" && start small
world 100000 0 >"$out/growth.yaml" && start large
world 1000000 0 >"$out/growth.yaml" && start huge
world 100 60000 >"$out/growth.yaml" && start others
{
    echo 'devices:'
    seq -f %06.0f 100000 | sed 's/.*/- {as: pump-&, id: e00fce680000000000&, platform: boron}/'
} >"$out/growth.yaml" && start file
token='grant_type=password&client_id=particle&client_secret=particle&username=%s@example.com&password=not-a-secret'
ask others 60000 - POST /oauth/token "${token/\%s/bob}" >/dev/null
ask others 60000 bob-token POST /v1/device_claims >/dev/null

# Each row once for each server, in turn. What it is called, then what is asked for.
row() { # TEXT COUNT ARGUMENT...
    local name
    for name in "${names[@]}"; do ask "$name" "${@:2}" >>"$out/growth-$name-${1//[ ,]/-}.txt"; done

}
round() {
    row 'claim code' 2000 ada-token POST /v1/products/acme-pump/device_claims
    row 'unknown id' 2000 ada-token GET '!/v1/devices/e00fce68ffffffffffffffff'
    row 'device by id' 2000 ada-token GET /v1/devices/e00fce68000000000000000a
    row 'device by name' 2000 ada-token GET /v1/devices/mine
    row 'page 1 of a product' 500 dev-token GET '/v1/products/acme-pump/devices?page=1'
    row 'page 3 of a product' 500 dev-token GET '/v1/products/acme-pump/devices?page=3'
    row 'claim' 96 dev-token POST /v1/devices 'id={}' "$out/free.txt"
    row 'unclaim' 96 dev-token DELETE '/v1/devices/{}' - "$out/free.txt"
    row 'publish' 2000 ada-token POST /v1/devices/events 'name=level&data={}'
    row 'token' 1000 - POST /oauth/token "${token/\%s/dev}"
}

rm -f "$out"/growth-*.txt
for ((i = 1; i <= rounds; i++)); do round; done

least() { sort -n "$out/growth-$1-${2//[ ,]/-}.txt" | head -n 1; }
printf '%-20s %9s %17s %17s %17s\n' 'us per request, with' '100' '100,000 devices' '1,000,000' "60,000 others"
for text in 'claim code' 'unknown id' 'device by id' 'device by name' 'page 1 of a product' 'page 3 of a product' claim unclaim publish token; do
    printf '%-20s' "$text"
    for name in "${names[@]}"; do
        awk -v ns="$(least "$name" "$text")" -v first="$(least small "$text")" -v name="$name" \
            'BEGIN { printf name == "small" ? "%10.1f" : "%10.1f (%.2f)", ns / 1e3, ns / first }'
    done
    echo
done
printf '(at most 1.5 times is wanted)\n'
memory() { # TEXT NAME DEVICES
    local kb=kb_$2 load=load_$2
    printf '%s: %d resident bytes per device (at most 900), loaded in %d ms\n' "$1" "$(((${!kb} - kb_small) * 1024 / $3))" "${!load}"
}
memory 'a fleet of 1,000,000' huge 1000000
memory 'a fleet of 100,000' large 100000
memory 'the same in a file' file 100000
printf '(100,000: at most 1200 ms)\n'
build/dev/tests/bench/bench_parts
