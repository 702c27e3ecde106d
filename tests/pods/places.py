"""The addresses and names of the one node, all inside a network namespace of its own."""

import os
from pathlib import Path

BRIDGE = "plimsoll0"
GATEWAY = "10.88.0.1"
"""The node, as pods see it."""
PODS = "10.88.0.0/16"
API = "10.96.0.1"
"""The API server, as the Service ``kubernetes`` names it: an address of the bridge, so nothing has to lead there."""
API_PORT = 443
STORE_PORT = 9000
NODE = "pods"
REGION = "me-central-1"
"""Where the reference project's environment lets its data be."""
CGROUPS = Path("/sys/fs/cgroup")
AS_OF = "2013-07-02"
"""The day of the training, as `make demo` has it."""
PREFIX = "plimsoll-pods-"
"""How everything begins that a run could leave behind: its control groups and its folder."""


def cni_plugins() -> Path | None:
    """The folder of the CNI plugins: Debian's, or the usual one."""
    folders = (Path("/usr/lib/cni"), Path("/opt/cni/bin"))
    return next((folder for folder in folders if all((folder / name).exists() for name in PLUGINS)), None)


PLUGINS = ("bridge", "host-local", "loopback")


def hierarchies() -> list[Path]:
    """Where control groups are made: one folder in version 2, a folder for each controller in version 1."""
    if (CGROUPS / "cgroup.controllers").exists():
        return [CGROUPS]
    return sorted(
        folder for folder in CGROUPS.iterdir() if (folder / "cgroup.procs").exists() and os.path.ismount(folder)
    )
