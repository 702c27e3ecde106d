"""``plimsoll serve``: verify and serve a pinned model on this machine, from its compiled Deployment."""

import argparse
import json
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from types import FrameType

from plimsoll.cli.arguments import add_release
from plimsoll.cli.progress import note
from plimsoll.cli.release_folder import VerifiedRelease, open_release
from plimsoll.contract import exit_codes
from plimsoll.contract.refusal import Refused, Unavailable
from plimsoll.contract.requests import ServingRequest
from plimsoll.runtime.runner import Mounts

READY_SECONDS = 60.0
"""How long a server may take to listen."""

EXAMPLE = """\
example:
  plimsoll serve flight-delay-online --release release/local --port 8080
  curl localhost:8080/v2/models/flight-delay

The init container runs first and verifies the model's signature, signer and digest; only then is it loaded.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which deployment of which release, and where to listen."""
    parser.epilog = EXAMPLE
    parser.add_argument("deployment", metavar="DEPLOYMENT", help="an online one, such as flight-delay-online")
    add_release(parser)
    parser.add_argument("--port", type=_port, default=8080, metavar="PORT", help="default: 8080; 0 takes any free one")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port, from 0 to 65535")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    _require_free(arguments.port)
    release = open_release(arguments.release, arguments.specs, deployment=arguments.deployment)
    with serving(release, arguments.deployment, port=arguments.port) as server:
        note(f"{server.request.model.name} version {server.request.model.version}: http://127.0.0.1:{server.port}")
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            return server.process.wait()
        except KeyboardInterrupt:
            note("stopping")
    return exit_codes.CLEAN


def _require_free(port: int) -> None:
    """See to it, before anything is verified, that nothing listens on a port.

    Raises:
        Unavailable: when something does, or nobody may.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            mend = "name another by --port; 0 takes any free one"
            raise Unavailable(f"port {port}", error.strerror or str(error), mend) from error


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Let SIGTERM end the server in order, as Ctrl-C does."""
    raise KeyboardInterrupt


@dataclass(frozen=True)
class Server:
    """A server that listens on the loopback interface."""

    process: Popen[bytes]
    port: int
    request: ServingRequest


@contextmanager
def serving(release: VerifiedRelease, deployment: str, *, port: int = 0, replay: bool = False) -> Iterator[Server]:
    """A running server of a verified release, for as long as the context lasts.

    Raises:
        Refused: when the model is not verified, or the server does not start.
    """
    from plimsoll.runtime.serving.pod import load_pod, prepare, running

    workspace, environment = release.workspace, release.environment.metadata.name
    mounts = Mounts(workspace.state(environment).root, workspace.data, workspace.trust)
    pod = load_pod(release.folder, deployment)
    with tempfile.TemporaryDirectory(prefix="plimsoll-serve-") as name:
        folder = Path(name)
        request = prepare(pod, mounts, folder)
        address = folder / "address.json"
        more = ["--host=127.0.0.1", f"--port={port}", f"--address-file={address}", *(["--replay"] if replay else [])]
        with running(pod, folder, *more) as process:
            _wait(process, address, folder / "server.log")
            yield Server(process, json.loads(address.read_text(encoding="utf-8"))["port"], request)


def _wait(process: Popen[bytes], address: Path, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not address.exists():
        if process.poll() is not None:
            raise Refused(
                "server",
                str(log.name),
                log.read_text(encoding="utf-8", errors="replace").strip() or f"it ended with {process.returncode}",
            )
        if time.monotonic() > deadline:
            raise Refused("server", str(log.name), f"it did not listen within {READY_SECONDS:.0f} s")
        time.sleep(0.05)
