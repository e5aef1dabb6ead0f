#!/bin/bash
# `serve --tls` and `ctl` with it: where the certificate is, and what is said of it. That clients believe it: tests/e2e.
# tests/cli/tls.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
unset CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR
mkdir "$tmp/tmp"
export TMPDIR=$tmp/tmp
# begin OPTION...: a server that has said where its certificate is: in $ca.
begin() {
    start "$@"
    until grep -q '^$' "$tmp/out"; do read -rt 0.01 <><(:) || :; done # what it prints ends in an empty line
    ca=$(sed -n 's/^  ca       \([^ ]*\) .*/\1/p' "$tmp/out")
}

begin --tls
is 'the URL' https "${url%%:*}"
is 'a temporary file, which is told' "$TMPDIR" "${ca%/mockcloud-ca-*.pem}"
is 'the certificate alone' 1 "$(grep -c BEGIN "$ca")"
until grep -q '^  curl.*/v1/devices -d id=' "$tmp/out"; do read -rt 0.01 <><(:) || :; done
has 'the calls that are shown name it' "curl --cacert $ca -s $url/oauth/token" "$(cat "$tmp/out")"
is 'curl' 200 "$(status --cacert "$ca" "$url/__mock/health")"
out=$(sed -n 's/^  TOKEN=/TOKEN=/p; /^  curl/p' "$tmp/out")
bash -c "$out" >"$tmp/calls" 2>/dev/null
has 'and they work' '"claim_code"' "$(cat "$tmp/calls")"
has 'ctl --ca-file' pump "$(ctl --ca-file "$ca" devices)"
has 'ctl by its variable' pump "$(MOCKCLOUD_CA_FILE=$ca ctl devices)"
out=$(ctl devices 2>&1)
is 'ctl without it is 4' 4 $?
has 'ctl without it says what to do' 'give its certificate with --ca-file' "$out"
# a handshake that stalls, and one that is served beside it
exec 8<>"/dev/tcp/127.0.0.1/${url##*:}"
printf '\x16\x03\x01' >&8
is 'beside a handshake that stalls' 200 "$(status --cacert "$ca" "$url/__mock/health")"
exec 8<&-
stop
is 'it goes with the server' no "$([ -e "$ca" ] && echo yes || echo no)"

start --tls --ca-file "$tmp/ca.pem" --host mock.example.com
is '--ca-file' 200 "$(status --cacert "$tmp/ca.pem" "$url/__mock/health")"
is '--host is in the certificate, too' 200 \
    "$(status --cacert "$tmp/ca.pem" --resolve "mock.example.com:${url##*:}:127.0.0.1" "https://mock.example.com:${url##*:}/__mock/health")"
echo other >"$tmp/other"
mv "$tmp/other" "$tmp/ca.pem"
stop
is 'what another has put there stays' other "$(cat "$tmp/ca.pem")"

begin --tls --listen '[::1]:0'
is 'IPv6' 200 "$(status --cacert "$ca" "$url/__mock/health")"
stop
is 'nothing is left' '' "$(ls "$TMPDIR")"

out=$("$mockcloud" serve --port 0 --ca-file x 2>&1)
is '--ca-file alone is 2' 2 $?
is '--ca-file alone is told' 'mockcloud serve: --ca-file goes with --tls' "$(head -n 1 <<<"$out")"
out=$("$mockcloud" serve --port 0 --tls --ca-file "$tmp/no/such" 2>&1)
is 'a file that can not be made is 4' 4 $?
has 'and told' "can't write the certificate into $tmp/no/such: No such file or directory" "$out"
at_end
