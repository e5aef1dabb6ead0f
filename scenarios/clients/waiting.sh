#!/bin/sh
# Claims a device for a customer, as it has to be done: waits until the device is online, claims it by its id,
# and believes that it is claimed when it is in the customer's list.
#
# In the environment: PARTICLE_API, PARTICLE_CLIENT_ID, PARTICLE_CLIENT_SECRET, PARTICLE_PRODUCT,
# PARTICLE_CUSTOMER, PARTICLE_DEVICE.
set -eu

api() { # METHOD PATH [curl option...]: the body of the reply; ends the program when it is no success
    method=$1 path=$2
    shift 2
    curl --silent --show-error --fail --max-time 10 --request "$method" "$@" "$PARTICLE_API$path"
}

field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }

token_for() { # curl option...
    api POST /oauth/token --user "$PARTICLE_CLIENT_ID:$PARTICLE_CLIENT_SECRET" \
        --data grant_type=client_credentials "$@" | field access_token
}

product=$(token_for)
customer=$(token_for --data-urlencode "scope=customer=$PARTICLE_CUSTOMER")

online() {
    [ "$(api GET "/v1/products/$PARTICLE_PRODUCT/devices/$PARTICLE_DEVICE" \
        --oauth2-bearer "$product" | field online)" = true ]
}

echo "waiting for $PARTICLE_DEVICE"
tries=100
until online; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { echo "it does not come online" >&2; exit 1; }
    sleep 0.1
done

api POST /v1/devices --oauth2-bearer "$customer" --data "id=$PARTICLE_DEVICE" >/dev/null

if api GET /v1/devices --oauth2-bearer "$customer" | grep -q "\"id\":\"$PARTICLE_DEVICE\""; then
    echo "$PARTICLE_DEVICE is claimed!"
else
    echo "$PARTICLE_DEVICE is not in the customer's list" >&2
    exit 1
fi
