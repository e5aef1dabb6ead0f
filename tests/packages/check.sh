#!/bin/bash
# Installs each package where nothing of ours is, and uses it: tests/packages/check.sh
#
# Expects what scripts/package has made in build/package/. Root, or a kernel that lets users have namespaces, is needed for
# the chroot. Says `N passed, N failed` at the end.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

root=$PWD
packages=$root/build/package
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
passed=0
failed=0

ok() { # TEXT COMMAND...
    local text=$1
    shift
    if "$@" >"$tmp/log" 2>&1 </dev/null; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED %s: %s\n' "$text" "$*"
        tail -n 30 "$tmp/log" | sed 's/^/    /'
    fi
}

not() { ! "$@"; }

one() { # PATTERN: the one file of that name
    find "$packages" -maxdepth 1 -name "$1" | grep . || printf 'tests/packages: there is no %s\n' "$1" >&2
}

deb=$(one 'mockcloud_*_amd64.deb')
tarball=$(one 'mockcloud-*-linux-x86_64.tar.gz')
npm=$(one 'mockcloud-*-linux-x86_64.tgz')
wheel=$(one 'mockcloud-*_x86_64.whl')
version=$(sed -nE 's/^project\(mockcloud VERSION ([0-9.]+) .*/\1/p' CMakeLists.txt)
# Nothing of this machine's environment is to help them.
clean() { env -i PATH=/usr/bin:/bin HOME="$tmp" "$@"; }

# ---- what they are ----

ok 'the sums are right' sh -c "cd '$packages' && sha256sum -c SHA256SUMS"
ok 'the release notes name the version' grep -q "^# mockcloud $version" "$packages/release-notes.md"
for name in "$deb" "$tarball" "$npm" "$wheel"; do
    ok "$(basename "$name") has the version" [ "${name%"$version"*}" != "$name" ]
done

mkdir "$tmp/deb"
dpkg-deb -x "$deb" "$tmp/deb"
program=$tmp/deb/usr/bin/mockcloud
ok 'lintian finds no error' lintian --allow-root --fail-on error "$deb"
for file in man/man1/mockcloud.1.gz man/man1/mockcloud-run.1.gz man/man5/mockcloud-scenario.5.gz man/man5/mockcloud-world.5.gz \
    bash-completion/completions/mockcloud zsh/vendor-completions/_mockcloud fish/vendor_completions.d/mockcloud.fish \
    mockcloud/scenario.schema.json mockcloud/world.schema.json mockcloud/openapi.json doc/mockcloud/README.md \
    doc/mockcloud/copyright doc/mockcloud/reference/steps.md doc/mockcloud/examples/demo.yaml; do
    ok "the .deb has $file" test -s "$tmp/deb/usr/share/$file"
done
for library in libmicrohttpd12 libcurl3-gnutls libyaml-0-2 libpcre2-8-0 libcjson1 libnettle8 libuuid1 libc6; do
    ok "it depends on $library" grep -q "$library" <(dpkg-deb -f "$deb" Depends)
done
ok 'position independent' grep -q 'Type:.*DYN' <(readelf -h "$program")
ok 'relocations are read-only' grep -q 'GNU_RELRO' <(readelf -lW "$program")
ok 'and bound at the start' grep -q 'BIND_NOW' <(readelf -d "$program")
ok 'the stack is guarded' grep -q __stack_chk_fail <(readelf --dyn-syms -W "$program")
ok 'and what libc can check is checked' grep -q '_chk@' <(readelf --dyn-syms -W "$program")

# Elsewhere, in a folder of another name, the same bytes come out.
again() {
    mkdir -p "$tmp/elsewhere"
    git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$tmp/elsewhere" &&
        (cd "$tmp/elsewhere" && SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct) scripts/package) &&
        for name in "$deb" "$tarball" "$npm" "$wheel"; do cmp "$name" "$tmp/elsewhere/build/package/${name##*/}" || return 1; done
}
ok 'built twice, the same bytes' again

mkdir "$tmp/all"
tar -C "$tmp/all" -xzf "$tarball"
tar -C "$tmp/all" -xzf "$npm"
python3 -m zipfile -e "$wheel" "$tmp/all/wheel"
ok 'no path of the build is in any file' not grep -rlF "$root" "$tmp/all" "$tmp/deb"
ok 'each library comes with its terms' test "$(find "$tmp/all/mockcloud-$version-linux-x86_64/share/doc/mockcloud/libraries" -type f | wc -l)" -ge 15

# ---- the tarball, in a chroot that has busybox and nothing else ----

cage=$tmp/cage
mkdir -p "$cage/bin" "$cage/tmp" "$cage/dev" "$cage/etc"
cp "$(command -v busybox)" "$cage/bin/busybox"
for tool in sh cat wget kill mkfifo; do ln -s busybox "$cage/bin/$tool"; done
printf '127.0.0.1 localhost\n' >"$cage/etc/hosts"
mv "$tmp/all/mockcloud-$version-linux-x86_64" "$cage/mockcloud"
mknod -m 666 "$cage/dev/null" c 1 3 2>/dev/null || touch "$cage/dev/null"
if [ "$(id -u)" = 0 ]; then enter=(); else enter=(unshare --map-root-user); fi
in_cage() { env -i "${enter[@]}" /usr/sbin/chroot "$cage" /bin/sh -c "PATH=/mockcloud/bin:/bin; $1"; }

# shellcheck disable=SC2016 # the inner shell's
ok 'tarball: it runs' in_cage '[ "$(mockcloud version)" = "mockcloud '"$version"'" ]'
ok 'tarball: it plays scenarios' in_cage 'mockcloud run /mockcloud/share/doc/mockcloud/examples/unclaim.yaml'
# shellcheck disable=SC2016 # the inner shell's
ok 'tarball: it serves' in_cage '
    mkfifo /tmp/ready
    mockcloud serve --port 0 --ready-fd 3 --quiet 3>/tmp/ready &
    server=$!
    read -r url </tmp/ready
    wget -q -O - "http://localhost:${url##*:}/__mock/health" || exit 1
    kill $server
    wait $server'
# shellcheck disable=SC2016 # the inner shell's
ok 'tarball: it starts commands' in_cage 'mockcloud exec -- sh -c "wget -q -O - \$MOCKCLOUD_CONTROL/devices"'
ok 'tarball: its HTTP client is there, too' in_cage 'mockcloud exec -- mockcloud ctl devices'
# shellcheck disable=SC2016 # the inner shell's
ok 'tarball: its process has its name' "$cage/mockcloud/bin/mockcloud" exec -- sh -c '
    read -r _ _ _ parent _ <"/proc/$PPID/stat"
    grep -qx mockcloud "/proc/$parent/comm"'

# ---- npm, in a folder with nothing but Node ----

mkdir "$tmp/node"
cat >"$tmp/node/test.js" <<'JS'
const reply = await fetch(`${process.env.MOCKCLOUD_CONTROL}/devices`);
const { devices } = await reply.json();
if (devices.length === 0) throw new Error('no devices');
JS
printf '{"name": "a-test", "private": true, "type": "module"}\n' >"$tmp/node/package.json"
in_node() { (cd "$tmp/node" && clean "$@"); }
ok 'npm i FILE' in_node npm i --offline --no-audit --no-fund "$npm"
ok 'npx mockcloud version' in_node npx --no-install mockcloud version
ok 'npx mockcloud exec -- node test.js' in_node npx --no-install mockcloud exec -- node test.js
ok 'its package is as small as a tarball' test "$(stat -c %s "$npm")" -lt 12000000
ok 'another system is told what to do' in_node node -e '
    const { complaint } = require("mockcloud/system");
    if (complaint("linux", process.arch)) throw new Error("this one is fine");
    if (!/container image/.test(complaint("darwin", "arm64"))) throw new Error("no advice");'
cat >"$tmp/node/world.test.mjs" <<'JS'
import assert from 'node:assert/strict';
import { worldTest } from 'mockcloud/node-test';
worldTest('an empty world', async (world) => assert.deepEqual(await world.devices(), []));
JS
ok 'node --test, with a world for the test' in_node node --test world.test.mjs

# ---- pip, in a virtual environment ----

# pytest is Debian's; nothing is downloaded.
ok 'a virtual environment' clean /usr/bin/python3 -m venv --system-site-packages "$tmp/venv"
ok 'pip install --no-index FILE' clean "$tmp/venv/bin/pip" install --no-index --disable-pip-version-check "$wheel"
ok 'the mockcloud command of the wheel' clean "$tmp/venv/bin/mockcloud" exec -- true
ok 'import mockcloud' clean "$tmp/venv/bin/python" -c 'import mockcloud'
mkdir "$tmp/python"
cp tests/fixtures/python/{claiming,test_fixtures}.py tests/fixtures/python/world.yaml "$tmp/python"
ok 'pip install FILE && pytest' clean sh -c "cd '$tmp/python' && '$tmp/venv/bin/python' -m pytest -q -p no:cacheprovider"

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
