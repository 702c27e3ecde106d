"""The audit says what the judge and the gate say, object by object; and of controls what follows from that."""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from plimsoll.cli.generate.schemas import described_schema
from plimsoll.compiler.audit.build import Given, audit
from plimsoll.compiler.audit.document import Audit, Control, audit_bytes
from plimsoll.compiler.examine import Examination
from plimsoll.compiler.governance.findings import Judge
from plimsoll.compiler.governance.rules import FLOW
from plimsoll.compiler.governance.subjects import Estate
from plimsoll.compiler.rendering.release import render
from plimsoll.contract.digests import of_bytes
from plimsoll.contract.release import lock_bytes, release_digest

Audited = Callable[..., Audit]
Waiver = Callable[[str, str], str]
TODAY = date(2027, 3, 1)
SCHEMA = Path(__file__).parents[3] / "docs" / "reference" / "audit.schema.json"


def one(audit: Audit, framework: str, article: str) -> Control:
    (found,) = [one for one in audit.controls if (one.framework, one.article) == (framework, article)]
    return found


@pytest.mark.parametrize(
    "changes",
    [(), ("no key", "no alerting", "no erasure", "one replica"), ("no affinity",), ("no key", "no affinity")],
)
def test_findings_are_those_of_the_judge_and_of_the_gate(
    changes: tuple[str, ...],
    examined: Callable[..., Examination],
    given: Callable[..., Given],
    lax: str,
    waiver: Waiver,
) -> None:
    examination = examined(*changes, more=lax + waiver("SEC-07", "Environment/staging"))
    assert examination.checked is not None
    codes = {rule.code for rule in examination.rules.values()}
    for environment in ("staging", "production"):
        made = audit(given(examination), environment)
        judged = [one for one in examination.found if environment in dict(one.properties).get("environments", "")]
        rendered = render(examination.checked, environment).diagnostics
        expected = {
            (one.code, one.subject, one.message, bool(one.waived), dict(one.properties)["mode"])
            for one in (*judged, *rendered)
            if one.code in codes
        }
        found = {
            (f"PLM-{rule.id}", told.object, told.message, told.result == "waived", rule.mode)
            for rule in made.rules
            for told in rule.findings
        }
        assert found == expected


def test_every_application_is_counted_once(examined: Callable[..., Examination], given: Callable[..., Given]) -> None:
    examination = examined()
    assert examination.checked is not None
    project, rules = examination.checked.project, examination.rules.values()
    graph, judge = project.graph, Judge(rules, Estate(project, TODAY))
    read = [unit for unit in project.units if unit.kind in ("DataSource", "FeatureSet", "Model")]
    idle = [unit for unit in read if not graph.environments_of(graph.models_of(unit.kind, unit.name))]
    nowhere = Counter(id_ for unit in idle for id_ in judge.verdict(unit).applied)
    audits = [audit(given(examination), name) for name in ("staging", "production")]
    for id_, times in examination.checked.applied.items():
        here = [each.rule(id_) for each in audits]
        if examination.rules[id_].judges == FLOW:
            assert bool(times) == any(each.judged for each in here), id_
        elif examination.rules[id_].per_environment or here[0].judges[0] in ("Deployment", "Environment"):
            assert sum(each.judged for each in here) == times, id_
        else:
            assert len({key for each in here for key in each.kept}) == times - nowhere[id_], id_


def test_the_release_that_is_judged_is_the_one_that_is_compiled(
    examined: Callable[..., Examination], given: Callable[..., Given]
) -> None:
    examination = examined()
    assert examination.checked is not None
    made, release = audit(given(examination), "staging"), render(examination.checked, "staging").value
    assert release is not None
    assert made.header.release == release_digest(lock_bytes(release.lock))
    assert {each.file: each.digest for each in made.rendered}.items() <= release.lock.files.items()
    judged = made.rule("SEC-06")
    assert judged.evidence == "rendered"
    assert set(judged.kept) <= set(release.files)
    assert any(name.startswith("workflowtemplate-") for name in judged.kept)


def test_a_control_is_supported_by_what_was_judged_and_says_by_which_evidence(audited: Audited) -> None:
    made = audited()
    law = one(made, "PDPL", "4")
    assert (law.state, law.evidence, law.weaknesses) == ("supported", ("declared",), ("declared only",))
    assert made.rule("PRV-01").kept == ("DataSource/visits",)
    pods = one(made, "Pod Security Standards", "Restricted")
    assert (pods.state, pods.evidence, pods.weaknesses) == ("supported", ("rendered",), ())
    places = {each.key: (each.path, each.line) for each in made.objects}
    assert places["DataSource/visits"] == ("specs/estate.yaml", 4)


def test_a_finding_is_no_support(audited: Audited, lax: str) -> None:
    made = audited("no key", more=lax)
    law = one(made, "PDPL", "20")
    assert (law.state, law.open) == ("findings", 1)
    (told,) = made.rule("SEC-07").findings
    assert (told.object, told.result, told.path) == ("Environment/staging", "open", "specs/estate.yaml")
    assert one(audited("no key", environment="production", more=lax), "PDPL", "20").state == "supported"


def test_what_is_waived_would_fail_and_says_so(audited: Audited, waiver: Waiver) -> None:
    made = audited("no key", more=waiver("SEC-07", "Environment/staging"))
    law = one(made, "PDPL", "20")
    assert (law.state, law.why) == ("waived", "SEC-07 would fail without a waiver")
    (listed,) = made.waivers
    assert (listed.name, listed.covers, listed.expires, listed.approver) == (
        "until-moved",
        1,
        "2027-12-31",
        "ciso@example.org",
    )
    assert made.totals.blocking == 0


def test_a_waiver_that_has_expired_lets_nothing_stand(audited: Audited, waiver: Waiver) -> None:
    made = audited("no key", more=waiver("SEC-07", "Environment/staging"), today=date(2028, 1, 1))
    assert one(made, "PDPL", "20").state == "findings"
    (listed,) = made.waivers
    assert "expired" in listed.said
    assert listed.covers == 0
    assert made.totals.blocking == 1


def test_a_rule_that_applied_to_nothing_is_a_gap(audited: Audited) -> None:
    made = audited()
    health = one(made, "UAE Federal Law 2/2019", "13")
    assert (health.state, health.weaknesses) == ("gap", ("nothing judged",))
    assert health.why == "RES-05 applied to none of 2 objects"
    gap = next(each for each in made.gaps if each.framework == "UAE Federal Law 2/2019")
    assert (gap.weakness, gap.rules) == ("nothing judged", ("RES-05",))


def test_articles_without_a_rule_are_gaps(audited: Audited) -> None:
    made = audited()
    gap = next(each for each in made.gaps if (each.framework, each.weakness) == ("ISO/IEC 27001:2022", "no rule"))
    assert "A.7.1" in gap.articles
    assert not {each.article for each in made.controls} & {*gap.articles}


def test_a_paragraph_that_a_rule_names_is_of_its_article(audited: Audited) -> None:
    made = audited("wards abroad")
    assert one(made, "EU AI Act", "26(5)").state == "supported"
    (act,) = [each for each in made.frameworks if each.name == "EU AI Act"]
    assert "26" not in act.without_rule
    assert "27" in act.without_rule


def test_what_blocks_leaves_rendered_rules_without_an_answer(audited: Audited) -> None:
    made = audited("no key")
    assert made.header.release is None
    assert made.header.no_release == "findings stop the specs before anything is rendered"
    pods = one(made, "Pod Security Standards", "Restricted")
    assert (pods.state, pods.weaknesses) == ("gap", ("nothing judged", "not evaluated"))
    assert made.rule("SEC-06").unanswered
    assert made.totals.blocking == 1


def test_a_rendered_object_that_breaks_a_rule_is_named(audited: Audited) -> None:
    made = audited("no affinity")
    (told,) = made.rule("RES-10").findings
    assert told.rendered is not None
    assert told.rendered.startswith("deployment-")
    assert told.object == "Deployment/readmission-online"
    assert "findings" not in made.header.no_release
    assert made.header.no_release.startswith("PLM-RES-10")
    assert one(made, "PDPL", "22").state == "findings"


def test_a_rule_without_an_answer_is_neither_kept_nor_broken(audited: Audited) -> None:
    policy = """---
apiVersion: plimsoll.dev/v1
kind: Policy
metadata: {name: own, owner: compliance@example.org}
spec:
  id: OWN-01
  title: Every environment names a ticket
  severity: low
  evidence: declared
  judges: Environment
  rules: [{expression: "object.spec.budget.rates.gpuHour['h100'] > 1.0", message: no rate, blame: {route: spec.budget}}]
  rationale: It is an example of a rule that has no value.
  remedy: add has()
  controls: [{framework: House rules, article: "1"}]
"""
    made = audited(more=policy)
    house = one(made, "House rules", "1")
    assert (house.state, house.not_evaluated, house.open) == ("gap", 1, 0)
    assert made.rule("OWN-01").origin == "project"
    assert made.header.catalogue.own == ("OWN-01",)
    assert made.totals.blocking == 1


def test_audit_mode_is_told_as_a_weakness(audited: Audited, lax: str) -> None:
    made = audited(more=lax.replace("mode: warn", "mode: audit"))
    assert "audit mode" in one(made, "PDPL", "20").weaknesses
    assert "audit mode" not in one(audited(), "PDPL", "20").weaknesses


def test_what_a_rule_leaves_to_another_does_not_count_as_kept(audited: Audited, lax: str) -> None:
    good, made = (audited(*some, environment="production", more=lax) for some in ((), ("one replica",)))
    scaler = "horizontalpodautoscaler-readmission-online.yaml"
    assert scaler in good.rule("OPS-06").kept
    assert scaler not in made.rule("OPS-06").kept
    assert made.rule("OPS-06").findings == ()
    assert [told.object for told in made.rule("OPS-01").findings] == ["Deployment/readmission-online"]


def test_what_a_patch_brings_about_is_found_by_the_rule_that_leaves_the_rest(audited: Audited, lax: str) -> None:
    made = audited("scaled down", environment="production", more=lax)
    (told,) = made.rule("OPS-06").findings
    assert told.rendered == "horizontalpodautoscaler-readmission-online.yaml"
    assert made.rule("OPS-06").open == 1


def test_what_could_not_be_rendered_leaves_its_rules_without_an_answer(audited: Audited) -> None:
    made = audited("patch of nothing")
    assert made.header.release is None
    assert made.header.no_release.startswith("PLM-PAT-")
    assert made.rule("RES-10").unanswered == made.header.no_release
    assert "not evaluated" in one(made, "PDPL", "22").weaknesses
    assert one(made, "PDPL", "4").state == "supported"


def test_a_waiver_for_another_environment_is_not_listed(audited: Audited, waiver: Waiver) -> None:
    elsewhere = waiver("SEC-07", "Environment/staging").replace("  reason:", "  environments: [staging]\n  reason:")
    assert len(audited("no key", more=elsewhere).waivers) == 1
    assert audited("no key", environment="production", more=elsewhere).waivers == ()


def test_linked_documents_stand_with_the_digest_that_was_found(audited: Audited, tmp_path: Path) -> None:
    (tmp_path / "consent.md").write_text("They consented.\n")
    made = audited("consent in a file", today=date(2027, 12, 31))
    (visits,) = [each for each in made.objects if each.key == "DataSource/visits"]
    consent, record = visits.documents
    assert (consent.name, consent.place, consent.state) == ("consent", "specs/consent.md", "there")
    assert consent.digest == of_bytes(b"They consented.\n")
    assert consent.valid_until == "2027-12-31"
    assert (record.name, record.state, record.digest) == ("processingRecord", "not fetched", None)
    assert one(made, "PDPL", "6").evidence == ("linked",)
    late = audited("consent in a file", today=date(2028, 1, 1))
    assert late.objects[0].documents[0].state == "expired"
    assert one(late, "PDPL", "6").state == "findings"


def test_what_is_not_yet_in_force_is_said_to_be_so(audited: Audited) -> None:
    early, late = audited(), audited(today=date(2028, 1, 1))
    for made, in_force in ((early, False), (late, True)):
        act = one(made, "EU AI Act", "14")
        assert (act.in_force, act.effective_from) == (in_force, "2027-12-02")


def test_a_law_of_elsewhere_is_not_applicable_until_data_comes_from_there(audited: Audited) -> None:
    made = audited()
    assert made.header.jurisdictions == ("AE",)
    assert one(made, "GDPR", "6").state == "not applicable"
    assert not [gap for gap in made.gaps if gap.framework == "GDPR"]
    made = audited("wards abroad")
    assert made.header.jurisdictions == ("AE", "DE")
    assert one(made, "GDPR", "6").state == "supported"
    assert [gap for gap in made.gaps if gap.framework == "GDPR"]


def test_a_waiver_of_ones_own_is_a_trouble_of_the_whole(audited: Audited, waiver: Waiver) -> None:
    own = waiver("SEC-07", "Environment/staging").replace("ciso@", "ml-platform@")
    made = audited("no key", more=own)
    assert [each.split()[0] for each in made.header.troubles] == ["PLM-GOV-008"]
    assert one(made, "PDPL", "20").state == "findings"


def test_the_same_input_gives_the_same_bytes_in_any_number_of_processes(
    examined: Callable[..., Examination], given: Callable[..., Given], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = audit_bytes(audit(given(examined("no alerting")), "production"))
    from plimsoll.compiler.audit import evidence

    monkeypatch.setattr(evidence, "_LEAST_SPECS", 1)
    monkeypatch.setattr(evidence, "_LEAST_UNITS", 1)
    again = audit_bytes(audit(given(examined("no alerting"), jobs=2), "production"))
    assert first == again


def test_the_document_keeps_its_published_schema_and_is_read_back(audited: Audited, lax: str) -> None:
    assert SCHEMA.read_bytes() == described_schema(Audit)
    made = audited("no key", "no affinity", more=lax)
    data = audit_bytes(made)
    value = json.loads(data)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(value)
    assert Audit.model_validate_json(data) == made
    assert max(map(len, data.splitlines())) < 20_000


def test_nothing_is_claimed_to_be_compliant(audited: Audited) -> None:
    text = audit_bytes(audited()).decode()
    assert not re.search(r"complian|complie[sd]", text, re.IGNORECASE)
    assert "no proof" in text


def test_data_that_comes_to_another_environment_is_of_no_concern_here(
    examined: Callable[..., Examination], given: Callable[..., Given]
) -> None:
    made = audit(given(examined()), "staging")
    named = {key for rule in made.rules if rule.id in ("RES-01", "PRV-13") for key in rule.kept}
    assert named
    assert "Deployment/readmission-nightly" not in named, "it runs in production alone"
