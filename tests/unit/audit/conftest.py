"""Audits of the fixtures' estate, changed here and there, on a day of one's choice."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from changed_estate import BREAKS, changed_estate

from plimsoll.compiler.audit.build import Given, audit
from plimsoll.compiler.audit.document import Audit
from plimsoll.compiler.audit.frameworks import Frameworks, load_frameworks
from plimsoll.compiler.audit.header import Commit
from plimsoll.compiler.examine import Examination, examine
from plimsoll.compiler.resources import data_root

TODAY = date(2027, 3, 1)
COMMIT = Commit(name="0123456789abcdef0123456789abcdef01234567", repository="hospital", uncommitted=())

CHANGES = {
    **BREAKS,
    "logs abroad twice": (
        "  budget: {monthly: 2000,",
        "  logs:\n"
        "    sinks:\n"
        "      - {name: search, region: eu-central-1, jurisdiction: DE}\n"
        "      - {name: archive, region: eu-central-1, jurisdiction: DE}\n"
        "  budget: {monthly: 2000,",
    ),
    "consent in a file": (
        'consent: {address: "https://records.example.org/visits/consent"}',
        "consent: {file: consent.md, validUntil: 2027-12-31}",
    ),
    "wards abroad": (
        "  jurisdiction: AE\n  classification: internal",
        "  jurisdiction: DE\n  classification: internal",
    ),
    "scaled down": (
        "  timeout: 30m\n  environments:\n    staging: {}\n",
        "  timeout: 30m\n"
        "  patches: [{target: {kind: HorizontalPodAutoscaler}, merge: {spec: {minReplicas: 1}}}]\n"
        "  environments:\n    staging: {}\n",
    ),
    "patch of nothing": (
        "  timeout: 30m\n  environments:\n    staging: {}\n",
        "  timeout: 30m\n  patches: [{target: {kind: Rollout}, merge: {spec: {paused: true}}}]\n"
        "  environments:\n    staging: {}\n",
    ),
    "no affinity": (
        "  timeout: 30m\n  environments:\n    staging: {}\n",
        "  timeout: 30m\n"
        "  patches: [{target: {kind: Deployment}, json: [{op: remove, path: /spec/template/spec/affinity}]}]\n"
        "  environments:\n    staging: {}\n",
    ),
}
"""What breaks those rules; RES-07 twice in the same words, nothing, nothing, OPS-06 by a patch, a patch that can't be
applied, RES-10 for what is rendered."""

LAX = """---
apiVersion: plimsoll.dev/v1
kind: PolicyBinding
metadata: {name: lax, owner: compliance@example.org}
spec: {policies: ["*"], mode: %s}
"""

WAIVER = """---
apiVersion: plimsoll.dev/v1
kind: Waiver
metadata: {name: until-moved, owner: ml-platform@example.org}
spec:
  policy: %s
  object: %s
  reason: The move to the key service is under way.
  ticket: SEC-1
  approver: ciso@example.org
  expires: 2027-12-31
"""


def estate_text(*names: str) -> str:
    """The text of the fixtures' estate with some of ``CHANGES``."""
    return changed_estate({name: CHANGES[name] for name in names})


@pytest.fixture(scope="session")
def frameworks() -> Frameworks:
    return load_frameworks(data_root("policies"))


@pytest.fixture
def examined(tmp_path: Path) -> Callable[..., Examination]:
    """Judge the estate with some of ``CHANGES`` and further specs."""

    def build(*changes: str, more: str = "", today: date = TODAY) -> Examination:
        (tmp_path / "estate.yaml").write_text(estate_text(*changes))
        (tmp_path / "more.yaml").write_text(more)
        return examine(tmp_path, data_root("policies"), today, cached=False)

    return build


@pytest.fixture
def given(frameworks: Frameworks) -> Callable[..., Given]:
    """What an audit of a judged estate is made from."""

    def build(one: Examination, today: date = TODAY, jobs: int = 1) -> Given:
        assert one.project is not None
        return Given(
            project=one.project,
            checked=one.checked,
            rules=one.rules,
            found=one.found,
            frameworks=frameworks,
            today=today,
            by="auditor@example.org",
            commit=COMMIT,
            name="hospital",
            shown=lambda path: f"specs/{path}",
            jobs=jobs,
        )

    return build


@pytest.fixture
def audited(examined: Callable[..., Examination], given: Callable[..., Given]) -> Callable[..., Audit]:
    """The audit of an environment of the estate."""

    def build(*changes: str, environment: str = "staging", more: str = "", today: date = TODAY) -> Audit:
        return audit(given(examined(*changes, more=more, today=today), today), environment)

    return build


@pytest.fixture(scope="session")
def lax() -> str:
    """A binding by which every rule warns."""
    return LAX % "warn"


@pytest.fixture(scope="session")
def waiver() -> Callable[[str, str], str]:
    """A waiver of a rule for an object."""
    return lambda policy, judged: WAIVER % (policy, judged)
