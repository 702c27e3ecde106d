"""Hold rendered releases against their schemas, and say where in the release folder a fault will stand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.cli.views.view import Findings, ShownFile
from plimsoll.compiler.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from plimsoll.compiler.kinds.platform import Platform
    from plimsoll.compiler.project.project import Project
    from plimsoll.compiler.rendering.place import Place


def validated(findings: Findings, project: "Project", places: Iterable["Place"]) -> Findings:
    """The findings, with what the offline oracles have against the rendered files behind them.

    Raises:
        ModuleNotFoundError: when the ``validate`` extra is not installed.
    """
    from plimsoll.compiler.rendering.place import OnDisk

    shown, found = dict(findings.files), list[Diagnostic]()
    for place in places:
        files: Mapping[str, bytes] = OnDisk(place) if place.locked is not None and place.locked.digest else {}
        platform = project.environments[place.environment].spec.spec.offers
        for one in _faults(files, platform, place.folder):
            found.append(one)
            for path in (one.span.path, *(label.span.path for label in one.labels)):
                data = files.get(Path(path).name, b"")
                shown[path] = ShownFile(path, tuple(data.decode(errors="replace").splitlines()))
    return replace(findings, files=shown).and_also(found)


def _faults(files: Mapping[str, bytes], platform: "Platform", folder: Path) -> Iterator[Diagnostic]:
    from plimsoll.compiler.validation.release import validate_release

    def placed(span: Span) -> Span:
        return replace(span, path=(folder / span.path).as_posix())

    for one in validate_release(files, platform):
        labels = tuple(replace(label, span=placed(label.span)) for label in one.labels)
        yield replace(one, span=placed(one.span), labels=labels)
