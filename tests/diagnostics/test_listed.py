"""Findings about comments and about older specs, as lists: no comment on their lines could announce them.

Each folder has an ``expected.txt`` with a line ``file:line:column severity code`` for every finding; ``ignored`` stands
for a severity that a comment took away. Folders in ``beside`` are laid over the project that ``init`` writes, and
judged; the files in ``migrated`` are converted to the version of today. The whole multiset is compared.
"""

from collections.abc import Iterable
from pathlib import Path

import pytest

from plimsoll.cli.judging import judge_folder
from plimsoll.cli.starter_project import write_project
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.migration.migrate import migrate_source

HERE = Path(__file__).parent
BESIDE = sorted(path for path in (HERE / "beside").iterdir() if path.is_dir())
MIGRATED = sorted(path for path in (HERE / "migrated").iterdir() if path.is_dir())


def told(found: Iterable[Diagnostic]) -> list[str]:
    return sorted(
        f"{one.span.path}:{one.span.line}:{one.span.column} {'ignored' if one.ignored else one.severity} {one.code}"
        for one in found
    )


def expected(folder: Path) -> list[str]:
    return sorted((folder / "expected.txt").read_text().splitlines())


@pytest.mark.parametrize("folder", BESIDE, ids=lambda path: path.name)
def test_specs_judged_beside_sound_ones(folder: Path, tmp_path: Path) -> None:
    write_project(tmp_path / "project", "parcels")
    specs = tmp_path / "project" / "specs"
    for path in folder.glob("*.yaml"):
        (specs / path.name).write_text(path.read_text())
    assert told(judge_folder(specs, cached=False).findings.diagnostics) == expected(folder)


@pytest.mark.parametrize("folder", MIGRATED, ids=lambda path: path.name)
def test_older_specs(folder: Path) -> None:
    sources = find_sources(folder).value
    assert sources is not None
    assert told(found for file in sources.files for found in migrate_source(file).diagnostics) == expected(folder)
