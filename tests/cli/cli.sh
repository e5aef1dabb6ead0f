#!/bin/bash
# Calls the program as people do: tests/cli/cli.sh build/dev/mockcloud
# Says `N passed, N failed` at the end.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# ---- serve ----

start
is 'the port file is a decimal line' "${url##*:}" "$(cat "$tmp/port")"
is 'nothing is left beside the port file' 1 "$(find "$tmp" -name 'port*' | wc -l)"
is 'it answers once it has said so' 200 "$(status "$url/__mock/health")"
out=$(cat "$tmp/out")
has 'it prints its URL' "url      $url" "$out"
has 'it prints the control URL' "control  $url/__mock/worlds/default" "$out"
has 'it prints the seed' 'seed     1' "$out"
has 'it prints how to stop it' "kill $server" "$out"

# The three calls that it prints work as they are.
sed -n 's/^  TOKEN=/TOKEN=/p; s/^  curl /curl -s /p' "$tmp/out" >"$tmp/calls.sh"
is 'three calls are printed' 3 "$(wc -l <"$tmp/calls.sh")"
answers=$(sh "$tmp/calls.sh")
has 'a claim code' '"claim_code":"' "$answers"
has 'a claim by id' '"ok":true' "$answers"
out=$(cat "$tmp/out")
has 'a line per request' ' default POST /v1/devices 200 claim.' "$out"

token=$(curl -s "$url/oauth/token" -d grant_type=client_credentials -d client_id=acme-app-4711 \
    -d client_secret=not-a-secret -d scope=customer=ada@example.com | sed 's/.*"access_token":"//; s/".*//')
is 'a token has 40 digits' 40 "${#token}"
is 'a token in the query' 200 "$(status "$url/v1/devices?access_token=$token&x=y")"
has 'is shortened in the line' "GET /v1/devices?access_token=${token:0:6}…&x=y 200" "$(cat "$tmp/out")"
is 'tokens are not printed' 0 "$(grep -c "$token" "$tmp/out")"

# ---- what is refused ----

is 'a bad Host' 403 "$(status -H 'Host: evil.example' "$url/v1/devices")"
has 'in the shape of the API' '"ok":false' "$(cat "$tmp/body")"
is 'a bad Host at the control API' 403 "$(status -H 'Host: evil.example' "$url/__mock/health")"
has 'in the shape of the control API' '"message":' "$(cat "$tmp/body")"
is 'localhost in Host' 200 "$(status -H 'Host: localhost:1' "$url/__mock/health")"
head -c 10000000 /dev/zero >"$tmp/large"
is 'a body of 10 MB' 413 "$(status --data-binary "@$tmp/large" "$url/v1/devices")"
is 'a body of 10 MB, unannounced' 413 "$(status -H Expect: --data-binary "@$tmp/large" "$url/v1/devices")"
is 'a body of 10 MB, in chunks' 413 \
    "$(status -H Expect: -H 'Transfer-Encoding: chunked' --data-binary "@$tmp/large" "$url/v1/devices")"
is 'a head of 20 kB' 431 "$(status -H "X-Long: $(printf '%020000d' 0)" "$url/v1/devices")"
is 'a head of 7 kB' 200 "$(status -H "X-Long: $(printf '%07000d' 0)" "$url/__mock/health")"
is 'a path with %00 is no other path' 400 "$(status "$url/v1/devices/%00?access_token=$token")"
is 'a double slash is not merged' 404 "$(status "$url//v1/devices?access_token=$token")"
is 'it still answers' 200 "$(status "$url/__mock/health")"

# ---- ctl ----

has 'ctl worlds' "default" "$(ctl worlds)"
is 'ctl device does something' 0 "$(ctl device lamp power-on >"$tmp/body"; echo $?)"
has 'ctl clock freeze' frozen "$(ctl clock freeze)"
has 'ctl clock run' real "$(ctl clock run)"
has 'ctl clock freeze, again' frozen "$(ctl clock freeze)"
has 'ctl clock advance' T "$(ctl clock advance 1h)"
has 'ctl devices' 'lamp  ' "$(ctl devices)"
has 'ctl device' 'online       yes' "$(ctl device lamp)"
has 'its LED in words' 'led          breathing cyan' "$(ctl device lamp)"
has 'ctl device by world URL' 'breathing' "$("$mockcloud" ctl --control "$url/__mock/worlds/default" device lamp)"
has 'ctl finds the server by its environment' 'lamp' "$(MOCKCLOUD_CONTROL=$url "$mockcloud" ctl device lamp)"
has 'ctl why of nobody' 'ctl why lamp NAME' "$(ctl why lamp 2>&1)"
out=$(ctl device lamp usb not-a-code-that-anybody-knows)
has 'ctl shows the device beside its answer to a code' 'photon' "$out"
has 'ctl shows the answer to a code' 'answered' "$out"
has 'ctl why of a code that nobody knows' 'lamp is not owned by anybody: stored-code-not-sent-yet' "$(ctl why lamp)"
has 'ctl why tells what to do' '  what to do: ' "$(ctl why lamp)"
has 'ctl why numbers its evidence' '#' "$(ctl why lamp | sed -n 3p)"
has 'ctl journal' 'clock.moved' "$(ctl journal)"
ctl journal yesterday 2>"$tmp/body"
is 'a journal since no number is 1' 1 $?
has 'and says so' 'expected the number of an entry' "$(cat "$tmp/body")"
has 'ctl why' 'is owned by customer ada@example.com' "$(ctl why pump ada@example.com)"
has 'ctl why for a user that there is not' 'there is no user "ada@example.com"' "$(ctl why pump --user ada@example.com 2>&1)"
has 'ctl why for a customer of a product' 'is owned by customer ada@example.com' \
    "$(ctl why pump --customer ada@example.com --product acme-pump)"
ctl why pump ada@example.com --exit-code >"$tmp/body"
is 'ctl why --exit-code of what is owned' 0 $?
ctl why lamp --exit-code >"$tmp/body"
is 'ctl why --exit-code of what is not' 1 $?
has 'ctl why offline' 'offline lamp: nothing to explain' "$(ctl why offline lamp)"
has 'ctl why request' 'request 1: ' "$(ctl why request 1)"
has 'ctl why not listed' 'not-listed lamp: not-owned' "$(ctl why not listed lamp for ada@example.com)"
has 'ctl why no event' 'no-event temp: no-such-stream' "$(ctl why no event nobody temp)"
has 'ctl why no webhook' 'no-webhook temp: never-published' "$(ctl why no webhook temp)"
has 'ctl why customer' 'customer ada@example.com: ' "$(ctl why customer ada@example.com)"
ctl why no webhooks temp 2>"$tmp/body"
is 'a question that there is not is 2' 2 $?
has 'ctl --json' '{"now":' "$(ctl --json clock)"
has 'ctl state' '"seed"' "$(ctl state)"
has 'ctl reset' 'done' "$(ctl reset)"
has 'after it nobody owns it' 'never-claimed' "$(ctl why pump ada@example.com)"
ctl device lamp fly 2>"$tmp/body"
is 'an unknown verb is 1' 1 $?
has 'an unknown verb says so' '"fly"' "$(cat "$tmp/body")"
ctl device lamp disconnect 2>"$tmp/body"
is 'what the state does not have is 1' 1 $?
has 'what it has instead' 'it can: power-on' "$(cat "$tmp/body")"
ctl nothing 2>/dev/null
is 'an unknown command is 2' 2 $?
"$mockcloud" ctl --control http://127.0.0.1:1 worlds 2>"$tmp/body"
is 'no server is 4' 4 $?
has 'no server says so' 'no server answers' "$(cat "$tmp/body")"

# ---- without libcurl ----

# Empty files are no libraries, and found before the real ones.
mkdir "$tmp/lib"
touch "$tmp/lib/libcurl-gnutls.so.4" "$tmp/lib/libcurl.so.4" "$tmp/lib/libcurl-nss.so.4"
LD_LIBRARY_PATH=$tmp/lib ctl worlds 2>"$tmp/body"
is 'ctl without libcurl is 4' 4 $?
is 'and says what to install' 'mockcloud: libcurl is not installed, without which no request can be sent (on Debian and '\
'Ubuntu: apt-get install libcurl3-gnutls)' "$(cat "$tmp/body")"

# ---- a second server, other ends ----

"$mockcloud" serve --listen "127.0.0.1:${url##*:}" 2>"$tmp/body"
is 'a port in use is 4' 4 $?
has 'a port in use says so' 'in use' "$(cat "$tmp/body")"
stop TERM
is 'SIGTERM ends it with 0' 0 "$code"
is 'its port file goes with it' '' "$(ls "$tmp/port" 2>/dev/null)"
start
echo 1 >"$tmp/other"
mv "$tmp/other" "$tmp/port"
stop TERM
is 'the port file of another stays' 1 "$(cat "$tmp/port")"
start --quiet --seed 7
is 'nothing is printed when quiet' 0 "$(curl -s "$url/__mock/health" >/dev/null; wc -c <"$tmp/out")"
has 'the seed is that of the option' '"seed":7' "$(ctl --json state)"
curl -sND "$tmp/follow-head" "$url/__mock/worlds/default/journal?follow=true" >"$tmp/follow" &
follower=$!
ctl device lamp power-on >"$tmp/body"
for ((i = 0; i < 500; i++)); do # the stream is another process
    grep -q 'device.told' "$tmp/follow" && break
    read -rt 0.01 <><(:) || :
done
has 'the journal is followed' 'device.told' "$(cat "$tmp/follow")"
has 'its body lasts as long as the connection' 'Connection: close' "$(cat "$tmp/follow-head")"
stop INT
is 'SIGINT ends it with 0, with a stream open' 0 "$code"
wait "$follower"
start --control-token s3cret --host mock.example
is 'a declared name' 403 "$(status -H 'Host: mock.example' "$url/__mock/health")"
is 'a declared name, with the token' 200 "$(status -H 'Host: mock.example' -H 'X-Mockcloud-Control: s3cret' "$url/__mock/health")"
ctl clock 2>/dev/null
is 'ctl without the token is 1' 1 $?
has 'ctl with the token' real "$(ctl --token s3cret clock)"
stop
is 'it ends with 0' 0 "$code"

"$mockcloud" serve --listen 0.0.0.0:0 2>"$tmp/body"
is 'beyond the loopback without a token is 2' 2 $?
has 'and says what is missing' '--control-token' "$(cat "$tmp/body")"
"$mockcloud" serve --listen nowhere:0 2>/dev/null
is 'no address is 2' 2 $?
"$mockcloud" serve --nothing 2>/dev/null
is 'an unknown option is 2' 2 $?
"$mockcloud" serve --listen 127.0.0.1:0 --port-file "$tmp/no/such/folder" --quiet 2>/dev/null
is 'a port file that cannot be written is 4' 4 $?
printf 'devices:\n  - {as: x, platfrom: photon}\n' >"$tmp/bad.yaml"
"$mockcloud" serve --listen 127.0.0.1:0 --world "$tmp/bad.yaml" 2>"$tmp/body"
is 'a bad world is 3' 3 $?
has 'and shows where' "$tmp/bad.yaml:2:" "$(cat "$tmp/body")"

# ---- --max-body ----

start --max-body 100
is 'a body of 100 bytes' 400 "$(status -d "$(printf '%100s' x)" "$url/v1/devices")"
is 'a byte more' 413 "$(status -d "$(printf '%101s' x)" "$url/v1/devices")"
stop TERM

# ---- --exit-with-parent ----

ended() { # PID: whether it has, within 5 s
    for ((i = 0; i < 500; i++)); do
        [ "$(cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null || echo Z)" = Z ] && return
        read -rt 0.01 <><(:) || :
    done
    false
}
# The parent's shell may be killed before it has said whom it started: then nobody could end that one.
told() {
    until [ -s "$tmp/pid" ]; do read -rt 0.01 <><(:) || :; done
}
rm -f "$tmp/ready" "$tmp/port" "$tmp/pid"
mkfifo "$tmp/ready"
# shellcheck disable=SC2016 # the parent's shell is meant
sh -c '"$1" serve --port 0 --quiet --exit-with-parent --port-file "$2/port" --ready-fd 9 9>"$2/ready" & echo $! >"$2/pid"; wait' \
    sh "$mockcloud" "$tmp" 2>"$tmp/err" &
parent=$!
read -r url <"$tmp/ready"
is 'with its parent it serves' 200 "$(status "$url/__mock/health")"
told
kill -KILL "$parent"
wait "$parent" 2>/dev/null
ok 'its parent killed, it ends' ended "$(cat "$tmp/pid")"
is 'in order' '' "$(ls "$tmp/port" 2>/dev/null)"
is 'and says nothing' '' "$(cat "$tmp/err")"
rm -f "$tmp/pid"
# shellcheck disable=SC2016
sh -c '"$1" serve --port 0 --quiet --ready-fd 9 9>"$2/ready" & echo $! >"$2/pid"; wait' sh "$mockcloud" "$tmp" &
parent=$!
read -r url <"$tmp/ready"
told
kill -KILL "$parent"
wait "$parent" 2>/dev/null
is 'without it, it goes on' 200 "$(status "$url/__mock/health")"
kill "$(cat "$tmp/pid")"

# ---- exec ----

run() { "$mockcloud" exec "$@"; }
# shellcheck disable=SC2016 # the child's shell is meant
{
    run -- sh -c 'exit 7'
    is 'the exit code of the command' 7 $?
    run -- sh -c 'kill -KILL $$'
    is 'the signal of the command' 137 $?
    out=$(run -- sh -c 'echo "$MOCKCLOUD_WORLD $MOCKCLOUD_PRODUCT $MOCKCLOUD_CLIENT_ID $MOCKCLOUD_CUSTOMER"; curl -s "$MOCKCLOUD_URL/__mock/health"')
    has 'the environment' 'default 6287 acme-app-4711 ada@example.com' "$out"
    has 'the server' '"ok":true' "$out"
    has 'ctl in it' 'pump' "$(run -- "$mockcloud" ctl devices)"
    is 'standard input is the command'\''s' hello "$(echo hello | run -- cat)"
    is 'options of the command are its own' '--world' "$(run -- echo --world)"
}
run -- "$tmp/no-such-program" 2>"$tmp/body"
is 'what cannot be started is 4' 4 $?
has 'and says so' "can't start" "$(cat "$tmp/body")"
run 2>/dev/null
is 'no command is 2' 2 $?
run --world "$tmp/bad.yaml" -- true 2>/dev/null
is 'a bad world is 3' 3 $?

# begin SCRIPT: a command that writes pids in a pipe when it runs: in $pids.
begin() {
    rm -f "$tmp/ready"
    mkfifo "$tmp/ready"
    # a shell ignores SIGINT in what it starts in the background
    env --default-signal=INT "$mockcloud" exec -- sh -c "$1" >"$tmp/ready" 2>/dev/null &
    server=$!
    read -r pids <"$tmp/ready"
}
state() { cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null || echo Z; }
left() { # PID...: those that still run
    local pid
    for pid; do
        [ "$(state "$pid")" = Z ] || echo "$pid"
    done
}
# shellcheck disable=SC2086 # several pids
gone() { # TEXT: all of $pids, within five seconds
    for ((i = 0; i < 500; i++)); do
        [ -z "$(left $pids)" ] && break
        read -rt 0.01 <><(:) || :
    done
    is "$1" '' "$(left $pids)"
}
finish() { # TEXT CODE: it has ended so, and has left nobody behind
    wait "$server" 2>/dev/null
    is "$1" "$2" $?
    # shellcheck disable=SC2086
    is "$1: nothing is left" '' "$(left $pids)"
    server=0
}
# Four processes: the command, one in its group, one in a session of its own, and a child of that.
# shellcheck disable=SC2016
family='sleep 60 & a=$!; setsid sh -c "sleep 60 & echo \$\$ \$! >&3; wait" 3>"$0.pids" & while [ ! -s "$0.pids" ]; do :; done; echo $$ $a $(cat "$0.pids")'
family=${family//\$0/$tmp/family}
family() { # SCRIPT: what the command does then, with a trap before it
    rm -f "$tmp/family.pids"
    begin "$2 $family; $1"
}
# shellcheck disable=SC2016
{
    begin 'trap "kill \$!; exit 9" TERM; sleep 60 & echo $$; wait'
    kill -TERM "$server"
    finish 'SIGTERM is the command'\''s to answer' 9
    for signal in TERM INT HUP; do
        family wait ''
        kill "-$signal" "$server"
        case $signal in TERM) code=143 ;; INT) code=130 ;; HUP) code=129 ;; esac
        finish "SIG$signal ends all that the command has started" "$code"
    done
    family 'while :; do wait; done' 'trap "" TERM INT HUP;'
    kill -TERM "$server"
    kill -TERM "$server" # may come with the first one as one
    until [ "$(state "$server")" = Z ] || ! kill -TERM "$server" 2>/dev/null; do read -rt 0.05 <><(:) || :; done
    finish 'a second SIGTERM ends a command that ignores them' 137
    family 'while :; do wait; done' 'trap "" TERM INT HUP;'
    kill -TERM "$server"
    finish 'a command that ignores one SIGTERM is killed after a while' 137
    family 'kill -STOP $$; wait' ''
    until [ "$(state "${pids%% *}")" = T ]; do :; done
    kill -TERM "$server"
    finish 'a stopped command ends' 143
    family 'exit 3' ''
    finish 'after a normal exit' 3
    family wait ''
    kill -KILL "$server"
    wait "$server" 2>/dev/null
    server=0
    gone 'killed, it leaves nobody behind'
}

# ---- init, check, run ----

out=$("$mockcloud" init "$tmp/new")
is 'init is 0' 0 $?
has 'init says what it wrote' "$tmp/new/client.yaml" "$out"
for name in scenario world; do
    is "init writes the $name schema that its files name" '' "$("$mockcloud" schema $name | cmp - "$tmp/new/$name.schema.json" 2>&1)"
    ok "and they name it" grep -qs "schema=$name.schema.json" "$tmp"/new/*.yaml
done
is 'what init writes is fine' 3 "$("$mockcloud" check "$tmp/new" | grep -c ': ok')"
printf 'products: [{id: 1, platform: p2}, {id: 2, platform: argon}]\ndevices: [{as: d}]\n' >"$tmp/unclear.yaml"
out=$("$mockcloud" check "$tmp/unclear.yaml" 2>"$tmp/body")
is 'a warning is no mistake' 0 $?
has 'the file is well' ': ok, a world' "$out"
has 'check warns of a device of no clear platform' 'warning: which platform?' "$(cat "$tmp/body")"
"$mockcloud" init "$tmp/new" 2>"$tmp/body"
is 'init overwrites nothing' 2 $?
has 'init says what is there' 'world.yaml exists' "$(cat "$tmp/body")"

# Times differ, and nothing else: side by side, results come in any order and are told in that of the files.
shape() { sed -E 's/ in [0-9.]+ (ms|s)(\)|$)/\2/' <<<"$1"; }
root=$(realpath "$(dirname "$0")/../..")
program=$(realpath "$mockcloud")
one=$(cd "$root" && "$program" run scenarios)
is 'run is 0' 0 $?
three=$(cd "$root" && "$program" run --jobs 3 scenarios)
is 'run --jobs is 0' 0 $?
is 'run --jobs says what run says' "$(shape "$one")" "$(shape "$three")"
has 'the scenarios of init pass' '2 passed, 0 failed' "$("$mockcloud" run "$tmp/new/claim.yaml")"
"$mockcloud" run "$tmp/new/claim.yaml" --client true >"$tmp/body" 2>&1
is 'a client that no scenario starts is 2' 2 $?
has 'and says so' 'no scenario here has a client' "$(cat "$tmp/body")"
"$mockcloud" run "$tmp/new" >"$tmp/body" 2>&1
is 'a client without a command is 2' 2 $?
has 'and says what to do' '--client CMD' "$(cat "$tmp/body")"
"$mockcloud" run "$tmp/new" --client true >"$tmp/body"
is 'a client that does nothing is 1' 1 $?
has 'the others pass' '2 passed, 1 failed' "$(cat "$tmp/body")"
# shellcheck disable=SC2016
"$mockcloud" run "$tmp/new/client.yaml" >"$tmp/body" --client '
    for call in "DELETE $MOCKCLOUD_CONTROL" "POST $MOCKCLOUD_CONTROL/reset"; do
        curl -sw "is %{http_code}\n" -H "X-Mockcloud-Control: 1" -X $call
    done'
is 'a client that would end and reset its world is 1' 1 $?
is 'and was refused twice' 2 "$(grep -c 'is 409' "$tmp/body")"

# ---- guesses, findings, rules ----

# shellcheck disable=SC2016
lean='curl -s -X PATCH "$MOCKCLOUD_URL/v1/devices" >/dev/null'
err=$("$mockcloud" exec --strict -- sh -c "$lean" 2>&1)
is 'exec --strict: a guess is 1' 1 $?
has 'exec --strict names it' 'api.wrong-method: A path of the API with a method' "$err"
err=$("$mockcloud" exec --strict --allow-guess api.wrong-method -- sh -c "$lean" 2>&1)
is 'exec --strict --allow-guess: that guess is none' '0 ' "$? $err"
err=$("$mockcloud" exec --strict --allow-guess api.other -- sh -c "$lean" 2>&1)
is 'exec --strict --allow-guess: of another it says nothing' 1 $?
cat >"$tmp/guess.yaml" <<'END_OF_FILE'
scenario: a guess
world: {users: [{username: dev@example.com, password: x}], devices: [{as: lamp, platform: photon, state: "off"}]}
steps:
  - request: POST /v1/devices
    token: dev@example.com
    form: {id: "${lamp.id}"}
    reply: {status: 404}
END_OF_FILE
"$mockcloud" run --strict "$tmp/guess.yaml" >"$tmp/body" 2>&1
is 'run --strict: a guess is 1' 1 $?
has 'it is named with its switch' '(switch offline_claim_error)' "$(cat "$tmp/body")"
"$mockcloud" run --strict --allow-guess offline_claim_error "$tmp/guess.yaml" >"$tmp/body" 2>&1
is 'run --strict --allow-guess: by its switch' 0 $?
sed -i 's/^world: {/&behaviour: {offline_claim_error: device-not-found}, /' "$tmp/guess.yaml"
"$mockcloud" run --strict "$tmp/guess.yaml" >"$tmp/body" 2>&1
is 'run --strict: what the world states is no guess' 0 $?
err=$("$mockcloud" exec --strict=report -- sh -c "$lean" 2>&1)
is 'exec --strict=report: a guess is 0' 0 $?
has 'exec --strict=report names it' 'api.wrong-method: ' "$err"
err=$("$mockcloud" exec --strict -- sh -c "$lean; exit 7" 2>&1)
is 'exec --strict: the code of the command wins' 7 $?
err=$("$mockcloud" exec --strict -- true 2>&1)
is 'exec --strict: no guess is 0' '0 ' "$? $err"
"$mockcloud" exec --strict=often -- true 2>/dev/null
is '--strict takes report alone' 2 $?
# shellcheck disable=SC2016
out=$("$mockcloud" exec --check-requests -- sh -c 'curl -s "$MOCKCLOUD_URL/v1/devices?odd=1"' 2>&1)
has 'exec --check-requests names what is unknown' 'GET /v1/devices: unknown-parameter "odd" in the query' "$out"
has 'and the answer is as ever' '"The access token was not found"' "$out"
# shellcheck disable=SC2016
out=$("$mockcloud" exec --explain -- sh -c 'curl -si "$MOCKCLOUD_URL/v1/devices"' 2>&1)
has 'exec --explain names the rule' 'X-Mockcloud-Rule: token.none' "$out"

# ---- openapi ----

has 'openapi prints the document' '"openapi":' "$("$mockcloud" openapi)"
"$mockcloud" openapi all 2>/dev/null
is 'openapi takes no argument' 2 $?

# ---- list ----

for what in routes steps states causes behaviours options; do
    ok "list $what" test "$("$mockcloud" list "$what" | wc -l)" -gt 3
    has "list $what as Markdown" '|---|' "$("$mockcloud" list "$what" --format md)"
    has "list $what as JSON" '":"' "$("$mockcloud" list --format json "$what")"
done

# ---- webhooks without libcurl ----

LD_LIBRARY_PATH=$tmp/lib start --quiet --world "${0%/*}/../e2e/worlds/hooks.yaml"
is 'a webhook is made' 201 "$(status "$url/v1/integrations" -H 'Authorization: Bearer grace-token' \
    --json '{"integration_type":"Webhook","event":"temp","url":"http://127.0.0.1:9/"}')"
is 'an event is published' 200 "$(status "$url/v1/devices/events" -H 'Authorization: Bearer grace-token' -d name=temp)"
has 'the journal says why nothing was sent' 'libcurl is not installed' "$(ctl journal)"
stop TERM

at_end
