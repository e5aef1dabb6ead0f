"""A back end that claims devices for its customers: POST /claim {"device": ID, "customer": EMAIL} on PORT.

It waits until the device is online, claims it by its id with a token of the customer, and believes that it is claimed
when it is in the customer's list. Nothing but Python's standard library.

In the environment: PARTICLE_API, PARTICLE_CLIENT_ID, PARTICLE_CLIENT_SECRET, PARTICLE_PRODUCT, PORT.
"""
import base64
import http.server
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

API, PRODUCT = os.environ["PARTICLE_API"], os.environ["PARTICLE_PRODUCT"]
SECRET = base64.b64encode(f'{os.environ["PARTICLE_CLIENT_ID"]}:{os.environ["PARTICLE_CLIENT_SECRET"]}'.encode()).decode()


def send(method, path, authorization, form=None):
    body = None if form is None else urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(API + path, method=method, data=body, headers={"Authorization": authorization})
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def bearer(**scope):
    form = {"grant_type": "client_credentials", **scope}
    return "Bearer " + send("POST", "/oauth/token", "Basic " + SECRET, form)["access_token"]


def is_online(device, product):
    return send("GET", f"/v1/products/{PRODUCT}/devices/{device}", product)["online"]


def claim(device, customer):
    product, own = bearer(), bearer(scope="customer=" + customer)
    for _ in range(100):
        if is_online(device, product):
            break
        time.sleep(0.05)
    send("POST", "/v1/devices", own, {"id": device})
    return any(mine["id"] == device for mine in send("GET", "/v1/devices", own))


class Backend(http.server.BaseHTTPRequestHandler):
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
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            claimed = claim(asked["device"], asked["customer"])
            self.answer(200 if claimed else 409, {"claimed": claimed})
        except urllib.error.HTTPError as refused:
            self.answer(502, {"claimed": False, "cloud": refused.code})


http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Backend).serve_forever()
