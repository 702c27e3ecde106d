"""What a machine must have to run pods, and what is missing here."""

import os
import shutil
import sys

import toolchain
from binaries import Versions
from places import PLUGINS, cni_plugins, hierarchies

COMMANDS = {
    "containerd": "containerd",
    "ctr": "containerd",
    "runc": "runc",
    "debootstrap": "debootstrap",
    "ip": "iproute2",
    "unshare": "util-linux",
}
"""Programs, and the packages of Debian that have them."""


def missing(versions: Versions) -> list[str]:
    """One sentence for each thing that is missing; empty where the pods can run."""
    if not sys.platform.startswith("linux"):
        return [f"pods need Linux, and this is {sys.platform}"]
    found = [] if os.geteuid() == 0 else ["only root can make the namespaces and the control groups: run it as root"]
    if sys.version_info[:2] != (3, 11):
        found.append(
            f"the image has Python 3.11, and the environment has {sys.version.split()[0]}: say PYTHON=python3.11"
        )
    absent = {name: package for name, package in COMMANDS.items() if shutil.which(name) is None}
    packages = set(absent.values())
    found += [f"`{name}` is not on PATH" for name in absent]
    if cni_plugins() is None:
        found.append(f"there is no folder with the CNI plugins {', '.join(PLUGINS)}")
        packages.add("containernetworking-plugins")
    if packages:
        found.append(f"on Debian: apt-get install --no-install-recommends {' '.join(sorted(packages))}")
    if not hierarchies():
        found.append("there are no control groups at /sys/fs/cgroup")
    try:
        toolchain.require((*versions.modules, *versions.node_modules))
    except toolchain.Unfit as why:
        found.append(str(why))
    return found
