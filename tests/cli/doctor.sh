#!/bin/bash
# `mockcloud doctor`: what it says of a server, a port, a name, proxies, certificates; and one exit code for a file that is
# not there, whichever command is told of it.
# tests/cli/doctor.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
cd "$tmp" || exit 1
unset http_proxy https_proxy all_proxy no_proxy HTTPS_PROXY ALL_PROXY NO_PROXY
unset CURL_CA_BUNDLE SSL_CERT_FILE REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS
doctor() { "$mockcloud" doctor --control "$url" "$@"; }

start --host known.example.com
is 'all is well' "ok    mockcloud answers at $url
ok    no proxy stands between
ok    MOCKCLOUD_URL is $url 0" "$(MOCKCLOUD_URL=$url doctor) $?"
has 'the variable that clients read' "note  MOCKCLOUD_URL is not set: a client that reads it finds nothing
      -> export MOCKCLOUD_URL=$url, or run the client by mockcloud exec" "$(doctor)"
has 'by the variable alone' "mockcloud answers at $url" "$(MOCKCLOUD_URL=$url "$mockcloud" doctor)"
has 'by the control API of a world' "mockcloud answers at $url" "$("$mockcloud" doctor --control "$url/__mock/worlds/default")"
has 'a name that is accepted' 'ok    the name known.example.com is accepted' "$(doctor --host known.example.com)"
out=$(doctor --host other.example.com)
is 'one that is refused: 1' 1 $?
has 'and what to do' 'BAD   the name other.example.com is refused
      -> start the server with --host other.example.com' "$out"
out=$(http_proxy=http://proxy.example.com:3128 doctor)
is 'a proxy: 1' 1 $?
has 'a proxy: told' 'BAD   clients send requests for 127.0.0.1 to the proxy http://proxy.example.com:3128
      -> export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1' "$out"
has 'one that spares us' 'ok    no proxy' "$(http_proxy=http://proxy.example.com:3128 NO_PROXY=localhost,127.0.0.1 doctor)"
has 'or all' 'ok    no proxy' "$(ALL_PROXY=http://proxy.example.com:3128 no_proxy='*' doctor)"
has 'one of HTTPS is none of HTTP' 'ok    no proxy' "$(HTTPS_PROXY=http://proxy.example.com:3128 doctor)"
stop
out=$(doctor)
is 'nobody: 1' 1 $?
has 'nobody: what to do' '-> start one (mockcloud serve), or say where it is' "$out"
has 'nobody: the port' "ok    127.0.0.1 port ${url##*:} is free" "$out"

python3 -c '
import http.server
class Other(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"{}")
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Other)
print(server.server_port, flush=True)
server.serve_forever()' >port &
server=$!
until [ -s port ]; do read -rt 0.01 <><(:) || :; done
url=http://127.0.0.1:$(cat port)
out=$(doctor)
is 'another program: 1' 1 $?
has 'another program: told' "BAD   $url answers, but is no mockcloud" "$out"
has 'another program: it has the port' "BAD   127.0.0.1 port ${url##*:} is in use" "$out"
kill "$server"
wait "$server" 2>/dev/null
server=0

start --tls --ca-file ca.pem
out=$(doctor)
is 'over TLS without the certificate: 1' 1 $?
has 'and what to do' '-> name its certificate: --ca-file FILE' "$out"
out=$(CURL_CA_BUNDLE=ca.pem doctor --ca-file ca.pem)
has 'whom clients believe' "note  NODE_EXTRA_CA_CERTS is not set: Node won't believe the server; SSL_CERT_FILE is not set: " "$out"
has 'and what to do' '-> export NODE_EXTRA_CA_CERTS=ca.pem SSL_CERT_FILE=ca.pem REQUESTS_CA_BUNDLE=ca.pem' "$out"
stop
# shellcheck disable=SC2016 # the command's shell is meant
has 'in exec all is well' 'ok    clients are told of the certificate' "$("$mockcloud" exec --tls -- "$mockcloud" doctor)"

# ---- a file that is not there ----

for command in 'run no' 'check no' 'serve --port 0 --world no' 'exec --world no -- true' 'merge no' 'replay no' 'tape show no'; do
    # shellcheck disable=SC2086 # several words
    is "$command" 'mockcloud: no: No such file or directory 2' "$("$mockcloud" $command 2>&1) $?"
done
printf 'scenario: s\nworld: {from: no}\nsteps: [{note: x}]\n' >from.yaml
"$mockcloud" run from.yaml >out 2>&1
is 'one that a file names is a mistake in that: 3' 3 $?

# ---- nobody ----

printf 'scenario: s\nworld: {devices: [{as: p}]}\nsteps:\n  - expect: {device: p, owner: nobody}\n  - expect: {device: p, owner: null}\n' >nobody.yaml
is 'nobody, and null, are none' 'nobody.yaml:4:32: nobody is written none: owner: none
    4 |   - expect: {device: p, owner: nobody}
      |                                ^
nobody.yaml:5:32: nobody is written none: owner: none
    5 |   - expect: {device: p, owner: null}
      |                                ^' "$("$mockcloud" check nobody.yaml 2>&1)"
at_end
