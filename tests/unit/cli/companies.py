"""A company's folder of rules, and how commands are asked about it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]
SIGNER = "policies@example.org"
BUNDLE = ("policy", "bundle", "--out", "company.policies", "--trust", ".plimsoll/trust")
LONG = "size(object.metadata.description) >= 300 || object.metadata.name == 'bed-count'"
"""The estate's second model keeps it."""

RULE = """\
apiVersion: plimsoll.dev/v1
kind: Policy
metadata: {name: %(name)s, owner: compliance@example.org}
spec:
  id: %(id)s
  title: A model is described at length
  severity: high
  evidence: declared
  judges: Model
  rules:
    - expression: %(expression)s
      message: "{object.metadata.name} is described in few words"
      blame: {route: metadata.description}
  rationale: Who reviews a model must know what it is for.
  remedy: say more
"""
PASS = f"cases:\n- case: many words\n  patch: {{Model/readmission: {{metadata.description: {'x' * 300}}}}}\n"
FAIL = """\
cases:
- case: no word
  expect:
    - {object: Model/readmission, at: metadata.description, message: readmission is described in few words}
"""
SETTINGS = "apiVersion: plimsoll.dev/v1\nkind: Settings\npolicies:\n"


def put(folder: Path, id_: str = "ACME-01", expression: str = LONG) -> Path:
    """Write a rule with its cases into a folder of rules."""
    place = folder / "acme" / id_
    place.mkdir(parents=True, exist_ok=True)
    (place / "policy.yaml").write_text(RULE % {"name": id_.lower(), "id": id_, "expression": expression})
    (place / "pass.yaml").write_text(PASS)
    (place / "fail.yaml").write_text(FAIL)
    return place


def bundled(run: Run, company: Path, signer: str = SIGNER) -> str:
    made = run(*BUNDLE, str(company), "--signer", signer, "--json")
    assert made.code == 0, made.out + made.err
    return f"company.policies@{made.document['result']['digest']}"


def codes(shown: Any) -> set[str]:
    return {one["code"] for one in shown.document["findings"] or ()}


def by(run: Run, bundle: str, *options: str, signer: str = SIGNER) -> Any:
    """Check with a bundle."""
    return run("check", "--policies", bundle, "--policies-signer", signer, *options)
