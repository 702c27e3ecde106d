"""What is applied once: no engine that applies the release comes upon it, and everything else is applied."""

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from cel_expr_python import cel
from ruamel.yaml import YAML

from plimsoll.compiler.kinds.platform import Links
from plimsoll.compiler.rendering.bootstrap import links_of
from plimsoll.contract.release import read_lock
from plimsoll.contract.release_files import BOOTSTRAP_PREFIX, LOCK_FILE

GOLDEN = Path(__file__).parents[2] / "golden"


def _read(path: Path) -> dict[str, object]:
    value: dict[str, object] = YAML(typ="safe").load(path)
    return value


def test_argo_cd_is_shown_all_objects_of_the_release_and_not_itself() -> None:
    folder = GOLDEN / "enterprise" / "expected"
    source = _read(folder / "bootstrap-application-plimsoll-group.yaml")["spec"]["source"]  # type: ignore[index]
    include, exclude = source["directory"]["include"], source["directory"]["exclude"]
    names = {path.name for path in folder.iterdir()}
    shown = {name for name in names if fnmatchcase(name, include) and not fnmatchcase(name, exclude)}
    assert shown == {name for name in read_lock(folder).files if not name.startswith(BOOTSTRAP_PREFIX)}
    kinds = {name.split("-")[1] for name in names - shown if name != LOCK_FILE}
    assert kinds == {"application", "configmap", "validatingadmissionpolicy", "validatingadmissionpolicybinding"}
    assert all("kind" in _read(folder / name) for name in shown)


def test_flux_is_told_to_leave_alone_what_is_applied_once_and_nothing_else() -> None:
    folder = GOLDEN / "flux" / "expected"
    told = {
        name
        for name in read_lock(folder).files
        if "kustomize.toolkit.fluxcd.io/reconcile" in (_read(folder / name)["metadata"].get("annotations") or {})  # type: ignore[attr-defined]
    }
    assert told == {name for name in read_lock(folder).files if name.startswith(BOOTSTRAP_PREFIX)}
    assert len(told) == 2


def test_settings_of_the_controller_are_texts_that_hold_yaml() -> None:
    path = GOLDEN / "enterprise" / "expected" / "bootstrap-configmap-workflow-controller-configmap.yaml"
    data = _read(path)["data"]
    read = {key: YAML(typ="safe").load(text) for key, text in data.items()}  # type: ignore[attr-defined]
    assert {link["scope"] for link in read["links"]} == {"workflow", "pod", "pod-logs"}
    assert read["executor"]["securityContext"]["runAsNonRoot"] is True
    assert read["executor"]["resources"]["requests"].keys() == {"cpu", "memory"}
    assert read["columns"][0]["key"] == "plimsoll.dev/model"


def test_a_query_is_added_to_one_that_is_there() -> None:
    links = Links(drift="https://drift.example.org", logs="https://logs.example.org/?org=a")
    urls = [link["url"] for link in links_of(links)]
    assert urls[0].startswith("https://drift.example.org?namespace=")
    assert all(url.startswith("https://logs.example.org/?org=a&namespace=") for url in urls[1:])


def test_what_nobody_can_make_anew_is_never_pruned() -> None:
    stays = {"enterprise": "Prune=false,Delete=false", "flux": "disabled"}
    for case, word in stays.items():
        for kind in ("namespace", "persistentvolumeclaim"):
            for path in (GOLDEN / case / "expected").glob(f"{kind}-*.yaml"):
                assert word in _read(path)["metadata"]["annotations"].values()  # type: ignore[index]


_MOVED = {
    "Service": {"/spec/selector/rollouts-pod-template-hash"},
    "HTTPRoute": {".spec.rules[].backendRefs[].weight"},
    "VirtualService": {"/spec/http"},
}
"""What Argo Rollouts writes into objects of ours while it tries a version."""


def test_argo_cd_takes_no_canary_back() -> None:
    """It heals, and a sync would apply every object: weights would be what git says, and a Service lead to both."""
    folder = GOLDEN / "enterprise" / "expected"
    spec: Any = _read(folder / "bootstrap-application-plimsoll-group.yaml")["spec"]
    ignored = {
        one["kind"]: {*one.get("jsonPointers", ()), *one.get("jqPathExpressions", ())}
        for one in spec["ignoreDifferences"]
    }
    assert ignored == _MOVED
    assert spec["syncPolicy"]["syncOptions"] == ["ServerSideApply=true", "ApplyOutOfSyncOnly=true"]
    rollout: Any = _read(folder / "rollout-repayment-online.yaml")["spec"]
    canary = rollout["strategy"]["canary"]
    for service in (canary["stableService"], canary["canaryService"]):
        annotations: Any = _read(folder / f"service-{service}.yaml")["metadata"]
        assert annotations["annotations"]["argocd.argoproj.io/sync-options"] == "ServerSideApply=false"


def test_flux_takes_no_canary_back() -> None:
    spec: Any = _read(GOLDEN / "shadow" / "expected" / "bootstrap-kustomization-plimsoll-one.yaml")["spec"]
    ignored = {one["target"]["kind"]: set(one["paths"]) for one in spec["ignore"]}
    weights = {f"/spec/rules/0/backendRefs/{index}/weight" for index in (0, 1)}
    assert ignored == {**_MOVED, "HTTPRoute": weights}
    plain: Any = _read(GOLDEN / "flux" / "expected" / "bootstrap-kustomization-plimsoll-branch.yaml")["spec"]
    assert "ignore" not in plain
    assert "healthCheckExprs" not in plain


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ({}, "inProgress"),
        ({"observedGeneration": "1", "phase": "Healthy"}, "inProgress"),
        ({"observedGeneration": "2"}, None),
        ({"observedGeneration": "2", "phase": "Progressing"}, None),
        ({"observedGeneration": "2", "phase": "Paused"}, "current"),
        ({"observedGeneration": 2, "phase": "Healthy"}, "current"),
        ({"observedGeneration": "2", "phase": "Degraded"}, "failed"),
    ],
)
def test_flux_waits_for_a_rollout_and_not_for_its_canary(status: dict[str, Any], verdict: str | None) -> None:
    """As Flux asks: is it on its way, has it failed, is it there; and where none holds, it is on its way."""
    spec: Any = _read(GOLDEN / "shadow" / "expected" / "bootstrap-kustomization-plimsoll-one.yaml")["spec"]
    asked = spec["healthCheckExprs"][0]
    assert (asked["apiVersion"], asked["kind"]) == ("argoproj.io/v1alpha1", "Rollout")
    env = cel.NewEnv(variables={"status": cel.Type.DYN, "metadata": cel.Type.DYN})
    given = {"status": status, "metadata": {"generation": 2}}
    order = ("inProgress", "failed", "current")
    found = next((one for one in order if env.compile(asked[one]).eval(data=given).plain_value()), None)
    assert found == verdict


@pytest.mark.parametrize("case", ["enterprise", "flux", "shadow"])
def test_a_server_of_the_version_before_can_still_start(case: str) -> None:
    """While a version is tried or pods are replaced, nodes are drained and servers added: they mount it anew."""
    folder = GOLDEN / case / "expected"
    (server,) = (path for kind in ("deployment", "rollout") for path in folder.glob(f"{kind}-*.yaml"))
    spec: Any = _read(server)["spec"]
    mounted = {one["configMap"]["name"] for one in spec["template"]["spec"]["volumes"] if "configMap" in one}
    maps: list[Any] = [_read(path)["metadata"] for path in folder.glob("configmap-*.yaml")]
    pruned = {
        one["name"]
        for one in maps
        if one["annotations"].get("argocd.argoproj.io/sync-options") != "Prune=false"
        and one["annotations"].get("kustomize.toolkit.fluxcd.io/prune") != "disabled"
    }
    assert mounted
    assert not mounted & pruned
