"""What a change is said to do: effects, costs and risks, on real specs and real manifests."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plimsoll.compiler.planning.bars import Bar
from plimsoll.compiler.planning.make import Rendered, make_plan
from plimsoll.compiler.planning.plan import Base, CostChange, FieldChange, Plan, Range

Planned = Callable[[dict[str, tuple[str, str]]], Plan]

MODEL, ONLINE = "models/parcels.yaml", "deployments/parcels-online.yaml"
LOCAL, RECORD = "environments/local.yaml", "features/depot-record.yaml"
REFERENCE = Path(__file__).parents[3] / "specs"


def kinds(plan: Plan) -> set[tuple[str, str]]:
    return {(effect.kind, effect.subject) for effect in plan.effects}


def words(plan: Plan) -> set[str]:
    return {risk.word for risk in plan.risks}


@pytest.mark.parametrize("reference", [True, False])
def test_a_project_compared_with_itself_plans_nothing(
    specs: Path, rendered: Callable[[Path], Rendered], reference: bool
) -> None:
    folder = REFERENCE if reference else specs
    plan = make_plan(rendered(folder), rendered(folder), Base("itself"))
    assert plan.empty
    assert plan == Plan(Base("itself"), (), (), (), (), ())


def test_how_a_spec_is_written_is_no_change(plan: Planned) -> None:
    planned = plan(
        {
            MODEL: ("timeout: 10m", "timeout: 600s  # ten minutes\n    retries: 2"),
            RECORD: ("sources: [parcels]", "sources:\n    - parcels"),
            LOCAL: (
                'quota: {cpu: "4", memory: 16Gi, maxReplicas: 2}',
                'quota: {maxReplicas: 2, memory: 16Gi, cpu: "4"}',
            ),
        }
    )
    assert planned.empty


def test_other_parameters_train_another_model_and_replace_no_server(plan: Planned) -> None:
    planned = plan({MODEL: ("max_iter: 60", "max_iter: 90")})
    (change,) = planned.objects
    assert (change.key, change.action) == ("Model/parcels", "changed")
    assert change.fields == (FieldChange("spec.training.parameters.max_iter", "60", "90"),)
    (effect,) = planned.effects
    assert (effect.kind, effect.environment, effect.subject) == ("retrain", "local", "Model/parcels")
    assert effect.because == ("Model/parcels training.parameters.max_iter: 60 → 90",)
    assert planned.risks == ()
    assert planned.costs == ()


def test_other_code_trains_another_model(plan: Planned) -> None:
    planned = plan({"models/parcels/train.py": ("import json\n", "import json  # indeed\n")})
    assert kinds(planned) == {("retrain", "Model/parcels")}
    (field,) = planned.objects[0].fields
    assert field.route == "spec.training.code(train.py)"
    assert field.before != field.after


def test_other_features_train_another_model_and_replace_servers(plan: Planned) -> None:
    planned = plan({RECORD: ("ttl: 48h", "ttl: 24h")})
    assert kinds(planned) == {("retrain", "Model/parcels"), ("roll-out", "Deployment/parcels-online")}
    assert {effect.because for effect in planned.effects} == {("FeatureSet/depot-record ttl: 2d → 1d",)}


def test_sql_beside_a_spec_is_part_of_it(plan: Planned) -> None:
    planned = plan({"features/depot-record.sql": ("hours > 48", "hours > 47")})
    assert ("retrain", "Model/parcels") in kinds(planned)
    assert planned.objects[0].key == "FeatureSet/depot-record"


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ("metric: auc, minimum: 0.65", "metric: auc, minimum: 0.6", "loosens-gate"),
        ("metric: auc, minimum: 0.65", "metric: auc, minimum: 0.7", "changes-gate"),
        ("metric: auc, minimum: 0.65", "metric: brier, maximum: 0.3", "loosens-gate"),
        ("minRows: 200", "minRows: 900", "loosens-gate"),
        ("minRows: 200", "minRows: 100", "changes-gate"),
    ],
)
def test_a_gate_that_moves_is_a_risk(plan: Planned, before: str, after: str, word: str) -> None:
    planned = plan({MODEL: (before, after)})
    assert kinds(planned) == {("judge", "Model/parcels")}
    assert word in words(planned)


def test_words_restart_nothing(plan: Planned) -> None:
    planned = plan({ONLINE: ("Answers, parcel by parcel", "Tells, parcel by parcel")})
    assert planned.objects[0].described_only
    assert kinds(planned) == {("describe", "Deployment/parcels-online")}
    assert planned.risks == ()


def test_scale_and_its_cost_by_hand(plan: Planned) -> None:
    """0.5 cores at 0.18 and 1 GiB at 0.02 are 0.11 an hour. Monitoring: 365/12 runs of an hour; refreshing: 730.
    Training: 1 run of 1/6 hour at 0.22."""
    planned = plan({ONLINE: ("max: 2", "max: 4")})
    assert ("scale", "Deployment/parcels-online") in kinds(planned)
    others = 0.11 * (365 / 12 + 730) + 0.22 / 6
    expected = [Range(round(0.11 * 730 * 1 + others, 2), round(0.11 * 730 * most + others, 2)) for most in (2, 4)]
    assert planned.costs == (CostChange("local", "AED", *expected, 2000.0),)
    assert "costs-more" in words(planned)


def test_a_version_begins_changes_and_ends(specs: Path, plan: Planned, rendered: Callable[[Path], Rendered]) -> None:
    changed = plan({ONLINE: ("version: 1,", "version: 2,")})
    assert kinds(changed) == {("serve", "Deployment/parcels-online"), ("roll-out", "Deployment/parcels-online")}
    assert "version 2 takes the place of version 1" in {effect.text for effect in changed.effects}
    pinned = rendered(specs)
    path = specs / ONLINE
    path.write_text(path.read_text().split("  environments:")[0] + "  environments:\n    local: {}\n")
    unpinned = rendered(specs)
    assert kinds(make_plan(unpinned, pinned, Base("x"))) == {("stop", "Deployment/parcels-online")}
    begun = make_plan(pinned, unpinned, Base("x"))
    assert kinds(begun) == {("serve", "Deployment/parcels-online")}
    assert "deployment-parcels-online.yaml" in {one.file for one in begun.rendered if one.action == "added"}
    assert begun.costs == ()


def _with_production(specs: Path) -> None:
    local = (specs / LOCAL).read_text()
    production = local.replace("name: local", "name: production").replace("stage: development", "stage: production")
    production = production.replace("cluster: laptop", "cluster: live-1")
    production = production.replace("sqlite:////plimsoll/state/mlflow/mlflow.db", "http://mlflow.mlops.svc:5000")
    (specs / "environments/production.yaml").write_text(production.replace("disk-of-the-laptop", '"kms://key"'))


def test_production_is_named(plan: Planned, specs: Path) -> None:
    _with_production(specs)
    assert words(plan({ONLINE: ("    local:", "    production: {online: {scaling: {min: 2}}}\n    local:")})) >= {
        "touches-production"
    }


REFRESH = '    refresh: {cron: "5 * * * *", timezone: Asia/Dubai}\n'


@pytest.mark.parametrize("refreshed", [True, False])
def test_a_server_of_production_that_nothing_feeds_is_a_risk(plan: Planned, specs: Path, refreshed: bool) -> None:
    _with_production(specs)
    online = specs / ONLINE
    online.write_text(online.read_text().replace(REFRESH, REFRESH if refreshed else ""))
    pin = '{version: 1, digest: "sha256:' + "a" * 64 + '"}'
    planned = plan(
        {ONLINE: ("    local:", f"    production: {{pin: {pin}, online: {{scaling: {{min: 2}}}}}}\n    local:")}
    )
    told = [risk.text for risk in planned.risks if risk.word == "unfed-features"]
    never = "Deployment/parcels-online has no refresh in production: nothing of ours keeps depot-record fresh"
    assert told == ([] if refreshed else [never])


def test_a_refresh_is_told_and_costed_as_a_run(plan: Planned) -> None:
    """24 × 365 / 12 runs a month of an hour each at most, instead of 365 / 12, on half a core and a GiB."""
    planned = plan({ONLINE: (REFRESH, REFRESH.replace("5 *", "5 3"))})
    assert kinds(planned) >= {("run", "Deployment/parcels-online")}
    (effect,) = (one for one in planned.effects if one.kind == "run")
    assert (effect.text, effect.because) == (
        "its features are made anew at other times",
        ("Deployment/parcels-online online.refresh.cron: 5 * * * * → 5 3 * * *",),
    )
    (cost,) = planned.costs
    assert cost.before is not None
    assert cost.after is not None
    saved = (730 - 365 / 12) * (0.5 * 0.18 + 1 * 0.02)
    assert cost.before.most - cost.after.most == pytest.approx(saved, abs=0.01)
    assert cost.before.least - cost.after.least == pytest.approx(saved, abs=0.01)
    assert "cronworkflow-parcels-online-refresh.yaml" in {one.file for one in planned.rendered}


@pytest.mark.parametrize(
    ("edit", "word"),
    [
        ((LOCAL, "release: release@", "release: another@"), "changes-trust"),
        ((MODEL, "name: skops\n", "name: skops\n    # more\n"), ""),
        ((MODEL, "overseer: dispatch@", "overseer: nobody@"), "changes-oversight"),
        (("sources/parcels.yaml", "classification: internal", "classification: public"), "changes-privacy"),
        ((ONLINE, "cooldown: 30d", "cooldown: 40d"), "changes-remediation"),
    ],
)
def test_fields_with_a_risk_of_their_own(plan: Planned, edit: tuple[str, str, str], word: str) -> None:
    path, before, after = edit
    assert words(plan({path: (before, after)})) == ({word} if word else set())


WAIVER = """\
apiVersion: plimsoll.dev/v1
kind: Waiver
metadata: {name: laptop, owner: me@example.org}
spec: {policy: SEC-07, object: Environment/local, reason: nothing leaves the laptop, ticket: SEC-1,
       approver: ciso@example.org, expires: %s}
"""
BINDING = """\
apiVersion: plimsoll.dev/v1
kind: PolicyBinding
metadata: {name: laptops, owner: me@example.org}
spec: {policies: [%s], environments: [local], mode: %s}
"""


def test_a_waiver_that_appears_or_lasts_longer_lets_more_pass(
    specs: Path, plan: Planned, rendered: Callable[[Path], Rendered]
) -> None:
    assert "loosens-governance" in words(plan({"waiver.yaml": ("", WAIVER % "2027-01-01")}))
    with_waiver = rendered(specs)
    for end, word in (("2028-01-01", "loosens-governance"), ("2026-12-01", "changes-governance")):
        (specs / "waiver.yaml").write_text(WAIVER % end)
        assert words(make_plan(rendered(specs), with_waiver, Base("x"))) == {word}
    (specs / "waiver.yaml").unlink()
    assert words(make_plan(rendered(specs), with_waiver, Base("x"))) == {"changes-governance"}


def test_a_binding_that_binds_less(specs: Path, plan: Planned, rendered: Callable[[Path], Rendered]) -> None:
    assert words(plan({"binding.yaml": ("", BINDING % ('"*"', "warn"))})) == {"loosens-governance"}
    warned = rendered(specs)
    cases = (
        ('"*"', "deny", "changes-governance"),
        ('"*"', "audit", "loosens-governance"),
        ('"SEC-*"', "warn", "loosens-governance"),
        ('"*", "SEC-07"', "deny", "changes-governance"),
    )
    for policies, mode, word in cases:
        (specs / "binding.yaml").write_text(BINDING % (policies, mode))
        assert words(make_plan(rendered(specs), warned, Base("x"))) == {word}, (policies, mode)


def test_without_a_base_all_is_added(specs: Path, rendered: Callable[[Path], Rendered]) -> None:
    head = rendered(specs)
    plan = make_plan(head, None, Base("nothing"))
    assert {change.action for change in plan.objects} == {"added"}
    assert len(plan.objects) == 5
    assert {change.action for change in plan.rendered} == {"added"}
    assert len(plan.rendered) == len(head.releases["local"].files)
    assert plan.costs[0].before is None


def test_what_is_removed_is_said(specs: Path, rendered: Callable[[Path], Rendered]) -> None:
    before = rendered(specs)
    extra = (specs / "sources/parcels.yaml").read_text().replace("name: parcels", "name: returns")
    (specs / "sources/returns.yaml").write_text(extra)
    plan = make_plan(before, rendered(specs), Base("x"))
    assert [(change.key, change.action) for change in plan.objects] == [("DataSource/returns", "removed")]
    assert plan.rendered == ()


def test_objects_that_differ_in_annotations_alone_are_told_apart(plan: Planned) -> None:
    planned = plan({MODEL: ("max_iter: 60", "max_iter: 90")})
    described = {one.file for one in planned.rendered if one.described_only}
    assert "configmap-parcels-train.yaml" not in described
    assert {"role-parcels-train.yaml", "serviceaccount-parcels-train.yaml"} <= described


bounds = st.none() | st.integers(-5, 5).map(float)


@given(bounds, bounds, bounds, bounds)
def test_a_bar_lets_in_more_exactly_when_some_number_passes_it_alone(
    least: float | None, most: float | None, old_least: float | None, old_most: float | None
) -> None:
    new, old = Bar(least, most), Bar(old_least, old_most)

    def passes(bar: Bar, value: float) -> bool:
        return (bar.least is None or value >= bar.least) and (bar.most is None or value <= bar.most)

    numbers = [n / 2 for n in range(-14, 15)]
    assume(any(passes(new, n) for n in numbers))
    assert new.lets_in_more_than(old) == any(passes(new, n) and not passes(old, n) for n in numbers)
