"""The rules of companies that hold for a command: named on the command line, or by the settings of the repository."""

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from plimsoll.compiler.settings import NAME, settings_file
from plimsoll.contract.folders import require_folder
from plimsoll.contract.refusal import Refused, Unavailable

if TYPE_CHECKING:
    from plimsoll.cli.company_files import Here
    from plimsoll.compiler.governance.companies import Shared
    from plimsoll.compiler.settings_spec import PolicySource
    from plimsoll.contract.requests import Identity

EMBEDDED = "https://plimsoll.invalid/embedded"
"""The issuer of the embedded sigstore instance."""
SIGNATURE = ".sigstore.json"
"""What the name of a signature has behind that of its bundle."""

_PINNED = re.compile(r"(.+)@(sha256:[0-9a-f]{64})")


def add_policies(parser: argparse.ArgumentParser) -> None:
    """The options that name a company's rules."""
    group = parser.add_argument_group("policies of a company")
    group.add_argument(
        "--policies",
        action="append",
        default=[],
        metavar="FOLDER|BUNDLE@DIGEST",
        help=f"a folder of rules, or a signed bundle pinned by its digest; may be repeated; see also {NAME}",
    )
    group.add_argument("--policies-signer", metavar="SUBJECT", help="who must have signed the bundles")
    group.add_argument("--policies-issuer", metavar="URL", help=f"who vouched; default: {EMBEDDED}")
    group.add_argument("--policies-trust", type=Path, metavar="DIR", help="default: .plimsoll/trust at the git root")


class Given(NamedTuple):
    """Rules of companies, and the folders that are therefore none of specs."""

    shared: "tuple[Shared, ...]" = ()
    folders: tuple[Path, ...] = ()


NO_MORE = Given()
"""No rules beside the catalogue's and the project's own."""


def company_folders(folder: Path, named: Iterable[str] = ()) -> tuple[Path, ...]:
    """The folders of rules that the settings or a command name: below a folder of specs they are none of the specs."""
    here = tuple(Path(one) for one in named if Path(one).is_dir())
    path = settings_file(folder)
    if path is None:
        return here
    from plimsoll.compiler.settings_spec import read_settings

    said = read_settings(path).policies
    return (*(path.parent / one.folder for one in said if one.folder is not None), *here)


def policies_given(args: argparse.Namespace, folder: Path, *, cached: bool = True) -> Given:
    """All rules of companies that hold: those of the settings, and then those of the command line.

    Raises:
        Refused: when something about them does not hold.
        Unavailable: when a folder or a bundle is not there.
    """
    sources = sources_given(args, folder)
    _refuse_idle(args, folder, [place for one, place in sources if one.bundle is not None])
    shared = tuple(_shared(one, place, args, folder, cached=cached) for one, place in sources)
    return Given(shared, company_folders(folder, args.policies))


def sources_given(args: argparse.Namespace, folder: Path) -> "list[tuple[PolicySource, Here]]":
    """What the settings and then the command line name, and where each is taken from; nothing of it is read yet."""
    base: str | None = getattr(args, "base", None)
    path = settings_file(folder)
    if path is None and not args.policies and base is None:
        return []
    from plimsoll.cli.company_files import Here, at_base

    places = [Here(path.parent, path)] if path is not None else []
    if base is not None:
        places = at_base(folder, base, changed=args.view.progress)
    named = [(one, place) for place in places for one in place.settings().policies]
    return [*named, *((_source(text, args), Here(Path(), None)) for text in args.policies)]


def _refuse_idle(args: argparse.Namespace, folder: Path, bundles: "list[Here]") -> None:
    """Refuse what is said of bundles where there are none; who signed those of the settings is said by these alone.

    With a base, a root is let be that is there for a bundle which the change itself brings.
    """
    named = any(place.file is None for place in bundles)
    for option, value in (("--policies-signer", args.policies_signer), ("--policies-issuer", args.policies_issuer)):
        if value is not None and not named:
            why = "no bundle is named on the command line, and who signed one of the settings is said there"
            raise Refused("bundle of policies", option, why, "name --policies BUNDLE@sha256:…, or leave it out")
    if args.policies_trust is not None and not bundles and not _names_bundle(settings_file(folder)):
        why = "no bundle is named whose signature would be verified"
        mend = f"name one by --policies BUNDLE@sha256:… or in {NAME}, or leave it out"
        raise Refused("bundle of policies", "--policies-trust", why, mend)


def _names_bundle(settings: Path | None) -> bool:
    if settings is None:
        return False
    from plimsoll.compiler.settings_spec import read_settings

    return any(one.bundle is not None for one in read_settings(settings).policies)


def trusted_root(args: argparse.Namespace, folder: Path) -> Path:
    """The file against which the signatures of bundles are verified."""
    from plimsoll.cli.workspace import Workspace

    return Path(args.policies_trust or Workspace.at(folder).trust) / "trusted_root.json"


def _source(text: str, args: argparse.Namespace) -> "PolicySource":
    """What the command line names."""
    from plimsoll.compiler.settings_spec import PolicySource
    from plimsoll.contract.digests import of_bytes

    if (match := _PINNED.fullmatch(text)) is not None:
        if args.policies_signer is None:
            why = "nobody says who must have signed it"
            raise Refused("bundle of policies", match[1], why, "name --policies-signer")
        bundle, digest = match.groups()
        signer, issuer = args.policies_signer, args.policies_issuer or EMBEDDED
        return PolicySource.model_construct(bundle=bundle, digest=digest, signer=signer, issuer=issuer)
    if Path(text).is_file():
        why = "is not pinned by its digest"
        pin = f"if it is the one that is meant, name it as {text}@{of_bytes(Path(text).read_bytes())}"
        raise Refused("bundle of policies", text, why, pin)
    require_folder(Path(text), "name a folder of rules, or BUNDLE@sha256:…")
    return PolicySource.model_construct(folder=text)


def _shared(one: "PolicySource", place: "Here", args: argparse.Namespace, folder: Path, *, cached: bool) -> "Shared":
    from plimsoll.compiler.governance.archive import MOST_BYTES, unpack
    from plimsoll.compiler.governance.companies import Shared
    from plimsoll.contract.digests import of_bytes
    from plimsoll.contract.requests import Identity

    if one.folder is not None:
        return Shared(place.shown(one.folder), place.files(one.folder))
    assert one.bundle is not None
    shown, data = place.shown(one.bundle), place.content(one.bundle, MOST_BYTES)
    if of_bytes(data) != one.digest:
        why = f"it has the digest {of_bytes(data)}, and {one.digest} is pinned"
        raise Refused("bundle of policies", shown, why, "fetch the pinned one, or pin this one by a commit")
    signature = place.content(f"{one.bundle}{SIGNATURE}", MOST_BYTES)
    identity = Identity(subject=one.signer or "", issuer=one.issuer or "", trusted_root=one.trusted_root)
    _verify(_Signed(data, signature, identity, shown), args, folder, cached=cached)
    return Shared(shown, unpack(data, shown))


class _Signed(NamedTuple):
    """A bundle, its signature, and who must have made that."""

    data: bytes
    signature: bytes
    identity: "Identity"
    shown: str


def _verify(one: _Signed, args: argparse.Namespace, folder: Path, *, cached: bool) -> None:
    """Verify a signature; what held once for the same bytes, root and signer holds."""
    from plimsoll.compiler.cache.marks import Marks
    from plimsoll.contract.digests import of_bytes

    trust = trusted_root(args, folder)
    if not trust.is_file():
        raise Unavailable(trust.as_posix(), "there is no trusted root", "name the folder of one by --policies-trust")
    signer = map(str, one.identity.model_dump().values())
    asked = ("policies", *map(of_bytes, (one.data, one.signature, trust.read_bytes())), *signer)
    marks, mark = Marks(folder, cached=cached), of_bytes("\0".join(asked).encode())
    if marks.has(mark):
        return
    from plimsoll.runtime.trust.policies import verify_policies

    verify_policies(one.data, one.signature, trust, one.identity, where=f"{one.shown}{SIGNATURE}")
    marks.add(mark)


def left_out(folder: Path, folders: tuple[Path, ...]) -> Iterator[str]:
    """Those of some folders that lie below a folder of specs, relative to it."""
    if not folders:
        return
    here = folder.resolve()
    for one in folders:
        if one.resolve() != here and one.resolve().is_relative_to(here):
            yield one.resolve().relative_to(here).as_posix()


def elsewhere(given: Given, folder: Path, other: Path) -> Given:
    """The same for specs that lie in another folder, as those of an earlier commit do."""
    return given._replace(folders=tuple(other / one for one in left_out(folder, given.folders)))


def spec_exclusions(folder: Path, named: Iterable[str] = ()) -> tuple[str, ...]:
    """The folders below a folder of specs that, by the settings or by a command, hold rules of a company."""
    return tuple(left_out(folder, company_folders(folder, named)))
