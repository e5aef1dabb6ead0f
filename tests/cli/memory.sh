#!/bin/bash
# What a list of 10,000 devices takes goes back when it was sent: tests/cli/memory.sh build/dev/mockcloud
#
# Looks at the resident memory of the server alone, so it says nothing with sanitizers, which keep what is freed.
set -euo pipefail

mockcloud=$1
tmp=$(mktemp -d)
server=0
trap '[ "$server" = 0 ] || kill "$server" 2>/dev/null || :; rm -rf "$tmp"' EXIT
spare_kb=4096 # what may stay

{
    printf 'seed: 1\nclock: {mode: frozen}\nusers: [{username: dev@example.com}]\n'
    printf 'tokens: [{token: dev-token, user: dev@example.com}]\ndevices:\n'
    for ((i = 1; i <= 10000; i++)); do
        printf -- '- {as: d%d, platform: photon, owner: dev@example.com}\n' "$i"
    done
} >"$tmp/world.yaml"

mkfifo "$tmp/ready"
"$mockcloud" serve --listen 127.0.0.1:0 --world "$tmp/world.yaml" --ready-fd 9 --quiet 9>"$tmp/ready" &
server=$!
read -r url <"$tmp/ready"

resident_kb() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$server/status"; }
list() { curl -s -o "$1" -w '%{http_code}' -H 'Authorization: Bearer dev-token' "$url/v1/devices"; }

passed=0
failed=0
is() { # TEXT CONDITION...
    if [ "${@:2}" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED %s: %s\n' "$1" "${*:2}"
    fi
}

is 'the first list is answered' "$(list "$tmp/first")" = 200
is 'it has all devices' "$(grep -o '"last_handshake_at"' "$tmp/first" | wc -l)" = 10000
before=$(resident_kb)
codes=''
for ((i = 1; i <= 20; i++)); do codes+=$(list "$tmp/again"); done
is 'each list is answered' "${codes//200/}" = ''
is 'each list is the same' "$(cmp "$tmp/first" "$tmp/again" && echo same)" = same
is 'one after the other, nothing stays' "$(resident_kb)" -le $((before + spare_kb))
lists=()
for ((i = 1; i <= 10; i++)); do
    list "$tmp/list-$i" >"$tmp/code-$i" &
    lists+=("$!")
done
wait "${lists[@]}"
is 'ten at a time are answered' "$(cat "$tmp"/code-*)" = "$(printf '200%.0s' {1..10})"
is 'ten at a time, nothing stays' "$(resident_kb)" -le $((before + spare_kb))
printf '%d kB before, %d kB after\n%d passed, %d failed\n' "$before" "$(resident_kb)" "$passed" "$failed"
[ "$failed" = 0 ]
