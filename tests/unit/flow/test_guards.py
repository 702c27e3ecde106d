"""Steps refuse what the rules of the catalogue find, no more and no less: the guard against the rules themselves."""

import copy
from collections.abc import Iterator
from datetime import date

from by_hand import Specs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from projects import judged, project_of, projects

from plimsoll.compiler.flow.labels import CLASSIFICATIONS, PERSONAL
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.rendering.guards import serving_guard, training_guard
from plimsoll.contract.guard import Classification, Guard, GuardRule, PersonalData
from plimsoll.runtime.guard import objections

RULES = GuardRule.__args__  # type: ignore[attr-defined]
LAST = date(2027, 6, 30)
PLACES = st.tuples(
    st.sampled_from(["AE", "AE-DIFC", "DE", "FR", "IN"]),
    st.sampled_from(["me-central-1", "me-dubai-1", "me-abudhabi-1", "uaenorth", "me-south-1", "eu-central-1"]),
)
"""Laws and regions, in whatever pairs: a region of one country may be under the law of another."""
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def _guards(project: Project) -> Iterator[tuple[str, str, Guard]]:
    for placed in project.placed:
        if guard := serving_guard(project, placed):
            yield placed.name, placed.environment.name, guard


def _refused(project: Project, today: date) -> set[tuple[str, str, str, str]]:
    """Rule, object, environment and source of every objection: PRV-05 is about the model, wherever it is."""
    return {
        (found.rule, *_about(project, found.rule, name, environment), found.source)
        for name, environment, guard in _guards(project)
        for found in objections(guard, today)
    }


def _about(project: Project, rule: str, deployment: str, environment: str) -> tuple[str, str]:
    if rule == "PRV-05":
        (model,) = project.graph.named("Deployment", deployment, "Model")
        return f"Model/{model}", environment
    return f"Deployment/{deployment}", environment


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(projects(), st.tuples(PLACES, PLACES, PLACES))
def test_what_a_guard_objects_to_is_what_the_rules_find(specs: Specs, places: tuple[tuple[str, str], ...]) -> None:
    for number, (law, region) in enumerate(places):
        specs["Environment", f"e{number}"] |= {"jurisdiction": law, "region": region}
    project = project_of(specs)
    found = {tuple(told) for told, _ in judged(project) if told.rule in RULES}
    assert _refused(project, date(2027, 3, 1)) == found


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(projects())
def test_a_training_is_refused_what_a_server_there_is(specs: Specs) -> None:
    project = project_of(specs)
    for name, environment, guard in _guards(project):
        (model,) = project.graph.named("Deployment", name, "Model")
        assert training_guard(project, model, environment) == guard


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(projects())
def test_a_waiver_lets_one_rule_be_until_its_last_day(specs: Specs) -> None:
    waived = copy.deepcopy(specs)
    waived["Waiver", "w"] = {
        "policy": "PRV-13",
        "object": "Deployment/d0",
        "environments": ["e0", "e1"],
        "reason": "Allowed for the months of the trial.",
        "ticket": "GOV-1",
        "approver": "dpo@example.org",
        "expires": LAST.isoformat(),
    }
    waived["Waiver", "of-nothing"] = waived["Waiver", "w"] | {"object": "Deployment/d9"}
    all_of_it, project = _refused(project_of(specs), LAST), project_of(waived)
    allowed = {one for one in all_of_it if one[:2] == ("PRV-13", "Deployment/d0") and one[2] != "e2"}
    assert _refused(project, LAST) == all_of_it - allowed
    assert _refused(project, date(2027, 7, 1)) == all_of_it
    for name, environment, guard in _guards(project):
        (model,) = project.graph.named("Deployment", name, "Model")
        trained = training_guard(project, model, environment)
        assert guard.waived == ({"PRV-13": LAST} if name == "d0" and environment != "e2" else {})
        assert trained is not None
        assert name != "d0" or trained.waived == guard.waived


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(projects())
def test_what_a_model_is_used_for_is_waived_for_the_model(specs: Specs) -> None:
    waiver = {
        "policy": "PRV-05",
        "object": "Model/m0",
        "environments": ["e0"],
        "reason": "Allowed for the months of the trial.",
        "ticket": "GOV-1",
        "approver": "dpo@example.org",
        "expires": LAST.isoformat(),
    }
    waived = copy.deepcopy(specs)
    waived["Waiver", "w"] = waiver
    waived["Waiver", "of-a-deployment"] = waiver | {"object": "Deployment/d1"}
    all_of_it = _refused(project_of(specs), LAST)
    allowed = {one for one in all_of_it if one[:3] == ("PRV-05", "Model/m0", "e0")}
    assert _refused(project_of(waived), LAST) == all_of_it - allowed
    assert _refused(project_of(waived), date(2027, 7, 1)) == all_of_it


def test_both_sides_have_the_same_chains() -> None:
    assert Classification.__args__ == CLASSIFICATIONS  # type: ignore[attr-defined]
    assert PersonalData.__args__ == PERSONAL  # type: ignore[attr-defined]
