"""The record of processing activities, as far as specs hold it (GDPR 30 (1)), and a data-protection summary.

An activity is a model in service in an environment that personal data comes to. What no spec says is named, so that a
person adds it: a record that is silent about a gap would look whole.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from plimsoll.cli.flow.chart import Chart, Point
from plimsoll.compiler.flow.labels import PERSONAL, Label
from plimsoll.compiler.flow.places import Place
from plimsoll.compiler.flow.telling import in_words

MISSING = (
    "the name and contact details of the controller, of joint controllers, of its representative",
    "the contact details of the data protection officer",
    "the categories of data subjects: specs say what data reveals, not whose it is",
    "who receives predictions outside the cluster, and processors with their contracts",
    "time limits for erasure where a source or a store names no retention",
    "the assessment of impact itself, where one is asked for",
)
"""What GDPR 30 (1) and 35 ask for, and no spec holds."""

_RUNS = ("server", "scorer")


def record(chart: Chart) -> dict[str, Any]:
    """The record as plain data."""
    activities = [_activity(chart, point) for point in chart.points.values() if point.kind in _RUNS]
    personal = [one for one in activities if one["dataCategories"]["personalData"] != "none"]
    return {
        "activities": personal,
        "withoutPersonalData": [one["activity"] for one in activities if one not in personal],
        "declassifications": list(_declassifications(chart)),
        "toBeAdded": list(MISSING),
    }


def _activity(chart: Chart, point: Point) -> dict[str, Any]:
    place = point.place
    assert place is not None
    (model,) = {node.name for node in point.nodes}
    said, label = chart.project.models[model], chart.label(point)
    deployment = chart.project.deployments[point.owner.partition("/")[2]]
    spec = said.said
    arrivals = dict(chart.arrivals(point))
    return {
        "activity": f"{deployment.key} in {place.environment}",
        "model": said.key,
        "contact": deployment.values["metadata"].get("owner") or said.values["metadata"].get("owner"),
        "purposes": spec["purposes"],
        "intendedUse": spec["intendedUse"] or None,
        "dataCategories": {
            "personalData": PERSONAL[label.personal],
            "reveals": sorted(label.categories),
            "inWords": in_words(label),
            "features": sorted(_features(spec)),
        },
        "sources": [_source(chart, name, one) for name, one in sorted(arrivals.items()) if one.personal],
        "recipients": list(_recipients(chart, point)),
        "transfers": list(_transfers(chart, point, arrivals)),
        "security": _security(chart, place),
        "automatedDecision": spec["automatedDecision"],
        "humanRoute": (spec.get("oversight") or {}).get("humanRoute"),
    }


def _features(spec: dict[str, Any]) -> Iterator[str]:
    yield from spec["examples"]["inputs"]
    for used in spec["features"]:
        yield from used["use"]


def _source(chart: Chart, name: str, label: Label) -> dict[str, Any]:
    one = chart.project.data_sources[name]
    said = one.said
    return {
        "source": one.key,
        "contact": one.values["metadata"].get("owner"),
        "asItArrives": in_words(label),
        "jurisdiction": said["jurisdiction"],
        "legalBasis": said.get("legalBasis"),
        "purposes": said["purposes"],
        "retentionDays": said.get("retention"),
        "erasure": said.get("erasure"),
    }


def _places(chart: Chart, point: Point) -> Iterator[tuple[str, Place]]:
    """Where the data of a run comes to: its own place, and the stores, copies and logs of the environment."""
    for id_ in [point.id, *sorted(chart.reach([point.id], forwards=True) - {point.id})]:
        other = chart.points[id_]
        if other.place is not None:
            yield other.title, other.place


def _recipients(chart: Chart, point: Point) -> Iterator[dict[str, Any]]:
    for title, place in _places(chart, point):
        yield {"recipient": title, "region": place.region, "jurisdiction": place.jurisdiction}
    assert point.place is not None
    environment = chart.project.environments[point.place.environment].said
    if sink := ((environment.get("platform") or {}).get("events") or {}).get("sink"):
        yield {"recipient": f"events at {sink} (figures about data, no rows)", "region": None, "jurisdiction": None}
    placed = chart.project.deployments[point.owner.partition("/")[2]].facts.placed[point.place.environment]
    if contact := (placed.get("alerting") or {}).get("contact"):
        yield {"recipient": f"alarms to {contact} (figures about data, no rows)", "region": None, "jurisdiction": None}


def _transfers(chart: Chart, point: Point, arrivals: dict[str, Label]) -> Iterator[dict[str, Any]]:
    """Every place under another law that personal data comes to, with the basis that its source declares."""
    for title, place in _places(chart, point):
        for name, label in sorted(arrivals.items()):
            areas = label.values["areas"]
            if not label.personal or place.values["area"] in areas:
                continue
            said = chart.project.data_sources[name].said
            basis = next((one for one in said["transfers"] if one["country"] == place.country), None)
            yield {
                "source": f"DataSource/{name}",
                "to": title,
                "country": place.country,
                "basis": basis["basis"] if basis else None,
                "safeguard": basis.get("safeguard") if basis else None,
            }


def _security(chart: Chart, place: Place) -> list[str]:
    spec = chart.project.environments[place.environment].said
    key = spec["stores"].get("encryptedWith")
    found = [f"stores are encrypted with {key}"] if key else []
    found += ["connections in the cluster are to be encrypted on both ends"] if spec["network"]["mutualTls"] else []
    found.append("what is not listed may not connect (rendered NetworkPolicies)")
    found.append("releases and models are signed, and verified before they run")
    if "retention" in spec["stores"]:
        found.append(f"predictions, journals and profiles are kept for {spec['stores']['retention']} days")
    return found


def _declassifications(chart: Chart) -> Iterator[dict[str, Any]]:
    for name, one in chart.project.feature_sets.items():
        for said in one.said.get("declassify") or ():
            kept = {key: said[key] for key in ("features", "method", "k", "to", "reason", "approver") if key in said}
            yield {"featureSet": name, **kept}


def markdown(found: dict[str, Any]) -> str:
    """The record for people."""
    parts = [
        "# Record of processing activities",
        "Made from the specs (GDPR 30 (1)). It holds what they declare and no more; the last section says what a "
        "person must add.",
        *map(_activity_page, found["activities"]),
    ]
    if not found["activities"]:
        parts.append("No personal data comes to any model in service.")
    parts += ["# Data-protection summary", _summary(found)]
    if found["declassifications"]:
        parts += [
            "## Where labels end",
            _table(
                ("feature set", "features", "method", "to", "approved by", "reason"),
                [
                    (
                        one["featureSet"],
                        ", ".join(one.get("features") or ("all",)),
                        f"{one['method']}, k = {one['k']}" if "k" in one else one["method"],
                        ", ".join(f"{key}: {_said(value)}" for key, value in one["to"].items()),
                        one["approver"],
                        one["reason"],
                    )
                    for one in found["declassifications"]
                ],
            ),
        ]
    parts += ["# What a person must add", "\n".join(f"- {one}" for one in found["toBeAdded"])]
    return "\n\n".join(parts)


def _summary(found: dict[str, Any]) -> str:
    rows = [
        (
            one["activity"],
            one["dataCategories"]["inWords"],
            _said(one["purposes"]),
            str(sum(transfer["basis"] is None for transfer in one["transfers"])),
            "yes" if one["automatedDecision"] else "no",
        )
        for one in found["activities"]
    ]
    rows += [(one, "no personal data", "", "", "") for one in found["withoutPersonalData"]]
    return _table(("activity", "data", "purposes", "transfers without a basis", "decides by itself"), rows)


def _activity_page(one: dict[str, Any]) -> str:
    data = one["dataCategories"]
    facts = [
        ("contact", _said(one["contact"])),
        ("purposes", _said(one["purposes"])),
        ("intended use", _said(one["intendedUse"])),
        ("categories of data", f"{data['inWords']}; as {_said(data['features'])}"),
        ("categories of data subjects", "to be added"),
        ("automated decision", "yes" if one["automatedDecision"] else "no"),
        ("human route", _said(one["humanRoute"])),
        ("security", " · ".join(one["security"])),
    ]
    sources = [
        (
            source["source"],
            source["asItArrives"],
            _said(source["legalBasis"]),
            _said(source["purposes"]),
            f"{source['retentionDays']} days" if source["retentionDays"] else "to be added",
            _said(source["contact"]),
        )
        for source in one["sources"]
    ]
    recipients = [(r["recipient"], _said(r["region"]), _said(r["jurisdiction"])) for r in one["recipients"]]
    transfers = [
        (t["source"], t["to"], t["country"], t["basis"] or "none is declared", _said(t["safeguard"]))
        for t in one["transfers"]
    ]
    parts = [f"## {one['activity']}", _table(("", ""), facts), "Sources:"]
    parts.append(_table(("source", "as it arrives", "basis", "purposes", "kept for", "contact"), sources))
    parts += ["Recipients:", _table(("recipient", "region", "law"), recipients)]
    if transfers:
        parts += ["Transfers:", _table(("source", "to", "country", "basis", "safeguard"), transfers)]
    else:
        parts.append("Transfers: none; the data stays in the area of its law.")
    return "\n\n".join(parts)


def _said(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "to be added"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    """Text from specs, which may neither end a cell nor be taken for Markdown or HTML."""
    from plimsoll.cli.views.inert import inert

    return inert(text).replace("|", "\\|") if text.strip("-") else text
