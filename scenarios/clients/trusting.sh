#!/bin/sh
# Claims a device for a customer, as many applications do it: asks for a claim code, sees that the request
# succeeded, and takes the device for claimed. The bug: nobody gives the code to the device.
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

token=$(api POST /oauth/token --user "$PARTICLE_CLIENT_ID:$PARTICLE_CLIENT_SECRET" \
    --data grant_type=client_credentials --data-urlencode "scope=customer=$PARTICLE_CUSTOMER" |
    field access_token)

code=$(api POST "/v1/products/$PARTICLE_PRODUCT/device_claims" --oauth2-bearer "$token" |
    field claim_code)
[ -n "$code" ] || exit 1

echo "$PARTICLE_DEVICE is claimed!"
