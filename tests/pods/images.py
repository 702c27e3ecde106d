"""The images of the pods, made without a registry: of Debian's packages, of the lock file, of the working tree.

Each layer is a tar whose bytes depend on its files alone. It is kept outside the repository, under the digest of what
it was made from, so that a change of code packs a few megabytes anew and a change of the lock file one layer more.
"""

import hashlib
import inspect
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from binaries import NodeBinaries, cache, made_once

REPOSITORY = Path(__file__).parents[2]
UV = REPOSITORY / ".venv-uv" / "bin" / "uv"
SUITE = "bookworm"
"""The Debian whose Python is that of the tests."""
ENVIRONMENT = Path("opt/plimsoll")
"""The virtual environment in the image."""
CODE = ("compiler", "runtime", "templates", "policies", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE")
NOBODY = "8737:8737"
_DROPPED = ("var/cache", "var/lib/apt", "var/log", "usr/share/doc", "usr/share/man", "usr/share/locale", "dev", "proc")
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_LAYER, _CONFIG = "application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.config.v1+json"
_MANIFEST, _INDEX = "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json"


@dataclass(frozen=True)
class Layer:
    """A layer of an image: a tar that is not compressed."""

    tar: Path

    @property
    def digest(self) -> str:
        """Its digest, which was written beside it when it was packed."""
        return self.tar.with_suffix(".digest").read_text()


@dataclass(frozen=True)
class Image:
    """Layers, and how a program in them is started. Its digest is that of its manifest."""

    layers: tuple[Layer, ...]
    settings: Mapping[str, Any]

    @property
    def config(self) -> bytes:
        """The image's configuration (https://github.com/opencontainers/image-spec/blob/main/config.md)."""
        content = {
            "architecture": _ARCHITECTURES[platform.machine()],
            "os": "linux",
            "config": self.settings,
            "rootfs": {"type": "layers", "diff_ids": [layer.digest for layer in self.layers]},
        }
        return _canonical(content)

    @property
    def manifest(self) -> bytes:
        """The list of what belongs to the image."""
        layers = [_descriptor(_LAYER, layer.digest, layer.tar.stat().st_size) for layer in self.layers]
        config = _descriptor(_CONFIG, _sha256(self.config), len(self.config))
        return _canonical({"schemaVersion": 2, "mediaType": _MANIFEST, "config": config, "layers": layers})

    @property
    def digest(self) -> str:
        """What a spec pins."""
        return _sha256(self.manifest)


@dataclass(frozen=True)
class Images:
    """What the pods run in."""

    runtime: Image
    """Plimsoll and what the lock file asks for; models of the reference project train in it as well."""
    executor: Image
    """Argo's executor, and nothing else."""
    sandbox: Image
    """What holds a pod's network: a program that sleeps."""


def ensure(binaries: NodeBinaries) -> Images:
    """The images, with what is missing in the cache made first.

    Raises:
        subprocess.CalledProcessError: when debootstrap or uv fails.
    """
    debian = _layer("debian", _pack_debian, SUITE.encode())
    packages = _layer("packages", _pack_packages, (REPOSITORY / "uv.lock").read_bytes())
    code = _layer("code", _pack_code, *_content(CODE))
    executor = _layer("argoexec", partial(_pack_executor, binaries), binaries.argoexec.read_bytes())
    path = f"PATH=/{ENVIRONMENT}/bin:/usr/local/bin:/usr/bin:/bin"
    return Images(
        runtime=Image((debian, packages, code), {"User": NOBODY, "Env": [path]}),
        executor=Image((executor,), {"User": NOBODY, "Env": ["PATH=/bin"], "Entrypoint": ["argoexec"]}),
        sandbox=Image((debian,), {"User": NOBODY, "Entrypoint": ["/usr/bin/sleep", "infinity"]}),
    )


def write_archive(images: Mapping[str, Image], stream: IO[bytes]) -> None:
    """Write images, by their names, as one archive (https://github.com/opencontainers/image-spec/blob/main/image-layout.md)."""
    manifests = [
        {
            **_descriptor(_MANIFEST, image.digest, len(image.manifest)),
            "annotations": {"io.containerd.image.name": name},
        }
        for name, image in images.items()
    ]
    small = {"oci-layout": _canonical({"imageLayoutVersion": "1.0.0"})}
    for image in images.values():
        small |= {_blob(_sha256(content)): content for content in (image.config, image.manifest)}
    small["index.json"] = _canonical({"schemaVersion": 2, "mediaType": _INDEX, "manifests": manifests})
    with tarfile.open(fileobj=stream, mode="w|") as archive:
        for name, content in small.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, BytesIO(content))
        for layer in {layer.digest: layer for image in images.values() for layer in image.layers}.values():
            archive.add(layer.tar, arcname=_blob(layer.digest))


def _layer(name: str, make: Callable[..., None], *origin: bytes) -> Layer:
    """A layer from the cache, made first where it lacks one of this origin and of this recipe."""
    found = hashlib.sha256()
    recipe = "".join(inspect.getsource(part) for part in (getattr(make, "func", make), _compile, _pack, _walk))
    for part in (recipe.encode(), *origin):
        found.update(hashlib.sha256(part).digest())
    target = cache() / f"layer-{name}-{found.hexdigest()[:16]}"
    with made_once(target) as folder:
        if folder is not None:
            print(f"image: making the layer {name}, once", flush=True)
            make(folder)
    return Layer(target / "layer.tar")


def _pack_debian(folder: Path) -> None:
    root = folder / "root"
    command = ("debootstrap", "--variant=minbase", "--include=python3", SUITE, str(root))
    _run(command, folder / "debootstrap.log")
    for dropped in _DROPPED:
        shutil.rmtree(root / dropped, ignore_errors=True)
        (root / dropped).mkdir()
    _compile(root, root / "usr" / "lib" / "python3.11")
    _pack(root, folder)


def _pack_packages(folder: Path) -> None:
    """What the lock file asks for, in a virtual environment whose Python is the image's own."""
    root = folder / "root"
    target = root / ENVIRONMENT
    env = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(target), "UV_LINK_MODE": "copy"}
    python = ("--python", sys.executable)
    _run((str(UV), "venv", "--quiet", "--relocatable", *python, str(target)), folder / "venv.log", env)
    chosen = ("--locked", "--no-dev", "--extra", "runtime", "--no-install-project")
    _run((str(UV), "sync", "--quiet", *chosen, *python), folder / "sync.log", env)
    for link in (target / "bin").glob("python*"):
        link.unlink()
        link.symlink_to("/usr/bin/python3.11")
    (target / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    _compile(root, target)
    _pack(root, folder)


def _pack_code(folder: Path) -> None:
    """Plimsoll as a wheel installs it, with its programs."""
    root, built = folder / "root", folder / "built"
    words = (
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--target",
        str(built),
    )
    _run((str(UV), *words, str(REPOSITORY)), folder / "install.log")
    packages = root / ENVIRONMENT / "lib" / "python3.11" / "site-packages"
    left = shutil.ignore_patterns("bin", ".lock", "__pycache__", "direct_url.json", "uv_*.json")
    shutil.copytree(built, packages, ignore=left)
    (root / ENVIRONMENT / "bin").mkdir()
    for script in (built / "bin").iterdir():
        _, rest = script.read_text().split("\n", 1)
        there = root / ENVIRONMENT / "bin" / script.name
        there.write_text(f"#!/{ENVIRONMENT}/bin/python\n{rest}")
        there.chmod(0o755)
    shutil.rmtree(built)
    _compile(root, packages)
    _pack(root, folder)


def _pack_executor(binaries: NodeBinaries, folder: Path) -> None:
    root = folder / "root"
    (root / "bin").mkdir(parents=True)
    shutil.copy(binaries.argoexec, root / "bin" / "argoexec")
    (root / "tmp").mkdir(mode=0o1777)
    _pack(root, folder)


def _compile(root: Path, folder: Path) -> None:
    """Compile Python here: in a container nothing can be written, and every start would compile all of it anew."""
    words = ("-m", "compileall", "-q", "-f", "-j", "0", "--invalidation-mode", "unchecked-hash", "-s", str(root))
    subprocess.run((sys.executable, *words, "-p", "/", str(folder)), check=False, stdout=subprocess.DEVNULL)


def _pack(root: Path, folder: Path) -> None:
    """Make a tar of a folder and take the folder away."""
    hashing = _Hashing((folder / "layer.tar").open("wb"))
    with hashing.stream, tarfile.open(fileobj=hashing, mode="w|", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]
        for path in _walk(root):
            member = tar.gettarinfo(path, arcname=path.relative_to(root).as_posix())
            member.uid = member.gid = 0
            member.uname = member.gname = ""
            member.mtime = 0
            with path.open("rb") if member.isreg() else BytesIO() as content:
                tar.addfile(member, content)
    (folder / "layer.digest").write_text(f"sha256:{hashing.found.hexdigest()}")
    shutil.rmtree(root)


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)


class _Hashing:
    """A file that is written and hashed at once."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.found = stream, hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write some more."""
        self.found.update(data)
        return self.stream.write(data)


def _content(names: tuple[str, ...]) -> Iterator[bytes]:
    """Everything that a wheel is made from: the names and the bytes of its files."""
    for name in names:
        place = REPOSITORY / name
        for path in sorted([place] if place.is_file() else [p for p in place.rglob("*") if p.is_file()]):
            if "__pycache__" not in path.parts:
                yield path.relative_to(REPOSITORY).as_posix().encode()
                yield path.read_bytes()


def _run(command: tuple[str, ...], log: Path, env: Mapping[str, str] | None = None) -> None:
    """Run a command; what it said is shown when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as stream:
        ended = subprocess.run(command, cwd=REPOSITORY, env=env, check=False, stdout=stream, stderr=stream)
    if ended.returncode != 0:
        print(log.read_text(errors="replace")[-4000:], file=sys.stderr)
        raise subprocess.CalledProcessError(ended.returncode, command)


def _blob(digest: str) -> str:
    return f"blobs/{digest.replace(':', '/')}"


def _descriptor(media: str, digest: str, size: int) -> dict[str, Any]:
    return {"mediaType": media, "digest": digest, "size": size}


def _canonical(content: Any) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
