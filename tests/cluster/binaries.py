"""Builds the real components with Go, once for each content of their modules, into a cache outside the repository."""

import fcntl
import hashlib
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import toolchain

MODULES = Path(__file__).parent / "modules"
FLAGS = ("-trimpath", "-buildvcs=false", "-ldflags=-s -w")
ARGO_CRDS = Path("manifests/base/crds/full")
ARGO_ROLES = Path("manifests/cluster-install-no-crds/workflow-controller-rbac")
ARGO_MODULE = "github.com/argoproj/argo-workflows/v4"
_ALONE = {"CGO_ENABLED": "0"}
"""For a program that runs in an image of its own, where no library of C is."""

_LINK = Path("workflow/executor/osspecific/signal_linux.go"), Path("workflow/executor/osspecific/signal_darwin.go")
"""A symbolic link in Argo's repository, and where it leads: a module's archive holds no links."""

SECONDS = 15.0
"""Between two lines about a build that is under way."""


@dataclass(frozen=True)
class Versions:
    """The minors that a test run is about."""

    kubernetes: str = "1.36"
    argo: str = "4.1"

    @property
    def modules(self) -> tuple[Path, Path]:
        """The folders of the Go modules of the API server and of Argo's controller.

        Raises:
            toolchain.Unfit: when there is none for a version.
        """
        return _module("kubernetes", self.kubernetes), _module("argo", self.argo)

    @property
    def node_modules(self) -> tuple[Path, Path]:
        """The folders of the Go modules of what runs pods, and of what Argo puts into them.

        Raises:
            toolchain.Unfit: when there is none for a version.
        """
        return _module("node", self.kubernetes), _module("executor", self.argo)


@dataclass(frozen=True)
class Binaries:
    """Where the built components and what Argo's module brings along lie."""

    kubernetes: Path
    argo: Path

    @property
    def etcd(self) -> Path:
        """etcd's server; its package is named so."""
        return self.kubernetes / "bin" / "server"

    @property
    def apiserver(self) -> Path:
        """Kubernetes' API server."""
        return self.kubernetes / "bin" / "kube-apiserver"

    @property
    def controller(self) -> Path:
        """Argo's workflow controller."""
        return self.argo / "bin" / "workflow-controller"

    @property
    def lint(self) -> Path:
        """Our program around Argo's strict linter."""
        return self.argo / "bin" / "lint"

    @property
    def crds(self) -> Path:
        """Argo's CRDs with their full schemas."""
        return self.argo / "crds"

    @property
    def roles(self) -> Path:
        """The roles that Argo's own install gives the controller."""
        return self.argo / "roles"


@dataclass(frozen=True)
class NodeBinaries:
    """Where the built components of a cluster with a node lie."""

    node: Path
    executor: Path

    @property
    def kubelet(self) -> Path:
        """What runs the pods of a node."""
        return self.node / "bin" / "kubelet"

    @property
    def scheduler(self) -> Path:
        """What gives a pod its node."""
        return self.node / "bin" / "kube-scheduler"

    @property
    def controllers(self) -> Path:
        """What binds claims to volumes, and gives namespaces the root of the API server's certificates."""
        return self.node / "bin" / "kube-controller-manager"

    @property
    def argoexec(self) -> Path:
        """Argo's executor: in every pod it passes artifacts in and out, and leads the program."""
        return self.executor / "bin" / "argoexec"


def ensure(versions: Versions) -> Binaries:
    """The components of some versions, built first where the cache lacks them.

    Raises:
        toolchain.Unfit: when they are to be built and Go is missing or too old.
        subprocess.CalledProcessError: when Go fails.
    """
    kubernetes, argo = versions.modules
    return Binaries(_built(kubernetes), _built(argo))


def ensure_node(versions: Versions) -> NodeBinaries:
    """What a cluster with a node needs more, built first where the cache lacks it.

    Raises:
        toolchain.Unfit: when it is to be built and Go is missing or too old.
        subprocess.CalledProcessError: when Go fails.
    """
    node, executor = versions.node_modules
    return NodeBinaries(_built(node), _built(executor))


def _module(part: str, minor: str) -> Path:
    folder = MODULES / part / minor
    if not (folder / "go.mod").is_file():
        there = ", ".join(sorted(other.parent.name for other in folder.parent.glob("[0-9]*/go.mod")))
        raise toolchain.Unfit(f"{part} {minor} is none of {there}")
    return folder


def cache() -> Path:
    """The folder for what is built, by the XDG convention."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "plimsoll-cluster"


@contextmanager
def made_once(target: Path) -> Iterator[Path | None]:
    """A folder to fill that becomes ``target`` at the end, or None when ``target`` is there already.

    Two processes take turns by a lock that ends with them; a folder that was left half-filled is begun anew.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if target.is_dir():
            yield None
            return
        partial = target.with_name(f"{target.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        yield partial
        partial.rename(target)


def digest_of(*folders: Path) -> str:
    """A short digest of everything in some folders, to name what comes of it."""
    found = hashlib.sha256()
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        found.update(f"{path.relative_to(MODULES.parent)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _built(module: Path) -> Path:
    part, minor = module.parent.name, module.name
    digest = digest_of(module, *(folder for folder in (module.parent / "lint",) if folder.is_dir()))
    with made_once(cache() / f"{part}-{minor}-{digest}") as folder:
        if folder is not None:
            _build(module, folder)
    return cache() / f"{part}-{minor}-{digest}"


def _build(module: Path, folder: Path) -> None:
    name = f"{module.parent.name} {module.name}"
    have = toolchain.require((module,))
    print(f"{name}: building with {have}, once; it may take some ten minutes", flush=True)
    began, before = time.monotonic(), _cpu_seconds()
    _compile(name, module, folder / "bin")
    shutil.rmtree(folder / "argo", ignore_errors=True)
    if module.parent.name == "argo":
        origin = Path(toolchain.run(module, "list", "-m", "-f", "{{.Dir}}", ARGO_MODULE).strip())
        shutil.copytree(
            origin / ARGO_CRDS, folder / "crds", ignore=shutil.ignore_patterns("kustomization.yaml", "*.md")
        )
        shutil.copytree(origin / ARGO_ROLES, folder / "roles", ignore=shutil.ignore_patterns("kustomization.yaml"))
    seconds, cpu = time.monotonic() - began, _cpu_seconds() - before
    print(f"{name}: built in {seconds:.0f} s, {cpu:.0f} CPU-seconds", flush=True)


def _compile(name: str, module: Path, target: Path) -> None:
    """Run ``go build``, with a line now and then about how many packages it has compiled.

    Go keeps each package that it compiled, so a build that was stopped goes on where it was.
    """
    target.mkdir()
    env, flags = toolchain.environment(), FLAGS
    if module.parent.name == "executor":
        env, flags = env | _ALONE, (*FLAGS, _with_the_link(module, target.parent))
    command = ("go", "build", "-v", *flags, "-o", f"{target}/", "tool")
    process = subprocess.Popen(command, cwd=module, env=env, stderr=subprocess.PIPE, text=True)
    said: deque[str] = deque(maxlen=40)
    reader = threading.Thread(target=lambda: said.extend(_counted(name, process)), daemon=True)
    reader.start()
    try:
        code = process.wait()
    finally:
        process.kill()
    reader.join()
    if code != 0:
        print("\n".join(said), file=sys.stderr)
        raise subprocess.CalledProcessError(code, command)


def _with_the_link(module: Path, folder: Path) -> str:
    """The flag that takes Argo's module from a copy with the link that it lacks; without it, no executor on Linux."""
    origin = Path(toolchain.run(module, "list", "-m", "-f", "{{.Dir}}", ARGO_MODULE).strip())
    whole = folder / "argo"
    left = shutil.ignore_patterns("docs", "examples", "ui", "test")
    shutil.copytree(origin, whole, ignore=left, copy_function=shutil.copyfile)
    link, target = _LINK
    (whole / link).symlink_to(target.name)
    modules = folder / "go.mod"
    modules.write_text(f"{(module / 'go.mod').read_text()}\nreplace {ARGO_MODULE} => {whole}\n")
    shutil.copy(module / "go.sum", folder)
    return f"-modfile={modules}"


def _counted(name: str, process: "subprocess.Popen[str]") -> Iterator[str]:
    began = shown = time.monotonic()
    assert process.stderr is not None
    for count, line in enumerate(process.stderr, start=1):
        if time.monotonic() - shown > SECONDS:
            shown = time.monotonic()
            print(f"{name}: {count} packages after {shown - began:.0f} s, now {line.strip()}", flush=True)
        yield line.rstrip()


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
