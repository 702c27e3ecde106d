"""``plimsoll data propose``: a DataSource for a file, with everything left empty that only a person can say."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.cli.views.view import View
from plimsoll.contract.exit_codes import CLEAN
from plimsoll.contract.refusal import Refused

if TYPE_CHECKING:
    from plimsoll.contract.requests import CsvFormat
    from plimsoll.runtime.features.proposing import Proposed

EXAMPLE = """\
example:
  plimsoll data propose orders.csv
  plimsoll data propose orders.csv > specs/sources/orders.yaml && plimsoll check

The file lies below the data root, .plimsoll/data at the root of the repository. Nothing is written. Of a CSV file every
row is read: a column gets the narrowest type that all of its values fit, and is yours to correct. What is printed has
empty fields, at which plimsoll check stops: where the data lies, which law holds, how far it may travel, and whether it
is about people. No program can know that.
"""

_COLUMN = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")


_SWITCHES = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``data propose``."""
    parser.epilog = EXAMPLE
    parser.add_argument("file", metavar="FILE", type=Path, help="a parquet or CSV file below the data root")


def run(args: argparse.Namespace) -> int:
    """Look at the file, and print a spec for it."""
    from plimsoll.cli.workspace import Workspace
    from plimsoll.runtime.features.proposing import propose

    root = Workspace.at(Path()).data
    below = _file(args.file, root.resolve())
    name = below.relative_to(root.resolve()).as_posix()
    found = propose(below, name)
    view: View = args.view
    data = {
        "path": name,
        "format": "csv" if found.csv else "parquet",
        "csv": found.csv.model_dump(exclude_defaults=True) if found.csv else None,
        "columns": dict(found.columns),
        "others": dict(found.others),
    }
    view.result(data, list(_spec(name, found)))
    return CLEAN


def _file(given: Path, root: Path) -> Path:
    """The file that is meant: from here, or from the data root.

    Raises:
        Refused: when it does not lie below the data root, or is not there.
    """
    if not (root / given).resolve().is_file() and not given.is_file():
        raise Refused("file", str(given), f"there is no such file below {root}", "put it there, or name another")
    for one in ((root / given).resolve(), given.resolve()):
        if one.is_file() and one.is_relative_to(root):
            return one
    raise Refused("file", str(given), f"it does not lie below {root}", "put it there: a source's path begins there")


def _spec(path: str, found: "Proposed") -> Iterator[str]:
    """The lines of a DataSource."""
    stem = re.sub(r"[^a-z0-9]+", "-", Path(path).stem.lower()).strip("-") or "source"
    declared = {one: kind for one, kind in found.columns.items() if _COLUMN.fullmatch(one)}
    times = [one for kind in ("timestamp", "date") for one, its in declared.items() if its == kind]
    yield "apiVersion: plimsoll.dev/v1"
    yield "kind: DataSource"
    yield "metadata:"
    yield f"  name: {stem[:40].strip('-') if stem[0].isalpha() else f'data-{stem}'[:40].strip('-')}"
    yield "  owner:  # the team that answers for it, as an address"
    yield "spec:"
    yield f"  location: {{type: file, path: {path}{_format(found)}}}"
    yield "  region:  # where it is stored, such as me-central-1"
    yield "  jurisdiction:  # the law that governs it, such as AE"
    yield "  classification:  # public, internal, confidential or restricted"
    yield "  personalData:  # none, pseudonymous, personal or special: look into every column for people"
    yield "  purposes: []  # what it may be used for"
    which = "the column that says when a row was known" + (f": {', '.join(times)}" if times else "")
    yield f"  timestamp: {times[0]}" if len(times) == 1 else f"  timestamp:  # {which}"
    yield "  columns:"
    for one, kind in declared.items():
        yield f"    {_key(one)}: {kind}"
    for one in found.columns.keys() - declared.keys():
        yield f"    # {one!r}: rename it in the file; a column has letters, digits and underscores"
    for one, why in found.others.items():
        yield f"    # {one!r}: {why}"


def _key(name: str) -> str:
    """A column's name as a key: what YAML could take for a switch stands in quotes."""
    return f'"{name}"' if name.lower() in _SWITCHES else name


def _format(found: "Proposed") -> str:
    if found.csv is None:
        return ""
    said = [*_said(found.csv), *(["timezone: ''"] if found.zoneless else [])]
    options = f", csv: {{{', '.join(said)}}}" if said else ""
    return f", format: csv{options}"


def _said(given: "CsvFormat") -> list[str]:
    return [f"{key}: {value}" for key, value in given.model_dump(exclude_defaults=True).items()]
