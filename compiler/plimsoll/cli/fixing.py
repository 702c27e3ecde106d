"""``plimsoll check --fix``: which fixes are asked for, what they change, and how that is told."""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.cli.policies_given import spec_exclusions
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line, View

if TYPE_CHECKING:
    from plimsoll.compiler.diagnostics import Diagnostic
    from plimsoll.compiler.editing.rounds import FixedFile
    from plimsoll.compiler.loading.sources import Sources


def add_fix_options(parser: argparse.ArgumentParser) -> None:
    """The options that ask for fixes."""
    parser.add_argument(
        "--fix",
        nargs="?",
        const="",
        metavar="NAMES",
        help="apply safe fixes, and those of these names with commas between, before checking",
    )
    parser.add_argument(
        "--diff", action="store_true", help="show what --fix would change and write nothing; ends with 1 if anything"
    )


def fixes_asked_for(args: argparse.Namespace) -> frozenset[str] | None:
    """The fixes that are named beside the safe ones; None when none is asked for at all.

    A folder behind ``--fix`` is the project's: argparse takes whatever follows for the option's value.

    Raises:
        Refused: when there is no fix of a name.
    """
    from plimsoll.compiler.editing.names import FIXES, fix_names

    if args.fix is None:
        return frozenset() if args.diff else None
    if args.fix and args.fix not in FIXES and args.path is None and Path(args.fix).is_dir():
        args.path, args.fix = Path(args.fix), ""
    return fix_names(args.fix)


def fixed_files(folder: Path, names: frozenset[str], policies: Iterable[str] = ()) -> "tuple[FixedFile, ...]":
    """The specs below a folder that fixes change, by path; rules of a company are none. Nothing is written."""
    from plimsoll.compiler.editing.rounds import fix_sources
    from plimsoll.compiler.loading.sources import find_sources

    sources = find_sources(folder, spec_exclusions(folder, policies)).value
    return fix_sources(sources, names, _find) if sources is not None else ()


def _find(sources: "Sources") -> "Sequence[Diagnostic]":
    """Everything that may bring a fix: what reading, typing and resolving find, but for what comments let be."""
    from plimsoll.compiler.diagnostics import in_order
    from plimsoll.compiler.project.resolve import load_project
    from plimsoll.compiler.suppression.apply import apply_suppressions

    return in_order(apply_suppressions(load_project(sources).diagnostics, sources.files))


def write_files(folder: Path, fixed: "Iterable[FixedFile]") -> None:
    """Write what was fixed.

    Raises:
        Refused: when a file changed meanwhile, or is a link that leaves the project.
    """
    from plimsoll.compiler.editing.files import Rewrite, write_back

    write_back(folder, [Rewrite(one.path, one.before, one.after) for one in fixed])


def show_fixed(view: View, folder: Path, fixed: "Sequence[FixedFile]") -> None:
    """Say how many findings were fixed, and in which files."""
    count = sum(one.fixes for one in fixed)
    files = [{"path": (folder / one.path).as_posix(), "fixes": one.fixes} for one in fixed]
    line: Line = [Styled(f"fixed {many(count, 'finding')}", Style.GOOD), f" in {many(len(fixed), 'file')}"]
    named = (f"  {one['path']}: {one['fixes']}" for one in files)
    view.result({"fixed": {"count": count, "files": files}}, [line, *named] if fixed else ["nothing to fix"])


def show_diff(view: View, folder: Path, texts: Mapping[str, tuple[str, str]]) -> None:
    """Show files by path with their text before and after, as one diff."""
    from plimsoll.compiler.editing.diff import unified

    lines = [line for path, (old, new) in texts.items() for line in unified((folder / path).as_posix(), old, new)]
    data: dict[str, Any] = {"diff": "".join(f"{line}\n" for line in lines), "files": list(texts)}
    view.result(data, _coloured(lines) if lines else ["nothing to change"])


def _coloured(lines: Iterable[str]) -> Iterator[Line]:
    styles = {"+": Style.ADDED, "-": Style.REMOVED, "@": Style.FRAME}
    for line in lines:
        heading = line.startswith(("--- ", "+++ "))
        style = Style.STRONG if heading else styles.get(line[:1])
        yield [Styled(line, style)] if style else line


def many(number: int, word: str) -> str:
    """A number of things: ``1 file``, ``2 files``."""
    return f"{number} {word}{'' if number == 1 else 's'}"
