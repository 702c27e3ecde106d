"""``plimsoll data check``: read the files of data sources as a run would, and say what of their specs they break."""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.cli.project_files import DEFAULT, spec_folder
from plimsoll.cli.views.view import View
from plimsoll.contract.exit_codes import CLEAN, FINDINGS
from plimsoll.contract.refusal import Refused

if TYPE_CHECKING:
    from plimsoll.compiler.diagnostics import Diagnostic
    from plimsoll.compiler.kinds import DataSource, Deployment, Model
    from plimsoll.compiler.project.located import Located
    from plimsoll.compiler.project.project import Project
    from plimsoll.contract.inspection import ExamplesSeen, SourceSeen

EXAMPLE = """\
example:
  plimsoll data check
  plimsoll data check parcels customers
  plimsoll data check --specs other/specs --json

Each file is read as a run reads it, from the folder that a run on this machine reads: .plimsoll/data at the root of the
repository. Columns, times and missing values are held against the DataSource; ids, labels and expected values against
each Model whose examples it holds; partitions against each batch. Every row is looked at, in memory that does not grow
with the data. Feature sets are not built: what is expected of features is held when a training runs. The exit code is 1
where a run would stop; warnings and notes leave it at 0.
"""

_LARGE = 64_000_000
"""Bytes of a file whose reading is announced."""
_SECONDS = 2.0
"""How long nothing is said while rows are read."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``data check``."""
    parser.epilog = EXAMPLE
    parser.add_argument("sources", metavar="SOURCE", nargs="*", help="a data source by its name; default: all of them")
    parser.add_argument(
        "--specs",
        dest="path",
        type=Path,
        metavar="DIR",
        help=f"the folder of the specs; default: {DEFAULT} where there is one, else the current folder",
    )


@dataclass
class Checked:
    """What was seen of one source, and of the examples that lie in it."""

    one: "Located[DataSource]"
    seen: "SourceSeen"
    examples: "list[tuple[Located[Model], ExamplesSeen]]" = field(default_factory=list)
    found: "list[Diagnostic]" = field(default_factory=list)
    waiting: "list[Located[Model]]" = field(default_factory=list)
    """The models whose examples lie in it and were not looked at, since a column is at fault."""


def run(args: argparse.Namespace) -> int:
    """Load the specs, and hold the data against them."""
    from plimsoll.cli.data.told import as_data, told
    from plimsoll.cli.resolving import resolved
    from plimsoll.cli.workspace import Workspace

    view: View = args.view
    folder, started = spec_folder(args), time.perf_counter()
    read = resolved(folder)
    project = read.sound
    if project is None:
        view.findings(read.findings())
        return FINDINGS
    root = Workspace.at(folder).data
    chosen = _chosen(project, args.sources)
    checked = [check_source(project, one, root, view.progress) for one in chosen]
    lines = [line for one in checked for line in told(one)]
    view.result({"root": root.as_posix(), "sources": [as_data(one) for one in checked]}, [f"below {root}", *lines, ""])
    found = tuple(each for one in checked for each in one.found)
    findings = replace(read, diagnostics=()).findings(*found)
    view.findings(replace(findings, specs=len(chosen), seconds=time.perf_counter() - started))
    return FINDINGS if any(one.blocks for one in found) else CLEAN


def _chosen(project: "Project", names: list[str]) -> "list[Located[DataSource]]":
    """The sources that are asked for, or all.

    Raises:
        Refused: when one is unknown, or there is none at all.
    """
    from plimsoll.compiler.hints import did_you_mean

    known = project.data_sources
    if not known:
        raise Refused("data", str(project.root), "the specs have no DataSource", "write one for each file of data")
    wanted = [name.split("/", 1)[1] if name.lower().startswith("datasource/") else name for name in names]
    for name in wanted:
        if name not in known:
            hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
            raise Refused("data source", name, "the specs have no DataSource of this name", hint)
    return [known[name] for name in dict.fromkeys(wanted or known)]


def check_source(project: "Project", one: "Located[DataSource]", root: Path, tell: Callable[[str], None]) -> Checked:
    """Look at a source below the data root, and at the examples of each model that lie in it; tell of long reads."""
    from plimsoll.compiler.fitting.examples import examples_findings, parts_findings
    from plimsoll.compiler.fitting.sources import may_be_told, source_findings
    from plimsoll.compiler.rendering.inputs import examples_of, table_of
    from plimsoll.runtime.features.inspection import look, look_at_examples

    file = root / one.spec.spec.file
    if file.is_file() and file.stat().st_size > _LARGE:
        tell(f"{one.name}: reading {file.stat().st_size / 1e6:,.0f} MB")
    seen = look(table_of(project, one.name), root, datetime.now(UTC), _progress(tell, one.name))
    checked = Checked(one, seen, found=list(source_findings(one, seen, root.as_posix())))
    models = list(_models(project, one.name))
    if seen.refused is not None or seen.faults:
        checked.waiting = models
        return checked
    for model in models:
        batches = {each.name: (each, by) for each, by in _cut(project, model.name)}
        by = tuple(dict.fromkeys(by for _, by in batches.values()))
        told = _progress(tell, f"{one.name} as the examples of {model.name}")
        held = look_at_examples(model.name, examples_of(project, model.spec), root, by, told)
        checked.examples.append((model, held))
        checked.found += examples_findings(model, held, telling=may_be_told(one))
        for deployment, column in batches.values():
            checked.found += parts_findings(deployment, column, held.values.get(column, 0))
    return checked


def _models(project: "Project", source: str) -> "Iterator[Located[Model]]":
    """The models whose examples lie in a source."""
    for one in project.models.values():
        if one.said["examples"]["source"] == source:
            yield one


def _cut(project: "Project", model: str) -> "Iterator[tuple[Located[Deployment], str]]":
    """The deployments of a model whose batches are cut by the values of a column, with it."""
    for one in project.deployments.values():
        spec = one.spec.spec
        if spec.model == model and spec.batch and spec.batch.partitions and spec.batch.partitions.by:
            yield one, spec.batch.partitions.by


def _progress(tell: Callable[[str], None], what: str) -> Callable[[int], None]:
    """Says from time to time how many rows have been read."""
    last = time.monotonic()

    def told(rows: int) -> None:
        nonlocal last
        if time.monotonic() - last > _SECONDS:
            last = time.monotonic()
            tell(f"{what}: {rows:,} rows")

    return told
