"""What is let through, and to whom, by what an environment says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.kinds.environment import EnvironmentSpec
from plimsoll.compiler.rendering.release import render
from plimsoll.compiler.rendering.walls import gateway_namespaces, server_annotations, server_wall, workflow_egress

PLACE: dict[str, Any] = {
    "stage": "development",
    "cluster": "lab",
    "namespace": "lab",
    "region": "me-central-1",
    "jurisdiction": "AE",
    "runtimeImage": "registry.example.org/plimsoll:dev",
    "registries": ["registry.example.org"],
    "quota": {"cpu": "4", "memory": "16Gi"},
    "budget": {"monthly": 100, "costCentre": "cc-1"},
    "signers": {
        "issuer": "https://issuer.example.org",
        "release": "release@example.org",
        "model": "model@example.org",
        "approval": "approval@example.org",
    },
}
GOLDEN = Path(__file__).parents[2] / "golden"
GATEWAY = {"name": "edge", "namespace": "edge", "domain": "models.example.org"}


def place(**changes: Any) -> EnvironmentSpec:
    return EnvironmentSpec.model_validate({**PLACE, **changes})


def rule(*ports: int, namespace: str = "", cidr: str = "") -> dict[str, Any]:
    return {
        "namespaces": [namespace] if namespace else [],
        "cidrs": [cidr] if cidr else [],
        "ports": list(ports),
    }


def test_names_are_looked_up_where_the_environment_says() -> None:
    """A cache on each node has an address and no pod that a policy could select, and not every cluster has kube-dns."""
    asked = [
        (policy["metadata"]["name"], rule)
        for path in (GOLDEN / "flux" / "expected").glob("networkpolicy-*.yaml")
        for policy in (YAML(typ="safe").load(path),)
        for rule in policy["spec"].get("egress", ())
        if any(port["protocol"] == "UDP" for port in rule["ports"])
    ]
    said = [
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "openshift-dns"}}}, 5353),
        ({"ipBlock": {"cidr": "169.254.20.10/32"}}, 53),
    ]
    rules = [
        {"to": [where], "ports": [{"protocol": protocol, "port": port} for protocol in ("UDP", "TCP")]}
        for where, port in said
    ]
    names = ("branch-workflows", "repayment-online")
    assert sorted(asked, key=str) == sorted(((name, rule) for name in names for rule in rules), key=str)


def test_keys_are_in_the_pod_that_signs_and_in_no_other() -> None:
    """The secret holds private keys beside what verifiers need; a volume without items is all of it."""
    found: set[str] = set()
    for path in GOLDEN.glob("*/expected/**/workflowtemplate-*.yaml"):
        spec = YAML(typ="safe").load(path)["spec"]
        secrets = {one["name"]: one["secret"].get("items") for one in spec["volumes"] if "secret" in one}
        public = [{"key": "trusted_root.json", "path": "trusted_root.json"}]
        assert all(items in (None, public) for items in secrets.values())
        for template in spec["templates"]:
            mounts = template.get("container", {}).get("volumeMounts", ())
            found |= {template["name"] for mount in mounts if secrets.get(mount["name"], public) is None}
    assert found == {"sign-model"}


@pytest.mark.parametrize(
    ("tracking", "allowed"),
    [
        ("sqlite:////plimsoll/state/mlflow.db", []),
        ("http://mlflow.mlops.svc:5000", [rule(namespace="mlops")]),
        ("http://mlflow.mlops.svc.cluster.local", [rule(namespace="mlops")]),
        ("http://mlflow:5000", [rule(namespace="lab")]),
        ("https://mlflow.example.org", [rule(443)]),
        ("http://mlflow.example.org", [rule(80)]),
        ("http://mlflow.example.org:8080", [rule(8080)]),
        ("postgresql+psycopg://mlflow.example.org/mlflow", [rule(5432)]),
        ("http://10.1.2.3:5000", [rule(5000, cidr="10.1.2.3/32")]),
        ("http://[fd00::7]:5000", [rule(5000, cidr="fd00::7/128")]),
        ("http://mlflow.example.org:port", [rule(80)]),
        ("http://[fd00", [rule(80)]),
        ("databricks://", [rule(443)]),
    ],
)
def test_tracking_is_reached_where_its_address_says(tracking: str, allowed: list[dict[str, Any]]) -> None:
    network = {"apiServer": {"cidr": "10.0.0.1/32", "ports": [6443]}, "egress": []}
    found = workflow_egress(place(stores={"tracking": tracking}, network=network))
    assert found == [rule(6443, cidr="10.0.0.1/32"), *allowed]


def test_what_nobody_says_is_open_on_the_usual_ports_alone() -> None:
    assert workflow_egress(place()) == [rule(443, 6443)]
    assert workflow_egress(place(network={"egress": []})) == [rule(443, 6443)]
    assert workflow_egress(place(network={"apiServer": {"cidr": "10.0.0.1/32", "ports": [6443]}})) == [
        rule(6443, cidr="10.0.0.1/32"),
        rule(443),
    ]


def test_the_sink_of_events_is_reached() -> None:
    events = {"events": {"sink": "http://broker.events.svc"}}
    assert rule(namespace="events") in workflow_egress(place(platform=events))


@pytest.mark.parametrize(
    ("network", "gateway", "namespaces"),
    [
        ({}, None, ("gateway",)),
        ({"gatewayNamespace": "proxies"}, None, ("proxies",)),
        ({}, GATEWAY, ("edge",)),
        ({"gatewayNamespace": "proxies"}, GATEWAY, ("edge", "proxies")),
    ],
)
def test_requests_come_from_where_the_gateway_is(
    network: dict[str, str], gateway: dict[str, str] | None, namespaces: tuple[str, ...]
) -> None:
    assert gateway_namespaces(place(network=network, platform={"gateway": gateway})) == namespaces


def test_istio_shows_metrics_in_plain_text_only_to_a_prometheus_that_finds_pods_itself() -> None:
    operator = {"prometheus": {"address": "http://prometheus.monitoring.svc:9090"}}
    found, told = place(platform={"mesh": "istio"}), place(platform={"mesh": "istio", **operator})
    assert [one["ports"] for one in server_wall(found, 8080)["ingress"]] == [[8080], [15020]]
    assert server_annotations(found, 8080)["prometheus.io/port"] == "8080"
    assert [one["ports"] for one in server_wall(told, 8080)["ingress"]] == [[8080]]
    assert server_annotations(told, 8080) == {"prometheus.istio.io/merge-metrics": "false"}


@pytest.mark.parametrize(
    "reach",
    [
        {"ports": [443]},
        {"namespace": "a", "cidr": "10.0.0.0/8", "ports": [443]},
        {"cidr": "10.0.0.1/8", "ports": [443]},
    ],
)
def test_a_reach_is_one_place_and_a_range_begins_at_its_beginning(reach: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"give either namespace or cidr|has host bits set"):
        place(network={"egress": [reach]})


@pytest.mark.parametrize("mesh", ["istio", "linkerd"])
def test_no_pod_of_a_workflow_gets_a_proxy_that_would_never_let_it_end(
    mesh: str, specs: Path, checking: Callable[[Path], CheckedProject]
) -> None:
    path = specs / "environment.yaml"
    path.write_text(path.read_text().replace("\nspec:\n", f"\nspec:\n  platform: {{mesh: {mesh}}}\n", 1))
    release = render(checking(specs), "live").value
    assert release is not None
    pods = []
    for name, data in release.files.items():
        spec = YAML(typ="safe").load(data).get("spec", {})
        if name.startswith("workflowtemplate-"):
            pods += [spec["podMetadata"], spec["artifactGC"]["podMetadata"]]
        if name.startswith("deployment-"):
            server = spec["template"]["metadata"]
    key, no, yes = (
        ("sidecar.istio.io/inject", "false", "true")
        if mesh == "istio"
        else ("linkerd.io/inject", "disabled", "enabled")
    )
    assert len(pods) == 8
    assert {{**one["labels"], **one.get("annotations", {})}[key] for one in pods} == {no}
    assert {**server["labels"], **server["annotations"]}[key] == yes
