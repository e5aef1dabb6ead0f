#!/bin/bash
# `mockcloud init --client`: the starts of clients that it writes, in the scenario that it writes. (init alone: cli.sh.)
# tests/cli/init.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
cd "$tmp" || exit 1

while read -r language program name; do
    out=$("$mockcloud" init "$language" --client "$language")
    is "init --client $language is 0" 0 $?
    has "$language: says what it wrote" "
$language/$name
" "$out"
    has "$language: says how to run it" "mockcloud run $language/client.yaml --client '$program $language/$name'" "$out"
    out=$("$mockcloud" run "$language/client.yaml" --client "$program $language/$name" 2>&1)
    has "$language: passes" '1 passed, 0 failed' "$out"
    out=$("$mockcloud" run "$language/client.yaml" --client "MOCKCLOUD_CLIENT_SECRET=wrong $program $language/$name" 2>&1)
    is "$language: fails with a secret that is wrong" 1 $?
    has "$language: and says why" 'no token' "$out"
    "$mockcloud" init "$language" --client "$language" >said 2>&1
    is "$language: overwrites nothing" 2 $?
    rm "$language"/*.yaml "$language"/*.json
    "$mockcloud" init "$language" --client "$language" >said 2>&1
    is "$language: nor the client" "mockcloud: $language/$name exists; nothing was written" "$(cat said)"
    is "$language: which then stands alone" "$name" "$(ls "$language")"
done <<'END_OF_LANGUAGES'
node node claim.mjs
python python3 claim.py
shell sh claim.sh
END_OF_LANGUAGES

"$mockcloud" init ruby --client ruby >said 2>&1
is 'a language that there is not: 2' 2 $?
has 'it says which there are' python "$(cat said)"
ok 'and writes nothing' [ ! -e ruby ]
at_end
