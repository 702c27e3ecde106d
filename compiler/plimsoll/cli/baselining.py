"""The options of ``check`` about a baseline, and what is done for them."""

import argparse
import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.cli.judging import Judged
from plimsoll.cli.views.view import Findings, Line, View
from plimsoll.contract.folders import require_folder
from plimsoll.contract.refusal import Refused, Unavailable

if TYPE_CHECKING:
    from plimsoll.cli.baseline import Baseline, Compared


def add_baseline_options(parser: argparse.ArgumentParser) -> None:
    """The options about a baseline."""
    group = parser.add_argument_group("baseline")
    either = group.add_mutually_exclusive_group()
    add_baseline(either)
    either.add_argument(
        "--write-baseline",
        type=Path,
        metavar="FILE",
        help="write what is found as known; of a file that is there, drop what is mended",
    )
    group.add_argument(
        "--add-new", action="store_true", help="with --write-baseline: add to a file that is there what is new"
    )


def add_baseline(parser: "argparse._ActionsContainer") -> None:
    """The option that names a baseline."""
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="fail only on what this baseline does not know")


def wants_baseline(args: argparse.Namespace) -> bool:
    """Whether a baseline is asked for."""
    return args.baseline is not None or args.write_baseline is not None


def refuse_idle(args: argparse.Namespace) -> None:
    """Refuse options about a baseline of which nothing would come.

    Raises:
        Refused: when what is new is to be added to no file, or when a file is to be written and nothing is.
    """
    if args.add_new and args.write_baseline is None:
        raise Refused("baseline", "--add-new", "no baseline is written", "name its file by --write-baseline")
    if args.diff and args.write_baseline is not None:
        why = "nothing is written where --diff shows what would be fixed"
        raise Refused("baseline", args.write_baseline.as_posix(), why, "leave out --diff or --write-baseline")


@dataclass(frozen=True)
class Held:
    """Findings held against a baseline, and what is to be told of that."""

    findings: Findings
    data: dict[str, Any]
    lines: list[Line]

    def tell(self, view: View) -> None:
        """Show it behind the findings."""
        view.result({"baseline": self.data}, self.lines)


def held(args: argparse.Namespace, judged: Judged, folder: Path) -> Held:
    """Findings held against the baseline that was asked for, which is written before if that was asked for.

    Raises:
        Refused: when the file is no baseline, or is to be written though rules were never asked.
        Unavailable: when it can't be read or written.
    """
    from plimsoll.cli.baseline import compare

    if args.write_baseline is not None:
        return _written(args, judged)
    path: Path = args.baseline
    baseline, _ = baseline_given(path, folder, args.base)
    return _held(judged, compare(baseline, judged.findings, date.today()), path)


def baseline_given(path: Path, folder: Path, base: str | None) -> "tuple[Baseline, bytes]":
    """The baseline of a file, as it lies there or, with ``base``, as it was where the change began; and its bytes.

    Raises:
        Refused: when the file is no baseline.
        Unavailable: when it can't be read.
    """
    from plimsoll.cli.baseline import baseline_data, baseline_of

    shown, data = (path.as_posix(), baseline_data(path)) if base is None else _at_base(path, folder, base)
    return baseline_of(data, shown), data


def _held(judged: Judged, compared: "Compared", path: Path, more: dict[str, Any] | None = None) -> Held:
    findings = replace(judged.findings, diagnostics=compared.diagnostics, baseline=True)
    data = {"path": path.as_posix(), "since": compared.baseline.since.isoformat(), "new": len(compared.new)}
    if not judged.findings.rules:
        told = "the rules were not asked, so nobody knows what is mended"
        return Held(findings, {**data, "known": None, "mended": None}, [f"{path.as_posix()}: {told}"])
    counts = {"known": len(compared.still), "mended": compared.mended, **(more or {})}
    return Held(findings, {**data, **counts}, [f"{path.as_posix()}: {compared.sentence}"])


def _at_base(path: Path, folder: Path, revision: str) -> tuple[str, bytes]:
    """The baseline as it was where the change began: none can add to what is known of itself."""
    from plimsoll.compiler.git import GitSaysNo, ask, merge_base, repository_of

    repository = repository_of(folder)
    if repository is None or not path.resolve().is_relative_to(repository.top):
        raise Unavailable(path.as_posix(), "is not in the repository of the specs", "leave out --base")
    commit = merge_base(repository, revision)
    below = path.resolve().relative_to(repository.top).as_posix()
    try:
        data = ask(repository.top, "cat-file", "blob", f"{commit}:{below}")
    except GitSaysNo:
        mend = "it counts once it is merged; leave out --base or --baseline until then"
        raise Unavailable(path.as_posix(), f"is not in the base, {commit[:10]}", mend) from None
    return f"{path.as_posix()}@{commit[:10]}", data


def _written(args: argparse.Namespace, judged: Judged) -> Held:
    from plimsoll.cli.baseline import Baseline, baseline_text, compare, read_baseline

    path: Path = args.write_baseline
    if not judged.findings.rules:
        args.view.findings(judged.findings)
        why = "the rules were not asked, so nobody knows what they find"
        raise Refused("baseline", path.as_posix(), why, "mend what is found first")
    today, is_new = date.today(), not path.exists()
    before = Baseline(since=today, known=()) if is_new else read_baseline(path)
    compared = compare(before, judged.findings, today)
    after = compared.written_again(add=is_new or args.add_new)
    _write(path, baseline_text(after))
    added = len(after.known) - len(compared.still)
    shown = _held(judged, compare(after, judged.findings, today), path, {"added": added, "dropped": compared.gone})
    line = f"{path.as_posix()} is written: {added:,} added, {compared.gone:,} dropped"
    left = len(compared.new) - added
    lines = [line, f"{left:,} new are left out; --add-new takes them in"] if left else [line]
    return replace(shown, lines=[*lines, *shown.lines])


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    require_folder(path.parent, "make it, or name another file")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
