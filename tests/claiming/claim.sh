#!/bin/bash
# Real claiming clients under test: a shell with curl, Python, and the official SDK, each as it should be and as it
# should not; as a program that runs once and as a service. The right ones pass, the wrong ones fail with the cause.
# tests/claiming/claim.sh build/dev/mockcloud; the SDK is that of tests/e2e, and is left out where it is not installed.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

mockcloud=$(realpath "$mockcloud")
cd "$(dirname "$0")" || exit 1
clients=("sh claim-client.sh" "python3 claim.py")
services=("python3 claim.py")
if [ -d ../e2e/node_modules/particle-api-js ]; then
    clients+=("node claim.mjs")
    services+=("node claim.mjs")
fi

try() { # EXIT CAUSE FILE FILTER CLIENT...: the verdict, and the cause that a failure names
    local exit=$1 cause=$2 file=$3 filter=$4
    shift 4
    local said code
    said=$("$mockcloud" run "$file" --filter "$filter" --timeout 40s --client "$*" 2>&1)
    code=$?
    is "$*: $filter" "$exit" "$code"
    [ -z "$cause" ] || has "$* fails with its cause" "$cause" "$said"
}

for client in "${clients[@]}"; do
    for way in code online; do
        try 0 '' claim.yaml "is the customer's" "$client" $way
    done
    try 1 claim-code-not-on-device claim.yaml "is the customer's" "$client" trusting
    try 1 claim-code-expired claim.yaml "is the customer's" "$client" expired
    try 1 device-offline-when-claimed claim.yaml "is the customer's" "$client" early
    try 0 '' claim.yaml 'somebody else' "$client" online
    try 1 claim.owned-by-other claim.yaml 'somebody else' "$client" blind
done

for service in "${services[@]}"; do
    for way in code online; do
        try 0 '' service.yaml 'a back end' "$service" $way serve
    done
    try 1 claim-code-not-on-device service.yaml 'a back end' "$service" trusting serve
    try 1 device-offline-when-claimed service.yaml 'a back end' "$service" early serve
done

at_end
