#!/bin/bash
# The packages where a user has them: a clean Debian 12, the container image, the other processor. By hand, since it takes
# minutes and the network: tests/packages/full.sh
#
# Needs root; installs the rest (scripts/deps full). Says `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

work=$PWD/build/packages-full
chroot=$work/debian
passed=0
failed=0
version=$(sed -nE 's/^project\(mockcloud VERSION ([0-9.]+) .*/\1/p' CMakeLists.txt)
mkdir -p "$work"

ok() { # TEXT COMMAND...
    local text=$1
    shift
    if "$@" >"$work/log" 2>&1 </dev/null; then
        passed=$((passed + 1))
        printf 'ok      %s\n' "$text"
    else
        failed=$((failed + 1))
        printf 'FAILED  %s: %s\n' "$text" "$*"
        tail -n 40 "$work/log" | sed 's/^/    /'
    fi
}

# ---- a clean Debian 12, with nothing but the .deb and apt ----

debian() {
    [ -e "$chroot/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$chroot"
    # As this machine reaches its packages.
    cp /etc/resolv.conf "$chroot/etc/resolv.conf"
    rm -rf "$chroot/etc/apt/apt.conf.d/90local" "$chroot/tmp"/*
    apt-config dump Acquire | grep -i proxy >"$chroot/etc/apt/apt.conf.d/90local" || :
    cp "build/package/mockcloud_${version}_amd64.deb" "$chroot/tmp/"
}
inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive chroot "$chroot" /bin/sh -c "$1"; }

scripts/deps full || exit 1
ok 'scripts/package' scripts/package
ok 'a clean Debian 12' debian
ok 'apt installs the .deb' inside "apt-get -qq update && apt-get -qq install -y man-db bash-completion /tmp/mockcloud_${version}_amd64.deb"
ok 'the program runs' inside 'mockcloud version'
ok 'the demonstration passes' inside 'cd /usr/share/doc/mockcloud/examples && mockcloud run demo.yaml'
ok 'and finds the bug' inside 'cd /usr/share/doc/mockcloud/examples && ! mockcloud run demo.yaml --client "sh clients/trusting.sh" >/tmp/told && grep -q claim-code-not-on-device /tmp/told'
ok 'man mockcloud reads' inside 'man mockcloud | grep -q "fake Particle cloud" && man 5 mockcloud-scenario | grep -q "^KEYS"'
# shellcheck disable=SC2016 # the inner shell's
ok 'completion completes' inside 'bash -c ". /usr/share/bash-completion/bash_completion; _completion_loader mockcloud; COMP_WORDS=(mockcloud ser); COMP_CWORD=1; _mockcloud; [ \"\${COMPREPLY[*]}\" = serve ]"'
ok 'apt removes it without a rest' inside 'apt-get -qq purge -y mockcloud && ! test -e /usr/share/doc/mockcloud'

# ---- the container image, without a daemon ----

export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
image() { buildah --root "$work/images" --runroot "$work/run" "$@"; }

# The base is the Debian of above: no registry is asked.
base() {
    local container
    container=$(image from scratch) &&
        tar -C "$chroot" --one-file-system -cf "$work/base.tar" --exclude=./proc/* --exclude=./sys/* . &&
        image add "$container" "$work/base.tar" / &&
        image commit --timestamp 0 "$container" localhost/base &&
        image rm "$container"
}
build_image() {
    rm -rf "$work/context" build/package/mockcloud-oci
    mkdir -p "$work/context/build/package"
    cp "build/package/mockcloud_${version}_amd64.deb" "$work/context/build/package/"
    image bud --timestamp "$(git log -1 --format=%ct)" --from localhost/base -f Containerfile -t localhost/mockcloud "$work/context" &&
        image push localhost/mockcloud "oci:build/package/mockcloud-oci:$version"
}
# The image's own start command, and its health check, as its user, in a network of its own.
serves() {
    local container mount
    container=$(image from localhost/mockcloud) && mount=$(image mount "$container") || return 1
    image inspect --type image localhost/mockcloud >"$work/config.json"
    grep -q '"User": "mockcloud"' "$work/config.json" || return 1
    unshare -n sh -c "
        busybox ip link set lo up
        chroot --userspec=mockcloud '$mount' env MOCKCLOUD_CONTROL_TOKEN=not-a-secret sh -c 'exec mockcloud serve --listen 0.0.0.0:8642 --host mockcloud --control-token \"\$MOCKCLOUD_CONTROL_TOKEN\" --ready-fd 3' 3>'$work/ready' &
        server=\$!
        read -r url <'$work/ready'
        chroot '$mount' mockcloud ctl --token not-a-secret worlds
        status=\$?
        kill \$server
        exit \$status"
    local status=$?
    image rm "$container" >/dev/null
    return $status
}
rm -f "$work/ready"
mkfifo "$work/ready"
ok 'a base image' base
ok 'the Containerfile builds' build_image
ok 'it is an OCI layout' test -s build/package/mockcloud-oci/index.json
ok 'the image serves, not as root, and is healthy' serves

# ---- the other processor ----

ok 'scripts/package --arch arm64' scripts/package --arch arm64
arm() {
    rm -rf "$work/arm"
    mkdir -p "$work/arm"
    tar -C "$work/arm" -xzf "build/package/mockcloud-$version-linux-aarch64.tar.gz" --strip-components=1
}
ok 'its tarball' arm
ok 'is for that processor' grep -q AArch64 <(readelf -h "$work/arm/lib/mockcloud/mockcloud.bin")
# By the loader itself: the emulator starts one program, and the launcher would start another.
on_arm() { (cd "$work/arm/lib/mockcloud" && qemu-aarch64-static ./mockcloud --library-path . ./mockcloud.bin "$@"); }
ok 'it runs' on_arm version
ok 'it plays a scenario' on_arm check "$PWD/scenarios/unclaim.yaml"
ok 'lintian finds no error' lintian --allow-root --fail-on error "build/package/mockcloud_${version}_arm64.deb"

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
