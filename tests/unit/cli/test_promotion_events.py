"""A promotion is told once for each deployment and environment, and a rollback is called one."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from plimsoll.cli.promotion_events import pins, tell_promotion
from plimsoll.cli.workspace import Workspace
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.project.resolve import load_project
from plimsoll.contract.package import Promotion
from plimsoll.runtime.events.tell import Record

SPECS = Path(__file__).parents[2] / "golden" / "enterprise" / "specs"
HELD = "sha256:" + "7" * 64


@pytest.mark.parametrize(
    ("version", "digest", "kind"),
    [
        (8, "sha256:" + "8" * 64, "dev.plimsoll.promoted"),
        (6, "sha256:" + "6" * 64, "dev.plimsoll.rolled-back"),
        (7, HELD, None),
    ],
)
def test_what_is_told_of_a_promotion(tmp_path: Path, version: int, digest: str, kind: str | None) -> None:
    shutil.copytree(SPECS, tmp_path / "specs")
    file = tmp_path / "specs" / "environment.yaml"
    file.write_text(file.read_text().replace("http://plimsoll-events", "ftp://plimsoll-events"))
    sources = find_sources(tmp_path / "specs").value
    assert sources is not None
    project = load_project(sources).value
    assert project is not None
    promotion = Promotion(
        model="repayment",
        version=version,
        digest=digest,
        environment="group",
        as_of=date(2026, 2, 1),
        metrics={"auc": 0.8},
        commit="c" * 40,
        release="sha256:" + "5" * 64,
        workflow="repayment-train-x",
    )
    held = pins(project, [project.deployments["repayment-online"]], ["group"])
    assert {place: pin.digest for place, pin in held.items() if pin} == {("repayment-online", "group"): HELD}
    workspace = Workspace.at(tmp_path / "specs")
    problems = list(tell_promotion(project, workspace, held, promotion, "d" * 40))
    found = [*(workspace.state("group").root / "events").glob("*.json")]
    assert len(found) == len(problems) == (1 if kind else 0)
    if kind:
        event = Record.model_validate_json(found[0].read_bytes()).event
        assert (event.type, event.data.version, event.data.digest, event.data.commit) == (
            kind,
            version,
            digest,
            "d" * 40,
        )
        assert event.data.contact == "credit-on-call@example.org"
