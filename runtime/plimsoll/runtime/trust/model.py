"""Sign a model package, and verify one on its way to being loaded."""

import shutil
import stat
from pathlib import Path

from plimsoll.contract.digests import of_json
from plimsoll.contract.package import MODEL_BUNDLE, Package
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Identity
from plimsoll.runtime.trust.exact import plain_files, require_exact
from plimsoll.runtime.trust.files import write_whole
from plimsoll.runtime.trust.openssf import MODEL_SIGNATURE_TYPE, model_statement, signed_files
from plimsoll.runtime.trust.signer import Signer
from plimsoll.runtime.trust.statements import parse_statement
from plimsoll.runtime.trust.verifier import VerifiedStatement, verify_statement

_WHAT = "model package"


def sign_model(package: Path, signer: Signer) -> str:
    """Sign ``files/`` of a package in the OpenSSF format, put the bundle beside it, and return the model's digest.

    Raises:
        Refused: when a file can't be covered by a signature: a link, a special file, an empty folder, one of git's.
    """
    layout = Package(package)
    if not layout.files.is_dir():
        raise Refused(_WHAT, str(layout.files), "there is no such folder", "put the model's files there")
    plain_files(layout.files, _WHAT)
    statement = model_statement(layout.files)
    digest = of_json(signed_files(parse_statement(statement, str(layout.files)), str(layout.files)))
    write_whole(layout.bundle, signer.sign_statement(statement).encode())
    return digest


def model_signature(package: Path, trusted_root: Path, identity: Identity) -> VerifiedStatement:
    """The statement that a package was signed with: by whom and when. The files are not looked at.

    Raises:
        Refused: when there is none, or it does not hold.
    """
    bundle = Package(package).bundle
    if not bundle.is_file():
        raise Refused(_WHAT, str(bundle), "the package is not signed", "sign it")
    types = frozenset({MODEL_SIGNATURE_TYPE})
    return verify_statement(bundle.read_bytes(), trusted_root, identity, types, where=str(bundle))


def load_verified_copy(
    package: Path, into: Path, trusted_root: Path, identity: Identity, *, expected_digest: str | None
) -> Path:
    """Copy a package to a private folder, verify the copy, make it read-only, and return it to be loaded from.

    Args:
        package: the package as it was published.
        into: the folder to make; it must not exist.
        trusted_root: the ``trusted_root.json`` to verify against.
        identity: who must have signed.
        expected_digest: the digest that the release pins, without which an older signed model would pass.

    Raises:
        Refused: when the copy does not verify, or holds anything but the signed files; it is then removed, and the very
            file is named.
        FileExistsError: when ``into`` exists.
    """
    found = plain_files(package, _WHAT)
    into.mkdir(mode=0o700)
    try:
        for name, source in found.items():
            target = into / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(source, target, follow_symlinks=False)
        _verify(into, package, trusted_root, identity, expected_digest)
    except BaseException:
        shutil.rmtree(into)
        raise
    _seal(into)
    return into


def _verify(package: Path, shown: Path, trusted_root: Path, identity: Identity, expected_digest: str | None) -> None:
    layout, where = Package(package), str(shown / MODEL_BUNDLE)
    _require_layout(layout, shown)
    types = frozenset({MODEL_SIGNATURE_TYPE})
    verified = verify_statement(layout.bundle.read_bytes(), trusted_root, identity, types, where=where)
    files = signed_files(verified.statement, where)
    digest = of_json(files)
    if expected_digest is not None and digest != expected_digest:
        why = f"it is signed as {digest}, and {expected_digest} is pinned"
        raise Refused(_WHAT, where, why, "publish the pinned version, or pin this one in the deployment")
    require_exact(layout.files, files, _WHAT, shown=shown / layout.files.name)


def _require_layout(layout: Package, shown: Path) -> None:
    kinds = {entry.name: entry.lstat().st_mode for entry in layout.root.iterdir()}
    if not stat.S_ISREG(kinds.pop(layout.bundle.name, 0)):
        raise Refused(_WHAT, str(shown / layout.bundle.name), "the package is not signed", "sign it")
    if not stat.S_ISDIR(kinds.pop(layout.files.name, 0)):
        raise Refused(_WHAT, str(shown / layout.files.name), "there is no such folder")
    for name in sorted(kinds):
        raise Refused(_WHAT, str(shown / name), "it lies in the package and is not signed", "remove it")


def _seal(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o500 if path.is_dir() else 0o400)
