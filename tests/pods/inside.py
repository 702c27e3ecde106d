"""The first process of the namespaces: lays out network and files, runs pytest, takes in orphans."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from places import API, BRIDGE, GATEWAY

OWN = ("/run", "/var/lib", "/var/log")
"""Where the node's programs write, whatever they are told; here they see an empty folder of their own."""

TUNED = {
    "vm/overcommit_memory": "1",
    "vm/panic_on_oom": "0",
    "kernel/panic": "10",
    "kernel/panic_on_oops": "1",
    "kernel/keys/root_maxkeys": "1000000",
    "kernel/keys/root_maxbytes": "25000000",
}
"""What a kubelet sets for the whole machine. It finds it set, in files that are laid over the kernel's."""


def main() -> int:
    """Returns how pytest ended."""
    work, *words = sys.argv[1:]
    _network()
    _files(Path(work))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # A terminal sends it to pytest as well, which ends in good order.
    tests = ("-m", "pytest", str(Path(__file__).parent), "-p", "no:xdist", "-p", "no:cacheprovider", "-s")
    child = os.posix_spawn(
        sys.executable,
        (sys.executable, *tests, "--work", work, *words),
        os.environ,
        setsigdef=[signal.SIGINT],
    )
    while True:
        process, status = os.wait()
        if process == child:
            return os.waitstatus_to_exitcode(status) & 0xFF


def _network() -> None:
    for words in (
        ("link", "set", "lo", "up"),
        ("link", "add", BRIDGE, "type", "bridge"),
        ("address", "add", f"{GATEWAY}/16", "dev", BRIDGE),
        ("address", "add", f"{API}/32", "dev", BRIDGE),
        ("link", "set", BRIDGE, "up"),
    ):
        subprocess.run(("ip", *words), check=True)


def _files(work: Path) -> None:
    for folder in OWN:
        subprocess.run(("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", folder), check=True)
    for name, value in TUNED.items():
        over = work / "kernel" / name
        over.parent.mkdir(parents=True, exist_ok=True)
        over.write_text(f"{value}\n")
        subprocess.run(("mount", "--bind", str(over), f"/proc/sys/{name}"), check=True)


if __name__ == "__main__":
    sys.exit(main())
