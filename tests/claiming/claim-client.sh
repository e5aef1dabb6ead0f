#!/bin/sh
# A claiming client of a shell and curl: claim-client.sh WAY. The ways are those of claim.py.
set -eu

api() { # METHOD PATH TOKEN [curl option...]
    method=$1 path=$2 token=$3
    shift 3
    curl --silent --fail --max-time 10 --request "$method" --oauth2-bearer "$token" "$@" "$MOCKCLOUD_URL$path"
}

rig() { # PATH JSON: what the hands of whoever sets the device up do
    curl --silent --fail --max-time 10 -H 'X-Mockcloud-Control: 1' --json "$2" "$MOCKCLOUD_CONTROL$1" >/dev/null || :
}
pump() { rig /devices/pump "{\"do\":\"$1\"}"; }

field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }

token_for() { # [scope]
    curl --silent --fail --max-time 10 --user "$MOCKCLOUD_CLIENT_ID:$MOCKCLOUD_CLIENT_SECRET" \
        --data grant_type=client_credentials ${1:+--data-urlencode "scope=$1"} "$MOCKCLOUD_URL/oauth/token" | field access_token
}

until_so() { # COMMAND...
    tries=100
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.05
    done
}

mine() { api GET /v1/devices "$customer" | grep -q "\"id\":\"$MOCKCLOUD_DEVICE_ID\""; }
online() {
    [ "$(api GET "/v1/products/$MOCKCLOUD_PRODUCT/devices/$MOCKCLOUD_DEVICE_ID" "$product" | field online)" = true ]
}

hand_over() { # CODE
    pump power-on
    pump listen
    rig /devices/pump "{\"do\":\"serial\",\"set_claim_code\":\"$1\"}"
    pump power-off
}

ask() { api POST "/v1/products/$MOCKCLOUD_PRODUCT/device_claims" "$customer" | field claim_code; }
claim() { api POST /v1/devices "$customer" --data "id=$MOCKCLOUD_DEVICE_ID" >/dev/null; }

product=$(token_for)
customer=$(token_for "customer=$MOCKCLOUD_CUSTOMER")
case $1 in
code) hand_over "$(ask)" && pump power-on && until_so mine ;;
online) pump power-on && until_so online && claim && mine ;;
trusting) ask >/dev/null && pump power-on && until_so online ;;
expired) code=$(ask) && rig /clock '{"advance":"1h"}' && hand_over "$code" && pump power-on && until_so online ;;
early) claim || : ;;
blind) pump power-on && until_so online && { claim || :; } ;;
esac || {
    echo 'not claimed'
    exit 1
}
echo 'claimed!'
