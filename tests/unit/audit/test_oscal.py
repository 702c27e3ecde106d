"""OSCAL assessment results: held against NIST's schema, and against what they may say."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker

from plimsoll.cli.audit.oscal import oscal_text
from plimsoll.cli.audit.oscal_values import token
from plimsoll.compiler.audit.build import Given, audit
from plimsoll.compiler.audit.document import Audit
from plimsoll.compiler.audit.header import Base, Baseline
from plimsoll.compiler.audit.judged import Document
from plimsoll.compiler.examine import Examination

Audited = Callable[..., Audit]
SCHEMA = Path(__file__).parents[2] / "fixtures" / "schemas" / "oscal-complete-schema-1.1.3.json"


@pytest.fixture(scope="session")
def validator() -> Draft7Validator:
    """NIST's schema. Python's expressions know no classes of Unicode, which tokens are described by."""
    text = SCHEMA.read_text().replace(r"\\p{L}", r"[^\\W\\d_]").replace(r"\\p{N}", r"\\d")
    schema = json.loads(text)
    model = {"assessment-results": {"$ref": "#/definitions/oscal-complete-oscal-ar:assessment-results"}}
    assert model.items() <= {key: value for one in schema["oneOf"] for key, value in one["properties"].items()}.items()
    root = {"definitions": schema["definitions"], "properties": model, "required": [*model]}
    return Draft7Validator({**root, "additionalProperties": False}, format_checker=FormatChecker())


def results(audit: Audit, validator: Draft7Validator) -> tuple[dict[str, Any], dict[str, Any]]:
    value = json.loads(oscal_text(audit))
    assert [error.message for error in validator.iter_errors(value)] == []
    return value["assessment-results"], value["assessment-results"]["results"][0]


@pytest.fixture(params=["clean", "findings", "waived", "blocked", "nobody"])
def made(request: pytest.FixtureRequest, audited: Audited, lax: str, waiver: Callable[[str, str], str]) -> Audit:
    match request.param:
        case "clean":
            return audited()
        case "findings":
            return audited("no key", "no affinity", more=lax)
        case "waived":
            return audited("no key", more=waiver("SEC-07", "Environment/staging"))
        case "blocked":
            return audited("no key")
    audit = audited()
    header = audit.header.model_copy(update={"by": "", "commit": None})
    return audit.model_copy(update={"header": header, "controls": (), "rules": (), "objects": (), "rendered": ()})


def test_the_document_keeps_the_official_schema(made: Audit, validator: Draft7Validator) -> None:
    document, _ = results(made, validator)
    assert document["metadata"]["oscal-version"] == "1.1.3"


def test_findings_in_the_same_words_are_told_apart(audited: Audited, validator: Draft7Validator, lax: str) -> None:
    """By their places: of two sinks of an environment, a rule may say the same."""
    audit = audited("logs abroad twice", more=lax, environment="production")
    (rule,) = (one for one in audit.rules if one.id == "RES-07")
    assert [one.message for one in rule.findings] == [rule.findings[0].message] * 2
    _, result = results(audit, validator)
    for name in ("observations", "risks"):
        uuids = [one["uuid"] for one in result[name]]
        assert len(uuids) == len(set(uuids))
    related = [one["observation-uuid"] for risk in result["risks"] for one in risk["related-observations"]]
    assert len(related) == len(set(related))


def test_the_schema_would_tell(audited: Audited, validator: Draft7Validator) -> None:
    value = json.loads(oscal_text(audited()))
    del value["assessment-results"]["import-ap"]
    assert not validator.is_valid(value)
    value = json.loads(oscal_text(audited()))
    value["assessment-results"]["results"][0]["findings"][0]["target"]["target-id"] = "27001"
    assert not validator.is_valid(value)


def test_every_reference_leads_somewhere(made: Audit, validator: Draft7Validator) -> None:
    document, result = results(made, validator)
    text = json.dumps(document)
    defined = set(re.findall(r'"uuid": "([^"]+)"', text))
    assert len(defined) == len(re.findall(r'"uuid": "([^"]+)"', text))
    used = set(re.findall(r'"(?:subject|observation|risk|component|actor)-uuid": "([^"]+)"', text))
    used |= set(re.findall(r'"href": "#([^"]+)"', text))
    assert used <= defined
    assert document["import-ap"]["href"].startswith("#")
    included = {
        each["control-id"]
        for selection in result["reviewed-controls"]["control-selections"]
        for each in selection.get("include-controls", ())
    }
    assert {each["target"]["target-id"] for each in result.get("findings", ())} == included


def test_only_what_checks_support_is_called_satisfied(made: Audit, validator: Draft7Validator) -> None:
    _, result = results(made, validator)
    states = {
        token(each.id): "satisfied" if each.state == "supported" else "not-satisfied"
        for each in made.controls
        if each.state != "not applicable"
    }
    told = {each["target"]["target-id"]: each["target"]["status"]["state"] for each in result.get("findings", ())}
    assert told == states
    assert all(each["target"]["remarks"] for each in result.get("findings", ()))
    assert "no proof" in result["remarks"]


def test_a_waived_finding_is_an_approved_deviation(
    audited: Audited, validator: Draft7Validator, waiver: Callable[[str, str], str]
) -> None:
    _, result = results(audited("no key", more=waiver("SEC-07", "Environment/staging")), validator)
    (risk,) = result["risks"]
    assert (risk["status"], risk["deadline"]) == ("deviation-approved", "2027-12-31T23:59:59Z")
    assert "waived, would fail: The move" in risk["statement"]
    finding = next(each for each in result["findings"] if each["title"] == "PDPL 20")
    assert finding["related-risks"] == [{"risk-uuid": risk["uuid"]}]
    assert finding["target"]["status"] == {"state": "not-satisfied", "reason": "other"}


def test_what_a_baseline_knows_is_an_open_risk_and_not_satisfied(
    examined: Callable[..., Examination], given: Callable[..., Given], validator: Draft7Validator
) -> None:
    one = given(examined("no key"))
    found = tuple(replace(each, known="2026-01-31") for each in one.found if each.blocks)
    held = Baseline(path="known.json", digest=f"sha256:{'0' * 64}", since="2026-01-31", known=1, mended=2, new=0)
    base = Base(name="0" * 40, pending=("specs/a.yaml:1: this rule is new", "specs/a.yaml:9: and this"))
    document, result = results(audit(replace(one, found=found, baseline=held, base=base), "staging"), validator)
    (risk,) = result["risks"]
    assert risk["status"] == "open"
    assert {"known-since": "2026-01-31", "rule": "SEC-07"}.items() <= facts(risk).items()
    finding = next(each for each in result["findings"] if each["title"] == "PDPL 20")
    assert finding["target"]["status"] == {"state": "not-satisfied", "reason": "fail"}
    assert "a baseline knows all of it" in finding["description"]
    said = facts(document["metadata"])
    assert (said["baseline-known"], said["baseline-mended"], said["base"]) == ("1", "2", "0" * 40)


def facts(part: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["value"] for one in part["props"]}


def test_methods_follow_the_evidence(audited: Audited, validator: Draft7Validator) -> None:
    _, result = results(audited(), validator)
    methods = {}
    for each in result["observations"]:
        facts = {prop["name"]: prop["value"] for prop in each["props"]}
        methods[facts["rule"]] = (facts["evidence"], each["methods"])
    assert methods["SEC-06"] == ("rendered", ["TEST"])
    assert methods["PRV-01"] == ("declared", ["EXAMINE"])


def test_identifiers_stay_from_one_audit_to_the_next(audited: Audited, validator: Draft7Validator, lax: str) -> None:
    first, second = (results(one, validator) for one in (audited(), audited("no alerting", more=lax)))
    assert first[0]["uuid"] != second[0]["uuid"]
    ids = [{each["title"]: each["uuid"] for each in result["findings"]} for _, result in (first, second)]
    assert ids[0] == ids[1]
    assert oscal_text(audited()) == oscal_text(audited())


def test_linked_documents_are_resources_with_their_digests(audited: Audited, validator: Draft7Validator) -> None:
    made = audited()
    first, *others = made.objects
    digest = f"sha256:{'ab' * 32}"
    file = Document(name="consent", place="specs/a b/#1.md", digest=digest, valid_until=None, state="there")
    page = file.model_copy(update={"name": "modelCard", "place": "https://example.org/card?x=1", "digest": None})
    given = first.model_copy(update={"documents": (file, page)})
    rules = tuple(
        rule.model_copy(update={"evidence": "linked"}) if first.key in rule.kept else rule for rule in made.rules
    )
    linked = made.model_copy(update={"objects": (given, *others), "rules": rules})
    document, result = results(linked, validator)
    resources = {each["title"]: each for each in document["back-matter"]["resources"]}
    consent = resources[f"consent of {first.key}"]
    assert consent["rlinks"] == [
        {"href": "specs/a%20b/%231.md", "hashes": [{"algorithm": "SHA-256", "value": "ab" * 32}]}
    ]
    observed = next(each for each in result["observations"] if len(each["relevant-evidence"]) > 1)
    assert f"#{consent['uuid']}" in {each["href"] for each in observed["relevant-evidence"]}
