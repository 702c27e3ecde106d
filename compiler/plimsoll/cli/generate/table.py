"""Which files are generated, and from what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from plimsoll.cli.generate.admission import admission_bytes
from plimsoll.cli.generate.combinations import combinations_page
from plimsoll.cli.generate.kinds import kind_page, kinds_page
from plimsoll.cli.generate.pages import codes_page, commands_page
from plimsoll.cli.generate.rendered import rendered_page
from plimsoll.cli.generate.schemas import described_schema, kind_schema
from plimsoll.compiler.audit.document import Audit
from plimsoll.compiler.governance.catalogue import Catalogue, load_catalogue
from plimsoll.compiler.governance.pages import policies_page, policy_page
from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.resources import data_root
from plimsoll.compiler.validation.argo_schema import SCHEMA_FILE, schema_bytes

CHECKOUT = data_root("policies").parent
"""Where generated files are kept: they are part of the checkout, and no part of an installed package."""

OWNED = (Path("docs/reference/policies"), Path("docs/reference/kinds"), Path("specs/schema"))
"""Folders that hold nothing but generated files; any other file in them is a leftover."""

Make = Callable[[], bytes]


@dataclass(frozen=True)
class Difference:
    """A generated file that is not what it should be."""

    path: Path
    """Relative to the checkout."""
    what: str
    """``missing``, ``differs`` or ``extra``."""

    def __str__(self) -> str:
        return f"{self.path.as_posix()}: {self.what}"


def generated_files() -> dict[Path, Make]:
    """Every generated file by its path in the checkout, with the function that gives its bytes.

    Law: the functions are pure; calling one twice gives the same bytes.
    """
    reference = Path("docs/reference")
    return {
        **_policy_pages(reference / "policies"),
        reference / "codes.md": lambda: codes_page().encode(),
        reference / "cli.md": lambda: commands_page().encode(),
        reference / "rendered.md": lambda: rendered_page(CHECKOUT / "tests" / "golden").encode(),
        reference / "admission.md": lambda: admission_bytes(CHECKOUT, _catalogue()),
        reference / "combinations.md": lambda: combinations_page().encode(),
        reference / "audit.schema.json": lambda: described_schema(Audit),
        **_kind_pages(reference / "kinds"),
        **{Path("specs/schema") / f"{name.lower()}.json": _schema(name) for name in KINDS},
        SCHEMA_FILE.relative_to(CHECKOUT): schema_bytes,
    }


def make_all() -> dict[Path, bytes]:
    """The bytes of every generated file by its path; takes some seconds, most of them for Argo's schema."""
    return {path: make() for path, make in generated_files().items()}


def differences(root: Path, made: Mapping[Path, bytes], owned: tuple[Path, ...] = OWNED) -> list[Difference]:
    """What stands between a checkout and what is generated, by path; empty when they are in step."""
    found = [Difference(path, "extra") for path in _extra(root, made, owned)]
    for path, data in made.items():
        there = root / path
        if not there.is_file():
            found.append(Difference(path, "missing"))
        elif there.read_bytes() != data:
            found.append(Difference(path, "differs"))
    return sorted(found, key=lambda one: one.path)


def write(root: Path, made: Mapping[Path, bytes], owned: tuple[Path, ...] = OWNED) -> list[Difference]:
    """Bring a checkout in step with what is generated, and return what had to be done.

    Law: ``differences(root, made, owned)`` is empty afterwards.
    """
    from plimsoll.runtime.profiles.files import write_atomically

    done = differences(root, made, owned)
    for one in done:
        if one.what == "extra":
            (root / one.path).unlink()
        else:
            write_atomically(root / one.path, made[one.path])
    return done


def _extra(root: Path, made: Mapping[Path, bytes], owned: tuple[Path, ...]) -> list[Path]:
    below = (path for folder in owned for path in (root / folder).rglob("*") if path.is_file())
    return [relative for path in below if (relative := path.relative_to(root)) not in made]


def _policy_pages(folder: Path) -> dict[Path, Make]:
    catalogue = _catalogue()
    pages: dict[Path, Make] = {folder / "README.md": lambda: policies_page(catalogue).encode()}
    for rule in catalogue.rules.values():
        pages[folder / f"{rule.id}.md"] = lambda rule=rule: policy_page(rule).encode()  # type: ignore[misc]
    return pages


def _kind_pages(folder: Path) -> dict[Path, Make]:
    pages: dict[Path, Make] = {folder / "README.md": lambda: kinds_page().encode()}
    for name in KINDS:
        pages[folder / f"{name.lower()}.md"] = lambda name=name: kind_page(name).encode()  # type: ignore[misc]
    return pages


def _catalogue() -> Catalogue:
    outcome = load_catalogue(CHECKOUT / "policies")
    if outcome.value is None:
        raise ValueError("; ".join(f"{one.span.path}:{one.span.line}: {one.message}" for one in outcome.diagnostics))
    return outcome.value


def _schema(name: str) -> Make:
    return lambda: kind_schema(KINDS[name])
