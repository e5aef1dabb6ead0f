#!/bin/bash
# Lists of 100,000 devices stop nobody else, and no signal: tests/cli/parts.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$tmp/world.yaml" <<'WORLD'
clock: {mode: frozen}
users: [{username: dev@example.com}]
products: [{id: 6287, slug: pumps, platform: boron, team: [dev@example.com]}]
tokens: [{token: dev-token, user: dev@example.com}]
devices: [{fleet: pump, count: 100000, platform: boron, product: pumps, owner: dev@example.com}]
WORLD

get() { curl -s --oauth2-bearer dev-token -w '%{http_code}' "$@"; }
# Requests that are under way: those without a reply in the journal.
under_way() {
    curl -s "$url/__mock/worlds/default/journal?since=$loaded" >"$tmp/journal"
    printf '%s\n' $(($(grep -o '"http.request"' "$tmp/journal" | wc -l) - $(grep -o '"http.reply"' "$tmp/journal" | wc -l)))
}

mkfifo "$tmp/ready"
"$mockcloud" serve --listen 127.0.0.1:0 --world "$tmp/world.yaml" --quiet --ready-fd 9 9>"$tmp/ready" >"$tmp/out" 2>"$tmp/err" &
server=$!
read -r url <"$tmp/ready"
loaded=$(curl -s "$url/__mock/worlds/default/journal?since=999999999" | grep -o '"next":[0-9]*')
loaded=$((${loaded#*:} - 1))

get "$url/v1/user/search?query=nothing-of-the-kind" >"$tmp/search" &
for ((i = 1; i <= 8; i++)); do get "$url/v1/devices" -o /dev/null >"$tmp/list-$i" 2>&1 & done
for ((i = 0; i < 500 && $(under_way) < 9; i++)); do :; done
is 'a search and eight lists are made at once, and the journal tells' 9 "$(under_way)"
is 'meanwhile another is answered' 200 "$(get "$url/v1/devices/pump-7" -o "$tmp/body")"
ok 'before they are done' [ "$(under_way)" -ge 8 ]
begun_ms=$(date +%s%3N)
stop TERM
is 'SIGTERM ends it' 0 "$code"
ok 'within two seconds' [ $(($(date +%s%3N) - begun_ms)) -lt 2000 ]
wait
at_end
