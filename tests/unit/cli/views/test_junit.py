"""JUnit's XML: well-formed whatever specs say, and red only where the exit code is."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plimsoll.cli.views.view import Findings, ShownFile
from plimsoll.compiler.diagnostics import Diagnostic, Severity, Span
from plimsoll.contract.refusal import Refused, Unavailable

Shown = Callable[..., str]
Element = ElementTree.Element

ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"classname", "name"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
    "system-out": set(),
}
"""What we write of the format; all of it is in Jenkins' junit-10.xsd."""

CHILDREN = {"testsuites": {"testsuite"}, "testsuite": {"testcase"}}


def report(text: str) -> list[Element]:
    """The cases of a report of the right structure, whose counts are true."""
    root = ElementTree.fromstring(text)
    assert root.tag == "testsuites"
    for element in root.iter():
        assert set(element.attrib) == ATTRIBUTES[element.tag]
        outcomes = {"failure", "error", "skipped", "system-out"} if element.tag == "testcase" else set()
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, outcomes)
    cases = list(root.iter("testcase"))
    for element in (root, *root):
        assert int(element.attrib["tests"]) == len(cases) > 0
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            if name in ATTRIBUTES[element.tag]:
                assert int(element.attrib[name]) == sum(case.find(tag) is not None for case in cases)
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)
    return cases


def outcome(case: Element) -> str:
    return case[0].tag if len(case) else "passed"


def test_every_kind_of_finding(shown: Shown, hostile_findings: Findings) -> None:
    cases = report(shown("junit", hostile_findings))
    a, b = "ml/specs/models/a.yaml", "ml/specs/models/b|<b>@org.yaml"
    assert {(case.get("classname"), case.get("name")): outcome(case) for case in cases} == {
        ("ml/specs/clean.yaml", "holds"): "passed",
        ("ml/specs/gone.yaml", "PLM-SRC-002"): "skipped",
        (a, "PLM-OWN-01"): "failure",
        (a, "PLM-TYP-003"): "failure",
        (a, "PLM-YML-001"): "system-out",
        (b, "PLM-OWN-01"): "skipped",
        (b, "PLM-YML-001"): "system-out",
    }
    (failed,) = (case for case in cases if case.get("name") == "PLM-TYP-003")
    assert (failed[0].text or "").count("error: ") == 3


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(), max_size=30)
    | st.sampled_from(["]]>", "\x00\x0b\x1b", "\ufffe\uffff", "\ud800", "<&\"'>"])
)
def test_any_text_is_well_formed(shown: Shown, text: str) -> None:
    one = Diagnostic("PLM-TYP-003", Severity.ERROR, f"m{text}", Span("a", 1, 1, 2), help=text, note=text)
    excused = Diagnostic("PLM-TYP-001", Severity.ERROR, f"m{text}", Span("a", 1, 1, 2), waived=f"w{text}")
    findings = Findings((one, excused), {"a": ShownFile(f"b{text}", ())})
    cases = report(shown("junit", findings, lambda view: view.refused(Refused(text, text, text))))
    assert [outcome(case) for case in cases] == ["error", "skipped", "failure"]


@pytest.mark.parametrize("code", [1, 3, 70])
def test_a_run_that_did_not_get_to_its_end_is_an_error(shown: Shown, code: int) -> None:
    for told in (
        lambda view: view.refused(Refused("a", "b", "c", "d")),
        lambda view: view.unavailable(Unavailable("a", "c", "d")),
        lambda view: None,
    ):
        (case,) = report(shown("junit", told, code=code))
        assert outcome(case) == "error"


def test_a_clean_run_has_a_case_that_passed(shown: Shown) -> None:
    files = {"a": ShownFile("a", ()), "policies/b": ShownFile("policies/b", (), built_in=True)}
    (case,) = report(shown("junit", Findings((), files), code=0))
    assert (case.get("classname"), outcome(case)) == ("ml/a", "passed")
    (case,) = report(shown("junit", Findings(()), code=0))
    assert outcome(case) == "passed"
