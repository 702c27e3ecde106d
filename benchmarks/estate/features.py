"""Feature sets: made from sources, and from each other up to five deep."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from benchmarks.estate.firm import Team
from benchmarks.estate.sources import PURPOSE, Source, version
from benchmarks.estate.words import STATISTICS, WINDOWS, Measure

DEEPEST = 5


@dataclass
class FeatureSet:
    """A feature set: what it is made from, its SQL, and which of its features some model reads."""

    name: str
    team: Team | None
    reads: tuple[str, ...]
    sql: str
    features: dict[str, dict[str, Any]]
    level: int
    in_file: bool
    version: str | None = None
    """Of what many read: the hub's sets have one."""
    used: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        """The column that its rows are joined by."""
        return self.team.key if self.team else "country"

    @property
    def table(self) -> str:
        """Its name in SQL."""
        return self.name.replace("-", "_")


def of_sources(name: str, sources: tuple[Source, ...], random: Random) -> FeatureSet:
    """Statistics over sliding windows of one or two sources that have the same measures."""
    first = sources[0]
    prefix = name.removeprefix(f"{first.team.name}-" if first.team else "").replace("-", "")
    key, when = (first.team.key, "happened_at") if first.team else ("country", "published_at")
    columns = ", ".join([key, when, *(measure.name for measure in first.measures)])
    rows = " UNION ALL ".join(f"SELECT {columns} FROM {source.table}" for source in sources)  # noqa: S608 -- our names
    selected, features = [], {}
    possible = [(m, s, w) for m in first.measures for s in STATISTICS for w in WINDOWS]
    chosen = sorted(random.sample(possible, random.randint(4, 10)))
    for measure, statistic, window in chosen:
        feature = f"{prefix}_{measure.name}_{statistic}_{window}"
        selected.append(f"       {STATISTICS[statistic]}({measure.name}) OVER last_{window} AS {feature}")
        features[feature] = _feature(measure, statistic)
    frames = ",\n       ".join(
        f"last_{window} AS (PARTITION BY {key} ORDER BY {when} "
        f"RANGE BETWEEN INTERVAL {days} DAYS PRECEDING AND CURRENT ROW)"
        for window, days in WINDOWS.items()
        if any(window == one for _, _, one in chosen)
    )
    sql = f"WITH rows AS ({rows})\nSELECT DISTINCT ON ({key}, {when})\n       {key}, {when} AS computed_at,\n"
    sql += ",\n".join(selected) + f"\nFROM rows\nWINDOW {frames}\n"
    made = FeatureSet(name, first.team, _names(sources), sql, features, 1, random.random() < 0.3)
    made.version = version(random) if first.version else None
    return made


def _feature(measure: Measure, statistic: str) -> dict[str, Any]:
    low = 0 if statistic == "spread" else measure.low
    expected = {"minimum": low, "maximum": measure.high, "maxMissing": 0.2}
    return {"type": "float", "unit": measure.unit, "expect": expected}


def of_sets(name: str, parents: tuple[FeatureSet, ...], random: Random) -> FeatureSet:
    """Ratios of the features of one or two sets of the same team, as they stood when the first was computed."""
    first, last = parents[0], parents[-1]
    prefix = name.removeprefix(f"{first.team.name}-" if first.team else "").replace("-", "")
    above = sorted(random.choices(list(first.features), k=random.randint(3, 6)))
    below = random.choices(list(last.features), k=len(above))
    features, selected = {}, []
    for number, (over, under) in enumerate(zip(above, below, strict=True), 1):
        features[f"{prefix}_ratio_{number}"] = {"type": "float", "description": f"{over} over {under}"}
        selected.append(f"       first.{over} / nullif(last.{under}, 0) AS {prefix}_ratio_{number}")
    sql = f"SELECT first.{first.key}, first.computed_at,\n" + ",\n".join(selected)
    sql += f"\nFROM {first.table} AS first\nASOF JOIN {last.table} AS last\n"
    sql += f"  ON first.{first.key} = last.{first.key} AND first.computed_at >= last.computed_at\n"
    level = max(parent.level for parent in parents) + 1
    return FeatureSet(name, first.team, _names(parents), sql, features, level, random.random() < 0.3)


def _names(read: tuple[Source, ...] | tuple[FeatureSet, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{one.name}@2" if one.version else one.name for one in read))


def of_team(name: str, sources: list[Source], made: list[FeatureSet], random: Random) -> FeatureSet:
    """One more set for a team that has made some: half of them stand on sources, half on sets."""
    shallow = [one for one in made if one.level < DEEPEST]
    if shallow and random.random() < 0.5:
        latest = shallow[-4:]
        return of_sets(name, tuple(random.sample(latest, min(len(latest), 2))), random)
    return of_sources(name, tuple(random.sample(sources, min(len(sources), random.randint(1, 2)))), random)


def spec_of(made: FeatureSet, random: Random) -> dict[str, Any]:
    """The spec of a feature set; its SQL stands in place or in a file beside it."""
    personal = made.team is not None and made.team.domain.about_people
    features = {
        name: {**feature, "personalData": "pseudonymous"} if personal and name in made.used else feature
        for name, feature in made.features.items()
    }
    own = [made.team.domain.name] if made.team else ["planning", "research"]
    return {
        "entity": {"name": made.key.removesuffix("_id"), "keys": {made.key: "string"}},
        "sources": list(made.reads),
        "transformation": {"file": f"{made.name}.sql"} if made.in_file else {"sql": made.sql},
        "timestamp": "computed_at",
        "ttl": random.choice(("6h", "24h", "48h", "7d")),
        "purposes": [PURPOSE, *own],
        "features": features,
    }
