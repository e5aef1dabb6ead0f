#!/bin/bash
# Clients that are services, in scenarios: their port, when they are ready, how they are called and stopped, where they
# start. The service is Node's.
# tests/cli/services.sh build/dev/mockcloud
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mockcloud=$(realpath "$mockcloud")
mkdir "$tmp/files" && cd "$tmp" || exit 1
run() { "$mockcloud" run --timeout 30s "$@"; }
timeless() { sed -E 's/ in [0-9.]+ m?s/ in TIME/; s/[0-9.]+ ms\)/TIME)/'; }
verdict() { sed -n '2p'; } # of a failure

# POST /claim claims the device that it is told, in the cloud; /health is 503 twice; the rest tells what came.
cat >files/service.mjs <<'END_OF_FILE'
import http from 'node:http';
let asked = 0;
const read = async (from) => { let text = ''; for await (const part of from) text += part; return text; };
http.createServer(async (request, response) => {
  const body = await read(request);
  if (request.url === '/health') return response.writeHead(++asked > 2 ? 204 : 503).end();
  if (request.url === '/slow') return;
  if (request.url === '/crash') process.exit(7);
  if (request.url !== '/claim')
    return response.writeHead(418, { 'Content-Type': 'application/json', 'X-Kind': 'echo' })
      .end(JSON.stringify({ method: request.method, url: request.url, body, headers: request.headers }));
  const reply = await fetch(`${process.env.MOCKCLOUD_URL}/v1/devices`, {
    method: 'POST', headers: { Authorization: request.headers.authorization }, body: new URLSearchParams(JSON.parse(body)) });
  response.writeHead(reply.status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ claimed: (await reply.json()).ok }));
}).listen(process.env.PORT, '127.0.0.1', () => console.log(`listening on ${process.env.PORT}, near ${process.env.NEAR}`));
process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => {});
END_OF_FILE

head='world:
  users: [{username: ada@example.com, password: not-a-password}]
  devices: [{as: pump, state: online}]
clients:'
# shellcheck disable=SC2016 # these are the scenario's
service='run: [node, service.mjs], port: true, env: {PORT: "${app.port}", NEAR: "${app.url}"}'

cat >files/good.yaml <<END_OF_FILE
scenario: a back end claims for its user
$head
  app: {$service, ready: {http: GET /health, status: 204, within: 10s real}}
  other: {run: [sh, -c, 'printf "%s" "\$1"; test "\$1" = "\$OTHER"', x, "\${app.url}"], env: {OTHER: "http://127.0.0.1:\${app.port}"}}
steps:
  - start: app
  - call: POST /claim
    client: app
    token: ada@example.com
    json: {id: "\${pump.id}"}
    reply: {status: 200, json: {claimed: true}}
  - expect: {device: pump, owner: ada@example.com}
  - call: PUT /a%2Fb?x=1
    client: app
    query: {y: "a b"}
    headers: {X-Mine: "1", X-None: ""}
    body: "raw \${pump.name}"
    within: 5s real
    reply: {status: 418, headers: {X-Kind: echo}, json: {method: PUT, url: "/a%2Fb?x=1&y=a%20b", body: raw pump, headers: {x-mine: "1", x-none: "", content-length: "8", accept: "*/*"}}}
    save: {told: /body}
  - call: DELETE /nothing
    client: app
    reply: {status: 418, json: {method: DELETE, body: ""}}
  - call: POST /form
    client: app
    form: {a: "\${told}"}
    reply: {status: 418, json: {body: a=raw%20pump, headers: {content-type: application/x-www-form-urlencoded}}}
  - sent: {request: any, from: app, times: 1}
  - start: other
  - wait: {client: other, exits: 0, within: 5s real}
  - stop: app
  - expect: {client: app, exits: 0, output: {\$matches: listening on}}
  - start: app
  - call: GET /again
    client: app
    reply: {status: 418}
END_OF_FILE
is 'a service is ready, called, stopped and started again' 'PASS  a back end claims for its user (13 steps, 0ms in TIME)
1 passed, 0 failed in TIME' "$(run files/good.yaml | timeless)"

# shellcheck disable=SC2016
app='app: {run: [sh, -c, '"'"'curl -sf -H "X-Try: 1" -H "Authorization: Bearer not-a-token" --json "{\"id\":\"$PUMP\"}" "$MOCKCLOUD_URL/v1/devices?try=1"'"'"'], env: {PUMP: "${pump.id}"}}'
cat >files/patterns.yaml <<END_OF_FILE
scenario: what a pattern asks for, what a fault waits for, how a call shows its token
world:
  users: [{username: ada@example.com, password: not-a-password}]
  devices: [{as: pump, state: online}]
  tokens: [{token: not-a-token, user: ada@example.com}]
clients:
  $app
  back: {run: [node, service.mjs], port: true, env: {PORT: "\${back.port}"}, ready: {output: listening, within: 10s real}}
steps:
  - hold: {request: POST /v1/devices, from: app, with: {header: {X-Try: "1"}, query: {try: "1"}, json: {id: "\${pump.id}"}}, as: claim}
  - start: app
  - wait: {held: claim, within: 10s real}
  - release: claim
  - wait: {request: POST /v1/devices, with: {header: {x-try: "1"}}, within: 10s real}
  - wait: {client: app, exits: 0, within: 10s real}
  - sent: {request: POST /v1/devices, with: {header: {X-Try: {\$matches: "^1\$"}}}, times: 1}
  - expect: {device: pump, owner: ada@example.com}
  - fault: {kind: latency, request: GET /v1/devices, delay: 1s virtual, up_to: 2s virtual, after: 1, times: 1}
  - request: GET /v1/devices
    token: ada@example.com
  - request: GET /v1/devices
    token: ada@example.com
  - start: back
  - call: GET /echo
    client: back
    token: ada@example.com
    token_in: query
    reply: {status: 418, json: {url: {\$matches: "^/echo\\\\?access_token="}}}
END_OF_FILE
is 'patterns by header, query and JSON; a fault after some requests; a token in the query' \
    'PASS  what a pattern asks for, what a fault waits for, how a call shows its token (13 steps, SOME in TIME)
1 passed, 0 failed in TIME' "$(run files/patterns.yaml | timeless | sed -E 's/[0-9.]+m?s in TIME\)/SOME in TIME)/')"

# failing NAME CLIENT STEPS: the verdict of a scenario with one client.
failing() {
    printf 'scenario: %s\n%s\n  app: {%s}\nsteps:\n%s\n' "$1" "$head" "$2" "$3" >files/bad.yaml
    run files/bad.yaml | verdict | sed -E 's/bad.yaml:[0-9]+: //; s/port [0-9]+/port N/; s/after [0-9]+ ms/after N ms/'
}

slow="$service, ready: {output: listening}"
is 'ready: output' '' "$(failing ok "$slow" '  - start: app' | grep -v passed)"
is 'ready: not in time' 'files/the client app was not ready within 50ms real: it has not printed "hello"' \
    "$(failing late "$service, ready: {output: hello, within: 50ms real}" '  - start: app')"
is 'ready: another status' 'files/the client app was not ready within 3s real: GET /x was answered 418, not 200' \
    "$(failing status "$service, ready: {http: GET /x, within: 3s real}" '  - start: app')"
has 'ready: nobody listens' 'files/the client app was not ready within 100ms real: GET /: ' \
    "$(failing deaf 'run: [sleep, "9"], port: true, ready: {http: GET /, within: 100ms real}' '  - start: app')"
is 'ready: it ends' 'files/the client app exited with 3 before it was ready: it has not printed "hello"' \
    "$(failing ends 'run: [sh, -c, exit 3], ready: {output: hello}' '  - start: app')"
has 'ready over http: it ends' 'files/the client app exited with 3 before it was ready: GET /: ' \
    "$(failing ends 'run: [sh, -c, exit 3], port: true, ready: {http: GET /}' '  - start: app')"
is 'stop: it does not end' 'files/the client app still runs 100ms real after SIGINT' \
    "$(failing stays "$slow, stop: {signal: INT, within: 100ms real}" '  - start: app
  - stop: app')"
is 'stop: it has ended' "files/the client app can't be stopped: it exited with 0" \
    "$(failing gone 'run: ["true"]' '  - start: app
  - wait: {client: app, exits: 0, within: 5s real}
  - stop: app')"
is 'stop: by a signal' 'files/app: was ended by signal 15 (143), expected exits 0' \
    "$(failing signal 'run: [sleep, "9"]' '  - start: app
  - stop: app
  - expect: {client: app, exits: 0}')"
is 'call: no answer in time' 'files/the client app did not answer within 100ms real: no answer came' \
    "$(failing slow "$slow" '  - start: app
  - {call: GET /slow, client: app, within: 100ms real}')"
has 'call: it ends instead' 'files/the client app did not answer this: ' \
    "$(failing crash "$slow" '  - start: app
  - {call: GET /crash, client: app}')"
is 'call: another answer' "files/the reply's status is 418, not 200" \
    "$(failing other "$slow" '  - start: app
  - {call: GET /, client: app, reply: {status: 200}}')"
is 'call: without a reply, 400 and more fail' "files/the reply's status is 418" \
    "$(failing other "$slow" '  - start: app
  - {call: GET /, client: app}')"

# ---- where a client starts ----

mkdir files/inner
folder() { failing where "run: [sh, -c, 'pwd; exit 1']$1" "  - start: app
  - wait: {client: app, exits: 1, within: 5s real}
  - expect: {client: app, output: $2}" | grep -c passed; }
is 'in the folder of its file' 1 "$(folder '' "$tmp/files")"
is 'or in cwd, from there' 1 "$(folder ', cwd: inner' "$tmp/files/inner")"
is 'or anywhere' 1 "$(folder ', cwd: /' /)"
is 'a folder that there is not' "files/the client app: can't start sh in files/nowhere: No such file or directory" \
    "$(failing where 'run: [sh, x], cwd: nowhere' '  - start: app')"
printf 'scenario: s\nclients: {app: }\nsteps: [{start: app}, {wait: {client: app, exits: 0, within: 5s real}}]\n' >files/client.yaml
is '--client where mockcloud was called' 0 "$(run files/client.yaml --client "test \"\$(pwd)\" = '$tmp'" >/dev/null; echo $?)"

at_end
