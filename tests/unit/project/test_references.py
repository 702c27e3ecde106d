"""References: what a finding depends on, what it shows, and what the table of options promises."""

from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli.generate.schemas import kind_schema_value
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.loading.sources import SourceFile, Sources, find_sources
from plimsoll.compiler.project.links import links
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.references import check, check_one, cycles
from plimsoll.compiler.project.references.findings import duration
from plimsoll.compiler.project.references.future import columns_in
from plimsoll.compiler.project.references.unrendered import UNRENDERED, Option
from plimsoll.compiler.project.resolve import load_project

ROOT = Path(__file__).parents[3]

SOURCE = """\
apiVersion: plimsoll.dev/v1
kind: DataSource
metadata: {name: %s%s}
spec:
  location: {type: file, path: a.parquet}
  region: me-central-1
  jurisdiction: AE
  classification: public
  personalData: none
  timestamp: at
  columns: {at: timestamp}
"""
SET = """\
apiVersion: plimsoll.dev/v1
kind: FeatureSet
metadata: {name: %s}
spec:
  entity: {name: one, keys: {one: string}}
  sources: [%s]
  transformation: {sql: SELECT 1}
  timestamp: made_at
  features: {two: {type: int}}
"""


def reference() -> Project:
    sources = find_sources(ROOT / "specs").value
    assert sources is not None
    project = load_project(sources).value
    assert project is not None
    return project


def found(*texts: str) -> tuple[Diagnostic, ...]:
    files = tuple(SourceFile(f"{number}.yaml", text) for number, text in enumerate(texts))
    return load_project(Sources(ROOT, files)).diagnostics


def test_the_whole_is_its_parts_and_the_cycles() -> None:
    project = reference()
    parts = [finding for one in project.located() for finding in check_one(project, one)]
    assert [*parts, *cycles(project)] == list(check(project)) == []


@pytest.mark.parametrize("spec", reference().located(), ids=lambda one: one.key)
def test_one_spec_needs_only_what_it_names(spec: Any) -> None:
    """The law that lets findings be kept for each spec: take away what it does not name, and they stay."""
    project = reference()
    named = {(kind, link.name) for link in links(spec.spec) for kind in link.kinds} | {(spec.kind, spec.name)}
    units = [unit for unit in project.units if (unit.kind, unit.name) in named]
    alone = Project(project.root, units, project._shelf)
    assert list(check_one(alone, alone.tables[spec.kind][spec.name])) == list(check_one(project, spec)) == []


def test_a_mismatch_shows_both_places() -> None:
    [finding] = found(SOURCE % ("flights", ", version: 2.0.0"), SET % ("a", "flights@1"))
    assert (finding.code, finding.span.path, finding.span.line) == ("PLM-REF-012", "1.yaml", 6)
    [label] = finding.labels
    assert (label.span.path, label.span.line, label.text) == ("0.yaml", 3, "version 2.0.0 is declared here")


def test_a_name_of_another_kind_says_so() -> None:
    [finding] = found(SET % ("made", "made-by"), SET % ("made-by", "nothing"))[:1]
    assert (finding.code, finding.note) == ("PLM-REF-002", "")
    model = (
        "apiVersion: plimsoll.dev/v1\nkind: Deployment\nmetadata: {name: one}\n"
        "spec: {model: flights, online: {}, environments: {flights: {}}}"
    )
    notes = {finding.note for finding in found(SOURCE % ("flights", ""), model)}
    assert notes == {"'flights' is a DataSource, which cannot stand here"}


def test_a_long_chain_is_no_cycle_and_no_end_of_the_stack() -> None:
    chain = [SET % (f"set-{number}", f"set-{number + 1}") for number in range(400)]
    assert found(*chain, SET % ("set-400", "rows"), SOURCE % ("rows", "")) == ()
    [finding] = found(*chain, SET % ("set-400", "set-0"))
    assert finding.code == "PLM-REF-004"


@pytest.mark.parametrize(
    ("sql", "read"),
    [
        ("arrival_delay > 15", ("arrival_delay",)),
        ("ARRIVAL_DELAY > 15 AND NOT Cancelled", ("arrival_delay", "cancelled")),
        ("\"arrival_delay\" > 'cancelled'", ("arrival_delay",)),
        ("hour(at) = 3 -- hour", ("at",)),
        ("hour /* cancelled */ = 3", ("hour",)),
        ("'it''s hour' = at", ("at",)),
        ("arrival_delays > 15 OR x.hour2", ()),
    ],
)
def test_the_columns_of_an_expression(sql: str, read: tuple[str, ...]) -> None:
    assert columns_in(sql, ("at", "hour", "arrival_delay", "cancelled")) == tuple(
        name for name in ("at", "hour", "arrival_delay", "cancelled") if name in read
    )


@pytest.mark.parametrize(("seconds", "said"), [(0, "0s"), (90, "90s"), (3600, "1h"), (172_800, "2d"), (5400, "90m")])
def test_durations_are_said_in_their_largest_unit(seconds: int, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize("option", UNRENDERED, ids=lambda one: ".".join(map(str, one.route)))
def test_every_option_that_is_not_rendered_is_one_of_the_language(option: Option) -> None:
    schema = kind_schema_value(KINDS[option.kind])
    nodes = [schema]
    for part in option.route:
        nodes = [node["properties"][part] for node in nodes if part in node.get("properties", {})]
        nodes = [schema["$defs"][name] if name else node for node in nodes for name in targets(node)]
    assert nodes, f"{option.kind} has no {option.route}"


def targets(node: dict[str, Any]) -> list[str]:
    choices = [node, *node.get("oneOf", ()), *node.get("anyOf", ())]
    return [choice["$ref"].rpartition("/")[2] for choice in choices if "$ref" in choice] or [""]


def test_every_option_that_is_not_rendered_has_a_fixture() -> None:
    text = (ROOT / "tests" / "diagnostics" / "over_starter" / "options" / "specs.yaml").read_text()
    for option in UNRENDERED:
        stem = option.says.partition(":")[0].split(" than ")[-1].removeprefix("for ")
        assert any("[PLM-REF-011]" in line and stem in line for line in text.splitlines()), option.says


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("  identifiers: {naem: clear}\n", "  identifiers: {name: clear}\n"),
        ("  identifiers:\n    'naem': hashed\n", "  identifiers:\n    'name': hashed\n"),
        ("  knownAfter: {naem: 2d}\n", "  knownAfter: {name: 2d}\n"),
    ],
)
def test_a_column_that_a_source_misspells_is_mended_at_its_key(line: str, mended: str) -> None:
    source = SOURCE.replace("{at: timestamp}", "{at: timestamp, name: string}") % ("one", "") + line
    (one,) = found(source)
    assert (one.code, one.help) == ("PLM-REF-002", "did you mean 'name'?")
    assert one.fix is not None
    (edit,) = one.fix.edits
    lines = source.split("\n")
    text = lines[edit.line - 1]
    lines[edit.line - 1] = text[: edit.column - 1] + edit.text + text[edit.end_column - 1 :]
    assert "\n".join(lines).endswith(mended)
    assert found("\n".join(lines)) == ()
