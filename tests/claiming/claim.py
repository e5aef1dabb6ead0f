"""A claiming client with nothing but Python's standard library: claim.py WAY [serve]

code        asks for a claim code, hands it to the device, waits until the device is the customer's
online      waits until the device is online, claims it by its id, looks whether it is the customer's
and, as they should not be done:
trusting    asks for a claim code, and believes that this is all
expired     hands the code over an hour too late
early       claims at once, and takes no notice of the refusal
blind       claims when it is online, and takes no notice of the refusal
"""
import base64
import http.server
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

URL, CONTROL = os.environ["MOCKCLOUD_URL"], os.environ["MOCKCLOUD_CONTROL"]
PRODUCT, DEVICE = os.environ["MOCKCLOUD_PRODUCT"], os.environ["MOCKCLOUD_DEVICE_ID"]
PATIENCE_S = 5


def send(method, url, headers, body=None):
    request = urllib.request.Request(url, method=method, headers=headers, data=body)
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            text = reply.read()
            return reply.status, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        return error.code, None


def api(method, path, token, form=None):
    body = None if form is None else urllib.parse.urlencode(form).encode()
    return send(method, URL + path, {"Authorization": "Bearer " + token}, body)


def rig(path, what):
    """What the hands of whoever sets the device up do."""
    headers = {"X-Mockcloud-Control": "1", "Content-Type": "application/json"}
    return send("POST", CONTROL + path, headers, json.dumps(what).encode())


def token_of(customer):
    client = os.environ["MOCKCLOUD_CLIENT_ID"] + ":" + os.environ["MOCKCLOUD_CLIENT_SECRET"]
    form = {"grant_type": "client_credentials"}
    if customer:
        form["scope"] = "customer=" + customer
    headers = {"Authorization": "Basic " + base64.b64encode(client.encode()).decode()}
    return send("POST", URL + "/oauth/token", headers, urllib.parse.urlencode(form).encode())[1]["access_token"]


def until(holds):
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def is_mine(token):
    return any(device["id"] == DEVICE for device in api("GET", "/v1/devices", token)[1])


def is_online():
    product = token_of(None)
    return until(lambda: api("GET", f"/v1/products/{PRODUCT}/devices/{DEVICE}", product)[1]["online"])


def by_code(token, hands_over, waits_for):
    code = api("POST", f"/v1/products/{PRODUCT}/device_claims", token, {})[1]["claim_code"]
    if waits_for:
        rig("/clock", {"advance": waits_for})
    if hands_over:
        rig("/devices/pump", {"do": "power-on"})
        rig("/devices/pump", {"do": "listen"})
        rig("/devices/pump", {"do": "serial", "set_claim_code": code})
        rig("/devices/pump", {"do": "power-off"})
    rig("/devices/pump", {"do": "power-on"})


def claim(way):
    token = token_of(os.environ["MOCKCLOUD_CUSTOMER"])
    if way == "code":
        by_code(token, True, None)
        return until(lambda: is_mine(token))
    if way in ("trusting", "expired"):
        by_code(token, way == "expired", "1h" if way == "expired" else None)
        return is_online()
    if way != "early":
        rig("/devices/pump", {"do": "power-on"})
        if not is_online():
            return False
    status, _ = api("POST", "/v1/devices", token, {"id": DEVICE})
    return way in ("early", "blind") or (status == 200 and is_mine(token))


class Service(http.server.BaseHTTPRequestHandler):
    def answer(self, status, what):
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200, {"ok": True})

    def do_POST(self):
        claimed = claim(sys.argv[1])
        self.answer(200 if claimed else 409, {"claimed": claimed})


if sys.argv[2:] == ["serve"]:
    http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Service).serve_forever()
claimed = claim(sys.argv[1])
print("claimed!" if claimed else "not claimed")
sys.exit(0 if claimed else 1)
