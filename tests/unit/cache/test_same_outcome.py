"""Whatever was edited, and in however many processes: what is found with a cache is what is found without."""

import random
import shutil
import time
from pathlib import Path

import pytest
from benchmarks.estate.write import write_estate
from edits import edit
from outcomes import anew, examined
from spec_folder import SpecFolder

from plimsoll.cli.starter_project import write_project
from plimsoll.compiler.cache import readings, references, snapshot, verdicts
from plimsoll.compiler.resources import data_root

STEPS = 14
"""How many times each folder is edited and examined; run with many more seeds when the cache is worked on."""


@pytest.fixture
def _trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust files at once. The clock of file systems ticks every 10 ms at most, which ``_ticked`` waits for."""
    monkeypatch.setattr(snapshot, "SETTLED", 0)


def _ticked() -> None:
    time.sleep(0.011)


def _folder(root: Path, seed: int) -> SpecFolder:
    """An estate of the benchmarks, or that of the fixtures, which is one file."""
    chance = random.Random(seed)
    if seed % 3:
        write_estate(root, chance.choice([12, 20]), seed)
        (root / "governance").mkdir(exist_ok=True)
    else:
        (root / "governance").mkdir(parents=True)
        (root / "code").mkdir()
        shutil.copy(data_root("policies") / "fixtures" / "estate.yaml", root)
    folder = SpecFolder(root, chance)
    folder.keep()
    return folder


def _edited(folder: SpecFolder) -> list[str]:
    return [edit(folder) for _ in range(folder.chance.choice([0, 1, 1, 1, 2, 4]))]


@pytest.mark.usefixtures("_trusting")
@pytest.mark.parametrize("seed", range(10))
def test_edits_find_the_same_with_a_cache_and_without(seed: int, tmp_path: Path) -> None:
    """With two processes, the few files that changed are read in the other one."""
    folder, made = _folder(tmp_path / "specs", seed), list[str]()
    for _ in range(STEPS):
        made += _edited(folder)
        _ticked()
        found, told = examined(folder.root, today=folder.today, jobs=1 + seed % 2)
        assert found == anew(folder.root, today=folder.today), (made, told)
        folder.found = found.found
        if found.applied is not None:
            folder.keep()
        elif found.specs is None and folder.chance.random() < 0.6:
            folder.restore()
            made.append("restore")


@pytest.mark.usefixtures("_trusting")
@pytest.mark.parametrize("jobs", [2, 3])
def test_any_number_of_processes_finds_the_same(jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (readings, references, verdicts):
        monkeypatch.setattr(module, "LEAST", 1)
    folder, made = _folder(tmp_path / "specs", jobs), list[str]()
    for _ in range(6):
        found, told = examined(folder.root, today=folder.today, jobs=jobs)
        assert found == anew(folder.root, today=folder.today), (made, told)
        assert found == anew(folder.root, today=folder.today, jobs=jobs), made
        made += _edited(folder)
        _ticked()


def test_what_is_new_to_a_project_is_found_at_once(tmp_path: Path) -> None:
    """As above, but files are trusted no sooner than they are."""
    folder = _folder(tmp_path / "specs", 1)
    for _ in range(6):
        _edited(folder)
        assert examined(folder.root, today=folder.today)[0] == anew(folder.root, today=folder.today)


@pytest.mark.usefixtures("_trusting")
def test_changed_rules_are_applied(tmp_path: Path) -> None:
    root, policies = tmp_path / "specs", tmp_path / "policies"
    write_estate(root, 12)
    shutil.copytree(data_root("policies"), policies)
    first, _ = examined(root, policies=policies)
    rule = policies / "operations" / "OPS-01" / "policy.yaml"
    text = rule.read_text()

    def differs(change: str) -> None:
        _ticked()
        found, _ = examined(root, policies=policies)
        assert found == anew(root, policies=policies), change
        assert found != first, change

    rule.write_text(text.replace("judges: Deployment", "judges: Model").replace("severity: ", "severity: low #"))
    differs("another kind")
    rule.write_text(text.replace("expression: ", "expression: false && "))
    differs("a rule that nothing keeps")
    rule.write_text(text + "  nonsense: 1\n")
    differs("a rule that can't be read")
    rule.unlink()
    differs("no such rule")
    rule.write_text(text)
    _ticked()
    assert examined(root, policies=policies)[0] == first
    shutil.copytree(rule.parent, policies / ".hidden" / "OPS-01")
    (policies / "linked").symlink_to(policies / "operations")
    differs("a folder that is a link, which is told and not entered")


@pytest.mark.usefixtures("_trusting")
def test_only_what_a_change_concerns_is_looked_at_again(tmp_path: Path) -> None:
    root = tmp_path / "specs"
    write_estate(root, 40)
    _ticked()
    examined(root)
    assert examined(root)[1] == (
        "38 of 38 files are as they were",
        "40 of 40 specs refer to nothing that changed",
        "37 of 37 verdicts are as they were",
    )
    model = min(root.rglob("models/*.yaml"))
    model.write_text(f"# moved\n{model.read_text()}")
    _, told = examined(root)
    assert told[:2] == ("37 of 38 files are as they were", f"{model.relative_to(root)} has changed")
    assert "0 of" not in told[2] + told[3]


def test_a_project_that_was_never_checked_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "SETTLED", 0)
    root = tmp_path / "specs"
    write_estate(root, 12)
    worse = root / "worse.yaml"
    worse.write_text("kind: [")
    _ticked()
    blocked = examined(root)[0]
    assert blocked.specs is None
    again, told = examined(root)
    assert (again, told) == (blocked, ("13 of 13 files are as they were",))
    worse.unlink()
    found, told = examined(root)
    assert found == anew(root)
    assert told[0] == "12 of 12 files are as they were"


@pytest.mark.usefixtures("_trusting")
def test_what_is_found_of_a_refresh_follows_the_feature_sets_that_are_two_names_away(tmp_path: Path) -> None:
    """A deployment names its model, which names the sets; when a set holds for less time, the deployment is asked."""
    write_project(tmp_path / "project", "parcels")
    root = tmp_path / "project" / "specs"
    file = root / "features/depot-record.yaml"
    counts = []
    for before, after in (("", ""), ("ttl: 48h", "ttl: 30m"), ("ttl: 30m", "ttl: 2h")):
        file.write_text(file.read_text().replace(before, after))
        _ticked()
        found, _ = examined(root)
        assert found == anew(root)
        counts.append([one.code for one in found.found].count("PLM-REF-025"))
    assert counts == [0, 1, 0]
