"""Hold rendered releases against their schemas, and say where in the release folder a fault will stand."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.cli.views.view import Findings, ShownFile
from plimsoll.compiler.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from plimsoll.compiler.rendering.release import Release


def validated(findings: Findings, releases: Iterable["Release"], out: Path) -> Findings:
    """The findings, with what the offline oracles have against the rendered files behind them.

    Raises:
        ModuleNotFoundError: when the ``validate`` extra is not installed.
    """
    files, found = dict(findings.files), list[Diagnostic]()
    for release in releases:
        for one in _faults(release, out):
            found.append(one)
            for path in (one.span.path, *(label.span.path for label in one.labels)):
                data = release.files.get(Path(path).name, b"")
                files[path] = ShownFile(path, tuple(data.decode(errors="replace").splitlines()))
    return replace(findings, files=files).and_also(found)


def _faults(release: "Release", out: Path) -> Iterator[Diagnostic]:
    from plimsoll.compiler.validation.release import validate_release

    folder = out / release.environment

    def placed(span: Span) -> Span:
        return replace(span, path=(folder / span.path).as_posix())

    for one in validate_release(release.files, release.platform):
        labels = tuple(replace(label, span=placed(label.span)) for label in one.labels)
        yield replace(one, span=placed(one.span), labels=labels)
