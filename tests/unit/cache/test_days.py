"""A verdict of another day stands, unless a rule asked for the day."""

import hashlib
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from benchmarks.estate.write import write_estate
from outcomes import anew, examined

from plimsoll.compiler.cache import snapshot
from plimsoll.compiler.resources import data_root

DUE = """apiVersion: plimsoll.dev/v1
kind: DataSource
metadata: {name: letters, owner: dispatch@example.org}
spec:
  location: {type: file, path: letters.parquet}
  region: me-central-1
  jurisdiction: AE
  classification: confidential
  personalData: pseudonymous
  legalBasis: contract
  purposes: [operations]
  retention: 30d
  erasure: delete
  evidence: {processingRecord: {file: record.md, validUntil: 2027-06-30%s}}
  timestamp: sent_at
  columns: {sent_at: timestamp}
"""
LAST, AFTER = date(2027, 6, 30), date(2027, 7, 1)


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(snapshot, "SETTLED", 0)
    write_estate(tmp_path / "specs", 20)
    (tmp_path / "specs" / "letters.yaml").write_text(DUE % "")
    (tmp_path / "specs" / "record.md").write_text("Letters are kept for a month.\n")
    return tmp_path / "specs"


def _anew(told: tuple[str, ...]) -> list[str]:
    return [line.removesuffix(" is judged anew") for line in told if line.endswith(" is judged anew")]


def _codes(found: Any) -> list[str]:
    return [one.code for one in found.found]


def test_only_what_a_dated_rule_applies_to_is_judged_again_on_another_day(specs: Path) -> None:
    first, _ = examined(specs, today=LAST)
    assert "PLM-PRV-11" not in _codes(first)
    same, told = examined(specs, today=LAST)
    assert (same, _anew(told)) == (first, [])
    later, told = examined(specs, today=AFTER)
    assert later == anew(specs, today=AFTER)
    assert "PLM-PRV-11" in _codes(later)
    again = _anew(told)
    assert "DataSource/letters" in again
    applied = {key for key in again if key.startswith(("DataSource", "Model"))}
    assert applied == set(again)
    assert len(again) < 10
    back, _ = examined(specs, today=LAST)
    assert back == first


def test_rules_that_never_ask_for_the_day_are_never_judged_again(specs: Path, tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    for folder in data_root("policies").glob("*/*/policy.yaml"):
        if "context.today" not in folder.read_text():
            shutil.copytree(folder.parent, policies / folder.parent.parent.name / folder.parent.name)
    examined(specs, today=LAST, policies=policies)
    _, told = examined(specs, today=AFTER, policies=policies)
    assert _anew(told) == []


def test_evidence_that_changes_is_noticed_by_its_digest(specs: Path) -> None:
    record = specs / "record.md"
    digest = f"sha256:{hashlib.sha256(record.read_bytes()).hexdigest()}"
    (specs / "letters.yaml").write_text(DUE % f", digest: '{digest}'")
    assert "PLM-REF-021" not in _codes(examined(specs)[0])
    for words in ("Letters are kept for a year..\n", "Letters are kept for ever...\n"):
        record.write_text(words)
        found, _ = examined(specs)
        assert found == anew(specs)
        (changed,) = [one for one in found.found if one.code == "PLM-REF-021"]
        assert hashlib.sha256(words.encode()).hexdigest() in changed.help
    record.unlink()
    found, _ = examined(specs)
    assert found == anew(specs)
    assert [one for one in _codes(found) if one.startswith("PLM-REF")] == ["PLM-REF-003"]
