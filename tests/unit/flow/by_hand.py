"""An oracle: what the flow rules find in some specs, worked out feature by feature along every path.

It shares no code with the analysis: it reads the YAML's own values, and knows neither parts, nor joins on the way, nor
the engine. A label here is a tuple; what comes to a feature is the set of all labels that some path makes.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

Specs = dict[tuple[str, str], dict[str, Any]]
"""The ``spec`` of each object, by kind and name, as YAML has it."""

PERSONAL = ["none", "pseudonymous", "personal", "special"]
CLASSES = ["public", "internal", "confidential", "restricted"]
EUROPE = {"DE", "FR", "IE", "EU"}


class Told(NamedTuple):
    """A finding: the rule, the object and the environment that it is about, the source of the data."""

    rule: str
    object: str
    environment: str
    source: str


class Path(NamedTuple):
    """What one path makes of a source's labels."""

    personal: int
    level: int
    purposes: frozenset[str] | None
    retention: int | None


def found(specs: Specs) -> set[Told]:
    """What RES-01, PRV-05, PRV-13, FLW-06 (of models), FLW-07 and FLW-08 find."""
    return set(_found(specs))


def _found(specs: Specs) -> Iterator[Told]:
    for (kind, name), spec in specs.items():
        if kind != "Deployment":
            continue
        for source, paths in _model(specs, spec["model"]).items():
            for environment in spec["environments"]:
                place = specs["Environment", environment]
                for rule in _placed(specs["DataSource", source], paths, place):
                    yield Told(rule, f"Deployment/{name}", environment, source)
                model = specs["Model", spec["model"]]
                for rule in _learned(paths, model):
                    yield Told(rule, f"Model/{spec['model']}", environment, source)


def _days(text: Any) -> int | None:
    return None if text is None else int(str(text).removesuffix("d"))


def _placed(source: dict[str, Any], paths: set[Path], place: dict[str, Any]) -> Iterator[str]:
    personal, level = max(p.personal for p in paths), max(p.level for p in paths)
    law, there = source["jurisdiction"], place["jurisdiction"]
    to = {one["country"] for one in source.get("transfers", [])}
    if personal or level == 3:
        if law.startswith("AE"):
            home = place["region"].startswith("uae") or place["region"] in ("me-central-1", "me-dubai-1")
            if not home and there.partition("-")[0] not in to - {"AE"}:
                yield "RES-01"
        elif law != there and not (law in EUROPE and there in EUROPE) and there.partition("-")[0] not in to:
            yield "RES-01"
    if any(p.personal and PERSONAL[p.personal] not in place.get("personalData", ["none"]) for p in paths):
        yield "PRV-13"
    if personal > 1 and place["stage"] != "production":
        yield "PRV-13"
    if "-NC" in source.get("licence", "") and place["stage"] == "production":
        yield "FLW-07"
    if "clearance" in place and level > CLASSES.index(place["clearance"]):
        yield "FLW-08"


def _learned(paths: set[Path], model: dict[str, Any]) -> Iterator[str]:
    if any(p.personal for p in paths):
        for purpose in model.get("purposes", []):
            if any(p.purposes is not None and purpose not in p.purposes for p in paths):
                yield "PRV-05"
    back = (_days(model["window"]["training"]) or 0) + (_days(model["window"]["evaluation"]) or 0)
    if any(p.retention is not None and p.retention < back for p in paths):
        yield "FLW-06"


def _model(specs: Specs, name: str) -> dict[str, set[Path]]:
    model = specs["Model", name]
    arrived: dict[str, set[Path]] = {}
    _take(arrived, _origin(specs, _bare(model["examples"]["source"])))
    for used in model.get("features", []):
        for feature in used["use"]:
            _take(arrived, _feature(specs, _bare(used["set"]), feature))
    return arrived


def _take(arrived: dict[str, set[Path]], more: dict[str, set[Path]]) -> None:
    for source, paths in more.items():
        arrived.setdefault(source, set()).update(paths)


def _bare(reference: str) -> str:
    return reference.partition("@")[0]


def _origin(specs: Specs, name: str) -> dict[str, set[Path]]:
    said = specs["DataSource", name]
    personal = PERSONAL.index(said["personalData"])
    purposes = frozenset(said.get("purposes", []))
    allowed = purposes if purposes or personal else None
    return {name: {Path(personal, CLASSES.index(said["classification"]), allowed, _days(said.get("retention")))}}


def _feature(specs: Specs, name: str, feature: str) -> dict[str, set[Path]]:
    """Every path to one feature of a set."""
    said = specs["FeatureSet", name]
    arrived: dict[str, set[Path]] = {}
    for reference in said["sources"]:
        source = _bare(reference)
        if ("DataSource", source) in specs:
            _take(arrived, _origin(specs, source))
            continue
        for other in specs["FeatureSet", source]["features"]:
            _take(arrived, _feature(specs, source, other))
    return {source: {_through(said, feature, path) for path in paths} for source, paths in arrived.items()}


def _through(said: dict[str, Any], feature: str, path: Path) -> Path:
    personal, level, purposes, retention = path
    for one in said.get("declassify", []):
        if feature not in one.get("features", [feature]):
            continue
        to = one["to"]
        personal = min(personal, PERSONAL.index(to.get("personalData", "special")))
        level = min(level, CLASSES.index(to.get("classification", "restricted")))
        purposes = None if purposes is None else purposes | set(to.get("purposes", []))
        retention = None if retention is None else max(retention, _days(to.get("retention")) or 0)
    if personal:
        personal = max(personal, PERSONAL.index((said["features"][feature] or {}).get("personalData", "none")))
    if said.get("purposes"):
        purposes = frozenset(said["purposes"]) & (purposes if purposes is not None else frozenset(said["purposes"]))
    return Path(personal, level, purposes, retention)
