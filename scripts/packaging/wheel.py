"""Makes the Python package: a wheel is a zip with a few files of its own, and this one's bytes depend on nothing else.

    wheel.py VERSION CPU BUNDLE SOURCES OUTPUT

BUNDLE is the tree of the self-contained tarball: its program goes beside Python's own (bin/), its libraries into lib/mockcloud.
SOURCES has the package `mockcloud`.
"""

import base64
import hashlib
import os
import sys
import time
import zipfile

version, cpu, bundle, sources, output = sys.argv[1:]
# The libraries come with the program, the C library too, so an old system will do, and one with musl.
tag = f"py3-none-manylinux_2_17_{cpu}.manylinux2014_{cpu}.musllinux_1_1_{cpu}"
data = f"mockcloud-{version}.data"
info = f"mockcloud-{version}.dist-info"
when = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6]


def files_below(folder):
    """Paths below a folder, relative to it, in one order on every machine."""
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if "__pycache__" not in path:
                yield os.path.relpath(os.path.join(path, name), folder)


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


# What the wheel holds: name, bytes, whether it is to be executed.
members = [(f"mockcloud/{name}", read(sources, "mockcloud", name), False) for name in files_below(f"{sources}/mockcloud")]
members.append((f"{data}/scripts/mockcloud", read(bundle, "bin/mockcloud"), True))
for name in files_below(f"{bundle}/lib/mockcloud"):
    runs = name in ("mockcloud", "mockcloud.bin")
    members.append((f"{data}/data/lib/mockcloud/{name}", read(bundle, "lib/mockcloud", name), runs))
for name in files_below(f"{bundle}/share/doc/mockcloud/libraries"):
    members.append((f"{info}/licenses/libraries/{name}", read(bundle, "share/doc/mockcloud/libraries", name), False))
members.append((f"{info}/licenses/LICENSE", read(bundle, "LICENSE"), False))
metadata = f"""Metadata-Version: 2.1
Name: mockcloud
Version: {version}
Summary: A fake Particle cloud with simulated devices, for testing device claiming
Author: the mockcloud authors
License: MIT
Requires-Python: >=3.8
Classifier: Framework :: Pytest
Description-Content-Type: text/markdown

"""
members.append((f"{info}/METADATA", metadata.encode() + read(sources, "README.md"), False))
wheel = "Wheel-Version: 1.0\nGenerator: mockcloud\nRoot-Is-Purelib: false\n"
tags = "".join(f"Tag: py3-none-{platform}\n" for platform in tag.split("-")[2].split("."))
members.append((f"{info}/WHEEL", (wheel + tags).encode(), False))
members.append((f"{info}/entry_points.txt", b"[pytest11]\nmockcloud = mockcloud.pytest_plugin\n", False))

record = ""
for name, content, _ in members:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    record += f"{name},sha256={digest},{len(content)}\n"
record += f"{info}/RECORD,,\n"
members.append((f"{info}/RECORD", record.encode(), False))

with zipfile.ZipFile(os.path.join(output, f"mockcloud-{version}-{tag}.whl"), "w", zipfile.ZIP_DEFLATED) as archive:
    for name, content, runs in members:
        member = zipfile.ZipInfo(name, when)
        member.compress_type = zipfile.ZIP_DEFLATED
        member.external_attr = (0o100755 if runs else 0o100644) << 16
        archive.writestr(member, content)
