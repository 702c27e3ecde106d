"""Every finding of reading, typing and resolving specs, at its place.

A comment such as ``# error: [PLM-TYP-003] did you mean 'owner'?`` stands on the line that a finding is about; the words
after the code are part of its message or its help. The whole multiset is compared: nothing is found that no comment
announces. Folders in ``alone`` are projects; those in ``over_starter`` are laid over the project that ``init`` writes.
"""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from plimsoll.cli.starter_project import write_project
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.project.resolve import load_project

HERE = Path(__file__).parent
ALONE = sorted(path for path in (HERE / "alone").iterdir() if path.is_dir())
OVER_STARTER = sorted(path for path in (HERE / "over_starter").iterdir() if path.is_dir())
EXPECTED = re.compile(r"# (error|warning|note): \[(PLM-[A-Z]+-[0-9]+)\]((?:(?! # (?:error|warning|note): \[).)*)")


class Expected(NamedTuple):
    """What a comment announces."""

    path: str
    line: int
    severity: str
    code: str
    words: str


def expectations(folder: Path) -> list[Expected]:
    return [
        Expected(path.relative_to(folder).as_posix(), number, severity, code, words.strip())
        for path in sorted(folder.rglob("*.yaml"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for severity, code, words in EXPECTED.findall(line)
    ]


def findings_of(folder: Path) -> list[Diagnostic]:
    sources = find_sources(folder)
    found = list(sources.diagnostics)
    return [*found, *load_project(sources.value).diagnostics] if sources.value is not None else found


def assert_found(found: list[Diagnostic], expected: list[Expected]) -> None:
    places = Counter((one.span.path, one.span.line, str(one.severity), one.code) for one in found)
    assert places == Counter(one[:4] for one in expected), "\n".join(map(str, found))
    for one in expected:
        texts = [
            f"{d.message} {d.help}"
            for d in found
            if (d.span.path, d.span.line, d.code) == (one.path, one.line, one.code)
        ]
        assert any(one.words in text for text in texts), f"{one} is not in {texts}"


@pytest.mark.parametrize("folder", ALONE, ids=lambda path: path.name)
def test_a_folder_of_specs_alone(folder: Path) -> None:
    expected = expectations(folder)
    assert expected
    assert_found(findings_of(folder), expected)


@pytest.mark.parametrize("folder", OVER_STARTER, ids=lambda path: path.name)
def test_specs_beside_sound_ones(folder: Path, tmp_path: Path) -> None:
    expected = expectations(folder)
    assert expected
    write_project(tmp_path / "project", "parcels")
    specs = tmp_path / "project" / "specs"
    for path in folder.rglob("*.yaml"):
        target = specs / path.relative_to(folder)
        target.parent.mkdir(exist_ok=True)
        target.write_text(path.read_text())
    assert_found(findings_of(specs), expected)


def test_the_starter_itself_has_none(tmp_path: Path) -> None:
    write_project(tmp_path / "project", "parcels")
    assert findings_of(tmp_path / "project" / "specs") == []
