#!/bin/bash
# Files with a mistake, and what `mockcloud check` says of each, to the letter: tests/cli/bad.sh build/dev/mockcloud
# bad/NAME.yaml has the mistake, bad/NAME.txt what is printed, with the exit code behind it. To see it anew, after a
# message was mended: tests/cli/bad.sh build/dev/mockcloud --write, and then read the difference.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

mockcloud=$(realpath "$mockcloud")
cd "$(dirname "$0")/bad" || exit 1

count=0
for file in *.yaml; do
    name=${file%.yaml}
    said=$("$mockcloud" check "$file" 2>&1; echo "exit $?")
    if [ "${2:-}" = --write ]; then
        printf '%s\n' "$said" >"$name.txt"
    fi
    is "$name" "$(cat "$name.txt")" "$said"
    is "$name is a mistake" 3 "${said##*exit }"
    count=$((count + 1))
done
ok 'there are many' [ "$count" -ge 80 ]

# Processor time of all of them, in ms: the mean is far below what one may take.
TIMEFORMAT='%U %S'
spent=$({ time for file in *.yaml; do "$mockcloud" check "$file" >/dev/null 2>&1; done; } 2>&1)
each=$(echo "$spent" "$count" | awk '{ print int(($1 + $2) * 1000 / $3) }')
ok "none takes long: $each ms each" [ "$each" -lt 100 ]

at_end
