"""Single edits of what governs a folder of specs: waivers, bindings, own policies, comments that let a warning be."""

from typing import Any

from spec_folder import Spec, SpecFolder

from plimsoll.compiler.resources import data_root

VALUES: dict[str, list[Any]] = {
    "region": ["me-central-1", "eu-central-1", "us-east-1"],
    "jurisdiction": ["AE", "DE", "US", "NO"],
    "retention": ["30d", "1095d", "9000d"],
    "owner": ["a@example.org", "b@example.org", "nobody"],
    "classification": ["public", "internal", "confidential", "restricted"],
    "personalData": ["none", "pseudonymous", "direct", "sensitive"],
    "riskTier": ["minimal", "limited", "high"],
    "memory": ["1Gi", "64Gi", "4096Gi", "much"],
    "cpu": ["1", "64", "4000"],
    "stage": ["development", "staging", "production"],
    "version": ["1.0.0", "2.1.0", "3"],
    "description": ["short", "a longer description"],
    "monthly": [1, 100000, 10000000],
    "retries": [0, 2, 9],
    "timeout": ["1m", "30m", "900h"],
    "format": [{"name": "onnx"}, {"name": "skops"}],
    "task": ["regression", "binary-classification"],
    "timestamp": ["happened_at", "computed_at"],
    "erasure": ["anonymise", "delete"],
    "legalBasis": ["consent", "contract"],
    "purposes": [["operations"], ["support"], ["operations", "support", "research"]],
    "registries": [["registry.example.org"], ["elsewhere.example.org"]],
    "severity": ["low", "medium", "high", "critical"],
    "mode": ["audit", "warn", "deny"],
    "validUntil": ["2026-01-01", "2027-03-15", "2030-01-01"],
    "expires": ["2026-01-01", "2027-03-15", "2030-01-01"],
}
"""What a key may be given: values that keep rules, that break them, and some that can't be read."""


def waive(folder: SpecFolder) -> None:
    """A waiver for something that was found, or for nothing."""
    of_rules = [one for one in folder.found if one.subject and one.properties]
    one = folder.chance.choice(of_rules) if of_rules else None
    spec = {
        "policy": one.code.removeprefix("PLM-") if one else "PRV-08",
        "object": one.subject if one else f"DataSource/{folder.name_of('DataSource')}",
        "reason": "It will be mended when the archive has moved.",
        "ticket": "OPS-1",
        "approver": folder.chance.choice(["a@example.org", "b@example.org"]),
        "expires": folder.chance.choice(VALUES["expires"]),
    }
    if folder.chance.random() < 0.4:
        spec["environments"] = [folder.name_of("Environment")]
    _add(folder, "Waiver", spec)


def bind(folder: SpecFolder) -> None:
    policies = folder.chance.choice([["*"], ["COST-*"], ["PRV-08", "RES-*"], ["NONE-*"]])
    spec = {"policies": policies, "mode": folder.chance.choice(VALUES["mode"])}
    if folder.chance.random() < 0.7:
        spec["environments"] = [folder.name_of("Environment")]
    _add(folder, "PolicyBinding", spec)


def own_policy(folder: SpecFolder) -> None:
    """In the place of one of the catalogue's, or beside it; harder than it, or not sound."""
    path = folder.chance.choice(sorted(data_root("policies").glob("*/*/policy.yaml")))
    (policy,) = folder.read(path)
    spec = policy["spec"]
    if folder.chance.random() < 0.5:
        spec["id"] = "OWN-01"
    spec["severity"] = folder.chance.choice(VALUES["severity"])
    spec["rules"][0]["expression"] = folder.chance.choice(
        [
            spec["rules"][0]["expression"],
            "object.metadata.name.size() < 12",
            "context.models.all(m, m.spec.riskTier == 'high')",
            "context.featureSets.all(s, s.metadata.name.contains('weather'))",
            "context.dataSources.all(s, s.spec.jurisdiction == 'AE' && s.metadata.owner.size() > 13)",
            "context.deployments.all(d, d.spec.timeout < 1000)",
            "context.environment.spec.jurisdiction == 'DE'",
            "context.demand.cpu < 3.0",
            "object.spec.nothing == 1",
        ]
    )
    _add(folder, "Policy", spec)


def _add(folder: SpecFolder, kind: str, spec: Spec) -> None:
    name = f"{kind.lower()}-{folder.chance.randint(0, 9)}"
    metadata = {"name": name, "owner": "a@example.org"}
    whole = {"apiVersion": "plimsoll.dev/v1", "kind": kind, "metadata": metadata, "spec": spec}
    folder.write(folder.root / "governance" / f"{name}.yaml", [whole])


def ignore(folder: SpecFolder) -> None:
    """A comment beside something that was found, or anywhere."""
    here = [one for one in folder.found if (folder.root / one.span.path).is_file()]
    one = folder.chance.choice(here) if here else None
    path = folder.root / one.span.path if one else folder.any_file()
    lines = path.read_bytes().split(b"\n")
    line = min(one.span.line if one else 1, len(lines)) - 1
    code = one.code if one and folder.chance.random() < 0.8 else folder.chance.choice(["PLM-RES-01", "PLM-XXX-01"])
    lines[line] += f"  # plimsoll: ignore[{code}] it is known".encode()
    path.write_bytes(b"\n".join(lines))


def ignore_no_more(folder: SpecFolder) -> None:
    for path in folder.files():
        data = path.read_bytes()
        if b"# plimsoll:" in data:
            path.write_bytes(b"\n".join(line.split(b"  # plimsoll:")[0] for line in data.split(b"\n")))
            return
