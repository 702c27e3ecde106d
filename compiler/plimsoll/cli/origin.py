"""Which release a model was trained by: a signed one that holds the very workflow and request that ran.

A run may be told its release; one that a schedule or an event starts is not. What every run knows is its
WorkflowTemplate, whose name ends in the hash of what it says, and its request: both stand in the signed card. A release
is a model's when its signed lock lists files that say just that, and it was signed before the model was.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from plimsoll.contract.digests import of_bytes
from plimsoll.contract.package import Card
from plimsoll.contract.places import REQUEST_FILE, State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import BUNDLE_FILE, LOCK_FILE, ReleaseLock, parse_lock
from plimsoll.contract.requests import Identity, TrainingRequest

if TYPE_CHECKING:
    from plimsoll.runtime.trust.release import VerifiedLock


@dataclass(frozen=True)
class Candidate:
    """A release somewhere, of which nothing is verified yet."""

    where: str
    read: Callable[[str], bytes | None]
    """The bytes of a file by its name; None where there is none."""


@dataclass(frozen=True)
class Trained:
    """What is known of a training by the package that it left, which was verified."""

    card: Card
    signed: datetime
    """When the package was signed, UTC."""
    root: Path
    """The ``trusted_root.json`` to verify releases against."""
    signer: Identity
    """Who must have signed the release."""


@dataclass(frozen=True)
class Origin:
    """The release that a model was trained by, and where it was found."""

    release: "VerifiedLock"
    candidate: Candidate


def training_files(model: str) -> tuple[str, str]:
    """The files of a release that say how a model is trained: its WorkflowTemplate, and the request of its steps."""
    return f"workflowtemplate-{model}-train.yaml", f"configmap-{model}-train.yaml"


def in_folder(folder: Path) -> Candidate:
    """What lies in a folder: a release, or what is kept of one."""
    return Candidate(str(folder), lambda name: _bytes(folder / name))


def kept(state: State) -> Iterator[Candidate]:
    """The releases that an environment's state keeps something of."""
    folder = state.releases
    yield from (in_folder(path) for path in sorted(folder.iterdir()) if path.is_dir()) if folder.is_dir() else ()


def in_history(folder: Path) -> Iterator[Candidate]:
    """The releases that were ever committed under a folder's path, the newest first; none where git has no say."""
    from git import Repo
    from git.exc import GitError

    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    try:
        repository = Repo(there, search_parent_directories=True)
        place = folder.resolve().relative_to(Path(repository.working_dir).resolve())
        paths = [(place / name).as_posix() for name in (LOCK_FILE, BUNDLE_FILE)]
        for commit in repository.iter_commits(paths=paths) if repository.head.is_valid() else ():
            yield Candidate(f"{folder} at {commit.hexsha[:12]}", _reader(commit, place))
    except (GitError, ValueError):
        return


def _reader(commit: Any, place: Path) -> Callable[[str], bytes | None]:
    def read(name: str) -> bytes | None:
        try:
            return bytes((commit.tree / (place / name).as_posix()).data_stream.read())
        except KeyError:
            return None

    return read


def find_origin(sources: Iterable[Iterable[Candidate]], trained: Trained) -> Origin:
    """The release that a model was trained by: of those of some sources, each newest first, the newest.

    Several releases may hold the very workflow: all that the run could see of them is the same.

    Raises:
        Refused: when it is none of them. It says why the first one is not that holds the workflow.
    """
    card, found = trained.card, list[Origin]()
    near: Refused | None = None
    for source in sources:
        for candidate in source:
            try:
                found.append(Origin(trained_by(candidate, trained), candidate))
                break
            except _Another:
                continue
            except Refused as why:
                near = near or why
        if found and card.release:
            break
    if found:
        return max(found, key=lambda one: one.release.provenance.serial)
    told = f"release {card.release}" if card.release else f"WorkflowTemplate/{card.template}"
    mend = f"name where releases of {card.request.environment} are committed, with their history: --release FOLDER"
    if near is None:
        raise Refused(told, card.request.environment, "no signed release is at hand that it is or is of", mend)
    raise Refused(near.what, near.where, near.why, near.mend or mend)


def trained_by(candidate: Candidate, trained: Trained) -> "VerifiedLock":
    """The release of a candidate, if a model was trained by it.

    Raises:
        Refused: when it was not, or anything about the release's signature does not hold.
    """
    from plimsoll.runtime.trust.release import verify_lock

    card, where = trained.card, candidate.where
    data, bundle = candidate.read(LOCK_FILE), candidate.read(BUNDLE_FILE)
    if data is None or bundle is None:
        raise _Another("release", where, f"it has no {BUNDLE_FILE if data else LOCK_FILE}", "sign it")
    if card.release and of_bytes(data) != card.release:
        raise _Another("release", where, f"it is {of_bytes(data)}, and the run was told {card.release}")
    files = _training(candidate, parse_lock(data, where), card) if card.template else None
    found = verify_lock(data, bundle, trained.root, trained.signer, where=where)
    if files is not None:
        _require_same(files, card, where)
    signed, commit = found.statement.signed_at, found.provenance.commit
    wrong = {
        f"it is of commit {commit[:12]}, the model of {card.commit[:12]}": card.commit not in ("", commit),
        f"it is for {found.lock.environment}, the model of {card.request.environment}": (
            found.lock.environment != card.request.environment
        ),
        "it was compiled from another spec of the model": (
            found.lock.specs.get(f"Model/{card.model}") != card.request.spec_digest
        ),
        f"it was signed at {signed:%Y-%m-%d %H:%M:%S}, after the model": signed > trained.signed,
    }
    for why in (why for why, is_wrong in wrong.items() if is_wrong):
        raise Refused("release", where, why)
    return found


class _Another(Refused):
    """The release is not one that the model could be of, as most of a history are not."""


def _training(candidate: Candidate, lock: ReleaseLock, card: Card) -> tuple[bytes, bytes]:
    """The workflow and the request of a release, as its lock lists them, where the workflow is the one that ran."""
    found = []
    for name in training_files(card.model):
        data, digest = candidate.read(name), lock.files.get(name)
        if data is None or digest is None:
            raise _Another("release", candidate.where, f"it holds no {name}")
        if of_bytes(data) != digest:
            raise Refused("release", candidate.where, f"{name} is not the file that its lock lists")
        found.append(data)
    template, request = found
    if f'name: "{card.template}"'.encode() not in template:
        raise _Another("release", candidate.where, f"it holds no WorkflowTemplate/{card.template}")
    return template, request


def _require_same(files: tuple[bytes, bytes], card: Card, where: str) -> None:
    """See to it that the files of a signed release are the workflow that ran, and the request that it ran by."""
    from plimsoll.compiler.loading.objects import read_object

    template, request = map(read_object, files)
    name = template["metadata"]["name"]
    if name != card.template:
        raise _Another("release", where, f"its workflow is {name}, and not {card.template}")
    mounted = [one["configMap"]["name"] for one in template["spec"]["volumes"] if one["name"] == "request"]
    try:
        same = TrainingRequest.model_validate_json(request["data"][REQUEST_FILE]) == card.request
    except ValidationError:
        same = False
    if not same or mounted != [request["metadata"]["name"]]:
        raise Refused("release", where, "its request is not the one that the model was trained by")


def keep(candidate: Candidate, state: State, trust: tuple[Path, Identity], *names: str) -> Path:
    """Keep the lock and the signature of a verified release, and files of it, for traces; returns where.

    One that is signed again is kept once more, beside: models were made under the former signature.
    """
    folder = state.release(of_bytes(candidate.read(LOCK_FILE) or b""))
    former = _bytes(folder / BUNDLE_FILE)
    if former not in (None, candidate.read(BUNDLE_FILE)) and _serial(in_folder(folder), trust) is not None:
        folder = folder.with_name(f"{folder.name}-{_serial(candidate, trust)}")
    folder.mkdir(parents=True, exist_ok=True)
    for name in (LOCK_FILE, BUNDLE_FILE, *names):
        data = candidate.read(name)
        if data is not None and data != _bytes(folder / name):
            partial = folder / f".{name}.part"
            partial.write_bytes(data)
            partial.replace(folder / name)
    return folder


def _serial(candidate: Candidate, trust: tuple[Path, Identity]) -> int | None:
    """The serial of a release; None where there is none, or it does not verify."""
    from plimsoll.runtime.trust.release import verify_lock

    lock, bundle = candidate.read(LOCK_FILE), candidate.read(BUNDLE_FILE)
    try:
        found = verify_lock(lock, bundle, *trust, where=candidate.where) if lock and bundle else None
    except Refused:
        return None
    return found.provenance.serial if found else None


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None
