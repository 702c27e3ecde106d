"""Folders of fixtures: how each is laid out, how far the compiler takes it, and what is found on the way."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from git import Actor, Repo
from pyarrow.csv import WriteOptions, write_csv

from plimsoll.cli.data.checking import check_source
from plimsoll.cli.resolving import resolved as resolve_folder
from plimsoll.cli.starter_project import write_project
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.examine import Examination, examine
from plimsoll.compiler.governance.catalogue import load_catalogue
from plimsoll.compiler.governance.fixtures import try_cases
from plimsoll.compiler.governance.mutation import mutate
from plimsoll.compiler.kinds.platform import Platform
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.migration.migrate import migrate_source
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.rendering.release import render
from plimsoll.compiler.resources import data_root
from plimsoll.compiler.validation.release import validate_release

HERE = Path(__file__).parent
TODAY = date(2026, 7, 1)
"""The day on which waivers are held against their end."""

Findings = tuple[Diagnostic, ...]

_PIN = 'local: {pin: {version: 1, digest: "sha256:%s"}}' % ("1" * 64)


def lay_out(fixture: Path, project: Path) -> Path:
    """Lay the specs of a fixture out in a folder, over the starter's where its stage has them; that of the specs."""
    stage = fixture.parent.name
    specs = project / "specs"
    if stage in ("over_starter", "judged"):
        write_project(project, "parcels")
    if stage == "rendered":
        write_pinned_project(project)
    kept = shutil.ignore_patterns("expected.txt")
    shutil.copytree(fixture, specs, symlinks=True, dirs_exist_ok=True, ignore=kept)
    return specs


def write_pinned_project(project: Path) -> None:
    """Write the project that ``init`` writes, as it is once a version was promoted, so that all of it is rendered."""
    write_project(project, "parcels")
    deployment = project / "specs" / "deployments" / "parcels-online.yaml"
    text = deployment.read_text()
    assert text.count("local: {}") == 1
    deployment.write_text(text.replace("local: {}", _PIN))


def resolved(specs: Path) -> Findings:
    """What is found when specs are read, typed and resolved."""
    sources = find_sources(specs)
    return (*sources.diagnostics, *(load_project(sources.value).diagnostics if sources.value is not None else ()))


def examined(specs: Path, jobs: int = 1) -> Examination:
    """How far specs come on their way to being checked."""
    return examine(specs, data_root("policies"), TODAY, cached=False, jobs=jobs)


def based(specs: Path) -> Findings:
    """What is found about a change to what was committed, as that has it."""
    return examine(specs, data_root("policies"), TODAY, cached=False, base="HEAD").found


def commit(project: Path) -> None:
    """Commit all there is in a new repository."""
    person = Actor("Somebody", "somebody@example.org")
    repository = Repo.init(project, initial_branch="main")
    repository.git.add(all=True)
    repository.index.commit("as it was", author=person, committer=person)


def judged(specs: Path) -> Findings:
    """What is found until governance has judged."""
    return examined(specs).found


def rendered(specs: Path) -> Findings:
    """What is found until every environment's release is rendered and validated."""
    one = examined(specs)
    if one.checked is None:
        return one.found
    found = list(one.found)
    for environment in one.checked.project.environments:
        outcome = render(one.checked, environment)
        found += outcome.diagnostics
        found += validate_release(outcome.value.files, outcome.value.platform) if outcome.value is not None else ()
    return tuple(found)


def validated(release: Path) -> Findings:
    """What is found in a folder of rendered files."""
    return validate_release({path.name: path.read_bytes() for path in release.iterdir()}, Platform())


def tried(policies: Path) -> Findings:
    """What is found when the cases of a folder of rules are run."""
    loaded = load_catalogue(policies)
    assert loaded.value is not None, loaded.diagnostics
    found = tuple(one for case in try_cases(loaded.value) for one in case.diagnostics)
    if found:
        return found
    return tuple(one.diagnostic for rule in loaded.value.rules.values() for one in mutate(rule, loaded.value).survivors)


def looked(specs: Path) -> Findings:
    """What is found when the data beside the specs is held against them."""
    loaded = resolve_folder(specs)
    assert loaded.sound is not None, loaded.diagnostics
    sources = loaded.sound.data_sources.values()
    root = specs.parent / ".plimsoll" / "data"
    return tuple(found for one in sources for found in check_source(loaded.sound, one, root, lambda _: None).found)


def write_parcels(root: Path) -> None:
    """Write data for the starter: 150 days, 750 parcels of different weights, and columns that its spec does not have;
    as parquet, and as CSV with semicolons.

    ``phone`` and ``returned_at`` are empty in some rows, and ``due_at`` has not come.
    """
    first, number = datetime(2026, 1, 1, 6, tzinfo=UTC), range(750)
    moment = pa.timestamp("us", tz="UTC")
    table = {
        "parcel_id": pa.array([f"p{n}" for n in number]),
        "depot": pa.array([("AUH", "DXB", "SHJ")[n % 3] for n in number]),
        "express": pa.array([n % 2 == 0 for n in number]),
        "weight": pa.array([n / 25 for n in number]),
        "distance": pa.array([float(n) for n in number]),
        "sent_at": pa.array([first + timedelta(days=n // 5, minutes=n % 5) for n in number], moment),
        "hours": pa.array([40.0 + n % 20 for n in number]),
        "phone": pa.array([None if n == 7 else f"+971 {n}" for n in number]),
        "returned_at": pa.array([None if n == 7 else first for n in number], moment),
        "due_at": pa.array([first + timedelta(days=36500) for _ in number], moment),
    }
    root.mkdir(parents=True)
    pq.write_table(pa.table(table), root / "parcels.parquet")
    write_csv(pa.table(table), root / "parcels.csv", WriteOptions(delimiter=";"))


def migrated(specs: Path) -> Findings:
    """What is found when older specs are converted."""
    sources = find_sources(specs).value
    assert sources is not None
    return tuple(found for file in sources.files for found in migrate_source(file).diagnostics)


STAGES: dict[str, Callable[[Path], Findings]] = {
    "alone": resolved,
    "over_starter": resolved,
    "judged": judged,
    "rendered": rendered,
    "validated": validated,
    "migrated": migrated,
}
"""What is done with the fixtures in each folder."""

FIXTURES = [path for stage in STAGES for path in sorted((HERE / stage).iterdir()) if path.is_dir()]


def name_of(fixture: Path) -> str:
    """A fixture's name among all of them."""
    return fixture.relative_to(HERE).as_posix()


def found_in(fixture: Path, project: Path) -> Findings:
    """What is found in a fixture, laid out in an empty folder."""
    return STAGES[fixture.parent.name](lay_out(fixture, project))
